/* What a process asks of the system and of itself. */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "check.h"

static void test_niceness(void)
{
    int status;
    setpriority(PRIO_PROCESS, 0, 0); /* whatever its parent was */
    SHOW(getpriority(PRIO_PROCESS, 0));
    SHOW(setpriority(PRIO_PROCESS, getpid(), 5));
    SHOW(getpriority(PRIO_PROCESS, getpid()));
    pid_t child = fork();
    if (!child) {
        setpriority(PRIO_PROCESS, 0, 100);
        _exit(getpriority(PRIO_PROCESS, 0));
    }
    waitpid(child, &status, 0);
    SHOW(WEXITSTATUS(status));
    SHOW(getpriority(PRIO_PROCESS, 0));
    SHOW(setpriority(3, 0, 0));
    SHOW(getpriority(3, 0));
}

static void test_niceness_of_others(void)
{
    pid_t child = fork();
    if (!child) {
        pause();
    }
    setpgid(child, child);
    SHOW(setpriority(PRIO_PROCESS, child, 7));
    SHOW(getpriority(PRIO_PROCESS, child));
    SHOW(getpriority(PRIO_PROCESS, 0));
    SHOW(setpriority(PRIO_PGRP, child, 9));
    SHOW(getpriority(PRIO_PGRP, child));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    SHOW(setpriority(PRIO_PROCESS, child, 7));
    SHOW(getpriority(PRIO_PROCESS, child));
    SHOW(getpriority(PRIO_PGRP, child));
}

static void test_processors(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    SHOW(sched_setaffinity(0, sizeof(set), &set));
    CPU_SET(0, &set);
    SHOW(sched_setaffinity(0, sizeof(set), &set));
    SHOW(sched_setaffinity(0, sizeof(set), (cpu_set_t *)8));
    CPU_ZERO(&set);
    sched_getaffinity(getpid(), sizeof(set), &set);
    SHOW(CPU_COUNT(&set));
}

static void test_rest(void)
{
    SHOW(personality(0xffffffff));
    SHOW(personality(0));
    SHOW(chroot("/"));
    SHOW(chroot("/nothing"));
    SHOW(chroot("/etc/passwd"));
    SHOW(chroot((char *)8));
    SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    SHOW(prctl(PR_SET_NO_NEW_PRIVS, 2, 0, 0, 0));
    SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
}

int main(void)
{
    test_niceness();
    test_niceness_of_others();
    test_processors();
    test_rest();
    return 0;
}
