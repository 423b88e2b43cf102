/* Registers: a parent and its child fill all they have with patterns of their
 * own and hand the CPU to and fro, or it is taken away between any two
 * instructions. Nothing leaks, nothing is lost, and a new process starts with
 * zeros. `preempt=N`: how often it is taken. */
#include <stddef.h>

#include "lib/books.h"
#include "lib/child.h"
#include "lib/clock.h"
#include "lib/expect.h"
#include "lib/probe.h"
#include "lib/process.h"
#include "lib/string.h"

#define SWITCHES 100
#define PREEMPTIONS 500
#define TICKS_MOST 20000  /* of a lease */
#define SPIN 400          /* turns of a loop, with a pattern in all registers */
#define ARITHMETIC 0x8d5u /* CF PF AF ZF SF OF */
#define FCW 0x037fu       /* as FNINIT leaves it */
#define FCW_OTHER 0x027fu
#define MXCSR 0x1f80u
#define MXCSR_OTHER 0x3f80u

/* In struct registers' order without rip, rflags and rsp. */
enum { RAX, RBX, RCX, RDX, RSI, RDI, RBP, R8, R9, R10, R11, GENERAL = 15 };

struct state {
    uint64_t general[GENERAL];
    uint64_t flags, fs, gs;
    uint64_t selectors; /* ds, es, fs, gs, 16 bits each */
    uint64_t pad;
    uint64_t ymm[16][4];
    struct fx { /* FXSAVE: SDM 1, 10.5.1 */
        uint16_t fcw, fsw, ftw, fop;
        uint64_t fip, fdp;
        uint32_t mxcsr, mxcsr_mask;
        struct {
            uint64_t mantissa, exponent;
        } st[8];
        uint8_t more[352];
    } fx __attribute__((aligned(16)));
};

_Static_assert(offsetof(struct state, flags) == 120, "see the assembly");
_Static_assert(offsetof(struct state, selectors) == 144, "see the assembly");
_Static_assert(offsetof(struct state, ymm) == 160, "see the assembly");
_Static_assert(offsetof(struct state, fx) == 672, "see the assembly");
_Static_assert(sizeof(struct fx) == 512, "as FXSAVE has it");

/* Load everything, call the kernel, fault, or count state_left down to 0, and
 * store everything. */
void state_spin(const struct state *in, struct state *out);
void state_call(const struct state *in, struct state *out);
void state_fault(const struct state *in, struct state *out);
/* Where a child starts: stores everything in first_state, jumps to rbx. */
void state_first(void);

struct state first_state;
uint64_t state_left;
char has_ymm, has_bases;

