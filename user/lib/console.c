/*
 * The serial port's registers belong to whoever has their group, so printing
 * needs no kernel: wait until the port takes a byte, and give it one (PC16550D
 * data sheet, line status). The format is printf's in small: a width, l, and d,
 * u, x, s, c.
 */
#include "lib/console.h"

#include <stdarg.h>
#include <stdint.h>

#include "lib/port.h"

#define STATUS (CONSOLE_PORT + 5)
#define STATUS_READABLE 0x01
#define STATUS_WRITABLE 0x20
#define BACKSPACE 8
#define DELETE 127

static void send(char c)
{
    while (!(port_read(STATUS) & STATUS_WRITABLE)) {
    }
    port_write(CONSOLE_PORT, (uint8_t)c);
}

static void put(char c)
{
    if (c == '\n') {
        send('\r');
    }
    send(c);
}

char console_get(void)
{
    while (!(port_read(STATUS) & STATUS_READABLE)) {
        __asm__ volatile("pause");
    }
    return (char)port_read(CONSOLE_PORT);
}

unsigned console_line(char *line, unsigned room)
{
    unsigned length = 0;
    for (;;) {
        char c = console_get();
        if (c == '\r' || c == '\n') {
            put('\n');
            line[length] = 0;
            return length;
        }
        if ((c == BACKSPACE || c == DELETE) && length > 0) {
            length--;
            console_print("\b \b");
        } else if (c >= ' ' && c <= '~' && length < room) {
            line[length++] = c;
            put(c);
        }
    }
}

static void put_number(uint64_t value, unsigned base, unsigned width)
{
    char digits[20];
    unsigned n = 0;
    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    for (unsigned i = n; i < width; i++) {
        put(' ');
    }
    while (n > 0) {
        put(digits[--n]);
    }
}

static void put_string(const char *text, unsigned width)
{
    unsigned length = 0;
    while (text[length]) {
        put(text[length++]);
    }
    for (; length < width; length++) {
        put(' ');
    }
}

void console_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    for (; *format; format++) {
        unsigned width = 0, wide = 0;
        if (*format != '%') {
            put(*format);
            continue;
        }
        for (format++; *format >= '0' && *format <= '9'; format++) {
            width = width * 10 + (unsigned)(*format - '0');
        }
        for (; *format == 'l'; format++) {
            wide = 1;
        }
        if (*format == 's') {
            put_string(va_arg(arguments, const char *), width);
        } else if (*format == 'c') {
            put((char)va_arg(arguments, int));
        } else if (*format == '%') {
            put('%');
        } else {
            uint64_t value = wide ? va_arg(arguments, uint64_t)
                                  : va_arg(arguments, unsigned);
            put_number(value, *format == 'x' ? 16 : 10, width);
        }
    }
    va_end(arguments);
}
