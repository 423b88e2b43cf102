/* What no program would do: random words in every field of a window, and
 * processes that vanish whatever they are doing. */
#include "machine.h"

#include <stdio.h>

#include "libos/unix/keeper/calls/call_table.h"

static uint64_t state = 12345;
static uint64_t requests, done, waits;

static uint64_t random_word(void)
{
    state = state * 6364136223846793005 + 1442695040888963407;
    return state >> 11 ^ state << 37;
}

/* Words that are often something: small, at an edge, in the data, a
 * descriptor. */
static uint64_t random_argument(void)
{
    uint64_t word = random_word();
    switch (word % 12) {
    case 0:
        return word;
    case 1:
        return 0;
    case 2:
        return (uint64_t)-(int64_t)(word >> 8 & 0xff);
    case 3:
        return WINDOW_DATA - (word >> 8 & 15);
    case 4:
        return AT_CWD;
    case 5:
        return WINDOW_NULL;
    case 6:
        return 1ull << (word >> 8 & 63);
    case 7:
    case 8:
        return (word >> 8 & 15) * 64; /* a path */
    default:
        return word >> 8 & 15;
    }
}

/* Paths that often are there, and structures that often mean something. */
static void random_data(uint8_t *to)
{
    static const char *const paths[] = {
        "/tmp/a",
        "/tmp/b",
        "/tmp/d/c",
        "/tmp/d",
        "/tmp/d/../l",
        "/etc/long",
        "/proc/self/fd/3",
        "/proc/1/stat",
        "/dev/tty",
        "/tmp/d/e/f",
        "/tmp/p",
        "/proc/self/cwd",
        ".",
        "..",
        "a",
        "/dev/zero",
    };
    for (int i = 0; i < 16; i++) {
        strcpy((char *)to + i * 64, paths[random_word() % 16]);
    }
    for (int i = 0; i < 64; i++) {
        uint64_t word = random_argument();
        memcpy(to + 1024 + i * 8, &word, 8);
    }
    if (random_word() % 8 == 0) {
        for (int i = 0; i < 128; i++) {
            to[random_word() % 1600] = (uint8_t)random_word();
        }
    }
}

static unsigned any_slot(void)
{
    unsigned found[KEEPER_SLOTS], count = 0;
    for (unsigned slot = 1; slot < KEEPER_SLOTS; slot++) {
        if (machine_there(slot) && keeper_may_run(slot)) {
            found[count++] = slot;
        }
    }
    return count ? found[random_word() % count] : 0;
}

static uint64_t any_number(void)
{
    if (random_word() % 32 == 0) {
        return KEEPER_FORK;
    }
    uint64_t number = call_table[random_word() % call_count].number;
    uint64_t kind = random_word() % 64;
    /* Few end, so that there is somebody to end. */
    if (number == KEEPER_EXIT || number == SYS_kill || number == SYS_tgkill) {
        number = random_word() % 4 ? SYS_openat : number;
    }
    return kind == 0 ? random_word() : kind == 1 ? random_argument() : number;
}

/* Answers that Linux has: 0 and up, or an errno. */
static void check(unsigned slot)
{
    if (machine_there(slot) && keeper_may_run(slot)) {
        int64_t found = machine_window(slot)->answer;
        TRUE(found >= -200);
        done += found >= 0;
    } else {
        waits++;
    }
}

static void request(unsigned slot)
{
    struct window *window = machine_window(slot);
    window->number = any_number();
    for (int i = 0; i < 6; i++) {
        window->a[i] = random_argument();
    }
    if (window->number == SYS_kill && random_word() % 64) {
        window->a[1] = 1 + random_word() % 8; /* no SIGKILL for all */
    }
    random_data(window->data);
    window->blocked = random_word() & random_word();
    window->ignored = random_word() & random_word();
    window->child = random_word() & 3;
    window->pending = random_word();
    window->pid = random_word();
    requests++;
    keeper_request(slot);
    check(slot);
}

