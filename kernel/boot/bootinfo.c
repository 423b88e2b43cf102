/*
 * Exercise 1.1. The boot information, read without trusting it.
 *
 *   0        8              8 + size, rounded up to 8
 *   | total  | type, size,  | type, size,  |  ...  | END, 8 |
 *   | 0      | the rest     | the rest     |       |        |
 *
 * Every size in it is somebody else's word. So a byte is read only when what
 * was checked before covers it: `total` by the limit, a tag by what is left of
 * the total, its fixed part by the tag, an entry by what is left of the tag.
 * Lengths are compared with what is left, and nothing is added that could
 * wrap.
 */
#include "boot/bootinfo.h"

/* Copies the string that fills [at, end) up to its final zero. */
static enum bootinfo_error copy_string(char *to, uint64_t room,
                                       const uint8_t *at, const uint8_t *end)
{
    uint64_t length = 0;
    while (at + length < end && at[length] != 0) {
        length++;
    }
    /* No zero in the tag: what follows it is not the string's. */
    if (at + length == end) {
        return BOOTINFO_SHORT;
    }
    if (length >= room) {
        return BOOTINFO_MANY;
    }
    for (uint64_t i = 0; i <= length; i++) {
        to[i] = (char)at[i];
    }
    return BOOTINFO_OK;
}

static enum bootinfo_error add_module(const uint8_t *tag, uint32_t size,
                                      struct bootinfo *out)
{
    struct module module = {read32(tag + 8), read32(tag + 12), ""};
    enum bootinfo_error error = copy_string(module.name, BOOTINFO_NAME,
                                            tag + TAG_MODULE_SIZE, tag + size);
    if (error == BOOTINFO_SHORT) {
        return error;
    }
    if (module.end < module.start) {
        return BOOTINFO_WRAP;
    }
    if (error || out->modules == BOOTINFO_MODULES) {
        return BOOTINFO_MANY;
    }
    out->module[out->modules++] = module;
    return BOOTINFO_OK;
}

static enum bootinfo_error add_region(const uint8_t *entry,
                                      struct bootinfo *out)
{
    uint64_t start = read64(entry);
    uint64_t end = start + read64(entry + 8);
    uint32_t kind = read32(entry + 16);
    if (end < start) {
        return BOOTINFO_WRAP;
    }
    if (kind == REGION_RAM) {
        /* Rounded up, it would wrap to 0. */
        if (start > UINT64_MAX - FRAME_SIZE) {
            return BOOTINFO_OK; /* not one whole frame */
        }
        start = align_up(start, FRAME_SIZE);
        end = align_down(end, FRAME_SIZE);
        if (start >= end) {
            return BOOTINFO_OK;
        }
    } else if (kind < REGION_RAM || kind > REGION_BAD) {
        kind = REGION_RESERVED;
    }
    if (out->regions == BOOTINFO_REGIONS) {
        return BOOTINFO_MANY;
    }
    out->region[out->regions++] = (struct region){start, end, kind};
    return BOOTINFO_OK;
}

static enum bootinfo_error add_memory(const uint8_t *tag, uint32_t size,
                                      struct bootinfo *out)
{
    uint32_t step = read32(tag + 8);
    if (step < TAG_MEMORY_ENTRY) {
        return BOOTINFO_SHORT;
    }
    /* Counts down what is left, so an entry size near 2^32 ends the loop. */
    for (uint32_t left = size - TAG_MEMORY_SIZE; left >= step; left -= step) {
        enum bootinfo_error error = add_region(tag + size - left, out);
        if (error) {
            return error;
        }
    }
    return BOOTINFO_OK;
}

/* The size of the fixed part of tags of that type. */
static uint32_t fixed_size(uint32_t type)
{
    switch (type) {
    case TAG_MODULE:
        return TAG_MODULE_SIZE;
    case TAG_MEMORY:
        return TAG_MEMORY_SIZE;
    case TAG_RSDP_1:
        return TAG_RSDP_1_SIZE;
    case TAG_RSDP_2:
        return TAG_RSDP_2_SIZE;
    default:
        return TAG_END_SIZE;
    }
}

/* Takes one tag, all of whose `size` bytes may be read. */
static enum bootinfo_error take_tag(const uint8_t *info, const uint8_t *tag,
                                    uint32_t size, struct bootinfo *out)
{
    uint32_t type = read32(tag);
    if (size < fixed_size(type)) {
        return BOOTINFO_SHORT;
    }
    switch (type) {
    case TAG_CMDLINE:
        return copy_string(out->cmdline, BOOTINFO_CMDLINE,
                           tag + TAG_CMDLINE_SIZE, tag + size);
    case TAG_MODULE:
        return add_module(tag, size, out);
    case TAG_MEMORY:
        return add_memory(tag, size, out);
    case TAG_RSDP_1:
    case TAG_RSDP_2:
        out->rsdp = (uint64_t)(tag - info) + TAG_END_SIZE;
        return BOOTINFO_OK;
    default:
        return BOOTINFO_OK;
    }
}

static enum bootinfo_error check_ram(const struct bootinfo *out)
{
    for (uint64_t i = 0; i < out->regions; i++) {
        if (out->region[i].kind == REGION_RAM) {
            return BOOTINFO_OK;
        }
    }
    return BOOTINFO_RAM;
}

enum bootinfo_error bootinfo_parse(const uint8_t *info, uint64_t limit,
                                   struct bootinfo *out)
{
    uint64_t total = limit < 8 ? 0 : read32(info);
    if (total < 16 || total > limit) {
        return BOOTINFO_SIZE;
    }
    *out = (struct bootinfo){0};
    for (uint64_t at = 8; total - at >= TAG_END_SIZE;) {
        uint32_t size = read32(info + at + 4);
        /* Shorter than its own head it would stand still, and longer lead
         * outside. */
        if (size < TAG_END_SIZE || size > total - at) {
            return BOOTINFO_TAG;
        }
        if (read32(info + at) == TAG_END) {
            return check_ram(out);
        }
        enum bootinfo_error error = take_tag(info, info + at, size, out);
        if (error) {
            return error;
        }
        at = align_up(at + size, 8);
        /* Rounding up may step over the end. */
        if (at > total) {
            break;
        }
    }
    return BOOTINFO_END;
}
