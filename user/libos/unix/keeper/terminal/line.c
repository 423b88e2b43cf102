/*
 * The line discipline. In canonical mode a line is typed into `line`, where it
 * can be edited, and goes to the queue as a whole when it ends; in raw mode
 * each character goes to the queue at once.
 *
 *   typed -> [strip, signals, start/stop, CR/NL] -> line -> queue -> reader
 *                  |                     echo           ends: marked LINE_END
 *                  v
 *               a signal for the caller
 *
 * An end of file is in the queue too, as an end without a character: reading it
 * gives 0 bytes once. What nobody reads is lost when 4096 are full, and input
 * is never blocked by it.
 */
#include "libos/unix/keeper/terminal/line.h"

#include "lib/string.h"
#include "libos/unix/keeper/record/machine.h"

/* A line's end, in the queue: the character that ends it, or, with LINE_EOF,
 * nothing but the end. */
#define LINE_END 0x100
#define LINE_EOF 0x200

static struct termios settings;
static uint16_t queue[LINE_MAX];
static uint32_t head, count; /* of the queue */
static uint32_t ends;        /* how many in it are a line's end */
static uint8_t line[LINE_MAX];
static uint32_t length; /* of the line that is being typed */
static bool quoted;     /* the next character has no meaning (^V) */
static bool held;

void line_begin(void)
{
    static const uint8_t characters[19] = {
        [VINTR] = 3,    [VQUIT] = 28,    [VERASE] = 127, [VKILL] = 21,
        [VEOF] = 4,     [VMIN] = 1,      [VSTART] = 17,  [VSTOP] = 19,
        [VSUSP] = 26,   [VREPRINT] = 18, [13] = 15, /* discard */
        [VWERASE] = 23, [VLNEXT] = 22,
    };
    settings.c_iflag = ICRNL | IXON;
    settings.c_oflag = OPOST | ONLCR;
    settings.c_cflag = B38400 | CS8 | CREAD;
    settings.c_lflag =
        ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN;
    settings.c_line = 0;
    memcpy(settings.c_cc, characters, sizeof(characters));
    head = count = ends = length = 0;
    quoted = held = false;
}

const struct termios *line_settings(void)
{
    return &settings;
}

static bool local(uint32_t flag)
{
    return settings.c_lflag & flag;
}

/* ---- output -------------------------------------------------------------- */

void line_show(const uint8_t *text, uint64_t n)
{
    uint8_t out[256];
    uint32_t used = 0;
    for (uint64_t i = 0; i < n; i++) {
        uint8_t c = text[i];
        if (used > sizeof(out) - 2) {
            machine_console_put(out, used);
            used = 0;
        }
        if (settings.c_oflag & OPOST) {
            if (c == '\n' && settings.c_oflag & ONLCR) {
                out[used++] = '\r';
            } else if (c == '\r' && settings.c_oflag & OCRNL) {
                c = '\n';
            }
        }
        out[used++] = c;
    }
    machine_console_put(out, used);
}

bool line_held(void)
{
    return held;
}

void line_hold(bool hold)
{
    held = hold;
}

static bool is_control(uint8_t c)
{
    return (c < 32 && c != '\t' && c != '\n') || c == 127;
}

static void echo(uint8_t c)
{
    if (!local(ECHO) && !(c == '\n' && local(ECHONL) && local(ICANON))) {
        return;
    }
    if (is_control(c) && local(ECHOCTL)) {
        uint8_t text[2] = {'^', c ^ 0x40};
        line_show(text, 2);
    } else {
        line_show(&c, 1);
    }
}

/* ---- the queue ----------------------------------------------------------- */

static void queue_put(uint16_t c)
{
    if (count < LINE_MAX) {
        queue[(head + count++) % LINE_MAX] = c;
        ends += c >= LINE_END;
    }
}

/* The typed line may be read; `end`, if it is not 0, ends it. */
static void line_finish(uint16_t end)
{
    if (count + length + 1 > LINE_MAX) {
        length = 0; /* nobody reads: the line is lost */
        return;
    }
    for (uint32_t i = 0; i < length; i++) {
        queue_put(line[i]);
    }
    length = 0;
    if (end) {
        queue_put(end);
    }
}

void line_set(const struct termios *to)
{
    bool before = local(ICANON);
    settings = *to;
    if (before && !local(ICANON)) {
        line_finish(0);
    }
    if (!(settings.c_iflag & IXON)) {
        held = false;
    }
}

uint32_t line_count(void)
{
    uint32_t n = 0, all = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint16_t c = queue[(head + i) % LINE_MAX];
        n += !(c & LINE_EOF);
        all = c >= LINE_END ? n : all;
    }
    return local(ICANON) ? all : n;
}