/* Pid 1 ends last of all. */
static unsigned any_victim(void)
{
    for (unsigned i = 0; i < 1000; i++) {
        unsigned victim = 2 + (unsigned)(random_word() % 254);
        if (machine_there(victim)) {
            return victim;
        }
    }
    return 1;
}

static void round_of(int count, uint64_t limit)
{
    machine_start();
    machine_limit = limit ? machine_taken() + limit : UINT64_MAX;
    for (int i = 0; i < count && keeper_status() < 0; i++) {
        uint64_t what = random_word() % 256;
        unsigned slot = any_slot();
        if (what < 4) {
            pass(random_word() % 3000000000);
        } else if (what < 8) {
            char keys[4] = {(char)(1 + random_word() % 127),
                            (char)(1 + random_word() % 127), '\r', 0};
            machine_type(keys);
        } else if (what < 10) {
            unsigned victim = any_victim();
            if (victim != 1) {
                keeper_died(victim, (unsigned)(random_word() % 70));
            }
        } else if (slot) {
            request(slot);
        } else { /* all wait for what nobody will do */
            keeper_died(any_victim(), SIGKILL);
        }
        (void)keeper_next();
    }
}

/* A hundred thousand requests, on some hundred machines, a few of little
 * memory. In the end of each all files are removed, and all pages are back. */
static void test_hostile(void)
{
    machine_start();
    uint64_t least = machine_sweep();
    for (uint64_t seed = 0; requests < 100000; seed++) {
        state = seed * 1000003;
        machine_restart();
        round_of(2500, seed % 4 ? 0 : 60);
        IS(machine_sweep(), least);
    }
    TRUE(done > 10000 && waits > 1000);
}

/* Vanishing in each state: everything that can wait does, and dies. */
static void test_vanish(void)
{
    unsigned one = machine_start();
    int32_t end[2];
    IS(ask(one, SYS_pipe2, 0, 0, 0, 0, 0), 0);
    memcpy(end, data(one), 8);
    IS(named(one, SYS_mknodat, "/tmp/f", S_IFIFO | 0600), 0);
    int64_t file = opened(one, "/tmp/l", O_CREAT | O_RDWR, 0600);
    IS(ask(one, SYS_flock, (uint64_t)file, LOCK_EX, 0, 0, 0), 0);
    uint64_t before = machine_taken();
    for (int i = 0; i < 12; i++) {
        unsigned two = forked(one), three = forked(two);
        int64_t other = opened(two, "/tmp/l", O_RDWR, 0);
        switch (i) {
        case 0:
            IS(ask(two, SYS_read, (uint64_t)end[0], 0, 10, 0, 0), WAITS);
            break;
        case 1:
            IS(opened(two, "/tmp/f", O_RDONLY, 0), WAITS);
            break;
        case 2:
            IS(ask(two, SYS_flock, (uint64_t)other, LOCK_EX, 0, 0, 0), WAITS);
            break;
        case 3:
            IS(ask(two, SYS_wait4, UINT64_MAX, 0, 0, NONE, 0), WAITS);
            break;
        case 4:
            IS(ask(two, KEEPER_FORK, FORK_WAITS, 0, 0, 0, 0), WAITS);
            break;
        case 5:
            IS(ask(two, KEEPER_PAUSE, 0, 1000, 0, 0, 0), WAITS);
            break;
        case 6:
            IS(ask(two, SYS_read, 0, 0, 10, 0, 0), WAITS);
            break;
        case 7:
            ask(one, SYS_kill, pid_of(two), SIGSTOP, 0, 0, 0);
            break;
        case 8:
            ask(two, SYS_setsid, 0, 0, 0, 0, 0);
            break;
        case 9:
            memset(data(two), 0, 16);
            *(int32_t *)data(two) = end[0];
            *(int16_t *)(data(two) + 4) = POLLIN;
            IS(ask(two, SYS_poll, 0, 1, UINT64_MAX, 0, 0), WAITS);
            break;
        case 10:
            ask(two, SYS_chdir, put(two, 0, "/proc/self"), 0, 0, 0, 0);
            break;
        default:
            break;
        }
        if (i % 2) {
            keeper_died(two, SIGSEGV);
            keeper_died(three, SIGBUS);
        } else {
            keeper_died(three, SIGBUS);
            keeper_died(two, SIGSEGV);
        }
        for (unsigned slot = 2; slot < KEEPER_SLOTS; slot++) {
            if (machine_there(slot)) {
                keeper_died(slot, SIGKILL);
            }
        }
        while (ask(one, SYS_wait4, UINT64_MAX, 0, WNOHANG, NONE, 0) > 0) {
        }
        pass(2000);
        IS(machine_taken(), before);
    }
    machine_stop();
}

