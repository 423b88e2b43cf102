/*
 * The stack of a new program, as the ABI has it (System V ABI for x86-64,
 * 3.4.1):
 *
 *    HOST_STACK_TOP   8 bytes of zeros
 *                     the name by which it was called   <- AT_EXECFN
 *                     "x86_64"                          <- AT_PLATFORM
 *                     16 random bytes                   <- AT_RANDOM
 *                     strings: arguments, variables
 *                     (to a multiple of 16)
 *                     auxiliary vector, ends with AT_NULL
 *                     pointers to variables, 0
 *                     pointers to arguments, 0
 *    rsp              how many arguments
 *
 * It is written from the top, since what is below points to what is above.
 */
#include "libos/unix/personality/exec/stack.h"

#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/exec/argv.h"
#include "libos/unix/personality/memory/memory.h"
#include "libos/unix/personality/thread/sigframe.h"

#define PAIRS_MAX 24
#define TICKS 100 /* what times() counts in, a second */

struct vector {
    unsigned count;
    uint64_t words[2 * PAIRS_MAX];
};

static void add(struct vector *v, uint64_t type, uint64_t value)
{
    v->words[v->count++] = type;
    v->words[v->count++] = value;
}

static uint32_t processor_features(void)
{
    uint32_t a = 1, b, c = 0, d;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return d;
}

static void vector_fill(struct vector *v, const struct elf *program,
                        const struct elf *loader)
{
    v->count = 0;
    add(v, AT_PHDR, program->table);
    add(v, AT_PHENT, sizeof(struct elf_segment));
    add(v, AT_PHNUM, program->count);
    add(v, AT_PAGESZ, PAGE);
    add(v, AT_BASE, loader ? loader->bias : 0);
    add(v, AT_FLAGS, 0);
    add(v, AT_ENTRY, program->entry);
    add(v, AT_UID, 0);
    add(v, AT_EUID, 0);
    add(v, AT_GID, 0);
    add(v, AT_EGID, 0);
    add(v, AT_SECURE, 0);
    add(v, AT_CLKTCK, TICKS);
    add(v, AT_HWCAP, processor_features());
    add(v, AT_MINSIGSTKSZ, sigframe_size());
}

/* Stores pointers to `count` strings, which start at *string, and a zero;
 * both move on. */
static int64_t put_pointers(uint64_t *at, uint64_t count, const char **text,
                            uint64_t *string)
{
    uint64_t zero = 0;
    for (uint64_t i = 0; i < count; i++) {
        if (uaccess_write(*at, string, sizeof(*string))) {
            return -EFAULT;
        }
        uint64_t bytes = strlen(*text) + 1;
        *text += bytes;
        *string += bytes;
        *at += sizeof(*string);
    }
    *at += sizeof(zero);
    return uaccess_write(*at - sizeof(zero), &zero, sizeof(zero));
}

/* argc, the pointers and the vector, below the strings, which are at `start`.
 */
static int64_t put_words(uint64_t start, const struct vector *v, uint64_t *rsp)
{
    const struct strings *all = argv_all();
    const char *text = all->first;
    uint64_t words = 1 + all->arguments + 1 + all->variables + 1 + v->count;
    uint64_t at = (start - words * 8) & ~15ull;
    *rsp = at;
    int64_t error = uaccess_write(at, &all->arguments, 8);
    at += 8;
    error = error ? error : put_pointers(&at, all->arguments, &text, &start);
    error = error ? error : put_pointers(&at, all->variables, &text, &start);
    return error ? error : uaccess_write(at, v->words, v->count * 8);
}

int64_t stack_build(const struct elf *program, const struct elf *loader,
                    const char *name, uint64_t *rsp)
{
    static const char platform[8] = "x86_64";
    const struct strings *all = argv_all();
    uint64_t random[2] = {host_random(), host_random()};
    uint64_t name_at = HOST_STACK_TOP - 8 - strlen(name) - 1;
    uint64_t platform_at = (name_at - sizeof(platform)) & ~7ull;
    uint64_t random_at = (platform_at - sizeof(random)) & ~15ull;
    uint64_t strings_at = random_at - all->bytes;
    struct vector v;
    vector_fill(&v, program, loader);
    add(&v, AT_RANDOM, random_at);
    add(&v, AT_EXECFN, name_at);
    add(&v, AT_PLATFORM, platform_at);
    add(&v, AT_NULL, 0);
    int64_t error = uaccess_write(name_at, name, strlen(name) + 1);
    error =
        error ? error : uaccess_write(platform_at, platform, sizeof(platform));
    error = error ? error : uaccess_write(random_at, random, sizeof(random));
    error = error ? error : uaccess_write(strings_at, all->first, all->bytes);
    return error ? error : put_words(strings_at, &v, rsp);
}
