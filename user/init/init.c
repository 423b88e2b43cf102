/*
 * init: the first process. It has the whole machine and, so far, little to
 * do with it: it says who it is, and on a terminal it answers a few words.
 *
 * Boot arguments: `once` ends it after its greeting; `status=N` is what it
 * then ends with, N from 0 to 9 (for tests).
 */
#include "abi/errors.h"
#include "abi/operations.h"
#include "lib/console.h"
#include "lib/operations.h"
#include "lib/process.h"

#define LINE_MAX 72
#define CRASH_ADDRESS 0x10 /* nothing is mapped below INIT_LOWEST */
#define NAME_SIZE 100 /* of a ustar header: POSIX pax, "ustar interchange" */
#define SIZE_AT 124
#define BLOCK 512

static unsigned privilege(void)
{
    uint64_t cs;
    __asm__ volatile("movq %%cs, %0" : "=r"(cs));
    return cs & 3;
}

static void greet(void)
{
    const struct books *books = process_books();
    console_print("init: hello from ring %u\n", privilege());
    console_print("init: %lu MiB of RAM, %lu levels of tables\n",
                  books->ram_frames * FRAME_SIZE >> 20, books->depth);
}

/* The size of a file in the image, which its header gives in octal. */
static uint64_t file_size(const char *header)
{
    uint64_t size = 0;
    for (const char *c = header + SIZE_AT; *c >= '0' && *c <= '7'; c++) {
        size = size * 8 + (uint64_t)(*c - '0');
    }
    return size;
}

static void list_files(void)
{
    uint64_t at = 0;
    const char *image = (const char *)INIT_ROOT_IMAGE;
    while (at + BLOCK <= process_books()->image_size && image[at]) {
        uint64_t size = file_size(image + at);
        console_print("%8lu %s\n", size, image + at);
        at += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
    }
}

static void try_operations(void)
{
    static const char *const names[] = {"create", "alloc", "attach", "update",
                                        "swap"};
    for (uint32_t n = 0; n < OP_COUNT; n++) {
        uint64_t answer = operation(OPERATION(n), 0, 0, 0, 0, 0);
        console_print("  %8s %s\n", names[n],
                      answer == E_LATER ? "arrives in a later lab" : "is here");
    }
}

static int same(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static void help(void)
{
    console_print("  files       what the root image holds\n"
                  "  operations  which of the five operations are here\n"
                  "  crash       stores where nothing is mapped\n"
                  "  exit        ends init, and the machine with it\n");
}

/* Answers one line; returns 0 if it was the last. */
static int answer(const char *line)
{
    if (same(line, "exit")) {
        return 0;
    }
    if (same(line, "files")) {
        list_files();
    } else if (same(line, "operations")) {
        try_operations();
    } else if (same(line, "crash")) {
        volatile uintptr_t nowhere = CRASH_ADDRESS;
        *(volatile int *)nowhere = 0;
    } else if (line[0]) {
        help();
    }
    return 1;
}

static int status(void)
{
    for (char digit = '1'; digit <= '9'; digit++) {
        char word[] = {'s', 't', 'a', 't', 'u', 's', '=', digit, 0};
        if (process_argument(word)) {
            return digit - '0';
        }
    }
    return 0;
}

int main(void)
{
    char line[LINE_MAX + 1];
    greet();
    if (!process_argument("once")) {
        do {
            console_print("init> ");
            console_line(line, LINE_MAX);
        } while (answer(line));
    }
    console_print("init: nothing left to do\n");
    return status();
}
