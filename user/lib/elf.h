#ifndef XO5_LIB_ELF_H
#define XO5_LIB_ELF_H

#include <stdint.h>

/* ELF objects: System V ABI, chapters 4 and 5. */
#define ELF_IDENT "\177ELF\2\1\1" /* 64 bits, little-endian, version 1 */
#define ELF_IDENT_SIZE 7
#define ELF_EXECUTABLE 2
#define ELF_SHARED 3
#define ELF_X86_64 62
#define PROGRAM_LOAD 1
#define PROGRAM_INTERP 3
#define PROGRAM_X 1
#define PROGRAM_W 2
#define PROGRAM_R 4

struct elf_head {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, programs, sections;
    uint32_t flags;
    uint16_t size, program_size, program_count, section_size, section_count,
        names;
};

struct elf_program {
    uint32_t type, flags;
    uint64_t offset, va, physical, file_size, memory_size, align;
};

#endif
