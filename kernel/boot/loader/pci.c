/*
 * What PCI says is there, and what of it ring 3 may have: looked for once, and
 * before the kernel runs, so that nothing of this is left in it.
 *
 * A function reaches all of memory by itself, and nothing here stands between
 * it and a frame. So its bus mastering is switched off; but that is a bit of
 * the function's own, and who has its registers may have a way to the bit: a
 * virtio function sets it when it is reset, others show their configuration
 * space among their registers. Hence ring 3 gets no function's registers, but
 * of displays what is memory and nothing else; and what it does not get does
 * not listen at addresses that it may share with something that it gets.
 */
#include "boot/loader/pci.h"

#include <stdbool.h>

#include "arch/port.h"
#include "lib/types.h"

#define VGA_START 0xa0
#define VGA_END 0xc0
#define DEVICE_FRAMES_MAX 0x2000 /* 32 MiB of one range */

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define CONFIG_ENABLE 0x80000000u

#define ID 0x00
#define COMMAND 0x04
#define COMMAND_DECODE 3u
#define COMMAND_MASTER 4u
#define COMMAND_BITS 0xffffu /* above them: errors, which a 1 forgets */
#define CLASS 0x08
#define CLASS_OF(word) ((word) >> 24)
#define HEADER 0x0c
#define HEADER_MULTI (1u << 23)
#define HEADER_TYPE(word) ((word) >> 16 & 0x7f)
#define BAR 0x10
#define BAR_COUNT 6
#define BAR_PORTS 1u
#define BAR_64 4u
#define BAR_MEMORY 8u /* prefetchable: loads change nothing */
#define BAR_FLAGS 15u

/* Base classes: PCI Code and ID Assignment Specification, 1. */
#define CLASS_DISPLAY 3u
#define CLASS_MEMORY 5u /* controllers, and what a chipset hides as such */
#define CLASS_BRIDGE 6u
#define CLASS_BOARD 8u /* interrupts, timers, remapping */

/* Displays whose memory is a queue of commands, or registers as well. */
#define VENDOR(id) ((id) & 0xffff)
#define VENDOR_VIRTIO 0x1af4u
#define VENDOR_VMWARE 0x15adu
/* The display that QEMU and Bochs make up: it cannot master the bus. */
#define ID_PLAIN_DISPLAY 0x11111234u

#define NOBODY 0xffffffffu
#define FUNCTIONS 65536u /* 256 buses, 32 devices, 8 functions */

static uint32_t config_read(unsigned function, unsigned at)
{
    port_write32(CONFIG_ADDRESS, CONFIG_ENABLE | function << 8 | at);
    return port_read32(CONFIG_DATA);
}

static void config_write(unsigned function, unsigned at, uint32_t value)
{
    port_write32(CONFIG_ADDRESS, CONFIG_ENABLE | function << 8 | at);
    port_write32(CONFIG_DATA, value);
}

static void command_clear(unsigned function, uint32_t bits)
{
    uint32_t command = config_read(function, COMMAND) & COMMAND_BITS;
    config_write(function, COMMAND, command & ~bits);
}

/* What a BAR holds, and what it answers when it is told to hold all ones:
 * the ones it keeps are its size, upside down. */
static uint64_t bar_read(unsigned function, unsigned at, uint64_t *size)
{
    uint32_t command = config_read(function, COMMAND) & COMMAND_BITS;
    uint32_t low = config_read(function, at), high = 0;
    uint64_t mask = ~UINT64_C(0) << 32;
    /* While it holds all ones it must not answer there. */
    command_clear(function, COMMAND_DECODE);
    config_write(function, at, NOBODY);
    mask |= config_read(function, at) & ~BAR_FLAGS;
    config_write(function, at, low);
    if (low & BAR_64) {
        high = config_read(function, at + 4);
        config_write(function, at + 4, NOBODY);
        mask = (uint64_t)config_read(function, at + 4) << 32 | (uint32_t)mask;
        config_write(function, at + 4, high);
    }
    config_write(function, COMMAND, command);
    *size = low & BAR_64 || (uint32_t)mask ? ~mask + 1 : 0;
    return (uint64_t)high << 32 | (low & ~BAR_FLAGS);
}

