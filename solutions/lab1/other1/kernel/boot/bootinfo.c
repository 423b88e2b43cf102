/*
 * Exercise 1.1. The boot information, by a table of tags; every byte is read
 * through a span, which ends where the tag ends.
 */
#include "boot/bootinfo.h"

#include "../../mine/span.h"

#define HEAD 8 /* of the information, and of each tag */

/* What a tag's function gets: its bytes behind the head, and where they lie
 * in the information. */
struct tag {
    struct span body;
    uint64_t offset;
};

static enum bootinfo_error take_cmdline(struct tag tag, struct bootinfo *out)
{
    uint64_t length = span_string(tag.body, out->cmdline, BOOTINFO_CMDLINE);
    if (length == UINT64_MAX) {
        return BOOTINFO_SHORT;
    }
    return length < BOOTINFO_CMDLINE ? BOOTINFO_OK : BOOTINFO_MANY;
}

static enum bootinfo_error take_module(struct tag tag, struct bootinfo *out)
{
    struct module module = {.start = span_32(&tag.body)};
    module.end = span_32(&tag.body);
    uint64_t length = span_string(tag.body, module.name, BOOTINFO_NAME);
    if (length == UINT64_MAX) {
        return BOOTINFO_SHORT;
    }
    if (module.start > module.end) {
        return BOOTINFO_WRAP;
    }
    if (length >= BOOTINFO_NAME || out->modules >= BOOTINFO_MODULES) {
        return BOOTINFO_MANY;
    }
    out->module[out->modules] = module;
    out->modules++;
    return BOOTINFO_OK;
}

/* The whole frames of RAM; start == end if there is none. */
static void shrink(struct region *ram)
{
    uint64_t first = ram->start / FRAME_SIZE;
    uint64_t past = ram->end / FRAME_SIZE;
    first += ram->start % FRAME_SIZE != 0;
    past = past > first ? past : first;
    ram->start = first * FRAME_SIZE;
    ram->end = past * FRAME_SIZE;
}

static enum bootinfo_error take_region(struct span entry, struct bootinfo *out)
{
    struct region region = {.start = span_64(&entry)};
    uint64_t length = span_64(&entry);
    if (length > UINT64_MAX - region.start) {
        return BOOTINFO_WRAP;
    }
    region.end = region.start + length;
    region.kind = span_32(&entry);
    if (region.kind == REGION_RAM) {
        shrink(&region);
        if (region.start == region.end) {
            return BOOTINFO_OK;
        }
    }
    if (region.kind == 0 || region.kind > REGION_BAD) {
        region.kind = REGION_RESERVED;
    }
    if (out->regions >= BOOTINFO_REGIONS) {
        return BOOTINFO_MANY;
    }
    out->region[out->regions] = region;
    out->regions++;
    return BOOTINFO_OK;
}

static enum bootinfo_error take_memory(struct tag tag, struct bootinfo *out)
{
    enum bootinfo_error error = BOOTINFO_OK;
    uint32_t step = span_32(&tag.body);
    struct span entry;
    span_32(&tag.body); /* the version */
    if (step < TAG_MEMORY_ENTRY) {
        return BOOTINFO_SHORT;
    }
    while (!error && span_cut(&tag.body, step, &entry)) {
        error = take_region(entry, out);
    }
    return error;
}

static enum bootinfo_error take_rsdp(struct tag tag, struct bootinfo *out)
{
    out->rsdp = tag.offset;
    return BOOTINFO_OK;
}

static const struct taker {
    uint32_t type, size;
    enum bootinfo_error (*take)(struct tag tag, struct bootinfo *out);
} takers[] = {
    {TAG_CMDLINE, TAG_CMDLINE_SIZE, take_cmdline},
    {TAG_MODULE, TAG_MODULE_SIZE, take_module},
    {TAG_MEMORY, TAG_MEMORY_SIZE, take_memory},
    {TAG_RSDP_1, TAG_RSDP_1_SIZE, take_rsdp},
    {TAG_RSDP_2, TAG_RSDP_2_SIZE, take_rsdp},
};

static enum bootinfo_error take(uint32_t type, struct tag tag,
                                struct bootinfo *out)
{
    for (unsigned i = 0; i < ARRAY_COUNT(takers); i++) {
        if (takers[i].type == type) {
            return tag.body.left + HEAD < takers[i].size
                       ? BOOTINFO_SHORT
                       : takers[i].take(tag, out);
        }
    }
    return BOOTINFO_OK;
}

static enum bootinfo_error finish(const struct bootinfo *out)
{
    bool ram = false;
    for (uint64_t i = 0; i < out->regions; i++) {
        ram = ram || out->region[i].kind == REGION_RAM;
    }
    return ram ? BOOTINFO_OK : BOOTINFO_RAM;
}

enum bootinfo_error bootinfo_parse(const uint8_t *info, uint64_t limit,
                                   struct bootinfo *out)
{
    struct span rest = {info, limit}, ignored;
    uint64_t total = span_32(&rest);
    if (total < 2 * HEAD || total > limit) {
        return BOOTINFO_SIZE;
    }
    rest = (struct span){info + HEAD, total - HEAD};
    *out = (struct bootinfo){.regions = 0};
    while (rest.left >= HEAD) {
        struct tag tag;
        uint32_t type = read32(rest.at), size = read32(rest.at + 4);
        if (size < HEAD || !span_cut(&rest, size, &tag.body)) {
            return BOOTINFO_TAG;
        }
        if (type == TAG_END) {
            return finish(out);
        }
        tag.offset = (uint64_t)(tag.body.at - info) + HEAD;
        span_64(&tag.body);
        enum bootinfo_error error = take(type, tag, out);
        if (error) {
            return error;
        }
        if (!span_cut(&rest, -size % 8, &ignored)) {
            break;
        }
    }
    return BOOTINFO_END;
}
