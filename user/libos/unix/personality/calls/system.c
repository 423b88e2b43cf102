/*
 * What a process asks of the system and of itself. All processes are root's and
 * nothing is enforced, so most of it is words that are remembered and told.
 */
#include "libos/unix/personality/calls/system.h"

#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/exec/exec.h"
#include "libos/unix/personality/memory/memory.h"
#include "libos/unix/personality/thread/thread.h"

#define FIELD 65 /* bytes of each of uname's */
#define NAME_SIZE 16
#define OPEN_MAX 1024
#define LIMITS 16
#define INFINITE UINT64_MAX
#define RANDOM_FLAGS 7
#define RANDOM_BOTH 6 /* GRND_RANDOM, GRND_INSECURE: not together */
#define RANDOM_MAX 0x7ffff000
#define PATH_LIMIT 4096
#define PATH_AT 256 /* in the window's data, behind a struct stat */

struct limit {
    uint64_t now, most;
};

/* By number, RLIMIT_CPU first; what is named in comments is RLIMIT_ too. */
static struct limit limits[LIMITS] = {
    {INFINITE, INFINITE},   {INFINITE, INFINITE}, {INFINITE, INFINITE},
    {STACK_SIZE, INFINITE},             /* STACK */
    {0, INFINITE},                      /* CORE */
    {INFINITE, INFINITE},   {255, 255}, /* NPROC */
    {OPEN_MAX, OPEN_MAX},               /* NOFILE */
    {INFINITE, INFINITE},   {INFINITE, INFINITE}, {INFINITE, INFINITE},
    {INFINITE, INFINITE},   {INFINITE, INFINITE}, {INFINITE, INFINITE},
    {INFINITE, INFINITE},   {INFINITE, INFINITE},
};

static bool no_new_privileges; /* kept by exec: no program gives any */

int64_t call_getpid(const uint64_t *a)
{
    (void)a;
    return (int64_t)host_window()->pid;
}

int64_t call_uname(const uint64_t *a)
{
    static const char fields[6][FIELD] = {
        "Linux", "xo5", "6.1.0", "#1 xo5 unix", "x86_64", "(none)",
    };
    return uaccess_write(a[0], fields, sizeof(fields));
}

int64_t call_getrandom(const uint64_t *a)
{
    uint64_t n = a[1] < RANDOM_MAX ? a[1] : RANDOM_MAX, done = 0;
    if ((a[2] & ~(uint64_t)RANDOM_FLAGS) ||
        (a[2] & RANDOM_BOTH) == RANDOM_BOTH) {
        return -EINVAL;
    }
    if (!uaccess_may_look(a[0], n)) {
        return -EFAULT;
    }
    while (done < n) {
        uint64_t word = host_random(), piece = n - done;
        piece = piece < sizeof(word) ? piece : sizeof(word);
        uint64_t some = uaccess_write_some(a[0] + done, &word, piece);
        done += some;
        if (some < piece) {
            break;
        }
    }
    return done || !n ? (int64_t)done : -EFAULT;
}

/* Everybody is root and may become nobody else: to others, that user does not
 * exist. These are for groups too. */
static int64_t become(const uint64_t *ids, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint32_t id = (uint32_t)ids[i];
        if (id != 0 && (id != UINT32_MAX || count == 1)) {
            return -EINVAL;
        }
    }
    return 0;
}

int64_t call_setuid(const uint64_t *a)
{
    return become(a, 1);
}

int64_t call_setreuid(const uint64_t *a)
{
    return become(a, 2);
}

int64_t call_setresuid(const uint64_t *a)
{
    return become(a, 3);
}

/* getresgid too: real, effective and saved are 0. */
int64_t call_getresuid(const uint64_t *a)
{
    uint32_t root = 0;
    for (unsigned i = 0; i < 3; i++) {
        if (uaccess_write(a[i], &root, sizeof(root))) {
            return -EFAULT;
        }
    }
    return 0;
}

int64_t call_arch_prctl(const uint64_t *a)
{
    uint64_t base;
    switch (a[0]) {
    case ARCH_SET_FS:
        if (a[1] >= HOST_END) {
            return -EPERM;
        }
        host_set_fs(a[1]);
        return 0;
    case ARCH_GET_FS:
        base = host_get_fs();
        return uaccess_write(a[1], &base, sizeof(base));
    default:
        return -EINVAL;
    }
}