__asm__(".text\n"
        ".macro each_ymm what:vararg\n"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "\\what \\n\n"
        ".endr\n"
        ".endm\n"
        ".macro load_y n\n vmovdqu 160 + 32 * \\n(%rdi), %ymm\\n\n .endm\n"
        ".macro save_y n\n vmovdqu %ymm\\n, 160 + 32 * \\n(%rax)\n .endm\n"
        ".macro load_x n\n movdqu 160 + 32 * \\n(%rdi), %xmm\\n\n .endm\n"
        ".macro save_x n\n movdqu %xmm\\n, 160 + 32 * \\n(%rax)\n .endm\n"

        /* All but rsp, from rdi. */
        ".macro load_all\n"
        " fxrstor64 672(%rdi)\n"
        " cmpb $0, has_ymm\n je 1f\n each_ymm load_y\n jmp 2f\n"
        "1: each_ymm load_x\n"
        "2: movw 144(%rdi), %ds\n movw 146(%rdi), %es\n"
        " movw 148(%rdi), %fs\n movw 150(%rdi), %gs\n"
        " cmpb $0, has_bases\n je 3f\n"
        " movq 128(%rdi), %rax\n wrfsbase %rax\n"
        " movq 136(%rdi), %rax\n wrgsbase %rax\n"
        "3: pushq 120(%rdi)\n popfq\n"
        " movq 0(%rdi), %rax\n movq 8(%rdi), %rbx\n movq 16(%rdi), %rcx\n"
        " movq 24(%rdi), %rdx\n movq 32(%rdi), %rsi\n movq 48(%rdi), %rbp\n"
        " movq 56(%rdi), %r8\n movq 64(%rdi), %r9\n movq 72(%rdi), %r10\n"
        " movq 80(%rdi), %r11\n movq 88(%rdi), %r12\n movq 96(%rdi), %r13\n"
        " movq 104(%rdi), %r14\n movq 112(%rdi), %r15\n"
        " movq 40(%rdi), %rdi\n"
        ".endm\n"

        /* All but rax and rsp, to rax; rbx is then free. */
        ".macro save_all\n"
        " movq %rbx, 8(%rax)\n movq %rcx, 16(%rax)\n movq %rdx, 24(%rax)\n"
        " movq %rsi, 32(%rax)\n movq %rdi, 40(%rax)\n movq %rbp, 48(%rax)\n"
        " movq %r8, 56(%rax)\n movq %r9, 64(%rax)\n movq %r10, 72(%rax)\n"
        " movq %r11, 80(%rax)\n movq %r12, 88(%rax)\n movq %r13, 96(%rax)\n"
        " movq %r14, 104(%rax)\n movq %r15, 112(%rax)\n"
        " pushfq\n popq 120(%rax)\n cld\n"
        " movw %ds, 144(%rax)\n movw %es, 146(%rax)\n"
        " movw %fs, 148(%rax)\n movw %gs, 150(%rax)\n"
        " cmpb $0, has_bases\n je 4f\n"
        " rdfsbase %rbx\n movq %rbx, 128(%rax)\n"
        " rdgsbase %rbx\n movq %rbx, 136(%rax)\n"
        "4: cmpb $0, has_ymm\n je 5f\n each_ymm save_y\n jmp 6f\n"
        "5: each_ymm save_x\n"
        "6: fxsave64 672(%rax)\n"
        ".endm\n"

        ".macro around name, instruction\n"
        "\\name:\n"
        " pushq %rbp\n pushq %rbx\n pushq %r12\n pushq %r13\n pushq %r14\n"
        " pushq %r15\n pushq %rsi\n"
        " load_all\n"
        " \\instruction\n"
        " pushq %rax\n movq 8(%rsp), %rax\n"
        " save_all\n"
        " popq 0(%rax)\n"
        " popq %rsi\n popq %r15\n popq %r14\n popq %r13\n popq %r12\n"
        " popq %rbx\n popq %rbp\n"
        " ret\n"
        ".endm\n"
        " around state_call, syscall\n"
        " around state_fault, ud2\n"
        ".macro spin\n"
        "7: decq state_left\n jnz 7b\n"
        ".endm\n"
        " around state_spin, spin\n"

        "state_first:\n"
        " movq %rax, first_state\n"
        " movq $first_state, %rax\n"
        " save_all\n"
        " movq first_state + 8, %rbx\n"
        " jmp *%rbx\n");

/* A pattern that no other seed has. */
static void fill(struct state *s, uint64_t seed)
{
    bool odd = seed & 1;
    uint64_t n = seed * 0x9e3779b97f4a7c15u + 1;
    for (unsigned i = 0; i < GENERAL; i++) {
        s->general[i] = n = n * 6364136223846793005u + seed;
    }
    for (unsigned i = 0; i < 64; i++) {
        (&s->ymm[0][0])[i] = n = n * 6364136223846793005u + seed;
    }
    s->flags = 0x202 | (odd ? ARITHMETIC : 0);
    s->fs = n >> 20;
    s->gs = n >> 21;
    memset(&s->fx, 0, sizeof(s->fx));
    s->fx.fcw = odd ? FCW_OTHER : FCW;
    s->fx.mxcsr = odd ? MXCSR_OTHER : MXCSR;
    s->fx.ftw = 0xff; /* all of the stack is in use */
    for (unsigned i = 0; i < 8; i++) {
        s->fx.st[i].mantissa = n >> i | UINT64_C(1) << 63;
        s->fx.st[i].exponent = 0x3fff + i;
    }
}

