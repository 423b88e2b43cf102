/* The console as a thing to wait for. */
#ifndef XO5_UNIX_XO5_KEEPER_SERIAL_H
#define XO5_UNIX_XO5_KEEPER_SERIAL_H

#include <stdint.h>

/* Stops the processor until a key is pressed, or it is that time of the
 * time-stamp counter; 0: without end. It may be back sooner. */
void serial_wait(uint64_t until);

#endif
