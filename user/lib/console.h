/*
 * The console: the serial port, whose registers the process that has the
 * console's ports drives by itself. The kernel has no part in it.
 */
#ifndef XO5_USER_CONSOLE_H
#define XO5_USER_CONSOLE_H

#define CONSOLE_PORT 0x3f8 /* COM1, the first of 8 ports */

/* Prints like C's printf, but knows only %s %c %u %x %%, with l for 64 bits
 * and a width: numbers are filled up on the left, words on the right. */
void console_print(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Waits for a character and returns it. */
char console_get(void);

/* Reads one line with echo, erasing with backspace, into `line`, which has
 * room for `room` characters and a final zero. Returns its length. */
unsigned console_line(char *line, unsigned room);

#endif
