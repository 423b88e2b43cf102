/*
 * The root image is a file system that is laid out to be read where it lies:
 * inodes, directory entries and names are arrays in it, and the content of a
 * file is whole pages, which exec and mmap attach as they are
 * (launch/image_format.h). All processes see it at one address, and nobody can
 * write to it, so there is no cache, no lock and no copy: a lookup is a walk
 * through memory.
 */
#include "libos/min/file.h"

#include "lib/string.h"
#include "libos/min/console.h"
#include "libos/min/space.h"

#define LINKS_MAX 40
#define PATH_MAX 512

struct descriptor file_descriptors[DESCRIPTORS];
static struct file files[FILES];
static uint32_t current; /* the inode of the current directory */
static char program_path[PATH_MAX];

/* ---- the image ----------------------------------------------------------- */

static const struct image_header *header(void)
{
    return (const struct image_header *)LAUNCH_IMAGE;
}

static const void *image_at(uint64_t at)
{
    return (const void *)(LAUNCH_IMAGE + at);
}

const struct image_inode *file_inode(uint32_t inode)
{
    return (const struct image_inode *)image_at(header()->inodes_at) + inode;
}

const void *file_content(uint32_t inode)
{
    return image_at(file_inode(inode)->where * PAGE);
}

static const struct image_entry *entry_of(uint64_t n)
{
    return (const struct image_entry *)image_at(header()->entries_at) + n;
}

static const char *text_of(uint64_t at)
{
    return image_at(header()->text_at + at);
}

static bool is_kind(uint32_t inode, uint32_t kind)
{
    return (file_inode(inode)->mode & S_IFMT) == kind;
}

/* ---- paths --------------------------------------------------------------- */

/* How long the first name of a path is. */
static uint64_t name_length(const char *path)
{
    uint64_t n = 0;
    while (path[n] && path[n] != '/') {
        n++;
    }
    return n;
}

/* The directory that has the directory as an entry; "/" has itself. */
static uint32_t parent_of(uint32_t inode)
{
    /* The format has no entry ".."; it is asked for seldom, and a search
     * costs less than a field in each inode. */
    for (uint32_t d = 0; d < header()->inodes; d++) {
        const struct image_inode *of = file_inode(d);
        for (uint64_t k = 0; is_kind(d, S_IFDIR) && k < of->size; k++) {
            if (entry_of(of->where + k)->inode == inode) {
                return d;
            }
        }
    }
    return 0;
}

/* One name in a directory. */
static int look_up(uint32_t directory, const char *name, uint64_t length,
                   uint32_t *inode)
{
    const struct image_inode *d = file_inode(directory);
    if (!is_kind(directory, S_IFDIR)) {
        return -ENOTDIR;
    }
    *inode = length == 2 && memcmp(name, "..", 2) == 0 ? parent_of(directory)
                                                       : directory;
    if (length == 0 || (length <= 2 && memcmp(name, "..", length) == 0)) {
        return 0;
    }
    for (uint64_t k = 0; k < d->size; k++) {
        const struct image_entry *e = entry_of(d->where + k);
        if (e->length == length &&
            memcmp(text_of(e->name), name, length) == 0) {
            *inode = e->inode;
            return 0;
        }
    }
    return -ENOENT;
}

