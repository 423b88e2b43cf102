/*
 * Printing, to the serial port and the screen at once. As printf has it: %s %c
 * %d %u %x %%, with l, a width and 0. Nothing is buffered: when the kernel
 * stops in the middle, all that it has said is there.
 */
#include "lib/print.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "arch/arch.h"

#define DIGITS_MAX 20 /* of 2^64 - 1 */

struct spec {
    bool zeros, wide;
    unsigned width;
};

static void put(char c)
{
    serial_put(c);
    screen_put(c);
}

static void put_padded(struct spec spec, const char *text, unsigned length)
{
    for (unsigned n = length; n < spec.width; n++) {
        put(spec.zeros ? '0' : ' ');
    }
    for (unsigned n = 0; n < length; n++) {
        put(text[n]);
    }
}

static void put_number(struct spec spec, uint64_t value, unsigned base,
                       bool negative)
{
    char digits[DIGITS_MAX + 1];
    unsigned at = sizeof(digits);
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    if (negative) {
        digits[--at] = '-';
    }
    put_padded(spec, &digits[at], (unsigned)sizeof(digits) - at);
}

static void put_string(struct spec spec, const char *text)
{
    unsigned length = 0;
    while (text[length]) {
        length++;
    }
    put_padded(spec, text, length);
}

/* Reads the part between % and its letter; returns where the letter is. */
static const char *read_spec(const char *at, struct spec *spec)
{
    *spec = (struct spec){0};
    for (;; at++) {
        if (*at == '0' && spec->width == 0) {
            spec->zeros = true;
        } else if (*at >= '0' && *at <= '9') {
            spec->width = spec->width * 10 + (unsigned)(*at - '0');
        } else if (*at == 'l') {
            spec->wide = true;
        } else {
            return at;
        }
    }
}

static void put_integer(struct spec spec, char letter, va_list *arguments)
{
    uint64_t value =
        spec.wide ? va_arg(*arguments, uint64_t) : va_arg(*arguments, unsigned);
    if (letter == 'd') {
        int64_t number = spec.wide ? (int64_t)value : (int32_t)value;
        value = number < 0 ? -(uint64_t)number : (uint64_t)number;
        put_number(spec, value, 10, number < 0);
    } else {
        put_number(spec, value, letter == 'x' ? 16 : 10, false);
    }
}

void print(const char *format, ...)
{
    va_list arguments;
    struct spec spec;
    va_start(arguments, format);
    for (; *format; format++) {
        if (*format != '%') {
            put(*format);
            continue;
        }
        format = read_spec(format + 1, &spec);
        if (*format == 's') {
            put_string(spec, va_arg(arguments, const char *));
        } else if (*format == 'c') {
            put((char)va_arg(arguments, int));
        } else if (*format == '%') {
            put('%');
        } else {
            put_integer(spec, *format, &arguments);
        }
    }
    va_end(arguments);
}
