/*
 * Trying what may fault. After probe_install, PROBE runs one instruction or a
 * few and gives the vector of the fault that they raised, or PROBE_NONE; what
 * the fault was stands in probe_fault. Any process may use it; a fault
 * outside of a PROBE ends the process.
 */
#ifndef XO5_USER_PROBE_H
#define XO5_USER_PROBE_H

#include <stdint.h>

#include "abi/context.h"

#define PROBE_NONE 0xff
#define VECTOR_DIVIDE 0
#define VECTOR_DEBUG 1
#define VECTOR_BREAKPOINT 3
#define VECTOR_OVERFLOW 4
#define VECTOR_OPCODE 6
#define VECTOR_STACK 12
#define VECTOR_PROTECTION 13
#define VECTOR_PAGE 14
#define VECTOR_X87 16
#define VECTOR_ALIGNMENT 17
#define VECTOR_SIMD 19

/* Page faults' error codes: SDM 3A, 5.7, "Page-Fault Exceptions". */
#define FAULT_PRESENT 1u
#define FAULT_WRITE 2u
#define FAULT_USER 4u
#define FAULT_FETCH 16u

extern volatile uint64_t probe_resume; /* where to go on; 0: no PROBE runs */
extern struct registers probe_fault;   /* the last one's registers */

/* Installs the handler of faults; see upcall_on_fault. */
void probe_install(void);

/* Around the instructions of a PROBE; the second returns the vector. */
void probe_begin(void);
uint64_t probe_end(void);

/* Inputs may be in registers other than rax, rcx, rdx and r11. What they push
 * stays below the red zone if they move rsp first (PROBE_SKIP). */
#define PROBE(instructions, ...)                                               \
    ({                                                                         \
        probe_begin();                                                         \
        __asm__ volatile("leaq 77f(%%rip), %%r11\n\t"                          \
                         "movq %%r11, probe_resume(%%rip)\n\t" instructions    \
                         "\n77:"                                               \
                         :                                                     \
                         : __VA_ARGS__                                         \
                         : "rax", "rcx", "rdx", "r11", "memory", "cc");        \
        probe_end();                                                           \
    })

#define PROBE_SKIP "leaq -128(%%rsp), %%rsp\n\t"
#define PROBE_BACK "\n\tleaq 128(%%rsp), %%rsp"

/* Loads from, stores to and runs what is at an address. What is run is
 * PROBE_CODE, `jmp *%rdx`. */
#define PROBE_CODE 0xe2ff
uint64_t probe_load(uint64_t va);
uint64_t probe_store(uint64_t va);
uint64_t probe_run(uint64_t va);

#endif