int64_t call_prctl(const uint64_t *a)
{
    char name[NAME_SIZE];
    switch (a[0] & UINT32_MAX) {
    case PR_SET_NAME: {
        int64_t n = uaccess_string(name, a[1], NAME_SIZE);
        if (n == -EFAULT) {
            return n;
        }
        name[NAME_SIZE - 1] = '\0';
        memcpy(exec_name(), name, NAME_SIZE);
        return 0;
    }
    case PR_GET_NAME:
        return uaccess_write(a[1], exec_name(), NAME_SIZE);
    case PR_GET_DUMPABLE:
        return 1;
    case PR_SET_NO_NEW_PRIVS:
        if (a[1] != 1 || a[2] || a[3] || a[4]) {
            return -EINVAL;
        }
        no_new_privileges = true;
        return 0;
    case PR_GET_NO_NEW_PRIVS:
        return a[1] || a[2] || a[3] || a[4] ? -EINVAL : no_new_privileges;
    case PR_SET_DUMPABLE:
        return 0;
    default:
        return -EINVAL;
    }
}

int64_t call_getcpu(const uint64_t *a)
{
    uint32_t zero = 0;
    for (unsigned i = 0; i < 2; i++) {
        if (a[i] && uaccess_write(a[i], &zero, sizeof(zero))) {
            return -EFAULT;
        }
    }
    return 0;
}

int64_t call_getrlimit(const uint64_t *a)
{
    if ((a[0] & UINT32_MAX) >= LIMITS) {
        return -EINVAL;
    }
    return uaccess_write(a[1], &limits[a[0] & UINT32_MAX],
                         sizeof(struct limit));
}

/* Limits are remembered, and told to those who ask; nobody enforces them. */
int64_t call_setrlimit(const uint64_t *a)
{
    struct limit limit;
    if ((a[0] & UINT32_MAX) >= LIMITS) {
        return -EINVAL;
    }
    if (uaccess_read(&limit, a[1], sizeof(limit))) {
        return -EFAULT;
    }
    if (limit.now > limit.most) {
        return -EINVAL;
    }
    if ((a[0] & UINT32_MAX) == RLIMIT_NOFILE && limit.most > OPEN_MAX) {
        return -EPERM;
    }
    limits[a[0] & UINT32_MAX] = limit;
    return 0;
}

/* Its own only. */
int64_t call_prlimit64(const uint64_t *a)
{
    uint64_t pid = a[0] & UINT32_MAX;
    uint64_t set[2] = {a[1], a[2]};
    if (pid && pid != host_window()->pid) {
        return -ESRCH;
    }
    if ((a[1] & UINT32_MAX) >= LIMITS) {
        return -EINVAL;
    }
    struct limit old = limits[a[1] & UINT32_MAX];
    int64_t error = a[2] ? call_setrlimit(set) : 0;
    if (!error && a[3]) {
        error = uaccess_write(a[3], &old, sizeof(old));
    }
    return error;
}

/* None beside the group that the process has. */
int64_t call_getgroups(const uint64_t *a)
{
    return (int32_t)a[0] < 0 ? -EINVAL : 0;
}

/* The one of this kind of system, and what all may ask. */
int64_t call_personality(const uint64_t *a)
{
    uint32_t wanted = (uint32_t)a[0];
    return wanted && wanted != UINT32_MAX ? -EINVAL : 0;
}

/* To the directory that "/" is already. */
int64_t call_chroot(const uint64_t *a)
{
    int64_t n =
        uaccess_string((char *)request_data() + PATH_AT, a[0], PATH_LIMIT);
    if (n < 0) {
        return n;
    }
    int64_t error = request4(SYS_newfstatat, AT_FDCWD, PATH_AT, 0, 0);
    struct stat wanted = *(const struct stat *)request_data_at(0);
    if (error) {
        return error;
    }
    if ((wanted.st_mode & S_IFMT) != S_IFDIR) {
        return -ENOTDIR;
    }
    error = request4(SYS_newfstatat, AT_FDCWD, request_put(PATH_AT, "/"), 0, 0);
    const struct stat *root = request_data_at(0);
    bool same = root->st_ino == wanted.st_ino && root->st_dev == wanted.st_dev;
    return error ? error : same ? 0 : -EPERM;
}
