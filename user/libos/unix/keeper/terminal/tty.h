/*
 * The terminal: the machine's console with Linux's line discipline. Typed
 * characters are looked at when they come (tty_poll): they make signals, are
 * edited as a line, or are passed on raw; a queue holds what may be read.
 */
#ifndef XO5_UNIX_KEEPER_TERMINAL_TTY_H
#define XO5_UNIX_KEEPER_TERMINAL_TTY_H

#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/record/serve.h"

/* A terminal of nobody, as it is when it is switched on. */
void tty_begin(void);

/* How large it is, before anybody can ask; 24 by 80 if nobody says. */
void tty_resize(uint16_t rows, uint16_t columns);

/* Takes what has been typed. */
void tty_poll(void);

/* Reads and writes: -EIO, or -EINTR with SIGTTIN or SIGTTOU, from the
 * background; -EAGAIN or waits if there is nothing, or output is held. */
int64_t tty_read(struct serve *s, struct description *open, void *to,
                 uint64_t count);
int64_t tty_write(struct serve *s, struct description *open, const void *from,
                  uint64_t count);

/* POLLIN, POLLOUT. */
int tty_poll_events(void);

/* What has kind OPEN_TTY and is no terminal (device_is_raw) takes all that is
 * written, is at its end, and answers -ENOTTY to ioctl. */

/* ioctl: -EFAULT, -ENOTTY, -EPERM, -EINVAL, -ESRCH; -EINTR as for writes. */
int64_t tty_ioctl(struct serve *s);

#endif
