/* fork, wait, pipes, exec, groups. */
#define _GNU_SOURCE
#include "check.h"
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static const char *self;

static void show_status(const char *what, int status)
{
    if (WIFEXITED(status)) {
        printf("%s: exited with %d\n", what, WEXITSTATUS(status));
    } else if (WIFSIGNALED(status)) {
        printf("%s: ended by signal %d\n", what, WTERMSIG(status));
    } else if (WIFSTOPPED(status)) {
        printf("%s: stopped by %d\n", what, WSTOPSIG(status));
    } else if (WIFCONTINUED(status)) {
        printf("%s: goes on\n", what);
    }
}

static void test_status(void)
{
    int status;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        _exit(300);
    }
    TRUE(waitpid(pid, &status, 0) == pid);
    show_status("child", status);
    pid = fork();
    if (pid == 0) {
        kill(getpid(), SIGTERM);
    }
    TRUE(wait(&status) == pid);
    show_status("child", status);
    pid = fork();
    if (pid == 0) {
        *(volatile int *)8 = 1;
    }
    waitpid(-1, &status, 0);
    show_status("child", status & ~0x80);
    SHOW(wait(&status));
    SHOW(waitpid(1 << 20, &status, 0));
    pid = fork();
    if (pid == 0) {
        pause();
    }
    SHOW(waitpid(pid, &status, WNOHANG));
    kill(pid, SIGSTOP);
    waitpid(pid, &status, WUNTRACED);
    show_status("child", status);
    kill(pid, SIGCONT);
    waitpid(pid, &status, WCONTINUED);
    show_status("child", status);
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    show_status("child", status);
}

static void test_waitid(void)
{
    siginfo_t info = {0};
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        _exit(9);
    }
    SHOW(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
    printf("%d %d %d\n", info.si_signo, info.si_code, info.si_status);
    SHOW(waitid(P_PID, (id_t)pid, &info, WEXITED));
    SHOW(waitid(P_PID, (id_t)pid, &info, WEXITED));
}

static void test_pipe(void)
{
    int fds[2], status;
    char text[100];
    SHOW(pipe2(fds, O_CLOEXEC));
    fflush(stdout);
    if (fork() == 0) {
        close(fds[0]);
        for (int i = 0; i < 3; i++) {
            dprintf(fds[1], "line %d\n", i);
        }
        _exit(0);
    }
    close(fds[1]);
    FILE *in = fdopen(fds[0], "r");
    while (fgets(text, sizeof(text), in)) {
        printf("read %s", text);
    }
    fclose(in);
    wait(&status);
    pipe(fds);
    close(fds[0]);
    signal(SIGPIPE, SIG_IGN);
    SHOW(write(fds[1], "x", 1));
    fflush(stdout);
    if (fork() == 0) {
        signal(SIGPIPE, SIG_DFL);
        write(fds[1], "x", 1);
        _exit(1);
    }
    wait(&status);
    show_status("writer", status);
    close(fds[1]);
}

/* A pipe holds less than this. */
static void test_large(void)
{
    enum { SIZE = 300000 };
    int fds[2], status;
    char *block = malloc(SIZE);
    long total = 0, sum = 0, n;
    pipe(fds);
    fflush(stdout);
    if (fork() == 0) {
        for (int i = 0; i < SIZE; i++) {
            block[i] = (char)(i % 7);
        }
        _exit(write(fds[1], block, SIZE) == SIZE ? 0 : 1);
    }
    close(fds[1]);
    while ((n = read(fds[0], block, SIZE)) > 0) {
        for (long i = 0; i < n; i++) {
            sum += block[i];
        }
        total += n;
    }
    wait(&status);
    printf("%ld bytes, sum %ld\n", total, sum);
    show_status("writer", status);
    close(fds[0]);
    free(block);
}

static volatile int children;

static void on_child(int signal)
{
    (void)signal;
    while (waitpid(-1, 0, WNOHANG) > 0) {
        children++;
    }
}

static void on_alarm(int signal)
{
    (void)signal;
    puts("alarm");
}

static void test_signals(void)
{
    struct sigaction action = {.sa_handler = on_child};
    struct timespec time = {5, 0};
    char c;
    int fds[2];
    sigaction(SIGCHLD, &action, 0);
    fflush(stdout);
    if (fork() == 0) {
        struct timespec later = {0, 50000000}; /* its parent sleeps by then */
        nanosleep(&later, 0);
        _exit(0);
    }
    while (children == 0) {
        SHOW(nanosleep(&time, &time));
    }
    signal(SIGCHLD, SIG_DFL);
    pipe(fds);
    action.sa_handler = on_alarm;
    sigaction(SIGALRM, &action, 0);
    SHOW(alarm(1));
    SHOW(read(fds[0], &c, 1));
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, 0);
    fflush(stdout);
    pid_t parent = getpid();
    if (fork() == 0) {
        usleep(20000);
        kill(parent, SIGALRM);
        usleep(20000);
        write(fds[1], "y", 1);
        _exit(0);
    }
    SHOW(read(fds[0], &c, 1));
    SHOW(wait(0) > 0);
}

