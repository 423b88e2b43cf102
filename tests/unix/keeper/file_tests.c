/* What is in files: the image's pages, one's own, holes, limits. */
#include "machine.h"

#define MIB (1ull << 20)

static int64_t seek(unsigned slot, int64_t fd, int64_t to, int whence)
{
    return ask(slot, SYS_lseek, (uint64_t)fd, (uint64_t)to, (uint64_t)whence, 0,
               0);
}

static int64_t resized(unsigned slot, int64_t fd, uint64_t size)
{
    return ask(slot, SYS_ftruncate, (uint64_t)fd, size, 0, 0, 0);
}

static void test_image(void)
{
    unsigned one = machine_start();
    int64_t fd = opened(one, "/etc/greeting", O_RDONLY, 0);
    IS(fd, 3);
    TRUE(reads(one, fd, "hello from the image\n"));
    TRUE(reads(one, fd, ""));
    IS(closed(one, fd), 0);
    IS(closed(one, fd), -EBADF);
    IS(status(one, "/etc/greeting").st_size, 21);
    IS(status(one, "/etc/greeting").st_nlink, 2);
    IS(status(one, "/etc/twin").st_ino, status(one, "/etc/greeting").st_ino);
    IS(status(one, "/etc/link").st_mode, S_IFLNK | 0777);
    TRUE(reads(one, opened(one, "/etc/link", O_RDONLY, 0),
               "hello from the image\n"));
    IS(opened(one, "/etc/link/x", O_RDONLY, 0), -ENOTDIR);
    IS(opened(one, "/etc/nothing", O_RDONLY, 0), -ENOENT);
    IS(status(one, "/").st_nlink, 7); /* bin dev etc proc tmp */
    machine_stop();
}

static void test_write(void)
{
    unsigned one = machine_start();
    int64_t fd = opened(one, "/tmp/a", O_CREAT | O_RDWR, 0666);
    IS(written(one, fd, "abc"), 3);
    IS(written(one, fd, "def"), 3);
    IS(seek(one, fd, 1, SEEK_SET), 1);
    TRUE(reads(one, fd, "bcdef"));
    IS(status(one, "/tmp/a").st_mode, S_IFREG | 0644);
    IS(closed(one, fd), 0);
    fd = opened(one, "/tmp/a", O_WRONLY | O_APPEND, 0);
    IS(written(one, fd, "!"), 1);
    IS(ask(one, SYS_read, (uint64_t)fd, 0, 1, 0, 0), -EBADF);
    fd = opened(one, "/tmp/a", O_RDONLY, 0);
    TRUE(reads(one, fd, "abcdef!"));
    IS(written(one, fd, "x"), -EBADF);
    IS(ask(one, SYS_pread64, (uint64_t)fd, 0, 3, 2, 0), 3);
    TRUE(!memcmp(data(one), "cde", 3));
    IS(ask(one, SYS_pread64, (uint64_t)fd, 0, 3, UINT64_MAX, 0), -EINVAL);
    IS(seek(one, fd, -1, SEEK_SET), -EINVAL);
    IS(seek(one, fd, INT64_MAX, SEEK_END), -EOVERFLOW);
    IS(seek(one, fd, 0, 9), -EINVAL);
    IS(opened(one, "/tmp/a", O_CREAT | O_EXCL | O_RDWR, 0), -EEXIST);
    IS(opened(one, "/tmp", O_RDWR, 0), -EISDIR);
    IS(opened(one, "/tmp/a/", O_RDONLY, 0), -ENOTDIR);
    IS(opened(one, "/tmp/b/", O_CREAT | O_RDWR, 0), -EISDIR);
    IS(opened(one, "/tmp/a", O_DIRECTORY, 0), -ENOTDIR);
    IS(opened(one, "/tmp", O_TMPFILE_BIT | O_DIRECTORY | O_RDWR, 0600),
       -EOPNOTSUPP);
    machine_stop();
}

