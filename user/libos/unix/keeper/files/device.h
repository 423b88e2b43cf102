/* Devices without a state, how a character device is opened, and where the
 * output of a command without a terminal goes. */
#ifndef XO5_UNIX_KEEPER_FILES_DEVICE_H
#define XO5_UNIX_KEEPER_FILES_DEVICE_H

#include "libos/unix/keeper/files/descriptor.h"

#define TTY_DEVICE 0x500  /* /dev/tty: the session's terminal */
#define TTY_CONSOLE 0x501 /* /dev/console: the terminal */
#define DEVICE_NULL 0x103
#define DEVICE_RAW 0x600 /* + 1, + 2: the output and the errors of a command */

/* The kind of description that device is; -ENXIO if there is no such. */
int device_kind(uint32_t device);

/* Reads; writes: -ENOSPC for /dev/full. */
int64_t device_read(const struct description *open, void *to, uint64_t count);
int64_t device_write(const struct description *open, uint64_t count);

/* What is written to DEVICE_RAW + fd is put there from now on. */
void device_use(void (*put)(unsigned fd, const void *bytes, uint64_t count));

/* Is a description of kind OPEN_TTY one of these, and no terminal? */
bool device_is_raw(const struct description *open);

/* Writes all of it there. */
int64_t device_put(const struct description *open, const void *from,
                   uint64_t count);

#endif
