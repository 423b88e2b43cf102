/*
 * The arguments of a program on their way from the old memory to the new: the
 * old goes before the new comes, so they are in memory of the personality's
 * own. In front is room, as each "#!" line puts two strings before the others.
 *
 * While they are few they are among the variables, which are there anyway; they
 * move to a reserved part when they are too many. Linux's limits hold.
 */
#include "libos/unix/personality/exec/argv.h"

#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/reserved.h"
#include "libos/unix/personality/base/scratch.h"
#include "libos/unix/personality/base/uaccess.h"

#define FRONT 0x10000      /* bytes for what scripts put in front */
#define ALL_MAX 0x100000   /* bytes in all, with their pointers */
#define STRING_MAX 0x20000 /* of one, with its zero */
#define FEW_FRONT 0x400    /* while they are few */
#define FEW_MAX 0x2000

_Static_assert(FRONT + ALL_MAX <= RESERVED_ARGV_SIZE, "strings fit their part");

static struct strings all;
static char few[FEW_FRONT + FEW_MAX] SCRATCH;
static char *start;    /* of where they are: few, or RESERVED_ARGV */
static uint64_t limit; /* FEW_MAX or ALL_MAX */

void argv_begin(void)
{
    start = few;
    limit = FEW_MAX;
    all = (struct strings){few + FEW_FRONT, 0, 0, 0};
}

/* Moves them to where there is more room; false: they are there. */
static bool move(void)
{
    char *to = (char *)RESERVED_ARGV;
    if (start != few) {
        return false;
    }
    memcpy(to + FRONT, all.first, all.bytes);
    all.first = to + FRONT;
    start = to;
    limit = ALL_MAX;
    return true;
}

/* Is there room for that many bytes more, where they are now? */
static bool fits(uint64_t bytes)
{
    uint64_t pointers = (all.arguments + all.variables + 1) * 8;
    return all.bytes + pointers + bytes <= limit;
}

/* Takes one string behind the others; its length, or -EFAULT, -E2BIG. */
static int64_t add_one(uint64_t string)
{
    uint64_t room = limit - all.bytes;
    char *to = (char *)(uintptr_t)all.first + all.bytes;
    int64_t length =
        fits(0)
            ? uaccess_string(to, string, room < STRING_MAX ? room : STRING_MAX)
            : -E2BIG;
    if (length == -EFAULT || (length >= 0 && fits((uint64_t)length + 1))) {
        return length;
    }
    return move() ? add_one(string) : -E2BIG;
}

static int64_t add(uint64_t array, uint64_t *count)
{
    uint64_t string;
    for (; array; array += sizeof(string)) {
        if (uaccess_read(&string, array, sizeof(string)) != 0) {
            return -EFAULT;
        }
        if (!string) {
            break;
        }
        int64_t length = add_one(string);
        if (length < 0) {
            return length;
        }
        all.bytes += (uint64_t)length + 1;
        *count += 1;
    }
    return 0;
}

int64_t argv_arguments(uint64_t array)
{
    return add(array, &all.arguments);
}

int64_t argv_variables(uint64_t array)
{
    return add(array, &all.variables);
}

int64_t argv_take(const char *text, uint64_t arguments, uint64_t variables)
{
    uint64_t bytes = 0;
    for (uint64_t i = 0; i < arguments + variables; i++) {
        bytes += strlen(text + bytes) + 1;
    }
    uint64_t words = (arguments + variables) * 8;
    if (!fits(bytes + words) && !(move() && fits(bytes + words))) {
        return -E2BIG;
    }
    memcpy((char *)(uintptr_t)all.first, text, bytes);
    all.bytes = bytes;
    all.arguments = arguments;
    all.variables = variables;
    return 0;
}

void argv_drop(void)
{
    if (all.arguments > 0) {
        uint64_t bytes = strlen(all.first) + 1;
        all.first += bytes;
        all.bytes -= bytes;
        all.arguments--;
    }
}

int64_t argv_prepend(const char *text)
{
    uint64_t bytes = strlen(text) + 1;
    if ((uint64_t)(all.first - start) < bytes || !fits(bytes)) {
        move();
    }
    if ((uint64_t)(all.first - start) < bytes || !fits(bytes)) {
        return -E2BIG;
    }
    all.first -= bytes;
    all.bytes += bytes;
    all.arguments++;
    memcpy((char *)(uintptr_t)all.first, text, bytes);
    return 0;
}

const struct strings *argv_all(void)
{
    return &all;
}

void argv_end(void)
{
    if (start != few) {
        host_forget(RESERVED_ARGV, RESERVED_ARGV_SIZE);
    }
}