static void test_copy(void)
{
    unsigned one = machine_start();
    uint64_t before = machine_taken();
    int64_t fd = opened(one, "/etc/long", O_RDWR, 0);
    IS(machine_taken(), before);
    IS(ask(one, SYS_pwrite64, (uint64_t)fd, put(one, 0, "X"), 1, 5000, 0), 1);
    IS(machine_taken() - before, 2); /* a page of it, and of its map */
    IS(ask(one, SYS_pread64, (uint64_t)fd, 0, 3, 4999, 0), 3);
    TRUE(!memcmp(data(one), "qXq", 3));
    IS(resized(one, fd, 4097), 0);
    IS(resized(one, fd, 20000), 0);
    IS(ask(one, SYS_pread64, (uint64_t)fd, 0, 3, 4095, 0), 3);
    TRUE(!memcmp(data(one), "qq\0", 3));
    IS(ask(one, SYS_pread64, (uint64_t)fd, 0, 1, 19999, 0), 1);
    IS(data(one)[0], 0);
    IS(resized(one, fd, 100), 0); /* inside a page of the image */
    IS(resized(one, fd, 200), 0);
    IS(ask(one, SYS_pread64, (uint64_t)fd, 0, 2, 99, 0), 2);
    TRUE(!memcmp(data(one), "q\0", 2));
    IS(resized(one, fd, 0), 0);
    IS(machine_taken(), before);
    machine_stop();
}

static void test_holes(void)
{
    unsigned one = machine_start();
    uint64_t before = machine_taken();
    int64_t fd = opened(one, "/tmp/h", O_CREAT | O_RDWR, 0666);
    static const uint64_t at[] = {0, 5 * MIB, 5000 * MIB, 1ull << 41};
    for (unsigned i = 0; i < 4; i++) {
        IS(ask(one, SYS_pwrite64, (uint64_t)fd, put(one, 0, "mark"), 4, at[i],
               0),
           4);
    }
    for (unsigned i = 0; i < 4; i++) {
        IS(ask(one, SYS_pread64, (uint64_t)fd, 0, 4, at[i], 0), 4);
        TRUE(!memcmp(data(one), "mark", 4));
        IS(seek(one, fd, (int64_t)at[i], SEEK_DATA), at[i]);
        IS(seek(one, fd, (int64_t)at[i], SEEK_HOLE),
           i < 3 ? (int64_t)at[i] + 4096 : (int64_t)at[i] + 4);
        if (i) {
            IS(seek(one, fd, (int64_t)at[i - 1] + 4096, SEEK_DATA), at[i]);
        }
    }
    IS(ask(one, SYS_pread64, (uint64_t)fd, 0, 4, 4000 * MIB, 0), 4);
    IS(*(uint32_t *)data(one), 0);
    TRUE(machine_taken() - before < 20);
    IS(seek(one, fd, (int64_t)(1ull << 41) + 4, SEEK_DATA), -ENXIO);
    IS(ask(one, SYS_pwrite64, (uint64_t)fd, 0, 1, 1ull << 42, 0), -EFBIG);
    IS(resized(one, fd, 1 + (1ull << 42)), -EFBIG);
    IS(resized(one, fd, 5 * MIB + 2), 0);
    IS(resized(one, fd, 1ull << 41), 0);
    IS(ask(one, SYS_pread64, (uint64_t)fd, 0, 4, 5 * MIB, 0), 4);
    TRUE(!memcmp(data(one), "ma\0\0", 4));
    IS(named(one, SYS_unlinkat, "/tmp/h", 0), 0);
    IS(ask(one, SYS_pread64, (uint64_t)fd, 0, 4, 0, 0), 4);
    TRUE(!memcmp(data(one), "mark", 4)); /* it lives while it is open */
    IS(closed(one, fd), 0);
    IS(machine_taken(), before);
    machine_stop();
}

static void test_full(void)
{
    unsigned one = machine_start();
    int64_t fd = opened(one, "/tmp/f", O_CREAT | O_RDWR, 0666);
    memset(data(one), 'x', 65536);
    IS(ask(one, SYS_write, (uint64_t)fd, 0, 65536, 0, 0), 65536);
    machine_limit = machine_taken() + 12;
    IS(ask(one, SYS_write, (uint64_t)fd, 0, 65536, 0, 0), 5 * 4096);
    IS(ask(one, SYS_write, (uint64_t)fd, 0, 65536, 0, 0), -ENOSPC);
    IS(ask(one, SYS_fallocate, (uint64_t)fd, 0, 0, 4 * MIB, 0), -ENOSPC);
    IS(status(one, "/tmp/f").st_size, 65536 + 5 * 4096);
    machine_limit = machine_taken();
    IS(ask(one, SYS_symlinkat, put(one, 0, "x"), AT_CWD,
           put(one, 100, "/tmp/s"), 0, 0),
       -ENOSPC);
    TRUE(ask(one, KEEPER_FORK, 0, 0, 0, 0, 0) == -EAGAIN);
    machine_limit = UINT64_MAX;
    IS(ask(one, SYS_fallocate, (uint64_t)fd, 0, 4 * MIB, MIB, 0), 0);
    IS(status(one, "/tmp/f").st_size, 5 * MIB);
    IS(ask(one, SYS_fallocate, (uint64_t)fd, 3, 0, MIB, 0), -EOPNOTSUPP);
    machine_stop();
}

