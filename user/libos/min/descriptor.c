/*
 * What programs ask of descriptors beside reading and writing: copies of them,
 * flags, a terminal's settings, where a file stands. Each call names a kind of
 * file or refuses it; what none of our programs asks for is an error and no
 * pretence.
 */
#include "libos/min/descriptor.h"

#include "lib/string.h"
#include "libos/min/console.h"
#include "libos/min/file.h"
#include "libos/min/pipe.h"
#include "libos/min/process.h"
#include "libos/min/system.h"

int64_t descriptor_duplicate(int fd, int from, bool ends)
{
    struct file *file = file_of(fd);
    int to = from < 0 ? -EINVAL : file_free(from);
    if (file == 0) {
        return -EBADF;
    }
    if (to >= 0) {
        file_set(to, file, ends);
    }
    return to;
}

#define F_DUPFD 0
#define F_GETFD 1
#define F_SETFD 2
#define F_GETFL 3
#define F_DUPFD_CLOEXEC 1030

int64_t descriptor_control(int fd, uint64_t command, uint64_t argument)
{
    struct file *file = file_of(fd);
    if (file == 0) {
        return -EBADF;
    }
    switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
        return descriptor_duplicate(fd, (int)argument, command != F_DUPFD);
    case F_GETFD:
        return file_descriptors[fd].ends;
    case F_SETFD:
        file_descriptors[fd].ends = argument & 1;
        return 0;
    case F_GETFL:
        return file->kind == FILE_CONSOLE  ? 2
               : file->kind == FILE_WRITER ? 1
                                           : file->flags;
    default:
        return -EINVAL;
    }
}

#define TCGETS 0x5401
#define TCSETS 0x5402
#define TCSETSF 0x5404
#define TIOCGWINSZ 0x5413

int64_t descriptor_terminal(int fd, uint64_t request, void *argument)
{
    const struct file *file = file_of(fd);
    if (file == 0 || file->kind != FILE_CONSOLE) {
        return file == 0 ? -EBADF : -ENOTTY;
    }
    if (request == TCGETS) {
        memcpy(argument, &console_settings, sizeof(console_settings));
    } else if (request >= TCSETS && request <= TCSETSF) {
        memcpy(&console_settings, argument, sizeof(console_settings));
    } else if (request == TIOCGWINSZ) {
        memcpy(argument, (uint16_t[4]){24, 80}, 8);
    } else {
        return -ENOTTY;
    }
    return 0;
}

int64_t descriptor_seek(int fd, int64_t offset, uint64_t whence)
{
    struct file *file = file_of(fd);
    if (file == 0 || file->kind != FILE_IMAGE) {
        return file == 0 ? -EBADF : -ESPIPE;
    }
    int64_t base = whence == 0   ? 0
                   : whence == 1 ? (int64_t)file->at
                                 : (int64_t)file_inode(file->inode)->size;
    if (whence > 2 || offset < -base) {
        return -EINVAL;
    }
    file->at = (uint64_t)(base + offset);
    return base + offset;
}

#define POLLIN 1
#define POLLOUT 4
#define POLLNVAL 32

static int16_t ready(const struct pollfd *p)
{
    const struct file *file = file_of(p->fd);
    if (file == 0) {
        return p->fd < 0 ? 0 : POLLNVAL;
    }
    int is = POLLIN | POLLOUT;
    if (file->kind == FILE_READER || file->kind == FILE_WRITER) {
        bool reads = file->kind == FILE_READER;
        bool now = pipe_is_ready(file->pipe, reads ? PIPE_READ : PIPE_WRITE);
        is = !now ? 0 : reads ? POLLIN : POLLOUT;
    } else if (file->kind == FILE_CONSOLE && !console_is_ready()) {
        is = POLLOUT;
    }
    return (int16_t)(is & p->events);
}

int64_t descriptor_poll(struct pollfd *p, uint64_t count, int64_t milliseconds)
{
    uint64_t until = system_now() + (uint64_t)milliseconds * (1000000);
    int64_t found = 0;
    for (;;) {
        for (uint64_t n = 0; n < count; n++) {
            p[n].revents = ready(&p[n]);
            found += p[n].revents != 0;
        }
        if (found > 0 || (milliseconds >= 0 && system_now() >= until)) {
            return found;
        }
        process_pause();
    }
}
