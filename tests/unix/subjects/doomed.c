/* Processes that do much and are killed in the middle of it, by the keeper's
 * `doom=` (user/libos/unix/xo5/keeper/fault_injection.h), and their parent,
 * which must go on as if nothing had been. Run on the exokernel alone, as its
 * first program. Says how many of the children were killed, and how many frames
 * are lost. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#define LENGTH 0x5000

static const char *self;
static char kept[LENGTH]; /* stored to by all */

static void pipes(void)
{
    int ends[2];
    char c = 'x';
    if (pipe(ends) || write(ends[1], &c, 1) != 1 || read(ends[0], &c, 1) != 1) {
        _exit(1);
    }
}

static void files(void)
{
    char name[40], text[8];
    snprintf(name, sizeof(name), "/tmp/%d", (int)getpid());
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, "content", 7) != 7) {
        _exit(1);
    }
    char *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *own = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    own[1] = shared[0] = 'C';
    unlink(name);
    if (pread(fd, text, 7, 0) != 7 || memcmp(text, "Content", 7) != 0) {
        _exit(1);
    }
}

static void memory(void)
{
    char *place = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(place, 1, LENGTH);
    mprotect(place + 4096, 4096, PROT_READ);
    munmap(place + 8192, 4096);
    memset(kept, 2, sizeof(kept));
}

/* What a child does; each of its steps may be the last. */
static void work(void)
{
    pid_t grandchild;
    memory();
    pipes();
    grandchild = fork();
    if (grandchild == 0) {
        memory();
        _exit(0);
    }
    files();
    while (waitpid(grandchild, NULL, 0) < 0 && errno == EINTR) {
    }
    execl(self, self, "ends", (char *)NULL);
    _exit(1);
}

/* Lets `count` children work, one after the other; how many were killed. */
static unsigned children(unsigned count)
{
    unsigned killed = 0;
    for (unsigned n = 0; n < count; n++) {
        int status;
        pid_t child = fork(), found;
        if (child == 0) {
            work();
        }
        if (child < 0) {
            return 0;
        }
        while ((found = wait(&status)) != child) { /* orphans come here too */
            if (found < 0) {
                return 0;
            }
        }
        if (WIFSIGNALED(status)) {
            killed += WTERMSIG(status) == SIGKILL;
        } else if (WEXITSTATUS(status) != 0) {
            printf("child %u ended with %d\n", n, WEXITSTATUS(status));
        }
    }
    while (wait(NULL) > 0) {
    }
    return killed;
}

static long frames(void)
{
    struct sysinfo found;
    pid_t child = fork(); /* what waits for the next fork goes now */
    if (child == 0) {
        _exit(0);
    }
    waitpid(child, NULL, 0);
    return sysinfo(&found) ? -1 : (long)(found.freeram / 4096);
}

int main(int count, char **words)
{
    int held[2];
    char text[8] = {0};
    self = words[0];
    if (count < 3) {
        return 0; /* executed by a child */
    }
    if (pipe(held) || write(held[1], "kept", 4) != 4) {
        return 1;
    }
    unsigned killed = children((unsigned)atoi(words[1]));
    long before = frames();
    killed += children((unsigned)atoi(words[2]));
    long after = frames();
    if (read(held[0], text, sizeof(text)) != 4 || kept[0] != 0) {
        return 1;
    }
    printf("%s, %u killed, %ld frames lost\n", text, killed, before - after);
    return 0;
}
