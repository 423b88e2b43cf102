/*
 * The small machines. The kernel's own C is compiled for the host with one
 * of them in place of the real sizes: the headers in small/ stand before
 * kernel/ on the include path and take their numbers from here.
 *
 *   family  init, two processes more, tables of 4 entries, 3 levels, pages
 *           of levels 1 and 2: what processes do to each other
 *   giant   init alone, tables of 2 entries, 4 levels, pages of levels 1 to
 *           3: tables, extents and large resources
 *   crowd   five processes, tables of 8 entries, 4 levels, pages of levels 1
 *           to 3: for the fuzzer; the only one whose root has an upper half
 *
 * A level's size is a power of SMALL_ENTRIES, which is 2^SMALL_INDEX_BITS; a
 * frame of memory is one table. The directory is one table, so it needs an
 * entry for every process: PROCESS_MAX is SMALL_ENTRIES at most.
 */
#ifndef XO5_SEARCH_MACHINE_H
#define XO5_SEARCH_MACHINE_H

#if defined(MACHINE_GIANT)
#define SMALL_NAME "giant"
#define SMALL_INDEX_BITS 1
#define SMALL_FRAMES 16 /* a power of 2, and whole units of level 3 */
#define SMALL_PROCESSES 2
#define SMALL_DEPTH 4
#define SMALL_PAGE_LEVELS 3
#define SMALL_DIRTY 3 /* the last unit of this level is dirty at boot */
#define SMALL_VITALS 1
#define SMALL_CLEAN_STEP 3
#define SMALL_REFS 3u
#elif defined(MACHINE_CROWD)
#define SMALL_NAME "crowd"
#define SMALL_INDEX_BITS 3
#define SMALL_FRAMES 128
#define SMALL_PROCESSES 6
#define SMALL_DEPTH 4
#define SMALL_PAGE_LEVELS 3
#define SMALL_DIRTY 2
#define SMALL_VITALS 2
#define SMALL_CLEAN_STEP 5
#define SMALL_REFS 6u
#else
#define SMALL_NAME "family"
#define SMALL_INDEX_BITS 2
#define SMALL_FRAMES 16
#define SMALL_PROCESSES 4
#define SMALL_DEPTH 3
#define SMALL_PAGE_LEVELS 2
#define SMALL_DIRTY 2
#define SMALL_VITALS 1
#define SMALL_CLEAN_STEP 3
#define SMALL_REFS 4u
#endif

#define SMALL_ENTRIES (1 << SMALL_INDEX_BITS)

#endif
