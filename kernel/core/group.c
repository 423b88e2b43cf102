/*
 * Groups: what a process can have that is not memory.
 *
 * Ports and interrupt lines fit no page-table entry. So a bit in the process's
 * record stands for one, `attach` on its directory entry sets it, and `update`
 * takes it. What enforces the bit is hardware all the same: the bitmap of
 * ports in the TSS, and the masks of the interrupt controllers.
 *
 * An interrupt is told to one process, its holder: the line is masked, a bit
 * is set in the holder's event word, and the line is open again when the
 * holder says so. So no device can keep the machine busy with one line.
 */
#include "core/group.h"

#include "abi/context.h"
#include "abi/rights.h"
#include "core/cpu.h"
#include "core/notice.h"
#include "core/process.h"

#define GROUP_RIGHTS RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R | RIGHT_W)

/* No port here can reset the machine, move memory or reach another process.
 * The kernel keeps those of the interrupt controllers, timers, PCI's
 * configuration, firmware's ways to memory (fw_cfg, ISA DMA), reset, SMI. */
static const struct group known[] = {
    {GROUP_PORTS, 0x3f8, 8, 0},  /* COM1, the console */
    {GROUP_PORTS, 0x2f8, 8, 0},  /* COM2 */
    {GROUP_PORTS, 0x60, 1, 0},   /* the keyboard's data */
    {GROUP_PORTS, 0x3b0, 48, 0}, /* VGA */
    {GROUP_IRQ, 4, 1, 0},        /* COM1 */
    {GROUP_IRQ, 3, 1, 0},        /* COM2 */
    {GROUP_IRQ, 1, 1, 0},        /* the keyboard */
};

/* The groups whose ports the TSS's bitmap opens. */
static uint32_t open_groups;

static bool has(uint64_t process, uint64_t n)
{
    return processes[process].groups >> n & 1;
}

void group_boot(void)
{
    for (unsigned n = 0; n < ARRAY_COUNT(known); n++) {
        groups[n].kind = known[n].kind;
        groups[n].first = known[n].first;
        groups[n].count = known[n].count;
        groups[n].holder = known[n].kind == GROUP_IRQ ? SLOT_INIT : 0;
        processes[SLOT_INIT].groups |= 1u << n;
    }
}

/* The number of the group that a word names, or GROUP_MAX. */
static uint64_t number_of(uint64_t resource)
{
    uint64_t n = resource & ~(UINT64_C(15) << 60);
    return group_is(resource) && n < GROUP_MAX &&
                   groups[n].kind == resource >> 60
               ? n
               : GROUP_MAX;
}

enum error group_attach(uint64_t me, uint64_t slot, uint64_t resource,
                        uint64_t rights)
{
    uint64_t n = number_of(resource);
    if (slot == 0 || slot >= PROCESS_MAX || n == GROUP_MAX) {
        return E_RANGE;
    }
    if (rights != GROUP_RIGHTS) {
        return E_RIGHTS;
    }
    if (!process_is_mine(me, slot)) {
        return E_OWNER;
    }
    if (has(slot, n)) {
        return E_BUSY;
    }
    if (!has(me, n)) {
        return E_OWNER;
    }
    processes[slot].groups |= 1u << n;
    if (groups[n].kind == GROUP_IRQ) {
        groups[n].holder = (uint16_t)slot;
    }
    group_load(cpu_process());
    return OK;
}

/* Takes group n from a process that has it. An interrupt, masked, is its
 * parent's again. */
static void take(uint64_t process, uint64_t n)
{
    uint64_t parent = processes[process].parent;
    processes[process].groups &= ~(1u << n);
    /* Somebody must hold it, or nobody could ever open the line again; masked,
     * until that one says that it is ready. */
    if (groups[n].kind == GROUP_IRQ && groups[n].holder == process) {
        arch_irq_mask(groups[n].first);
        groups[n].holder = (uint16_t)(has(parent, n) ? parent : SLOT_INIT);
    }
}

enum error group_update(uint64_t me, uint64_t slot, uint64_t resource,
                        uint64_t rights)
{
    uint64_t n = number_of(resource);
    if (slot == 0 || slot >= PROCESS_MAX || n == GROUP_MAX) {
        return E_RANGE;
    }
    if (rights != RIGHTS_NONE && rights != GROUP_RIGHTS) {
        return E_RIGHTS;
    }
    if (!process_is_mine(me, slot) && me != SLOT_INIT) {
        return E_OWNER;
    }
    if (!has(slot, n) || (rights != RIGHTS_NONE && groups[n].holder != slot)) {
        return E_MATCH;
    }
    if (rights == RIGHTS_NONE) {
        take(slot, n);
        group_load(cpu_process());
    } else {
        arch_irq_unmask(groups[n].first);
    }
    return OK;
}

void group_clear(uint64_t process)
{
    for (unsigned n = 0; n < GROUP_MAX; n++) {
        if (has(process, n)) {
            take(process, n);
        }
    }
}

void group_load(uint64_t process)
{
    /* At each hand-over, so the usual case must cost nothing: a process
     * without ports leaves the bitmap as it is and shuts all of it at once.
     * Else only what differs from what was open last is written. */
    uint32_t wanted = processes[process].groups;
    if (wanted == 0) {
        arch_ports_use(false); /* the bitmap stays: its owner may come back */
        return;
    }
    arch_ports_use(true);
    for (unsigned n = 0; (open_groups ^ wanted) >> n != 0; n++) {
        if (((open_groups ^ wanted) >> n & 1) &&
            groups[n].kind == GROUP_PORTS) {
            arch_ports_set(groups[n].first, groups[n].count, has(process, n));
        }
    }
    open_groups = wanted;
}

void group_interrupt(unsigned line)
{
    /* Masked before the controller is told that it was seen: else it comes
     * again. */
    arch_irq_mask(line);
    arch_irq_end(line);
    for (unsigned n = 0; n < GROUP_MAX; n++) {
        if (groups[n].kind == GROUP_IRQ && groups[n].first == line) {
            notice_event(groups[n].holder, EVENT_IRQ(n));
        }
    }
}
