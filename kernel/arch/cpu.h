/*
 * What one processor has of its own. Only arch/ sees this.
 */
#ifndef XO5_ARCH_CPU_H
#define XO5_ARCH_CPU_H

#include <stddef.h>
#include <stdint.h>

#include "arch/flags.h"

struct context;

#define DESCRIPTOR_CODE 0x00af9b000000ffffull
#define DESCRIPTOR_DATA 0x00cf93000000ffffull
#define DESCRIPTOR_RING3 0x0000600000000000ull
#define DESCRIPTOR_TSS 0x0000890000000000ull

#define IST_DOUBLE_FAULT 1
#define IST_NMI 2
#define IST_MACHINE_CHECK 3
#define IST_DEBUG 4

#define PORTS_LIMIT 0x800 /* no port from here on can ever be given away */

struct tss {
    uint32_t reserved0;
    uint64_t rsp0, rsp1, rsp2, reserved1, ist[7], reserved2;
    uint16_t reserved3;
    uint16_t ports_at;
    /* A clear bit gives the port to ring 3; the last byte stays full. */
    uint8_t ports[PORTS_LIMIT / 8 + 1];
} __attribute__((packed));

struct cpu {
    struct cpu *self;                 /* at GS:0 while the kernel runs */
    uint64_t user_rsp;                /* the caller's, during a system call */
    uint64_t user_rcx;                /* the same, for a moment */
    uint64_t user_end;                /* arch_user_limit */
    uint64_t stack_top;               /* where a system call starts to push */
    volatile struct context *context; /* of the process that runs */
    uint64_t switch_asked;            /* the way out goes by cpu_switch */
    uint64_t gdt[7];
    struct tss tss;
};

/* The running processor's. */
struct cpu *cpu_self(void);

#endif
