/*
 * The loader's own words: it has no printf, since a line that says what is
 * missing needs none.
 */
#include "boot/loader/say.h"

#include "abi/exit.h"
#include "arch/console.h"
#include "arch/port.h"

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
