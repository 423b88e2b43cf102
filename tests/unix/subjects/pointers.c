/*
 * What a program may not pass: pointers to nothing, to what it may not read or
 * store to, and buffers that reach further than its memory. Each call that
 * takes a buffer, with each of them.
 */
#define _GNU_SOURCE
#include "check.h"
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define PAGE 4096
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CALL(...) (call_result(syscall(__VA_ARGS__)))

static char *room; /* two pages, and behind them none */
static char name[64];
static int file, null, zero, full, empty, folder, pipes[2], pair[2];

/* ---- where pointers point ------------------------------------------------ */

struct place {
    const char *name;
    char *at;
};
static struct place places[10];

static void make_places(void)
{
    char *wall =
        mmap(0, 9 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *fixed = wall + PAGE, *lost = wall + 3 * PAGE;
    room = wall + 5 * PAGE;
    mprotect(fixed, PAGE, PROT_READ);
    mprotect(room, 2 * PAGE, PROT_READ | PROT_WRITE);
    munmap(lost, PAGE);
    munmap(room + 2 * PAGE, PAGE);
    struct place all[] = {
        {"zero", 0},
        {"8", (char *)8},
        {"nothing", lost},
        {"no rights", wall},
        {"read only", fixed},
        {"the kernel's", (char *)0xffffffff81000000},
        {"not canonical", (char *)0x0000900000000000},
        {"3 bytes", room + 2 * PAGE - 3},
        {"100 bytes", room + 2 * PAGE - 100},
        {"5000 bytes", room + 2 * PAGE - 5000},
    };
    memcpy(places, all, sizeof(all));
}

/* ---- reading and writing ------------------------------------------------- */

static long call_result(long answer)
{
    return answer < 0 ? -errno : answer;
}

static void say(const char *what, const struct place *place, long answer)
{
    printf("%s, %s: %ld\n", what, place->name, answer);
}

static void drain(int fd)
{
    static char bytes[1 << 17];
    while (read(fd, bytes, sizeof(bytes)) > 0) {
    }
}

/* What write says, and what has been written. */
static void try_write(const struct place *p, size_t count)
{
    static char back[20000];
    char what[64];
    lseek(file, 0, SEEK_SET);
    ftruncate(file, 0);
    snprintf(what, sizeof(what), "write %#lx", (long)count);
    long done = CALL(SYS_write, file, p->at, count);
    say(what, p, done);
    printf("at %ld, size %ld", (long)lseek(file, 0, SEEK_CUR),
           (long)lseek(file, 0, SEEK_END));
    long got = pread(file, back, sizeof(back), 0);
    printf(", as it was: %d\n", got <= 0 || !memcmp(back, p->at, got));
    say("pwrite", p, CALL(SYS_pwrite64, file, p->at, count, 10L));
    say("to a pipe", p, CALL(SYS_write, pipes[1], p->at, count));
    drain(pipes[0]);
    say("to /dev/null", p, CALL(SYS_write, null, p->at, count));
    say("to /dev/full", p, CALL(SYS_write, full, p->at, count));
    say("to a socket", p,
        count < 100000 ? CALL(SYS_write, pair[0], p->at, count) : 0);
    drain(pair[1]);
    say("to what is not open", p, CALL(SYS_write, 99, p->at, count));
    say("to what is open to read", p, CALL(SYS_write, folder, p->at, count));
    say("to a pipe's other end", p, CALL(SYS_write, pipes[0], p->at, count));
}

/* What read says, how far the file is then, and what is left in a pipe. */
static void try_read(const struct place *p, size_t count)
{
    static char bytes[9000], rest[65536];
    char what[64];
    pwrite(file, bytes, sizeof(bytes), 0);
    ftruncate(file, sizeof(bytes));
    lseek(file, 0, SEEK_SET);
    snprintf(what, sizeof(what), "read %#lx", (long)count);
    say(what, p, CALL(SYS_read, file, p->at, count));
    printf("at %ld\n", (long)lseek(file, 0, SEEK_CUR));
    say("pread", p, CALL(SYS_pread64, file, p->at, count, 8990L));
    say("pread at the end", p, CALL(SYS_pread64, file, p->at, count, 9000L));
    say("of an empty file", p, CALL(SYS_read, empty, p->at, count));
    say("of /dev/null", p, CALL(SYS_read, null, p->at, count));
    if (count < 100000) {
        say("of /dev/zero", p, CALL(SYS_read, zero, p->at, count));
    }
    say("of an empty pipe", p, CALL(SYS_read, pipes[0], p->at, count));
    write(pipes[1], "0123456789", 10);
    say("of a pipe with 10", p, CALL(SYS_read, pipes[0], p->at, count));
    printf("left: %ld\n", (long)read(pipes[0], rest, sizeof(rest)));
    write(pipes[1], bytes, PIPE_BUF); /* more could go in parts */
    write(pipes[1], bytes, PIPE_BUF);
    say("of a pipe with 8192", p, CALL(SYS_read, pipes[0], p->at, count));
    printf("left: %ld\n", (long)read(pipes[0], rest, sizeof(rest)));
    say("of a folder", p, CALL(SYS_read, folder, p->at, count));
    say("of what is not open", p, CALL(SYS_read, 99, p->at, count));
    say("of a pipe's other end", p, CALL(SYS_read, pipes[1], p->at, count));
}

static void test_plain(void)
{
    static const size_t counts[] = {
        0, 1, 10, 200, 10000, 0x7ffff000, (size_t)SSIZE_MAX, SIZE_MAX};
    for (size_t n = 0; n < COUNT(places) * COUNT(counts); n++) {
        try_write(&places[n / COUNT(counts)], counts[n % COUNT(counts)]);
        try_read(&places[n / COUNT(counts)], counts[n % COUNT(counts)]);
    }
    SHOW(write(file, "", SSIZE_MAX));
}

static void test_vectors(void)
{
    char good[100] = "some text";
    for (size_t n = 0; n < COUNT(places); n++) {
        struct iovec parts[] = {{good, 10}, {places[n].at, 200}, {good, 10}};
        struct iovec long_parts[] = {{good, 10}, {places[n].at, SSIZE_MAX}};
        struct iovec negative[] = {{good, 10}, {places[n].at, SIZE_MAX}};
        lseek(file, 0, SEEK_SET);
        ftruncate(file, 0);
        say("writev", &places[n], CALL(SYS_writev, file, parts, 3));
        say("writev to a pipe", &places[n],
            CALL(SYS_writev, pipes[1], parts, 3));
        drain(pipes[0]);
        say("too long", &places[n], CALL(SYS_writev, file, long_parts, 2));
        say("negative", &places[n], CALL(SYS_writev, file, negative, 2));
        say("not open", &places[n], CALL(SYS_writev, 99, negative, 2));
        ftruncate(file, 1000);
        lseek(file, 0, SEEK_SET);
        say("readv", &places[n], CALL(SYS_readv, file, parts, 3));
        printf("at %ld\n", (long)lseek(file, 0, SEEK_CUR));
        say("preadv", &places[n], CALL(SYS_preadv, file, parts, 3, 5L, 0L));
        say("pwritev", &places[n], CALL(SYS_pwritev, file, parts, 3, 5L, 0L));
        say("the vector itself", &places[n],
            CALL(SYS_writev, file, places[n].at, 400));
        say("it, of a file not open", &places[n],
            CALL(SYS_writev, 99, places[n].at, 400));
        say("too many", &places[n], CALL(SYS_writev, file, places[n].at, 1025));
    }
}

/* ---- what calls fill in, or read ----------------------------------------- */

static void test_out(const struct place *p)
{
    char *at = p->at;
    say("stat", p, CALL(SYS_stat, "/", at));
    say("stat of nothing", p, CALL(SYS_stat, "/nothing", at));
    say("fstat", p, CALL(SYS_fstat, file, at));
    say("fstat of what is not open", p, CALL(SYS_fstat, 99, at));
    say("statx", p, CALL(SYS_statx, AT_FDCWD, "/", 0, 0, at));
    say("statfs", p, CALL(SYS_statfs, "/", at) ? -1 : 0);
    say("uname", p, CALL(SYS_uname, at));
    say("sysinfo", p, CALL(SYS_sysinfo, at));
    say("times", p, CALL(SYS_times, at) == -EFAULT);
    say("getrusage", p, CALL(SYS_getrusage, 0, at));
    say("getrlimit", p, CALL(SYS_getrlimit, 0, at));
    say("getcwd", p, CALL(SYS_getcwd, at, 4096L));
    say("getcwd with no room", p, CALL(SYS_getcwd, at, 1L));
    say("readlink", p, CALL(SYS_readlink, name, at, 4096L));
    say("readlink of nothing", p, CALL(SYS_readlink, "/nothing", at, 4096L));
    say("readlink with no room", p, CALL(SYS_readlink, name, at, 0L));
    say("readlink with less", p, CALL(SYS_readlink, name, at, -1L));
    say("getrandom", p, CALL(SYS_getrandom, at, 64L, 0L));
    say("getrandom of much", p, CALL(SYS_getrandom, at, 10000L, 0L));
    say("getrandom, wrong flags", p, CALL(SYS_getrandom, at, 64L, 6L));
    say("getrandom of none", p, CALL(SYS_getrandom, at, 0L, 0L));
    say("pipe", p, CALL(SYS_pipe, at));
    say("pipe, wrong flags", p, CALL(SYS_pipe2, at, 1L));
    say("socketpair", p, CALL(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0L, at));
    say("clock_gettime", p, CALL(SYS_clock_gettime, 0L, at));
    say("clock_gettime of none", p, CALL(SYS_clock_gettime, 77L, at));
    say("gettimeofday", p, CALL(SYS_gettimeofday, at, 0L));
    say("getitimer", p, CALL(SYS_getitimer, 0L, at));
    say("rt_sigpending", p, CALL(SYS_rt_sigpending, at, 8L));
    say("rt_sigaction", p, CALL(SYS_rt_sigaction, SIGUSR1, 0L, at, 8L));
    say("rt_sigprocmask", p, CALL(SYS_rt_sigprocmask, 0, 0L, at, 8L));
    say("sigaltstack", p, CALL(SYS_sigaltstack, 0L, at));
    say("getresuid", p, CALL(SYS_getresuid, at, at, at));
    say("sched_getparam", p, CALL(SYS_sched_getparam, 0L, at));
    lseek(folder, 0, SEEK_SET);
    say("getdents64", p, CALL(SYS_getdents64, folder, at, 4096L) < 0);
    lseek(folder, 0, SEEK_SET);
    say("getdents64 with no room", p, CALL(SYS_getdents64, folder, at, 2L));
    lseek(folder, 0, SEEK_END);
    say("getdents64 of a file", p, CALL(SYS_getdents64, file, at, 4096L));
    say("poll", p, CALL(SYS_poll, at, 1L, 0L) < 0);
    say("poll of none", p, CALL(SYS_poll, at, 0L, 0L));
}

static void test_in(const struct place *p)
{
    char *at = p->at;
    long here = AT_FDCWD;
    say("open", p, CALL(SYS_open, at, O_RDONLY) < 0);
    say("openat of what is not open", p, CALL(SYS_openat, 99L, at, 0L) < 0);
    say("unlink", p, CALL(SYS_unlink, at));
    say("rename", p, CALL(SYS_rename, at, "/nothing/x"));
    say("rename to", p, CALL(SYS_rename, "/", at));
    say("symlink", p, CALL(SYS_symlink, at, "/nothing/x"));
    say("chdir", p, CALL(SYS_chdir, at));
    say("execve", p, CALL(SYS_execve, at, 0L, 0L));
    say("execve's words", p, CALL(SYS_execve, "/nothing", at, 0L) < 0);
    say("utimensat", p, CALL(SYS_utimensat, here, "/nothing", at, 0L) < 0);
    say("nanosleep", p, CALL(SYS_nanosleep, at, 0L));
    say("setitimer", p, CALL(SYS_setitimer, 0L, at, 0L));
    say("rt_sigaction", p, CALL(SYS_rt_sigaction, SIGUSR1, at, 0L, 8L));
    say("rt_sigprocmask", p, CALL(SYS_rt_sigprocmask, 0L, at, 0L, 8L));
    say("rt_sigsuspend, wrong size", p, CALL(SYS_rt_sigsuspend, at, 4L));
    say("connect", p, CALL(SYS_connect, 99L, at, 16L));
    say("wait4 of none", p, CALL(SYS_wait4, -1L, at, 0L, 0L));
    say("sendto", p, CALL(SYS_sendto, pair[0], at, 200L, 0L, 0L, 0L));
    drain(pair[1]);
    say("sendto of all", p, CALL(SYS_sendto, pair[0], at, SSIZE_MAX, 0, 0, 0));
    drain(pair[1]);
    write(pair[1], name, 10);
    say("recvfrom", p, CALL(SYS_recvfrom, pair[0], at, 200L, 0L, 0L, 0L) < 0);
    drain(pair[0]);
}

int main(void)
{
    const char *place = getenv("TMPDIR");
    static char output[1 << 16];
    setvbuf(stdout, output, _IOFBF, sizeof(output));
    file = memfd_create("pointers", 0);
    empty = memfd_create("empty", 0);
    null = open("/dev/null", O_RDWR);
    zero = open("/dev/zero", O_RDONLY);
    full = open("/dev/full", O_WRONLY);
    folder = open("/", O_RDONLY | O_DIRECTORY);
    pipe2(pipes, O_NONBLOCK);
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair);
    snprintf(name, sizeof(name), "%s/link-XXXXXX", place ? place : "/tmp");
    close(mkstemp(name));
    unlink(name);
    symlink("some text", name);
    make_places();
    test_plain();
    test_vectors();
    for (size_t n = 0; n < COUNT(places); n++) {
        memset(room, '/', 2 * PAGE);
        test_out(&places[n]);
        memset(room, '/', 2 * PAGE);
        test_in(&places[n]);
    }
    unlink(name);
    return 0;
}
