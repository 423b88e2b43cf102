/* Mapped files that become shorter and longer again: what is beyond the end is
 * SIGBUS, what has grown is zeros, and nothing stays as it was. */
#define _GNU_SOURCE
#include "check.h"
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define PAGE 4096
#define PAGES 6
#define FUTEX_WAIT 0 /* musl brings no linux/futex.h */
#define FUTEX_WAKE 1
#define FUTEX_WAKE_PRIVATE (128 | FUTEX_WAKE)

static sigjmp_buf back;
static const char *where;
static int file;

static void on_fault(int signal, siginfo_t *info, void *context)
{
    (void)context;
    printf(" %s%d%s", signal == SIGBUS ? "bus" : "signal", info->si_code,
           (char *)info->si_addr == where ? "" : " elsewhere");
    siglongjmp(back, 1);
}

/* The first byte of each page and the last, or what happens. */
static void look(const char *what, const char *map)
{
    printf("%s:", what);
    for (int i = 0; i < PAGES; i++) {
        if (!sigsetjmp(back, 1)) {
            where = map + i * PAGE;
            int first = *(volatile const char *)where;
            where += PAGE - 1;
            printf(" %d,%d", first, *(volatile const char *)where);
        }
    }
    printf("\n");
}

static void store(char *map, int page, char value)
{
    where = map + page * PAGE;
    if (!sigsetjmp(back, 1)) {
        *(volatile char *)where = value;
    } else {
        printf(" at a store to page %d\n", page);
    }
}

static void fill(int pages, char value)
{
    char bytes[PAGE];
    for (int i = 0; i < pages; i++) {
        memset(bytes, value + i, sizeof(bytes));
        pwrite(file, bytes, sizeof(bytes), (off_t)i * PAGE);
    }
}

static char *map_it(int how, int rights)
{
    return mmap(0, PAGES * PAGE, rights, how, file, 0);
}

static void shrink_and_grow(const char *what, char *map)
{
    printf("-- %s\n", what);
    fill(4, 10);
    look("filled", map);
    SHOW(ftruncate(file, PAGE + 100));
    look("cut in the second page", map);
    SHOW(ftruncate(file, 3 * PAGE + 5));
    look("grown to four", map);
    SHOW(ftruncate(file, 0));
    look("empty", map);
    SHOW(ftruncate(file, PAGES * PAGE));
    look("grown to all", map);
}

static void test_store(char *shared, char *mine)
{
    char byte = 0;
    ftruncate(file, 0);
    fill(4, 20);
    store(shared, 1, 1);
    store(mine, 2, 2);
    store(mine, 3, 3);
    look("shared", shared);
    look("private", mine);
    SHOW(ftruncate(file, 3 * PAGE));
    look("shared, cut", shared);
    look("private, cut", mine);
    store(shared, 3, 4);
    store(mine, 3, 4);
    SHOW(ftruncate(file, PAGES * PAGE));
    look("shared, grown", shared);
    look("private, grown", mine);
    store(shared, 4, 5);
    SHOW(pread(file, &byte, 1, 4 * PAGE));
    printf("read %d\n", byte);
    store(mine, 5, 6);
    look("shared, stored to", shared);
    look("private, stored to", mine);
}

/* A call that meets what is not there: an error and no signal. */
static void test_calls(char *map)
{
    int other = memfd_create("other", 0);
    ftruncate(file, PAGE);
    fill(1, 70);
    SHOW(write(other, map, 3 * PAGE));
    SHOW(write(other, map + PAGE, PAGE));
    lseek(other, 0, SEEK_SET);
    SHOW(read(other, map + PAGE, 10));
    SHOW(pread(other, map + PAGE - 10, 100, 0));
    SHOW(lseek(other, 0, SEEK_CUR));
    ftruncate(file, 2 * PAGE);
    SHOW(read(other, map + PAGE, 10));
    look("after reading into it", map);
    close(other);
}

/* Behind the largest offset; and words to wait at that are not there. */
static void test_edges(char *map)
{
    ftruncate(file, PAGE);
    for (int how = MAP_SHARED; how <= MAP_PRIVATE; how++) {
        SHOW(mmap(0, PAGE, PROT_READ, how, file, -PAGE));
        SHOW(mmap(0, PAGE, PROT_READ, how, file, LLONG_MAX - PAGE + 1));
        SHOW(mmap(0, 2 * PAGE, PROT_READ, how, file, LLONG_MAX - PAGE + 1));
        TRUE(mmap(0, PAGE, PROT_READ, how, file, LLONG_MAX - 2 * PAGE + 1) !=
             MAP_FAILED);
    }
    SHOW(syscall(SYS_futex, map, FUTEX_WAKE, 1, 0, 0, 0));
    SHOW(syscall(SYS_futex, map + PAGE, FUTEX_WAKE, 1, 0, 0, 0));
    SHOW(syscall(SYS_futex, map + PAGE, FUTEX_WAIT, 0, 0, 0, 0));
    SHOW(syscall(SYS_futex, 8, FUTEX_WAKE, 1, 0, 0, 0));
    SHOW(syscall(SYS_futex, 8, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0));
}

/* Another process cuts it, and lets it grow. */
static void test_processes(char *shared, char *mine)
{
    int to[2], from[2];
    char byte = 0;
    ftruncate(file, PAGES * PAGE);
    fill(PAGES, 30);
    store(mine, 4, 9);
    look("before", mine);
    pipe(to);
    pipe(from);
    fflush(stdout);
    if (fork() == 0) {
        read(to[0], &byte, 1);
        look("the child's, cut", shared);
        look("the child's own, cut", mine);
        fflush(stdout);
        ftruncate(file, PAGES * PAGE);
        store(shared, 5, 77);
        write(from[1], &byte, 1);
        _exit(0);
    }
    ftruncate(file, PAGE * 2);
    write(to[1], &byte, 1);
    read(from[0], &byte, 1);
    look("the child let it grow", shared);
    look("one's own", mine);
    wait(0);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_fault,
                               .sa_flags = SA_SIGINFO};
    setvbuf(stdout, 0, _IOLBF, 0);
    sigaction(SIGBUS, &action, 0);
    sigaction(SIGSEGV, &action, 0);
    file = memfd_create("mapped", 0);
    char *shared = map_it(MAP_SHARED, PROT_READ | PROT_WRITE);
    char *mine = map_it(MAP_PRIVATE, PROT_READ | PROT_WRITE);
    char *reading = map_it(MAP_PRIVATE, PROT_READ);
    char *both = map_it(MAP_SHARED, PROT_READ);
    look("nothing in it", shared);
    look("nothing in it", mine);
    shrink_and_grow("shared", shared);
    shrink_and_grow("shared to read", both);
    shrink_and_grow("private", mine);
    shrink_and_grow("private to read", reading);
    test_store(shared, mine);
    test_calls(shared);
    test_edges(shared);
    test_processes(shared, mine);
    munmap(shared, PAGES * PAGE);
    ftruncate(file, 0);
    look("private, after the other has gone", mine);
    return 0;
}
