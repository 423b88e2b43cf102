#include "libos/unix/strings.h"

#include "lib/string.h"
#include "libos/unix/abi.h"
#include "libos/unix/host.h"
#include "libos/unix/own.h"
#include "libos/unix/user.h"

#define FRONT 0x10000      /* bytes for what scripts put in front */
#define ALL_MAX 0x100000   /* bytes in all, with their pointers */
#define STRING_MAX 0x20000 /* of one, with its zero */

_Static_assert(FRONT + ALL_MAX <= OWN_STRINGS_SIZE, "strings fit their part");

static struct strings all;

void strings_begin(void)
{
    all = (struct strings){(const char *)OWN_STRINGS + FRONT, 0, 0, 0};
}

static bool has_room(uint64_t bytes)
{
    uint64_t pointers = (all.arguments + all.variables + 1) * 8;
    return all.bytes + pointers + bytes <= ALL_MAX;
}

static int64_t add(uint64_t array, uint64_t *count)
{
    uint64_t string;
    for (; array; array += sizeof(string)) {
        if (user_read(&string, array, sizeof(string)) != 0) {
            return -EFAULT;
        }
        if (!string) {
            break;
        }
        if (!has_room(0)) {
            return -E2BIG;
        }
        char *to = (char *)OWN_STRINGS + FRONT + all.bytes;
        uint64_t room = ALL_MAX - all.bytes;
        int64_t length =
            user_string(to, string, room < STRING_MAX ? room : STRING_MAX);
        if (length < 0 || !has_room((uint64_t)length + 1)) {
            return length == -EFAULT ? -EFAULT : -E2BIG;
        }
        all.bytes += (uint64_t)length + 1;
        *count += 1;
    }
    return 0;
}

int64_t strings_arguments(uint64_t array)
{
    return add(array, &all.arguments);
}

int64_t strings_variables(uint64_t array)
{
    return add(array, &all.variables);
}

int64_t strings_take(const char *text, uint64_t arguments, uint64_t variables)
{
    uint64_t bytes = 0;
    for (uint64_t i = 0; i < arguments + variables; i++) {
        bytes += strlen(text + bytes) + 1;
    }
    if (bytes + (arguments + variables) * 8 > ALL_MAX) {
        return -E2BIG;
    }
    memcpy((char *)OWN_STRINGS + FRONT, text, bytes);
    all.bytes = bytes;
    all.arguments = arguments;
    all.variables = variables;
    return 0;
}

void strings_drop(void)
{
    if (all.arguments > 0) {
        uint64_t bytes = strlen(all.first) + 1;
        all.first += bytes;
        all.bytes -= bytes;
        all.arguments--;
    }
}

int64_t strings_prepend(const char *text)
{
    uint64_t bytes = strlen(text) + 1;
    if ((uintptr_t)all.first - OWN_STRINGS < bytes || !has_room(bytes)) {
        return -E2BIG;
    }
    all.first -= bytes;
    all.bytes += bytes;
    all.arguments++;
    memcpy((char *)(uintptr_t)all.first, text, bytes);
    return 0;
}

const struct strings *strings_all(void)
{
    return &all;
}

void strings_end(void)
{
    host_forget(OWN_STRINGS, OWN_STRINGS_SIZE);
}
