/*
 * The numbers that assembly needs of C: the build turns each line of this
 * file's assembly output into a #define of arch/offsets.h.
 */
#include <stddef.h>

#include "abi/context.h"
#include "arch/cpu.h"
#include "arch/frame.h"

#define OFFSET(name, type, field)                                              \
    __asm__ volatile(".ascii \"->" #name " %c0\""                              \
                     :                                                         \
                     : "i"(offsetof(struct type, field)))

void offsets(void);

void offsets(void)
{
    OFFSET(FRAME_RAX, trap_frame, rax);
    OFFSET(FRAME_RBX, trap_frame, rbx);
    OFFSET(FRAME_RCX, trap_frame, rcx);
    OFFSET(FRAME_RDX, trap_frame, rdx);
    OFFSET(FRAME_RSI, trap_frame, rsi);
    OFFSET(FRAME_RDI, trap_frame, rdi);
    OFFSET(FRAME_RBP, trap_frame, rbp);
    OFFSET(FRAME_R8, trap_frame, r8);
    OFFSET(FRAME_R9, trap_frame, r9);
    OFFSET(FRAME_R10, trap_frame, r10);
    OFFSET(FRAME_R11, trap_frame, r11);
    OFFSET(FRAME_R12, trap_frame, r12);
    OFFSET(FRAME_R13, trap_frame, r13);
    OFFSET(FRAME_R14, trap_frame, r14);
    OFFSET(FRAME_R15, trap_frame, r15);
    OFFSET(FRAME_VECTOR, trap_frame, vector);
    OFFSET(FRAME_RIP, trap_frame, rip);
    OFFSET(FRAME_CS, trap_frame, cs);
    OFFSET(CPU_USER_RSP, cpu, user_rsp);
    OFFSET(CPU_USER_RCX, cpu, user_rcx);
    OFFSET(CPU_USER_END, cpu, user_end);
    OFFSET(CPU_STACK_TOP, cpu, stack_top);
    OFFSET(CPU_CONTEXT, cpu, context);
    OFFSET(CPU_SWITCH, cpu, switch_asked);
    OFFSET(CONTEXT_ENTRY_CALL, context, entry_call);
    OFFSET(CONTEXT_CALL_RIP, context, call_rip);
    OFFSET(CONTEXT_CALL_RFLAGS, context, call_rflags);
}
