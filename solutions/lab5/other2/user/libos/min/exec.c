/*
 * Exercise 5.3. A third way: the new program is described first, and made
 * from the description.
 */
#include "libos/min/exec.h"

#include "lib/string.h"
#include "libos/min/abi.h"
#include "libos/min/file.h"
#include "libos/min/process.h"
#include "libos/min/region.h"
#include "libos/min/space.h"

struct plan {
    struct region regions[2 * EXEC_PROGRAMS + 2];
    unsigned count;
    uint64_t zero_from[EXEC_PROGRAMS], zero_to[EXEC_PROGRAMS];
    unsigned zeros;
    uint64_t headers, entry, heap;
    unsigned header_count;
};

static uint64_t up(uint64_t n)
{
    return (n + PAGE - 1) & -PAGE;
}

static void plan_region(struct plan *plan, uint64_t start, uint64_t end,
                        enum region_kind kind, uint64_t first, unsigned rights)
{
    if (start != end || kind == REGION_HEAP) {
        plan->regions[plan->count++] =
            (struct region){start, end, first, kind, rights};
    }
}

static void plan_segment(struct plan *plan, const struct elf_program *p,
                         uint64_t va, uint64_t page)
{
    static const unsigned rights[8] = {
        RIGHT_R, RIGHT_R | RIGHT_X, RIGHT_R | RIGHT_W, RIGHTS_RWX,
        RIGHT_R, RIGHT_R | RIGHT_X, RIGHT_R | RIGHT_W, RIGHTS_RWX};
    uint64_t file_end = va + p->file_size, end = up(va + p->memory_size);
    uint64_t border = p->file_size ? up(file_end) : va & -PAGE;
    unsigned has = rights[p->flags & 7];
    plan_region(plan, va & -PAGE, border, REGION_FILE, page, has);
    plan_region(plan, border, end, REGION_ZERO, 0, has);
    if (has & RIGHT_W && border > file_end) {
        plan->zero_from[plan->zeros] = file_end;
        plan->zero_to[plan->zeros++] = border;
    }
    if (end > plan->heap) {
        plan->heap = end;
    }
}

static void plan_all(struct plan *plan, uint32_t inode)
{
    const struct elf_head *e = file_content(inode);
    const struct elf_program *p = (const void *)((uintptr_t)e + e->programs);
    uint64_t bias = e->type == ELF_SHARED ? EXEC_BIAS : 0;
    memset(plan, 0, sizeof(*plan));
    plan->entry = e->entry + bias;
    plan->header_count = e->program_count;
    for (unsigned i = 0; i < e->program_count; i++) {
        if (p[i].type == PROGRAM_LOAD && p[i].memory_size) {
            plan_segment(plan, &p[i], p[i].va + bias,
                         file_inode(inode)->where + p[i].offset / PAGE);
            uint64_t in = e->programs - p[i].offset;
            plan->headers =
                in < p[i].file_size ? p[i].va + bias + in : plan->headers;
        }
    }
    plan_region(plan, plan->heap, plan->heap, REGION_HEAP, plan->heap,
                RIGHT_R | RIGHT_W);
    plan_region(plan, EXEC_STACK_TOP - EXEC_STACK_SIZE, EXEC_STACK_TOP,
                REGION_STACK, 0, RIGHT_R | RIGHT_W);
}

/* The words of the stack: where they are to be, or only how many. */
static uint64_t stack_words(uint64_t *to, const struct plan *plan,
                            uint64_t text, uint64_t random)
{
    const char *string = exec_words.text;
    uint64_t n = 0, word;
    unsigned left = exec_words.arguments;
    const uint64_t auxiliary[] = {
        AT_PHDR, plan->headers, AT_PHENT, sizeof(struct elf_program),
        AT_PHNUM, plan->header_count, AT_PAGESZ, PAGE, AT_ENTRY, plan->entry,
        AT_UID, 0, AT_EUID, 0, AT_GID, 0, AT_EGID, 0, AT_SECURE, 0, AT_RANDOM,
        random, AT_NULL, 0};
#define PUT(value) (word = (value), to ? to[n] = word : 0, n++)
    PUT(exec_words.arguments);
    for (unsigned list = 0; list < 2; list++) {
        while (left-- > 0) {
            PUT(text + (uint64_t)(string - exec_words.text));
            string += strlen(string) + 1;
        }
        PUT(0);
        left = exec_words.variables;
    }
    for (unsigned k = 0; k < sizeof(auxiliary) / 8; k++) {
        PUT(auxiliary[k]);
    }
    return n;
}

int exec_program(const char *path, char *const *arguments,
                 char *const *variables, struct registers *registers)
{
    static struct plan plan;
    uint32_t inode;
    int error;
    if ((error = file_find(path, true, &inode)) != 0 ||
        (error = exec_check(file_inode(inode), file_content(inode))) != 0 ||
        (error = exec_take_words(&exec_words, arguments, variables)) != 0) {
        return error;
    }
    plan_all(&plan, inode);
    exec_settle(path);
    space_empty();
    region_empty();
    for (unsigned n = 0; n < plan.count; n++) {
        if (!region_add(&plan.regions[n])) {
            process_die(SIGKILL);
        }
    }
    for (unsigned n = 0; n < plan.zeros; n++) {
        memset((void *)plan.zero_from[n], 0,
               plan.zero_to[n] - plan.zero_from[n]);
    }
    uint64_t text = EXEC_STACK_TOP - exec_words.size;
    uint64_t random = (text - 16) & ~7ull;
    uint64_t rsp = random - 8 * stack_words(0, &plan, text, random);
    rsp &= ~15ull;
    memcpy((void *)text, exec_words.text, exec_words.size);
    ((uint64_t *)random)[0] = exec_random();
    ((uint64_t *)random)[1] = exec_random();
    stack_words((uint64_t *)rsp, &plan, text, random);
    memset(registers, 0, sizeof(*registers));
    registers->rsp = rsp;
    registers->rip = plan.entry;
    registers->rflags = EXEC_FLAGS;
    return 0;
}
