/*
 * Exercise 5.3. Another way: the stack is written from its top downwards, a
 * word at a time.
 */
#include "libos/min/exec.h"

#include "lib/string.h"
#include "libos/min/abi.h"
#include "libos/min/file.h"
#include "libos/min/process.h"
#include "libos/min/region.h"
#include "libos/min/space.h"

static uint64_t round_down(uint64_t n)
{
    return n / PAGE * PAGE;
}

static void need(bool is_there)
{
    if (!is_there) {
        process_die(SIGKILL);
    }
}

static void map_one(const struct elf_program *p, uint64_t va, uint64_t page)
{
    uint64_t start = round_down(va), in_file = va + p->file_size;
    struct region file = {.start = start, .kind = REGION_FILE, .first = page};
    struct region zeros = {.kind = REGION_ZERO};
    file.rights = RIGHT_R;
    file.rights |= p->flags & PROGRAM_W ? RIGHT_W : 0;
    file.rights |= p->flags & PROGRAM_X ? RIGHT_X : 0;
    zeros.rights = file.rights;
    file.end = p->file_size ? round_down(in_file + PAGE - 1) : start;
    zeros.start = file.end;
    zeros.end = round_down(va + p->memory_size + PAGE - 1);
    need(file.start == file.end || region_add(&file));
    need(zeros.start == zeros.end || region_add(&zeros));
    for (uint8_t *at = (uint8_t *)in_file;
         file.rights & RIGHT_W && (uint64_t)at < file.end; at++) {
        *at = 0;
    }
}

static uint64_t *push(uint64_t *sp, uint64_t word)
{
    *--sp = word;
    return sp;
}

static uint64_t *push_pair(uint64_t *sp, uint64_t name, uint64_t value)
{
    return push(push(sp, value), name);
}

/* The addresses of the strings, the last first; 0 behind each of the two
 * lists. */
static uint64_t *push_words(uint64_t *sp, const char *text)
{
    unsigned count = exec_words.arguments + exec_words.variables;
    uint64_t *end = sp, *at = sp - count - 2;
    sp = at;
    for (unsigned n = 0; n < count; n++) {
        if (n == exec_words.arguments) {
            *at++ = 0;
        }
        *at++ = (uint64_t)text;
        text += strlen(text) + 1;
    }
    while (at < end) {
        *at++ = 0;
    }
    return push(sp, exec_words.arguments);
}

static uint64_t fill_stack(const struct elf_head *e, uint64_t bias,
                           uint64_t headers)
{
    struct region r = {EXEC_STACK_TOP - EXEC_STACK_SIZE, EXEC_STACK_TOP, 0,
                       REGION_STACK, RIGHT_R | RIGHT_W};
    need(region_add(&r));
    char *text = (char *)((EXEC_STACK_TOP - exec_words.size) / 16 * 16);
    memcpy(text, exec_words.text, exec_words.size);
    uint64_t *sp = (uint64_t *)text;
    sp = push_pair(sp, exec_random(), exec_random());
    uint64_t random = (uint64_t)sp;
    /* argc, two zeros and an odd number of strings are an even number. */
    if ((exec_words.arguments + exec_words.variables) % 2 == 0) {
        sp = push(sp, 0);
    }
    static const uint8_t zeros[] = {AT_UID, AT_EUID, AT_GID, AT_EGID,
                                    AT_SECURE};
    sp = push_pair(sp, AT_NULL, 0);
    for (unsigned n = 0; n < sizeof(zeros); n++) {
        sp = push_pair(sp, zeros[n], 0);
    }
    sp = push_pair(sp, AT_RANDOM, random);
    sp = push_pair(sp, AT_PAGESZ, PAGE);
    sp = push_pair(sp, AT_ENTRY, e->entry + bias);
    sp = push_pair(sp, AT_PHNUM, e->program_count);
    sp = push_pair(sp, AT_PHENT, e->program_size);
    sp = push_pair(sp, AT_PHDR, headers);
    return (uint64_t)push_words(sp, text);
}

int exec_program(const char *path, char *const *arguments,
                 char *const *variables, struct registers *registers)
{
    uint32_t inode = 0;
    int error = file_find(path, true, &inode);
    error = error ? error
                  : exec_check(file_inode(inode), file_content(inode));
    error = error ? error
                  : exec_take_words(&exec_words, arguments, variables);
    if (error) {
        return error;
    }
    const struct elf_head *e = file_content(inode);
    const struct elf_program *p =
        (const void *)((const uint8_t *)e + e->programs);
    uint64_t bias = e->type == ELF_SHARED ? EXEC_BIAS : 0;
    struct region heap = {0, 0, 0, REGION_HEAP, RIGHT_R | RIGHT_W};
    uint64_t headers = 0;
    exec_settle(path);
    region_empty();
    space_empty();
    for (const struct elf_program *end = p + e->program_count; p < end; p++) {
        if (p->type == PROGRAM_LOAD && p->memory_size > 0) {
            uint64_t va = p->va + bias, last = va + p->memory_size;
            map_one(p, va, file_inode(inode)->where + p->offset / PAGE);
            heap.start = last > heap.start ? last : heap.start;
            if (e->programs - p->offset < p->file_size) {
                headers = va + (e->programs - p->offset);
            }
        }
    }
    heap.start = heap.end = heap.first = round_down(heap.start + PAGE - 1);
    need(region_add(&heap));
    *registers = (struct registers){
        .rip = e->entry + bias,
        .rflags = EXEC_FLAGS,
        .rsp = fill_stack(e, bias, headers),
    };
    return 0;
}
