/*
 * Between a Unix process and the keeper.
 *
 * The keeper is the process that owns what Unix processes share although they
 * do not trust each other: files, open files, pipes, the terminal, and the
 * records of the processes themselves. Each process has a window, some pages
 * that it and the keeper both write. To ask for something, it puts a
 * request there and gives its CPU to the keeper; when it has the CPU again, the
 * answer is there. The keeper reads each word of a window once and trusts none.
 *
 * Most requests are Linux's system calls, by Linux's numbers and with Linux's
 * arguments, but for two things. An argument that is a pointer is the offset
 * in `data` of what it points to, or WINDOW_NULL: what goes in lies there, and
 * what comes out is put there. And a request is only as large as `data`.
 *
 * (s) a string with its final zero; (i) goes in; (o) comes out:
 *
 *   read        fd, (o), count, lacks    pread64     fd, (o), count, offset,
 *   write       fd, (i), count, lacks    pwrite64                     lacks
 *   openat      fd, (s), flags, mode     close       fd
 *   newfstatat  fd, (s), (o), flags      statx       fd, (s), flags, mask, (o)
 *   lseek       fd, offset, whence       getdents64  fd, (o), count
 *   readlinkat  fd, (s), (o), count      faccessat2  fd, (s), mode, flags
 *   mkdirat     fd, (s), mode            mknodat     fd, (s), mode, device
 *   unlinkat    fd, (s), flags           symlinkat   (s), fd, (s)
 *   linkat      fd, (s), fd, (s), flags  renameat2   fd, (s), fd, (s), flags
 *   fchmod      fd, mode                 fchmodat    fd, (s), mode
 *   fchown      fd, uid, gid             fchownat    fd, (s), uid, gid, flags
 *   truncate    (s), length              ftruncate   fd, length
 *   utimensat   fd, (s), (i) or null, flags           umask      mask
 *   statfs      (s), (o)                 fstatfs     fd, (o)
 *   chdir       (s)                      fchdir      fd
 *   getcwd      (o), count               pipe2       (o) two ints, flags
 *   dup         fd                       dup3        fd, fd, flags
 *   fcntl       fd, command, argument or (i and o) struct flock
 *   flock       fd, operation            fsync, fdatasync  fd
 *   fallocate   fd, mode, offset, length
 *   ioctl       fd, command, (i and o) or a number
 *   poll        (i and o) struct pollfd, count, nanoseconds or -1
 *   sendfile    to fd, from fd, (i and o) offset or null, count
 *   socketpair  family, kind, protocol, (o) two ints  shutdown  fd, how
 *   sendto      fd, (i), count, flags    recvfrom    fd, (o), count, flags
 *   close_range first, last, flags
 *   getppid, getpgid pid, setpgid pid pgid, getsid pid, setsid
 *   getpriority which, who               setpriority which, who, niceness
 *   kill        pid, signal              tgkill      pid, thread, signal
 *   wait4       pid, (o) int, flags, (o) struct rusage or null
 *   waitid      kind, id, (o) siginfo or null, flags, (o) rusage or null
 *   sysinfo     (o)                      getrusage   who, (o)
 *   setitimer   which, (i), (o) or null  getitimer   which, (o)
 *   memfd_create  (s), flags             sched_yield
 *
 * and those below. `lacks`: so many bytes more were asked for, which the
 * process has no memory for.
 */
#ifndef XO5_UNIX_PROTOCOL_H
#define XO5_UNIX_PROTOCOL_H

#include <stdint.h>

#define WINDOW_DATA 0x10000 /* bytes; what one request can carry */
#define WINDOW_NULL UINT64_MAX
#define WINDOW_TRUNCATIONS 64

/* Children that end are forgotten at once (SIGCHLD is set to SIG_IGN, or has
 * SA_NOCLDWAIT); no SIGCHLD for those that stop (SA_NOCLDSTOP). */
#define CHILD_NO_WAIT 1
#define CHILD_NO_STOP 2

struct window {
    uint64_t number;  /* of the request */
    uint64_t a[6];    /* its arguments */
    int64_t answer;   /* 0 and up, or -errno; as Linux has it */
    uint64_t pending; /* signals that wait, blocked ones too: bit n-1 */
    uint64_t pid;     /* of this process; and its parent's, at the start */
    uint64_t parent;
    uint64_t clock_base; /* ns since 1970 when the machine's clock said 0 */

    /* What the process says of itself at any time, for the keeper to read
     * when a signal comes: bit n-1. */
    uint64_t blocked;
    uint64_t ignored; /* also those whose default is to be ignored */

    uint64_t child; /* what it wants to know of its children: CHILD_... */

    uint64_t disorder; /* what its own disorder begins with (lib/disorder.h);
                          0 but in a build with CHECK=n */

