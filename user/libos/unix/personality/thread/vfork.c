/*
 * vfork: see process.h. The child's stack goes to the parent in a file, whose
 * name only the two know. It is made only if the child ends without exec.
 */
#include "libos/unix/personality/thread/process.h"

#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/memory/regions.h"
#include "libos/unix/personality/memory/shm.h"

#define RED_ZONE 128
#define STACK_MAX 0xf000  /* bytes that are given back */
#define NAME_AT STACK_MAX /* in the window's data */

/* Of a child that has not called exec: where the stack is from, or 0. */
static uint64_t stack_from;
static char name[40];

static void name_choose(void)
{
    static const char start[] = "/tmp/.vfork-";
    unsigned end = sizeof(start) - 1;
    memcpy(name, start, end);
    name[end + shm_digits(name + end, host_random())] = '\0';
}

/* How much of the stack lies above that address, up to STACK_MAX. */
static uint64_t stack_bytes(uint64_t from)
{
    struct region r;
    if (!region_find(from, &r)) {
        return 0;
    }
    return r.end - from < STACK_MAX ? r.end - from : STACK_MAX;
}

/* The parent: takes the child's stack, if it gave one. */
static void stack_take(uint64_t from)
{
    uint64_t bytes = stack_bytes(from);
    int64_t fd =
        request4(SYS_openat, AT_FDCWD, request_put(NAME_AT, name), O_RDONLY, 0);
    if (fd < 0) {
        return;
    }
    request3(SYS_unlinkat, AT_FDCWD, NAME_AT, 0);
    if (request3(SYS_read, fd, 0, bytes) == (int64_t)bytes) {
        uaccess_write(from, request_data(), bytes);
    }
    request1(SYS_close, fd);
}

void vfork_leave(void)
{
    uint64_t bytes = stack_from ? stack_bytes(stack_from) : 0;
    if (bytes == 0 || uaccess_read(request_data(), stack_from, bytes)) {
        return;
    }
    int64_t fd = request4(SYS_openat, AT_FDCWD, request_put(NAME_AT, name),
                          O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (fd >= 0) {
        request3(SYS_write, fd, 0, bytes);
    }
}

void vfork_forget(void)
{
    stack_from = 0;
}

int64_t vfork_make(uint64_t rsp)
{
    name_choose();
    int64_t pid = host_fork(FORK_WAITS);
    if (pid == 0) {
        stack_from = rsp - RED_ZONE;
    } else if (pid > 0) {
        stack_take(rsp - RED_ZONE);
    }
    return pid;
}
