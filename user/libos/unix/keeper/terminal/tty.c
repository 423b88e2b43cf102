/*
 * The terminal between the line discipline, which knows no process, and the
 * processes. Reading and polling begin with what has been typed since
 * (tty_poll), and so does each round of the machine's: there is no interrupt,
 * keys are taken when somebody looks.
 *
 * Three things are decided here: who is in the background and must be stopped
 * (process/session.c), how long a raw read waits (VMIN and VTIME, in their four
 * combinations), and what ioctl changes.
 */
#include "libos/unix/keeper/terminal/tty.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/device.h"
#include "libos/unix/keeper/process/session.h"
#include "libos/unix/keeper/process/signal.h"
#include "libos/unix/keeper/record/wait_queue.h"
#include "libos/unix/keeper/terminal/line.h"

static struct winsize size;
static uint64_t typed; /* when, as machine_now counts */

void tty_begin(void)
{
    line_begin();
    session_begin();
    size = (struct winsize){24, 80, 0, 0};
    typed = 0;
}

void tty_resize(uint16_t rows, uint16_t columns)
{
    size.ws_row = rows;
    size.ws_col = columns;
}

void tty_poll(void)
{
    for (int c = machine_console_get(); c >= 0; c = machine_console_get()) {
        unsigned signal = line_type((uint8_t)c);
        if (signal && session_foreground()) {
            signal_group(session_foreground(), signal, SI_KERNEL, 0);
        }
        typed = machine_now();
        wait_queue_wake(WAIT_TTY, 0);
    }
}

/* May it change or, with TOSTOP, write to the terminal? 0, -EIO, -EINTR. */
static int64_t tty_may_set(struct process *process)
{
    if (!session_in_background(process) || signal_refused(process, SIGTTOU)) {
        return 0;
    }
    return session_stop(process, SIGTTOU);
}

/* Raw mode: how many must be there, and how long one waits for them. */
static bool raw_ready(struct process *process, uint64_t count)
{
    const uint8_t *cc = line_settings()->c_cc;
    uint64_t least = cc[VMIN], time = cc[VTIME] * 100000000ull;
    uint64_t now = machine_now();
    least = least < count ? least : count;
    if (line_count() >= (least ? least : 1)) {
        return true;
    }
    if (!cc[VMIN] && !time) {
        return true;
    }
    if (!cc[VMIN] && !process->again) {
        process->deadline = now + time;
    }
    if (cc[VMIN] && time && line_count()) {
        process->deadline = typed + time;
    }
    return process->deadline <= now;
}

int64_t tty_read(struct serve *s, struct description *open, void *to,
                 uint64_t count)
{
    struct process *process = s->process;
    if (device_is_raw(open)) {
        return 0;
    }
    tty_poll();
    if (session_in_background(process)) {
        return signal_refused(process, SIGTTIN)
                   ? -EIO
                   : session_stop(process, SIGTTIN);
    }
    bool canonical = line_settings()->c_lflag & ICANON;
    if (!count) {
        return 0;
    }
    if (canonical ? line_ready() : raw_ready(process, count)) {
        return line_take(to, count);
    }
    return open->flags & O_NONBLOCK ? -EAGAIN : serve_wait(s, WAIT_TTY, 0);
}

int64_t tty_write(struct serve *s, struct description *open, const void *from,
                  uint64_t count)
{
    if (device_is_raw(open)) {
        return device_put(open, from, count);
    }
    int64_t error =
        line_settings()->c_lflag & TOSTOP ? tty_may_set(s->process) : 0;
    if (error) {
        return error;
    }
    if (line_held()) {
        return open->flags & O_NONBLOCK ? -EAGAIN : serve_wait(s, WAIT_TTY, 0);
    }
    line_show(from, count);
    return (int64_t)count;
}

int tty_poll_events(void)
{
    tty_poll();
    bool canonical = line_settings()->c_lflag & ICANON;
    uint8_t least =
        line_settings()->c_cc[VTIME] ? 1 : line_settings()->c_cc[VMIN];
    bool ready =
        canonical ? line_ready() : line_count() >= (least ? least : 1u);
    return (ready ? POLLIN | POLLRDNORM : 0) |
           (line_held() ? 0 : POLLOUT | POLLWRNORM);
}

