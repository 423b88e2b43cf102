/*
 * The processor and the board, as the rest of the kernel sees them. Only
 * arch/ holds assembly, control registers and ports.
 *
 * SDM, here and everywhere in xo5, is Intel's Software Developer's Manual in
 * the edition of June 2025. Other editions number chapters in another way:
 * in those of 2022 and 2023, "Paging", "Protection" and "Interrupt and
 * Exception Handling" are 4, 5 and 6 instead of 5, 6 and 7. Titles stay.
 */
#ifndef XO5_ARCH_ARCH_H
#define XO5_ARCH_ARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/console.h"
#include "arch/flags.h"
#include "arch/frame.h"
#include "arch/layout.h"
#include "arch/paging.h"
#include "arch/trap.h"

struct context;

/* Levels of the tables in use: 4 or 5. Set once, by arch_init. */
extern unsigned arch_depth;

/* The largest page the processor has, as a level: 2 (2 MiB) or 3 (1 GiB). */
extern unsigned arch_page_levels;

/* Takes the processor over, on the boot stack: its descriptors, exceptions,
 * a stack each for double fault, NMI, machine check and debug; turns on WP
 * and, where the processor has them, SMEP, SMAP, UMIP, FSGSBASE and machine
 * checks (the loader turned on NX). `depth`: the levels the loader chose. */
void arch_init(unsigned depth);

/* Goes over to the tables below that root, a frame number, and forgets every
 * translation of the old ones. */
void arch_root_load(uint64_t root);

/* Forgets every translation on this processor that is not global: SDM 3A,
 * 5.10.4.1, "Operations that Invalidate TLBs and Paging-Structure Caches". */
static inline void arch_flush(void)
{
    uint64_t root;
    __asm__ volatile("movq %%cr3, %0\n\tmovq %0, %%cr3"
                     : "=r"(root)
                     :
                     : "memory");
}

/* Fills a frame of RAM, which the direct map reaches, with zeros. */
void frame_clear(uint64_t frame);

/* Copies words of 8 bytes. */
static inline void arch_copy(void *to, const void *from, uint64_t words)
{
    __asm__ volatile("rep movsq"
                     : "+D"(to), "+S"(from), "+c"(words)
                     :
                     : "memory");
}

/* The frame that CR3 names. */
uint64_t arch_root(void);

/* The address that the last page fault could not reach (CR2). */
static inline uint64_t arch_fault_address(void)
{
    uint64_t value;
    __asm__ volatile("movq %%cr2, %0" : "=r"(value));
    return value;
}

/* Control register n: 0, 3 or 4. */
uint64_t arch_control(unsigned n);

/* The processor's flags (arch/flags.h). */
static inline uint64_t arch_flags(void)
{
    uint64_t value;
    __asm__ volatile("pushfq\n\tpopq %0" : "=r"(value));
    return value;
}

/* Raises an invalid-opcode exception right here, in the caller's own frame:
 * how a panic gets its registers. */
static inline void arch_break(void)
{
    __asm__ volatile("ud2");
}

/* The end of user space: the first address behind a process's. Set by
 * arch_init. */
extern uint64_t arch_user_limit;

/* True if an address can be one: the bits that no level reads are copies of the
 * highest that one does. SDM 1, 3.3.7.1. */
static inline bool arch_is_canonical(uint64_t address)
{
    unsigned unused = 64 - level_shift(arch_depth + 1);
    return (uint64_t)((int64_t)(address << unused) >> unused) == address;
}

/* The number of this processor. */
static inline unsigned arch_cpu(void)
{
    return 0; /* there is one */
}

/* Lets the processor breathe while it waits in a loop. */
static inline void arch_pause(void)
{
    __asm__ volatile("pause");
}

/* Makes ring 3 possible on this processor: `syscall` and its flags. */
void arch_ring3_init(void);

/* Opens ports [first, first + count), below 0x800, to ring 3, or shuts them. */
void arch_ports_set(unsigned first, unsigned count, bool open);

/* Whether ring 3 may use the ports that are open, or none at all. */
void arch_ports_use(bool any);

/* Forces a frame into ring 3: its selectors, interrupts on, and of rflags
 * only what a program computes with. */
static inline void arch_frame_ring3(struct trap_frame *frame)
{
    frame->cs = SELECTOR_USER_CODE | RING3;
    frame->ss = SELECTOR_USER_DATA | RING3;
    frame->rflags = (frame->rflags & FLAGS_KEPT) | FLAG_ALWAYS | FLAG_IF;
}

/* Goes to ring 3 with exactly these registers. The kernel's stack starts anew
 * at the next entry. */
void arch_enter(const struct trap_frame *frame) __attribute__((noreturn));

/* Where foreign system calls of the running process are to go: its context,
 * as arch/ring3.S reads it. */
void arch_context_set(volatile struct context *context);

/* Asks that the kernel's exit to ring 3 goes by cpu_switch (core/cpu.h);
 * takes the wish back. */
void arch_switch_ask(void);
void arch_switch_done(void);

/* FPU, SSE and AVX registers and the bases of FS and GS of a process, in
 * memory that only the kernel has. `reset`: what a new process finds: the
 * x87 unit as FNINIT leaves it, MXCSR as a reset does, the others 0. */
void arch_state_reset(uint64_t process);
void arch_state_save(uint64_t process);
void arch_state_load(uint64_t process);

/* The interrupt lines 0 to IRQ_LINES - 1 come as these vectors. */
#define IRQ_FIRST 32
#define IRQ_LINES 16

/* Takes the interrupt controllers over, with every line masked. `local`: where
 * the local APIC's registers are mapped, or 0 if they are not in memory. */
void arch_irq_init(uint64_t local);
uint64_t arch_irq_local(void); /* their physical address, or 0 */
void arch_irq_mask(unsigned line);
void arch_irq_unmask(unsigned line);
void arch_irq_end(unsigned line); /* the interrupt was taken */

/* The time-stamp counter: SDM 3B, 18.17. */
static inline uint64_t arch_ticks(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* The processor's timer raises this vector. arch_timer_init: after
 * arch_irq_init; false if there is no timer, or one that stands still. */
#define TIMER_VECTOR (IRQ_FIRST + IRQ_LINES)
bool arch_timer_init(void);

/* Sets it to go off at that time of the time-stamp counter, at once if that has
 * passed; before it, too, if it is far: then it wants to be set again. */
#define TIMER_NEVER UINT64_MAX
void arch_timer_set(uint64_t when);
void arch_timer_end(void); /* the interrupt was taken */

/* Stops the processor until an interrupt comes, and answers its vector,
 * IRQ_FIRST or more. Interrupts are off before and after. */
unsigned arch_wait(void);

/* Lets machine checks come as exceptions, as far as the processor can: else it
 * resets the machine without a word. Part of arch_init. */
void arch_check_init(void);

/* How many banks say what was broken, and what one says (Intel SDM volume 3B,
 * 15.3.2); false if it says nothing. *address is 0 if it has none. */
unsigned arch_check_banks(void);
bool arch_check_read(unsigned bank, uint64_t *status, uint64_t *address);

/* Ends the machine with that exit value (abi/exit.h). Where QEMU's exit
 * device is missing, tries ACPI's power-off as QEMU wires it, then halts. */
void arch_stop(unsigned value) __attribute__((noreturn));

#endif
