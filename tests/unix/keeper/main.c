/* Which tests there are, and how one that fails ends. */

/* The host's own structures of these names are not meant here. */
#define timeval host_timeval
#define timespec host_timespec
#include <sanitizer/common_interface_defs.h>
#include <stdio.h>
#include <stdlib.h>
#undef timeval
#undef timespec

#include "lib/assert.h"
#include "machine.h"

void failed(const char *file, int line, const char *what, int64_t found,
            int64_t wanted)
{
    fprintf(stderr, "%s:%d: %s is %lld (0x%llx), wanted %lld\n", file, line,
            what, (long long)found, (unsigned long long)found,
            (long long)wanted);
    exit(1);
}

/* A contract of the core's (lib/assert.h). */
void assert_failed(const char *text)
{
    fprintf(stderr, "broken: %s\n", text);
    __sanitizer_print_stack_trace();
    exit(1);
}

static const struct test *const lists[] = {
    file_tests,   name_tests,    pipe_tests,   process_tests,
    signal_tests, tty_tests,     proc_tests,   poll_tests,
    lock_tests,   hostile_tests, socket_tests, failing_tests,
};

int main(int count, char **words)
{
    bool all = count == 2 && !strcmp(words[1], "list");
    for (unsigned i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        for (const struct test *test = lists[i]; test->name; test++) {
            if (all) {
                puts(test->name);
            } else if (count == 3 && !strcmp(words[2], test->name)) {
                machine_image = words[1];
                test->run();
                return 0;
            }
        }
    }
    return all ? 0 : 2;
}
