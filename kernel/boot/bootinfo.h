/*
 * What the boot loader says about the machine: Multiboot2 Specification 2.0,
 * 3.6, "Boot information": its parts "Boot information format" and "Basic tags
 * structure", and one for each tag.
 *
 * The information is input from outside: it may be cut off, damaged or plain
 * wrong, and the kernel must never read a byte outside it, never loop for
 * ever and never believe a size before it has checked it.
 */
#ifndef XO5_BOOT_BOOTINFO_H
#define XO5_BOOT_BOOTINFO_H

#include "core/machine.h"

/* The tags that matter, and the size of each one's fixed part in bytes, its
 * 8-byte head included. Tags of any other type are passed over. */
#define TAG_END 0
#define TAG_END_SIZE 8
#define TAG_CMDLINE 1
#define TAG_CMDLINE_SIZE 8 /* then a string */
#define TAG_MODULE 3
#define TAG_MODULE_SIZE 16 /* start, end; then a string */
#define TAG_MEMORY 6
#define TAG_MEMORY_SIZE 16 /* entry size, version; then entries */
#define TAG_MEMORY_ENTRY 24
#define TAG_RSDP_1 14
#define TAG_RSDP_1_SIZE 28 /* then a copy of ACPI 1.0's root pointer */
#define TAG_RSDP_2 15
#define TAG_RSDP_2_SIZE 44 /* the same of ACPI 2.0 and later */

enum bootinfo_error {
    BOOTINFO_OK = 0,
    BOOTINFO_SIZE = 1,  /* total size below 16 or above the limit */
    BOOTINFO_TAG = 2,   /* a tag's size is below 8, or it leaves the total */
    BOOTINFO_SHORT = 3, /* a tag is too small for its fixed part; or memory
                           entries smaller than 24 bytes (a last entry that
                           is not whole does not count); or a string has no
                           final zero inside its tag */
    BOOTINFO_WRAP = 4,  /* a region or module ends before it starts, or a
                           region ends at 2^64 or beyond */
    BOOTINFO_MANY = 5,  /* more regions or modules than there is room for,
                           or a string that is longer than its room */
    BOOTINFO_END = 6,   /* no end tag inside the total size */
    BOOTINFO_RAM = 7,   /* no region of RAM */
};

/*
 * Takes the information at `info` apart and fills *out; *out is undefined
 * after an error. At most `limit` bytes may be read. Returns the first error
 * that is met reading tags front to back; of several in one tag (or in one
 * memory entry), the one that stands first in the enum; BOOTINFO_RAM only at
 * the end. `info` is aligned to 8
 * bytes. Called once at boot, on the loader's tables.
 */
enum bootinfo_error bootinfo_parse(const uint8_t *info, uint64_t limit,
                                   struct bootinfo *out);

/* Little-endian numbers of 32 and 64 bits at any address. */
static inline uint32_t read32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

static inline uint64_t read64(const uint8_t *at)
{
    return read32(at) | (uint64_t)read32(at + 4) << 32;
}

#endif