static int64_t tty_set_foreground(struct serve *s)
{
    struct process *process = s->process;
    int32_t *at = serve_at(s, 2, sizeof(*at)), group;
    if (!at) {
        return -EFAULT;
    }
    memcpy(&group, at, sizeof(group));
    if (!session_has_terminal(process)) {
        return -ENOTTY;
    }
    int64_t error = tty_may_set(process);
    if (error) {
        return error;
    }
    if (group <= 0) {
        return -EINVAL;
    }
    for (unsigned i = 0; i < process_top(); i++) {
        const struct process *other = process_at(i);
        if (other && other->group == (uint32_t)group) {
            if (other->session != session_owner()) {
                return -EPERM;
            }
            session_set_foreground((uint32_t)group);
            return 0;
        }
    }
    return -ESRCH;
}

static int64_t tty_set(struct serve *s)
{
    struct termios *at = serve_at(s, 2, sizeof(*at)), to;
    if (!at) {
        return -EFAULT;
    }
    memcpy(&to, at, sizeof(to));
    int64_t error = tty_may_set(s->process);
    if (error) {
        return error;
    }
    if ((uint32_t)s->a[1] == TCSETSF) {
        line_flush();
    }
    line_set(&to);
    wait_queue_wake(WAIT_TTY, 0);
    return 0;
}

static int64_t tty_set_size(struct serve *s)
{
    struct winsize *at = serve_at(s, 2, sizeof(*at)), to;
    if (!at) {
        return -EFAULT;
    }
    memcpy(&to, at, sizeof(to));
    bool changed = memcmp(&to, &size, sizeof(to));
    size = to;
    if (changed && session_foreground()) {
        signal_group(session_foreground(), SIGWINCH, SI_KERNEL, 0);
    }
    return 0;
}

/* Answers with `count` bytes. */
static int64_t tty_tell(struct serve *s, const void *from, uint64_t count)
{
    void *at = serve_at(s, 2, count);
    if (!at) {
        return -EFAULT;
    }
    memcpy(at, from, count);
    return 0;
}

/* TIOCSCTTY, TIOCNOTTY. */
static int64_t tty_control(struct process *process, bool take)
{
    if (take) {
        if (session_has_terminal(process)) {
            return 0;
        }
        if (process->session != process->pid || process->tty ||
            session_owner()) {
            return -EPERM;
        }
        session_adopt(process);
        return 0;
    }
    if (!process->tty) {
        return -ENOTTY;
    }
    session_leave(process);
    return 0;
}

static int64_t tty_flow(struct serve *s)
{
    uint64_t what = s->a[2];
    if (what > TCION) {
        return -EINVAL;
    }
    int64_t error = tty_may_set(s->process);
    if (!error && (what == TCOOFF || what == TCOON)) {
        line_hold(what == TCOOFF);
        wait_queue_wake(WAIT_TTY, 0);
    }
    return error;
}

static int64_t tty_forget(struct serve *s)
{
    if (s->a[2] > TCIOFLUSH) {
        return -EINVAL;
    }
    int64_t error = tty_may_set(s->process);
    if (!error && s->a[2] != TCOFLUSH) {
        tty_poll();
        line_flush();
    }
    return error;
}

int64_t tty_ioctl(struct serve *s)
{
    const struct process *process = s->process;
    bool mine = session_has_terminal(process);
    uint32_t number = 0;
    if (device_is_raw(descriptor_open(process, s->a[0]))) {
        return -ENOTTY;
    }
    switch ((uint32_t)s->a[1]) {
    case TCGETS:
        return tty_tell(s, line_settings(), sizeof(struct termios));
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
        return tty_set(s);
    case TIOCGWINSZ:
        return tty_tell(s, &size, sizeof(size));
    case TIOCSWINSZ:
        return tty_set_size(s);
    case TIOCGPGRP:
        number = session_foreground();
        return mine ? tty_tell(s, &number, sizeof(number)) : -ENOTTY;
    case TIOCSPGRP:
        return tty_set_foreground(s);
    case TIOCGSID:
        number = session_owner();
        return mine ? tty_tell(s, &number, sizeof(number)) : -ENOTTY;
    case TIOCSCTTY:
        return tty_control(s->process, true);
    case TIOCNOTTY:
        return tty_control(s->process, false);
    case FIONREAD:
        number = line_count();
        return tty_tell(s, &number, sizeof(number));
    case TIOCOUTQ:
        return tty_tell(s, &number, sizeof(number));
    case TCFLSH:
        return tty_forget(s);
    case TCXONC:
        return tty_flow(s);
    case TCSBRK:
    case TCSBRKP:
        return tty_may_set(s->process); /* output is never late */
    default:
        return -ENOTTY;
    }
}
