/*
 * bootinfo_parse says only that something is too much, and fills nothing in.
 * Whoever has to mend the boot menu wants to know what, how much there is, and
 * how much there may be: so the tags are counted once more. That their sizes
 * can be believed, up to the end tag, the loader has checked.
 */
#include "boot/excess.h"

#include "abi/exit.h"
#include "arch/arch.h"
#include "lib/print.h"

static void __attribute__((noreturn)) stop(const char *what, uint64_t has,
                                           uint64_t room)
{
    print("xo5: the boot information has %s: %lu, and there is room for %lu.\n",
          what, has, room);
    arch_stop(EXIT_BOOT);
}

static uint64_t length(const uint8_t *at, const uint8_t *end)
{
    uint64_t n = 0;
    while (at + n < end && at[n] != 0) {
        n++;
    }
    return n;
}

/* Stops if that many letters, and their final zero, are too much. */
static void check_string(const char *what, const uint8_t *at,
                         const uint8_t *end, uint64_t room)
{
    if (length(at, end) >= room) {
        stop(what, length(at, end), room - 1);
    }
}

/* One tag that stays within the total: counts modules and regions of memory,
 * and looks at what is too long by itself. */
static void look(const uint8_t *tag, uint64_t *modules, uint64_t *regions)
{
    uint32_t type = read32(tag), size = read32(tag + 4);
    if (type == TAG_CMDLINE) {
        check_string("a command line with too many letters",
                     tag + TAG_CMDLINE_SIZE, tag + size, BOOTINFO_CMDLINE);
    } else if (type == TAG_MODULE && size >= TAG_MODULE_SIZE) {
        ++*modules;
        check_string("a module's name with too many letters",
                     tag + TAG_MODULE_SIZE, tag + size, BOOTINFO_NAME);
    } else if (type == TAG_MEMORY && size >= TAG_MEMORY_SIZE &&
               read32(tag + 8) >= TAG_MEMORY_ENTRY) {
        *regions += (size - TAG_MEMORY_SIZE) / read32(tag + 8);
    }
}

void excess_stop(const uint8_t *info)
{
    uint64_t modules = 0, regions = 0;
    for (uint64_t at = 8; read32(info + at) != TAG_END;
         at = align_up(at + read32(info + at + 4), 8)) {
        look(info + at, &modules, &regions);
    }
    if (modules > BOOTINFO_MODULES) {
        stop("too many modules", modules, BOOTINFO_MODULES);
    }
    stop("too many regions of memory", regions, BOOTINFO_REGIONS);
}
