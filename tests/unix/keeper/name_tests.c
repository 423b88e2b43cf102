/* Names: directories, links, renaming, removing, paths. */
#include "machine.h"

#include <stdio.h>

static int64_t made(unsigned slot, const char *path)
{
    int64_t fd = opened(slot, path, O_CREAT | O_RDWR, 0666);
    return fd < 0 ? fd : closed(slot, fd);
}

static int64_t folder(unsigned slot, const char *path)
{
    return named(slot, SYS_mkdirat, path, 0777);
}

static int64_t removed(unsigned slot, const char *path, int flags)
{
    return named(slot, SYS_unlinkat, path, (uint64_t)flags);
}

static int64_t renamed(unsigned slot, const char *from, const char *to)
{
    return two_named(slot, SYS_renameat2, from, to, 0);
}

static int64_t linked(unsigned slot, const char *target, const char *path)
{
    return ask(slot, SYS_symlinkat, put(slot, 0, target), AT_CWD,
               put(slot, 8192, path), 0, 0);
}

static void test_directories(void)
{
    unsigned one = machine_start();
    IS(folder(one, "/tmp/d"), 0);
    IS(folder(one, "/tmp/d"), -EEXIST);
    IS(folder(one, "/tmp/d/"), -EEXIST);
    IS(folder(one, "/tmp/e/"), 0);
    IS(folder(one, "/tmp/x/y"), -ENOENT);
    IS(folder(one, "/"), -EEXIST);
    IS(status(one, "/tmp/d").st_nlink, 2);
    IS(status(one, "/tmp").st_nlink, 4);
    IS(status(one, "/tmp/d").st_mode, S_IFDIR | 0755);
    IS(made(one, "/tmp/d/f"), 0);
    IS(folder(one, "/tmp/d/f/g"), -ENOTDIR);
    IS(removed(one, "/tmp/d", AT_REMOVEDIR), -ENOTEMPTY);
    IS(removed(one, "/tmp/d", 0), -EISDIR);
    IS(removed(one, "/tmp/d/f", AT_REMOVEDIR), -ENOTDIR);
    IS(removed(one, "/tmp/d/.", AT_REMOVEDIR), -EINVAL);
    IS(removed(one, "/tmp/d/..", AT_REMOVEDIR), -ENOTEMPTY);
    IS(removed(one, "/", AT_REMOVEDIR), -EBUSY);
    IS(removed(one, "/proc", AT_REMOVEDIR), -EBUSY);
    IS(removed(one, "/tmp/d/f/", 0), -ENOTDIR);
    IS(removed(one, "/tmp/d/f", 0), 0);
    IS(removed(one, "/tmp/d", AT_REMOVEDIR), 0);
    IS(status(one, "/tmp").st_nlink, 3);
    machine_stop();
}

/* A directory that is removed under a process. */
static void test_removed(void)
{
    unsigned one = machine_start();
    IS(folder(one, "/tmp/a"), 0);
    IS(folder(one, "/tmp/a/b"), 0);
    IS(folder(one, "/tmp/a/b/c"), 0);
    IS(ask(one, SYS_chdir, put(one, 0, "/tmp/a/b/c"), 0, 0, 0, 0), 0);
    IS(ask(one, SYS_getcwd, 0, 4096, 0, 0, 0), 11);
    IS(ask(one, SYS_getcwd, 0, 10, 0, 0, 0), -ERANGE);
    int64_t fd = opened(one, ".", O_RDONLY, 0);
    IS(removed(one, "/tmp/a/b/c", AT_REMOVEDIR), 0);
    IS(removed(one, "/tmp/a/b", AT_REMOVEDIR), 0);
    IS(removed(one, "/tmp/a", AT_REMOVEDIR), 0);
    IS(ask(one, SYS_getcwd, 0, 4096, 0, 0, 0), -ENOENT);
    IS(made(one, "x"), -ENOENT);
    IS(folder(one, "../y"), -ENOENT);
    IS(ask(one, SYS_getdents64, (uint64_t)fd, 0, 1000, 0, 0), -ENOENT);
    IS(opened(one, "../../..", O_RDONLY | O_DIRECTORY, 0), 4);
    IS(ask(one, SYS_chdir, put(one, 0, "/"), 0, 0, 0, 0), 0);
    IS(ask(one, SYS_getcwd, 0, 4096, 0, 0, 0), 2);
    machine_stop();
}