    uint64_t woken; /* threads whose tokens KEEPER_FUTEX_WOKEN gives */

    /* Not 0: it shares memory, where robust locks may be. If it is killed, it
     * has its last turn, to say there that their owner has died: the answer of
     * the request that it waits in, or of its next one, is -EINTR, and SIGKILL
     * is pending; then it may make requests of futexes, and exit. */
    uint64_t shares;

    /* Mapped files (KEEPER_MAP) that have become shorter, for the process to
     * read and set `truncations` to 0: what it has mapped of them from that
     * page on, its own copies too, is no longer there. More than
     * WINDOW_TRUNCATIONS: of some it is not said. */
    uint64_t truncations;
    struct truncation {
        uint64_t file, first; /* its number, and the page */
    } truncation[WINDOW_TRUNCATIONS];
    uint8_t data[WINDOW_DATA] __attribute__((aligned(4096)));
};

/*
 * fork (number, flags): a process that has the same open files, directory,
 * group and session. flags: FORK_WAITS lets the caller go on only after the
 * child has called exec or ended. Answers the child's pid, and 0 in the child,
 * whose memory the machine's part of the keeper makes.
 */
#define KEEPER_FORK 0x1000
#define FORK_WAITS 1

/* exec (number, (s) name, (i) arguments or null, count): open files marked so
 * are closed; the name, and the argument strings with their zeros, are what
 * /proc says of it. */
#define KEEPER_EXEC 0x1001

/* exit (number, status as wait4 tells it). No answer. */
#define KEEPER_EXIT 0x1002

/* pause (number, signals, nanoseconds or -1): waits until a signal is pending
 * that is not among those blocked (`signals` instead of `blocked` for the
 * while) nor ignored; then -EINTR; or 0 after that time, or when a thread is
 * woken (`woken`), as poll does then. */
#define KEEPER_PAUSE 0x1003

/* taken (number, signal): the process handles it now: no longer pending. The
 * answer is what siginfo_t tells: si_pid in the low 32 bits, si_code in the
 * 8 above them (0x80 is SI_KERNEL, what is above it is negative), si_status in
 * the 16 above those. -EAGAIN: it is not pending (any more). */
#define KEEPER_TAKEN 0x1004

/* stop (number, signal): stops until SIGCONT; the parent is told. */
#define KEEPER_STOP 0x1005

/* say (number, (i), count): a line for the debug channel. */
#define KEEPER_SAY 0x1006

/* map_pages (number, fd, first page of the file, pages, (o) uint64_t for each,
 * flags): what the machine needs to map pages of a file: page numbers of the
 * keeper, 0 for a hole or what is past the end. The answer is how many. With
 * PAGES_STORE (the file must be open for writing too) each page up to the
 * file's end is made the file's own, never the image's, so that a store there
 * is a store to the file. With PAGES_MAPPED a mapped file's number stands for
 * the descriptor. */
#define KEEPER_MAP_PAGES 0x1007
#define PAGES_STORE 1
#define PAGES_MAPPED 2

/* map (number, fd, (o) uint64_t size): the file stays, even closed and without
 * a name, until this process says unmap, calls exec or ends; so that its pages
 * can be mapped when they are touched. The answer is a number for it, the same
 * for every descriptor of the file. A forked child has it mapped too. unmap
 * (number, that number). */
#define KEEPER_MAP 0x1008
#define KEEPER_UNMAP 0x1009

/*
 * Futexes in memory that processes share: a word is named by the number of a
 * file that the process has mapped, and its offset in it. A thread has a token
 * of the process's choice while it waits.
 *
 * futex_wait (number, file, offset, value, bits, token): notes that the thread
 * waits, if the word is that: 0 at once; else -EAGAIN.
 * futex_wake (number, file, offset, most, bits): wakes up to so many who wait
 * with one of these bits, the first first: how many.
 * futex_move (number, file, offset, most, moved, file, offset): wakes up to
 * `most`, and lets up to `moved` others wait for the second word. How many it
 * has woken, shifted by 32, or how many it has moved.
 * futex_leave (number, token): that thread waits no more: 0; 1: it has been
 * woken before.
 * futex_woken (number, (o) uint32_t for each, count): tokens of threads that
 * have been woken and wait no more: how many.
 */
#define KEEPER_FUTEX_WAIT 0x100a
#define KEEPER_FUTEX_WAKE 0x100b
#define KEEPER_FUTEX_MOVE 0x100c
#define KEEPER_FUTEX_LEAVE 0x100d
#define KEEPER_FUTEX_WOKEN 0x100e

/* map_end (number, that number): how many pages a mapped file has. */
#define KEEPER_MAP_END 0x100f

/* The machine's own requests begin here. */
#define KEEPER_MACHINE 0x2000

#endif
