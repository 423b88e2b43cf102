/*
 * The two places the kernel's own words go to: the serial port COM1 and the
 * screen. Only boot, panic and tests print; the console is user space's.
 */
#ifndef XO5_ARCH_CONSOLE_H
#define XO5_ARCH_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#define COM1 0x3f8
#define SERIAL_STATUS 5

#define SCREEN_GLYPH_WIDTH 8 /* a character on a screen of pixels */
#define SCREEN_GLYPH_HEIGHT 16

enum screen_kind { SCREEN_NONE, SCREEN_TEXT, SCREEN_PIXELS };

/* The loader fills it in, in 32 bits, and the kernel has the same. */
struct screen {
    uint64_t base;          /* where its memory is mapped */
    uint32_t size;          /* bytes of it */
    uint32_t kind;          /* enum screen_kind */
    uint32_t pitch;         /* bytes from one line to the next */
    uint32_t unit;          /* bytes a pixel: 3 or 4; a character: 2 */
    uint32_t columns, rows; /* in characters */
};

/* Sends one character to COM1, after a carriage return if it is a newline. */
void serial_put(char c);

/* Starts on a cleared screen. A text screen takes two bytes a character, a
 * pixel screen 8 by 16 pixels. */
void screen_init(struct screen screen);

/* True if there is a screen to write on. */
bool screen_is_on(void);

/* The same screen, now mapped at another virtual address. */
void screen_move(uint64_t base);

/* Writes one character where the cursor stands. A full screen goes on at its
 * top line. */
void screen_put(char c);

#endif