static void test_descriptors(void)
{
    unsigned one = machine_start();
    int64_t fd = opened(one, "/tmp/d", O_CREAT | O_RDWR, 0666);
    int64_t two = ask(one, SYS_dup, (uint64_t)fd, 0, 0, 0, 0);
    IS(two, fd + 1);
    IS(written(one, fd, "abc"), 3);
    IS(seek(one, two, 0, SEEK_CUR), 3); /* the same open file */
    IS(ask(one, SYS_dup3, (uint64_t)fd, 500, O_CLOEXEC, 0, 0), 500);
    IS(ask(one, SYS_fcntl, 500, F_GETFD, 0, 0, 0), FD_CLOEXEC);
    IS(ask(one, SYS_fcntl, 500, F_SETFD, 0, 0, 0), 0);
    IS(ask(one, SYS_fcntl, 500, F_GETFD, 0, 0, 0), 0);
    IS(ask(one, SYS_fcntl, (uint64_t)fd, F_DUPFD_CLOEXEC, 600, 0, 0), 600);
    IS(ask(one, SYS_fcntl, 500, F_SETFL, O_APPEND | O_NONBLOCK, 0, 0), 0);
    IS(ask(one, SYS_fcntl, 600, F_GETFL, 0, 0, 0),
       O_RDWR | O_APPEND | O_NONBLOCK);
    IS(ask(one, SYS_dup3, (uint64_t)fd, (uint64_t)fd, 0, 0, 0), -EINVAL);
    IS(ask(one, SYS_dup3, 77, 5, 0, 0, 0), -EBADF);
    IS(ask(one, SYS_dup3, (uint64_t)fd, 1024, 0, 0, 0), -EBADF);
    IS(ask(one, SYS_fcntl, (uint64_t)fd, F_DUPFD, 1024, 0, 0), -EINVAL);
    IS(ask(one, SYS_close_range, 3, 700, CLOSE_RANGE_CLOEXEC, 0, 0), 0);
    IS(ask(one, KEEPER_EXEC, put(one, 0, "/bin/x"), NONE, 0, 0, 0), 0);
    IS(closed(one, fd), -EBADF);
    IS(closed(one, 600), -EBADF);
    int64_t last = 0;
    for (int i = 3; i < 1024; i++) {
        last = opened(one, "/dev/null", O_RDWR, 0);
    }
    IS(last, 1023);
    IS(opened(one, "/dev/null", O_RDWR, 0), -EMFILE);
    IS(ask(one, SYS_dup, 0, 0, 0, 0, 0), -EMFILE);
    unsigned others[3];
    for (int i = 0; i < 3; i++) {
        others[i] = forked(one);
        IS(ask(others[i], SYS_close_range, 3, UINT32_MAX, 0, 0, 0), 0);
        for (int j = 3; j < 1024; j++) {
            TRUE(opened(others[i], "/dev/null", O_RDWR, 0) == j);
        }
    }
    unsigned full = forked(one);
    closed(full, 5);
    closed(full, 6);
    for (int i = 0; i < 12; i++) { /* 4096 open files, but for a few */
        last = opened(full, "/dev/null", O_RDWR, 0);
        last = last < 0 ? last : closed(full, last);
    }
    IS(last, 0);
    machine_stop();
}

