/*
 * ELF64 executables: the kernel and init. System V ABI, chapters 4 and 5; its
 * x86-64 supplement.
 */
#ifndef XO5_BOOT_LOADER_ELF_H
#define XO5_BOOT_LOADER_ELF_H

#include <stddef.h>
#include <stdint.h>

#define ELF_SEGMENTS_MAX 8

#define ELF_X 1u /* a segment's flags, as in the file */
#define ELF_W 2u

struct elf_segment {
    uint64_t va;        /* where it belongs, bytes */
    uint64_t size;      /* bytes in memory */
    uint64_t offset;    /* where its content starts in the file */
    uint64_t file_size; /* bytes of content; the rest is zero */
    unsigned flags;
};

struct elf {
    uint64_t entry;
    unsigned count;
    struct elf_segment segment[ELF_SEGMENTS_MAX];
};

/*
 * Takes `size` bytes apart. Returns NULL and fills *elf if the file is a
 * static x86-64 executable, all of whose segments lie between `low` and
 * `high`, each on pages of its own. Otherwise returns what is wrong, in
 * words that end the sentence "init ...", in this order: truncated head, no
 * ELF file, another machine, no segments or too many, and for each segment
 * content outside the file, an address out of bounds, W with X, a page that
 * another one has; an entry point outside the X segments.
 */
const char *elf_read(const uint8_t *file, uint64_t size, uint64_t low,
                     uint64_t high, struct elf *elf);

#endif
