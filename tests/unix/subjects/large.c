/* A region of 64 MiB that fills, is forked, protected, unmapped and moved in
 * parts. Says what is in it, the same on Linux and over the library OS; with an
 * argument also, on standard error, how many steps of the time-stamp counter
 * the first store to a page takes. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1ull << 20)
#define LENGTH (64 * MIB)
#define PAGE 4096

static uint8_t *region;

static uint64_t now(void)
{
    uint32_t low, high;
    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

/* A sum over some words of each page. */
static void tell(const char *what, const uint8_t *from, uint64_t length)
{
    uint64_t sum = 0;
    for (uint64_t at = 0; at < length; at += 512) {
        sum = sum * 31 + *(const uint64_t *)(from + at);
    }
    printf("%s %016lx\n", what, (unsigned long)sum);
    fflush(stdout);
}

/* In a child, whose end is waited for. */
static void in_child(void (*run)(void))
{
    pid_t child = fork();
    if (child == 0) {
        run();
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static void store_here_and_there(void)
{
    for (uint64_t at = 0; at < LENGTH; at += 8 * MIB) {
        region[at + 8]++;
    }
    tell("a child's", region, LENGTH);
}

static void store_in_grandchild(void)
{
    memset(region, 1, 4 * MIB);
    tell("a grandchild's", region, 20 * MIB);
}

static void protect_in_child(void)
{
    mprotect(region + 8 * MIB, 4 * MIB, PROT_READ | PROT_WRITE);
    memset(region + 8 * MIB, 3, 4 * MIB);
    tell("a child's", region, 20 * MIB);
    in_child(store_in_grandchild);
    tell("still", region, 20 * MIB);
}

int main(int count, char **words)
{
    (void)words;
    region = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint64_t start = now();
    for (uint64_t at = 0; at < LENGTH; at += PAGE) {
        *(uint64_t *)(region + at) = at * 7 + 1;
    }
    if (count > 1) {
        fprintf(stderr, "steps a page: %lu\n",
                (unsigned long)((now() - start) / (LENGTH / PAGE)));
    }
    tell("filled", region, LENGTH);
    in_child(store_here_and_there);
    tell("mine", region, LENGTH);
    region[40] = 9;
    mprotect(region + 5 * MIB + PAGE, 2 * PAGE, PROT_READ);
    mprotect(region + 8 * MIB, 4 * MIB, PROT_READ);
    munmap(region + 20 * MIB + 3 * PAGE, 5 * PAGE);
    munmap(region + 30 * MIB, 6 * MIB);
    tell("protected", region, 20 * MIB);
    uint8_t *moved =
        mremap(region + 40 * MIB, 3 * MIB, 9 * MIB, MREMAP_MAYMOVE);
    tell("moved", moved, 9 * MIB);
    in_child(protect_in_child);
    tell("mine", region, 20 * MIB);
    return 0;
}
