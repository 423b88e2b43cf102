/*
 * Exec. All that can fail and be told to the program comes first, while the old
 * one is still there: names, scripts, both files' heads, arguments. Then the
 * keeper is told, which closes files; from there on an error can only kill, as
 * on Linux.
 *
 *   executable_open   the file; "#!" lines, up to 5, change path and arguments
 *   loader_open       its interpreter, if it names one
 *   tell_keeper       ---- no way back ----
 *   replace           memory goes; elf.c maps; stack.c builds; registers
 *
 * The program that is started may be this one's caller: everything that is
 * needed behind the line has been copied into variables before memory goes.
 */
#include "libos/unix/personality/exec/exec.h"

#include "abi/rights.h"
#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/registers.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/scratch.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/base/xstate.h"
#include "libos/unix/personality/exec/argv.h"
#include "libos/unix/personality/exec/elf.h"
#include "libos/unix/personality/exec/export.h"
#include "libos/unix/personality/exec/stack.h"
#include "libos/unix/personality/memory/memory.h"
#include "libos/unix/personality/thread/futex.h"
#include "libos/unix/personality/thread/process.h"
#include "libos/unix/personality/thread/signal.h"
#include "libos/unix/personality/thread/thread.h"

#define PATH 4096
#define HEAD 256  /* bytes of a script's first line that count */
#define SCRIPTS 5 /* one that names one that names one ... */
#define NAME_SIZE 16

static struct elf main_file SCRATCH, loader_file SCRATCH;
static char path_now[PATH] SCRATCH, name_now[NAME_SIZE];
static char head[HEAD + 1];

char *exec_name(void)
{
    return name_now;
}