static void test_devices(void)
{
    unsigned one = machine_start();
    char zeros[4096] = {0}, found[4096];
    int64_t null = opened(one, "/dev/null", O_RDWR, 0);
    IS(written(one, null, "gone"), 4);
    IS(was_read(one, null, found, 10), 0);
    int64_t zero = opened(one, "/dev/zero", O_RDONLY, 0);
    IS(was_read(one, zero, found, 4096), 4096);
    TRUE(!memcmp(found, zeros, 4096));
    IS(written(one, opened(one, "/dev/full", O_WRONLY, 0), "x"), -ENOSPC);
    int64_t random = opened(one, "/dev/urandom", O_RDONLY, 0);
    IS(was_read(one, random, found, 13), 13);
    TRUE(memcmp(found, zeros, 13));
    IS(status(one, "/dev/null").st_rdev, 0x103);
    TRUE(written(one, opened(one, "/dev/fd/1", O_WRONLY, 0), "shown\n") == 6);
    TRUE(strstr(machine_shown, "shown\r\n"));
    int64_t memory = ask(one, SYS_memfd_create, put(one, 0, "m"), 0, 0, 0, 0);
    IS(written(one, memory, "kept"), 4);
    IS(seek(one, memory, 0, SEEK_SET), 0);
    TRUE(reads(one, memory, "kept"));
    machine_stop();
}

/* Page numbers of an open file. */
static void test_pages(void)
{
    unsigned one = machine_start();
    uint64_t page[8];
    int64_t fd = opened(one, "/etc/long", O_RDWR, 0);
    IS(ask(one, KEEPER_MAP_PAGES, (uint64_t)fd, 1, 8, 0, 0), 8);
    memcpy(page, data(one), sizeof(page));
    IS(*(char *)machine_page((uint32_t)page[0]), 'q');
    IS(page[1], page[0] + 1); /* the image's */
    IS(page[4], 0);           /* behind the end */
    IS(ask(one, KEEPER_MAP_PAGES, (uint64_t)fd, 1, 1, 0, PAGES_STORE), 1);
    TRUE(*(uint64_t *)data(one) != page[0]);
    *(char *)machine_page(*(uint32_t *)data(one)) = 'S';
    IS(ask(one, SYS_pread64, (uint64_t)fd, 0, 1, 4096, 0), 1);
    IS(data(one)[0], 'S');
    int64_t reader = opened(one, "/etc/long", O_RDONLY, 0);
    IS(ask(one, KEEPER_MAP_PAGES, (uint64_t)reader, 0, 1, 0, PAGES_STORE),
       -EACCES);
    IS(ask(one, KEEPER_MAP_PAGES, 0, 0, 1, 0, 0), -ENODEV);
    IS(ask(one, KEEPER_MAP_PAGES, (uint64_t)fd, UINT64_MAX - 1, 4, 0, 0), 4);
    IS(*(uint64_t *)data(one), 0);
    IS(ask(one, KEEPER_MAP_PAGES, (uint64_t)fd, 0, 9000, 0, 0), -EFAULT);
    IS(resized(one, fd, 0), 0);
    machine_stop();
}

static void test_sendfile(void)
{
    unsigned one = machine_start();
    int64_t in = opened(one, "/etc/long", O_RDONLY, 0);
    int64_t out = opened(one, "/tmp/out", O_CREAT | O_RDWR, 0666);
    IS(ask(one, SYS_sendfile, (uint64_t)out, (uint64_t)in, NONE, 1 << 20, 0),
       20000);
    IS(status(one, "/tmp/out").st_size, 20000);
    uint64_t from = 19990;
    memcpy(data(one), &from, 8);
    IS(ask(one, SYS_sendfile, (uint64_t)out, (uint64_t)in, 0, 100, 0), 10);
    memcpy(&from, data(one), 8);
    IS(from, 20000);
    int32_t ends[2];
    IS(ask(one, SYS_pipe2, 0, 0, 0, 0, 0), 0);
    memcpy(ends, data(one), 8);
    for (int i = 0; i < 4; i++) {
        IS(seek(one, in, 0, SEEK_SET), 0);
        int64_t n = ask(one, SYS_sendfile, (uint64_t)ends[1], (uint64_t)in,
                        NONE, 20000, 0);
        IS(n, i < 3 ? 20000 : 5536);
    }
    IS(seek(one, in, 0, SEEK_SET), 0);
    IS(ask(forked(one), SYS_sendfile, (uint64_t)ends[1], (uint64_t)in, NONE, 1,
           0),
       WAITS);
    machine_stop();
}

const struct test file_tests[] = {
    TEST(image),       TEST(write),   TEST(copy),  TEST(holes),    TEST(full),
    TEST(descriptors), TEST(devices), TEST(pages), TEST(sendfile), {0},
};
