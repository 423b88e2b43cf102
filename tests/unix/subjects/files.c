/* Reading, writing, waiting for files; vectors, offsets, copies. */
#define _GNU_SOURCE
#include "check.h"
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <utime.h>

static void test_vectors(void)
{
    char a[4] = "", b[10] = "";
    struct iovec out[] = {{"one", 3}, {"", 0}, {" and two", 8}};
    struct iovec in[] = {{a, 3}, {b, 9}};
    int fd = open("/tmp/files", O_RDWR | O_CREAT | O_TRUNC, 0600);
    SHOW(writev(fd, out, 3));
    SHOW(lseek(fd, 0, SEEK_SET));
    SHOW(readv(fd, in, 2));
    printf("%s|%s\n", a, b);
    SHOW(preadv(fd, in, 1, 4));
    printf("%s\n", a);
    SHOW(pwritev(fd, out, 1, 20));
    SHOW(lseek(fd, 0, SEEK_END));
    SHOW(lseek(fd, -1, SEEK_SET));
    SHOW(pread(fd, a, 1, -1));
    SHOW(pread(fd, a, 2, LLONG_MAX - 1));
    SHOW(pread(fd, a, 1, LLONG_MAX - 1));
    SHOW(pread(fd, a, 0, LLONG_MAX));
    SHOW(pwrite(fd, a, 2, LLONG_MAX - 1));
    SHOW(preadv(fd, in, 1, LLONG_MAX - 1));
    SHOW(lseek(fd, LLONG_MAX, SEEK_CUR));
    SHOW(lseek(fd, LLONG_MAX, SEEK_END));
    SHOW(writev(fd, out, -1));
    SHOW(writev(fd, (void *)8, 1));
    close(fd);
}

static void test_large(void)
{
    enum { SIZE = 1000000 };
    unsigned char *block = malloc(SIZE);
    int fd = open("/tmp/files", O_RDWR | O_TRUNC);
    unsigned long sum = 0;
    for (int i = 0; i < SIZE; i++) {
        block[i] = (unsigned char)(i * 7 >> 3);
    }
    SHOW(write(fd, block, SIZE));
    memset(block, 0, SIZE);
    SHOW(pread(fd, block, SIZE, 0));
    for (int i = 0; i < SIZE; i++) {
        sum = sum * 31 + block[i];
    }
    printf("sum %lx\n", sum);
    int copy = open("/tmp/copy", O_RDWR | O_CREAT | O_TRUNC, 0600);
    off_t from = 10, to = 5;
    SHOW(copy_file_range(fd, &from, copy, &to, SIZE, 0));
    printf("%ld %ld\n", (long)from, (long)to);
    SHOW(lseek(fd, 0, SEEK_SET));
    SHOW(lseek(copy, 0, SEEK_SET));
    long total = 0, n;
    while ((n = sendfile(copy, fd, 0, SIZE)) > 0) {
        total += n;
    }
    printf("sendfile: %ld\n", total);
    SHOW(lseek(fd, 0, SEEK_CUR));
    struct stat status;
    SHOW(fstat(copy, &status));
    printf("%ld %o\n", (long)status.st_size, status.st_mode);
    unlink("/tmp/copy");
    free(block);
    close(fd);
    close(copy);
}

static void test_poll(void)
{
    int fds[2];
    char c;
    pipe2(fds, O_NONBLOCK);
    struct pollfd files[3] = {
        {fds[0], POLLIN, 0}, {fds[1], POLLOUT, 0}, {-1, POLLIN, 0}};
    SHOW(poll(files, 3, 0));
    printf("%x %x %x\n", files[0].revents, files[1].revents, files[2].revents);
    SHOW(poll(files, 1, 5));
    SHOW(read(fds[0], &c, 1));
    write(fds[1], "x", 1);
    SHOW(poll(files, 2, -1));
    printf("%x %x\n", files[0].revents, files[1].revents);
    fd_set in, out;
    struct timeval time = {0, 1000};
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(fds[0], &in);
    FD_SET(fds[1], &out);
    SHOW(select(fds[1] + 1, &in, &out, 0, &time));
    TRUE(FD_ISSET(fds[0], &in) && FD_ISSET(fds[1], &out));
    read(fds[0], &c, 1);
    FD_ZERO(&in);
    FD_SET(fds[0], &in);
    time = (struct timeval){0, 1000};
    SHOW(select(fds[1] + 1, &in, 0, 0, &time));
    TRUE(FD_ISSET(fds[0], &in));
    close(fds[1]);
    SHOW(poll(files, 2, 0));
    printf("%x %x\n", files[0].revents, files[1].revents);
    SHOW(read(fds[0], &c, 1));
    FD_ZERO(&in);
    FD_SET(40, &in); /* Linux looks at 64 at least, whatever is open */
    SHOW(select(41, &in, 0, 0, &time));
    close(fds[0]);
}

static void test_rest(void)
{
    int fd = open("/tmp/files", O_RDWR);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct utimbuf times = {1000000, 2000000};
    struct stat status;
    int n;
    SHOW(fcntl(fd, F_SETLK, &lock));
    SHOW(fcntl(fd, F_GETLK, &lock));
    printf("%d\n", lock.l_type == F_UNLCK);
    SHOW(dup2(fd, fd) == fd);
    SHOW(dup2(99, 99));
    SHOW(dup2(fd, 50));
    SHOW(dup3(fd, fd, 0));
    SHOW(fcntl(50, F_GETFD));
    SHOW(fcntl(50, F_SETFD, FD_CLOEXEC));
    SHOW(fcntl(50, F_GETFD));
    SHOW(ioctl(fd, TIOCGWINSZ, &n));
    SHOW(isatty(fd));
    SHOW(utime("/tmp/files", &times));
    SHOW(stat("/tmp/files", &status));
    printf("%ld %ld\n", (long)status.st_atime, (long)status.st_mtime);
    SHOW(access("/tmp/files", R_OK));
    SHOW(access("/tmp/nothing", F_OK));
    SHOW(unlink("/tmp/files"));
    SHOW(fstat(fd, &status));
    printf("links: %ld\n", (long)status.st_nlink);
    SHOW(close(fd));
    SHOW(close(fd));
    SHOW(mkdir("/tmp/d", 0700));
    SHOW(symlink("there", "/tmp/d/link"));
    char target[10] = "";
    SHOW(readlink("/tmp/d/link", target, 10));
    SHOW(rmdir("/tmp/d"));
    SHOW(rename("/tmp/d/link", "/tmp/d/other"));
    SHOW(unlink("/tmp/d/other"));
    SHOW(rmdir("/tmp/d"));
}

int main(void)
{
    setvbuf(stdout, 0, _IOLBF, 0);
    test_vectors();
    test_large();
    test_poll();
    test_rest();
    return 0;
}
