/*
 * Niceness: -20, who comes first, to 19. It is a number in the record, which
 * fork copies and exec keeps; what it is worth, the machine decides
 * (xo5/keeper/main.c).
 */
#include "libos/unix/keeper/process/priority.h"

/* Whether it is one of those that the request names. */
static bool is_named(const struct serve *s, const struct process *process)
{
    uint32_t who = (uint32_t)s->a[1];
    switch ((uint32_t)s->a[0]) {
    case PRIO_PROCESS:
        return who ? process->pid == who : process == s->process;
    case PRIO_PGRP:
        return process->group == (who ? who : s->process->group);
    default:
        return who == 0; /* root's */
    }
}

/* The next one after that index, or NULL. */
static struct process *next(const struct serve *s, unsigned *index)
{
    for (unsigned i = *index; i < process_top(); i++) {
        struct process *process = process_at(i);
        if (process && is_named(s, process)) {
            *index = i + 1;
            return process;
        }
    }
    return NULL;
}

/* Of the one that comes first; as a number that is no error. */
int64_t serve_getpriority(struct serve *s)
{
    int64_t most = -ESRCH;
    unsigned index = 0;
    const struct process *process;
    if ((uint32_t)s->a[0] > PRIO_USER) {
        return -EINVAL;
    }
    while ((process = next(s, &index)) != NULL) {
        int64_t here = NICE_LIMIT - process->nice;
        most = here > most ? here : most;
    }
    return most;
}

int64_t serve_setpriority(struct serve *s)
{
    int32_t wanted = (int32_t)s->a[2];
    int64_t answer = -ESRCH;
    unsigned index = 0;
    struct process *process;
    if ((uint32_t)s->a[0] > PRIO_USER) {
        return -EINVAL;
    }
    wanted = wanted < -NICE_LIMIT ? -NICE_LIMIT : wanted;
    wanted = wanted < NICE_LIMIT ? wanted : NICE_LIMIT - 1;
    while ((process = next(s, &index)) != NULL) {
        process->nice = (int8_t)wanted;
        answer = 0;
    }
    return answer;
}

int keeper_nice(unsigned slot)
{
    const struct process *process = process_in(slot);
    return process ? process->nice : 0;
}
