/* Random system calls with random arguments, in children that may come to any
 * end by it; who watches looks for what the library OS says of itself. */
#define _GNU_SOURCE
#include "check.h"
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define CHILDREN 40
#define CALLS 2000

static unsigned long state;

static unsigned long number(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static long call(unsigned long which, const unsigned long *a)
{
    register unsigned long r10 __asm__("r10") = a[3];
    register unsigned long r8 __asm__("r8") = a[4];
    register unsigned long r9 __asm__("r9") = a[5];
    long answer;
    __asm__ volatile("syscall"
                     : "=a"(answer)
                     : "0"(which), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10),
                       "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return answer;
}

/* What would wait for ever, end the process, or reach another one. */
static int is_left_out(unsigned long which)
{
    static const unsigned char calls[] = {
        0,  7,  15, 17, 19,  23,  34,  35,  40,  56,  57,  58,  59,  60,
        61, 62, 72, 73, 109, 112, 128, 130, 200, 202, 230, 231, 234, 247};
    return memchr(calls, (int)which, sizeof(calls)) || which == 270 ||
           which == 271 || which == 295 || which == 327 || which == 435;
}

static unsigned long argument(char *block)
{
    switch (number() % 8) {
    case 0:
        return number();
    case 1:
        return (unsigned long)block + number() % 8192;
    case 2:
        return (unsigned long)block & ~4095ul;
    case 3:
        return number() % 0x10000000000 & ~4095ul;
    case 4:
        return -(number() % 5000);
    case 5:
        return 0xf00000000 + number() % 0x4000000;
    default:
        return number() % 40;
    }
}

static void child(unsigned long seed)
{
    char *block = mmap(0, 16384, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    state = seed * 0x9e3779b97f4a7c15;
    for (int i = 0; i < CALLS; i++) {
        unsigned long a[6], which = number() % 440;
        for (int k = 0; k < 6; k++) {
            a[k] = argument(block);
        }
        if (!is_left_out(which)) {
            call(which, a);
        }
    }
    _exit(0);
}

int main(int count, char **words)
{
    unsigned long first = count > 1 ? strtoul(words[1], 0, 0) : 1;
    for (unsigned long i = 0; i < CHILDREN; i++) {
        if (fork() == 0) {
            setsid();
            alarm(20);
            child(first + i);
        }
        wait(0);
    }
    puts("all are done");
    return 0;
}
