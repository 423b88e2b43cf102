/*
 * unix-host: runs a Linux program over the library OS, on Linux.
 *
 *   unix-host --image FILE [--env NAME=VALUE]... [--seed NUMBER]
 *       PROGRAM [ARGUMENT]...
 *
 * FILE is a root file system image of setup/image.py; PROGRAM is a path in it.
 * The console is standard input and output; the status is the program's, or
 * 128 and the signal that ended it. With a seed, a build with CHECK=n does what
 * it may in another order (lib/disorder.h).
 */
#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/linux/host.h"
#include "libos/unix/linux/system.h"

#define VARIABLES_MAX 32
#define STRINGS_MAX 0x100000
#define COPY 0x10000
#define PAGE 4096
#define SHARED_SIZE (WINDOW_OFFSET + KEEPER_SLOTS * sizeof(struct window))

struct files files;

static struct termios terminal_before;
static char strings[STRINGS_MAX];
static const char *variables[VARIABLES_MAX] = {
    "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    "HOME=/root",
    "PWD=/",
    "TERM=linux",
};
static unsigned variable_count = 4;

void host_fail(const char *why)
{
    SYSTEM(SYS_write, 2, "unix-host: ", 11);
    SYSTEM(SYS_write, 2, why, strlen(why));
    SYSTEM(SYS_write, 2, "\n", 1);
    for (;;) {
        SYSTEM(SYS_exit_group, 125, 0, 0);
    }
}

static int file_make(uint64_t size)
{
    int64_t fd = SYSTEM(SYS_memfd_create, "unix-host", 0, 0);
    if (fd < 0 || SYSTEM(SYS_ftruncate, fd, size, 0) < 0) {
        host_fail("Linux gives no shared memory");
    }
    return (int)fd;
}

/* The image's bytes, from page 1 of the keeper's pages on. */
static void image_copy(const char *path)
{
    static uint8_t buffer[COPY];
    int64_t fd = SYSTEM(SYS_open, path, O_RDONLY, 0), n;
    if (fd < 0) {
        host_fail("the image cannot be read");
    }
    SYSTEM(SYS_lseek, files.pages, PAGE, SEEK_SET);
    while ((n = SYSTEM(SYS_read, fd, buffer, COPY)) > 0) {
        SYSTEM(SYS_write, files.pages, buffer, n);
        CONTROL->image_size += (uint64_t)n;
    }
    CONTROL->image_pages = (CONTROL->image_size + PAGE - 1) / PAGE;
    SYSTEM(SYS_close, fd, 0, 0);
}

static void memory_make(const char *image)
{
    uint64_t now[2];
    files.shared = file_make(SHARED_SIZE);
    files.pages = file_make((uint64_t)PAGES * PAGE);
    files.bell = (int)SYSTEM(SYS_eventfd2, 0, O_NONBLOCK, 0);
    if (SYSTEM6(SYS_mmap, CONTROL_AT, WINDOW_OFFSET, 3, MAP_SHARED | MAP_FIXED,
                files.shared, 0) < 0) {
        host_fail("Linux gives no shared memory");
    }
    SYSTEM(SYS_clock_gettime, CLOCK_MONOTONIC, now, 0);
    CONTROL->started = now[0] * 1000000000 + now[1];
    image_copy(image);
}

/* A terminal gives each key as it is typed: the keeper edits lines. */
static _Bool terminal_open(void)
{
    struct termios raw;
    if (SYSTEM(SYS_ioctl, 0, TCGETS, &terminal_before) < 0) {
        return SYSTEM(SYS_ioctl, 1, TCGETS, &raw) >= 0;
    }
    raw = terminal_before;
    raw.c_iflag = 0;
    raw.c_lflag = 0;
    raw.c_oflag = 0;
    SYSTEM(SYS_ioctl, 0, TCSETS, &raw);
    return 1;
}

static void terminal_close(void)
{
    if (terminal_before.c_cflag) {
        SYSTEM(SYS_ioctl, 0, TCSETS, &terminal_before);
    }
}

static uint64_t strings_put(uint64_t used, const char *text)
{
    uint64_t n = strlen(text) + 1;
    if (used + n > STRINGS_MAX) {
        host_fail("too many arguments");
    }
    memcpy(strings + used, text, n);
    return used + n;
}

static void start(char **arguments, uint64_t count)
{
    uint64_t used = 0;
    for (uint64_t i = 0; i < count; i++) {
        used = strings_put(used, arguments[i]);
    }
    for (unsigned i = 0; i < variable_count; i++) {
        used = strings_put(used, variables[i]);
    }
    CONTROL->slots[1].state = SLOT_WAITS;
    int64_t host = SYSTEM(SYS_clone, SIGCHLD, 0, 0);
    if (host == 0) {
        bounce_begin();
        process_enter(1);
        process_begin(arguments[0], strings, count, variable_count);
    }
    CONTROL->slots[1].host = (int32_t)host;
}

static uint64_t number(const char *text)
{
    uint64_t value = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        value = value * 10 + (uint64_t)(*text - '0');
    }
    if (*text) {
        host_fail("--seed NUMBER");
    }
    return value;
}

/* The program's entry: argc and argv as Linux puts them on the stack. */
void host_main(uint64_t *stack) __attribute__((noreturn));

void host_main(uint64_t *stack)
{
    uint64_t count = stack[0], i = 1;
    char **arguments = (char **)(stack + 1);
    const char *image = 0;
    uint64_t seed = 0;
    for (; i + 1 < count && arguments[i][0] == '-'; i += 2) {
        if (strcmp(arguments[i], "--image") == 0) {
            image = arguments[i + 1];
        } else if (strcmp(arguments[i], "--env") == 0 &&
                   variable_count < VARIABLES_MAX) {
            variables[variable_count++] = arguments[i + 1];
        } else if (strcmp(arguments[i], "--seed") == 0) {
            seed = number(arguments[i + 1]);
        } else {
            host_fail("--image FILE, --seed NUMBER or --env NAME=VALUE, then "
                      "the program");
        }
    }
    if (!image || i >= count) {
        host_fail("usage: unix-host --image FILE PROGRAM [ARGUMENT]...");
    }
    memory_make(image);
    CONTROL->seed = seed;
    start(arguments + i, count - i);
    int status = keeper_serve(terminal_open());
    terminal_close();
    status = status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 0xff;
    for (;;) {
        SYSTEM(SYS_exit_group, status, 0, 0);
    }
}

__asm__(".text\n.globl _start\n_start:\n\t"
        "xorl %ebp, %ebp\n\tmovq %rsp, %rdi\n\tandq $-16, %rsp\n\t"
        "call host_main\n\tud2\n");
