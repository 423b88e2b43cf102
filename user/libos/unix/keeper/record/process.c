/*
 * The records of the processes, and nothing of what they hold: files, signals
 * and the terminal are in later folders, and who makes or ends a process
 * (process/fork.c, exit.c) puts both together.
 *
 * A process has three names. Its index is where its record is, and what bitmaps
 * count in; its pid is what programs see, and no group's or session's number is
 * used again while it lives on; its slot is what the machine calls it, from
 * process_enter to process_leave.
 */
#include "libos/unix/keeper/record/process.h"

#include "lib/string.h"

static uint32_t pages[PROCESSES]; /* that the records lie in */
struct process *process_records[PROCESSES];
static uint16_t slots[KEEPER_SLOTS]; /* index + 1; 0: nobody */
unsigned process_record_top;
static uint32_t last_pid;

void process_begin(void)
{
    memset(pages, 0, sizeof(pages));
    memset(process_records, 0, sizeof(process_records));
    memset(slots, 0, sizeof(slots));
    last_pid = process_record_top = 0;
}

struct process *process_find(uint32_t pid)
{
    for (unsigned i = 0; pid && i < process_top(); i++) {
        struct process *process = process_at(i);
        if (process && process->pid == pid) {
            return process;
        }
    }
    return NULL;
}

struct process *process_alive(uint32_t pid)
{
    struct process *process = process_find(pid);
    return process && process->state != STATE_ENDED ? process : NULL;
}

struct process *process_in(unsigned slot)
{
    return slot < KEEPER_SLOTS && slots[slot] ? process_at(slots[slot] - 1u)
                                              : NULL;
}

uint32_t process_count(void)
{
    uint32_t count = 0;
    for (unsigned i = 0; i < process_top(); i++) {
        count += process_records[i] != NULL;
    }
    return count;
}

/* Does anybody use that number: as pid, group or session? */
static bool pid_used(uint32_t pid)
{
    for (unsigned i = 0; i < process_top(); i++) {
        const struct process *process = process_at(i);
        if (process && (process->pid == pid || process->group == pid ||
                        process->session == pid)) {
            return true;
        }
    }
    return false;
}

/* At most 3 * PROCESSES numbers are used, so this ends. */
static uint32_t pid_next(void)
{
    do {
        last_pid = last_pid < PID_MAX ? last_pid + 1 : 2;
    } while (pid_used(last_pid));
    return last_pid;
}

struct process *process_new(void)
{
    unsigned index = 0;
    while (index < PROCESSES && process_records[index]) {
        index++;
    }
    uint32_t page = index < PROCESSES ? machine_page_take() : 0;
    if (!page) {
        return NULL;
    }
    uint32_t pid = pid_next();
    struct process *process = machine_page(page);
    pages[index] = page;
    process_records[index] = process;
    process_record_top =
        index < process_record_top ? process_record_top : index + 1;
    process->pid = pid;
    process->index = (uint16_t)index;
    return process;
}

void process_enter(struct process *process, unsigned slot)
{
    process->slot = (uint16_t)slot;
    slots[slot] = (uint16_t)(process->index + 1);
}

void process_leave(const struct process *process)
{
    slots[process->slot] = 0;
}

void process_forget(struct process *process)
{
    unsigned index = process->index;
    process_records[index] = NULL;
    machine_page_give(pages[index]);
    while (process_record_top && !process_records[process_record_top - 1]) {
        process_record_top--;
    }
}