static void test_links(void)
{
    unsigned one = machine_start();
    IS(made(one, "/tmp/f"), 0);
    IS(two_named(one, SYS_linkat, "/tmp/f", "/tmp/g", 0), 0);
    IS(status(one, "/tmp/f").st_nlink, 2);
    IS(two_named(one, SYS_linkat, "/tmp/f", "/tmp/g", 0), -EEXIST);
    IS(two_named(one, SYS_linkat, "/tmp", "/tmp/t", 0), -EPERM);
    IS(two_named(one, SYS_linkat, "/proc/uptime", "/tmp/t", 0), -EXDEV);
    IS(removed(one, "/tmp/f", 0), 0);
    IS(status(one, "/tmp/g").st_nlink, 1);
    IS(linked(one, "g", "/tmp/s"), 0);
    IS(linked(one, "", "/tmp/t"), -ENOENT);
    IS(linked(one, "x", "/tmp/s"), -EEXIST);
    IS(status(one, "/tmp/s").st_size, 1);
    IS(two_named(one, SYS_linkat, "/tmp/s", "/tmp/t", 0), 0);
    IS(status(one, "/tmp/t").st_mode & S_IFMT, S_IFLNK);
    IS(two_named(one, SYS_linkat, "/tmp/s", "/tmp/u", AT_SYMLINK_FOLLOW), 0);
    IS(status(one, "/tmp/u").st_ino, status(one, "/tmp/g").st_ino);
    IS(opened(one, "/tmp/s", O_RDONLY | O_NOFOLLOW, 0), -ELOOP);
    IS(opened(one, "/tmp/s", O_RDONLY | O_CREAT | O_EXCL, 0), -EEXIST);
    IS(ask(one, SYS_readlinkat, AT_CWD, put(one, 0, "/tmp/s"), 100, 50, 0), 1);
    IS(ask(one, SYS_readlinkat, AT_CWD, put(one, 0, "/tmp/g"), 100, 50, 0),
       -EINVAL);
    IS(linked(one, "dangling", "/tmp/v"), 0);
    IS(made(one, "/tmp/v"), 0); /* creates what it leads to */
    IS(status(one, "/tmp/dangling").st_nlink, 1);
    machine_stop();
}

static void test_walk(void)
{
    unsigned one = machine_start();
    char text[8192];
    IS(linked(one, "loop", "/tmp/loop"), 0);
    IS(opened(one, "/tmp/loop", O_RDONLY, 0), -ELOOP);
    IS(opened(one, "/tmp/loop/x", O_RDONLY, 0), -ELOOP);
    IS(folder(one, "/tmp/d"), 0);
    IS(made(one, "/tmp/d/f"), 0);
    IS(linked(one, "d//./../d/", "/tmp/l"), 0);
    TRUE(opened(one, "/tmp/l/f", O_RDONLY, 0) > 0);
    TRUE(opened(one, "//tmp//.//l//..//l/f", O_RDONLY, 0) > 0);
    TRUE(opened(one, "/../../tmp/d/f", O_RDONLY, 0) > 0);
    IS(opened(one, "", O_RDONLY, 0), -ENOENT);
    for (int i = 0; i < 45; i++) { /* links on links */
        char from[40], to[40];
        snprintf(from, sizeof(from), i ? "n%d" : "d", i - 1);
        snprintf(to, sizeof(to), "/tmp/n%d", i);
        IS(linked(one, from, to), 0);
    }
    TRUE(opened(one, "/tmp/n39/f", O_RDONLY, 0) > 0);
    IS(opened(one, "/tmp/n40/f", O_RDONLY, 0), -ELOOP);
    memset(text, 'n', sizeof(text));
    memcpy(text, "/tmp/", 5);
    text[5 + 255] = 0;
    IS(made(one, text), 0);
    text[5 + 255] = 'n';
    text[5 + 256] = 0;
    IS(made(one, text), -ENAMETOOLONG);
    text[5 + 256] = '/';
    memset(text + 5, '/', 4089);
    text[4094] = 'd';
    text[4095] = 0;
    TRUE(opened(one, text, O_RDONLY, 0) > 0);
    text[4095] = '/';
    text[4096] = 0;
    IS(opened(one, text, O_RDONLY, 0), -ENAMETOOLONG);
    int64_t fd = opened(one, "/tmp/d", O_PATH, 0);
    IS(ask(one, SYS_openat, (uint64_t)fd, put(one, 0, "f"), 0, 0, 0), fd + 1);
    IS(ask(one, SYS_openat, (uint64_t)fd + 1, put(one, 0, "f"), 0, 0, 0),
       -ENOTDIR);
    IS(ask(one, SYS_openat, 99, put(one, 0, "f"), 0, 0, 0), -EBADF);
    IS(ask(one, SYS_read, (uint64_t)fd, 0, 1, 0, 0), -EBADF);
    IS(ask(one, SYS_newfstatat, (uint64_t)fd, put(one, 0, ""), 64,
           AT_EMPTY_PATH, 0),
       0);
    machine_stop();
}

