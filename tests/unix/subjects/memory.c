/* mmap and what belongs to it. */
#define _GNU_SOURCE
#include "check.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define PAGE 4096
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define RW (PROT_READ | PROT_WRITE)

static char *map(size_t pages)
{
    return mmap(0, pages * PAGE, RW, ANON, -1, 0);
}

/* The call itself: not all libraries have brk. */
static char *move_break(char *to)
{
    return (char *)syscall(SYS_brk, to);
}

/* All is done before the library may want the heap for printing. */
static void test_break(void)
{
    int good[6], sum = 0;
    char *start = move_break(0), *end = start + 100000;
    good[0] = move_break(end) == end;
    memset(start, 1, 100000);
    good[1] = move_break(0) == end;
    good[2] = move_break(start) == start;
    good[3] = move_break(end) == end;
    for (int i = PAGE; i < 90000; i++) {
        sum += start[i];
    }
    good[4] = move_break(start) == start;
    good[5] = move_break((char *)16) == start;
    printf("brk: %d %d %d %d %d %d, heap that came back: %d\n", good[0],
           good[1], good[2], good[3], good[4], good[5], sum);
}

static void test_cut(void)
{
    char *p = map(8);
    memset(p, 7, 8 * PAGE);
    SHOW(munmap(p + 2 * PAGE, PAGE));
    SHOW(mprotect(p, 8 * PAGE, PROT_READ));
    SHOW(mprotect(p + 4 * PAGE, PAGE, RW));
    p[4 * PAGE] = 8;
    SHOW(mprotect(p + 3 * PAGE, 5 * PAGE, RW));
    p[3 * PAGE] = 9;
    TRUE(mmap(p + 2 * PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0) == p + 2 * PAGE);
    printf("%d %d %d %d\n", p[PAGE], p[2 * PAGE], p[3 * PAGE], p[4 * PAGE]);
    SHOW(mmap(p, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED);
    SHOW(munmap(p, 8 * PAGE));
    SHOW(munmap(p + 1, PAGE));
    SHOW(mprotect(p, PAGE, RW));
    SHOW(mmap(0, 0, RW, ANON, -1, 0) == MAP_FAILED);
    SHOW(mmap(0, PAGE, RW, MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    SHOW(mmap(0, PAGE, RW, MAP_PRIVATE, 77, 0) == MAP_FAILED);
}

static void test_advice(void)
{
    char *p = map(4);
    unsigned char there[4];
    memset(p, 3, 4 * PAGE);
    SHOW(madvise(p + PAGE, PAGE, MADV_DONTNEED));
    printf("%d %d %d\n", p[0], p[PAGE], p[2 * PAGE]);
    SHOW(mincore(p, 4 * PAGE, there));
    SHOW(msync(p, 4 * PAGE, MS_SYNC));
    munmap(p, 4 * PAGE);
    SHOW(madvise(p, PAGE, MADV_DONTNEED));
    SHOW(mincore(p, PAGE, there));
}

static void test_remap(void)
{
    char *p = map(4);
    for (int i = 0; i < 4; i++) {
        p[i * PAGE] = (char)(i + 1);
    }
    char *q = mremap(p, 4 * PAGE, 400 * PAGE, MREMAP_MAYMOVE);
    TRUE(q != MAP_FAILED);
    printf("%d %d %d %d %d\n", q[0], q[PAGE], q[2 * PAGE], q[3 * PAGE],
           q[399 * PAGE]);
    TRUE(mremap(q, 400 * PAGE, 2 * PAGE, 0) == q);
    char *block = map(2);
    char *r =
        mremap(q, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, block);
    TRUE(r == block);
    printf("%d %d\n", r[0], r[PAGE]);
    SHOW(mremap(r, 2 * PAGE, 0, 0) == MAP_FAILED);
    SHOW(mremap((void *)0x12345000, PAGE, 2 * PAGE, MREMAP_MAYMOVE) ==
         MAP_FAILED);
    SHOW(mremap(r, 2 * PAGE, 3 * PAGE, MREMAP_FIXED) == MAP_FAILED);
}

static void test_file(void)
{
    char name[] = "/tmp/memory-XXXXXX";
    int fd = mkstemp(name);
    unlink(name);
    for (int i = 0; i < 10000; i++) {
        dprintf(fd, "%c", 'a' + i / 1000);
    }
    char *p = mmap(0, 3 * PAGE, RW, MAP_PRIVATE, fd, 0);
    printf("%c %c %c %d\n", p[0], p[5000], p[9999], p[10000]);
    p[0] = 'X';
    char c = 0;
    SHOW(pread(fd, &c, 1, 0));
    printf("a private store is not in the file: %c\n", c);
    char *s = mmap(0, 3 * PAGE, RW, MAP_SHARED, fd, 0);
    s[1] = 'Y';
    SHOW(pread(fd, &c, 1, 1));
    printf("a shared store is: %c\n", c);
    SHOW(pwrite(fd, "Z", 1, 2));
    printf("and what is written is in the mapping: %c\n", s[2]);
    char *t = mmap(0, PAGE, PROT_READ, MAP_PRIVATE, fd, 2 * PAGE);
    printf("%c\n", t[0]);
    SHOW(mmap(0, PAGE, RW, MAP_PRIVATE, fd, 100) == MAP_FAILED);
    int reader = open("/dev/null", O_RDONLY);
    SHOW(mmap(0, PAGE, RW, MAP_SHARED, reader, 0) == MAP_FAILED);
    close(fd);
    printf("%c %c\n", p[0], s[1]);
}

static void test_shared(void)
{
    int *p = mmap(0, 2 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int *own = malloc(sizeof(int));
    int status;
    *own = 1;
    TRUE(p != MAP_FAILED);
    if (p == MAP_FAILED) {
        return;
    }
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        p[0] = 42;
        p[PAGE / 4] = 43;
        *own = 2;
        _exit(5);
    }
    TRUE(waitpid(child, &status, 0) == child);
    printf("%x %d %d %d\n", status, p[0], p[PAGE / 4], *own);
}

static void test_bad_pointers(void)
{
    char *p = map(2);
    int fds[2];
    munmap(p + PAGE, PAGE);
    int zero = open("/dev/zero", O_RDONLY);
    SHOW(read(zero, (void *)8, 1));
    SHOW(write(1, p + PAGE, 1));
    SHOW(pipe((void *)16));
    SHOW(open((void *)16, O_RDONLY));
    SHOW(open(p + PAGE - 1, O_RDONLY));
    SHOW(getcwd(p, PAGE) == p);
    mprotect(p, PAGE, PROT_READ);
    SHOW(read(zero, p, 1));
    SHOW(pipe((int *)(void *)p));
    SHOW(pipe(fds));
    SHOW(write(fds[1], (void *)-1, 1));
}

int main(void)
{
    setvbuf(stdout, 0, _IOLBF, 0);
    test_break();
    test_cut();
    test_advice();
    test_remap();
    test_file();
    test_bad_pointers();
    test_shared();
    return 0;
}
