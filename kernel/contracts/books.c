/*
 * The contracts of what counts: core/quota.h, process.h, vital.h, notice.h,
 * accept.h, claim.h, group.h.
 */
#include "arch/cpu.h"
#include "contracts/contract.h"
#include "core/accept.h"
#include "core/claim.h"
#include "core/group.h"
#include "core/link.h"
#include "core/notice.h"
#include "core/process.h"
#include "core/quota.h"
#include "core/vital.h"

static uint64_t sum_of(uint64_t a, uint64_t b)
{
    uint64_t sum = processes[a].owned + processes[a].allowance;
    return a == b ? sum : sum + processes[b].owned + processes[b].allowance;
}

/* ---- quota --------------------------------------------------------------- */

CONTRACT(void, quota_move, uint64_t frame, uint64_t to)
{
    uint64_t from = frames[frame].owner, sum = sum_of(from, to);
    ASSERT(from == to || quota_has(to, quota_of(frame)),
           "quota_move: the new owner may own it");
    __real_quota_move(frame, to);
    ASSERT(frames[frame].owner == to, "quota_move: makes it the owner");
    ASSERT(sum_of(from, to) == sum, "invariant 11: quota_move: the sum stays");
}

CONTRACT(void, quota_swap_others, uint64_t resource, uint64_t other,
         uint64_t to)
{
    uint64_t from = frames[resource].owner, sum = sum_of(from, to);
    ASSERT(from != to, "quota_swap_others: for owners that differ");
    ASSERT(quota_fits_others(resource, other, to),
           "quota_swap_others: both have room");
    __real_quota_swap_others(resource, other, to);
    ASSERT(frames[resource].owner == to &&
               (other == RESOURCE_NONE || frames[other].owner == from),
           "quota_swap_others: each has the other's");
    ASSERT(sum_of(from, to) == sum,
           "invariant 11: quota_swap_others: the sum stays");
}

CONTRACT(void, quota_grant, uint64_t from, uint64_t to, uint64_t allowance)
{
    uint64_t sum = sum_of(from, to);
    uint64_t slots = processes[from].slots + processes[to].slots;
    __real_quota_grant(from, to, allowance);
    ASSERT(sum_of(from, to) == sum, "invariant 11: quota_grant: the sum stays");
    ASSERT(processes[from].slots + processes[to].slots == slots,
           "invariant 11: quota_grant: the slots' too");
}

/* ---- processes ----------------------------------------------------------- */

CONTRACT(bool, quota_fits_others, uint64_t resource, uint64_t other,
         uint64_t to)
{
    ASSERT(frames[resource].owner != to,
           "quota_fits_others: for owners that differ");
    uint64_t cost = quota_of(resource);
    bool fits = __real_quota_fits_others(resource, other, to);
    ASSERT(!fits || other != RESOURCE_NONE || quota_has(to, cost),
           "quota_fits_others: the receiver has room");
    return fits;
}

CONTRACT(bool, quota_covers, uint64_t process, uint64_t allowance)
{
    bool covers = __real_quota_covers(process, allowance);
    ASSERT(!covers || processes[process].slots != 0,
           "quota_covers: a slot more");
    return covers;
}

CONTRACT(void, process_settle, uint64_t frame)
{
    const struct frame *f = &frames[frame];
    bool goes = (f->flags & FRAME_GIVEN) && f->refs == 0;
    uint64_t before = mix_frame(0, frame);
    __real_process_settle(frame);
    ASSERT(!goes || f->kind == KIND_DIRTY,
           "process_settle: given back and without refs, it becomes dirty");
    ASSERT(goes || mix_frame(0, frame) == before,
           "process_settle: any other stays as it is");
}

CONTRACT(void, process_unref, uint64_t frame)
{
    ASSERT(frames[frame].refs != 0, "invariant 1: process_unref: it has a ref");
    __real_process_unref(frame);
}

CONTRACT(void, process_link, uint64_t me, uint64_t slot, uint64_t table,
         uint64_t context)
{
    const struct process *p = &processes[slot];
    uint64_t generation = p->generation;
    ASSERT(p->state == PROCESS_FREE, "process_link: the slot is free");
    ASSERT(processes[me].slots != 0 && frames[table].refs == 0,
           "process_link: one of my slots, a table without refs");
    __real_process_link(me, slot, table, context);
    pte e = entry_load(entry_name(books.directory, (unsigned)slot));
    ASSERT(p->state == PROCESS_LIVE && p->parent == me && p->table == table &&
               p->context == context,
           "process_link: fills the record");
    ASSERT(p->generation == generation + 1,
           "process_link: each use of a slot has a generation");
    ASSERT(link_holds(e, table) && frames[table].refs == 1,
           "invariant 3: process_link: links it in the directory");
    ASSERT(!(e.bits & (PTE_U | PTE_W)),
           "invariant 4: process_link: ring 3 may not pass");
}

