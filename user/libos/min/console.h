/* The console: the first serial port, and the second one for what min has to
 * say itself. A process has both if its parent had them. */
#ifndef XO5_MIN_CONSOLE_H
#define XO5_MIN_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/min/abi.h"

/* How lines are read; a forked child has a copy. */
extern struct termios console_settings;

/* A line, or what there is of one if lines are not asked for. Waits: others
 * have the CPU meanwhile. How many bytes; 0: ^D on an empty line. */
int64_t console_read(char *to, uint64_t count);

/* Writes all; a newline becomes two characters. */
void console_write(const char *from, uint64_t count);

/* Can something be read? */
bool console_is_ready(void);

/* Says a line on the second port: words, a number, and words. */
void console_say(const char *words, uint64_t number, const char *more);

#endif
