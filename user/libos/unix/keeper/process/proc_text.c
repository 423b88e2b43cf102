/*
 * The texts of /proc, written into a file without a name when one is opened: so
 * a reader sees one moment, however slowly it reads, and reading needs no code
 * of its own. Fields that mean nothing here are there with a 0, since programs
 * count them.
 */
#include "libos/unix/keeper/process/proc_text.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/cmdline.h"
#include "libos/unix/keeper/files/content.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/device.h"
#include "libos/unix/keeper/files/procfs.h"
#include "libos/unix/keeper/process/session.h"

#define SECOND 1000000000ull
#define TICK 10000000ull /* ns: 100 in a second */
#define RELEASE "6.1.0"
#define BUILD "#1 xo5"

/* A text that grows in a file. */
struct text {
    struct inode *inode;
    int error;
};

static void put_bytes(struct text *t, const void *from, uint64_t count)
{
    int64_t done = content_write(t->inode, t->inode->size, from, count);
    if (done != (int64_t)count) {
        t->error = -ENOSPC;
    }
}

static void put(struct text *t, const char *text)
{
    put_bytes(t, text, strlen(text));
}

/* A number, with zeros before it to `least` digits. */
static void put_digits(struct text *t, uint64_t number, unsigned least)
{
    char digits[24];
    unsigned at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number || sizeof(digits) - at < least);
    put_bytes(t, digits + at, sizeof(digits) - at);
}

static void put_number(struct text *t, uint64_t number)
{
    put_digits(t, number, 1);
}

/* A line of a name, a number and what follows it. */
static void put_line(struct text *t, const char *name, uint64_t number,
                     const char *unit)
{
    put(t, name);
    put_number(t, number);
    put(t, unit);
}

static void put_hex(struct text *t, uint64_t number, unsigned digits)
{
    while (digits-- > 0) {
        put_bytes(t, &"0123456789abcdef"[number >> digits * 4 & 15], 1);
    }
}

static void put_uuid(struct text *t, uint64_t high, uint64_t low)
{
    put_hex(t, high >> 32, 8);
    put(t, "-");
    put_hex(t, high >> 16 & 0xffff, 4);
    put(t, "-4");
    put_hex(t, high & 0xfff, 3);
    put(t, "-");
    put_hex(t, 8 | (low >> 60 & 3), 1);
    put_hex(t, low >> 48 & 0xfff, 3);
    put(t, "-");
    put_hex(t, low & 0xffffffffffff, 12);
    put(t, "\n");
}

static void put_meminfo(struct text *t)
{
    uint64_t all = machine_pages() * 4, unused = machine_pages_free() * 4;
    put_line(t, "MemTotal:       ", all, " kB\n");
    put_line(t, "MemFree:        ", unused, " kB\n");
    put_line(t, "MemAvailable:   ", unused, " kB\n");
    put_line(t, "Buffers:        ", 0, " kB\n");
    put_line(t, "Cached:         ", 0, " kB\n");
    put_line(t, "SwapTotal:      ", 0, " kB\n");
    put_line(t, "SwapFree:       ", 0, " kB\n");
}

static void put_uptime(struct text *t)
{
    uint64_t now = machine_now();
    put_number(t, now / SECOND);
    put(t, ".");
    put_digits(t, now % SECOND / TICK, 2);
    put(t, " 0.00\n");
}

/* How many are there, and how many of them could run. */
static void put_loadavg(struct text *t)
{
    uint32_t running = 0;
    for (unsigned i = 0; i < process_top(); i++) {
        const struct process *process = process_at(i);
        running += process && process->state == STATE_RUNS && !process->stopped;
    }
    put(t, "0.00 0.00 0.00 ");
    put_number(t, running);
    put(t, "/");
    put_number(t, process_count());
    put(t, " 1\n");
}

static void put_system_stat(struct text *t)
{
    uint64_t user = 0, system = 0;
    for (unsigned i = 0; i < process_top(); i++) {
        const struct process *process = process_at(i);
        user += process ? process->user : 0;
        system += process ? process->system : 0;
    }
    const char *rows[] = {"cpu  ", "cpu0 "};
    for (int i = 0; i < 2; i++) {
        put_line(t, rows[i], user / TICK, " 0 ");
        put_line(t, "", system / TICK, " 0 0 0 0 0 0 0\n");
    }
    put_line(t, "btime ",
             (uint64_t)inode_now() / SECOND - machine_now() / SECOND, "\n");
    put_line(t, "processes ", process_count(), "\n");
}

static char state_of(const struct process *process)
{
    return process->state == STATE_ENDED   ? 'Z'
           : process->stopped              ? 'T'
           : process->state == STATE_WAITS ? 'S'
                                           : 'R';
}

static void put_stat(struct text *t, const struct process *process)
{
    char state[2] = {state_of(process), '\0'};
    int nice = process->nice;
    put_line(t, "", process->pid, " (");
    put(t, process->name);
    put(t, ") ");
    put(t, state);
    put_line(t, " ", process->parent, "");
    put_line(t, " ", process->group, "");
    put_line(t, " ", process->session, "");
    put_line(t, " ", process->tty ? TTY_CONSOLE : 0, "");
    if (process->tty && session_foreground()) {
        put_line(t, " ", session_foreground(), "");
    } else {
        put(t, " -1");
    }
    put(t, " 0 0 0 0 0");
    put_line(t, " ", process->user / TICK, "");
    put_line(t, " ", process->system / TICK, "");
    put_line(t, " ", process->children_user / TICK, "");
    put_line(t, " ", process->children_system / TICK, "");
    put_line(t, " ", (uint64_t)(NICE_LIMIT + nice), "");
    put(t, nice < 0 ? " -" : " ");
    put_number(t, (uint64_t)(nice < 0 ? -nice : nice));
    put_line(t, " 1 0 ", process->began / TICK, "");
    for (int i = 23; i <= 52; i++) {
        put(t, " 0");
    }
    put(t, "\n");
}

