/*
 * Paths: every call that takes one, with every kind of thing at its end, with
 * and without slashes behind it, ".", ".." and a name beyond. A line has a
 * call and a path, the answer or the error, and all that has become another in
 * the folder; which is made anew whenever that is something.
 */
#define _GNU_SOURCE
#include "folder.h"
#include <sys/syscall.h>

#define NOTHING "nothing"
#define AT (long)AT_FDCWD
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef long call(const char *path, const char *second);

static size_t every = 1; /* of so many paths, one is tried */
static char longest[256], longer[257], deep[5000];

/* ---- the calls ----------------------------------------------------------- */

static long open_as(const char *path, int flags)
{
    struct stat s;
    long fd = syscall(SYS_openat, AT, path, flags | O_NONBLOCK, 0640);
    if (fd < 0) {
        return fd;
    }
    fstat((int)fd, &s);
    close((int)fd);
    return (long)(s.st_mode & S_IFMT) >> 12;
}

#define PLAIN(name, expression)                                                \
    static long name(const char *path, const char *second)                     \
    {                                                                          \
        (void)second;                                                          \
        return expression;                                                     \
    }
#define STAT(name, ...)                                                        \
    static long name(const char *path, const char *second)                     \
    {                                                                          \
        struct stat s;                                                         \
        (void)second;                                                          \
        return syscall(__VA_ARGS__) ? -1 : (long)(s.st_mode & S_IFMT) >> 12;   \
    }
#define PAIR(name, ...)                                                        \
    static long name(const char *path, const char *second)                     \
    {                                                                          \
        return syscall(__VA_ARGS__);                                           \
    }

PLAIN(open_read, open_as(path, O_RDONLY))
PLAIN(open_here, open_as(path, O_RDONLY | O_NOFOLLOW))
PLAIN(open_directory, open_as(path, O_DIRECTORY))
PLAIN(open_directory_here, open_as(path, O_DIRECTORY | O_NOFOLLOW))
PLAIN(open_directory_write, open_as(path, O_RDWR | O_DIRECTORY))
PLAIN(open_path, open_as(path, O_PATH))
PLAIN(open_path_here, open_as(path, O_PATH | O_NOFOLLOW))
PLAIN(open_path_directory, open_as(path, O_PATH | O_NOFOLLOW | O_DIRECTORY))
STAT(path_stat, SYS_stat, path, &s)
STAT(path_lstat, SYS_lstat, path, &s)
STAT(path_fstatat, SYS_newfstatat, AT, path, &s, AT_EMPTY_PATH)
PLAIN(path_access, syscall(SYS_access, path, R_OK | W_OK))
PLAIN(path_execute, syscall(SYS_access, path, X_OK))
PLAIN(path_access_here,
      syscall(SYS_faccessat2, AT, path, F_OK, AT_SYMLINK_NOFOLLOW))
PLAIN(path_execve, syscall(SYS_execve, path, 0L, 0L))
PLAIN(open_write, open_as(path, O_RDWR))
PLAIN(open_cut, open_as(path, O_WRONLY | O_TRUNC))
PLAIN(open_create, open_as(path, O_RDWR | O_CREAT))
PLAIN(open_create_read, open_as(path, O_RDONLY | O_CREAT))
PLAIN(open_create_cut, open_as(path, O_WRONLY | O_CREAT | O_TRUNC))
PLAIN(open_exclusive, open_as(path, O_RDWR | O_CREAT | O_EXCL))
PLAIN(open_create_here, open_as(path, O_RDWR | O_CREAT | O_NOFOLLOW))
PLAIN(open_exclusive_here, open_as(path, O_CREAT | O_EXCL | O_NOFOLLOW))
PLAIN(path_unlink, syscall(SYS_unlink, path))
PLAIN(path_rmdir, syscall(SYS_rmdir, path))
PLAIN(path_mkdir, syscall(SYS_mkdir, path, 0750))
PLAIN(path_fifo, syscall(SYS_mknod, path, S_IFIFO | 0600, 0))
PLAIN(path_mknod, syscall(SYS_mknod, path, S_IFREG | 0600, 0))
PLAIN(path_mknod_directory, syscall(SYS_mknod, path, S_IFDIR | 0600, 0))
PLAIN(path_symlink, syscall(SYS_symlink, "text", path))
PLAIN(path_symlink_empty, syscall(SYS_symlink, "", path))
PLAIN(path_truncate, syscall(SYS_truncate, path, 0L))
PLAIN(path_chmod, syscall(SYS_chmod, path, 0711))
PLAIN(path_chown, syscall(SYS_chown, path, 5, 5))
PLAIN(path_lchown, syscall(SYS_lchown, path, 5, 5))

