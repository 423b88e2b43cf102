/* What the personality asks of the machine: libos/unix/personality/base/host.h,
 * by Linux. */
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/reserved.h"

#include "abi/rights.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/linux/host.h"
#include "libos/unix/linux/system.h"

#define SECOND 1000000000ull
#define PAGE 4096ull
#define DEATH_SIGNAL 1 /* prctl's */
#define MAP_HERE (MAP_FIXED | MAP_NORESERVE)
#define PIECE (WINDOW_DATA / sizeof(uint64_t)) /* pages of one request */

static unsigned slot_now;

struct window *host_window(void)
{
    return (struct window *)WINDOW_AT;
}

static struct slot *slot(void)
{
    return &CONTROL->slots[slot_now];
}

void process_enter(unsigned number)
{
    slot_now = number;
    uint64_t offset = WINDOW_OFFSET + number * sizeof(struct window);
    if (SYSTEM6(SYS_mmap, WINDOW_AT, sizeof(struct window), 3,
                MAP_SHARED | MAP_FIXED, files.shared, offset) < 0) {
        host_fail("no window");
    }
    SYSTEM(SYS_prctl, DEATH_SIGNAL, SIGKILL, 0); /* when the keeper ends */
    bounce_enter();
}

/* Waits until this process may run. */
static void wait_to_run(void)
{
    uint32_t state;
    while ((state = __atomic_load_n(&slot()->state, __ATOMIC_SEQ_CST)) !=
           SLOT_RUNS) {
        host_futex_wait(&slot()->state, state, SECOND);
    }
}

/* The keeper has made the child's slot: now its process. True in the child. */
static bool fork_now(void)
{
    unsigned child = slot()->child;
    int64_t host = SYSTEM(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0);
    if (host == 0) {
        process_enter(child);
        return true;
    }
    CONTROL->slots[child].host = (int32_t)host;
    host_futex_set(&slot()->state, SLOT_FORKED);
    return false;
}

/* Asks; true in a child that was made meanwhile. */
static bool call_and_fork(void)
{
    uint32_t state;
    uint64_t one = 1;
    __atomic_store_n(&slot()->state, SLOT_ASKS, __ATOMIC_SEQ_CST);
    SYSTEM(SYS_write, files.bell, &one, sizeof(one));
    while ((state = __atomic_load_n(&slot()->state, __ATOMIC_SEQ_CST)) !=
           SLOT_RUNS) {
        if (state == SLOT_FORKS && fork_now()) {
            wait_to_run();
            return true;
        }
        host_futex_wait(&slot()->state, state, SECOND);
    }
    return false;
}

void host_call(void)
{
    call_and_fork();
}

int64_t host_fork(uint64_t flags)
{
    host_window()->number = KEEPER_FORK;
    host_window()->a[0] = flags;
    return call_and_fork() ? 0 : host_window()->answer;
}

int64_t host_map(uint64_t va, uint64_t length, unsigned rights)
{
    int64_t at = SYSTEM6(SYS_mmap, va, length, rights,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_HERE, -1, 0);
    return at < 0 ? at : 0;
}

