/*
 * The list of tags in which GRUB says what it has found. It is read before
 * there is any kernel to read it better (boot/bootinfo.c), for three things:
 * the memory map, the modules, the screen. `tags_damaged` looks once whether
 * it has an end; what is asked for afterwards stays inside.
 */
#include "boot/loader/tags.h"

/* The tag after `tag`, which starts on the next multiple of 8 bytes; 0 if
 * its head would not be inside the information. */
static const struct tag *next_tag(const struct info *info,
                                  const struct tag *tag)
{
    uint32_t at = (uint32_t)tag - (uint32_t)info;
    if (tag->size < sizeof(*tag) || tag->size > info->total_size - at) {
        return 0;
    }
    uint32_t next = (at + tag->size + 7) & ~7u;
    if (next < at || next + sizeof(*tag) > info->total_size) {
        return 0;
    }
    return (const struct tag *)((uint32_t)info + next);
}

static const struct tag *first_tag(const struct info *info)
{
    if (info->total_size < sizeof(*info) + sizeof(struct tag)) {
        return 0;
    }
    return (const struct tag *)(info + 1);
}

const struct tag *tags_find(const struct info *info, const struct tag *after,
                            uint32_t type, uint32_t least)
{
    const struct tag *tag = after ? next_tag(info, after) : first_tag(info);
    while (tag && tag->type != TAG_END) {
        if (tag->type == type && tag->size >= least) {
            return tag;
        }
        tag = next_tag(info, tag);
    }
    return 0;
}

int tags_damaged(const struct info *info)
{
    const struct tag *tag = first_tag(info);
    while (tag && tag->type != TAG_END) {
        tag = next_tag(info, tag);
    }
    return tag == 0;
}

static int same(const char *text, const char *end, const char *name)
{
    while (text < end && *text == *name) {
        if (*name == 0) {
            return 1;
        }
        text++;
        name++;
    }
    return 0;
}

const struct tag_module *tags_module(const struct info *info, const char *name)
{
    const struct tag *tag = 0;
    while (
        (tag = tags_find(info, tag, TAG_MODULE, sizeof(struct tag_module)))) {
        const struct tag_module *module = (const struct tag_module *)tag;
        const char *end = (const char *)tag + tag->size;
        if (module->end >= module->start && same(module->name, end, name)) {
            return module;
        }
    }
    return 0;
}

const struct memory *tags_memory(const struct info *info, uint32_t n)
{
    const struct tag_memory_map *map = (const struct tag_memory_map *)tags_find(
        info, 0, TAG_MEMORY_MAP, sizeof(*map));
    if (!map || map->entry_size < sizeof(struct memory)) {
        return 0;
    }
    uint32_t at = sizeof(*map);
    for (; n > 0 && at < map->tag.size; n--) {
        at += map->entry_size;
    }
    if (at + sizeof(struct memory) > map->tag.size) {
        return 0;
    }
    return (const struct memory *)((uint32_t)map + at);
}
