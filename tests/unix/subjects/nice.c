/* Children of different niceness that compute all the time: how much of the
 * CPU each of them had. (Linux may have a processor for each, so this is of
 * xo5 alone.) */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "check.h"

#define CHILDREN 3

static const int niceness[CHILDREN] = {0, 5, 10};

int main(int argc, char **argv)
{
    pid_t child[CHILDREN];
    for (int n = 0; n < CHILDREN; n++) {
        child[n] = fork();
        if (!child[n]) {
            for (;;) {
            }
        }
        setpriority(PRIO_PROCESS, (id_t)child[n], niceness[n]);
    }
    sleep(argc > 1 ? (unsigned)atoi(argv[1]) : 3);
    for (int n = 0; n < CHILDREN; n++) {
        struct rusage used;
        kill(child[n], SIGKILL);
        wait4(child[n], NULL, 0, &used);
        printf("%ld ",
               used.ru_utime.tv_sec * 1000 + used.ru_utime.tv_usec / 1000);
    }
    printf("\n");
    return 0;
}
