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

#define CPU(name, field) OFFSET(CPU_##name, cpu, field)

/* arch/registers.inc pushes them in this order. */
#define AT(register, n)                                                        \
    _Static_assert(offsetof(struct trap_frame, register) == 8 * (n), #register)
AT(rax, 0);
AT(rbp, 6);
AT(r8, 7);
AT(r15, 14);
AT(vector, 15);

void offsets(void);

void offsets(void)
{
    OFFSET(FRAME_VECTOR, trap_frame, vector);
    OFFSET(FRAME_RIP, trap_frame, rip);
    OFFSET(FRAME_CS, trap_frame, cs);
    OFFSET(FRAME_RSP, trap_frame, rsp);
    CPU(USER_RSP, user_rsp);
    CPU(USER_RCX, user_rcx);
    CPU(USER_END, user_end);
    CPU(STACK_TOP, stack_top);
    CPU(CONTEXT, context);
    CPU(SWITCH, switch_asked);
    OFFSET(CONTEXT_ENTRY_CALL, context, entry_call);
    OFFSET(CONTEXT_CALL_RIP, context, call_rip);
    OFFSET(CONTEXT_CALL_RFLAGS, context, call_rflags);
}