/* A window of the maximum, and offsets at its edges. */
static void test_edges(void)
{
    unsigned one = machine_start();
    int64_t fd = opened(one, "/etc/long", O_RDONLY, 0);
    IS(ask(one, SYS_read, (uint64_t)fd, 0, WINDOW_DATA, 0, 0), 20000);
    IS(ask(one, SYS_read, (uint64_t)fd, 1, WINDOW_DATA, 0, 0), -EFAULT);
    IS(ask(one, SYS_read, (uint64_t)fd, WINDOW_DATA, 0, 0, 0), 0);
    IS(ask(one, SYS_read, (uint64_t)fd, WINDOW_DATA + 1, 0, 0, 0), -EFAULT);
    IS(ask(one, SYS_read, (uint64_t)fd, UINT64_MAX, 1, 0, 0), -EFAULT);
    IS(ask(one, SYS_read, (uint64_t)fd, 0, UINT64_MAX, 0, 0), -EFAULT);
    IS(ask(one, SYS_poll, 0, UINT64_MAX / 8 + 2, 0, 0, 0), -EFAULT);
    memset(data(one), 'a', WINDOW_DATA);
    IS(ask(one, SYS_chdir, WINDOW_DATA - 10, 0, 0, 0, 0), -EFAULT);
    IS(ask(one, SYS_chdir, 0, 0, 0, 0, 0), -ENAMETOOLONG);
    IS(ask(one, SYS_chdir, NONE, 0, 0, 0, 0), -EFAULT);
    IS(ask(one, 0x1fff, 0, 0, 0, 0, 0), -ENOSYS);
    TRUE(!strncmp(machine_said, "keeper: no request 1fff", 23));
    IS(ask(one, UINT64_MAX, 0, 0, 0, 0, 0), -ENOSYS);
    IS(ask(one, KEEPER_SAY, put(one, 0, "a line"), 6, 0, 0, 0), 0);
    TRUE(!strcmp(machine_said, "a line"));
    TRUE(!keeper_request(77)); /* nobody is there */
    TRUE(!keeper_request(KEEPER_SLOTS + 5));
    keeper_died(77, 1);
    TRUE(!keeper_may_run(99999));
    machine_stop();
}

/* An image with wrong words in its tables is refused, or is another image. */
static void test_bad_image(void)
{
    unsigned refused = 0, taken_as_one = 0;
    for (uint64_t seed = 0; seed < 150; seed++) {
        state = seed * 7919;
        machine_restart();
        machine_spoil = random_word;
        if (machine_begin()) {
            taken_as_one++;
            unsigned one = machine_first();
            request(one);
            if (machine_there(one) && keeper_may_run(one)) {
                opened(one, "/etc/greeting", O_RDONLY, 0);
            }
        } else {
            refused++;
        }
    }
    TRUE(refused > 30 && taken_as_one > 30);
}

const struct test hostile_tests[] = {
    TEST(bad_image), TEST(edges), TEST(hostile), TEST(vanish), {0},
};
