/*
 * System calls. The eight of calls.h are in the middle; all else is here, and
 * what is not here is answered -ENOSYS, and each process says it once on the
 * second serial port.
 */
#include "libos/min/system.h"

#include "lib/books.h"
#include "lib/string.h"
#include "libos/min/abi.h"
#include "libos/min/calls.h"
#include "libos/min/console.h"
#include "libos/min/descriptor.h"
#include "libos/min/exec.h"
#include "libos/min/file.h"
#include "libos/min/memory.h"
#include "libos/min/pager.h"
#include "libos/min/process.h"
#include "libos/min/start.h"

#define SECOND 1000000000ull
#define CALLS 512
#define SIGNALS 65

static uint64_t missing[CALLS / 64]; /* bit n: said already */
static uint64_t ignored, blocked;    /* bit n: signal n */
static struct {
    uint64_t words[4];
} actions[SIGNALS];

void system_exec(void)
{
    for (unsigned n = 0; n < SIGNALS; n++) {
        bool is_ignored = n < 64 && ignored >> n & 1;
        memset(&actions[n], 0, sizeof(actions[n]));
        actions[n].words[0] = is_ignored; /* SIG_IGN is 1 */
    }
}

bool system_ignores(unsigned signal)
{
    return ignored >> signal & 1;
}

/* ---- time ---------------------------------------------------------------- */

uint64_t system_now(void)
{
    const volatile struct books *books = books_head();
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    uint64_t passed = ((uint64_t)high << 32 | low) - books->clock_start;
    uint64_t rate = books->clock_rate;
    return passed / rate * SECOND + passed % rate * SECOND / rate;
}

static int64_t tell_time(uint64_t which, uint64_t *to)
{
    to[0] = system_now() / SECOND + (which == 0 ? books_head()->clock_time : 0);
    to[1] = system_now() % SECOND;
    return 0;
}

static int64_t sleep_for(const uint64_t *time)
{
    uint64_t until = system_now() + time[0] * SECOND + time[1];
    while (system_now() < until) {
        process_pause();
    }
    return 0;
}

/* ---- names --------------------------------------------------------------- */

#define AT_FDCWD (-100)
#define AT_SYMLINK_NOFOLLOW 0x100
#define AT_EMPTY_PATH 0x1000

static bool is_here(int fd, const char *path)
{
    return fd == AT_FDCWD || *path == '/';
}

static int64_t tell_status(int fd, const char *path, struct stat *to,
                           uint64_t flags)
{
    uint32_t inode;
    const struct file *file = file_of(fd);
    if (flags & AT_EMPTY_PATH && *path == 0) {
        if (file == 0) {
            return -EBADF;
        }
        file_stat(file, to);
        return 0;
    }
    if (!is_here(fd, path)) {
        return -ENOSYS;
    }
    int device = memcmp(path, "/dev/", 5) ? -ENOENT : file_open(path, 0);
    if (device >= 0) {
        file_stat(file_of(device), to);
        return call_close(device);
    }
    int error = file_find(path, !(flags & AT_SYMLINK_NOFOLLOW), &inode);
    if (error == 0) {
        file_stat_inode(inode, to);
    }
    return error;
}

#define X_OK 1
#define W_OK 2

static int64_t may(int fd, const char *path, uint64_t how)
{
    struct stat s;
    int64_t error = tell_status(fd, path, &s, 0);
    bool is_device = (s.mode & S_IFMT) == S_IFCHR;
    return error != 0                       ? error
           : how & W_OK && !is_device       ? -EROFS
           : how & X_OK && !(s.mode & 0111) ? -EACCES
                                            : 0;
}

static int64_t name_system(char *to)
{
    static const char names[6][16] = {"Linux", "xo5",    "6.1.0",
                                      "min",   "x86_64", "(none)"};
    for (unsigned n = 0; n < 6; n++) {
        memset(to + n * 65, 0, 65);
        memcpy(to + n * 65, names[n], sizeof(names[n]));
    }
    return 0;
}

/* ---- signals, which nobody sends ----------------------------------------- */

static int64_t set_action(uint64_t signal, const uint64_t *new, uint64_t *old)
{
    if (signal == 0 || signal >= SIGNALS) {
        return -EINVAL;
    }
    if (old != 0) {
        memcpy(old, &actions[signal], sizeof(actions[signal]));
    }
    if (new != 0) {
        memcpy(&actions[signal], new, sizeof(actions[signal]));
        ignored &= ~(UINT64_C(1) << signal % 64);
        ignored |= (uint64_t)(new[0] == 1) << signal % 64;
    }
    return 0;
}

static int64_t set_mask(uint64_t how, const uint64_t *set, uint64_t *old)
{
    uint64_t was = blocked;
    if (set != 0) {
        blocked = how == 0 ? was | *set : how == 1 ? was & ~*set : *set;
    }
    if (old != 0) {
        *old = was;
    }
    return 0;
}

static int64_t fill_random(uint8_t *to, uint64_t count)
{
    for (uint64_t n = 0; n < count; n++) {
        to[n] = (uint8_t)exec_random();
    }
    return (int64_t)count;
}

static int64_t set_thread(uint64_t code, uint64_t base)
{
    if (code != 0x1002) { /* ARCH_SET_FS */
        return -EINVAL;
    }
    __asm__ volatile("wrfsbase %0" : : "r"(base) : "memory");
    return 0;
}

