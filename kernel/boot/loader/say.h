/* What the loader says, on the serial port and the screen, and its end. */
#ifndef XO5_BOOT_LOADER_SAY_H
#define XO5_BOOT_LOADER_SAY_H

#include <stdint.h>

/* Sets COM1 to 115200 baud, 8 data bits, no parity, one stop bit: for the
 * kernel too. */
void say_init(void);

void say(const char *text);
void say_number(uint32_t n);

/* The end of the last line, and of the machine (EXIT_BOOT). */
void say_end(void) __attribute__((noreturn));

/* Says "xo5: SUBJECT PREDICATE." and ends the machine. */
void stop(const char *subject, const char *predicate) __attribute__((noreturn));

#endif
