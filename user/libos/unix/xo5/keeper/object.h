/* ELF objects as they lie in a file: System V ABI, chapters 4 and 5. */
#ifndef XO5_KEEPER_OBJECT_H
#define XO5_KEEPER_OBJECT_H

#include <stdint.h>

#define OBJECT_IDENT "\177ELF\2\1\1" /* of 64 bits, little-endian, version 1 */
#define OBJECT_IDENT_SIZE 7
#define OBJECT_SHARED 3
#define OBJECT_X86_64 62

struct object_head {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, programs, sections;
    uint32_t flags;
    uint16_t size, program_size, program_count, section_size, section_count,
        names;
};

struct object_program {
    uint32_t type, flags;
    uint64_t offset, va, physical, file_size, memory_size, align;
};

#define PROGRAM_LOAD 1
#define PROGRAM_DYNAMIC 2
#define PROGRAM_X 1
#define PROGRAM_W 2

struct object_dynamic {
    uint64_t tag, value;
};

#define DYNAMIC_END 0
#define DYNAMIC_RELOCATIONS 7
#define DYNAMIC_RELOCATIONS_SIZE 8

struct object_relocation {
    uint64_t place, info, addend;
};

#define RELOCATION_TYPE(info) ((uint32_t)(info))
#define RELOCATION_RELATIVE 8

#endif
