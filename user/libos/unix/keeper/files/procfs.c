/*
 * /proc without a single record: a vnode's number says what it is and of which
 * process, names are made up when somebody reads the directory, and whether it
 * is there is decided when it is asked for. So a process costs nothing for what
 * /proc could say of it, and nothing is left when it ends.
 *
 * One table says which names are in which directory; only numbers (processes,
 * descriptors) are not in it. A link to an open file is followed without its
 * text (proc_jump), as the file may have no name.
 */
#include "libos/unix/keeper/files/procfs.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/cmdline.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/lookup.h"

#define DIRECTORY (S_IFDIR | 0555)
#define FILE (S_IFREG | 0444)
#define LINK (S_IFLNK | 0777)
#define NO_KIND 0xff
#define COOKIE_NAMED 3    /* the names of the table begin here, */
#define COOKIE_MORE 0x100 /* processes and descriptors here */

/* Every name but those that are numbers, and what it is in. */
static const struct name {
    uint8_t kind, in;
    uint16_t mode;
    char text[18];
} names[] = {
    {PROC_TOP, NO_KIND, DIRECTORY, "proc"},
    {PROC_SELF, PROC_TOP, LINK, "self"},
    {PROC_SELF_MOUNTS, PROC_TOP, LINK, "mounts"},
    {PROC_CMDLINE, PROC_TOP, FILE, "cmdline"},
    {PROC_CPUINFO, PROC_TOP, FILE, "cpuinfo"},
    {PROC_FILESYSTEMS, PROC_TOP, FILE, "filesystems"},
    {PROC_LOADAVG, PROC_TOP, FILE, "loadavg"},
    {PROC_MEMINFO, PROC_TOP, FILE, "meminfo"},
    {PROC_STAT, PROC_TOP, FILE, "stat"},
    {PROC_UPTIME, PROC_TOP, FILE, "uptime"},
    {PROC_VERSION, PROC_TOP, FILE, "version"},
    {PROC_SYS, PROC_TOP, DIRECTORY, "sys"},
    {PROC_KERNEL, PROC_SYS, DIRECTORY, "kernel"},
    {PROC_RANDOM, PROC_KERNEL, DIRECTORY, "random"},
    {PROC_VM, PROC_SYS, DIRECTORY, "vm"},
    {PROC_HOSTNAME, PROC_KERNEL, FILE, "hostname"},
    {PROC_OSRELEASE, PROC_KERNEL, FILE, "osrelease"},
    {PROC_OSTYPE, PROC_KERNEL, FILE, "ostype"},
    {PROC_PID_MAX, PROC_KERNEL, FILE, "pid_max"},
    {PROC_OSVERSION, PROC_KERNEL, FILE, "version"},
    {PROC_BOOT_ID, PROC_RANDOM, FILE, "boot_id"},
    {PROC_UUID, PROC_RANDOM, FILE, "uuid"},
    {PROC_OVERCOMMIT, PROC_VM, FILE, "overcommit_memory"},
    {PROC_PID, NO_KIND, DIRECTORY, ""},
    {PROC_PID_CMDLINE, PROC_PID, FILE, "cmdline"},
    {PROC_PID_COMM, PROC_PID, FILE, "comm"},
    {PROC_PID_CWD, PROC_PID, LINK, "cwd"},
    {PROC_PID_EXE, PROC_PID, LINK, "exe"},
    {PROC_PID_FDS, PROC_PID, S_IFDIR | 0500, "fd"},
    {PROC_PID_MOUNTS, PROC_PID, FILE, "mounts"},
    {PROC_PID_MOUNTINFO, PROC_PID, FILE, "mountinfo"},
    {PROC_PID_ROOT, PROC_PID, LINK, "root"},
    {PROC_PID_STAT, PROC_PID, FILE, "stat"},
    {PROC_PID_STATM, PROC_PID, FILE, "statm"},
    {PROC_PID_STATUS, PROC_PID, FILE, "status"},
    {PROC_PID_FD, NO_KIND, S_IFLNK | 0700, ""},
};

