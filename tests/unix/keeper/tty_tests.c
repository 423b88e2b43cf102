/* The terminal: editing, echo, raw mode, signals, job control. */
#include "machine.h"

#define BIT(signal) (1ull << ((signal) - 1))

static const char *shown;

/* What is shown from here on. */
static void look(void)
{
    shown = machine_shown + strlen(machine_shown);
}

static struct termios got(unsigned slot)
{
    struct termios settings;
    IS(ask(slot, SYS_ioctl, 0, TCGETS, 0, 0, 0), 0);
    memcpy(&settings, data(slot), sizeof(settings));
    return settings;
}

static int64_t set(unsigned slot, const struct termios *settings, int how)
{
    memcpy(data(slot), settings, sizeof(*settings));
    return ask(slot, SYS_ioctl, 0, (uint64_t)how, 0, 0, 0);
}

static int64_t foreground(unsigned slot, uint32_t group)
{
    memcpy(data(slot), &group, sizeof(group));
    return ask(slot, SYS_ioctl, 0, TIOCSPGRP, 0, 0, 0);
}

static void test_lines(void)
{
    unsigned one = machine_start();
    char text[64];
    look();
    IS(ask(one, SYS_read, 0, 0, 50, 0, 0), WAITS);
    machine_type("hex\177llo");
    IS(answer(one), WAITS);
    machine_type("\rsecond line\rthi");
    IS(answer(one), 6);
    TRUE(!memcmp(data(one), "hello\n", 6));
    IS(was_read(one, 0, text, 3), 3);
    TRUE(!memcmp(text, "sec", 3));
    IS(was_read(one, 0, text, 60), 9);
    TRUE(!memcmp(text, "ond line\n", 9));
    TRUE(!strcmp(shown, "hex\b \bllo\r\nsecond line\r\nthi"));
    IS(ask(one, SYS_read, 0, 0, 50, 0, 0), WAITS);
    look();
    machine_type("s\27word \25new\4"); /* ^W, ^U, ^D */
    IS(answer(one), 3);
    TRUE(!memcmp(data(one), "new", 3));
    IS(ask(one, SYS_read, 0, 0, 50, 0, 0), WAITS);
    machine_type("\4");
    IS(answer(one), 0);
    IS(ask(one, SYS_read, 0, 0, 50, 0, 0), WAITS);
    machine_type("a\26\3b\022c\r"); /* ^V ^C, ^R */
    IS(answer(one), 5);
    TRUE(!memcmp(data(one), "a\3bc\n", 5));
    machine_type("four\4");
    IS(was_read(one, 0, text, 4), 4); /* and the end with it */
    IS(ask(one, SYS_read, 0, 0, 50, 0, 0), WAITS);
    machine_type("\r");
    IS(answer(one), 1);
    machine_stop();
}

static void test_output(void)
{
    unsigned one = machine_start();
    look();
    IS(written(one, 1, "a\nb\n"), 4);
    TRUE(!strcmp(shown, "a\r\nb\r\n"));
    struct termios settings = got(one);
    settings.c_oflag = 0;
    IS(set(one, &settings, TCSETS), 0);
    look();
    IS(written(one, 1, "a\n"), 2);
    TRUE(!strcmp(shown, "a\n"));
    machine_type("\23"); /* ^S */
    IS(written(one, 1, "late"), WAITS);
    TRUE(!strcmp(shown, "a\n"));
    machine_type("\21"); /* ^Q */
    IS(answer(one), 4);
    TRUE(!strcmp(shown, "a\nlate"));
    machine_stop();
}

