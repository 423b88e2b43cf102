#include "arch/pci.h"

#include "arch/port.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define CONFIG_ENABLE 0x80000000u

#define ID 0x00
#define COMMAND 0x04
#define COMMAND_DECODE 3u
#define COMMAND_MASTER 4u
#define HEADER 0x0c
#define HEADER_MULTI (1u << 23)
#define HEADER_TYPE(word) ((word) >> 16 & 0x7f)
#define BAR 0x10
#define BAR_COUNT 6
#define BAR_PORTS 1u
#define BAR_64 4u
#define BAR_FLAGS 15u

#define NOBODY 0xffffffffu
#define FUNCTIONS 65536u /* 256 buses, 32 devices, 8 functions */
#define STEPS 8u         /* of *at for one function: its BARs */

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

/* What a BAR holds, and what it answers when it is told to hold all ones:
 * the ones it keeps are its size, upside down. */
static uint64_t bar_read(unsigned function, unsigned at, uint64_t *size)
{
    uint32_t command = config_read(function, COMMAND);
    uint32_t low = config_read(function, at), high = 0;
    uint64_t mask = ~UINT64_C(0) << 32;
    config_write(function, COMMAND, command & ~COMMAND_DECODE);
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
    *size = (uint32_t)mask ? ~mask + 1 : 0;
    return (uint64_t)high << 32 | (low & ~BAR_FLAGS);
}

/* The function is there, and does not master the bus any more. */
static bool function_stop(unsigned function)
{
    uint32_t command = config_read(function, COMMAND);
    if (config_read(function, ID) == NOBODY) {
        return false;
    }
    config_write(function, COMMAND, command & ~COMMAND_MASTER);
    return HEADER_TYPE(config_read(function, HEADER)) == 0;
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

bool arch_pci_next(unsigned *at, struct arch_range *range)
{
    while (*at / STEPS < FUNCTIONS) {
        unsigned function = *at / STEPS, bar = *at % STEPS;
        uint64_t size;
        if (bar == BAR_COUNT || (bar == 0 && !function_stop(function))) {
            *at = function_after(function) * STEPS;
            continue;
        }
        uint32_t low = config_read(function, BAR + 4 * bar);
        *at += low & BAR_PORTS || !(low & BAR_64) || bar == 5 ? 1 : 2;
        if (low & BAR_PORTS) {
            continue;
        }
        range->start = bar_read(function, BAR + 4 * bar, &size);
        range->end = range->start + size;
        range->id = config_read(function, ID);
        if (range->start != 0 && size != 0) {
            return true;
        }
    }
    return false;
}