static const struct timespec times[2] = {{TIME, 0}, {TIME, 0}};
PLAIN(path_times, syscall(SYS_utimensat, AT, path, times, 0))
PLAIN(path_times_here,
      syscall(SYS_utimensat, AT, path, times, AT_SYMLINK_NOFOLLOW))

static long path_readlink(const char *path, const char *second)
{
    char to[64] = "";
    (void)second;
    long n = syscall(SYS_readlink, path, to, sizeof(to) - 1);
    return n < 0 ? n : n * 1000 + to[0];
}

static long path_chdir(const char *path, const char *second)
{
    (void)second;
    long answer = syscall(SYS_chdir, path);
    int error = errno;
    must(!fchdir(folder), "fchdir");
    errno = error;
    return answer;
}

static long path_statfs(const char *path, const char *second)
{
    long room[32];
    (void)second;
    return syscall(SYS_statfs, path, room);
}

PAIR(pair_rename, SYS_rename, path, second)
PAIR(pair_keep, SYS_renameat2, AT, path, AT, second, 1L)
PAIR(pair_exchange, SYS_renameat2, AT, path, AT, second, 2L)
PAIR(pair_link, SYS_link, path, second)
PAIR(pair_link_follow, SYS_linkat, AT, path, AT, second,
     (long)AT_SYMLINK_FOLLOW)

struct named {
    const char *name;
    call *call;
};

#define CALL(name) {#name, name}
static const struct named reading[] = {
    CALL(open_read),           CALL(open_here),   CALL(open_directory),
    CALL(open_directory_here), CALL(open_path),   CALL(open_path_here),
    CALL(open_path_directory), CALL(path_stat),   CALL(path_lstat),
    CALL(path_fstatat),        CALL(path_access), CALL(path_execute),
    CALL(path_access_here),    CALL(path_execve), CALL(path_readlink),
    CALL(path_chdir),          CALL(path_statfs),
};
static const struct named changing[] = {
    CALL(open_write),          CALL(open_cut),
    CALL(open_create),         CALL(open_create_read),
    CALL(open_create_cut),     CALL(open_exclusive),
    CALL(open_create_here),    CALL(open_exclusive_here),
    CALL(path_unlink),         CALL(path_rmdir),
    CALL(path_mkdir),          CALL(path_fifo),
    CALL(path_mknod),          CALL(path_symlink),
    CALL(path_truncate),       CALL(path_chmod),
    CALL(path_chown),          CALL(path_lchown),
    CALL(path_times),          CALL(path_times_here),
    CALL(open_directory_write)};
static const struct named wrong[] = {CALL(path_mknod_directory),
                                     CALL(path_symlink_empty)};
static const struct named pairs[] = {CALL(pair_rename), CALL(pair_keep),
                                     CALL(pair_exchange), CALL(pair_link),
                                     CALL(pair_link_follow)};

/* ---- what is said -------------------------------------------------------- */

/* The lines of one text that are not in the other. */
static void differ(const char *these, const char *those, char sign)
{
    while (*these) {
        int n = (int)(strchr(these, '\n') - these);
        char line[256];
        snprintf(line, sizeof(line), "\n%.*s\n", n, these);
        if (strncmp(those, line + 1, (size_t)n + 1) && !strstr(those, line)) {
            printf(" %c%.*s", sign, n, these);
        }
        these += n + 1;
    }
}

