/* The program's memory: mmap, munmap, mprotect, as Linux has them for private
 * memory; -errno. Regions change; pages come when they are touched. */
#ifndef XO5_MIN_MEMORY_H
#define XO5_MIN_MEMORY_H

#include <stdint.h>

/* Private memory, of zeros or of a file that is open. -EINVAL too if it would
 * reach beyond the file. */
int64_t memory_map(uint64_t va, uint64_t size, uint64_t protection,
                   uint64_t flags, int fd, uint64_t offset);

int64_t memory_unmap(uint64_t va, uint64_t size);

/* -EINVAL too for no rights at all. */
int64_t memory_protect(uint64_t va, uint64_t size, uint64_t protection);

#endif
