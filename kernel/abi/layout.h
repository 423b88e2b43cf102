/*
 * Where things are in a process's address space.
 *
 * A process is one TABLE of level D in slot 0 of the root, so its addresses,
 * user space, run from 0 to USER_END(D): 512 GiB with four levels, 256 TiB
 * with five. The other slots of the root's lower half map nothing for it. The
 * kernel's books stand in the upper half, readable by everyone.
 */
#ifndef XO5_ABI_LAYOUT_H
#define XO5_ABI_LAYOUT_H

#define FRAME_SIZE 4096
#define TABLE_ENTRIES 512

#define USER_END(depth) (1ull << (12 + 9 * ((depth) - 1)))

/* init as the kernel builds it; other processes lay themselves out. */
#define INIT_STACK_TOP 0x7ff0000000
#define INIT_STACK_SIZE 0x10000
#define INIT_CONTEXT 0x7ff0001000
#define INIT_ROOT_IMAGE 0x4000000000
#define INIT_LOWEST 0x10000 /* nothing of init is mapped below */

/* The kernel's books, read-only: struct books (abi/books.h) comes first. */
#define BOOKS_USER 0xffffd00000000000

/* Where their tables begin, counted from there. */
#define BOOKS_GROUPS 0x1000
#define BOOKS_PROCESSES 0x2000
#define BOOKS_EXTENTS2 0x40000000
#define BOOKS_EXTENTS3 0x80000000
#define BOOKS_FRAMES 0x4000000000
#define FRAMES_MAX 0x400000000 /* 64 TiB of them */

/* The directory: slots of the boot processor's root. */
#define SLOT_RUNNING 0 /* the process that runs on this CPU */
#define SLOT_INIT 1    /* 1 to PROCESS_MAX - 1: processes, by number */

#endif
