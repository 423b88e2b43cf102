/*
 * What Unix costs, in instructions: a Linux program, static, that runs over
 * the library OS `unix` under QEMU's -icount shift=0, where the time-stamp
 * counter counts them (`make costs-unix`), and as well on Linux, in a guest of
 * the same QEMU. Each line is the least of several batches: what a batch has
 * besides is the interrupts and the first touches of the others.
 *
 * Called with an argument, it is the program that is executed, and ends.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define BATCHES 9
#define PAGE 4096
#define PAGES 64
#define LARGE (64 << 20)

static const char *self;
static uint8_t *pages;
static int ends[4]; /* of two pipes, there and back */

static uint64_t now(void)
{
    uint32_t low, high;
    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

static void call_nothing(void)
{
    long answer;
    __asm__ volatile("syscall"
                     : "=a"(answer)
                     : "0"(39L) /* getpid */
                     : "rcx", "r11", "memory");
}

static void fork_wait(void)
{
    pid_t child = fork();
    if (child == 0) {
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static void exec_wait(void)
{
    pid_t child = fork();
    if (child == 0) {
        execl(self, self, "ends", (char *)NULL);
        _exit(1);
    }
    waitpid(child, NULL, 0);
}

static void pipe_round(void)
{
    char c = 0;
    if (write(ends[1], &c, 1) != 1 || read(ends[2], &c, 1) != 1) {
        _exit(1);
    }
}

static void open_close(void)
{
    close(open("/", O_RDONLY));
}

static void stat_root(void)
{
    struct stat found;
    stat("/", &found);
}

static void protect(void)
{
    static unsigned turn;
    mprotect(pages, PAGE, ++turn % 2 ? PROT_READ : PROT_READ | PROT_WRITE);
}

static void touch(void)
{
    static unsigned next;
    pages[next++ % PAGES * PAGE] = 1;
}

static void touch_large(void)
{
    static unsigned next;
    pages[next++ * (uint64_t)PAGE] = 1;
}

static void skip(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info, (void)context;
    mprotect(pages, PAGE, PROT_READ | PROT_WRITE);
}

static void fault(void)
{
    mprotect(pages, PAGE, PROT_READ);
    *pages = 1;
}

/* The other end of the pipes: a child that answers each byte. */
static void echo_start(void)
{
    if (pipe(ends) || pipe(ends + 2) || fork() != 0) {
        return;
    }
    char c;
    close(ends[1]);
    while (read(ends[0], &c, 1) == 1 && write(ends[3], &c, 1) == 1) {
    }
    _exit(0);
}

static void pages_new(uint64_t length)
{
    pages = mmap(NULL, length, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* goal: 0 if there is none. */
static void measure(const char *what, void (*run)(void), unsigned rounds,
                    uint64_t goal)
{
    uint64_t least = UINT64_MAX;
    for (unsigned batch = 0; batch < BATCHES; batch++) {
        if (run == touch) {
            pages_new(PAGES * PAGE);
        }
        uint64_t start = now();
        for (unsigned n = 0; n < rounds; n++) {
            run();
        }
        uint64_t each = (now() - start) / rounds;
        least = each < least ? each : least;
    }
    printf("cost: %34s %7lu", what, (unsigned long)least);
    if (goal != 0) {
        printf("  goal %6lu  %s", (unsigned long)goal,
               least <= goal ? "met" : "missed");
    }
    printf("\n");
    fflush(stdout);
}

int main(int count, char **words)
{
    struct sigaction action = {.sa_sigaction = skip, .sa_flags = SA_SIGINFO};
    self = words[0];
    if (count > 1) {
        return 0;
    }
    measure("getpid, all of it", call_nothing, 200, 0);
    measure("stat", stat_root, 50, 0);
    measure("open and close", open_close, 50, 0);
    measure("fault-in of a page", touch, PAGES, 2000);
    measure("mprotect of a page", protect, 50, 0);
    sigaction(SIGSEGV, &action, NULL);
    measure("SIGSEGV, handler, two mprotects", fault, 50, 0);
    measure("fork, exit, wait", fork_wait, 20, 100000);
    measure("fork, exec, exit, wait", exec_wait, 20, 200000);
    echo_start();
    measure("a byte to a process and back", pipe_round, 50, 0);
    close(ends[1]);
    wait(NULL);
    pages_new(LARGE);
    measure("fault-in, a page of a large region", touch_large,
            LARGE / PAGE / BATCHES, 0);
    return 0;
}
