/*
 * Anonymous shared memory is a file without a name: then everything that shared
 * files can do (fork, futexes by place, truncation that never comes) holds for
 * it too. Its pages are taken at once, so that a store later cannot lack one.
 */
#include "libos/unix/personality/memory/shm.h"

#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/memory/memory.h"
#include "libos/unix/personality/memory/regions.h"

unsigned shm_digits(char *to, uint64_t number)
{
    for (unsigned i = 0; i < 16; i++) {
        to[i] = "0123456789abcdef"[number >> (60 - 4 * i) & 15];
    }
    return 16;
}

/* A new file without a name, `length` bytes with pages of its own. */
static int64_t file_make(uint64_t length)
{
    int64_t fd =
        request2(SYS_memfd_create, request_put(0, "shared"), MFD_CLOEXEC);
    if (fd < 0) {
        return -ENOMEM;
    }
    if (request4(SYS_fallocate, fd, 0, 0, length)) {
        request1(SYS_close, fd);
        return -ENOMEM;
    }
    return fd;
}

int64_t shm_map(uint64_t va, uint64_t length, uint32_t rights)
{
    int64_t fd = file_make(length);
    if (fd < 0) {
        return fd;
    }
    struct host_file file;
    int64_t error = host_open((int)fd, &file);
    error = error ? error : host_map_file(va, length, rights, &file, 0, 1);
    request1(SYS_close, fd);
    if (!error) {
        host_window()->shares = 1;
        region_enter((struct region){va, va + length, rights,
                                     REGION_FILE | REGION_SHARED, 0,
                                     file.number});
    }
    return error ? error : (int64_t)va;
}