static void test_rename(void)
{
    unsigned one = machine_start();
    IS(made(one, "/tmp/a"), 0);
    IS(made(one, "/tmp/b"), 0);
    uint64_t number = status(one, "/tmp/a").st_ino;
    IS(renamed(one, "/tmp/a", "/tmp/b"), 0);
    IS(status(one, "/tmp/b").st_ino, number);
    IS(renamed(one, "/tmp/a", "/tmp/b"), -ENOENT);
    IS(folder(one, "/tmp/d"), 0);
    IS(folder(one, "/tmp/e"), 0);
    IS(renamed(one, "/tmp/b", "/tmp/d"), -EISDIR);
    IS(renamed(one, "/tmp/d", "/tmp/b"), -ENOTDIR);
    IS(renamed(one, "/tmp/d", "/tmp/d/x"), -EINVAL);
    IS(renamed(one, "/tmp/d", "/tmp/d"), 0);
    IS(renamed(one, "/tmp/b", "/tmp/c/"), -ENOTDIR);
    IS(renamed(one, "/tmp/b", "/tmp/d/b"), 0);
    IS(renamed(one, "/tmp/e", "/tmp/d"), -ENOTEMPTY);
    IS(renamed(one, "/tmp/d", "/tmp/e"), 0);
    IS(status(one, "/tmp").st_nlink, 3);
    IS(status(one, "/tmp/e").st_nlink, 2);
    IS(renamed(one, "/tmp/e", "/tmp/f/"), 0);
    IS(status(one, "/tmp/f/b").st_ino, number);
    IS(renamed(one, "/tmp/f/..", "/tmp/g"), -EBUSY);
    IS(renamed(one, "/tmp/f", "/proc/x"), -EXDEV);
    IS(renamed(one, "/proc", "/tmp/p"), -EBUSY);
    IS(made(one, "/tmp/g"), 0);
    IS(two_named(one, SYS_renameat2, "/tmp/g", "/tmp/f", RENAME_NOREPLACE),
       -EEXIST);
    IS(two_named(one, SYS_renameat2, "/tmp/g", "/tmp/f", RENAME_EXCHANGE), 0);
    IS(status(one, "/tmp/g/b").st_ino, number);
    IS(status(one, "/tmp/f").st_mode & S_IFMT, S_IFREG);
    IS(status(one, "/tmp").st_nlink, 3);
    IS(two_named(one, SYS_linkat, "/tmp/g/b", "/tmp/h", 0), 0);
    IS(renamed(one, "/tmp/h", "/tmp/g/b"), 0); /* the same file: nothing */
    IS(status(one, "/tmp/h").st_nlink, 2);
    IS(folder(one, "/tmp/g/in"), 0);
    IS(folder(one, "/tmp/out"), 0);
    IS(renamed(one, "/tmp/g/in", "/tmp/out/in"), 0);
    IS(ask(one, SYS_chdir, put(one, 0, "/tmp/out/in"), 0, 0, 0, 0), 0);
    IS(status(one, "..").st_ino, status(one, "/tmp/out").st_ino);
    IS(status(one, "/tmp/g").st_nlink, 2);
    IS(renamed(one, "/tmp/out", "/tmp/out/in"), -EINVAL);
    IS(two_named(one, SYS_renameat2, "/tmp/out/in", "/tmp/out",
                 RENAME_EXCHANGE),
       -EINVAL);
    machine_stop();
}

/* Five thousand names, listed in pieces while some go and some come. */
static void test_many_names(void)
{
    static uint8_t seen[6000];
    unsigned one = machine_start();
    char path[64];
    IS(folder(one, "/tmp/d"), 0);
    for (int i = 0; i < 5000; i++) {
        snprintf(path, sizeof(path), "/tmp/d/name-%d", i);
        IS(made(one, path), 0);
    }
    int64_t fd = opened(one, "/tmp/d", O_RDONLY, 0), n;
    int dots = 0, listed = 0;
    for (int round = 0;; round++) {
        n = ask(one, SYS_getdents64, (uint64_t)fd, 0, 2000, 0, 0);
        TRUE(n >= 0);
        if (!n) {
            break;
        }
        for (int64_t at = 0; at < n;) {
            struct dirent64 *entry = (struct dirent64 *)(data(one) + at);
            int i = -1;
            if (sscanf(entry->d_name, "name-%d", &i) == 1) {
                IS(seen[i], 0);
                seen[i] = 1;
                listed++;
                IS(entry->d_type, DT_REG);
            } else {
                dots++;
            }
            at += entry->d_reclen;
        }
        snprintf(path, sizeof(path), "/tmp/d/name-%d", 4999 - round);
        IS(removed(one, path, 0), 0);
        if (round < 100) {
            snprintf(path, sizeof(path), "/tmp/d/name-%d", 5000 + round);
            IS(made(one, path), 0);
        }
    }
    IS(dots, 2);
    TRUE(listed > 4800);
    IS(ask(one, SYS_lseek, (uint64_t)fd, 0, SEEK_SET, 0, 0), 0);
    IS(ask(one, SYS_getdents64, (uint64_t)fd, 0, 10, 0, 0), -EINVAL);
    IS(ask(one, SYS_getdents64, (uint64_t)fd, 0, 24, 0, 0), 24);
    machine_stop();
}

