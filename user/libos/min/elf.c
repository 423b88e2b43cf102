/* What exec refuses. */
#include <stdbool.h>

#include "lib/string.h"
#include "libos/min/exec.h"
#include "libos/min/space.h"
#include "libos/min/start.h"

static bool is_loadable(const struct elf_program *p, uint64_t bias,
                        uint64_t size)
{
    uint64_t va = p->va + bias;
    return p->offset <= size && p->file_size <= size - p->offset &&
           p->file_size <= p->memory_size && va % PAGE == p->offset % PAGE &&
           va >= EXEC_LOWEST && va < EXEC_HIGHEST &&
           p->memory_size <= EXEC_HIGHEST - va;
}

static bool is_bound(const struct elf_program *p, const char *file,
                     uint64_t size)
{
    uint64_t length = strlen(xo5_libos.name) + 1;
    return p->offset <= size && p->file_size <= size - p->offset &&
           p->file_size == length &&
           memcmp(file + p->offset, xo5_libos.name, length) == 0;
}

static uint64_t bias_of(const struct elf_head *e)
{
    return e->type == ELF_SHARED ? EXEC_BIAS : 0;
}

static int check_programs(const struct elf_head *e, uint64_t size)
{
    const struct elf_program *p = (const void *)((const char *)e + e->programs);
    unsigned loads = 0;
    for (unsigned i = 0; i < e->program_count; i++) {
        bool is_load = p[i].type == PROGRAM_LOAD && p[i].memory_size != 0;
        loads += is_load;
        if ((is_load && !is_loadable(&p[i], bias_of(e), size)) ||
            (p[i].type == PROGRAM_INTERP &&
             !is_bound(&p[i], (const char *)e, size))) {
            return -ENOEXEC;
        }
    }
    return loads > 0 ? 0 : -ENOEXEC;
}

int exec_check(const struct image_inode *inode, const struct elf_head *e)
{
    if ((inode->mode & S_IFMT) != S_IFREG || !(inode->mode & 0111)) {
        return -EACCES;
    }
    uint64_t size = inode->size;
    if (size < sizeof(*e) || memcmp(e->ident, ELF_IDENT, ELF_IDENT_SIZE) != 0 ||
        (e->type != ELF_EXECUTABLE && e->type != ELF_SHARED) ||
        e->machine != ELF_X86_64 || e->program_count == 0 ||
        e->program_count > EXEC_PROGRAMS || e->programs % 8 != 0 ||
        e->program_size != sizeof(struct elf_program) || e->programs > size ||
        e->program_count * sizeof(struct elf_program) > size - e->programs) {
        return -ENOEXEC;
    }
    return check_programs(e, size);
}