bool line_ready(void)
{
    return local(ICANON) ? ends : count;
}

uint32_t line_take(uint8_t *to, uint64_t room)
{
    uint32_t n = 0;
    while (count && n < room) {
        uint16_t c = queue[head];
        head = (head + 1) % LINE_MAX;
        count--;
        ends -= c >= LINE_END;
        if (!(c & LINE_EOF)) {
            to[n++] = (uint8_t)c;
        }
        if (c >= LINE_END && (local(ICANON) || n)) {
            break;
        }
    }
    /* A line that filled the room, and then its end of file: one reader's. */
    if (n && n == room && count && queue[head] & LINE_EOF) {
        head = (head + 1) % LINE_MAX;
        count--;
        ends--;
    }
    return n;
}

void line_flush(void)
{
    count = ends = length = 0;
}

/* ---- input --------------------------------------------------------------- */

/* Takes the last character off the line, all bytes of it. */
static void line_erase(void)
{
    uint8_t c;
    do {
        c = line[--length];
    } while (settings.c_iflag & IUTF8 && length && (c & 0xc0) == 0x80);
    if (!local(ECHO)) {
        return;
    }
    if (!local(ECHOE)) {
        echo(settings.c_cc[VERASE]);
        return;
    }
    line_show((const uint8_t *)"\b \b", 3);
    if (is_control(c) && local(ECHOCTL)) {
        line_show((const uint8_t *)"\b \b", 3);
    }
}

static void line_erase_word(void)
{
    while (length && (line[length - 1] == ' ' || line[length - 1] == '\t')) {
        line_erase();
    }
    while (length && line[length - 1] != ' ' && line[length - 1] != '\t') {
        line_erase();
    }
}

static void line_kill(void)
{
    if (local(ECHOKE) && local(ECHOE)) {
        while (length) {
            line_erase();
        }
        return;
    }
    length = 0;
    echo(settings.c_cc[VKILL]);
    if (local(ECHOK)) {
        echo('\n');
    }
}

static void line_repeat(void)
{
    echo(settings.c_cc[VREPRINT]);
    echo('\n');
    for (uint32_t i = 0; i < length; i++) {
        echo(line[i]);
    }
}

static bool is(uint8_t c, unsigned which)
{
    return c && c == settings.c_cc[which];
}

/* Characters that edit or end the line: true if this was one. */
static bool line_edit(uint8_t c)
{
    if (is(c, VERASE)) {
        if (length) {
            line_erase();
        }
    } else if (is(c, VKILL)) {
        line_kill();
    } else if (is(c, VWERASE) && local(IEXTEN)) {
        line_erase_word();
    } else if (is(c, VREPRINT) && local(IEXTEN)) {
        line_repeat();
    } else if (is(c, VLNEXT) && local(IEXTEN)) {
        quoted = true;
    } else if (is(c, VEOF)) {
        line_finish(LINE_END | LINE_EOF);
    } else if (c == '\n' || is(c, VEOL) || (is(c, VEOL2) && local(IEXTEN))) {
        echo(c);
        line_finish(LINE_END | c);
    } else {
        return false;
    }
    return true;
}

static unsigned line_signal(uint8_t c)
{
    unsigned signal = is(c, VINTR)   ? SIGINT
                      : is(c, VQUIT) ? SIGQUIT
                      : is(c, VSUSP) ? SIGTSTP
                                     : 0;
    if (signal && !local(NOFLSH)) {
        line_flush();
    }
    if (signal) {
        held = false;
        echo(c);
    }
    return signal;
}

static void line_add(uint8_t c)
{
    if (!local(ICANON)) {
        echo(c);
        queue_put(c);
    } else if (length < LINE_MAX - 1) {
        echo(c);
        line[length++] = c;
    }
}

unsigned line_type(uint8_t c)
{
    uint32_t in = settings.c_iflag;
    if (in & ISTRIP) {
        c &= 0x7f;
    }
    if (quoted) {
        quoted = false;
        line_add(c);
        return 0;
    }
    if (in & IXON && (is(c, VSTART) || is(c, VSTOP))) {
        held = is(c, VSTOP);
        return 0;
    }
    if (held && in & IXON && in & IXANY) {
        held = false;
    }
    if (local(ISIG)) {
        unsigned signal = line_signal(c);
        if (signal) {
            return signal;
        }
    }
    if (c == '\r' && in & IGNCR) {
        return 0;
    }
    if (c == '\r' && in & ICRNL) {
        c = '\n';
    } else if (c == '\n' && in & INLCR) {
        c = '\r';
    }
    if (!local(ICANON) || !line_edit(c)) {
        line_add(c);
    }
    return 0;
}
