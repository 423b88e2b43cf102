/*
 * Waiting for children: wait4 and waitid are one search with two ways to ask
 * and two to tell. News of a child is told once: an end takes the record away,
 * a stop or a continuation clears its flag, unless WNOWAIT only looks.
 *
 * Without news, and with a child that could have some, the request waits for
 * "news of a child of mine", and is tried from the start when there is some.
 */
#include "libos/unix/keeper/process/wait.h"

#include "lib/disorder.h"
#include "lib/string.h"
#include "libos/unix/keeper/record/wait_queue.h"

#define FLAGS4                                                                 \
    (WNOHANG | WUNTRACED | WCONTINUED | WNOTHREAD | WALL | (uint64_t)WCLONE)
#define FLAGSID (FLAGS4 | WEXITED | WNOWAIT)

/* What is waited for, and what came of it. */
struct waiting {
    int kind; /* P_ALL, P_PID, P_PGID */
    uint32_t id;
    uint64_t flags;
    /* the news */
    uint32_t pid;
    int status; /* as wait4 tells it */
    int code;   /* CLD_... */
    uint64_t user, system;
};

static struct timeval time_of(uint64_t ns)
{
    return (struct timeval){(int64_t)(ns / 1000000000),
                            (int64_t)(ns % 1000000000 / 1000)};
}

static void usage_put(void *to, uint64_t user, uint64_t system)
{
    struct rusage usage = {0};
    usage.ru_utime = time_of(user);
    usage.ru_stime = time_of(system);
    if (to) {
        memcpy(to, &usage, sizeof(usage));
    }
}

static bool wants(const struct waiting *w, const struct process *child)
{
    return w->kind == P_ALL || (w->kind == P_PID && child->pid == w->id) ||
           (w->kind == P_PGID && child->group == w->id);
}

/* Is there news of that child? Then it is told, once. */
static bool child_tells(struct process *parent, struct process *child,
                        struct waiting *w)
{
    bool keep = w->flags & WNOWAIT;
    w->pid = child->pid;
    w->user = child->user + child->children_user;
    w->system = child->system + child->children_system;
    if (child->state == STATE_ENDED && w->flags & WEXITED) {
        w->status = child->status;
        w->code = child->status & 0x80   ? CLD_DUMPED
                  : child->status & 0x7f ? CLD_KILLED
                                         : CLD_EXITED;
        if (!keep) {
            parent->children_user += w->user;
            parent->children_system += w->system;
            process_forget(child);
        }
        return true;
    }
    if (child->stop_news && w->flags & WUNTRACED) {
        w->status = (int)(child->stop_signal << 8 | 0x7f);
        w->code = CLD_STOPPED;
        child->stop_news = keep;
        return true;
    }
    if (child->continue_news && w->flags & WCONTINUED) {
        w->status = 0xffff;
        w->code = CLD_CONTINUED;
        child->continue_news = keep;
        return true;
    }
    return false;
}

/* The pid of a child with news; 0: none now (WNOHANG), -ECHILD, or waits. */
static int64_t wait_for(struct serve *s, struct waiting *w)
{
    bool any = false;
    unsigned top = process_top(), first = (unsigned)disorder_below(top);
    for (unsigned n = 0; n < top; n++) {
        struct process *child = process_at((first + n) % top);
        if (!child || child->parent != s->process->pid || child == s->process ||
            !wants(w, child)) {
            continue;
        }
        any = true;
        if (child_tells(s->process, child, w)) {
            return w->pid;
        }
    }
    if (!any) {
        return -ECHILD;
    }
    return w->flags & WNOHANG ? 0 : serve_wait(s, WAIT_CHILD, s->process->pid);
}

int64_t serve_wait4(struct serve *s)
{
    int32_t pid = (int32_t)s->a[0];
    uint64_t flags = (uint32_t)s->a[2];
    struct waiting w = {.flags = flags | WEXITED};
    if (flags & ~FLAGS4) {
        return -EINVAL;
    }
    if (pid == INT32_MIN) {
        return -ESRCH;
    }
    w.kind = pid == -1 ? P_ALL : pid > 0 ? P_PID : P_PGID;
    w.id = pid > 0    ? (uint32_t)pid
           : pid == 0 ? s->process->group
                      : (uint32_t)-pid;
    int64_t answer = wait_for(s, &w);
    if (answer <= 0) {
        return answer;
    }
    if (s->at[1]) {
        memcpy(s->at[1], &w.status, sizeof(w.status));
    }
    usage_put(s->at[3], w.user, w.system);
    return answer;
}

static int waited_status(const struct waiting *w)
{
    switch (w->code) {
    case CLD_EXITED:
        return w->status >> 8 & 0xff;
    case CLD_STOPPED:
        return w->status >> 8;
    case CLD_CONTINUED:
        return SIGCONT;
    default:
        return w->status & 0x7f;
    }
}

int64_t serve_waitid(struct serve *s)
{
    struct siginfo info = {0};
    uint64_t flags = (uint32_t)s->a[3];
    struct waiting w = {
        .kind = (int)s->a[0], .id = (uint32_t)s->a[1], .flags = flags};
    if (flags & ~FLAGSID || !(flags & (WEXITED | WSTOPPED | WCONTINUED)) ||
        s->a[0] > P_PGID || (w.kind != P_ALL && (int32_t)w.id < 0) ||
        (w.kind == P_PID && !w.id)) {
        return -EINVAL;
    }
    if (w.kind == P_PGID && !w.id) {
        w.id = s->process->group;
    }
    int64_t answer = wait_for(s, &w);
    if (answer < 0) {
        return answer;
    }
    if (answer > 0) {
        info.si_signo = SIGCHLD;
        info.si_code = w.code;
        info.si_pid = (int32_t)w.pid;
        info.si_status = waited_status(&w);
        usage_put(s->at[4], w.user, w.system);
    }
    if (s->at[2]) {
        memcpy(s->at[2], &info, sizeof(info));
    }
    return 0;
}

int64_t serve_getrusage(struct serve *s)
{
    const struct process *process = s->process;
    int32_t who = (int32_t)s->a[0];
    if (who == RUSAGE_CHILDREN) {
        usage_put(s->at[1], process->children_user, process->children_system);
    } else if (who == RUSAGE_SELF || who == RUSAGE_THREAD) {
        usage_put(s->at[1], process->user, process->system);
    } else {
        return -EINVAL;
    }
    return 0;
}
