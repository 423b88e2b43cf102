/* Unix processes as processes of xo5: making them, and taking them apart. */
#ifndef XO5_UNIX_XO5_KEEPER_SLOT_H
#define XO5_UNIX_XO5_KEEPER_SLOT_H

#include <stdbool.h>

#include "libos/unix/xo5/keeper/text.h"

/* The library OS that all of them get. */
void slot_use(const struct text *text);

/* A process that has nothing but the library OS, which starts when it first
 * has the CPU; its slot, or -errno. */
int slot_make(void);

/* Has it lost the CPU by a fault that it could not handle? */
bool slot_has_crashed(unsigned slot);

/* Takes apart those that have ended. */
void slot_bury(void);

/* How many frames processes own, or have left to others. */
uint64_t slot_frames_left(void);

#endif
