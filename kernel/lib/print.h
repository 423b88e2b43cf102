/* The kernel's own words: for boot, panic and tests. */
#ifndef XO5_LIB_PRINT_H
#define XO5_LIB_PRINT_H

/*
 * Prints on the serial port and the screen, like C's printf, but knows only
 * %s %c %d %u %x %%, with l for 64 bits, a width, and `0` to pad with zeros.
 */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
