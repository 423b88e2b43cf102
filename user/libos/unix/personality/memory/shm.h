/* Memory that a process shares with those that it forks: MAP_SHARED without a
 * file. The keeper holds what processes share, so it is a file after all, one
 * without a name. */
#ifndef XO5_UNIX_PERSONALITY_MEMORY_SHM_H
#define XO5_UNIX_PERSONALITY_MEMORY_SHM_H

#include <stdint.h>

/* Maps such memory, zeros, where nothing is; its address. -ENOMEM: no room; or
 * what the machine answers. */
int64_t shm_map(uint64_t va, uint64_t length, uint32_t rights);

/* Puts the number's digits, hexadecimal, at `to`; returns how many: 16. */
unsigned shm_digits(char *to, uint64_t number);

#endif
