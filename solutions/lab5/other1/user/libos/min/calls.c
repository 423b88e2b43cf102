/*
 * Exercise 5.5. Another way: what can be done with a kind of file is in one
 * place.
 */
#include "libos/min/calls.h"

#include "libos/min/abi.h"
#include "libos/min/file.h"
#include "libos/min/pipe.h"
#include "libos/min/process.h"
#include "libos/min/system.h"

int64_t call_read(int fd, void *to, uint64_t count)
{
    struct file *f = file_of(fd);
    switch (f == 0 ? FILE_NONE : f->kind) {
    case FILE_NONE:
    case FILE_WRITER:
        return -EBADF;
    case FILE_READER:
        return pipe_read(f->pipe, to, count);
    default:
        return file_read(f, to, count);
    }
}

int64_t call_write(int fd, const void *from, uint64_t count)
{
    struct file *f = file_of(fd);
    int64_t answer;
    switch (f == 0 ? FILE_NONE : f->kind) {
    case FILE_NONE:
    case FILE_READER:
        return -EBADF;
    case FILE_WRITER:
        answer = pipe_write(f->pipe, from, count);
        break;
    default:
        return file_write(f, from, count);
    }
    if (answer == -EPIPE && !system_ignores(SIGPIPE)) {
        call_exit(SIGPIPE);
    }
    return answer;
}

int64_t call_close(int fd)
{
    struct file *f = file_of(fd);
    if (f == 0) {
        return -EBADF;
    }
    file_descriptors[fd] = (struct descriptor){0};
    if (--f->uses > 0) {
        return 0;
    }
    if (f->kind == FILE_READER || f->kind == FILE_WRITER) {
        pipe_close(f->pipe, f->kind == FILE_READER ? PIPE_READ : PIPE_WRITE);
    }
    return 0;
}

int64_t call_dup2(int from, int to)
{
    struct file *f = file_of(from);
    if (f == 0 || (unsigned)to >= DESCRIPTORS) {
        return -EBADF;
    }
    if (file_of(to) != f) {
        call_close(to);
        file_set(to, f, false);
    } else if (from != to) {
        file_descriptors[to].ends = false;
    }
    return to;
}

/* A descriptor for an end; -EMFILE. */
static int open_end(enum file_kind kind, unsigned n, unsigned flags)
{
    int fd = file_free(0);
    struct file *f = fd < 0 ? 0 : file_new(kind);
    if (f == 0) {
        return -EMFILE;
    }
    f->pipe = n;
    file_set(fd, f, flags & O_CLOEXEC);
    return fd;
}

int64_t call_pipe(int *fds, unsigned flags)
{
    if ((flags | O_CLOEXEC) != O_CLOEXEC) {
        return -EINVAL;
    }
    int n = pipe_make();
    if (n < 0) {
        return n;
    }
    int reader = open_end(FILE_READER, (unsigned)n, flags);
    if (reader < 0) {
        pipe_close((unsigned)n, PIPE_READ);
        pipe_close((unsigned)n, PIPE_WRITE);
        return reader;
    }
    int writer = open_end(FILE_WRITER, (unsigned)n, flags);
    if (writer < 0) {
        call_close(reader);
        pipe_close((unsigned)n, PIPE_WRITE);
        return writer;
    }
    fds[0] = reader;
    fds[1] = writer;
    return 0;
}

int64_t call_fork(void)
{
    return process_fork();
}

int64_t call_wait(int number, int *status, int options)
{
    if ((options | WNOHANG) != WNOHANG || number < -1 || number == 0) {
        return -EINVAL;
    }
    for (bool again = false;; again = true) {
        bool is_there = false;
        for (unsigned k = 0; k < CHILDREN; k++) {
            struct child *c = &process_children[k];
            if (c->slot == 0 || (number > 0 && c->slot != (unsigned)number)) {
                continue;
            }
            is_there = true;
            if (c->has_ended) {
                int64_t answer = c->slot;
                int word = c->status;
                process_bury(c);
                if (status) {
                    *status = word;
                }
                return answer;
            }
        }
        if (!is_there || (again && options & WNOHANG)) {
            return is_there ? 0 : -ECHILD;
        }
        process_pause();
    }
}

void call_exit(int status)
{
    for (int fd = DESCRIPTORS; fd-- > 0;) {
        call_close(fd);
    }
    while (call_wait(-1, 0, 0) != -ECHILD) {
    }
    process_end(status);
}
