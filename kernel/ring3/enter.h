/*
 * Ring 3: into it, and out of it again by a system call.
 */
#ifndef XO5_RING3_ENTER_H
#define XO5_RING3_ENTER_H

#include "arch/arch.h"

/*
 * Saves the registers of `frame` in the `cpu` area of the process's context;
 * `address` is CR2 where a fault is the reason, else 0.
 */
void enter_save(uint64_t process, const struct trap_frame *frame,
                uint64_t address);

/*
 * Fills `frame` with the registers in the `cpu` area, each word read once and
 * none believed: selectors are ring 3's, of rflags only the arithmetic flags
 * and DF are kept, and interrupts are on (arch_frame_ring3). Returns false if
 * rip lies outside user space, or rsp beyond its end (arch_user_limit): then
 * it cannot run.
 */
bool enter_load(uint64_t process, struct trap_frame *frame);

/*
 * What `syscall` does when eax holds a number of the kernel's; `number` is eax
 * without OPERATION_BIT, its bit 31: what a program asks for by
 * OPERATION_BATCH, which has that bit, comes here without it. Under the
 * kernel's lock: one operation of the process that runs (operation_dispatch),
 * or, for the number that OPERATION_BATCH leaves, its batch (ops/batch.h).
 * Returns what rax is to hold.
 */
uint64_t enter_operation(const uint64_t *argument, uint64_t number);

#endif
