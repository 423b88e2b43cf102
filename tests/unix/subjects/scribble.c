/* Children that store random words over all of the library OS's own memory
 * that they can reach, and die of a fault that nothing handles; and their
 * parent, which must go on as if nothing had been. Run on the exokernel alone:
 * the addresses are those of user/libos/unix/xo5/layout.h. Says how many
 * frames are lost. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#define CORE 0x6400800000
#define BLOCK 0x6400a00000
#define BLOCK_BYTES 0x28000
#define CHILDREN 24
#define STORES 4096

static uint64_t state;

static uint64_t next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* A word that could be something: a frame, an address, a small number. */
static uint64_t word(void)
{
    uint64_t x = next();
    return x % 4 == 0   ? x >> 32
           : x % 4 == 1 ? x >> 50
           : x % 4 == 2 ? CORE + (x >> 44)
                        : x;
}

static void scribble(unsigned seed)
{
    static const uint64_t starts[] = {CORE, CORE + 0x80000, BLOCK};
    static const uint64_t sizes[] = {0x8000, 0x7000, BLOCK_BYTES};
    state = seed * 0x9e3779b97f4a7c15 + 1;
    unsigned part = seed % 3;
    for (unsigned i = 0; i < STORES >> seed % 8; i++) {
        uint64_t at = starts[part] + next() % sizes[part] / 8 * 8;
        if (part < 2 || at < BLOCK + 0x13000 || at >= BLOCK + 0x18000) {
            *(volatile uint64_t *)at = word();
        }
    }
    /* Nobody handles the next fault: abi/context.h, entry_fault. */
    *(volatile uint64_t *)(BLOCK + 16) = 0;
    __asm__ volatile("ud2");
}

int main(void)
{
    struct sysinfo before, after;
    int held[2];
    char text[8] = {0};
    if (pipe(held) || write(held[1], "kept", 4) != 4) {
        return 1;
    }
    for (unsigned n = 0; n < 2 * CHILDREN; n++) {
        if (n == CHILDREN && sysinfo(&before)) {
            return 1;
        }
        pid_t child = fork();
        if (child == 0) {
            scribble(n % CHILDREN);
        }
        alarm(10);
        if (child < 0 || waitpid(child, 0, 0) != child) {
            printf("child %u is lost\n", n);
            return 1;
        }
    }
    while (waitpid(-1, 0, WNOHANG) > 0) {
    }
    if (sysinfo(&after) || read(held[0], text, 4) != 4) {
        return 1;
    }
    printf("%s, %ld frames lost\n", text,
           ((long)before.freeram - (long)after.freeram) / 4096);
    return 0;
}