CONTRACT(void, process_adopt, uint64_t me, uint64_t slot)
{
    uint64_t old = processes[slot].parent;
    ASSERT(processes[me].slots != 0 && processes[old].parent == me,
           "process_adopt: a child's child, by one of my slots");
    __real_process_adopt(me, slot);
    ASSERT(processes[slot].parent == me, "process_adopt: I am its parent");
}

CONTRACT(enum error, process_update, uint64_t me, uint64_t slot,
         uint64_t resource, uint64_t rights)
{
    bool lives = slot < PROCESS_MAX && processes[slot].state == PROCESS_LIVE;
    enum error error = __real_process_update(me, slot, resource, rights);
    ASSERT(is_one_of(error, ONE(OK) | ONE(E_RANGE) | ONE(E_RIGHTS) |
                                ONE(E_MATCH) | ONE(E_BUSY) | ONE(E_OWNER)),
           "process_update: answers one of its errors");
    if (error != OK || slot == me) {
        return error;
    }
    pte e = entry_load(entry_name(books.directory, (unsigned)slot));
    ASSERT(processes[slot].state == (lives ? PROCESS_DEAD : PROCESS_FREE),
           "process_update: a live child ends, a dead one's slot is free");
    ASSERT(e.bits == 0, "invariant 3: process_update: it left the directory");
    ASSERT(processes[slot].groups == 0, "process_update: its groups go");
    return error;
}

/* ---- vital pages, acceptances, claims ------------------------------------ */

CONTRACT(enum error, vital_mark, uint64_t me, uint64_t frame, bool vital)
{
    enum error error = __real_vital_mark(me, frame, vital);
    ASSERT(is_one_of(error, ONE(OK) | ONE(E_OWNER) | ONE(E_KIND) |
                                ONE(E_GIVEN) | ONE(E_FULL)),
           "vital_mark: answers one of its errors");
    ASSERT(error || !(frames[frame].flags & FRAME_VITAL) == !vital,
           "vital_mark: puts the mark on or takes it off");
    ASSERT(processes[me].vitals <= VITAL_MAX, "vital_mark: VITAL_MAX at most");
    return error;
}

CONTRACT(void, vital_forget, uint64_t frame)
{
    __real_vital_forget(frame);
    ASSERT(!(frames[frame].flags & FRAME_VITAL), "vital_forget: it has none");
}

CONTRACT(enum error, accept_posted, uint64_t me, uint64_t entry,
         uint64_t resource, unsigned ceiling)
{
    ASSERT(!(entry_load(entry).bits & PTE_P), "accept_check: an empty entry");
    enum error error = __real_accept_posted(me, entry, resource, ceiling);
    ASSERT(is_one_of(error, ONE(OK) | ONE(E_OWNER) | ONE(E_RIGHTS)),
           "accept_check: E_OWNER or E_RIGHTS");
    ASSERT(error || (entry_load(entry).bits & ACCEPT_MARK),
           "accept_check: because of an acceptance there");
    return error;
}

CONTRACT(enum error, accept_update, uint64_t me, uint64_t entry, uint64_t word,
         uint64_t rights)
{
    pte before = entry_load(entry);
    ASSERT(!(before.bits & PTE_P), "accept_update: on an empty entry");
    enum error error = __real_accept_update(me, entry, word, rights);
    pte after = entry_load(entry);
    ASSERT(!error || after.bits == before.bits,
           "accept_update: an error has changed nothing");
    ASSERT(error || (rights == RIGHTS_NONE ? after.bits == 0
                                           : accept_is(after, word)),
           "accept_update: posts, or withdraws, the acceptance");
    return error;
}

CONTRACT(enum error, claim_check, uint64_t me, uint64_t frame, uint64_t entry)
{
    ASSERT(entry < ENTRIES_MAX, "claim_check: the entry is in range");
    enum error error = __real_claim_check(me, frame, entry);
    ASSERT(is_one_of(error, ONE(OK) | ONE(E_OWNER) | ONE(E_MATCH) |
                                ONE(E_GIVEN) | ONE(E_SHARED)),
           "claim_check: answers one of its errors");
    ASSERT(error || (frames[frame].refs == 1 &&
                     (frames[frame].flags & FRAME_GIVEN) &&
                     link_holds(entry_load(entry), frame)),
           "claim_check: given back, and its last ref is this entry");
    return error;
}

/* ---- notices and groups -------------------------------------------------- */

