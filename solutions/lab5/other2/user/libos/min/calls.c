/*
 * Exercise 5.5. A third way: short functions, each with one exit less.
 */
#include "libos/min/calls.h"

#include "libos/min/abi.h"
#include "libos/min/file.h"
#include "libos/min/pipe.h"
#include "libos/min/process.h"
#include "libos/min/system.h"

static enum file_kind kind_of(int fd)
{
    return file_of(fd) ? file_of(fd)->kind : FILE_NONE;
}

static bool is_console(int fd)
{
    enum file_kind kind = kind_of(fd);
    return kind != FILE_NONE && kind != FILE_READER && kind != FILE_WRITER;
}

int64_t call_read(int fd, void *to, uint64_t count)
{
    struct file *file = file_of(fd);
    return is_console(fd)               ? file_read(file, to, count)
           : kind_of(fd) == FILE_READER ? pipe_read(file->pipe, to, count)
                                        : -EBADF;
}

int64_t call_write(int fd, const void *from, uint64_t count)
{
    if (is_console(fd)) {
        return file_write(file_of(fd), from, count);
    }
    int64_t done = -EBADF;
    if (kind_of(fd) == FILE_WRITER) {
        done = pipe_write(file_of(fd)->pipe, from, count);
    }
    if (done == -EPIPE && !system_ignores(SIGPIPE)) {
        process_die(SIGPIPE);
    }
    return done;
}

/* One descriptor less names the file. */
static void drop(struct file *file)
{
    file->uses--;
    if (file->uses == 0) {
        if (file->kind == FILE_READER) {
            pipe_close(file->pipe, PIPE_READ);
        }
        if (file->kind == FILE_WRITER) {
            pipe_close(file->pipe, PIPE_WRITE);
        }
    }
}

int64_t call_close(int fd)
{
    struct file *file = file_of(fd);
    if (file != 0) {
        file_descriptors[fd].file = 0;
        drop(file);
    }
    return file != 0 ? 0 : -EBADF;
}

int64_t call_dup2(int from, int to)
{
    struct file *file = file_of(from), *before = file_of(to);
    if (file == 0 || to < 0 || to >= DESCRIPTORS) {
        return -EBADF;
    }
    if (from != to) {
        file_set(to, file, false);
        if (before != 0) {
            drop(before);
        }
    }
    return to;
}

int64_t call_pipe(int *fds, unsigned flags)
{
    bool ends = flags == O_CLOEXEC;
    int n = flags == 0 || ends ? pipe_make() : -EINVAL;
    if (n < 0) {
        return n;
    }
    struct file *files[2] = {0, 0};
    int numbers[2] = {-1, -1};
    for (unsigned k = 0; k < 2; k++) {
        int fd = file_free(0);
        files[k] = fd < 0 ? 0 : file_new(k ? FILE_WRITER : FILE_READER);
        if (files[k] == 0) {
            break;
        }
        files[k]->pipe = (unsigned)n;
        file_set(fd, files[k], ends);
        numbers[k] = fd;
    }
    if (files[1] != 0) {
        fds[0] = numbers[0];
        fds[1] = numbers[1];
        return 0;
    }
    if (files[0] != 0) {
        call_close(numbers[0]);
    } else {
        pipe_close((unsigned)n, PIPE_READ);
    }
    pipe_close((unsigned)n, PIPE_WRITE);
    return -EMFILE;
}

int64_t call_fork(void)
{
    return process_fork();
}

static bool is_meant(const struct child *c, int number)
{
    return c->slot != 0 && (number == -1 || c->slot == (unsigned)number);
}

/* How many are meant; one of them that has ended is in *found. */
static unsigned look(int number, struct child **found)
{
    unsigned count = 0;
    *found = 0;
    for (unsigned k = CHILDREN; k-- > 0;) {
        struct child *c = &process_children[k];
        count += is_meant(c, number);
        *found = is_meant(c, number) && c->has_ended ? c : *found;
    }
    return count;
}

int64_t call_wait(int number, int *status, int options)
{
    struct child *c;
    if ((options != 0 && options != WNOHANG) || number == 0 || number < -1) {
        return -EINVAL;
    }
    if (look(number, &c) == 0) {
        return -ECHILD;
    }
    if (c == 0) {
        do {
            process_pause();
            look(number, &c);
        } while (c == 0 && options == 0);
    }
    if (c == 0) {
        return 0;
    }
    int64_t answer = c->slot;
    int word = c->status;
    process_bury(c);
    if (status != 0) {
        *status = word;
    }
    return answer;
}

void call_exit(int status)
{
    struct child *c;
    for (int fd = 0; fd < DESCRIPTORS; fd++) {
        call_close(fd);
    }
    while (look(-1, &c) > 0) {
        if (c == 0) {
            process_pause();
        } else {
            process_bury(c);
        }
    }
    process_end(status);
}