/* The kernel's own words, its timer and its way to end the machine go by
 * these, or by what is behind them. */
static bool is_needed(unsigned class)
{
    return class == CLASS_DISPLAY || class == CLASS_MEMORY ||
           class == CLASS_BRIDGE || class == CLASS_BOARD;
}

/* Stops what may be there from mastering the bus, and from answering if the
 * kernel can do without it. True if ring 3 may have something of it. */
static bool function_stop(unsigned function)
{
    uint32_t id = config_read(function, ID);
    unsigned class = CLASS_OF(config_read(function, CLASS));
    if (id == NOBODY) {
        return false;
    }
    command_clear(function,
                  COMMAND_MASTER | (is_needed(class) ? 0 : COMMAND_DECODE));
    return class == CLASS_DISPLAY && VENDOR(id) != VENDOR_VIRTIO &&
           VENDOR(id) != VENDOR_VMWARE &&
           HEADER_TYPE(config_read(function, HEADER)) == 0;
}

/* True if the BAR with these flags is memory alone. */
static bool is_memory(unsigned function, uint32_t bar)
{
    return !(bar & BAR_PORTS) &&
           (bar & BAR_MEMORY || config_read(function, ID) == ID_PLAIN_DISPLAY);
}

/* Where the next function may be. */
static unsigned function_after(unsigned function)
{
    if (function % 8 == 0 &&
        (config_read(function, ID) == NOBODY ||
         !(config_read(function, HEADER) & HEADER_MULTI))) {
        return function + 8;
    }
    return function + 1;
}

/* True if RAM is anywhere in these frames. */
static bool is_ram(const struct info *info, uint64_t start, uint64_t end)
{
    const struct memory *m;
    for (uint32_t n = 0; (m = tags_memory(info, n)); n++) {
        if (m->type == MEMORY_RAM && m->base < end * FRAME_SIZE &&
            m->base + m->length > start * FRAME_SIZE) {
            return true;
        }
    }
    return false;
}

/* Adds a range, cut to a sensible size, if there is room for it. */
static void add(struct books *books, uint64_t start, uint64_t end, uint64_t id)
{
    /* Each frame costs a record; of a display's memory the beginning is
     * enough. */
    if (end > start + DEVICE_FRAMES_MAX) {
        end = start + DEVICE_FRAMES_MAX;
    }
    if (books->devices < ARRAY_COUNT(books->device) && start < end &&
        end <= FRAMES_MAX) {
        books->device[books->devices++] = (struct device){start, end, id};
    }
}

/* Adds what the function's BAR n says; returns how many BARs it takes. */
static unsigned add_bar(const struct info *info, struct books *books,
                        unsigned function, unsigned n)
{
    uint32_t low = config_read(function, BAR + 4 * n);
    if (is_memory(function, low)) {
        uint64_t size, base = bar_read(function, BAR + 4 * n, &size);
        /* Whole frames: the rest of one could be another device. */
        uint64_t start = align_up(base, FRAME_SIZE) / FRAME_SIZE;
        uint64_t end = (base + size) / FRAME_SIZE;
        if (base != 0 && size != 0 && !is_ram(info, start, end)) {
            add(books, start, end, config_read(function, ID));
        }
    }
    return low & BAR_PORTS || !(low & BAR_64) ? 1 : 2;
}

void pci_find(const struct info *info, struct books *books)
{
    add(books, VGA_START, VGA_END, 0);
    for (unsigned f = 0; f < FUNCTIONS; f = function_after(f)) {
        unsigned bars = function_stop(f) ? BAR_COUNT : 0;
        for (unsigned n = 0; n < bars;) {
            n += add_bar(info, books, f, n);
        }
    }
}
