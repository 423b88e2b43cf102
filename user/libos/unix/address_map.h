/*
 * The address map of a Unix process, all of it. What is shared, copied, or must
 * not be changed by the process, is so by whole table entries, of a GiB or of
 * 2 MiB; so what is alike lies together:
 *
 *    address        GiB
 *    0              0    nothing: a null pointer faults
 *    0x10000             HOST_LOWEST: programs that are not relocated, at the
 *                        addresses that they were linked for; then their heap
 *    0x4.0000.0000  16   HOST_PROGRAM: one that is relocated, and its heap
 *    0x8.0000.0000  32   HOST_LOADER: its interpreter, ld.so
 *    0x10.0000.0000 64   HOST_MAPS: mmap, upwards
 *         :
 *    0x5f.c000.0000 383  RESERVED_START: tables of the personality that grow
 *                        with the program (base/reserved.h); it has a copy of
 *                        them in a forked child, as of all below
 *                        ... the stack, downwards
 *    0x60.0000.0000 384  HOST_END: from here on a program maps nothing
 *         :
 *    0x63.c000.0000 399  REPLACED_START: tables that copy-on-write replaced
 *                        (xo5/personality/replaced.h). Mapped, read-only
 *    0x64.0000.0000 400  LIBOS_BASE: the library OS. Its directory is the
 *         |              keeper's: the process can change no entry of it
 *         |  + 0 MiB     text: the same frames in all processes
 *         |  + 8 MiB     core: variables, and the shadow of the tables
 *         |  + 10 MiB    block: context, link, window, stacks (xo5/layout.h)
 *         v
 *    512 GiB             HOST_TOP, the end of what a table of GiB entries maps
 *
 * The Linux machine has nothing at 399 and 400; it maps its own program and
 * windows far above (linux/host.h).
 *
 * The personality's part and the program's stack end and begin in one GiB, so
 * that a small process has one directory for both.
 */
#ifndef XO5_UNIX_ADDRESS_MAP_H
#define XO5_UNIX_ADDRESS_MAP_H

/* The program's. */
#define HOST_LOWEST 0x10000
#define HOST_PROGRAM 0x400000000
#define HOST_LOADER 0x800000000
#define HOST_MAPS 0x1000000000
#define HOST_STACK_TOP 0x6000000000
#define HOST_END 0x6000000000
#define HOST_TOP 0x8000000000 /* the library OS lies between these two */

/* The personality's, in the program's last GiB. */
#define RESERVED_START 0x5fc0000000
#define RESERVED_END (RESERVED_START + 0x2000000)

/* On xo5: GiB by number, and where they begin. */
#define REPLACED_INDEX 399
#define REPLACED_START 0x63c0000000
#define LIBOS_INDEX 400
#define LIBOS_BASE 0x6400000000

#endif
