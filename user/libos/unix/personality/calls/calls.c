/*
 * Does what a call's row says. For a request of the keeper's, pointers become
 * offsets: what goes in is copied into the window's data, room is left for what
 * comes out, and after the answer that is copied to the program.
 *
 *    a[1] = "/etc/x"   a[2] = &stat      data: | /etc/x\0 | room for stat |
 *                                               ^ r.a[1]   ^ r.a[2]
 *
 * The keeper has done its work before the copy back can fail. For most calls
 * that does no harm; two new descriptors that the program never hears of are
 * closed again.
 */
#include "libos/unix/personality/calls/calls.h"

#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/exec/exec.h"
#include "libos/unix/personality/thread/thread.h"

#define PATH_LIMIT 4096

static uint64_t said[CALLS_MAX / 64]; /* numbers that were complained of */

/* Appends text, or a number in decimal digits, to a line. */
static char *put(char *to, const char *text)
{
    uint64_t n = strlen(text);
    memcpy(to, text, n + 1);
    return to + n;
}

static char *put_number(char *to, uint64_t number)
{
    char digits[24], *at = digits + sizeof(digits) - 1;
    *at = '\0';
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    return put(to, at);
}

static int64_t complain(uint64_t number)
{
    char line[80], *at = line;
    uint64_t i = number < CALLS_MAX ? number : CALLS_MAX - 1;
    if (!(said[i / 64] & 1ull << i % 64)) {
        said[i / 64] |= 1ull << i % 64;
        at = put(at, "unix: ");
        at = put(at, exec_name());
        at = put(at, ": no system call ");
        put_number(at, number);
        request_say(line);
    }
    return -ENOSYS;
}

/* What is written to the window's data so far, and which parts of it go back
 * to the program. */
struct marshalled {
    uint64_t a[6];
    uint64_t used; /* bytes of data */
    const uint64_t *program;
};

/* What fits a request beside its paths. */
static uint64_t count_of(uint64_t wanted)
{
    return wanted < WINDOW_DATA / 2 ? wanted : WINDOW_DATA / 2;
}

/* What an UPTO has room for in the window. */
static uint64_t size_of(const struct argument *argument, const uint64_t *a)
{
    return argument->kind == ARGUMENT_UPTO ? count_of(a[argument->size])
                                           : (uint64_t)argument->size;
}

/* A pointer argument: what goes in lies in the window afterwards, and there is
 * room for what comes out. */
static int64_t marshal_pointer(struct marshalled *r, unsigned i,
                               const struct argument *argument)
{
    uint64_t from = r->program[argument->from], at = r->used;
    if (!from && argument->null) {
        r->a[i] = WINDOW_NULL;
        return 0;
    }
    r->a[i] = at;
    if (argument->kind == ARGUMENT_STRING) {
        int64_t n =
            uaccess_string((char *)request_data() + at, from, PATH_LIMIT);
        r->used += n < 0 ? 0 : (uint64_t)n + 1;
        r->used = (r->used + 7) & ~7ull;
        return n < 0 ? n : 0;
    }
    uint64_t size = size_of(argument, r->program);
    r->used += (size + 7) & ~7ull;
    if (argument->kind == ARGUMENT_IN || argument->kind == ARGUMENT_BOTH) {
        return uaccess_read(request_data() + at, from, size);
    }
    return 0;
}

static int64_t marshal(struct marshalled *r, unsigned i,
                       const struct argument *argument)
{
    uint64_t from = r->program[argument->from];
    switch (argument->kind) {
    case ARGUMENT_NONE:
        r->a[i] = 0;
        return 0;
    case ARGUMENT_CONSTANT:
        r->a[i] = (uint64_t)(int64_t)argument->size;
        return 0;
    case ARGUMENT_VALUE:
        r->a[i] = from;
        return 0;
    case ARGUMENT_COUNT:
        r->a[i] = count_of(from);
        return 0;
    case ARGUMENT_LENGTH:
        r->a[i] = (int32_t)from < 0 ? 0 : count_of(from & UINT32_MAX);
        return 0;
    case ARGUMENT_EMPTY:
        r->a[i] = r->used;
        request_data()[r->used] = '\0';
        r->used += 8;
        return 0;
    case ARGUMENT_INT:
        r->a[i] = (uint64_t)(int64_t)(int32_t)from;
        return 0;
    default:
        return marshal_pointer(r, i, argument);
    }
}

/* The program cannot have what comes out: if that are two new descriptors, they
 * are closed again. */
static int64_t take_back(const struct marshalled *r, unsigned i,
                         const struct argument *argument)
{
    int32_t files[2];
    memcpy(files, request_data() + r->a[i], sizeof(files));
    for (unsigned n = 0; argument->files && n < 2; n++) {
        request1(SYS_close, files[n]);
    }
    return -EFAULT;
}

static int64_t give_back(const struct marshalled *r, const struct call *call,
                         int64_t answer)
{
    for (unsigned i = 0; i < 6; i++) {
        const struct argument *argument = &call->arguments[i];
        uint64_t size = argument->kind == ARGUMENT_UPTO
                            ? (uint64_t)answer
                            : (uint64_t)argument->size;
        if (argument->kind < ARGUMENT_OUT || r->a[i] == WINDOW_NULL) {
            continue;
        }
        if (uaccess_write(r->program[argument->from], request_data() + r->a[i],
                          size)) {
            return take_back(r, i, argument);
        }
    }
    return answer;
}

static int64_t ask_keeper(const struct call *call, const uint64_t *a)
{
    struct marshalled r = {{0}, 0, a};
    for (unsigned i = 0; i < 6; i++) {
        int64_t error = marshal(&r, i, &call->arguments[i]);
        if (error) {
            return error;
        }
    }
    int64_t answer =
        request(call->keeper, r.a[0], r.a[1], r.a[2], r.a[3], r.a[4], r.a[5]);
    return answer < 0 ? answer : give_back(&r, call, answer);
}

int64_t calls_answer(uint64_t number, const uint64_t *a)
{
    if (number >= CALLS_MAX || !calls_table[number].name[0]) {
        return complain(number);
    }
    const struct call *call = &calls_table[number];
    if (call->here) {
        return call->here(a);
    }
    return call->keeper ? ask_keeper(call, a) : call->answer;
}

enum restart calls_restart(uint64_t number)
{
    return number < CALLS_MAX ? (enum restart)calls_table[number].restart
                              : RESTART_NEVER;
}