static void put_status(struct text *t, const struct process *process)
{
    const char *state = process->state == STATE_ENDED   ? "Z (zombie)"
                        : process->stopped              ? "T (stopped)"
                        : process->state == STATE_WAITS ? "S (sleeping)"
                                                        : "R (running)";
    put(t, "Name:\t");
    put(t, process->name);
    put(t, "\nUmask:\t0");
    put_number(t, process->umask >> 6);
    put_number(t, process->umask >> 3 & 7);
    put_number(t, process->umask & 7);
    put(t, "\nState:\t");
    put(t, state);
    put_line(t, "\nTgid:\t", process->pid, "\n");
    put_line(t, "Pid:\t", process->pid, "\n");
    put_line(t, "PPid:\t", process->parent, "\n");
    put(t, "TracerPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n");
    put(t, "FDSize:\t1024\nShdPnd:\t");
    put_hex(t, process->pending, 16);
    if (process->state != STATE_ENDED) {
        const struct window *window = machine_window(process->slot);
        put(t, "\nSigBlk:\t");
        put_hex(t, window->blocked, 16);
        put(t, "\nSigIgn:\t");
        put_hex(t, window->ignored, 16);
    }
    put(t, "\n");
}

static int text_of_process(struct text *t, uint32_t kind,
                           const struct process *process)
{
    const struct cmdline *names = cmdline_of(process);
    switch (kind) {
    case PROC_PID_CMDLINE:
        if (names) {
            put_bytes(t, names->text + names->path + 1, names->arguments);
        }
        return 0;
    case PROC_PID_COMM:
        put(t, process->name);
        put(t, "\n");
        return 0;
    case PROC_PID_MOUNTS:
        put(t, "xo5 / tmpfs rw 0 0\nproc /proc proc rw 0 0\n");
        return 0;
    case PROC_PID_MOUNTINFO:
        put(t, "1 0 0:1 / / rw - tmpfs xo5 rw\n"
               "2 1 0:2 / /proc rw - proc proc rw\n");
        return 0;
    case PROC_PID_STAT:
        put_stat(t, process);
        return 0;
    case PROC_PID_STATM:
        put(t, "0 0 0 0 0 0 0\n");
        return 0;
    case PROC_PID_STATUS:
        put_status(t, process);
        return 0;
    default:
        return -EINVAL;
    }
}

static int text_of_system(struct text *t, uint32_t kind)
{
    static uint64_t boot[2];
    switch (kind) {
    case PROC_MEMINFO:
        put_meminfo(t);
        return 0;
    case PROC_UPTIME:
        put_uptime(t);
        return 0;
    case PROC_LOADAVG:
        put_loadavg(t);
        return 0;
    case PROC_STAT:
        put_system_stat(t);
        return 0;
    case PROC_UUID:
        put_uuid(t, machine_random(), machine_random());
        return 0;
    case PROC_BOOT_ID:
        if (!boot[0]) {
            boot[0] = machine_random() | 1;
            boot[1] = machine_random();
        }
        put_uuid(t, boot[0], boot[1]);
        return 0;
    case PROC_PID_MAX:
        put_line(t, "", PID_MAX + 1, "\n");
        return 0;
    default:
        return -EINVAL;
    }
}

/* Texts that never change; NULL if this is none. */
static const char *text_fixed(uint32_t kind)
{
    switch (kind) {
    case PROC_CMDLINE:
        return "\n";
    case PROC_CPUINFO:
        return "processor\t: 0\nvendor_id\t: xo5\nmodel name\t: x86-64\n"
               "cpu cores\t: 1\nflags\t\t: fpu sse sse2\n\n";
    case PROC_FILESYSTEMS:
        return "nodev\ttmpfs\nnodev\tproc\n";
    case PROC_VERSION:
        return "Linux version " RELEASE " (xo5) " BUILD "\n";
    case PROC_HOSTNAME:
        return "xo5\n";
    case PROC_OSRELEASE:
        return RELEASE "\n";
    case PROC_OSTYPE:
        return "Linux\n";
    case PROC_OSVERSION:
        return BUILD "\n";
    case PROC_OVERCOMMIT:
        return "1\n";
    default:
        return NULL;
    }
}

int proc_text(uint32_t vnode, struct inode *inode)
{
    struct text t = {inode, 0};
    const char *fixed = text_fixed(PROC_KIND(vnode));
    int error = 0;
    if (fixed) {
        put(&t, fixed);
    } else if (PROC_KIND(vnode) > PROC_PID) {
        const struct process *process = process_find(PROC_PID_OF(vnode));
        error =
            process ? text_of_process(&t, PROC_KIND(vnode), process) : -ENOENT;
    } else {
        error = text_of_system(&t, PROC_KIND(vnode));
    }
    return error ? error : t.error;
}
