#include "libos/unix/system.h"

#include "lib/string.h"
#include "libos/unix/abi.h"
#include "libos/unix/exec.h"
#include "libos/unix/host.h"
#include "libos/unix/memory.h"
#include "libos/unix/thread.h"
#include "libos/unix/user.h"

#define FIELD 65 /* bytes of each of uname's */
#define NAME_SIZE 16
#define OPEN_MAX 1024
#define LIMITS 16
#define INFINITE UINT64_MAX
#define RANDOM_FLAGS 7

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
    return user_write(a[0], fields, sizeof(fields));
}

int64_t call_getrandom(const uint64_t *a)
{
    uint64_t n = a[1] < INT32_MAX ? a[1] : INT32_MAX;
    if (a[2] & ~(uint64_t)RANDOM_FLAGS) {
        return -EINVAL;
    }
    for (uint64_t done = 0; done < n;) {
        uint64_t word = host_random(), piece = n - done;
        piece = piece < sizeof(word) ? piece : sizeof(word);
        if (user_write(a[0] + done, &word, piece)) {
            return done ? (int64_t)done : -EFAULT;
        }
        done += piece;
    }
    return (int64_t)n;
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
        if (user_write(a[i], &root, sizeof(root))) {
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
        return user_write(a[1], &base, sizeof(base));
    default:
        return -EINVAL;
    }
}

int64_t call_prctl(const uint64_t *a)
{
    char name[NAME_SIZE];
    switch (a[0] & UINT32_MAX) {
    case PR_SET_NAME: {
        int64_t n = user_string(name, a[1], NAME_SIZE);
        if (n == -EFAULT) {
            return n;
        }
        name[NAME_SIZE - 1] = '\0';
        memcpy(exec_name(), name, NAME_SIZE);
        return 0;
    }
    case PR_GET_NAME:
        return user_write(a[1], exec_name(), NAME_SIZE);
    case PR_GET_DUMPABLE:
        return 1;
    case PR_GET_NO_NEW_PRIVS:
    case PR_SET_DUMPABLE:
        return 0;
    default:
        return -EINVAL;
    }
}

/* One processor. */
int64_t call_sched_getaffinity(const uint64_t *a)
{
    uint64_t set = 1;
    if (a[1] < sizeof(set) || a[1] % sizeof(set)) {
        return -EINVAL;
    }
    return user_write(a[2], &set, sizeof(set)) ? -EFAULT : (int64_t)sizeof(set);
}

int64_t call_getcpu(const uint64_t *a)
{
    uint32_t zero = 0;
    for (unsigned i = 0; i < 2; i++) {
        if (a[i] && user_write(a[i], &zero, sizeof(zero))) {
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
    return user_write(a[1], &limits[a[0] & UINT32_MAX], sizeof(struct limit));
}

/* Limits are remembered, and told to those who ask; nobody enforces them. */
int64_t call_setrlimit(const uint64_t *a)
{
    struct limit limit;
    if ((a[0] & UINT32_MAX) >= LIMITS) {
        return -EINVAL;
    }
    if (user_read(&limit, a[1], sizeof(limit))) {
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
        error = user_write(a[3], &old, sizeof(old));
    }
    return error;
}

/* One: root's. */
int64_t call_getgroups(const uint64_t *a)
{
    uint32_t root = 0;
    int32_t room = (int32_t)a[0];
    if (room < 0) {
        return -EINVAL;
    }
    return room && user_write(a[1], &root, sizeof(root)) ? -EFAULT : 1;
}

int64_t call_sched_getparam(const uint64_t *a)
{
    uint32_t priority = 0;
    return user_write(a[1], &priority, sizeof(priority));
}
