/*
 * Exercise 1.1. The boot information in two passes: the first finds the
 * first error and writes nothing; the second trusts what the first has seen.
 */
#include "boot/bootinfo.h"

#define HEAD 8
#define NOT_WHOLE UINT64_MAX

/* How much there is of what has to fit. */
struct count {
    uint64_t regions, modules, ram;
};

static uint32_t size_at(const uint8_t *tag)
{
    return read32(tag + 4);
}

/* Where the tag after the one at `at` starts; it may be behind the total. */
static uint64_t after(const uint8_t *info, uint64_t at)
{
    uint64_t size = size_at(info + at);
    return at + size + (HEAD - size % HEAD) % HEAD;
}

/* The length of the string in [from, to), or NOT_WHOLE. */
static uint64_t length_of(const uint8_t *from, const uint8_t *to)
{
    for (const uint8_t *at = from; at != to; at++) {
        if (*at == 0) {
            return (uint64_t)(at - from);
        }
    }
    return NOT_WHOLE;
}

/* A region of the memory map as it is to be listed; start == end if it is
 * not. Its end may not wrap. */
static struct region region_at(const uint8_t *entry)
{
    uint64_t start = read64(entry), end = start + read64(entry + 8);
    uint64_t kind = read32(entry + 16);
    bool known = kind >= REGION_RAM && kind <= REGION_BAD;
    if (kind != REGION_RAM) {
        return (struct region){start, end, known ? kind : REGION_RESERVED};
    }
    uint64_t first = start / FRAME_SIZE + (start % FRAME_SIZE != 0);
    uint64_t past = end / FRAME_SIZE;
    if (first >= past) {
        return (struct region){0, 0, REGION_RAM};
    }
    return (struct region){first * FRAME_SIZE, past * FRAME_SIZE, REGION_RAM};
}

static bool is_listed(struct region region)
{
    return region.kind != REGION_RAM || region.start != region.end;
}

/* ---- the first pass ----------------------------------------------------- */

static enum bootinfo_error check_string(const uint8_t *tag, uint32_t fixed,
                                        uint64_t room)
{
    uint64_t length = length_of(tag + fixed, tag + size_at(tag));
    return length == NOT_WHOLE ? BOOTINFO_SHORT
           : length >= room    ? BOOTINFO_MANY
                               : BOOTINFO_OK;
}

static enum bootinfo_error check_module(const uint8_t *tag, struct count *count)
{
    if (size_at(tag) < TAG_MODULE_SIZE) {
        return BOOTINFO_SHORT;
    }
    enum bootinfo_error name =
        check_string(tag, TAG_MODULE_SIZE, BOOTINFO_NAME);
    if (name == BOOTINFO_SHORT) {
        return BOOTINFO_SHORT;
    }
    if (read32(tag + 12) < read32(tag + 8)) {
        return BOOTINFO_WRAP;
    }
    count->modules++;
    return count->modules > BOOTINFO_MODULES ? BOOTINFO_MANY : name;
}

static enum bootinfo_error check_memory(const uint8_t *tag, struct count *count)
{
    if (size_at(tag) < TAG_MEMORY_SIZE || read32(tag + 8) < TAG_MEMORY_ENTRY) {
        return BOOTINFO_SHORT;
    }
    uint64_t step = read32(tag + 8), size = size_at(tag);
    for (uint64_t at = TAG_MEMORY_SIZE; at + step <= size; at += step) {
        if (read64(tag + at + 8) > ~read64(tag + at)) {
            return BOOTINFO_WRAP;
        }
        struct region region = region_at(tag + at);
        count->regions += is_listed(region);
        count->ram += region.kind == REGION_RAM && is_listed(region);
        if (count->regions > BOOTINFO_REGIONS) {
            return BOOTINFO_MANY;
        }
    }
    return BOOTINFO_OK;
}

static enum bootinfo_error check_tag(const uint8_t *tag, struct count *count)
{
    switch (read32(tag)) {
    case TAG_CMDLINE:
        return check_string(tag, TAG_CMDLINE_SIZE, BOOTINFO_CMDLINE);
    case TAG_MODULE:
        return check_module(tag, count);
    case TAG_MEMORY:
        return check_memory(tag, count);
    case TAG_RSDP_1:
        return size_at(tag) < TAG_RSDP_1_SIZE ? BOOTINFO_SHORT : BOOTINFO_OK;
    case TAG_RSDP_2:
        return size_at(tag) < TAG_RSDP_2_SIZE ? BOOTINFO_SHORT : BOOTINFO_OK;
    default:
        return BOOTINFO_OK;
    }
}

/* The error of the whole, and where the end tag is. */
static enum bootinfo_error check(const uint8_t *info, uint64_t total,
                                 uint64_t *end)
{
    enum bootinfo_error error = BOOTINFO_OK;
    struct count count = {0, 0, 0};
    uint64_t at = HEAD;
    while (!error && at + HEAD <= total) {
        if (size_at(info + at) < HEAD || at + size_at(info + at) > total) {
            return BOOTINFO_TAG;
        }
        if (read32(info + at) == TAG_END) {
            *end = at;
            return count.ram == 0 ? BOOTINFO_RAM : BOOTINFO_OK;
        }
        error = check_tag(info + at, &count);
        at = after(info, at);
    }
    return error ? error : BOOTINFO_END;
}

/* ---- the second pass ---------------------------------------------------- */

static void fill_string(char *to, const uint8_t *from)
{
    do {
        *to++ = (char)*from;
    } while (*from++ != 0);
}

static void fill_memory(const uint8_t *tag, struct bootinfo *out)
{
    uint64_t step = read32(tag + 8), size = size_at(tag);
    for (uint64_t at = TAG_MEMORY_SIZE; at + step <= size; at += step) {
        struct region region = region_at(tag + at);
        if (is_listed(region)) {
            out->region[out->regions++] = region;
        }
    }
}

static void fill_module(const uint8_t *tag, struct bootinfo *out)
{
    struct module *module = &out->module[out->modules++];
    module->start = read32(tag + 8);
    module->end = read32(tag + 12);
    fill_string(module->name, tag + TAG_MODULE_SIZE);
}

static void fill_tag(const uint8_t *info, uint64_t at, struct bootinfo *out)
{
    const uint8_t *tag = info + at;
    uint32_t type = read32(tag);
    if (type == TAG_CMDLINE) {
        fill_string(out->cmdline, tag + TAG_CMDLINE_SIZE);
    } else if (type == TAG_MODULE) {
        fill_module(tag, out);
    } else if (type == TAG_MEMORY) {
        fill_memory(tag, out);
    } else if (type == TAG_RSDP_1 || type == TAG_RSDP_2) {
        out->rsdp = at + HEAD;
    }
}

enum bootinfo_error bootinfo_parse(const uint8_t *info, uint64_t limit,
                                   struct bootinfo *out)
{
    uint64_t end = 0;
    if (limit < 16 || read32(info) < 16 || read32(info) > limit) {
        return BOOTINFO_SIZE;
    }
    enum bootinfo_error error = check(info, read32(info), &end);
    if (error) {
        return error;
    }
    for (uint64_t i = 0; i < sizeof(*out); i++) {
        ((uint8_t *)out)[i] = 0;
    }
    for (uint64_t at = HEAD; at != end; at = after(info, at)) {
        fill_tag(info, at, out);
    }
    return BOOTINFO_OK;
}
