/*
 * Ring 3: into it, and out of it again by a system call.
 */
#ifndef XO5_CORE_ENTER_H
#define XO5_CORE_ENTER_H

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
 * are kept and interrupts are on. Returns false if rip or rsp lies outside
 * the process's half: then it cannot run.
 */
bool enter_load(uint64_t process, struct trap_frame *frame);

/*
 * What `syscall` with a number of the kernel's calls, without its bit 31: under
 * the kernel's lock, one operation of the process that runs
 * (operation_dispatch), or its batch (core/batch.h) for OPERATION_BATCH.
 * Counts it (cpu_count) if the process has a lease and has not just handed
 * the CPU over. Returns what rax is to hold.
 */
uint64_t enter_operation(const uint64_t *argument, uint64_t number);

#endif
