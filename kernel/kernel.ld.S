/*
 * kernel.elf. The image is one run of addresses from KERNEL_BASE, in parts
 * that lib/image.c lists: text, data, stacks with a hole below each, and
 * what is only read. The names for a backtrace stand last, so that adding
 * them moves nothing.
 */
#include "abi/layout.h"
#include "arch/layout.h"

OUTPUT_FORMAT(elf64-x86-64)
ENTRY(kernel_start)

PHDRS
{
    text PT_LOAD FLAGS(5);
    data PT_LOAD FLAGS(6);
    rodata PT_LOAD FLAGS(4);
}

SECTIONS
{
    /* Every frame of RAM, as an array of tables. */
    tables = DIRECT_BASE;
    entries = DIRECT_BASE;
    /* The books: core/books.h. */
    books = BOOKS_BASE;
    groups = BOOKS_BASE + BOOKS_GROUPS;
    processes = BOOKS_BASE + BOOKS_PROCESSES;
    extents2 = BOOKS_BASE + BOOKS_EXTENTS2;
    extents3 = BOOKS_BASE + BOOKS_EXTENTS3;
    frames = BOOKS_BASE + BOOKS_FRAMES;

    . = KERNEL_BASE;
    image_start = .;
    .text : {
        text_start = .;
        *(.text.start) *(.text .text.*)
        . = ALIGN(4096);
        text_end = .;
    } :text
    .data : {
        data_start = .;
        *(.data .data.rel .data.rel.local)
    } :data
    .bss : {
        *(.bss .bss.* COMMON)
        . = ALIGN(4096);
        data_end = .;
        stack_boot_bottom = . + STACK_HOLE;
        stack_boot_top = . + STACK_STRIDE;
        . = . + STACKS * STACK_STRIDE;
    } :data
    .rodata : {
        rodata_start = .;
        *(.rodata .rodata.*) *(.data.rel.ro .data.rel.ro.*)
        *(.got .got.plt)
        *(.symbols)
        . = ALIGN(4096);
        rodata_end = .;
    } :rodata
    image_end = .;
    /DISCARD/ : { *(.comment .note .note.* .eh_frame) }
}
