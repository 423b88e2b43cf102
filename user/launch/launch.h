/*
 * What the launcher gives a library OS: where it lies in each of its
 * processes, and what the first of them finds when it starts.
 *
 * Two GiB of each process are not the program's. The first is the library
 * OS's; its directory, a table of entries of 2 MiB, is the process's own:
 *
 *   TEXT    instructions and constants: one table, the same in all processes
 *   CORE    the context, the start page, and its variables: a table of the
 *           parent's, which the process cannot edit
 *   OWN     a table of the process's own, for whatever it likes
 *   WINDOW, WALK   empty
 *
 * The second GiB is the root image: one subtree, read-only, the same in all
 * processes. Its last page tells the frames of its tables.
 *
 * The library OS is an ELF shared object without relocations, a file of the
 * root image (`libos=` on the boot command line names it): text from 0 on,
 * variables from LAUNCH_VARIABLES - LAUNCH_BASE on. Its entry is where each
 * process begins, with no stack; what it exports is named below.
 */
#ifndef XO5_LAUNCH_LAUNCH_H
#define XO5_LAUNCH_LAUNCH_H

#define LAUNCH_TABLE 0x200000 /* what one table of pages maps */

#define LAUNCH_INDEX 400 /* which GiB */
#define LAUNCH_BASE 0x6400000000
#define LAUNCH_TEXT_ENTRY 0
#define LAUNCH_CORE_ENTRY 1
#define LAUNCH_OWN_ENTRY 2
#define LAUNCH_WINDOW_ENTRY 3
#define LAUNCH_WALK_ENTRY 4
#define LAUNCH_CORE (LAUNCH_BASE + LAUNCH_CORE_ENTRY * LAUNCH_TABLE)
#define LAUNCH_OWN (LAUNCH_BASE + LAUNCH_OWN_ENTRY * LAUNCH_TABLE)
#define LAUNCH_WINDOW (LAUNCH_BASE + LAUNCH_WINDOW_ENTRY * LAUNCH_TABLE)

/* In the core, page by page. */
#define LAUNCH_CONTEXT LAUNCH_CORE
#define LAUNCH_START (LAUNCH_CORE + 0x1000)
#define LAUNCH_VARIABLES (LAUNCH_CORE + 0x2000)

#define LAUNCH_IMAGE_INDEX 401
#define LAUNCH_IMAGE (LAUNCH_BASE + 0x40000000)
#define LAUNCH_IMAGE_TABLES (LAUNCH_IMAGE + 0x3ffff000) /* uint32_t[511] */

/* The only symbol that a library OS must export: a struct launch_export. */
#define LAUNCH_EXPORT "xo5_libos"
#define LAUNCH_VERSION 1
#define LAUNCH_PLAIN 0  /* for this launcher */
#define LAUNCH_KEEPER 1 /* for the unix library OS's keeper */

/*
 * Debug ports, which the machine need not have: with `raw` on the boot command
 * line, what the command writes goes there and not to the console, byte by
 * byte, and its status at its end. They are among those of the VGA's group.
 */
#define LAUNCH_OUTPUT 0x3bc
#define LAUNCH_ERROR 0x3bd
#define LAUNCH_STATUS 0x3be

#ifndef __ASSEMBLER__

#include <stdint.h>

struct launch_export {
    uint64_t version;  /* LAUNCH_VERSION */
    char name[24];     /* what PT_INTERP may call it */
    uint64_t launcher; /* which one binds it: LAUNCH_PLAIN, LAUNCH_KEEPER */
};

#define LAUNCH_WORDS 3072

/* The start page. Frames are the process's own tables, but for text's. */
struct launch_start {
    uint64_t slot;
    uint64_t top, root; /* root: its entries map a GiB each */
    uint64_t directory; /* of the library OS's GiB */
    uint64_t own, text;
    uint64_t core_pages;
    uint64_t image_frame, image_size; /* its frames are in a row; bytes */
    uint64_t image_table; /* the table of the GiB that the image lies in */
    uint64_t arguments, variables; /* how many; of the first process */
    char words[LAUNCH_WORDS];      /* the path, and those: strings in a row */
};

#endif

#endif
