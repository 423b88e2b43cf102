/*
 * The screen: the text screen that a BIOS leaves, or the pixels that GRUB
 * sets up under UEFI. The letters are GRUB's own (grub-common's ascii.h: 16
 * bytes a character, a byte a line, the left pixel in the highest bit).
 */
#include <ascii.h>

#include "arch/console.h"

#define GREY_ON_BLACK 0x07
#define GREY 0xc0

static struct screen screen;
static uint32_t column, row;

static void draw_pixels(uint32_t x, uint32_t y, char c)
{
    const unsigned char *glyph = &ascii_bitmaps[c * SCREEN_GLYPH_HEIGHT];
    for (uint32_t line = 0; line < SCREEN_GLYPH_HEIGHT; line++) {
        uint32_t at = (y * SCREEN_GLYPH_HEIGHT + line) * screen.pitch +
                      x * SCREEN_GLYPH_WIDTH * screen.unit;
        volatile uint8_t *to = (uint8_t *)(uintptr_t)screen.base + at;
        for (int bit = 0; bit < SCREEN_GLYPH_WIDTH; bit++) {
            uint8_t grey = glyph[line] & (0x80 >> bit) ? GREY : 0;
            for (uint32_t i = 0; i < screen.unit; i++) {
                *to++ = grey;
            }
        }
    }
}

static void draw(uint32_t x, uint32_t y, char c)
{
    if (c < ' ' || c > '~') {
        c = '?';
    }
    if (screen.kind == SCREEN_PIXELS) {
        draw_pixels(x, y, c);
    } else {
        volatile uint8_t *to = (uint8_t *)(uintptr_t)screen.base;
        to[y * screen.pitch + x * screen.unit] = (uint8_t)c;
        to[y * screen.pitch + x * screen.unit + 1] = GREY_ON_BLACK;
    }
}

/* Blanks the line the cursor has come to. When the screen is full it goes
 * on at the top: no reading back of slow memory. */
static void start_line(void)
{
    column = 0;
    for (uint32_t x = 0; x < screen.columns; x++) {
        draw(x, row, ' ');
    }
}

void screen_init(struct screen s)
{
    screen = s;
    if (screen.kind == SCREEN_NONE) {
        return;
    }
    for (row = s.rows; row-- > 0;) {
        start_line();
    }
    row = 0;
}

bool screen_is_on(void)
{
    return screen.kind != SCREEN_NONE;
}

void screen_move(uint64_t base)
{
    screen.base = base;
}

void screen_put(char c)
{
    if (screen.kind == SCREEN_NONE) {
        return;
    }
    if (c == '\n' || column == screen.columns) {
        row = (row + 1) % screen.rows;
        start_line();
    }
    if (c != '\n') {
        draw(column++, row, c);
    }
}