static void put_selectors(struct state *s, uint64_t selector)
{
    s->selectors = selector * 0x0001000100010001u;
}

/* The registers that hand the CPU to a process. */
static void put_swap(struct state *s, uint64_t slot)
{
    s->general[RAX] = OPERATION(OP_SWAP);
    s->general[RDI] = process_entry(SLOT_RUNNING);
    s->general[RSI] = process_entry(slot);
    s->general[RDX] = books_process(process_number)->table;
    s->general[R10] = books_process(slot)->table;
    s->general[R8] = 0;
}

static int same_numbers(const struct state *found, const struct state *was)
{
    for (unsigned i = 0; i < 64; i++) {
        if (has_ymm || i % 4 < 2) {
            EXPECT("a word of the YMM registers", (&found->ymm[0][0])[i],
                   (&was->ymm[0][0])[i]);
        }
    }
    EXPECT("FCW", found->fx.fcw, was->fx.fcw);
    EXPECT("FTW", found->fx.ftw, was->fx.ftw);
    EXPECT("MXCSR", found->fx.mxcsr, was->fx.mxcsr);
    for (unsigned i = 0; i < 8; i++) {
        EXPECT("x87", found->fx.st[i].mantissa, was->fx.st[i].mantissa);
        EXPECT("x87", found->fx.st[i].exponent, was->fx.st[i].exponent);
    }
    return 0;
}

static int same(const struct state *found, const struct state *was, bool call)
{
    for (unsigned i = call ? 1 : 0; i < GENERAL; i++) {
        if (!call || (i != RCX && i != R11)) {
            EXPECT("a general register", found->general[i], was->general[i]);
        }
    }
    EXPECT("flags", found->flags & ARITHMETIC, was->flags & ARITHMETIC);
    EXPECT("selectors, their own or none",
           found->selectors == was->selectors || found->selectors == 0, true);
    if (has_bases) {
        EXPECT("FS base", found->fs, was->fs);
        EXPECT("GS base", found->gs, was->gs);
    }
    return same_numbers(found, was);
}

static uint64_t selector(void)
{
    uint16_t ss;
    __asm__("movw %%ss, %0" : "=r"(ss));
    return ss;
}

/* Hands the CPU over with the pattern of that seed in every register. */
static int hand(uint64_t slot, uint64_t seed, uint64_t selectors)
{
    static struct state in, out;
    fill(&in, seed);
    put_swap(&in, slot);
    put_selectors(&in, selectors);
    state_call(&in, &out);
    EXPECT("swap", out.general[RAX], OK);
    return same(&out, &in, true);
}

static int started_with_zeros(void)
{
    static struct state zero;
    zero.fx.fcw = FCW;
    zero.fx.mxcsr = MXCSR;
    for (unsigned i = 0; i < GENERAL; i++) {
        if (i != RBX && i != RDI && i != RSI && i != RDX) {
            EXPECT("child: a first register", first_state.general[i], 0);
        }
    }
    EXPECT("child: first flags", first_state.flags & ARITHMETIC, 0);
    if (has_bases) {
        EXPECT("child: first FS base", first_state.fs, 0);
        EXPECT("child: first GS base", first_state.gs, 0);
    }
    TRY(same_numbers(&first_state, &zero));
    EXPECT("child: first selectors", first_state.selectors, 0);
    return 0;
}

static int child_main(uint64_t word)
{
    static struct state in, out;
    uint64_t parent = books_process(process_number)->parent;
    (void)word;
    TRY(started_with_zeros());
    for (uint64_t i = 0; i < SWITCHES; i++) {
        TRY(hand(parent, 2 * i + 1, 0));
    }
    fill(&in, 12345);
    put_selectors(&in, 0);
    state_fault(&in, &out);
    return same(&out, &in, false);
}

