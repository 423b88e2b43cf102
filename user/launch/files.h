/* Files of the root image, as init sees them. */
#ifndef XO5_LAUNCH_FILES_H
#define XO5_LAUNCH_FILES_H

#include <stdbool.h>
#include <stdint.h>

/* Is there a root image? The others may be called only then. */
bool files_there(void);

/* The bytes of the regular file of that path, counted from "/", and in *size
 * how many they are; symbolic links are followed. NULL if there is none, or
 * what leads to it is damaged. */
const uint8_t *files_find(const char *path, uint64_t *size);

#endif
