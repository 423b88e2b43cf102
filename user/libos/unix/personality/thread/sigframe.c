/*
 * The frame that a handler finds on its stack, byte for byte Linux's: handlers
 * read it, unwinders search it, and rt_sigreturn takes it back, perhaps
 * changed.
 *
 *    rsp at the interruption
 *      | red zone, 128 bytes: a leaf function may use them
 *      | extended state, at a multiple of 64, with Linux's marks
 *      | siginfo, ucontext, restorer: 8 below a multiple of 16
 *    rsp of the handler
 *
 * With an alternate stack it begins at that one's top instead. A frame that
 * would leave the alternate stack is refused: beneath it lies something else.
 *
 * What comes back is the program's word: flags are reduced to those of
 * arithmetic, segments are not loaded, and the extended state is repaired.
 */
#include "libos/unix/personality/thread/sigframe.h"

#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/scratch.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/base/xstate.h"
#include "libos/unix/personality/thread/altstack.h"
#include "libos/unix/personality/thread/thread.h"

#define RED_ZONE 128
#define CODE_SEGMENT 0x33
#define STACK_SEGMENT 0x2b
#define FLAGS_USER 0xcd5   /* arithmetic flags and DF */
#define FLAGS_ALWAYS 0x202 /* interrupts are on */
#define MAGIC1 0x46505853  /* at RESERVED of the extended state */
#define MAGIC2 0x46505845  /* behind it */
#define RESERVED 464
#define LEGACY 512
#define HAS_XSTATE 1        /* uc_flags */
#define HAS_STACK_SEGMENT 6 /* and it is to be restored */

struct ucontext {
    uint64_t flags, link;
    struct altstack stack;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags;
    uint16_t cs, gs, fs, ss;
    uint64_t error, vector, old_mask, address;
    uint64_t xstate;
    uint64_t reserved[8];
    uint64_t mask;
};

struct frame {
    uint64_t restorer;
    struct ucontext context;
    struct siginfo information;
};

struct reserved { /* by software, in the extended state: Linux's */
    uint32_t magic1, extended;
    uint64_t features;
    uint32_t size;
};

_Static_assert(sizeof(struct siginfo) == 128, "siginfo_t");
_Static_assert(sizeof(struct frame) == 440, "Linux's struct rt_sigframe");

static uint8_t image[XSTATE_MAX + 64] SCRATCH __attribute__((aligned(64)));

uint64_t sigframe_size(void)
{
    return sizeof(struct frame) + xstate_size() + 4 + 64 + 16 + RED_ZONE;
}

/* Those that a program may have as it likes; of rflags, not all. */
#define COPY_REGISTERS(to, from)                                               \
    ((to)->r8 = (from)->r8, (to)->r9 = (from)->r9, (to)->r10 = (from)->r10,    \
     (to)->r11 = (from)->r11, (to)->r12 = (from)->r12,                         \
     (to)->r13 = (from)->r13, (to)->r14 = (from)->r14,                         \
     (to)->r15 = (from)->r15, (to)->rdi = (from)->rdi,                         \
     (to)->rsi = (from)->rsi, (to)->rbp = (from)->rbp,                         \
     (to)->rbx = (from)->rbx, (to)->rdx = (from)->rdx,                         \
     (to)->rax = (from)->rax, (to)->rcx = (from)->rcx,                         \
     (to)->rsp = (from)->rsp, (to)->rip = (from)->rip)

static void registers_out(struct ucontext *to, const struct registers *from)
{
    COPY_REGISTERS(to, from);
    to->rflags = from->rflags;
    to->cs = CODE_SEGMENT, to->ss = STACK_SEGMENT;
    to->error = from->error, to->vector = from->vector;
    to->address = from->address;
}

static void registers_in(struct registers *to, const struct ucontext *from)
{
    COPY_REGISTERS(to, from);
    to->rflags = (from->rflags & FLAGS_USER) | FLAGS_ALWAYS;
}

/* The extended state with Linux's marks, at `at` on the program's stack. */
static int64_t put_xstate(uint64_t at)
{
    uint32_t size = xstate_size(), magic2 = MAGIC2;
    xstate_save(image);
    struct reserved marks = {MAGIC1, size + 4, xstate_features(), size};
    if (size == LEGACY) {
        memset(&marks, 0, sizeof(marks));
    }
    memcpy(image + RESERVED, &marks, sizeof(marks));
    memcpy(image + size, &magic2, sizeof(magic2));
    return uaccess_write(at, image, size == LEGACY ? LEGACY : size + 4);
}

int64_t sigframe_push(struct registers *program, const struct action *action,
                      uint64_t mask, const struct siginfo *information)
{
    struct altstack *stack = &thread_current()->alternate;
    uint64_t top = program->rsp - RED_ZONE;
    struct frame frame;
    bool within = altstack_has(stack, top);
    if ((action->flags & SA_ONSTACK) && stack->size != 0 && !within) {
        top = stack->start + stack->size;
        within = true;
    }
    uint64_t state = (top - xstate_size() - 4) & ~63ull;
    uint64_t at = ((state - sizeof(frame)) & ~15ull) - 8;
    if (within && (at <= stack->start || at - stack->start > stack->size)) {
        return -EFAULT; /* beneath it is something else */
    }
    memset(&frame, 0, sizeof(frame));
    frame.restorer = action->restorer;
    frame.context.flags = HAS_STACK_SEGMENT;
    if (xstate_size() != LEGACY) {
        frame.context.flags |= HAS_XSTATE;
    }
    frame.context.stack = *stack;
    registers_out(&frame.context, program);
    frame.context.xstate = state;
    frame.context.mask = mask;
    frame.information = *information;
    int64_t error = put_xstate(state);
    error = error ? error : uaccess_write(at, &frame, sizeof(frame));
    if (error) {
        return error;
    }
    if (stack->flags & SS_AUTODISARM) {
        *stack = ALTERNATE_NONE;
    }
    program->rdi = (uint64_t)information->si_signo;
    program->rsi = at + __builtin_offsetof(struct frame, information);
    program->rdx = at + __builtin_offsetof(struct frame, context);
    program->rax = 0;
    program->rsp = at;
    program->rip = action->handler;
    program->rflags = FLAGS_ALWAYS;
    return 0;
}

static int64_t take_xstate(uint64_t at)
{
    struct reserved marks;
    uint64_t legacy_parts = 3;
    memset(image, 0, sizeof(image));
    int64_t error = uaccess_read(image, at, LEGACY);
    if (error) {
        return error;
    }
    memcpy(&marks, image + RESERVED, sizeof(marks));
    if (marks.magic1 == MAGIC1 && marks.size > LEGACY &&
        marks.size <= xstate_size()) {
        error = uaccess_read(image, at, marks.size);
    } else if (xstate_size() > LEGACY) {
        memcpy(image + LEGACY, &legacy_parts, sizeof(legacy_parts));
    }
    if (!error) {
        xstate_load(image);
    }
    return error;
}

int64_t sigframe_pop(struct registers *program)
{
    struct frame frame;
    struct thread *t = thread_current();
    int64_t error = uaccess_read(&frame, program->rsp - 8, sizeof(frame));
    if (!error) {
        error = frame.context.xstate ? take_xstate(frame.context.xstate) : 0;
    }
    if (error) {
        return error;
    }
    if (!frame.context.xstate) {
        xstate_reset();
    }
    registers_in(program, &frame.context);
    altstack_set(&t->alternate, &frame.context.stack, program->rsp);
    signal_mask(frame.context.mask);
    return 0;
}
