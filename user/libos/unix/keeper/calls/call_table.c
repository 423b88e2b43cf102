/*
 * Every request that there is: its number, who serves it, and what its
 * arguments are. A row is the whole check of its pointers, so a function of
 * this half never sees an offset that leaves the window.
 */
#include "libos/unix/keeper/calls/call_table.h"

#include "libos/unix/keeper/calls/directory.h"
#include "libos/unix/keeper/calls/fcntl.h"
#include "libos/unix/keeper/calls/link.h"
#include "libos/unix/keeper/calls/open.h"
#include "libos/unix/keeper/calls/poll.h"
#include "libos/unix/keeper/calls/read_write.h"
#include "libos/unix/keeper/calls/socket_calls.h"
#include "libos/unix/keeper/calls/stat.h"
#include "libos/unix/keeper/calls/system.h"
#include "libos/unix/keeper/files/lock.h"
#include "libos/unix/keeper/files/mapping.h"
#include "libos/unix/keeper/files/pipe.h"
#include "libos/unix/keeper/files/socket.h"
#include "libos/unix/keeper/process/exec.h"
#include "libos/unix/keeper/process/exit.h"
#include "libos/unix/keeper/process/fork.h"
#include "libos/unix/keeper/process/futex.h"
#include "libos/unix/keeper/process/group.h"
#include "libos/unix/keeper/process/priority.h"
#include "libos/unix/keeper/process/signal.h"
#include "libos/unix/keeper/process/timer.h"
#include "libos/unix/keeper/process/wait.h"

/* An argument: a value, a string, what goes in and comes out, of one size or
 * as many as another argument says. */
#define V IS_VALUE
#define S IS_STRING
#define IN(size) (IS_IN | IS_SIZE(size))
#define OUT(size) (IS_OUT | IS_SIZE(size))
#define BOTH(size) (IS_BOTH | IS_SIZE(size))
#define EACH(by, size) (IS_COUNTED(by) | IS_SIZE(size))

#define CALL(name) SYS_##name, #name, serve_##name
#define OWN(number, name) KEEPER_##number, #name, serve_##name

const struct call_row call_table[] = {
    {CALL(read), {V, IS_OUT | EACH(2, 1), V, V}},
    {CALL(write), {V, IS_IN | EACH(2, 1), V, V}},
    {CALL(close), {V}},
    {CALL(fstat), {V, OUT(sizeof(struct stat))}},
    {CALL(poll), {IS_BOTH | EACH(1, sizeof(struct pollfd)), V, V}},
    {CALL(lseek), {V, V, V}},
    {CALL(ioctl), {V, V, V}},
    {CALL(pread64), {V, IS_OUT | EACH(2, 1), V, V, V}},
    {CALL(pwrite64), {V, IS_IN | EACH(2, 1), V, V, V}},
    {CALL(sched_yield), {V}},
    {CALL(dup), {V}},
    {CALL(getitimer), {V, OUT(sizeof(struct itimerval))}},
    {CALL(setitimer),
     {V, IS_NULL | IN(sizeof(struct itimerval)),
      IS_NULL | OUT(sizeof(struct itimerval))}},
    {CALL(sendfile), {V, V, IS_NULL | BOTH(8), V}},
    {CALL(sendto), {V, IS_IN | EACH(2, 1), V, V}},
    {CALL(recvfrom), {V, IS_OUT | EACH(2, 1), V, V}},
    {CALL(shutdown), {V, V}},
    {CALL(socketpair), {V, V, V, OUT(8)}},
    {CALL(wait4),
     {V, IS_NULL | OUT(4), V, IS_NULL | OUT(sizeof(struct rusage))}},
    {CALL(kill), {V, V}},
    {CALL(fcntl), {V, V, V}},
    {CALL(flock), {V, V}},
    {SYS_fsync, "fsync", serve_fsync, {V}},
    {SYS_fdatasync, "fdatasync", serve_fsync, {V}},
    {CALL(truncate), {S, V}},
    {CALL(ftruncate), {V, V}},
    {CALL(getcwd), {IS_OUT | EACH(1, 1), V}},
    {CALL(chdir), {S}},
    {CALL(fchdir), {V}},
    {CALL(fchmod), {V, V}},
    {CALL(fchown), {V, V, V}},
    {CALL(umask), {V}},
    {CALL(getrusage), {V, OUT(sizeof(struct rusage))}},
    {CALL(sysinfo), {OUT(sizeof(struct sysinfo))}},
    {CALL(setpgid), {V, V}},
    {CALL(getppid), {V}},
    {CALL(setsid), {V}},
    {CALL(getpgid), {V}},
    {CALL(getsid), {V}},
    {CALL(getpriority), {V, V}},
    {CALL(setpriority), {V, V, V}},
    {CALL(statfs), {S, OUT(sizeof(struct statfs))}},
    {CALL(fstatfs), {V, OUT(sizeof(struct statfs))}},
    {CALL(getdents64), {V, IS_OUT | EACH(2, 1), V}},
    {CALL(tgkill), {V, V, V}},
    {CALL(waitid),
     {V, V, IS_NULL | OUT(sizeof(struct siginfo)), V,
      IS_NULL | OUT(sizeof(struct rusage))}},
    {CALL(openat), {V, S, V, V}},
    {CALL(mkdirat), {V, S, V}},
    {CALL(mknodat), {V, S, V, V}},
    {CALL(fchownat), {V, S, V, V, V}},
    {CALL(newfstatat), {V, S, OUT(sizeof(struct stat)), V}},
    {CALL(unlinkat), {V, S, V}},
    {CALL(linkat), {V, S, V, S, V}},
    {CALL(symlinkat), {S, V, S}},
    {CALL(readlinkat), {V, S, IS_OUT | EACH(3, 1), V}},
    {CALL(fchmodat), {V, S, V}},
    {CALL(utimensat),
     {V, IS_NULL | S, IS_NULL | IN(2 * sizeof(struct timespec)), V}},
    {CALL(fallocate), {V, V, V, V}},
    {CALL(dup3), {V, V, V}},
    {CALL(pipe2), {OUT(8), V}},
    {CALL(renameat2), {V, S, V, S, V}},
    {CALL(memfd_create), {S, V}},
    {CALL(statx), {V, S, V, V, OUT(sizeof(struct statx))}},
    {CALL(close_range), {V, V, V}},
    {CALL(faccessat2), {V, S, V, V}},
    {OWN(FORK, fork), {V}},
    {OWN(EXEC, exec), {S, IS_NULL | IS_IN | EACH(2, 1), V}},
    {OWN(EXIT, exit), {V}},
    {OWN(PAUSE, pause), {V, V}},
    {OWN(TAKEN, taken), {V}},
    {OWN(STOP, stop), {V}},
    {OWN(SAY, say), {IS_IN | EACH(1, 1), V}},
    {OWN(MAP_PAGES, map_pages), {V, V, V, IS_OUT | EACH(2, 8), V}},
    {OWN(MAP, map), {V, OUT(8)}},
    {OWN(UNMAP, unmap), {V}},
    {OWN(FUTEX_WAIT, futex_wait), {V, V, V, V, V}},
    {OWN(FUTEX_WAKE, futex_wake), {V, V, V, V}},
    {OWN(FUTEX_MOVE, futex_move), {V, V, V, V, V, V}},
    {OWN(FUTEX_LEAVE, futex_leave), {V}},
    {OWN(FUTEX_WOKEN, futex_woken), {IS_OUT | EACH(1, 4), V}},
    {OWN(MAP_END, map_end), {V}},
};

const unsigned call_count = sizeof(call_table) / sizeof(call_table[0]);