static int64_t say_missing(uint64_t number)
{
    uint64_t bit = UINT64_C(1) << number % 64;
    if (number < CALLS && !(missing[number / 64] & bit)) {
        missing[number / 64] |= bit;
        console_say("min: system call ", number, " is not there");
    }
    return -ENOSYS;
}

static int64_t identity(uint64_t number)
{
    return number == SYS_GETPID || number == SYS_GETTID ||
                   number == SYS_SET_TID_ADDRESS
               ? process_self()
           : number == SYS_GETPPID ? process_parent()
                                   : 0;
}

/* Memory, time, and who one is. */
static int64_t answer_process(const struct registers *r, uint64_t number)
{
    switch (number) {
    case SYS_MMAP:
        return memory_map(r->rdi, r->rsi, r->rdx, r->r10, (int)r->r8, r->r9);
    case SYS_MPROTECT:
        return memory_protect(r->rdi, r->rsi, r->rdx);
    case SYS_MUNMAP:
        return memory_unmap(r->rdi, r->rsi);
    case SYS_BRK:
        return (int64_t)pager_brk(r->rdi);
    case SYS_RT_SIGACTION:
        return set_action(r->rdi, (void *)r->rsi, (void *)r->rdx);
    case SYS_RT_SIGPROCMASK:
        return set_mask(r->rdi, (void *)r->rsi, (void *)r->rdx);
    case SYS_CLOCK_NANOSLEEP:
        return sleep_for((void *)r->rdx);
    case SYS_CLOCK_GETTIME:
        return tell_time(r->rdi, (void *)r->rsi);
    case SYS_UNAME:
        return name_system((void *)r->rdi);
    case SYS_ARCH_PRCTL:
        return set_thread(r->rdi, r->rsi);
    case SYS_GETRANDOM:
        return fill_random((void *)r->rdi, r->rsi);
    case SYS_GETPID:
    case SYS_GETTID:
    case SYS_GETPPID:
    case SYS_SET_TID_ADDRESS:
    case SYS_SET_ROBUST_LIST:
    case SYS_GETUID:
    case SYS_GETEUID:
    case SYS_GETGID:
    case SYS_GETEGID:
        return identity(number);
    default:
        return say_missing(number);
    }
}

/* Files by name, and descriptors. */
static int64_t answer_file(const struct registers *r, uint64_t number)
{
    char *path = (char *)r->rdi, *second = (char *)r->rsi;
    switch (number) {
    case SYS_OPENAT:
        return is_here((int)r->rdi, second)
                   ? file_open(second, (unsigned)r->rdx)
                   : -ENOSYS;
    case SYS_FSTAT:
        return tell_status((int)r->rdi, "", (void *)r->rsi, AT_EMPTY_PATH);
    case SYS_NEWFSTATAT:
        return tell_status((int)r->rdi, second, (void *)r->rdx, r->r10);
    case SYS_ACCESS:
        return may(AT_FDCWD, path, r->rsi);
    case SYS_FACCESSAT:
        return may((int)r->rdi, second, r->rdx);
    case SYS_READLINK:
        return file_link(path, second, r->rdx);
    case SYS_CHDIR:
        return file_change(path);
    case SYS_GETCWD:
        return file_current(path, r->rsi);
    case SYS_GETDENTS64:
        return file_of((int)r->rdi) == 0
                   ? -EBADF
                   : file_entries(file_of((int)r->rdi), second, r->rdx);
    case SYS_LSEEK:
        return descriptor_seek((int)r->rdi, (int64_t)r->rsi, r->rdx);
    case SYS_POLL:
        return descriptor_poll((void *)path, r->rsi, (int)r->rdx);
    case SYS_IOCTL:
        return descriptor_terminal((int)r->rdi, r->rsi, (void *)r->rdx);
    case SYS_DUP:
        return descriptor_duplicate((int)r->rdi, 0, false);
    case SYS_FCNTL:
        return descriptor_control((int)r->rdi, r->rsi, r->rdx);
    default:
        return answer_process(r, number);
    }
}

#define THREAD 0x10000 /* clone's */

/* The exercise's eight, and exec. */
static int64_t answer(struct registers *r)
{
    switch (r->rax) {
    case SYS_READ:
        return call_read((int)r->rdi, (void *)r->rsi, r->rdx);
    case SYS_WRITE:
        return call_write((int)r->rdi, (void *)r->rsi, r->rdx);
    case SYS_CLOSE:
        return call_close((int)r->rdi);
    case SYS_DUP2:
        return call_dup2((int)r->rdi, (int)r->rsi);
    case SYS_PIPE:
        return call_pipe((void *)r->rdi, 0);
    case SYS_PIPE2:
        return call_pipe((void *)r->rdi, (unsigned)r->rsi);
    case SYS_CLONE:
        return r->rdi & THREAD ? say_missing(SYS_CLONE) : call_fork();
    case SYS_FORK:
    case SYS_VFORK:
        return call_fork();
    case SYS_WAIT4:
        return call_wait((int)r->rdi, (void *)r->rsi, (int)r->rdx);
    case SYS_EXIT:
    case SYS_EXIT_GROUP:
        call_exit((int)(r->rdi & 255) << 8);
    case SYS_EXECVE:
        return exec_program((void *)r->rdi, (void *)r->rsi, (void *)r->rdx, r);
    default:
        return answer_file(r, r->rax);
    }
}

void system_call(struct registers *r)
{
    r->rax = (uint64_t)answer(r);
}
