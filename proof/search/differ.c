/*
 * Who reads what broke wants the one thing that is wrong, as the books name it,
 * and not two dumps: the first difference, in words.
 */
#include "proof/search/differ.h"

#include <stdio.h>
#include <string.h>

#include "proof/search/broke.h"

static char text[400];

static int frame_words(char *at, size_t room, const struct fact_frame *f)
{
    return snprintf(at, room, "kind %u, level %u, owner %u%s%s, cleared %u",
                    f->kind, f->level, f->owner, f->given ? ", given" : "",
                    f->vital ? ", vital" : "", f->cleared);
}

static int entry_words(char *at, size_t room, const struct fact_entry *e)
{
    switch (e->holds) {
    case HOLDS_RESOURCE:
        return snprintf(at, room, "holds %u with rights %u, ceiling %u",
                        (unsigned)e->what, e->rights, e->ceiling);
    case HOLDS_ACCEPTANCE:
        return snprintf(at, room,
                        "accepts kind %u, level %u, of process %u, "
                        "generation %u, ceiling %u",
                        e->kind, e->level, e->giver, (unsigned)e->what,
                        e->ceiling);
    default:
        return snprintf(at, room, "%s",
                        e->holds == HOLDS_NOTHING ? "is empty" : "is none");
    }
}

static int process_words(char *at, size_t room, const struct fact_process *p)
{
    return snprintf(
        at, room,
        "state %u, parent %u, generation %u, table %u, context %u, allowance "
        "%u, slots %u, groups %x, accepts %lx, taken %u, running %u, giver "
        "%u, lease %u, reason %u, vector %u",
        p->state, p->parent, p->generation, (unsigned)p->table,
        (unsigned)p->context, (unsigned)p->allowance, p->slots, p->groups,
        (unsigned long)p->accepts, (unsigned)p->taken, p->running, p->giver,
        (unsigned)p->lease, p->reason, p->vector);
}

const char *differ_facts(const struct facts *are, const struct facts *right)
{
    size_t room = sizeof(text);
    int at;
    for (unsigned f = 0; f < FRAMES_MAX; f++) {
        if (memcmp(&are->frames[f], &right->frames[f],
                   sizeof(are->frames[f]))) {
            at = snprintf(text, room, "frame %u: ", f);
            at += frame_words(text + at, room - at, &are->frames[f]);
            at += snprintf(text + at, room - at, "; and not: ");
            frame_words(text + at, room - at, &right->frames[f]);
            return text;
        }
    }
    for (unsigned e = 0; e < ENTRY_COUNT; e++) {
        if (memcmp(&are->entries[e], &right->entries[e],
                   sizeof(are->entries[e]))) {
            at = snprintf(text, room, "entry %s ", name_entry(e));
            at += entry_words(text + at, room - at, &are->entries[e]);
            at += snprintf(text + at, room - at, "; and not: ");
            entry_words(text + at, room - at, &right->entries[e]);
            return text;
        }
    }
    for (unsigned p = 0; p < PROCESS_MAX; p++) {
        if (memcmp(&are->processes[p], &right->processes[p],
                   sizeof(are->processes[p]))) {
            at = snprintf(text, room, "process %u: ", p);
            at += process_words(text + at, room - at, &are->processes[p]);
            at += snprintf(text + at, room - at, "; and not: ");
            process_words(text + at, room - at, &right->processes[p]);
            return text;
        }
    }
    if (are->running != right->running) {
        snprintf(text, room, "process %u runs, and not %u",
                 (unsigned)are->running, (unsigned)right->running);
        return text;
    }
    return "the holder of an interrupt";
}

const char *differ_image(const struct snapshot *right)
{
    size_t room = sizeof(text);
    for (unsigned f = 0; f < FRAMES_MAX; f++) {
        if (memcmp(&frames[f], &right->frames[f], sizeof(frames[f]))) {
            snprintf(text, room, "the record of frame %u", f);
            return text;
        }
    }
    for (unsigned e = 0; e < ENTRY_COUNT; e++) {
        if (entries[e].bits != right->entries[e]) {
            snprintf(text, room, "entry %s", name_entry(e));
            return text;
        }
    }
    for (unsigned p = 0; p < PROCESS_MAX; p++) {
        if (memcmp(&processes[p], &right->processes[p], sizeof(processes[p]))) {
            snprintf(text, room, "the record of process %u", p);
            return text;
        }
    }
    return "an extent, a group or the CPU";
}
