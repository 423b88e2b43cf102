/* /proc/self/maps: only the process itself knows what it has mapped where. */
#ifndef XO5_UNIX_PERSONALITY_MEMORY_MAPS_H
#define XO5_UNIX_PERSONALITY_MEMORY_MAPS_H

#include <stdbool.h>
#include <stdint.h>

/* Does the path name the maps of this process? */
bool maps_named(const char *path);

/* A file with the text that Linux has there, but for the names of files, which
 * nobody keeps; opened for reading and writing, it stands at its start.
 * -errno of the keeper. */
int64_t maps_open(uint64_t flags);

#endif
