/*
 * The kernel has room for so many modules, regions of memory and letters
 * (core/machine.h), and of too much it can only say that it is too much. Who
 * has to mend the boot menu wants to know what, how much there is, and how much
 * there may be: so the tags are counted here, before it starts.
 */
#include "boot/loader/excess.h"

#include "boot/loader/say.h"
#include "core/machine.h"

static void check(const char *what, uint32_t has, uint32_t room)
{
    if (has > room) {
        say("xo5: the boot information has ");
        say(what);
        say(": ");
        say_number(has);
        say(", and there is room for ");
        say_number(room);
        say_end();
    }
}

/* The letters of the string that fills the tag up to its end; 0 if it has no
 * final zero, of which the kernel has more to say. */
static uint32_t letters(const struct tag *tag, uint32_t fixed)
{
    const char *at = (const char *)tag;
    for (uint32_t n = fixed; n < tag->size; n++) {
        if (at[n] == 0) {
            return n - fixed;
        }
    }
    return 0;
}

/* Regions that the kernel lists: of RAM, those with a whole frame. */
static uint32_t count_regions(const struct info *info)
{
    const struct memory *m;
    uint32_t count = 0;
    for (uint32_t n = 0; (m = tags_memory(info, n)); n++) {
        uint64_t start = align_up(m->base, FRAME_SIZE);
        uint64_t end = align_down(m->base + m->length, FRAME_SIZE);
        count += m->type != MEMORY_RAM || start < end;
    }
    return count;
}

void excess_check(const struct info *info)
{
    const struct tag *tag = NULL;
    uint32_t modules = 0;
    while ((tag = tags_find(info, tag, TAG_CMDLINE, sizeof(struct tag)))) {
        check("a command line with too many letters",
              letters(tag, sizeof(struct tag)), BOOTINFO_CMDLINE - 1);
    }
    while (
        (tag = tags_find(info, tag, TAG_MODULE, sizeof(struct tag_module)))) {
        check("a module's name with too many letters",
              letters(tag, sizeof(struct tag_module)), BOOTINFO_NAME - 1);
        modules++;
    }
    check("too many modules", modules, BOOTINFO_MODULES);
    check("too many regions of memory", count_regions(info), BOOTINFO_REGIONS);
}
