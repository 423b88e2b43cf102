/* What probe.c does with processes, pipes and descriptors; it includes it. */
#ifndef XO5_PROBE_CALLS_H
#define XO5_PROBE_CALLS_H

static void do_fork(void)
{
    volatile uint64_t *c = constants;
    int64_t child = CALL(FORK, 0, 0, 0);
    if (child == 0) {
        c[0] = 7;
        number("child", (int64_t)c[0]);
        quit(3);
    }
    number("status", wait_for(child));
    number("parent", (int64_t)c[0]);
    number("self", CALL(GETPID, 0, 0, 0) != child);
}

static void do_wait(void)
{
    int status = -1, fds[2];
    number("none", CALL(WAIT4, -1, &status, 0));
    CALL(PIPE, fds, 0, 0);
    int64_t first = CALL(FORK, 0, 0, 0);
    if (first == 0) {
        char c;
        CALL(CLOSE, fds[1], 0, 0);
        CALL(READ, fds[0], &c, 1);
        quit(300);
    }
    int64_t second = CALL(FORK, 0, 0, 0);
    if (second == 0) {
        quit(5);
    }
    number("other", CALL(WAIT4, 9999, &status, 0));
    number("now", CALL(WAIT4, first, &status, 1));
    number("untouched", status);
    number("second", CALL(WAIT4, -1, &status, 0) == second);
    number("status", status);
    CALL(CLOSE, fds[1], 0, 0);
    number("first", CALL(WAIT4, first, &status, 0) == first);
    number("status", status);
    number("none", CALL(WAIT4, -1, NULL, 0));
    number("option", CALL(WAIT4, -1, NULL, 64));
}

static void do_signals(void)
{
    int64_t child = CALL(FORK, 0, 0, 0);
    if (child == 0) {
        *(volatile int *)8 = 1;
    }
    number("store", wait_for(child));
    child = CALL(FORK, 0, 0, 0);
    if (child == 0) {
        *(volatile uint64_t *)(uintptr_t)fixed = 1;
    }
    number("constant", wait_for(child));
    child = CALL(FORK, 0, 0, 0);
    if (child == 0) {
        __asm__ volatile("ud2");
    }
    number("ud2", wait_for(child));
    child = CALL(FORK, 0, 0, 0);
    if (child == 0) {
        ((void (*)(void))(uintptr_t)empty)();
    }
    number("data", wait_for(child));
}

static void do_descriptors(void)
{
    int fds[2];
    char c[8] = {0};
    number("pipe", CALL(PIPE, fds, 0, 0));
    number("reader", fds[0]);
    number("writer", fds[1]);
    number("wrong end", CALL(WRITE, fds[0], "x", 1));
    number("wrong end", CALL(READ, fds[1], c, 1));
    number("dup2", CALL(DUP2, fds[1], 9, 0));
    number("close", CALL(CLOSE, fds[1], 0, 0));
    number("again", CALL(CLOSE, fds[1], 0, 0));
    int64_t child = CALL(FORK, 0, 0, 0);
    if (child == 0) {
        CALL(WRITE, 9, "z", 1);
        quit(0);
    }
    number("waits", CALL(READ, fds[0], c, 1));
    wait_for(child);
    number("write", CALL(WRITE, 9, "abcd", 4));
    number("same", CALL(DUP2, 9, 9, 0));
    number("dup2", CALL(DUP2, fds[0], 9, 0));
    number("read", CALL(READ, 9, c, 8));
    number("end", CALL(READ, fds[0], c + 4, 4));
    put(c);
    put("\n");
    number("bad", CALL(DUP2, 50, 3, 0));
    number("bad", CALL(DUP2, 1, 64, 0));
    number("bad", CALL(DUP2, 1, -1, 0));
    number("bad", CALL(READ, 50, c, 1));
    number("bad", CALL(WRITE, -1, c, 1));
    number("bad", CALL(CLOSE, 64, 0, 0));
    number("flags", CALL(PIPE2, fds, 1, 0));
    CALL(PIPE2, fds, 02000000, 0);
    number("ends", CALL(FCNTL, fds[0], 1, 0));
    CALL(DUP2, fds[0], 20, 0);
    number("ends", CALL(FCNTL, 20, 1, 0));
}