static void test_attributes(void)
{
    unsigned one = machine_start();
    struct timespec times[2] = {{1000, 5}, {-2, 999999999}};
    int64_t fd = opened(one, "/tmp/a", O_CREAT | O_RDWR, 0666);
    IS(named(one, SYS_fchmodat, "/tmp/a", 04711), 0);
    IS(status(one, "/tmp/a").st_mode, S_IFREG | 04711);
    IS(ask(one, SYS_fchmod, (uint64_t)fd, 0600, 0, 0, 0), 0);
    IS(named(one, SYS_faccessat2, "/tmp/a", X_OK), -EACCES);
    IS(named(one, SYS_faccessat2, "/tmp/a", R_OK | W_OK), 0);
    IS(named(one, SYS_faccessat2, "/tmp", X_OK), 0);
    IS(ask(one, SYS_fchownat, AT_CWD, put(one, 0, "/tmp/a"), 7, UINT32_MAX, 0),
       0);
    IS(status(one, "/tmp/a").st_uid, 7);
    IS(status(one, "/tmp/a").st_gid, 0);
    memcpy(data(one) + 64, times, sizeof(times));
    IS(ask(one, SYS_utimensat, AT_CWD, put(one, 0, "/tmp/a"), 64, 0, 0), 0);
    struct stat found = status(one, "/tmp/a");
    IS(found.st_atim.tv_sec, 1000);
    IS(found.st_atim.tv_nsec, 5);
    IS(found.st_mtim.tv_sec, -2);
    IS(found.st_mtim.tv_nsec, 999999999);
    IS(found.st_ctim.tv_sec, 1700000000);
    pass(5000000000);
    IS(ask(one, SYS_utimensat, (uint64_t)fd, NONE, NONE, 0, 0), 0);
    IS(status(one, "/tmp/a").st_mtim.tv_sec, 1700000005);
    IS(ask(one, SYS_statx, AT_CWD, put(one, 0, "/dev/null"), 0, 0x7ff, 64), 0);
    struct statx *x = (struct statx *)(data(one) + 64);
    IS(x->stx_rdev_major, 1);
    IS(x->stx_rdev_minor, 3);
    IS(ask(one, SYS_statfs, put(one, 0, "/tmp"), 64, 0, 0, 0), 0);
    struct statfs *system = (struct statfs *)(data(one) + 64);
    IS(system->f_type, TMPFS_MAGIC);
    TRUE(system->f_bfree > 1000 && system->f_ffree > 60000);
    IS(ask(one, SYS_truncate, put(one, 0, "/tmp"), 0, 0, 0, 0), -EISDIR);
    IS(ask(one, SYS_truncate, put(one, 0, "/tmp/a"), 77, 0, 0, 0), 0);
    IS(status(one, "/tmp/a").st_size, 77);
    IS(named(one, SYS_fchmodat, "/proc/uptime", 0), -EPERM);
    machine_stop();
}

/* All inodes are used up, and given back. */
static void test_inodes(void)
{
    unsigned one = machine_start();
    uint64_t before = machine_taken();
    char path[64];
    int count = 0;
    int64_t error = 0;
    while (!error) {
        snprintf(path, sizeof(path), "/tmp/%d", count);
        error = named(one, SYS_mknodat, path, S_IFREG | 0600);
        count += !error;
    }
    IS(error, -ENOSPC);
    TRUE(count > 65000 && count < 65536);
    IS(ask(one, SYS_pipe2, 0, 0, 0, 0, 0), -ENFILE);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "/tmp/%d", i);
        IS(removed(one, path, 0), 0);
    }
    IS(machine_taken(), before);
    machine_stop();
}

const struct test name_tests[] = {
    TEST(directories), TEST(removed),    TEST(links),  TEST(walk), TEST(rename),
    TEST(many_names),  TEST(attributes), TEST(inodes), {0},
};