/* What has become another. */
static void compare(void)
{
    look(text[1]);
    if (strcmp(text[0], text[1])) {
        differ(text[0], text[1], '-');
        differ(text[1], text[0], '+');
        make();
    }
}

/* What an error, or a call that only reads, has changed is seen when a line or
 * a path is done. */
static void try(const struct named *named, const char *path, const char *second)
{
    errno = 0;
    long answer = named->call(path, second);
    if (answer == -1) {
        printf(" %s", strerrorname_np(errno));
        return;
    }
    printf(" %ld", answer);
    if (named < reading || named >= reading + COUNT(reading)) {
        compare();
    }
}

static const char *const things[] = {"f",  "d",  "e",  "lf", "ld",
                                     "lx", "ln", "lo", "p",  NOTHING};
static const char *const behind[] = {"", "/", "/.", "/..", "/x"};
static const char *const others[] = {
    "",          ".",       "./",      "./.",        "..",  "../",  "d/../f",
    "d/../f/",   "lf/../d", "ld/../f", "ld/../../w", "f//", "ld//", "lx//",
    "nothing//", "ls",      "ls/",     "le",         "le/", "ll",   "ll/",
    "lt",        "lt/",     "e/x/",    "le/x/./"};
static const char *const tops[] = {"/", "//", "/.", "/.."};

static void all_of(const struct named *calls, size_t count, const char *path,
                   const char *shown)
{
    for (size_t c = 0; c < count; c++) {
        printf("%s \"%s\":", calls[c].name, shown);
        try(&calls[c], path, 0);
        printf("\n");
    }
    compare();
}

static void all_calls(const char *path, const char *shown)
{
    static size_t asked;
    if (asked++ % every) {
        return;
    }
    all_of(reading, COUNT(reading), path, shown);
    all_of(changing, COUNT(changing), path, shown);
    if (strlen(path) < 4096) { /* else two errors are in one call */
        all_of(wrong, COUNT(wrong), path, shown);
    }
}

static void test_single(void)
{
    char path[64];
    for (size_t t = 0; t < COUNT(things); t++) {
        for (size_t b = 0; b < COUNT(behind); b++) {
            sprintf(path, "%s%s", things[t], behind[b]);
            all_calls(path, path);
        }
    }
    for (size_t o = 0; o < COUNT(others); o++) {
        all_calls(others[o], others[o]);
    }
    for (size_t t = 0; t < COUNT(tops); t++) {
        all_of(reading, COUNT(reading), tops[t], tops[t]);
    }
}

static void test_pairs(void)
{
    static const char *const ends[] = {"", "/", "/."};
    static const char *const things[] = {"f", "d", "e", "ld", "lx", NOTHING};
    char path[64], second[64];
    for (size_t n = 0; n < COUNT(things) * COUNT(ends) * COUNT(pairs); n++) {
        const struct named *pair = &pairs[n % COUNT(pairs)];
        size_t from = n / COUNT(pairs);
        if (n % every) {
            continue;
        }
        sprintf(path, "%s%s", things[from / COUNT(ends)],
                ends[from % COUNT(ends)]);
        for (size_t t = 0; t < COUNT(things); t++) {
            printf("%s \"%s\" to %s:", pair->name, path, things[t]);
            for (size_t e = 0; e < COUNT(ends); e++) {
                sprintf(second, "%s%s", things[t], ends[e]);
                try(pair, path, second);
                printf(";");
            }
            sprintf(second, "%s/new", things[t]);
            try(pair, path, second);
            compare();
            printf("\n");
        }
    }
}

/* Names and paths that are as long as they may be, and longer; and as many
 * links as one may go through, and more. */
