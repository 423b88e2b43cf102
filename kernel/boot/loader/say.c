/*
 * The loader's own words: it has no printf, since a line that says what is
 * missing needs none.
 */
#include "boot/loader/say.h"

#include "abi/exit.h"
#include "arch/console.h"
#include "arch/port.h"

/* COM1, a 16550: National PC16550D data sheet, section 8. */
#define INTERRUPTS (COM1 + 1)
#define FIFO (COM1 + 2)
#define LINE (COM1 + 3)
#define MODEM (COM1 + 4)
#define LINE_8N1 0x03
#define LINE_DIVISOR 0x80

void say_init(void)
{
    port_write8(INTERRUPTS, 0);
    port_write8(LINE, LINE_DIVISOR);
    port_write8(COM1, 1); /* 115200 baud */
    port_write8(INTERRUPTS, 0);
    port_write8(LINE, LINE_8N1);
    port_write8(FIFO, 0x07);  /* on, both sides emptied */
    port_write8(MODEM, 0x03); /* DTR, RTS */
}

void say(const char *text)
{
    for (; *text; text++) {
        serial_put(*text);
        screen_put(*text);
    }
}

void say_number(uint32_t n)
{
    char digits[11], *at = digits + sizeof(digits);
    *--at = 0;
    do {
        *--at = (char)('0' + n % 10);
        n /= 10;
    } while (n != 0);
    say(at);
}

void say_end(void)
{
    say(".\n");
    port_write8(EXIT_PORT, EXIT_BOOT);
    for (;;) {
        __asm__ volatile("cli; hlt");
    }
}

void stop(const char *subject, const char *predicate)
{
    say("xo5: ");
    say(subject);
    say(" ");
    say(predicate);
    say_end();
}
