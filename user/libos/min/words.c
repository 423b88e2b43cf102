/* The kit's part of exec. */
#include "lib/string.h"
#include "libos/min/abi.h"
#include "libos/min/calls.h"
#include "libos/min/exec.h"
#include "libos/min/file.h"
#include "libos/min/system.h"

struct exec_words exec_words __attribute__((section(".transient")));

/* Adds the strings of an array; how many, or -E2BIG. */
static int take(struct exec_words *words, char *const *strings)
{
    int count = 0;
    for (; strings != 0 && strings[count] != 0; count++) {
        uint64_t size = strlen(strings[count]) + 1;
        if (size > EXEC_ROOM - words->size) {
            return -E2BIG;
        }
        memcpy(words->text + words->size, strings[count], size);
        words->size += size;
    }
    return count;
}

int exec_take_words(struct exec_words *words, char *const *arguments,
                    char *const *variables)
{
    words->size = 0;
    int first = take(words, arguments);
    int second = first < 0 ? first : take(words, variables);
    if (second < 0) {
        return second;
    }
    words->arguments = (unsigned)first;
    words->variables = (unsigned)second;
    return 0;
}

void exec_settle(const char *path)
{
    file_set_program(path);
    for (int fd = 0; fd < DESCRIPTORS; fd++) {
        if (file_of(fd) != 0 && file_descriptors[fd].ends) {
            call_close(fd);
        }
    }
    system_exec();
}

uint64_t exec_random(void)
{
    static uint64_t state;
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    state += ((uint64_t)high << 32 | low) | 1; /* splitmix64's mixing */
    uint64_t x = (state ^ state >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}