/* A path of `length` bytes, from a directory on. */
static int walk(uint32_t from, const char *path, uint64_t length, bool follow,
                unsigned *links, uint32_t *inode)
{
    const char *end = path + length;
    *inode = length > 0 && *path == '/' ? 0 : from;
    while (path < end) {
        uint64_t n = name_length(path);
        n = n < (uint64_t)(end - path) ? n : (uint64_t)(end - path);
        uint32_t in = *inode;
        int error = look_up(in, path, n, inode);
        path += n;
        bool last = path == end;
        while (path < end && *path == '/') {
            path++;
        }
        const struct image_inode *link = file_inode(*inode);
        if (error == 0 && is_kind(*inode, S_IFLNK) && (follow || !last)) {
            /* The link's text is walked from the directory that it is in,
             * and its last name is followed whatever the caller wants of his
             * own. */
            error = ++*links > LINKS_MAX ? -ELOOP
                                         : walk(in, text_of(link->where),
                                                link->size, true, links, inode);
        }
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

int file_find(const char *path, bool follow, uint32_t *inode)
{
    unsigned links = 0;
    if (*path == 0) {
        return -ENOENT;
    }
    if (follow && strcmp(path, "/proc/self/exe") == 0) {
        path = program_path;
    }
    return walk(current, path, strlen(path), follow, &links, inode);
}

/* ---- descriptors --------------------------------------------------------- */

struct file *file_of(int fd)
{
    return fd >= 0 && fd < DESCRIPTORS ? file_descriptors[fd].file : 0;
}

int file_free(int from)
{
    while (from < DESCRIPTORS && file_of(from) != 0) {
        from++;
    }
    return from < DESCRIPTORS ? from : -EMFILE;
}

struct file *file_new(enum file_kind kind)
{
    for (struct file *f = files; f < files + FILES; f++) {
        if (f->uses == 0) {
            memset(f, 0, sizeof(*f));
            f->kind = kind;
            return f;
        }
    }
    return 0;
}

void file_set(int fd, struct file *file, bool ends)
{
    file->uses++;
    file_descriptors[fd].file = file;
    file_descriptors[fd].ends = ends;
}

static enum file_kind device_of(const char *path)
{
    bool is_console =
        strcmp(path, "/dev/console") == 0 || strcmp(path, "/dev/tty") == 0;
    return strcmp(path, "/dev/null") == 0 ? FILE_NULL
           : is_console                   ? FILE_CONSOLE
                                          : FILE_NONE;
}

int file_open(const char *path, unsigned flags)
{
    enum file_kind kind = device_of(path);
    uint32_t inode = 0;
    int fd = file_free(0);
    if (kind == FILE_NONE) {
        int error = file_find(path, true, &inode);
        if (error != 0) {
            return error == -ENOENT && flags & O_CREAT ? -EROFS : error;
        }
        if (flags & O_DIRECTORY && !is_kind(inode, S_IFDIR)) {
            return -ENOTDIR;
        }
        if ((flags & O_ACCMODE) != 0) {
            return is_kind(inode, S_IFDIR) ? -EISDIR : -EROFS;
        }
        kind = FILE_IMAGE;
    }
    struct file *file = fd < 0 ? 0 : file_new(kind);
    if (file == 0) {
        return -EMFILE;
    }
    file->inode = inode;
    file->flags = flags & ~(unsigned)O_CLOEXEC;
    file_set(fd, file, flags & O_CLOEXEC);
    return fd;
}

/* ---- what they hold ------------------------------------------------------ */

int64_t file_read(struct file *file, void *to, uint64_t count)
{
    if (file->kind == FILE_CONSOLE) {
        return console_read(to, count);
    }
    if (file->kind == FILE_NULL) {
        return 0;
    }
    if (!is_kind(file->inode, S_IFREG)) {
        return -EISDIR;
    }
    uint64_t size = file_inode(file->inode)->size;
    uint64_t left = file->at < size ? size - file->at : 0;
    uint64_t n = left < count ? left : count;
    memcpy(to, (const char *)file_content(file->inode) + file->at, n);
    file->at += n;
    return (int64_t)n;
}

int64_t file_write(struct file *file, const void *from, uint64_t count)
{
    if (file->kind == FILE_IMAGE) {
        return -EBADF;
    }
    if (file->kind == FILE_CONSOLE) {
        console_write(from, count);
    }
    return (int64_t)count;
}

void file_stat_inode(uint32_t inode, struct stat *to)
{
    const struct image_inode *i = file_inode(inode);
    memset(to, 0, sizeof(*to));
    to->dev = 1;
    to->ino = inode + 1;
    to->nlink = i->links;
    to->mode = i->mode;
    to->uid = i->uid;
    to->gid = i->gid;
    to->size = (int64_t)i->size;
    to->blksize = PAGE;
    to->blocks = (int64_t)((i->size + 511) / 512);
    to->times[0] = to->times[2] = to->times[4] = i->mtime / 1000000000;
}

void file_stat(const struct file *file, struct stat *to)
{
    if (file->kind == FILE_IMAGE) {
        file_stat_inode(file->inode, to);
        return;
    }
    bool is_device = file->kind == FILE_CONSOLE || file->kind == FILE_NULL;
    memset(to, 0, sizeof(*to));
    to->ino = 1 + (uint64_t)file->kind;
    to->nlink = 1;
    to->mode = (is_device ? S_IFCHR : S_IFIFO) | 0666;
    to->rdev = file->kind == FILE_NULL ? 0x103 : is_device ? 0x501 : 0;
    to->blksize = PAGE;
}

int64_t file_entries(struct file *file, void *to, uint64_t room)
{
    if (file->kind != FILE_IMAGE || !is_kind(file->inode, S_IFDIR)) {
        return -ENOTDIR;
    }
    const struct image_inode *d = file_inode(file->inode);
    uint64_t done = 0;
    for (; file->at < d->size + 2; file->at++) {
        bool is_dots = file->at < 2;
        const struct image_entry *e =
            is_dots ? 0 : entry_of(d->where + file->at - 2);
        uint64_t length = is_dots ? file->at + 1 : e->length;
        uint64_t size = (sizeof(struct dirent64) + length + 8) & ~7ull;
        struct dirent64 *out = (void *)((char *)to + done);
        if (size > room - done) {
            return done > 0 ? (int64_t)done : -EINVAL;
        }
        memset(out, 0, size);
        out->ino = 1 + (uint64_t)(is_dots ? file->inode : e->inode);
        out->off = (int64_t)file->at + 1;
        out->reclen = (uint16_t)size;
        out->type =
            (uint8_t)((is_dots ? S_IFDIR : file_inode(e->inode)->mode) >> 12 &
                      15);
        memcpy(out->name, is_dots ? ".." : text_of(e->name), length);
        done += size;
    }
    return (int64_t)done;
}

int64_t file_link(const char *path, char *to, uint64_t room)
{
    const char *text = program_path;
    uint64_t length = strlen(program_path);
    if (strcmp(path, "/proc/self/exe") != 0) {
        uint32_t inode;
        int error = file_find(path, false, &inode);
        if (error != 0 || !is_kind(inode, S_IFLNK)) {
            return error != 0 ? error : -EINVAL;
        }
        text = text_of(file_inode(inode)->where);
        length = file_inode(inode)->size;
    }
    length = length < room ? length : room;
    memcpy(to, text, length);
    return (int64_t)length;
}

/* Writes the path of a directory so that it ends at `end`; where it begins, or
 * NULL: there is no room from `start` on. */
static char *path_before(char *end, const char *start, uint32_t inode)
{
    while (inode != 0) {
        uint32_t in = parent_of(inode);
        const struct image_entry *e = entry_of(file_inode(in)->where);
        while (e->inode != inode) {
            e++;
        }
        if (e->length + 1 > (uint64_t)(end - start)) {
            return 0;
        }
        end -= e->length;
        memcpy(end, text_of(e->name), e->length);
        *--end = '/';
        inode = in;
    }
    return end;
}

int file_change(const char *path)
{
    uint32_t inode;
    int error = file_find(path, true, &inode);
    if (error != 0 || !is_kind(inode, S_IFDIR)) {
        return error != 0 ? error : -ENOTDIR;
    }
    current = inode;
    return 0;
}

int64_t file_current(char *to, uint64_t room)
{
    char text[PATH_MAX], *end = text + PATH_MAX;
    *--end = 0;
    if (current == 0) {
        *--end = '/';
    }
    const char *path = path_before(end, text, current);
    uint64_t size = path == 0 ? 0 : strlen(path) + 1;
    if (path == 0 || size > room) {
        return path == 0 ? -ENAMETOOLONG : -ERANGE;
    }
    memcpy(to, path, size);
    return (int64_t)size;
}

void file_set_program(const char *path)
{
    uint64_t n = strlen(path);
    n = n < PATH_MAX - 1 ? n : PATH_MAX - 1;
    memcpy(program_path, path, n);
    program_path[n] = 0;
}
