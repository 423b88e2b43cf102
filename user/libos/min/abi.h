/* Linux for x86-64, as far as min speaks it: numbers and structures. */
#ifndef XO5_MIN_ABI_H
#define XO5_MIN_ABI_H

#include <stdint.h>

#include "lib/elf.h"

enum {
    ENOENT = 2,
    E2BIG = 7,
    ENOEXEC = 8,
    EBADF = 9,
    ECHILD = 10,
    EAGAIN = 11,
    ENOMEM = 12,
    EACCES = 13,
    EFAULT = 14,
    ENOTDIR = 20,
    EISDIR = 21,
    EINVAL = 22,
    EMFILE = 24,
    ENOTTY = 25,
    ESPIPE = 29,
    EROFS = 30,
    EPIPE = 32,
    ERANGE = 34,
    ENAMETOOLONG = 36,
    ENOSYS = 38,
    ELOOP = 40,
};

#define SIGILL 4
#define SIGFPE 8
#define SIGKILL 9
#define SIGSEGV 11
#define SIGPIPE 13

enum {
    SYS_READ = 0,
    SYS_WRITE = 1,
    SYS_CLOSE = 3,
    SYS_FSTAT = 5,
    SYS_POLL = 7,
    SYS_LSEEK = 8,
    SYS_MMAP = 9,
    SYS_MPROTECT = 10,
    SYS_MUNMAP = 11,
    SYS_BRK = 12,
    SYS_RT_SIGACTION = 13,
    SYS_RT_SIGPROCMASK = 14,
    SYS_IOCTL = 16,
    SYS_ACCESS = 21,
    SYS_PIPE = 22,
    SYS_DUP = 32,
    SYS_DUP2 = 33,
    SYS_GETPID = 39,
    SYS_CLONE = 56,
    SYS_FORK = 57,
    SYS_VFORK = 58,
    SYS_EXECVE = 59,
    SYS_EXIT = 60,
    SYS_WAIT4 = 61,
    SYS_UNAME = 63,
    SYS_FCNTL = 72,
    SYS_GETCWD = 79,
    SYS_CHDIR = 80,
    SYS_READLINK = 89,
    SYS_GETUID = 102,
    SYS_GETGID = 104,
    SYS_GETEUID = 107,
    SYS_GETEGID = 108,
    SYS_GETPPID = 110,
    SYS_ARCH_PRCTL = 158,
    SYS_GETTID = 186,
    SYS_GETDENTS64 = 217,
    SYS_SET_TID_ADDRESS = 218,
    SYS_CLOCK_GETTIME = 228,
    SYS_CLOCK_NANOSLEEP = 230,
    SYS_EXIT_GROUP = 231,
    SYS_OPENAT = 257,
    SYS_NEWFSTATAT = 262,
    SYS_FACCESSAT = 269,
    SYS_SET_ROBUST_LIST = 273,
    SYS_PIPE2 = 293,
    SYS_GETRANDOM = 318,
};

#define WNOHANG 1
#define O_ACCMODE 3
#define O_CREAT 0100
#define O_DIRECTORY 0200000
#define O_CLOEXEC 02000000

#define S_IFMT 0170000
#define S_IFIFO 0010000
#define S_IFCHR 0020000
#define S_IFDIR 0040000
#define S_IFREG 0100000
#define S_IFLNK 0120000

#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_FIXED 0x10
#define MAP_ANONYMOUS 0x20

#define PIPE_BUF 4096

/* The auxiliary vector: System V ABI for x86-64, 3.4.3. */
enum {
    AT_NULL = 0,
    AT_PHDR = 3,
    AT_PHENT = 4,
    AT_PHNUM = 5,
    AT_PAGESZ = 6,
    AT_ENTRY = 9,
    AT_UID = 11,
    AT_EUID = 12,
    AT_GID = 13,
    AT_EGID = 14,
    AT_SECURE = 23,
    AT_RANDOM = 25,
};

struct stat {
    uint64_t dev, ino, nlink;
    uint32_t mode, uid, gid, pad;
    uint64_t rdev;
    int64_t size, blksize, blocks;
    int64_t times[6]; /* seconds and ns of access, change of data, of inode */
    int64_t unused[3];
};

struct dirent64 {
    uint64_t ino;
    int64_t off;
    uint16_t reclen;
    uint8_t type;
    char name[];
} __attribute__((packed));

#define NCCS 19

struct termios {
    uint32_t iflag, oflag, cflag, lflag;
    uint8_t line, cc[NCCS];
};

#endif
