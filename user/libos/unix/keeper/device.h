/* Devices without a state, and how a character device is opened. */
#ifndef XO5_KEEPER_DEVICE_H
#define XO5_KEEPER_DEVICE_H

#include "libos/unix/keeper/descriptor.h"

/* The kind of open file that device is; -ENXIO if there is no such. */
int device_kind(uint32_t device);

/* Reads; writes: -ENOSPC for /dev/full. */
int64_t device_read(const struct open *open, void *to, uint64_t count);
int64_t device_write(const struct open *open, uint64_t count);

#endif