CONTRACT(enum error, notice_update, uint64_t me, uint64_t entry,
         uint64_t resource, uint64_t rights)
{
    ASSERT(notice_valid(rights), "notice_update: a word that changes none");
    uint64_t bits = entry_load(entry).bits;
    enum error error = __real_notice_update(me, entry, resource, rights);
    ASSERT(is_one_of(error, ONE(OK) | ONE(E_OWNER) | ONE(E_KIND) |
                                ONE(E_GIVEN) | ONE(E_FULL)),
           "notice_update: answers one of its errors");
    ASSERT(rights != RIGHTS_ASK || !error, "notice_update: asking is OK");
    ASSERT(!((entry_load(entry).bits ^ bits) & ~(PTE_A | PTE_D)),
           "notice_update: the entry stays as it is");
    return error;
}

CONTRACT(void, notice_event, uint64_t process, uint64_t bits)
{
    __real_notice_event(process, bits);
    ASSERT(processes[process].state != PROCESS_LIVE ||
               (context_of(process)->events & bits) == bits,
           "notice_event: sets bits of the process's event word");
}

CONTRACT(void, notice_taken, uint64_t process, uint64_t entry)
{
    uint64_t before = processes[process].taken;
    bool lives = processes[process].state == PROCESS_LIVE;
    __real_notice_taken(process, entry);
    ASSERT(processes[process].taken == before + lives,
           "notice_taken: counts it, if the process lives");
    ASSERT(!lives || context_of(process)->taken[before % TAKEN_MAX] == entry,
           "notice_taken: entry number n is in taken[n % TAKEN_MAX]");
}

/* What both promise: `last` is the one answer that the other has not. */
static enum error check_group(enum error error, enum error last,
                              uint64_t before)
{
    ASSERT(is_one_of(error, ONE(OK) | ONE(E_RANGE) | ONE(E_RIGHTS) |
                                ONE(E_OWNER) | ONE(last)),
           "group_attach, group_update: answers one of its errors");
    ASSERT(!error || mix_processes() == before,
           "group_attach, group_update: an error has changed nothing");
    return error;
}

CONTRACT(enum error, group_attach, uint64_t me, uint64_t slot,
         uint64_t resource, uint64_t rights)
{
    uint64_t before = mix_processes();
    enum error error = __real_group_attach(me, slot, resource, rights);
    ASSERT(error || mix_processes() != before,
           "group_attach: OK has changed something");
    return check_group(error, E_BUSY, before);
}

CONTRACT(enum error, group_update, uint64_t me, uint64_t slot,
         uint64_t resource, uint64_t rights)
{
    uint64_t before = mix_processes();
    enum error error = __real_group_update(me, slot, resource, rights);
    return check_group(error, E_MATCH, before);
}

CONTRACT(void, group_clear, uint64_t process)
{
    __real_group_clear(process);
    ASSERT(processes[process].groups == 0, "group_clear: it has no group");
    for (unsigned n = 0; n < GROUP_MAX; n++) {
        ASSERT(groups[n].kind != GROUP_IRQ || groups[n].holder != process,
               "group_clear: it holds no interrupt");
    }
}

CONTRACT(void, group_boot, void)
{
    __real_group_boot();
    for (unsigned n = 0; n < GROUP_MAX; n++) {
        bool has = processes[SLOT_INIT].groups >> n & 1;
        ASSERT((groups[n].kind != 0) == has, "group_boot: all of them init's");
        ASSERT(groups[n].kind != GROUP_IRQ || groups[n].holder == SLOT_INIT,
               "group_boot: init holds the interrupts");
    }
}

/* What the processor asks before it lets ring 3 use a port (arch/cpu.h). */
static bool is_open(unsigned port)
{
    const struct tss *tss = &cpu_self()->tss;
    return tss->ports_at != sizeof(*tss) &&
           !(tss->ports[port / 8] >> port % 8 & 1);
}

CONTRACT(void, group_load, uint64_t process)
{
    __real_group_load(process);
    for (unsigned n = 0; n < GROUP_MAX; n++) {
        bool has = processes[process].groups >> n & 1;
        uint64_t end = groups[n].first + groups[n].count;
        for (unsigned port = groups[n].first;
             groups[n].kind == GROUP_PORTS && port < end; port++) {
            ASSERT(is_open(port) == has,
                   "group_load: the ports are those of that process");
        }
    }
}

CONTRACT(void, group_interrupt, unsigned line)
{
    ASSERT(line < IRQ_LINES, "group_interrupt: of a line");
    __real_group_interrupt(line);
    for (unsigned n = 0; n < GROUP_MAX; n++) {
        uint64_t holder = groups[n].holder;
        ASSERT(groups[n].kind != GROUP_IRQ || groups[n].first != line ||
                   processes[holder].state != PROCESS_LIVE ||
                   (context_of(holder)->events & EVENT_IRQ(n)),
               "group_interrupt: tells its holder");
    }
}