static void test_raw(void)
{
    unsigned one = machine_start();
    struct termios settings = got(one), before = settings;
    IS(settings.c_cc[VINTR], 3);
    settings.c_lflag &= ~(uint32_t)(ICANON | ECHO | ISIG);
    settings.c_iflag = 0;
    settings.c_cc[VMIN] = 3;
    IS(set(one, &settings, TCSETSW), 0);
    look();
    IS(ask(one, SYS_read, 0, 0, 10, 0, 0), WAITS);
    machine_type("\3\r");
    IS(answer(one), WAITS);
    machine_type("\177\4");
    IS(answer(one), 4);
    TRUE(!memcmp(data(one), "\3\r\177\4", 4));
    TRUE(!*shown);
    settings.c_cc[VMIN] = 0;
    IS(set(one, &settings, TCSETS), 0);
    IS(ask(one, SYS_read, 0, 0, 10, 0, 0), 0);
    settings.c_cc[VTIME] = 2;
    IS(set(one, &settings, TCSETS), 0);
    IS(ask(one, SYS_read, 0, 0, 10, 0, 0), WAITS);
    pass(200000000);
    IS(answer(one), 0);
    IS(ask(one, SYS_read, 0, 0, 10, 0, 0), WAITS);
    machine_type("k");
    IS(answer(one), 1);
    settings.c_cc[VMIN] = 5;
    IS(set(one, &settings, TCSETS), 0);
    IS(ask(one, SYS_read, 0, 0, 10, 0, 0), WAITS);
    pass(900000000);
    machine_type("ab");
    IS(answer(one), WAITS);
    pass(200000000); /* between two characters */
    IS(answer(one), 2);
    machine_type("left");
    IS(ask(one, SYS_ioctl, 0, FIONREAD, 0, 0, 0), 0);
    IS(*(int32_t *)data(one), 4);
    IS(set(one, &before, TCSETSF), 0); /* forgets it */
    IS(ask(one, SYS_read, 0, 0, 10, 0, 0), WAITS);
    machine_type("x\r");
    IS(answer(one), 2);
    machine_stop();
}

static void test_keys(void)
{
    unsigned one = machine_start(), two = forked(one);
    uint32_t second = pid_of(two);
    ask(one, SYS_setpgid, second, second, 0, 0, 0);
    IS(foreground(one, second), 0);
    IS(ask(one, SYS_ioctl, 0, TIOCGPGRP, 0, 0, 0), 0);
    IS(*(uint32_t *)data(one), second);
    IS(ask(two, SYS_read, 0, 0, 10, 0, 0), WAITS);
    look();
    machine_type("gone\3");
    IS(answer(two), -EINTR);
    IS(machine_window(two)->pending, BIT(SIGINT));
    IS(machine_window(one)->pending, 0);
    TRUE(!strcmp(shown, "gone^C"));
    machine_type("\32\34");
    IS(machine_window(two)->pending, BIT(SIGINT) | BIT(SIGTSTP) | BIT(SIGQUIT));
    for (int signal = 1; signal < 32; signal++) {
        ask(two, KEEPER_TAKEN, (uint64_t)signal, 0, 0, 0, 0);
    }
    IS(ask(two, SYS_read, 0, 0, 10, 0, 0), WAITS);
    machine_type("x\r");
    IS(answer(two), 2); /* what was typed before is forgotten */
    machine_stop();
}

static void test_background(void)
{
    unsigned one = machine_start(), two = forked(one);
    uint32_t second = pid_of(two);
    ask(two, SYS_setpgid, 0, 0, 0, 0, 0);
    IS(ask(two, SYS_read, 0, 0, 10, 0, 0), -EINTR);
    IS(machine_window(two)->pending, BIT(SIGTTIN));
    ask(two, KEEPER_TAKEN, SIGTTIN, 0, 0, 0, 0);
    machine_window(two)->ignored = BIT(SIGTTIN);
    IS(ask(two, SYS_read, 0, 0, 10, 0, 0), -EIO);
    IS(written(two, 1, "allowed"), 7);
    IS(foreground(two, second), -EINTR);
    IS(machine_window(two)->pending, BIT(SIGTTOU));
    ask(two, KEEPER_TAKEN, SIGTTOU, 0, 0, 0, 0);
    struct termios settings = got(two);
    settings.c_lflag |= TOSTOP;
    IS(set(two, &settings, TCSETS), -EINTR);
    IS(set(one, &settings, TCSETS), 0);
    ask(two, KEEPER_TAKEN, SIGTTOU, 0, 0, 0, 0);
    IS(written(two, 1, "stopped"), -EINTR);
    machine_window(two)->blocked = BIT(SIGTTOU);
    IS(written(two, 1, "allowed"), 7);
    IS(foreground(two, second), 0);
    IS(foreground(two, 999), -ESRCH);
    unsigned three = forked(two);
    ask(three, SYS_setsid, 0, 0, 0, 0, 0);
    IS(foreground(two, pid_of(three)), -EPERM);
    IS(foreground(three, pid_of(three)), -ENOTTY);
    IS(ask(three, SYS_ioctl, 0, TIOCGPGRP, 0, 0, 0), -ENOTTY);
    IS(ask(three, SYS_ioctl, 0, TIOCSCTTY, 0, 0, 0), -EPERM);
    IS(ask(three, SYS_ioctl, 0, TIOCNOTTY, 0, 0, 0), -ENOTTY);
    IS(ask(two, SYS_ioctl, 0, TIOCGSID, 0, 0, 0), 0);
    IS(*(uint32_t *)data(two), 1);
    machine_stop();
}

