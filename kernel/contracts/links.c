/*
 * The contracts of lab 3: attach and update (ops/operations.h), and upcalls
 * (ring3/upcall.h, event.h).
 */
#include "contracts/contract.h"
#include "core/link.h"
#include "core/notice.h"
#include "core/process.h"
#include "ops/operations.h"
#include "ring3/event.h"
#include "ring3/upcall.h"

#define ATTACH_ERRORS                                                          \
    (ONE(OK) | ONE(E_RANGE) | ONE(E_RIGHTS) | ONE(E_KIND) | ONE(E_GIVEN) |     \
     ONE(E_BUSY) | ONE(E_OWNER) | ONE(E_LEVEL) | ONE(E_MATCH) | ONE(E_FULL))
#define UPDATE_ERRORS                                                          \
    (ONE(OK) | ONE(E_RANGE) | ONE(E_RIGHTS) | ONE(E_KIND) | ONE(E_MATCH) |     \
     ONE(E_OWNER) | ONE(E_VITAL) | ONE(E_GIVEN) | ONE(E_BUSY) | ONE(E_FULL))

static uint64_t state(uint64_t entry, uint64_t resource)
{
    return mix_entry(mix_frame(mix_processes(), resource), entry);
}

/* The entry is live, with these rights and this ceiling. */
static bool is_linked(uint64_t entry, uint64_t resource, uint64_t rights)
{
    pte e = entry_load(entry);
    return link_holds(e, resource) && entry_rights(e) == rights_now(rights) &&
           link_ceiling(e) == (rights_ceiling(rights) | RIGHT_R);
}

CONTRACT(enum error, op_attach, uint64_t me, uint64_t entry, uint64_t resource,
         uint64_t rights, uint64_t source, uint64_t via)
{
    uint64_t before = state(entry, resource);
    bool link = entry < ENTRIES_MAX && !process_is_directory(entry);
    uint64_t refs = resource < FRAMES_MAX ? frames[resource].refs : 0;
    ASSERT(processes[me].state == PROCESS_LIVE, "op_attach: `me` is live");
    enum error error =
        __real_op_attach(me, entry, resource, rights, source, via);
    ASSERT(is_one_of(error, ATTACH_ERRORS),
           "op_attach: answers one of its errors");
    ASSERT(!error == (state(entry, resource) != before),
           "op_attach: an error has changed nothing; OK has");
    ASSERT(error || !link || is_linked(entry, resource, rights),
           "op_attach: links the resource, with these rights");
    ASSERT(error || !link || frames[resource].refs == refs + 1,
           "invariant 1: op_attach: one ref more");
    return error;
}

/* After update of a live entry, with a word that sets its rights. */
static void check_update(uint64_t entry, uint64_t resource, uint64_t rights)
{
    ASSERT(rights != RIGHTS_NONE || entry_load(entry).bits == 0,
           "op_update: no rights: detaches");
    ASSERT(rights == RIGHTS_NONE || is_linked(entry, resource, rights),
           "op_update: sets rights and ceiling");
}

CONTRACT(enum error, op_update, uint64_t me, uint64_t entry, uint64_t resource,
         uint64_t rights)
{
    uint64_t before = state(entry, resource);
    bool live = entry < ENTRIES_MAX && !process_is_directory(entry) &&
                is_entry(entry) && (entry_load(entry).bits & PTE_P);
    ASSERT(processes[me].state == PROCESS_LIVE, "op_update: `me` is live");
    enum error error = __real_op_update(me, entry, resource, rights);
    ASSERT(is_one_of(error, UPDATE_ERRORS),
           "op_update: answers one of its errors");
    ASSERT(!error || state(entry, resource) == before,
           "op_update: an error has changed nothing");
    if (!error && live && !notice_valid(rights)) {
        check_update(entry, resource, rights);
    }
    return error;
}

static bool is_same(const struct trap_frame *a, const struct trap_frame *b)
{
    return mix(0, a, sizeof(*a)) == mix(0, b, sizeof(*b));
}

CONTRACT(bool, upcall_deliver, uint64_t process, struct trap_frame *frame,
         uint64_t entry, uint64_t address)
{
    struct trap_frame before = *frame;
    bool masked = context_of(process)->mask != 0;
    bool told = __real_upcall_deliver(process, frame, entry, address);
    ASSERT(told || is_same(frame, &before),
           "upcall_deliver: false, having changed nothing");
    ASSERT(told == (!masked && entry != 0 && entry < arch_user_limit),
           "upcall_deliver: false if masked, or entry is 0 or outside");
    if (!told) {
        return told;
    }
    const volatile struct context *c = context_of(process);
    ASSERT(c->mask && c->trap.rip == before.rip && c->trap.rsp == before.rsp,
           "upcall_deliver: saves the registers, sets the mask");
    ASSERT(frame->rip == entry && frame->rdi == before.vector &&
               frame->rsi == before.error && frame->rdx == address,
           "upcall_deliver: continues at entry: vector, error, address");
    ASSERT(frame->rsp % 16 == 0, "upcall_deliver: rsp a multiple of 16");
    ASSERT((frame->rflags & (FLAG_IF | FLAG_DF | FLAG_TF)) == FLAG_IF,
           "upcall_deliver: interrupts are on; DF and TF are clear");
    return told;
}

CONTRACT(void, event_deliver, uint64_t process, struct trap_frame *frame)
{
    const volatile struct context *c = context_of(process);
    uint64_t rip = frame->rip;
    bool waits = c->events == 0 || c->entry_event == 0 || c->mask != 0;
    __real_event_deliver(process, frame);
    ASSERT(!waits || frame->rip == rip,
           "event_deliver: only with an event, wanted, and unmasked");
}