/* Maps pages of the keeper's from page `first` on. */
static int64_t map_pages(uint64_t va, uint64_t count, unsigned rights,
                         uint64_t first, int shared)
{
    int64_t at = SYSTEM6(SYS_mmap, va, count * PAGE, rights,
                         (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_HERE,
                         files.pages, first * PAGE);
    return at < 0 ? at : 0;
}

/* Maps what the keeper said of `count` pages: runs of its pages, and zeros
 * where the file has a hole. */
static int64_t map_runs(uint64_t va, uint64_t count, unsigned rights,
                        const uint64_t *pages, int shared)
{
    for (uint64_t i = 0; i < count;) {
        uint64_t n = 1, page = pages[i];
        while (i + n < count && pages[i + n] == (page ? page + n : 0)) {
            n++;
        }
        int64_t error = page ? map_pages(va, n, rights, page, shared)
                             : host_map(va, n * PAGE, rights);
        if (error) {
            return error;
        }
        va += n * PAGE;
        i += n;
    }
    return 0;
}

/* Asks the keeper for one thing of a number. */
static int64_t ask_of(uint64_t request, uint64_t number)
{
    struct window *window = host_window();
    window->number = request;
    window->a[0] = number;
    window->a[1] = 0;
    host_call();
    return window->answer;
}

int64_t host_open(int fd, struct host_file *file)
{
    int64_t number = ask_of(KEEPER_MAP, (uint64_t)(int64_t)fd);
    if (number < 0) {
        return number;
    }
    uint64_t size = *(const uint64_t *)(const void *)host_window()->data;
    *file = (struct host_file){fd, (uint32_t)number, (size + PAGE - 1) / PAGE};
    return 0;
}

void host_close(uint32_t number)
{
    ask_of(KEEPER_UNMAP, number);
}

/* Asks for that many of the file's pages; they lie in the window's data. */
static int64_t ask_pages(uint64_t file, uint64_t first, uint64_t count,
                         uint64_t flags)
{
    struct window *window = host_window();
    window->number = KEEPER_MAP_PAGES;
    window->a[0] = file;
    window->a[1] = first;
    window->a[2] = count;
    window->a[3] = 0;
    window->a[4] = flags;
    host_call();
    return window->answer;
}

int64_t host_map_file(uint64_t va, uint64_t length, unsigned rights,
                      const struct host_file *file, uint64_t first, int shared)
{
    uint64_t count = length / PAGE;
    uint64_t there = file->pages > first ? file->pages - first : 0;
    int64_t got;
    there = there < count ? there : count;
    /* Behind the end of Linux's file, too, it is SIGBUS. */
    int64_t error = map_pages(va, count, rights, PAGES, shared);
    for (uint64_t done = 0; done < there && !error; done += (uint64_t)got) {
        uint64_t n = there - done < PIECE ? there - done : PIECE;
        uint64_t fd = (uint64_t)(int64_t)file->fd;
        got = ask_pages(fd, first + done, n, shared ? PAGES_STORE : 0);
        if (got == -EACCES && !(rights & RIGHT_W)) {
            got = ask_pages(fd, first + done, n, 0);
        }
        if (got <= 0) {
            return got ? got : -ENOMEM;
        }
        error = map_runs(va + done * PAGE, (uint64_t)got, rights,
                         (const void *)host_window()->data, shared);
    }
    return error;
}

int64_t host_unmap(uint64_t va, uint64_t length)
{
    return SYSTEM(SYS_munmap, va, length, 0);
}

int64_t host_clear(void)
{
    int64_t error = host_unmap(HOST_LOWEST, RESERVED_START - HOST_LOWEST);
    return error ? error : host_unmap(RESERVED_END, HOST_END - RESERVED_END);
}

int64_t host_protect(uint64_t va, uint64_t length, unsigned rights)
{
    return SYSTEM(SYS_mprotect, va, length, rights);
}

static int64_t move(uint64_t from, uint64_t to, uint64_t length)
{
    int64_t at = SYSTEM6(SYS_mremap, from, length, length,
                         MREMAP_MAYMOVE | MREMAP_FIXED, to, 0);
    return at < 0 ? at : 0;
}

/* Linux moves only what it has as one mapping; else page by page. */
int64_t host_move(uint64_t from, uint64_t to, uint64_t length)
{
    int64_t error = move(from, to, length);
    if (error != -EFAULT) {
        return error;
    }
    for (uint64_t done = 0; done < length; done += PAGE) {
        error = move(from + done, to + done, PAGE);
        if (error) {
            return error;
        }
    }
    return 0;
}

int64_t host_forget(uint64_t va, uint64_t length)
{
    return SYSTEM(SYS_madvise, va, length, MADV_DONTNEED);
}

/* Behind the end of Linux's file it is SIGBUS. */
int64_t host_truncate(uint64_t va, uint64_t length, unsigned rights)
{
    return map_pages(va, length / PAGE, rights, PAGES, 0);
}

bool host_bring(uint64_t va, unsigned rights, uint32_t file, uint64_t page,
                int shared)
{
    struct window *window = host_window();
    static struct window before;
    uint64_t store = shared && rights & RIGHT_W ? PAGES_STORE : 0;
    before = *window; /* a copy of the personality's may be at work there */
    int64_t end = ask_of(KEEPER_MAP_END, file), got = -EFAULT;
    if (end >= 0 && page < (uint64_t)end &&
        ask_pages(file, page, 1, PAGES_MAPPED | store) == 1) {
        got = map_runs(va, 1, rights, (const void *)window->data, shared);
    }
    uint64_t truncations = window->truncations;
    for (unsigned i = 0; i < WINDOW_TRUNCATIONS; i++) {
        before.truncation[i] = window->truncation[i];
    }
    *window = before;
    window->truncations = truncations;
    return got == 0;
}

uint64_t host_now(void)
{
    uint64_t now[2];
    SYSTEM(SYS_clock_gettime, CLOCK_MONOTONIC, now, 0);
    return now[0] * SECOND + now[1] - CONTROL->started;
}

uint64_t host_random(void)
{
    uint64_t word = 0;
    SYSTEM(SYS_getrandom, &word, sizeof(word), 0);
    return word;
}

void host_set_fs(uint64_t base)
{
    SYSTEM(SYS_arch_prctl, ARCH_SET_FS, base, 0);
}

uint64_t host_get_fs(void)
{
    uint64_t base = 0;
    SYSTEM(SYS_arch_prctl, ARCH_GET_FS, &base, 0);
    return base;
}

void host_exit(int status)
{
    host_window()->number = KEEPER_EXIT;
    host_window()->a[0] = (uint64_t)(int64_t)status;
    for (;;) {
        host_call();
    }
}

void process_begin(const char *path, const char *strings, uint64_t arguments,
                   uint64_t variables)
{
    struct registers program;
    wait_to_run();
    int64_t error = unix_begin(path, strings, arguments, variables, &program);
    if (error) {
        host_exit(127 << 8);
    }
    bounce_resume(&program);
}
