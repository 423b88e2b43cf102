/*
 * What the machine has, as boot found it: its memory map, and the modules
 * that lie in it. Filled once (boot/bootinfo.h), and only read afterwards.
 */
#ifndef XO5_CORE_MACHINE_H
#define XO5_CORE_MACHINE_H

#include "abi/layout.h"
#include "lib/types.h"

#define BOOTINFO_REGIONS 128
#define BOOTINFO_MODULES 8
#define BOOTINFO_NAME 32     /* a module's name with its final zero */
#define BOOTINFO_CMDLINE 256 /* the command line with its final zero */

enum region_kind {
    REGION_RAM = 1,
    REGION_RESERVED = 2, /* and every kind that is not listed here */
    REGION_ACPI = 3,     /* RAM, once the ACPI tables in it were read */
    REGION_KEEP = 4,     /* firmware's, for ever */
    REGION_BAD = 5,
};

/* Physical addresses [start, end). A RAM region holds whole frames: it was
 * shrunk to them, and is not listed if none was left. */
struct region {
    uint64_t start, end;
    uint64_t kind; /* enum region_kind */
};

struct module {
    uint64_t start, end; /* physical addresses [start, end), start <= end */
    char name[BOOTINFO_NAME];
};

struct bootinfo {
    uint64_t regions;                       /* how many of region[] are used */
    struct region region[BOOTINFO_REGIONS]; /* in the order of the tag */
    uint64_t modules;
    struct module module[BOOTINFO_MODULES];
    uint64_t rsdp;                  /* offset in the information of the copy
                                    of ACPI's root pointer, 0 without one;
                                    the later tag wins */
    char cmdline[BOOTINFO_CMDLINE]; /* "" without a tag; the later wins */
};

#endif
