/*
 * One processor's descriptors, exceptions and control registers. Intel SDM
 * volume 3A: 2.5 (control registers), 3.4.5 and 9.2 (descriptors), 7.14
 * (64-bit exceptions), 9.7 (TSS).
 *
 * Segments do nothing in 64-bit mode but say which ring it is; so there are
 * four flat ones. The TSS says which stack an exception finds: the kernel's
 * one stack, or, for four of them, one of its own.
 */
#include "arch/arch.h"
#include "arch/cpu.h"
#include "arch/cpuid.h"
#include "arch/msr.h"
#include "arch/state.h"

#define CR0_KEEP 0x80000011ull /* PG, ET, PE; FPU and WP are added */
#define CR0_WP (1ull << 16)
#define CR0_NE (1ull << 5)
#define CR0_MP (1ull << 1)
#define CR4_PAE (1ull << 5)
#define CR4_MCE (1ull << 6)
#define CR4_OSFXSR (1ull << 9)
#define CR4_OSXMMEXCPT (1ull << 10)
#define CR4_UMIP (1ull << 11)
#define CR4_LA57 (1ull << 12)
#define CR4_FSGSBASE (1ull << 16)
#define CR4_OSXSAVE (1ull << 18)
#define CR4_SMEP (1ull << 20)
#define CR4_SMAP (1ull << 21)

#define FEATURES_EXTENDED 0x80000001
#define FEATURES_EXTENDED_D_PAGE1G (1u << 26)
#define FEATURES_1_D_MCE (1u << 7)
#define FEATURES_1_C_XSAVE (1u << 26)
#define FEATURES_7_B_FSGSBASE (1u << 0)
#define FEATURES_7_B_SMEP (1u << 7)
#define FEATURES_7_B_SMAP (1u << 20)
#define FEATURES_7_C_UMIP (1u << 2)

#define GATE_INTERRUPT 0x8e00ull /* present, ring 0, interrupts off */
#define GATE_RING3 0x6000ull     /* may be raised by `int n` in ring 3 */
#define VECTORS 256
#define STUB_SIZE 16
#define BREAKPOINT 3
#define OVERFLOW 4

struct gate {
    uint64_t low, high;
};

