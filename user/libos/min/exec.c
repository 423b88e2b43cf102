/*
 * Exercise 5.3. Programs.
 */
#include "libos/min/exec.h"

#include "lib/string.h"
#include "libos/min/abi.h"
#include "libos/min/file.h"
#include "libos/min/process.h"
#include "libos/min/region.h"
#include "libos/min/space.h"

#define AUXILIARY 12

static uint64_t page_up(uint64_t n)
{
    return (n + PAGE - 1) & ~(PAGE - 1);
}

static uint64_t bias_of(const struct elf_head *e)
{
    return e->type == ELF_SHARED ? EXEC_BIAS : 0;
}

static void add(uint64_t start, uint64_t end, enum region_kind kind,
                uint64_t first, unsigned rights)
{
    struct region r = {start, end, first, kind, rights};
    if ((start < end || kind == REGION_HEAP) && !region_add(&r)) {
        process_die(SIGKILL);
    }
}

/* A segment's pages: the file's, and zeros behind. Returns its end. */
static uint64_t map_segment(const struct elf_program *p, uint64_t bias,
                            uint64_t first)
{
    uint64_t va = p->va + bias, start = va & ~(PAGE - 1);
    uint64_t file_end = va + p->file_size, end = page_up(va + p->memory_size);
    uint64_t middle = p->file_size == 0 ? start : page_up(file_end);
    unsigned rights = RIGHT_R | (p->flags & PROGRAM_W ? RIGHT_W : 0) |
                      (p->flags & PROGRAM_X ? RIGHT_X : 0);
    add(start, middle, REGION_FILE, first + p->offset / PAGE, rights);
    add(middle, end, REGION_ZERO, 0, rights);
    if (rights & RIGHT_W && file_end < middle) {
        memset((void *)file_end, 0, middle - file_end);
    }
    return end;
}

/* Maps all segments and the heap; where the program headers lie. */
static uint64_t map(const struct elf_head *e, uint64_t first)
{
    const struct elf_program *p = (const void *)((const char *)e + e->programs);
    uint64_t bias = bias_of(e), heap = 0, headers = 0;
    for (unsigned i = 0; i < e->program_count; i++) {
        if (p[i].type != PROGRAM_LOAD || p[i].memory_size == 0) {
            continue;
        }
        uint64_t end = map_segment(&p[i], bias, first);
        heap = end > heap ? end : heap;
        if (e->programs >= p[i].offset &&
            e->programs - p[i].offset < p[i].file_size) {
            headers = p[i].va + bias + e->programs - p[i].offset;
        }
    }
    add(heap, heap, REGION_HEAP, heap, RIGHT_R | RIGHT_W);
    return headers;
}

/* Puts the strings at the stack's top and all that points to them below;
 * rsp. */
static uint64_t make_stack(const struct elf_head *e, uint64_t headers)
{
    const struct exec_words *words = &exec_words;
    uint64_t top = (EXEC_STACK_TOP - words->size) & ~15ull;
    char *text = (char *)top;
    uint64_t *random = (uint64_t *)top - 2;
    unsigned count = words->arguments + words->variables;
    uint64_t *at = random - (3 + count + 2 * AUXILIARY);
    at = (uint64_t *)((uintptr_t)at & ~15ull);
    uint64_t *stack = at;
    add(EXEC_STACK_TOP - EXEC_STACK_SIZE, EXEC_STACK_TOP, REGION_STACK, 0,
        RIGHT_R | RIGHT_W);
    memcpy(text, words->text, words->size);
    random[0] = exec_random();
    random[1] = exec_random();
    *at++ = words->arguments;
    for (unsigned n = 0; n < count; n++) {
        if (n == words->arguments) {
            *at++ = 0;
        }
        *at++ = (uintptr_t)text;
        text += strlen(text) + 1;
    }
    at += 1 + (words->variables == 0); /* pages of the stack are zeros */
    const uint64_t auxiliary[AUXILIARY][2] = {
        {AT_PHDR, headers},
        {AT_PHENT, sizeof(struct elf_program)},
        {AT_PHNUM, e->program_count},
        {AT_PAGESZ, PAGE},
        {AT_ENTRY, e->entry + bias_of(e)},
        {AT_UID, 0},
        {AT_EUID, 0},
        {AT_GID, 0},
        {AT_EGID, 0},
        {AT_SECURE, 0},
        {AT_RANDOM, (uintptr_t)random},
        {AT_NULL, 0},
    };
    memcpy(at, auxiliary, sizeof(auxiliary));
    return (uintptr_t)stack;
}

int exec_program(const char *path, char *const *arguments,
                 char *const *variables, struct registers *registers)
{
    uint32_t inode;
    int error = file_find(path, true, &inode);
    if (error != 0) {
        return error;
    }
    const struct elf_head *e = file_content(inode);
    error = exec_check(file_inode(inode), e);
    if (error == 0) {
        error = exec_take_words(&exec_words, arguments, variables);
    }
    if (error != 0) {
        return error;
    }
    exec_settle(path);
    space_empty();
    region_empty();
    uint64_t headers = map(e, file_inode(inode)->where);
    memset(registers, 0, sizeof(*registers));
    registers->rip = e->entry + bias_of(e);
    registers->rflags = EXEC_FLAGS;
    registers->rsp = make_stack(e, headers);
    return 0;
}