#define NAMES (sizeof(names) / sizeof(names[0]))

static const struct name *name_of(uint32_t vnode)
{
    return PROC_KIND(vnode) < NAMES ? &names[PROC_KIND(vnode)] : NULL;
}

/* The open file that a PROC_PID_FD is of; NULL if it has been closed. */
static const struct description *open_of(uint32_t vnode)
{
    const struct process *process = process_alive(PROC_PID_OF(vnode));
    return process ? descriptor_open(process, PROC_FD(vnode)) : NULL;
}

uint32_t proc_mode(uint32_t vnode)
{
    const struct name *name = name_of(vnode);
    if (!name ||
        (PROC_KIND(vnode) >= PROC_PID && !process_find(PROC_PID_OF(vnode))) ||
        (PROC_KIND(vnode) == PROC_PID_FD && !open_of(vnode))) {
        return 0;
    }
    return name->mode;
}

/* A number in decimal digits, below 2^20; UINT32_MAX if it is none. */
static uint32_t number_read(const char *text, uint32_t length)
{
    uint32_t number = 0;
    if (!length || length > 6 || (text[0] == '0' && length > 1)) {
        return UINT32_MAX;
    }
    for (uint32_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return UINT32_MAX;
        }
        number = number * 10 + (uint32_t)(text[i] - '0');
    }
    return number;
}