struct table_register {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

unsigned arch_depth;
unsigned arch_page_levels;
uint64_t arch_user_limit;

static struct gate gates[VECTORS] __attribute__((aligned(16)));
static struct cpu boot_cpu;

extern char trap_stubs[];
extern char stack_boot_top[];

static struct cpuid features_7(void)
{
    struct cpuid none = {0, 0, 0, 0};
    return cpuid(0).a >= 7 ? cpuid(7) : none;
}

/* The vectors that have a stack of their own, because they come where rsp may
 * be none: a double fault, because that may be what went wrong; the other three
 * between any two instructions, also those of ring3.S that have none yet. */
static const uint8_t own_stack[VECTORS] = {
    [1] = IST_DEBUG,
    [2] = IST_NMI,
    [8] = IST_DOUBLE_FAULT,
    [18] = IST_MACHINE_CHECK,
};

static void gates_init(void)
{
    struct table_register idt = {sizeof(gates) - 1, (uint64_t)gates};
    for (unsigned v = 0; v < VECTORS; v++) {
        uint64_t stub = (uint64_t)trap_stubs + v * STUB_SIZE;
        uint64_t kind = GATE_INTERRUPT;
        /* Breakpoint and overflow are a program's to raise; any other `int n`
         * faults. */
        if (v == BREAKPOINT || v == OVERFLOW) {
            kind |= GATE_RING3;
        }
        gates[v].low = (stub & 0xffff) | SELECTOR_KERNEL_CODE << 16 |
                       (uint64_t)own_stack[v] << 32 | kind << 32 |
                       (stub >> 16 & 0xffff) << 48;
        gates[v].high = stub >> 32;
    }
    __asm__ volatile("lidt %0" : : "m"(idt));
}

static void tss_init(struct cpu *cpu)
{
    uint64_t base = (uint64_t)&cpu->tss;
    uint64_t limit = sizeof(cpu->tss) - 1;
    cpu->tss.rsp0 = (uint64_t)stack_boot_top;
    for (unsigned i = 1; i < STACKS; i++) {
        cpu->tss.ist[i - 1] = (uint64_t)stack_boot_top + i * STACK_STRIDE;
    }
    cpu->tss.ports_at = offsetof(struct tss, ports);
    for (unsigned i = 0; i < sizeof(cpu->tss.ports); i++) {
        cpu->tss.ports[i] = 0xff;
    }
    cpu->gdt[SELECTOR_TSS / 8] = (limit & 0xffff) | (base & 0xffffff) << 16 |
                                 DESCRIPTOR_TSS | (base >> 24 & 0xff) << 56;
    cpu->gdt[SELECTOR_TSS / 8 + 1] = base >> 32;
}

static void descriptors_init(struct cpu *cpu)
{
    struct table_register gdt = {sizeof(cpu->gdt) - 1, (uint64_t)cpu->gdt};
    cpu->gdt[SELECTOR_KERNEL_CODE / 8] = DESCRIPTOR_CODE;
    cpu->gdt[SELECTOR_KERNEL_DATA / 8] = DESCRIPTOR_DATA;
    cpu->gdt[SELECTOR_USER_DATA / 8] = DESCRIPTOR_DATA | DESCRIPTOR_RING3;
    cpu->gdt[SELECTOR_USER_CODE / 8] = DESCRIPTOR_CODE | DESCRIPTOR_RING3;
    tss_init(cpu);
    __asm__ volatile("lgdt %0\n\t"
                     "pushq %1\n\t"
                     "leaq 1f(%%rip), %%rax\n\t"
                     "pushq %%rax\n\t"
                     "lretq\n"
                     "1:\tmovl %2, %%eax\n\t"
                     "movl %%eax, %%ss\n\t"
                     "ltr %w3\n\t"
                     "lldt %w4" /* none: after a reset it begins at 0 */
                     :
                     : "m"(gdt), "i"(SELECTOR_KERNEL_CODE),
                       "i"(SELECTOR_KERNEL_DATA), "r"(SELECTOR_TSS), "r"(0)
                     : "rax", "memory");
}

static void control_init(void)
{
    struct cpuid seven = features_7();
    /* Set as a whole: what firmware left in other bits is gone. WP makes the
     * kernel obey its own read-only mappings; SMEP and SMAP keep it from
     * running or touching what is ring 3's by accident. */
    uint64_t cr0 = CR0_KEEP | CR0_WP | CR0_NE | CR0_MP;
    uint64_t cr4 = CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT;
    cr4 |= arch_depth == 5 ? CR4_LA57 : 0;
    cr4 |= seven.b & FEATURES_7_B_FSGSBASE ? CR4_FSGSBASE : 0;
    cr4 |= seven.b & FEATURES_7_B_SMEP ? CR4_SMEP : 0;
    cr4 |= seven.b & FEATURES_7_B_SMAP ? CR4_SMAP : 0;
    cr4 |= seven.c & FEATURES_7_C_UMIP ? CR4_UMIP : 0;
    cr4 |= cpuid(1).c & FEATURES_1_C_XSAVE ? CR4_OSXSAVE : 0;
    cr4 |= cpuid(1).d & FEATURES_1_D_MCE ? CR4_MCE : 0;
    __asm__ volatile("movq %0, %%cr0" : : "r"(cr0) : "memory");
    __asm__ volatile("movq %0, %%cr4" : : "r"(cr4) : "memory");
}

void arch_init(unsigned depth)
{
    arch_depth = depth;
    arch_user_limit = USER_END(depth);
    arch_page_levels =
        cpuid(FEATURES_EXTENDED).d & FEATURES_EXTENDED_D_PAGE1G ? 3 : 2;
    boot_cpu.self = &boot_cpu;
    descriptors_init(&boot_cpu);
    gates_init();
    arch_check_init();
    control_init();
    msr_write(MSR_GS_BASE, (uint64_t)&boot_cpu);
    state_init();
}

void arch_root_load(uint64_t root)
{
    __asm__ volatile("movq %0, %%cr3" : : "r"(root << PAGE_SHIFT) : "memory");
}

uint64_t arch_root(void)
{
    return arch_control(3) >> PAGE_SHIFT;
}

uint64_t arch_control(unsigned n)
{
    uint64_t value;
    if (n == 0) {
        __asm__ volatile("movq %%cr0, %0" : "=r"(value));
    } else if (n == 3) {
        __asm__ volatile("movq %%cr3, %0" : "=r"(value));
    } else {
        __asm__ volatile("movq %%cr4, %0" : "=r"(value));
    }
    return value;
}

struct cpu *cpu_self(void)
{
    struct cpu *self;
    __asm__ volatile("movq %%gs:0, %0" : "=r"(self));
    return self;
}
