/* Pairs of connected sockets. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"

#define MUCH 300000

static int ends[2];
static char text[MUCH];
static volatile int piped;

static void on_pipe(int number)
{
    piped += number == SIGPIPE;
}

static void test_bad(void)
{
    SHOW(socketpair(99, SOCK_STREAM, 0, ends));
    SHOW(socketpair(AF_UNIX, 9, 0, ends));
    SHOW(socketpair(AF_UNIX, SOCK_STREAM, 7, ends));
    SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, (int *)8));
    SHOW(send(0, "x", 1, 0));
    SHOW(recv(999, text, 1, 0));
    SHOW(shutdown(0, 0));
}

static int events_of(int fd)
{
    struct pollfd one = {fd, POLLIN | POLLOUT | POLLRDHUP, 0};
    return poll(&one, 1, 0) < 0 ? -1 : one.revents;
}

static void test_both_ways(void)
{
    int there = 0;
    struct stat about;
    SHOW(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
    SHOW(fcntl(ends[0], F_GETFD));
    SHOW(fcntl(ends[0], F_GETFL));
    fstat(ends[0], &about);
    TRUE(S_ISSOCK(about.st_mode));
    SHOW(events_of(ends[0]));
    SHOW(write(ends[0], "over", 4));
    SHOW(send(ends[1], "back", 4, MSG_NOSIGNAL));
    SHOW(ioctl(ends[1], FIONREAD, &there));
    SHOW(there);
    SHOW(events_of(ends[1]));
    SHOW(recv(ends[1], text, 2, 0));
    SHOW(read(ends[1], text + 2, 100));
    SHOW(read(ends[0], text + 4, 100));
    puts(text);
    SHOW(recv(ends[0], text, 1, MSG_DONTWAIT));
    SHOW(lseek(ends[0], 0, SEEK_SET));
    SHOW(pread(ends[0], text, 1, 0));
}

static void test_name(void)
{
    struct sockaddr name = {0};
    socklen_t size = sizeof(name);
    int value = -1;
    SHOW(getsockname(ends[0], &name, &size));
    SHOW(size);
    SHOW(name.sa_family);
    size = sizeof(value);
    SHOW(getsockopt(ends[0], SOL_SOCKET, SO_TYPE, &value, &size));
    SHOW(value);
    SHOW(getsockopt(ends[0], SOL_SOCKET, SO_ERROR, &value, &size));
    SHOW(value);
    SHOW(getsockopt(ends[0], SOL_SOCKET, 9999, &value, &size));
    SHOW(getsockopt(0, SOL_SOCKET, SO_TYPE, &value, &size));
}

static void test_much(void)
{
    pid_t child = fork();
    if (!child) {
        close(ends[0]);
        memset(text, 'x', sizeof(text));
        for (long done = 0; done < MUCH;) {
            done += send(ends[1], text + done, MUCH - done, 0);
        }
        shutdown(ends[1], SHUT_WR);
        _exit(read(ends[1], text, 10) == 3 ? 5 : 6);
    }
    long all = 0, n;
    while ((n = read(ends[0], text, 7000)) > 0) {
        all += n;
    }
    SHOW(all);
    SHOW(write(ends[0], "end", 3));
    int status;
    waitpid(child, &status, 0);
    SHOW(WEXITSTATUS(status));
}

static void test_closed(void)
{
    signal(SIGPIPE, on_pipe);
    SHOW(events_of(ends[0]));
    SHOW(shutdown(ends[0], SHUT_RD));
    SHOW(write(ends[1], "x", 1));
    SHOW(piped);
    SHOW(send(ends[1], "x", 1, MSG_NOSIGNAL));
    SHOW(piped);
    SHOW(events_of(ends[1]));
    SHOW(shutdown(ends[0], 3));
    close(ends[0]);
    SHOW(events_of(ends[1]));
    SHOW(read(ends[1], text, 1));
    SHOW(send(ends[1], "x", 1, 0));
    SHOW(piped);
    close(ends[1]);
}

int main(void)
{
    test_bad();
    test_both_ways();
    test_name();
    test_much();
    test_closed();
    return 0;
}
