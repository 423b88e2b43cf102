/*
 * libFuzzer's way into boot/loader/elf.c, which the loader trusts with
 * files from outside: any bytes, in a block of exactly their size.
 */
#include <stdlib.h>
#include <string.h>

#include "boot/loader/elf.h"

#define LOW 0x10000
#define HIGH 0x4000000000
#define PAGE 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

/* What elf_read promises of segment n of a file of that size. */
static void check(const struct elf *elf, unsigned n, size_t size)
{
    const struct elf_segment *s = &elf->segment[n];
    must(s->size > 0 && s->file_size <= s->size);
    must(s->offset <= size && s->file_size <= size - s->offset);
    must(s->va >= LOW && s->va < HIGH && s->size <= HIGH - s->va);
    must(!(s->flags & ELF_W) || !(s->flags & ELF_X));
    for (unsigned i = 0; i < n; i++) {
        const struct elf_segment *other = &elf->segment[i];
        must(s->va / PAGE > (other->va + other->size - 1) / PAGE ||
             other->va / PAGE > (s->va + s->size - 1) / PAGE);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct elf elf;
    uint8_t *exact = malloc(size);
    must(size == 0 || exact != NULL);
    memcpy(exact, data, size);
    if (elf_read(exact, size, LOW, HIGH, &elf) == NULL) {
        must(elf.count > 0 && elf.count <= ELF_SEGMENTS_MAX);
        for (unsigned n = 0; n < elf.count; n++) {
            check(&elf, n, size);
        }
    }
    free(exact);
    return 0;
}
