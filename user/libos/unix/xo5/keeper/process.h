/* Unix processes as processes of xo5: making them, and taking them apart. */
#ifndef XO5_KEEPER_PROCESS_H
#define XO5_KEEPER_PROCESS_H

#include <stdbool.h>

#include "libos/unix/xo5/keeper/text.h"

/* The library OS that all of them get. */
void process_use(const struct text *text);

/* A process that has nothing but the library OS, which starts when it first
 * has the CPU; its slot, or -errno. */
int process_make(void);

/* Has it lost the CPU by a fault that it could not handle? */
bool process_has_crashed(unsigned slot);

/* Takes apart those that have ended. */
void process_bury(void);

/* How many frames processes own, or have left to others. */
uint64_t process_frames_left(void);

#endif