static void test_size(void)
{
    unsigned one = machine_start();
    struct winsize size = {50, 132, 0, 0};
    IS(ask(one, SYS_ioctl, 1, TIOCGWINSZ, 0, 0, 0), 0);
    IS(((struct winsize *)data(one))->ws_col, 80);
    memcpy(data(one), &size, sizeof(size));
    IS(ask(one, SYS_ioctl, 1, TIOCSWINSZ, 0, 0, 0), 0);
    IS(machine_window(one)->pending, BIT(SIGWINCH));
    memset(data(one), 0, 8);
    IS(ask(one, SYS_ioctl, 1, TIOCGWINSZ, 0, 0, 0), 0);
    IS(((struct winsize *)data(one))->ws_row, 50);
    IS(ask(one, SYS_ioctl, 1, TIOCGWINSZ, 65536 - 4, 0, 0), -EFAULT);
    IS(ask(one, SYS_ioctl, 1, 0x1234, 0, 0, 0), -ENOTTY);
    int64_t fd = opened(one, "/etc/long", O_RDONLY, 0);
    IS(ask(one, SYS_ioctl, (uint64_t)fd, TCGETS, 0, 0, 0), -ENOTTY);
    IS(ask(one, SYS_ioctl, 99, TCGETS, 0, 0, 0), -EBADF);
    machine_stop();
}

/* The session's leader goes, and the terminal is free. */
static void test_leader(void)
{
    unsigned one = machine_start(), two = forked(one);
    IS(ask(one, SYS_ioctl, 0, TIOCNOTTY, 0, 0, 0), 0);
    IS(machine_window(two)->pending, BIT(SIGHUP) | BIT(SIGCONT));
    IS(opened(one, "/dev/tty", O_RDWR, 0), -ENXIO);
    ask(two, SYS_setsid, 0, 0, 0, 0, 0);
    IS(ask(two, SYS_ioctl, 0, TIOCSCTTY, 0, 0, 0), 0);
    TRUE(opened(two, "/dev/tty", O_RDWR, 0) > 0);
    unsigned three = forked(two);
    ends(two, 0);
    TRUE(machine_window(three)->pending & BIT(SIGHUP));
    IS(opened(three, "/dev/tty", O_RDWR, 0), -ENXIO);
    machine_stop();
}

/* More than there is room for, and a line that nobody reads. */
static void test_flood(void)
{
    unsigned one = machine_start();
    char keys[4000];
    memset(keys, 'k', sizeof(keys));
    keys[sizeof(keys) - 1] = 0;
    for (int i = 0; i < 10; i++) {
        machine_type(keys);
    }
    machine_type("\r");
    for (int i = 0; i < 10; i++) {
        machine_type(keys);
        machine_type("\r");
    }
    int64_t n = ask(one, SYS_read, 0, 0, 65536, 0, 0);
    IS(n, 4096);
    machine_stop();
}

const struct test tty_tests[] = {
    TEST(lines), TEST(output), TEST(raw),   TEST(keys), TEST(background),
    TEST(size),  TEST(leader), TEST(flood), {0},
};
