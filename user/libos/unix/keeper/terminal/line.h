/*
 * The line discipline: what typed characters do before they may be read, and
 * written ones before they are shown. It knows no processes: what shall be
 * signalled is returned.
 */
#ifndef XO5_UNIX_KEEPER_TERMINAL_LINE_H
#define XO5_UNIX_KEEPER_TERMINAL_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/linux-abi/abi.h"

#define LINE_MAX 4096 /* characters in a line, and that wait to be read */

/* Everything off the queue; Linux's settings of a new terminal. */
void line_begin(void);

const struct termios *line_settings(void);
void line_set(const struct termios *settings);

/* One typed character: the signal that it makes, 0 if none. */
unsigned line_type(uint8_t character);

/* How many characters a reader would get: of whole lines, or all in raw mode.
 * An end of file alone counts: line_ready is true, and line_take 0. */
uint32_t line_count(void);
bool line_ready(void);

/* Takes characters off the queue: at most a line, in canonical mode. */
uint32_t line_take(uint8_t *to, uint64_t count);

/* Forgets what was typed. */
void line_flush(void);

/* Shows text, as the settings have it. */
void line_show(const uint8_t *text, uint64_t count);

/* Is output held (^S)? */
bool line_held(void);
void line_hold(bool held);

#endif
