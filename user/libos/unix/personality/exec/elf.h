/* Executable files: System V ABI, chapters 4 and 5, as far as Linux looks at
 * them. */
#ifndef XO5_UNIX_PERSONALITY_EXEC_ELF_H
#define XO5_UNIX_PERSONALITY_EXEC_ELF_H

#include <stdbool.h>
#include <stdint.h>

#define ELF_SEGMENTS 64
#define ELF_PATH 4096

struct elf_segment {
    uint32_t type, flags;
    uint64_t offset, va, physical, file_size, memory_size, align;
};

struct elf {
    uint64_t bias;              /* added to all addresses of the file */
    uint64_t entry;             /* with the bias, as all that follows */
    uint64_t table;             /* where the program headers are in memory */
    uint64_t end;               /* of the highest segment */
    uint16_t count;             /* of the program headers */
    bool stack_runs;            /* it asks for an executable stack */
    char interpreter[ELF_PATH]; /* "": none */
    struct elf_segment segments[ELF_SEGMENTS];
};

#define ELF_HEAD 896 /* bytes */

/* Reads the first bytes of an open file, ELF_HEAD of them or all; how many, or
 * what reading answers. *head is where they are until the next one. */
int64_t elf_head(int fd, const uint8_t **head);

/* Reads the headers of an open file, the one whose head was read last; a
 * position-independent one goes to `place`. 0; -ENOEXEC: no executable for
 * this machine, or a damaged one; or what reading answers. */
int64_t elf_read(int fd, uint64_t place, struct elf *elf);

/* Maps its segments, where nothing is. 0; -ENOMEM, -ENOEXEC or what mapping
 * answers: some of it may be mapped then. */
int64_t elf_map(int fd, const struct elf *elf);

#endif