static uint32_t number_write(uint32_t number, char *text)
{
    char digits[10];
    uint32_t length = 0;
    do {
        digits[length++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    for (uint32_t i = 0; i < length; i++) {
        text[i] = digits[length - 1 - i];
    }
    return length;
}

static uint32_t find_number(uint32_t directory, uint32_t number)
{
    uint32_t pid = PROC_PID_OF(directory);
    if (PROC_KIND(directory) == PROC_TOP && number <= PID_MAX &&
        process_find(number)) {
        return PROC_NODE(PROC_PID, number, 0);
    }
    if (PROC_KIND(directory) == PROC_PID_FDS && number < DESCRIPTORS &&
        open_of(PROC_NODE(PROC_PID_FD, pid, number))) {
        return PROC_NODE(PROC_PID_FD, pid, number);
    }
    return 0;
}

/* The vnode of the table's row, in that directory: a link to the process that
 * asks knows which that is. */
static uint32_t node_of(const struct process *process, uint32_t directory,
                        uint32_t row)
{
    uint32_t pid = PROC_PID_OF(directory);
    return PROC_NODE(row, row == PROC_SELF ? process->pid : pid, 0);
}

uint32_t proc_find(const struct process *process, uint32_t directory,
                   const char *name, uint32_t length)
{
    uint32_t number = number_read(name, length);
    if (number != UINT32_MAX) {
        return find_number(directory, number);
    }
    for (uint32_t i = 0; i < NAMES; i++) {
        if (names[i].in == PROC_KIND(directory) &&
            strlen(names[i].text) == length &&
            !memcmp(names[i].text, name, length)) {
            return node_of(process, directory, i);
        }
    }
    return 0;
}

uint32_t proc_parent(uint32_t vnode)
{
    uint32_t kind = PROC_KIND(vnode), pid = PROC_PID_OF(vnode);
    if (kind == PROC_PID) {
        return PROC_ROOT;
    }
    if (kind == PROC_PID_FD) {
        return PROC_NODE(PROC_PID_FDS, pid, 0);
    }
    const struct name *name = name_of(vnode);
    return name && name->in != NO_KIND
               ? PROC_NODE(name->in, kind > PROC_PID ? pid : 0, 0)
               : PROC_ROOT;
}

uint32_t proc_name(uint32_t vnode, char *text)
{
    const struct name *name = name_of(vnode);
    if (PROC_KIND(vnode) == PROC_PID) {
        return number_write(PROC_PID_OF(vnode), text);
    }
    if (PROC_KIND(vnode) == PROC_PID_FD) {
        return number_write(PROC_FD(vnode), text);
    }
    uint32_t length = name ? (uint32_t)strlen(name->text) : 0;
    memcpy(text, name ? name->text : "", length);
    return length;
}

uint32_t proc_jump(uint32_t vnode)
{
    const struct process *process = process_alive(PROC_PID_OF(vnode));
    if (PROC_KIND(vnode) == PROC_PID_FD) {
        const struct description *open = open_of(vnode);
        return open ? open->vnode : 0;
    }
    return PROC_KIND(vnode) == PROC_PID_CWD && process ? process->directory : 0;
}

static int text_put(char *to, const char *text)
{
    uint32_t length = (uint32_t)strlen(text);
    memcpy(to, text, length);
    return (int)length;
}

/* What an open file is called: a path, where one is known. */
static int link_open(uint32_t vnode, char *text, uint32_t room)
{
    int length = lookup_path(vnode, text, room);
    if (length != -ENOENT) {
        return length;
    }
    uint32_t type = vnode_mode(vnode) & S_IFMT;
    length = text_put(text, type == S_IFIFO    ? "pipe:["
                            : type == S_IFSOCK ? "socket:["
                                               : "file:[");
    length += (int)number_write(vnode, text + length);
    text[length++] = ']';
    return length;
}

int proc_link(uint32_t vnode, char *text, uint32_t room)
{
    const struct process *process = process_find(PROC_PID_OF(vnode));
    const struct description *open = NULL;
    const struct cmdline *exec = NULL;
    switch (PROC_KIND(vnode)) {
    case PROC_SELF:
        return (int)number_write(PROC_PID_OF(vnode), text);
    case PROC_SELF_MOUNTS:
        return text_put(text, "self/mounts");
    case PROC_PID_ROOT:
        return text_put(text, "/");
    case PROC_PID_CWD:
        return process && process->directory
                   ? lookup_path(process->directory, text, room)
                   : -ENOENT;
    case PROC_PID_EXE:
        exec = process ? cmdline_of(process) : NULL;
        if (!exec) {
            return -ENOENT;
        }
        memcpy(text, exec->text, exec->path);
        return (int)exec->path;
    case PROC_PID_FD:
        open = open_of(vnode);
        return open ? link_open(open->vnode, text, room) : -ENOENT;
    default:
        return -EINVAL;
    }
}

/* The next process, or descriptor, from that number on. */
static bool next_number(uint32_t directory, uint64_t from,
                        struct proc_entry *entry)
{
    uint32_t limit = PROC_KIND(directory) == PROC_TOP       ? PID_MAX + 1
                     : PROC_KIND(directory) == PROC_PID_FDS ? DESCRIPTORS
                                                            : 0;
    for (uint64_t number = from; number < limit; number++) {
        entry->vnode = find_number(directory, (uint32_t)number);
        if (entry->vnode) {
            entry->length = number_write((uint32_t)number, entry->name);
            entry->cookie = COOKIE_MORE + number;
            return true;
        }
    }
    return false;
}

bool proc_next(const struct process *process, uint32_t directory,
               uint64_t cookie, struct proc_entry *entry)
{
    for (uint64_t i = cookie < COOKIE_NAMED ? 0 : cookie - COOKIE_NAMED + 1;
         i < NAMES && cookie < COOKIE_MORE; i++) {
        if (names[i].in == PROC_KIND(directory)) {
            entry->vnode = node_of(process, directory, (uint32_t)i);
            entry->length = (uint32_t)strlen(names[i].text);
            memcpy(entry->name, names[i].text, entry->length);
            entry->cookie = COOKIE_NAMED + i;
            return true;
        }
    }
    return next_number(
        directory, cookie < COOKIE_MORE ? 0 : cookie - COOKIE_MORE + 1, entry);
}