static int64_t program_open(const char *path)
{
    uint32_t mode;
    /* a fifo is refused, and nobody waited for who writes to it */
    int64_t fd = request4(SYS_openat, AT_FDCWD, request_put(0, path),
                          O_RDONLY | O_NONBLOCK, 0);
    if (fd < 0) {
        return fd;
    }
    int64_t error = request_size((int)fd, &mode);
    error = error < 0 ? error : 0;
    if (!error && ((mode & S_IFMT) != S_IFREG || !(mode & 0111))) {
        error = -EACCES;
    }
    if (error) {
        request1(SYS_close, fd);
    }
    return error ? error : fd;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Cuts the line behind "#!" into the interpreter's path and one argument, ""
 * if there is none. False: there is no path. */
static bool line_cut(char *line, char **path, char **argument)
{
    char *end = line;
    while (*end && *end != '\n') {
        end++;
    }
    *end = '\0';
    while (end > line && is_blank(end[-1])) {
        *--end = '\0';
    }
    while (is_blank(*line)) {
        line++;
    }
    *path = line;
    while (*line && !is_blank(*line)) {
        line++;
    }
    while (is_blank(*line)) {
        *line++ = '\0';
    }
    *argument = line;
    return **path != '\0';
}

/* The file in fd is a script, whose first bytes are in head[]: its interpreter
 * is run with the script's path instead of the first argument. path_now
 * becomes the interpreter's. */
static int64_t script_take(void)
{
    char *interpreter, *argument;
    if (!line_cut(head + 2, &interpreter, &argument)) {
        return -ENOEXEC;
    }
    argv_drop();
    int64_t error = argv_prepend(path_now);
    if (!error && *argument) {
        error = argv_prepend(argument);
    }
    error = error ? error : argv_prepend(interpreter);
    if (!error) {
        memcpy(path_now, interpreter, strlen(interpreter) + 1);
    }
    return error;
}

/* Opens path_now, and the interpreters of scripts until an executable comes:
 * its file, or -errno. */
static int64_t executable_open(void)
{
    for (unsigned i = 0; i <= SCRIPTS; i++) {
        int64_t fd = program_open(path_now);
        if (fd < 0) {
            return fd;
        }
        const uint8_t *bytes;
        int64_t n = elf_head((int)fd, &bytes);
        if (n < 2 || memcmp(bytes, "#!", 2) != 0) {
            return fd;
        }
        n = n < HEAD ? n : HEAD;
        memcpy(head, bytes, (uint64_t)n);
        head[n] = '\0';
        request1(SYS_close, fd);
        int64_t error = script_take();
        if (error) {
            return error;
        }
    }
    return -ELOOP;
}

/* "/proc/self/fd/" and the number of an open file. 32 bytes. */
static void link_name(char *link, int64_t fd)
{
    static const char start[] = "/proc/self/fd/";
    uint64_t end = sizeof(start) - 1, digits = 1;
    memcpy(link, start, end);
    for (int64_t rest = fd; rest >= 10; rest /= 10) {
        digits++;
    }
    for (uint64_t i = digits; i-- > 0; fd /= 10) {
        link[end + i] = (char)('0' + fd % 10);
    }
    link[end + digits] = '\0';
}

/* The point of no return: the keeper finds out the file's own name, and closes
 * what is to be closed. Of arguments that are too long for a request, the
 * keeper is told the first. */
static int64_t tell_keeper(void)
{
    const struct strings *all = argv_all();
    uint64_t at = (strlen(path_now) + 8) & ~7ull, bytes = 0;
    for (uint64_t i = 0; i < all->arguments; i++) {
        uint64_t n = strlen(all->first + bytes) + 1;
        if (bytes + n > WINDOW_DATA - at) {
            break;
        }
        bytes += n;
    }
    futex_leave_all(); /* the keeper will have forgotten the words */
    request_put(0, path_now);
    memcpy(request_data() + at, all->first, bytes);
    return request3(KEEPER_EXEC, 0, at, bytes);
}

static void set_name(const char *called)
{
    const char *last = called;
    for (const char *c = called; *c; c++) {
        last = *c == '/' ? c + 1 : last;
    }
    uint64_t n = strlen(last);
    n = n < NAME_SIZE ? n : NAME_SIZE - 1;
    memset(name_now, 0, NAME_SIZE);
    memcpy(name_now, last, n);
}

/* Both files become memory, and the stack. */
static int64_t build(int64_t fd, int64_t loader_fd, const char *called,
                     uint64_t *rsp)
{
    bool runs = main_file.stack_runs;
    uint32_t rights = RIGHT_R | RIGHT_W | (runs ? RIGHT_X : 0);
    int64_t error = elf_map((int)fd, &main_file);
    if (!error && loader_fd >= 0) {
        error = elf_map((int)loader_fd, &loader_file);
    }
    error = error ? error
                  : memory_map(HOST_STACK_TOP - STACK_SIZE, STACK_SIZE, rights);
    if (error) {
        return error;
    }
    memory_set_break(PAGE_UP(main_file.end));
    return stack_build(&main_file, loader_fd >= 0 ? &loader_file : 0, called,
                       rsp);
}

/* The old program goes, the new one comes. Closes the files. */
static void replace(int64_t fd, int64_t loader_fd, const char *called,
                    struct registers *program)
{
    uint64_t rsp = 0;
    memory_clear();
    int64_t error = build(fd, loader_fd, called, &rsp);
    request1(SYS_close, fd);
    if (loader_fd >= 0) {
        request1(SYS_close, loader_fd);
    }
    if (error) {
        host_exit(SIGKILL);
    }
    argv_end();
    vfork_forget();
    set_name(called);
    thread_begin(false);
    signal_reset();
    xstate_reset();
    host_set_fs(0);
    memset(program, 0, sizeof(*program));
    program->rip = loader_fd >= 0 ? loader_file.entry : main_file.entry;
    program->rsp = rsp;
    program->rflags = 0x202;
}

/* Library OSes lie in /lib as NAME.so, and no program's loader does. */
static bool names_libos(const char *path)
{
    uint64_t length = strlen(path);
    if (length < 9 || memcmp(path, "/lib/", 5) != 0 ||
        strcmp(path + length - 3, ".so") != 0) {
        return false;
    }
    for (path += 5; *path && *path != '/'; path++) {
    }
    return !*path;
}

static int64_t loader_open(int64_t fd, int64_t *loader_fd)
{
    *loader_fd = -1;
    int64_t error = elf_read((int)fd, HOST_PROGRAM, &main_file);
    if (error || !main_file.interpreter[0] ||
        strcmp(main_file.interpreter, xo5_libos.name) == 0) {
        return error;
    }
    if (names_libos(main_file.interpreter)) {
        request_say("unix: the program is bound to another library OS");
        return -ELIBBAD;
    }
    *loader_fd = program_open(main_file.interpreter);
    if (*loader_fd < 0) {
        return *loader_fd;
    }
    const uint8_t *bytes;
    error = elf_head((int)*loader_fd, &bytes);
    error = error < 0 ? error
                      : elf_read((int)*loader_fd, HOST_LOADER, &loader_file);
    if (error) {
        request1(SYS_close, *loader_fd);
    }
    return error == -ENOEXEC ? -ELIBBAD : error;
}

int64_t exec_start(const char *path, struct registers *program)
{
    static char called[PATH] SCRATCH;
    int64_t loader_fd;
    uint64_t length = strlen(path);
    if (length >= PATH) {
        return -ENAMETOOLONG;
    }
    memcpy(path_now, path, length + 1);
    memcpy(called, path, length + 1);
    int64_t fd = executable_open();
    if (fd < 0) {
        return fd;
    }
    int64_t error = loader_open(fd, &loader_fd);
    if (error) {
        request1(SYS_close, fd);
        return error;
    }
    error = tell_keeper();
    if (error) {
        request1(SYS_close, fd);
        if (loader_fd >= 0) {
            request1(SYS_close, loader_fd);
        }
        return error;
    }
    replace(fd, loader_fd, called, program);
    return CALL_KEEPS;
}

/* With the path in path[]; takes the strings of the program. */
static int64_t start_with(const char *path, uint64_t arguments,
                          uint64_t variables)
{
    argv_begin();
    int64_t error = argv_arguments(arguments);
    error = error ? error : argv_variables(variables);
    if (!error && argv_all()->arguments == 0) {
        error = argv_prepend(""); /* as Linux does */
    }
    error = error ? error : exec_start(path, program_registers());
    if (error != CALL_KEEPS) {
        argv_end();
    }
    return error;
}

int64_t call_execve(const uint64_t *a)
{
    static char path[PATH] SCRATCH;
    int64_t length = uaccess_string(path, a[0], PATH);
    if (length <= 0) {
        return length ? length : -ENOENT;
    }
    return start_with(path, a[1], a[2]);
}

int64_t call_execveat(const uint64_t *a)
{
    static char path[PATH] SCRATCH;
    int64_t length = uaccess_string(path, a[1], PATH);
    if (length < 0) {
        return length;
    }
    if (a[4] & ~(uint64_t)AT_EMPTY_PATH) {
        return -EINVAL;
    }
    if (path[0] == '/' || (int)a[0] == AT_FDCWD) {
        return length ? start_with(path, a[2], a[3]) : -ENOENT;
    }
    if ((int)a[0] < 0) {
        return -EBADF;
    }
    /* Below that open file; or the open file itself. */
    char link[32];
    link_name(link, (int)a[0]);
    uint64_t n = strlen(link);
    if (length == 0 && !(a[4] & AT_EMPTY_PATH)) {
        return -ENOENT;
    }
    if (n + 1 + (uint64_t)length >= PATH) {
        return -ENAMETOOLONG;
    }
    if (length > 0) {
        memmove(path + n + 1, path, (uint64_t)length + 1);
        path[n] = '/';
        memcpy(path, link, n);
    } else {
        memcpy(path, link, n + 1);
    }
    return start_with(path, a[2], a[3]);
}
