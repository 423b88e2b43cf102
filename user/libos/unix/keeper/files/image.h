/* Files out of the image of a root file system. */
#ifndef XO5_UNIX_KEEPER_FILES_IMAGE_H
#define XO5_UNIX_KEEPER_FILES_IMAGE_H

#include <stdint.h>

#include "launch/image_format.h"

/* Makes the files of the image, which begins at that page. Returns the inode
 * of "/", which has a user that never goes; 0 if it is no image, or there is
 * no room for it. */
uint32_t image_load(uint32_t first, uint64_t size);

/* Copies bytes of the loaded image. */
void image_read(uint64_t at, void *to, uint64_t count);

#endif
