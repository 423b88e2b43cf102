/*
 * A static ELF file, read without trusting it: the kernel, and init. (System V
 * ABI, "Object Files".) Every offset and size in it is checked against the
 * file's size before it is used, by comparing with what is left; every address
 * against where that program may lie. What is wrong is said in words, for one
 * line on the screen.
 */
#include "boot/loader/elf.h"

#define PAGE 4096ull
#define HEAD_SIZE 64
#define PROGRAM_SIZE 56
#define IDENT_SIZE 6
#define TYPE_EXECUTABLE 2
#define MACHINE_X86_64 62
#define PT_LOAD 1

static uint64_t word(const uint8_t *at, unsigned bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++) {
        value |= (uint64_t)at[i] << (8 * i);
    }
    return value;
}

/* 0x7f "ELF", then 2 for 64 bits and 1 for little-endian. */
static int is_elf64(const uint8_t *file)
{
    static const char ident[] = "\177ELF\2\1";
    for (unsigned i = 0; i < IDENT_SIZE; i++) {
        if (file[i] != (uint8_t)ident[i]) {
            return 0;
        }
    }
    return 1;
}

static const char *check_head(const uint8_t *file, uint64_t size)
{
    if (size < HEAD_SIZE) {
        return "is shorter than an ELF header";
    }
    if (!is_elf64(file)) {
        return "is not a 64-bit ELF file";
    }
    if (word(file + 18, 2) != MACHINE_X86_64) {
        return "is for another machine than x86-64";
    }
    if (word(file + 16, 2) != TYPE_EXECUTABLE) {
        return "is not a static executable";
    }
    uint64_t at = word(file + 32, 8);
    if (word(file + 54, 2) != PROGRAM_SIZE || at > size ||
        word(file + 56, 2) * PROGRAM_SIZE > size - at) {
        return "is cut off in its program headers";
    }
    return NULL;
}

/* By pages, which is how they will be mapped. */
static int overlap(const struct elf_segment *a, const struct elf_segment *b)
{
    uint64_t a_end = (a->va + a->size + PAGE - 1) / PAGE;
    uint64_t b_end = (b->va + b->size + PAGE - 1) / PAGE;
    return a->va / PAGE < b_end && b->va / PAGE < a_end;
}

static const char *check_segment(const struct elf *elf,
                                 const struct elf_segment *s, uint64_t size,
                                 uint64_t low, uint64_t high)
{
    if (s->offset > size || s->file_size > size - s->offset) {
        return "is cut off inside a segment";
    }
    if (s->file_size > s->size || s->va < low || s->va >= high ||
        s->size > high - s->va) {
        return "has a segment at an absurd address or of an absurd size";
    }
    /* Nothing in xo5 is mapped so. */
    if ((s->flags & ELF_W) && (s->flags & ELF_X)) {
        return "has a segment that is both writable and executable";
    }
    for (unsigned i = 0; i < elf->count; i++) {
        if (overlap(&elf->segment[i], s)) {
            return "has segments that overlap";
        }
    }
    return NULL;
}

static struct elf_segment read_segment(const uint8_t *program)
{
    return (struct elf_segment){
        .flags = (unsigned)word(program + 4, 4),
        .offset = word(program + 8, 8),
        .va = word(program + 16, 8),
        .file_size = word(program + 32, 8),
        .size = word(program + 40, 8),
    };
}

static const char *check_entry(const struct elf *elf)
{
    for (unsigned i = 0; i < elf->count; i++) {
        const struct elf_segment *s = &elf->segment[i];
        if ((s->flags & ELF_X) && elf->entry >= s->va &&
            elf->entry - s->va < s->size) {
            return NULL;
        }
    }
    return elf->count == 0 ? "has no segment to load"
                           : "starts outside its code";
}

const char *elf_read(const uint8_t *file, uint64_t size, uint64_t low,
                     uint64_t high, struct elf *elf)
{
    const char *wrong = check_head(file, size);
    if (wrong) {
        return wrong;
    }
    const uint8_t *program = file + word(file + 32, 8);
    elf->entry = word(file + 24, 8);
    elf->count = 0;
    for (uint64_t n = word(file + 56, 2); n > 0; n--) {
        struct elf_segment segment = read_segment(program);
        if (word(program, 4) == PT_LOAD && segment.size > 0) {
            if (elf->count == ELF_SEGMENTS_MAX) {
                return "has too many segments";
            }
            wrong = check_segment(elf, &segment, size, low, high);
            if (wrong) {
                return wrong;
            }
            elf->segment[elf->count++] = segment;
        }
        program += PROGRAM_SIZE;
    }
    return check_entry(elf);
}
