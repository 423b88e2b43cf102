/*
 * Exercise 5.5. Eight system calls.
 */
#include "libos/min/calls.h"

#include "libos/min/abi.h"
#include "libos/min/file.h"
#include "libos/min/pipe.h"
#include "libos/min/process.h"
#include "libos/min/system.h"

int64_t call_read(int fd, void *to, uint64_t count)
{
    struct file *file = file_of(fd);
    if (file == 0 || file->kind == FILE_WRITER) {
        return -EBADF;
    }
    return file->kind == FILE_READER ? pipe_read(file->pipe, to, count)
                                     : file_read(file, to, count);
}

int64_t call_write(int fd, const void *from, uint64_t count)
{
    struct file *file = file_of(fd);
    if (file == 0 || file->kind == FILE_READER) {
        return -EBADF;
    }
    if (file->kind != FILE_WRITER) {
        return file_write(file, from, count);
    }
    int64_t done = pipe_write(file->pipe, from, count);
    if (done == -EPIPE && !system_ignores(SIGPIPE)) {
        process_die(SIGPIPE);
    }
    return done;
}

int64_t call_close(int fd)
{
    struct file *file = file_of(fd);
    if (file == 0) {
        return -EBADF;
    }
    file_descriptors[fd].file = 0;
    file->uses--;
    if (file->uses == 0 && file->kind == FILE_READER) {
        pipe_close(file->pipe, PIPE_READ);
    } else if (file->uses == 0 && file->kind == FILE_WRITER) {
        pipe_close(file->pipe, PIPE_WRITE);
    }
    return 0;
}

int64_t call_dup2(int from, int to)
{
    struct file *file = file_of(from);
    if (file == 0 || to < 0 || to >= DESCRIPTORS) {
        return -EBADF;
    }
    if (from != to) {
        call_close(to);
        file_set(to, file, false);
    }
    return to;
}

int64_t call_pipe(int *fds, unsigned flags)
{
    if (flags & ~(unsigned)O_CLOEXEC) {
        return -EINVAL;
    }
    int first = file_free(0), second = first < 0 ? first : file_free(first + 1);
    int n = second < 0 ? -EMFILE : pipe_make();
    if (n < 0) {
        return n;
    }
    struct file *reader = file_new(FILE_READER);
    if (reader != 0) {
        file_set(first, reader, flags != 0);
        reader->pipe = (unsigned)n;
    }
    struct file *writer = reader == 0 ? 0 : file_new(FILE_WRITER);
    if (writer == 0) {
        if (reader != 0) {
            call_close(first);
        } else {
            pipe_close((unsigned)n, PIPE_READ);
        }
        pipe_close((unsigned)n, PIPE_WRITE);
        return -EMFILE;
    }
    file_set(second, writer, flags != 0);
    writer->pipe = (unsigned)n;
    fds[0] = first;
    fds[1] = second;
    return 0;
}

int64_t call_fork(void)
{
    return process_fork();
}

/* A child of that number, or any if it is -1, that has ended; with `any`, one
 * that has not will do. */
static struct child *find(int number, bool any)
{
    for (struct child *c = process_children; c < process_children + CHILDREN;
         c++) {
        if (c->slot != 0 && (number == -1 || (int)c->slot == number) &&
            (any || c->has_ended)) {
            return c;
        }
    }
    return 0;
}

int64_t call_wait(int number, int *status, int options)
{
    if (options & ~WNOHANG || (number < 1 && number != -1)) {
        return -EINVAL;
    }
    if (find(number, true) == 0) {
        return -ECHILD;
    }
    struct child *c = find(number, false);
    for (bool once = false; c == 0 && !once; c = find(number, false)) {
        process_pause();
        once = options & WNOHANG;
    }
    if (c == 0) {
        return 0;
    }
    int64_t slot = c->slot;
    int word = c->status;
    process_bury(c);
    if (status != 0) {
        *status = word;
    }
    return slot;
}

void call_exit(int status)
{
    for (int fd = 0; fd < DESCRIPTORS; fd++) {
        call_close(fd);
    }
    while (call_wait(-1, 0, 0) > 0) {
    }
    process_end(status);
}
