/*
 * The processor and the board, as the rest of the kernel sees them. Only
 * arch/ holds assembly, control registers and ports.
 */
#ifndef XO5_ARCH_ARCH_H
#define XO5_ARCH_ARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/console.h"
#include "arch/frame.h"
#include "arch/layout.h"
#include "arch/paging.h"
#include "arch/trap.h"

/* Levels of the tables in use: 4 or 5. Set once, by arch_init. */
extern unsigned arch_depth;

/* The largest page the processor has, as a level: 2 (2 MiB) or 3 (1 GiB). */
extern unsigned arch_page_levels;

/* Takes the processor over, on the boot stack: its descriptors, exceptions,
 * a stack each for double fault, NMI, machine check and debug; turns on NX,
 * WP and, where the processor has them, SMEP, SMAP and UMIP; masks the old
 * interrupt controllers. `depth`: the levels the loader chose. */
void arch_init(unsigned depth);

/* Goes over to the tables below that root, a frame number, and forgets every
 * translation of the old ones. */
void arch_root_load(uint64_t root);

/* Forgets every translation on this processor that is not global. */
void arch_flush(void);

/* The frame that CR3 names. */
uint64_t arch_root(void);

/* The address that the last page fault could not reach (CR2). */
uint64_t arch_fault_address(void);

/* Control register n: 0, 3 or 4. */
uint64_t arch_control(unsigned n);

/* Raises an invalid-opcode exception right here, in the caller's own frame:
 * how a panic gets its registers. */
static inline void arch_break(void)
{
    __asm__ volatile("ud2");
}

/* Makes ring 3 possible on this processor: `syscall` and its flags. */
void arch_ring3_init(void);

/* Gives ports [first, first + count), below 0x800, to ring 3. */
void arch_ports_give(unsigned first, unsigned count);

/* The registers that a process starts with: all zero but these two, user
 * selectors and interrupts on. */
struct trap_frame arch_first_frame(uint64_t rip, uint64_t rsp);

/* Goes to ring 3 with exactly these registers, FPU and SSE as after reset,
 * FS and GS base zero. The kernel's stack starts anew at the next entry. */
void arch_enter(const struct trap_frame *frame) __attribute__((noreturn));

/* Ends the machine with that exit value (abi/exit.h). Where QEMU's exit
 * device is missing, tries ACPI's power-off as QEMU wires it, then halts. */
void arch_stop(unsigned value) __attribute__((noreturn));

#endif
