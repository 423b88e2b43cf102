/*
 * A panic may come from anywhere, also from itself. It needs no memory and no
 * lock, gets its registers by raising an exception in the caller's own frame,
 * and stops at once when it faults while it speaks.
 */
#include "lib/panic.h"

#include "abi/exit.h"
#include "lib/image.h"
#include "lib/print.h"
#include "lib/symbols.h"
#include "lib/types.h"

#define BACKTRACE_DEPTH 24
#define INVALID_OPCODE 6
#define PAGE_FAULT 14
#define MACHINE_CHECK 18

/* Why arch_break was called; NULL if an exception came by itself. */
static const char *why;
static uint64_t why_number;
static bool with_number;
static bool panicking;

static const char *const names[] = {
    "divide error",
    "debug exception",
    "non-maskable interrupt",
    "breakpoint",
    "overflow",
    "bound range exceeded",
    "invalid opcode",
    "device not available",
    "double fault",
    "coprocessor segment overrun",
    "invalid TSS",
    "segment not present",
    "stack-segment fault",
    "general protection fault",
    "page fault",
    "reserved exception 15",
    "x87 floating-point error",
    "alignment check",
    "machine check",
    "SIMD floating-point exception",
    "virtualization exception",
    "control protection exception",
};

static void print_place(uint64_t address)
{
    uint64_t into;
    const char *name = symbols_find(address, &into);
    print("  %016lx  %s+0x%lx\n", address, name, into);
}

/* Follows the saved frame pointers as long as they stay on a stack. */
static void print_backtrace(uint64_t rip, uint64_t rbp)
{
    print("backtrace:\n");
    print_place(rip);
    for (int n = 0; n < BACKTRACE_DEPTH; n++) {
        /* What it follows may be what is broken: only what lies on a stack is
         * read. */
        if (rbp % 8 != 0 || !image_is_stack(rbp) || !image_is_stack(rbp + 15)) {
            break;
        }
        const uint64_t *frame = (const uint64_t *)rbp;
        if (frame[1] == 0) {
            break;
        }
        print_place(frame[1]);
        rbp = frame[0];
    }
}

static void print_registers(const struct trap_frame *f)
{
    print("rax %016lx rbx %016lx rcx %016lx\n", f->rax, f->rbx, f->rcx);
    print("rdx %016lx rsi %016lx rdi %016lx\n", f->rdx, f->rsi, f->rdi);
    print("rbp %016lx rsp %016lx r8  %016lx\n", f->rbp, f->rsp, f->r8);
    print("r9  %016lx r10 %016lx r11 %016lx\n", f->r9, f->r10, f->r11);
    print("r12 %016lx r13 %016lx r14 %016lx\n", f->r12, f->r13, f->r14);
    print("r15 %016lx rip %016lx rflags %08lx\n", f->r15, f->rip, f->rflags);
    print("cs %02lx ss %02lx cr0 %08lx cr2 %016lx\n", f->cs, f->ss,
          arch_control(0), arch_fault_address());
    print("cr3 %016lx cr4 %08lx\n", arch_control(3), arch_control(4));
}

/* What the processor found broken: the kernel can only tell. */
static void print_machine_check(void)
{
    for (unsigned bank = 0; bank < arch_check_banks(); bank++) {
        uint64_t status, address;
        if (arch_check_read(bank, &status, &address)) {
            print("bank %u: status 0x%lx, address 0x%lx\n", bank, status,
                  address);
        }
    }
}

static void print_cause(const struct trap_frame *f)
{
    if (why && f->vector == INVALID_OPCODE) {
        print("panic: %s", why);
        if (with_number) {
            print(" 0x%lx", why_number);
        }
        print("\n");
        return;
    }
    const char *name = f->vector < ARRAY_COUNT(names) ? names[f->vector]
                                                      : "unexpected interrupt";
    print("panic: %s (vector %lu, error code 0x%lx)", name, f->vector,
          f->error);
    if (f->vector == PAGE_FAULT) {
        print(": %s address 0x%lx, which is %s",
              f->error & 16  ? "running"
              : f->error & 2 ? "storing to"
                             : "loading from",
              arch_fault_address(),
              f->error & 1 ? "mapped, but not for that" : "not mapped");
    }
    print("\n");
}

void panic_trap(const struct trap_frame *frame)
{
    if (panicking) {
        arch_stop(EXIT_PANIC); /* a fault while telling the first one */
    }
    panicking = true;
    print_cause(frame);
    if (frame->vector == MACHINE_CHECK) {
        print_machine_check();
    }
    print_registers(frame);
    print_backtrace(frame->rip, frame->rbp);
    arch_stop(EXIT_PANIC);
}

void panic(const char *cause)
{
    why = cause;
    for (;;) {
        arch_break();
    }
}

void panic_number(const char *cause, uint64_t number)
{
    why_number = number;
    with_number = true;
    panic(cause);
}

void boot_fail(const char *subject, const char *predicate)
{
    print("xo5: %s %s.\n", subject, predicate);
    arch_stop(EXIT_BOOT);
}