static void do_many(void)
{
    int fds[2], count = 0;
    int64_t error;
    while ((error = CALL(PIPE, fds, 0, 0)) == 0 && count < 100) {
        count++;
    }
    number("error", error);
    number("some", count > 10);
    for (int n = 3; n < 64; n++) {
        CALL(CLOSE, n, 0, 0);
    }
    int again = 0;
    while (CALL(PIPE, fds, 0, 0) == 0 && again < 100) {
        again++;
    }
    number("again", again == count);
}

static void do_sigpipe(void)
{
    int fds[2];
    CALL(PIPE, fds, 0, 0);
    int64_t child = CALL(FORK, 0, 0, 0);
    if (child == 0) {
        CALL(CLOSE, fds[0], 0, 0);
        for (;;) {
            CALL(WRITE, fds[1], empty, 1000);
        }
    }
    CALL(CLOSE, fds[1], 0, 0);
    number("read", CALL(READ, fds[0], empty, 10));
    CALL(CLOSE, fds[0], 0, 0);
    number("status", wait_for(child));
}

/* A child ends when its own children have; its status is its own. */
static void do_tree(void)
{
    int fds[2];
    char c;
    CALL(PIPE, fds, 0, 0);
    int64_t child = CALL(FORK, 0, 0, 0);
    if (child == 0) {
        if (CALL(FORK, 0, 0, 0) == 0) {
            CALL(CLOSE, fds[0], 0, 0);
            CALL(WRITE, fds[1], "g", 1);
            quit(9);
        }
        quit(4);
    }
    CALL(CLOSE, fds[1], 0, 0);
    int status = -1; /* one turn: its own child has not had any yet */
    number("too early", CALL(WAIT4, child, &status, 1) == child);
    number("read", CALL(READ, fds[0], &c, 1));
    number("end", CALL(READ, fds[0], &c, 1));
    number("status", status == -1 ? wait_for(child) : status);
    number("none", CALL(WAIT4, -1, NULL, 0));
}

/* Many forks one after the other: nothing of them may stay. */
static void do_loop(void)
{
    int wrong = 0;
    probe_look(1, empty);
    for (int n = 0; n < 40; n++) {
        int fds[2];
        char c = 0;
        CALL(PIPE, fds, 0, 0);
        int64_t child = CALL(FORK, 0, 0, 0);
        if (child == 0) {
            empty[n * 100] = 1;
            CALL(WRITE, fds[1], "y", 1);
            quit(n);
        }
        CALL(CLOSE, fds[1], 0, 0);
        wrong += CALL(READ, fds[0], &c, 1) != 1 || c != 'y';
        CALL(CLOSE, fds[0], 0, 0);
        wrong += child < 0 || wait_for(child) != n << 8;
        if (n == 9) {
            probe_look(2, empty);
        }
    }
    probe_look(3, empty);
    number("wrong", wrong);
}

static void do_limit(void)
{
    int64_t child, last = 0, count = 0;
    int fds[2];
    char c;
    CALL(PIPE, fds, 0, 0);
    while (count < 40 && (child = CALL(FORK, 0, 0, 0)) > 0) {
        count++;
    }
    if (child == 0) {
        CALL(CLOSE, fds[1], 0, 0);
        CALL(READ, fds[0], &c, 1);
        quit(0);
    }
    last = child;
    number("refused", last == -11 || last == -12);
    number("some", count > 3);
    CALL(CLOSE, fds[1], 0, 0);
    while (CALL(WAIT4, -1, NULL, 0) > 0) {
        count--;
    }
    number("left", count);
    child = CALL(FORK, 0, 0, 0);
    if (child == 0) {
        quit(6);
    }
    number("again", wait_for(child));
}

#endif