/* Fills all its registers, computes, and looks at them, for ever: the CPU is
 * taken away when somebody likes. Ends if one has changed. */
static int spins(uint64_t word)
{
    static struct state in, out;
    (void)word;
    for (uint64_t seed = 7;; seed++) {
        fill(&in, seed);
        put_selectors(&in, 0);
        state_left = SPIN;
        state_spin(&in, &out);
        out.flags = in.flags; /* the loop's */
        TRY(same(&out, &in, false));
    }
}

static uint64_t random_below(uint64_t limit)
{
    static uint64_t n = 1;
    n = n * 6364136223846793005u + 1442695040888963407u;
    return (n >> 33) % limit;
}

static int preempted(uint64_t times)
{
    struct child child;
    EXPECT("start", child_start(&child, spins, 0, 0, 0), OK);
    EXPECT("console", child_give_console(&child), OK);
    for (uint64_t i = 0; i < times; i++) {
        uint64_t lease = clock_ticks() + random_below(TICKS_MOST);
        EXPECT("run", child_run(&child, lease), OK);
        EXPECT("reason", child_reason(&child), REASON_LEASE);
    }
    EXPECT("end", child_end(&child) != 0, true);
    return 0;
}

static void look_for_features(void)
{
    uint32_t a = 1, b, c = 0, d, low = 0, high;
    __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    if (c >> 27 & 1) { /* OSXSAVE */
        __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    }
    has_ymm = (low & 6) == 6;
    probe_install();
    has_bases = PROBE("rdfsbase %%rax", "b"(0)) == PROBE_NONE;
    console_print("test: YMM registers: %s; FS and GS bases: %s\n",
                  has_ymm ? "yes" : "no", has_bases ? "yes" : "no");
}

/* The child faulted with a pattern in its registers: they are all in its
 * context, none in mine, and it goes on with them. */
static int faulted(struct child *child)
{
    static struct state in, cpu;
    fill(&in, 12345);
    EXPECT("reason", child_reason(child), REASON_FAULT);
    EXPECT("vector", books_process(child->slot)->vector, VECTOR_OPCODE);
    EXPECT("ended", child->context->ended, 0);
    for (unsigned i = 0; i < GENERAL; i++) {
        cpu.general[i] = (&child->context->cpu.rax)[i];
        EXPECT("in its context", cpu.general[i], in.general[i]);
    }
    child->context->cpu.rip += 2;
    return 0;
}

int main(void)
{
    struct child child;
    uint64_t status;
    look_for_features();
    STEP("a new process starts with zeros, whatever I have");
    EXPECT("start", child_start(&child, child_main, 0, 0, 0), OK);
    EXPECT("console", child_give_console(&child), OK);
    child.context->cpu.rbx = child.context->cpu.rip;
    child.context->cpu.rip = (uintptr_t)state_first;
    TRY(hand(child.slot, 1000, selector()));
    EXPECT("reason", child_reason(&child), REASON_SWAP);

    STEP("100 times to and fro, nothing leaks and nothing is lost");
    for (uint64_t i = 1; i < SWITCHES; i++) {
        TRY(hand(child.slot, 2 * i, i % 2 ? 0 : selector()));
        EXPECT("reason", child_reason(&child), REASON_SWAP);
    }
    STEP("a fault keeps all registers of who faulted");
    TRY(hand(child.slot, 5000, selector()));
    TRY(faulted(&child));
    TRY(hand(child.slot, 5002, selector()));
    EXPECT("ended", child_has_ended(&child, &status), true);
    EXPECT("status", status, 0);
    EXPECT("end", child_end(&child) != 0, true);

    STEP("taken away between any two instructions, nothing is lost");
    return preempted(process_value("preempt=", PREEMPTIONS));
}
