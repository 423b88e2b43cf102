/*
 * The memory of the process: the calls that change it, and what exec needs.
 * The table of regions and the machine's mappings are changed together, and
 * only after all checks.
 *
 * The calls take the program's arguments a[0] to a[5] and answer as Linux
 * does. What they do not do:
 *   - mremap lets a mapping of a file only shrink or move, not grow;
 *   - msync, mlock and most advice have nothing to do and answer 0.
 */
#ifndef XO5_UNIX_PERSONALITY_MEMORY_MEMORY_H
#define XO5_UNIX_PERSONALITY_MEMORY_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/personality/base/call.h"
#include "libos/unix/personality/base/host.h"

#define PAGE 4096ull
#define PAGE_DOWN(x) ((x) & ~(PAGE - 1))
#define PAGE_UP(x) (((x) + PAGE - 1) & ~(PAGE - 1))

#define STACK_SIZE 0x800000 /* the first thread's; 8 MiB */

/* Unmaps all that the program has. For exec, after which the keeper has
 * forgotten which files were mapped. */
void memory_clear(void);

/* Maps pages of zeros, or of a file, where nothing is. 0, -ENOMEM or what the
 * machine answers. For exec. */
int64_t memory_map(uint64_t va, uint64_t length, uint32_t rights);
int64_t memory_map_file(uint64_t va, uint64_t length, uint32_t rights,
                        const struct host_file *file, uint64_t first);

/* Is nothing mapped there? Takes away what is. */
bool memory_is_free(uint64_t va, uint64_t length);
void memory_take_away(uint64_t va, uint64_t length);

/* Could that range be mapped at all: multiples of a page, inside of the
 * program's part? */
bool memory_may(uint64_t va, uint64_t length);

/* Where the heap starts. */
void memory_set_break(uint64_t start);

/* A touched page below a region that grows: lets it grow, and returns true. */
bool memory_grow(uint64_t va);

call_function call_brk, call_mmap, call_munmap, call_mprotect, call_madvise,
    call_mincore, call_msync;

/* In remap.c. */
call_function call_mremap;

#endif
