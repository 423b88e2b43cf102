/*
 * How it all begins: every part empty, the image's files, /dev and /proc in
 * them, and the first process with the terminal as its files 0, 1 and 2. What
 * the image has under those names is kept if it is a directory, and replaced if
 * it is a device: programs must find a /dev/null that is one.
 */
#include "libos/unix/keeper/calls/start.h"

#include "lib/disorder.h"
#include "lib/string.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/device.h"
#include "libos/unix/keeper/files/dirent.h"
#include "libos/unix/keeper/files/image.h"
#include "libos/unix/keeper/files/lock.h"
#include "libos/unix/keeper/files/lookup.h"
#include "libos/unix/keeper/files/mapping.h"
#include "libos/unix/keeper/files/pipe.h"
#include "libos/unix/keeper/process/exit.h"
#include "libos/unix/keeper/process/fork.h"
#include "libos/unix/keeper/process/futex.h"
#include "libos/unix/keeper/process/session.h"
#include "libos/unix/keeper/terminal/tty.h"

static uint32_t root, dev, console, null; /* inodes */
static bool raw; /* the first process has no terminal */

/* The directory of that name in another, made if it is not there; 0: no
 * room. */
static uint32_t make_directory(uint32_t in, const char *name, uint32_t mode)
{
    uint32_t length = (uint32_t)strlen(name);
    uint32_t at = dirent_find(in, name, length);
    if (at) {
        uint32_t inode = dirent_at(at)->inode;
        return (inode_at(inode)->mode & S_IFMT) == S_IFDIR ? inode : 0;
    }
    uint32_t inode = inode_new(S_IFDIR | mode);
    if (inode && dirent_add(in, name, length, inode)) {
        inode_drop(inode);
        return 0;
    }
    if (inode) {
        inode_drop(inode); /* its name keeps it */
    }
    return inode;
}

/* A device or a symbolic link of that name, whatever was there. */
static uint32_t make_file(uint32_t directory, const char *name, uint32_t mode,
                          uint32_t device, const char *target)
{
    uint32_t length = (uint32_t)strlen(name);
    uint32_t at = dirent_find(directory, name, length);
    uint32_t inode = inode_new(mode);
    if (!inode) {
        return 0;
    }
    inode_at(inode)->device = device;
    if (target) {
        uint32_t page = machine_page_take();
        if (!page) {
            inode_drop(inode);
            return 0;
        }
        inode_at(inode)->target = page;
        inode_at(inode)->size = strlen(target);
        memcpy(machine_page(page), target, strlen(target));
    }
    if (at) {
        dirent_remove(at);
    }
    int error = dirent_add(directory, name, length, inode);
    inode_drop(inode);
    return error ? 0 : inode;
}

static bool make_devices(void)
{
    static const struct {
        const char *name;
        uint32_t mode, device;
        const char *target;
    } files[] = {
        {"null", S_IFCHR | 0666, DEVICE_NULL, NULL},
        {"zero", S_IFCHR | 0666, 0x105, NULL},
        {"full", S_IFCHR | 0666, 0x107, NULL},
        {"random", S_IFCHR | 0666, 0x108, NULL},
        {"urandom", S_IFCHR | 0666, 0x109, NULL},
        {"tty", S_IFCHR | 0666, TTY_DEVICE, NULL},
        {"console", S_IFCHR | 0620, TTY_CONSOLE, NULL},
        {"fd", S_IFLNK | 0777, 0, "/proc/self/fd"},
        {"stdin", S_IFLNK | 0777, 0, "/proc/self/fd/0"},
        {"stdout", S_IFLNK | 0777, 0, "/proc/self/fd/1"},
        {"stderr", S_IFLNK | 0777, 0, "/proc/self/fd/2"},
    };
    for (unsigned i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        uint32_t inode = make_file(dev, files[i].name, files[i].mode,
                                   files[i].device, files[i].target);
        if (!inode) {
            return false;
        }
        console = files[i].device == TTY_CONSOLE ? inode : console;
        null = files[i].device == DEVICE_NULL ? inode : null;
    }
    return true;
}

void keeper_disorder(uint64_t seed)
{
    disorder_begin(seed);
}

bool keeper_begin(uint32_t first, uint64_t size, uint64_t unix_time)
{
    inode_begin((int64_t)(unix_time * 1000000000 - machine_now()));
    process_begin();
    exit_begin();
    description_begin();
    mapping_begin();
    futex_begin();
    pipe_begin();
    lock_begin();
    tty_begin();
    serve_begin();
    if (!dirent_begin(machine_random())) {
        return false;
    }
    root = image_load(first, size);
    if (!root) {
        return false;
    }
    dev = make_directory(root, "dev", 0755);
    uint32_t proc = make_directory(root, "proc", 0555);
    lookup_begin(root, proc);
    return dev && proc && make_directory(root, "tmp", S_ISVTX | 0777) &&
           make_directory(dev, "shm", S_ISVTX | 0777) && make_devices();
}

void start_size(uint16_t rows, uint16_t columns)
{
    tty_resize(rows, columns);
}

void start_raw(void (*put)(unsigned fd, const void *bytes, uint64_t count))
{
    raw = true;
    device_use(put);
}

/* What the first process has as that file; 0 if it cannot be made. */
static uint32_t first_file(unsigned fd)
{
    if (!raw) {
        return description_new(console, OPEN_TTY, O_RDWR);
    }
    if (fd == 0) {
        return description_new(null, OPEN_NULL, O_RDONLY);
    }
    uint32_t vnode = make_file(dev, fd == 1 ? "output" : "error",
                               S_IFCHR | 0222, DEVICE_RAW + fd, NULL);
    return vnode ? description_new(vnode, OPEN_TTY, O_WRONLY) : 0;
}

/* The terminal is one open file, as after a login. */
static bool give_files(struct process *process)
{
    uint32_t open = 0;
    for (unsigned fd = 0; fd < 3; fd++) {
        if (fd == 0 || raw) {
            open = first_file(fd);
        } else {
            description_hold(open);
        }
        if (!open) {
            return false;
        }
        descriptor_set(process, (int)fd, open, false);
    }
    return true;
}

void keeper_first(unsigned slot)
{
    struct process *process = process_copy(NULL);
    if (!process || !give_files(process)) {
        return;
    }
    process->group = process->session = process->pid;
    process->umask = 022;
    process->directory = root;
    inode_hold(root);
    process->alarm = process->deadline = NEVER;
    if (!raw) {
        session_adopt(process);
    }
    process_settle(process, slot);
}
