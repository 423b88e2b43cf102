/*
 * What the loader itself needs of GRUB's multiboot2 information: a memory
 * map to find room in, the modules and the screen. The kernel reads the
 * information once more, in full, in boot/bootinfo.c.
 * Multiboot2 Specification 2.0, section 3.6.
 */
#ifndef XO5_BOOT_LOADER_TAGS_H
#define XO5_BOOT_LOADER_TAGS_H

#include <stdint.h>

#define TAG_END 0
#define TAG_CMDLINE 1
#define TAG_MODULE 3
#define TAG_MEMORY_MAP 6
#define TAG_FRAMEBUFFER 8

struct info {
    uint32_t total_size;
    uint32_t reserved;
};

struct tag {
    uint32_t type;
    uint32_t size;
};

struct tag_module {
    struct tag tag;
    uint32_t start, end;
    char name[];
};

struct memory {
    uint64_t base, length;
    uint32_t type, reserved;
};

#define MEMORY_RAM 1

struct tag_memory_map {
    struct tag tag;
    uint32_t entry_size, entry_version;
    struct memory entries[];
};

struct tag_framebuffer {
    struct tag tag;
    uint64_t address;
    uint32_t pitch, width, height;
    uint8_t bits, type;
};

#define FRAMEBUFFER_RGB 1
#define FRAMEBUFFER_TEXT 2

/* The first tag of that type after `after` (0: from the start), at least
 * `least` bytes long; 0 if there is none, and if one on the way is damaged.
 * Whether any is damaged, tags_damaged tells. */
const struct tag *tags_find(const struct info *info, const struct tag *after,
                            uint32_t type, uint32_t least);

/* True if a size leaves the information or is less than a tag's head, or if
 * the end tag is missing. */
int tags_damaged(const struct info *info);

/* The module of that name, or 0. */
const struct tag_module *tags_module(const struct info *info, const char *name);

/* Entry n of the memory map; 0 after the last. */
const struct memory *tags_memory(const struct info *info, uint32_t n);

#endif
