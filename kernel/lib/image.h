/*
 * The kernel's image: where its parts are, in virtual addresses and in
 * frames. Between the parts are holes, one below each stack.
 */
#ifndef XO5_LIB_IMAGE_H
#define XO5_LIB_IMAGE_H

#include "arch/arch.h"
#include "lib/types.h"

enum part_kind {
    PART_TEXT,   /* run */
    PART_DATA,   /* load and store */
    PART_RODATA, /* load */
};

struct part {
    enum part_kind kind;
    vaddr va;      /* whole pages, ascending */
    paddr pa;      /* where it lies */
    uint64_t size; /* bytes, a multiple of 4 KiB */
};

#define IMAGE_PARTS (3 + STACKS) /* text, data, stacks, rodata */

struct image {
    paddr start, end; /* all of it, holes too */
    struct part part[IMAGE_PARTS];
};

/* The running kernel, which the loader placed at that physical address. */
struct image image_find(paddr start);

/* True if the address lies in the kernel's text. */
bool image_is_text(uint64_t address);

/* True if the address lies on one of the kernel's stacks. */
bool image_is_stack(uint64_t address);

#endif