static void test_exec(void)
{
    char *words[] = {"/bin/sh", "-c",  "echo \"$0 $1 $#\"; exit 4",
                     "a",       "b c", 0};
    char *bad[] = {"/nowhere", 0};
    int status;
    SHOW(execv("/nowhere", bad));
    SHOW(execv("/tmp", bad));
    SHOW(execv("/etc/passwd", bad));
    fflush(stdout);
    if (fork() == 0) {
        execv("/bin/sh", words);
        _exit(1);
    }
    wait(&status);
    show_status("sh", status);
    int fd = open("/tmp/script", O_CREAT | O_WRONLY | O_TRUNC, 0755);
    dprintf(fd, "#! %s  one two\nnever read\n", self);
    close(fd);
    char *script[] = {"ignored", "x", "y", 0}, *none[] = {0};
    if (fork() == 0) {
        execve("/tmp/script", script, none);
        _exit(1);
    }
    wait(&status);
    show_status("script", status);
    unlink("/tmp/script");
}

static void test_spawn(void)
{
    pid_t pid;
    int status;
    char *words[] = {"sh", "-c", "exit 6", 0};
    fflush(stdout);
    SHOW(posix_spawn(&pid, "/bin/sh", 0, 0, words, environ));
    waitpid(pid, &status, 0);
    show_status("spawned", status);
    printf("%s\n", strerrorname_np(
                       posix_spawn(&pid, "/nowhere", 0, 0, words, environ)));
    printf("%s\n", strerrorname_np(
                       posix_spawn(&pid, "/etc/passwd", 0, 0, words, environ)));
    volatile int failed = 0;
    pid = vfork();
    if (pid == 0) {
        execv("/nowhere", words);
        failed = errno;
        _exit(127);
    }
    printf("a vfork's child says %s\n", strerrorname_np(failed));
    waitpid(pid, &status, 0);
    show_status("vfork", status);
    printf("system: %d\n", system("exit 3"));
    FILE *p = popen("echo from a pipe", "r");
    char line[80];
    printf("popen: %s", fgets(line, sizeof(line), p));
    show_status("pclose", pclose(p));
}

/* What glibc spawns with: the child has its parent's handlers no more, and
 * ignores what that ignores. */
static void test_cleared(void)
{
    struct {
        uint64_t flags, pidfd, child, parent, signal, stack, size, tls;
    } how = {.flags = 1ull << 32 /* CLONE_CLEAR_SIGHAND */, .signal = SIGCHLD};
    struct sigaction first, second;
    int status = 0;
    signal(SIGUSR1, on_alarm);
    signal(SIGUSR2, SIG_IGN);
    long pid = syscall(SYS_clone3, &how, sizeof(how));
    if (pid == 0) {
        sigaction(SIGUSR1, 0, &first);
        sigaction(SIGUSR2, 0, &second);
        _exit(2 * (first.sa_handler == SIG_DFL) +
              (second.sa_handler == SIG_IGN));
    }
    TRUE(pid > 0);
    TRUE(waitpid((pid_t)pid, &status, 0) == pid);
    show_status("without handlers", status);
    sigaction(SIGUSR1, 0, &first);
    TRUE(first.sa_handler == on_alarm);
}

static void test_groups(void)
{
    int status;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0); /* from then on it may be ended at any time */
        for (;;) {
            pause();
        }
    }
    while (getpgid(pid) != pid) {
        usleep(1000);
    }
    SHOW(kill(-pid, SIGHUP));
    SHOW(waitpid(-pid, &status, 0) == pid);
    show_status("group", status);
    SHOW(kill(-pid, SIGHUP));
    if (fork() == 0) {
        TRUE(setsid() == getpid());
        TRUE(getsid(0) == getpid());
        SHOW(setsid());
        fflush(stdout);
        _exit(0);
    }
    wait(&status);
}

int main(int count, char **words)
{
    setvbuf(stdout, 0, _IOLBF, 0);
    self = words[0];
    if (count > 3) { /* the script's interpreter */
        printf("%d: %s, %s, %s, %s\n", count, words[1], words[2], words[3],
               words[4]);
        TRUE(environ[0] == 0);
        return 8;
    }
    test_status();
    test_waitid();
    test_pipe();
    test_large();
    test_signals();
    test_exec();
    test_spawn();
    test_cleared();
    test_groups();
    return 0;
}