static void test_limits(void)
{
    char name[8], target[16];
    memset(longest, 'n', 255);
    memset(longer, 'n', 256);
    all_calls(longest, "a name of 255");
    all_calls(longer, "a name of 256");
    for (int n = 4094; n < 4097; n++) {
        memset(deep, '/', sizeof(deep));
        memcpy(deep, "./d", 3);
        deep[n - 1] = 'x';
        deep[n] = '\0';
        sprintf(target, "%d bytes", n);
        all_calls(deep, target);
    }
    make_link("f", "c0");
    for (int n = 1; n < 42; n++) {
        sprintf(name, "c%d", n);
        sprintf(target, "c%d", n - 1);
        make_link(target, name);
    }
    for (int n = 38; n < 42; n++) {
        sprintf(name, "c%d", n);
        printf("%s: ", name);
        SHOW(open_as(name, O_RDONLY));
        SHOW(open_as(name, O_RDONLY | O_NOFOLLOW));
    }
    make();
}

/* Where a path begins: at a folder, a file, a link, nothing. */
static void test_start(int at, const char *path)
{
    struct stat s;
    char to[8];
    int fd = (int)syscall(SYS_openat, at, path, O_RDONLY);
    SHOW(fd < 0 ? -1 : close(fd));
    SHOW(syscall(SYS_newfstatat, at, path, &s, 0));
    SHOW(syscall(SYS_newfstatat, at, path, &s, AT_EMPTY_PATH));
    SHOW(syscall(SYS_newfstatat, at, path, &s,
                 AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW));
    SHOW(syscall(SYS_readlinkat, at, path, to, sizeof(to)));
    SHOW(syscall(SYS_faccessat2, at, path, F_OK, AT_EMPTY_PATH));
    SHOW(syscall(SYS_faccessat2, at, path, F_OK, 0));
    if (*path == '/') {
        return;
    }
    SHOW(syscall(SYS_mkdirat, at, path, 0700));
    SHOW(syscall(SYS_unlinkat, at, path, 0));
    SHOW(syscall(SYS_unlinkat, at, path, AT_REMOVEDIR));
    SHOW(syscall(SYS_symlinkat, "", at, path));
    SHOW(syscall(SYS_unlinkat, at, path, 4));
    SHOW(syscall(SYS_linkat, at, path, at, "new", AT_EMPTY_PATH));
    SHOW(syscall(SYS_linkat, at, path, at, "new", 0));
    SHOW(syscall(SYS_renameat, at, path, at, "other"));
    SHOW(syscall(SYS_fchmodat, at, path, 0700));
    SHOW(syscall(SYS_fchownat, at, path, 0, 0, 0));
    SHOW(syscall(SYS_fchownat, at, path, 0, 0, AT_EMPTY_PATH));
    SHOW(syscall(SYS_utimensat, at, path, times, 0));
    SHOW(syscall(SYS_utimensat, at, path, times, AT_EMPTY_PATH));
    SHOW(syscall(SYS_utimensat, at, 0L, times, 0));
}

static void test_starts(void)
{
    static const char *const paths[] = {"", "x", ".", "/", "f"};
    for (size_t n = 0; n < 6 * COUNT(paths); n++) {
        const int starts[] = {AT_FDCWD,
                              open("e", O_RDONLY),
                              open("f", O_RDONLY),
                              open("lf", O_PATH | O_NOFOLLOW),
                              open("e", O_PATH),
                              99};
        printf("start %d, \"%s\"\n", (int)(n / COUNT(paths)),
               paths[n % COUNT(paths)]);
        test_start(starts[n / COUNT(paths)], paths[n % COUNT(paths)]);
        for (int i = 1; i < 5; i++) {
            close(starts[i]);
        }
        make();
    }
}

int main(int count, char **words)
{
    static char output[1 << 16];
    setvbuf(stdout, output, _IOFBF, sizeof(output));
    every = count > 1 ? strtoul(words[1], 0, 10) : 1;
    must(every > 0, "how many paths to leave out");
    folder_begin();
    test_single();
    test_pairs();
    test_limits();
    test_starts();
    folder_end();
    return 0;
}
