/*
 * A terminal is a serial port and what a line discipline adds: echo, erasing,
 * lines, CR and LF. The port's registers are the process's own, if its parent
 * gave it their group, so a character costs no call. Whoever waits for a key
 * hands the CPU on in between (process_pause); the port is asked again when it
 * comes back.
 */
#include "libos/min/console.h"

#include "lib/port.h"
#include "lib/string.h"
#include "libos/min/process.h"

/* Serial ports: PC16550D data sheet, line status and received data. */
#define CONSOLE 0x3f8
#define SAY 0x2f8
#define STATUS 5
#define READABLE 0x01
#define WRITABLE 0x20

#define LINE_MAX 256
#define CONTROL(c) ((c) - 64)
#define ERASE 127

/* Bits of struct termios. */
#define ICRNL 0400
#define OPOST 1
#define ONLCR 4
#define ICANON 2
#define ECHO 010
#define B38400_CS8_CREAD 0277

struct termios console_settings = {
    .iflag = ICRNL,
    .oflag = OPOST | ONLCR,
    .cflag = B38400_CS8_CREAD,
    .lflag = ICANON | ECHO,
    .cc = {3, 28, ERASE, 21, CONTROL('D'), 0, 1},
};

static char line[LINE_MAX];
static unsigned line_at, line_end;

static void send(uint16_t port, char c)
{
    while (!(port_read(port + STATUS) & WRITABLE)) {
    }
    port_write(port, (uint8_t)c);
}

bool console_is_ready(void)
{
    return line_at < line_end || port_read(CONSOLE + STATUS) & READABLE;
}

static char get(void)
{
    while (!(port_read(CONSOLE + STATUS) & READABLE)) {
        process_pause();
    }
    char c = (char)port_read(CONSOLE);
    return c == '\r' && console_settings.iflag & ICRNL ? '\n' : c;
}

void console_write(const char *from, uint64_t count)
{
    unsigned both = OPOST | ONLCR;
    for (; count > 0; count--, from++) {
        if (*from == '\n' && (console_settings.oflag & both) == both) {
            send(CONSOLE, '\r');
        }
        send(CONSOLE, *from);
    }
}

static void echo(const char *text, uint64_t count)
{
    if (console_settings.lflag & ECHO) {
        console_write(text, count);
    }
}

/* Reads a line with its end; ^D ends it too, and is not in it. */
static void read_line(void)
{
    line_at = line_end = 0;
    for (;;) {
        char c = get();
        if (c == ERASE || c == CONTROL('H')) {
            if (line_end > 0) {
                line_end--;
                echo("\b \b", 3);
            }
        } else if (c == CONTROL('D')) {
            return;
        } else if (line_end < LINE_MAX) {
            line[line_end++] = c;
            echo(&c, 1);
        }
        if (c == '\n') {
            return;
        }
    }
}

int64_t console_read(char *to, uint64_t count)
{
    if (count == 0) {
        return 0;
    }
    if (line_at == line_end && console_settings.lflag & ICANON) {
        read_line();
    } else if (line_at == line_end) {
        line[0] = get();
        line_at = 0;
        line_end = 1;
    }
    uint64_t has = line_end - line_at, n = has < count ? has : count;
    memcpy(to, line + line_at, n);
    line_at += (unsigned)n;
    return (int64_t)n;
}

static void say(const char *words)
{
    while (*words) {
        send(SAY, *words++);
    }
}

void console_say(const char *words, uint64_t number, const char *more)
{
    char digits[21], *at = digits + sizeof(digits) - 1;
    *at = 0;
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    say(words);
    say(at);
    say(more);
    say("\n");
}
