/*
 * A folder with one of each kind of thing in it, for the programs that try what
 * paths lead to; and what has become another in it.
 *
 * They run on the tester's own system too, perhaps as root. So nothing is
 * changed or removed but what is in a folder that was just made, by that
 * folder's descriptor, and the program ends when anything of this fails.
 */
#ifndef FOLDER_H
#define FOLDER_H

#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#define TIME 1000000000 /* a file's, to see that it was set */

static char text[2][16384]; /* what is in the folder: at first, and now */
static int above, folder;   /* descriptors of the folder and where it is */
static char above_name[4096];

static void must(int done, const char *what)
{
    if (!done) {
        fflush(stdout);
        fprintf(stderr, "paths: %s: %s\n", what, strerror(errno));
        _exit(1);
    }
}

/* The names in the open folder `fd`, sorted; they are to be freed. */
static int names_of(int fd, struct dirent ***names)
{
    int count = scandirat(fd, ".", names, 0, alphasort);
    must(count >= 2, "scandirat");
    return count;
}

static int is_dots(const struct dirent *entry)
{
    return !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
}

static int open_folder(int fd, const char *name)
{
    int found = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    must(found >= 0, name);
    return found;
}

/* One line for each name beneath the folder `fd`, at `to`. */
static char *list(char *to, int fd, const char *path)
{
    struct dirent **names;
    struct stat s;
    int count = names_of(fd, &names);
    for (int i = 0; i < count; free(names[i++])) {
        char name[64], target[64];
        if (is_dots(names[i])) {
            continue;
        }
        snprintf(name, sizeof(name), "%s%.12s", path, names[i]->d_name);
        fstatat(fd, names[i]->d_name, &s, AT_SYMLINK_NOFOLLOW);
        long n = !S_ISLNK(s.st_mode)
                     ? 0
                     : readlinkat(fd, names[i]->d_name, target, 63);
        target[n > 0 ? n : 0] = '\0';
        to += sprintf(to, "%s:%o,%d,%ld%s%s,%s\n", name, (unsigned)s.st_mode,
                      (int)s.st_uid, S_ISDIR(s.st_mode) ? 0 : (long)s.st_nlink,
                      S_ISREG(s.st_mode) && s.st_size ? "+" : "",
                      s.st_mtime == TIME ? "!" : "", target);
        if (S_ISDIR(s.st_mode)) {
            int beneath = open_folder(fd, names[i]->d_name);
            strcat(name, "/");
            to = list(to, beneath, name);
            close(beneath);
        }
    }
    free(names);
    return to;
}

static void look(char *to)
{
    struct stat s;
    must(!fstat(folder, &s), "fstat");
    to += sprintf(to, ".:%o,%d%s\n", (unsigned)s.st_mode, (int)s.st_uid,
                  s.st_mtime == TIME ? "!" : "");
    list(to, folder, "");
}

/* Takes away what is in an open folder. */
static void clear(int fd)
{
    struct dirent **names;
    int count = names_of(fd, &names);
    for (int i = 0; i < count; free(names[i++])) {
        const char *name = names[i]->d_name;
        if (!is_dots(names[i]) && unlinkat(fd, name, 0)) {
            int beneath = open_folder(fd, name);
            clear(beneath);
            close(beneath);
            must(!unlinkat(fd, name, AT_REMOVEDIR), name);
        }
    }
    free(names);
}

static void make_file(const char *name)
{
    int fd = openat(folder, name, O_CREAT | O_EXCL | O_WRONLY, 0644);
    must(fd >= 0 && write(fd, "text", 4) == 4 && !close(fd), name);
}

static void make_link(const char *target, const char *name)
{
    must(!symlinkat(target, folder, name), name);
}

static void make(void)
{
    struct timespec now[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    must(!fchdir(folder), "fchdir");
    clear(folder);
    must(!fchmod(folder, 0755) && !fchmod(above, 0755), "fchmod");
    fchown(folder, geteuid(), getegid());
    fchown(above, geteuid(), getegid());
    make_file("f");
    must(!mkdirat(folder, "d", 0755) && !mkdirat(folder, "e", 0755), "mkdir");
    make_file("e/x");
    make_link("f", "lf");
    make_link("d", "ld");
    make_link("d/", "ls");
    make_link("e", "le");
    make_link("lf", "ll");
    make_link("lost", "lx");
    make_link("d/new", "ln");
    make_link("f/", "lt");
    make_link("lo", "lo");
    must(!mkfifoat(folder, "p", 0644), "mkfifo");
    futimens(folder, now);
    futimens(above, now);
}

/* Makes the folder, and is in it. */
static void folder_begin(void)
{
    const char *place = getenv("TMPDIR");
    umask(022);
    snprintf(above_name, sizeof(above_name), "%s/paths-XXXXXX",
             place ? place : "/tmp");
    must(mkdtemp(above_name) != 0, above_name);
    above = open_folder(AT_FDCWD, above_name);
    must(!mkdirat(above, "w", 0755), "mkdir");
    folder = open_folder(above, "w");
    make();
    look(text[0]);
}

static void folder_end(void)
{
    clear(folder);
    must(!unlinkat(above, "w", AT_REMOVEDIR) && !rmdir(above_name), "rmdir");
}

#endif
