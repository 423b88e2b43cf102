/* Doors out of ring 3 that must be shut, for init too: privileged
 * instructions, and the ports by which firmware and chipset would reach all
 * of memory, reset the machine, or enter SMM. */
#include "lib/child.h"
#include "lib/console.h"
#include "lib/expect.h"
#include "lib/probe.h"
#include "lib/process.h"
#include "lib/string.h"

static bool is_shut(uint64_t vector)
{
    return vector == VECTOR_PROTECTION || vector == VECTOR_OPCODE;
}

#define SHUT(what, instructions)                                               \
    EXPECT(what, is_shut(PROBE(instructions, "b"(memory))), true)

static int try_instructions(void)
{
    static uint64_t memory_words[64] __attribute__((aligned(64)));
    uint64_t memory = (uintptr_t)memory_words;
    SHUT("cli", "cli");
    SHUT("sti", "sti");
    SHUT("hlt", "hlt");
    SHUT("mov from cr0", "movq %%cr0, %%rax");
    SHUT("mov from cr3", "movq %%cr3, %%rax");
    SHUT("mov to cr3", "xorl %%eax, %%eax\n\tmovq %%rax, %%cr3");
    SHUT("mov to cr4", "xorl %%eax, %%eax\n\tmovq %%rax, %%cr4");
    SHUT("mov to cr8", "xorl %%eax, %%eax\n\tmovq %%rax, %%cr8");
    SHUT("mov to dr7", "xorl %%eax, %%eax\n\tmovq %%rax, %%dr7");
    SHUT("clts", "clts");
    SHUT("lmsw", "lmsw %%bx");
    SHUT("invlpg", "invlpg (%0)");
    SHUT("invd", "invd");
    SHUT("wbinvd", "wbinvd");
    SHUT("lgdt", "lgdt (%0)");
    SHUT("lidt", "lidt (%0)");
    SHUT("lldt", "xorl %%eax, %%eax\n\tlldt %%ax");
    SHUT("ltr", "xorl %%eax, %%eax\n\tltr %%ax");
    SHUT("swapgs", "swapgs");
    SHUT("sysret", "sysretq");
    SHUT("wrmsr", "movl $0xc0000080, %%ecx\n\tmovl $0, %%eax\n\tmovl $0, %%edx"
                  "\n\twrmsr");
    SHUT("rdmsr", "movl $0x1b, %%ecx\n\trdmsr");
    SHUT("rdpmc", "xorl %%ecx, %%ecx\n\trdpmc");
    SHUT("xsetbv", "xorl %%ecx, %%ecx\n\tmovl $1, %%eax\n\txorl %%edx, %%edx"
                   "\n\txsetbv");
    SHUT("stac", "stac");
    SHUT("clac", "clac");
    SHUT("monitor", "movq %0, %%rax\n\txorl %%ecx, %%ecx\n\txorl %%edx, %%edx"
                    "\n\tmonitor");
    SHUT("vmcall", "vmcall");
    SHUT("rsm", ".byte 0x0f, 0xaa");
    return 0;
}

#define GATE(n) SHUT("int " #n, "int $" #n)

/* int 3 and int 4 are a program's own; all other gates are shut. */
static int try_gates(void)
{
    uint64_t memory = 0;
    /* 1 says the processor, 6 QEMU's TCG. Then: two reasons to enter the
     * kernel at once, of which one must wait. */
    EXPECT("icebp", PROBE(".byte 0xf1", "b"(0)) != PROBE_NONE, true);
    EXPECT("mov ss, int 3, in single steps",
           PROBE("movw %%ss, %%ax\n\tpushfq\n\torq $0x100, (%%rsp)\n\t"
                 "popfq\n\tmovw %%ax, %%ss\n\tint3\n\tnop",
                 "b"(0)) != PROBE_NONE,
           true);
    GATE(0);
    GATE(1);
    GATE(2);
    GATE(8);
    GATE(13);
    GATE(14);
    GATE(18);
    GATE(32);
    GATE(0x21);
    GATE(0x24);
    GATE(0x80);
    GATE(0xfe);
    GATE(0xff);
    return 0;
}

static uint64_t read_port(uint64_t port)
{
    return PROBE("movq %0, %%rdx\n\tinb %%dx, %%al", "b"(port));
}

static uint64_t write_port(uint64_t port)
{
    return PROBE("movq %0, %%rdx\n\tmovb $0, %%al\n\toutb %%al, %%dx",
                 "b"(port));
}

/* What a stray read or write of would matter, and nobody but the kernel ever
 * has. */
static const uint16_t kept[] = {
    0x00,   0x08,   0x0a,   0x0b,   0x0c,   0x0d, 0x0f, 0x80 + 0x07, /* DMA */
    0x81,   0x82,   0x83,   0x8f,   0xc0,   0xd0, 0xd4, 0xd6,
    0xda,   0xde,   0x20,   0x21,   0xa0,   0xa1, /* interrupt controllers */
    0x40,   0x42,   0x43,   0x61,                 /* timer */
    0x64,   0x92,                                 /* reset, A20 */
    0x70,   0x71,                                 /* NMI mask, CMOS */
    0xb2,   0xb3,                                 /* SMI */
    0xf4,                                         /* QEMU's exit */
    0x402,  0x4d0,  0x4d1,                        /* debug; edge or level */
    0x510,  0x511,  0x512,  0x514,  0x518,        /* fw_cfg and its DMA */
    0x600,  0x604,  0x608,  0x620,  0x660,        /* ACPI */
    0xae00, 0xaf00, 0xb000, 0xb004, 0xafe0,       /* ACPI and hotplug of pc */
    0xcf8,  0xcf9,  0xcfc,  0xcff,                /* PCI configuration, reset */
    0x5658,                                       /* VMware's */
};

static int try_ports(void)
{
    for (unsigned i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        uint64_t reads = read_port(kept[i]), writes = write_port(kept[i]);
        if (reads != VECTOR_PROTECTION || writes != VECTOR_PROTECTION) {
            console_print("test: port 0x%x\n", kept[i]);
        }
        EXPECT("in", reads, VECTOR_PROTECTION);
        EXPECT("out", writes, VECTOR_PROTECTION);
    }
    return 0;
}

/* Ports that a wide access would reach beyond what is given. */
static int try_wide_ports(void)
{
    EXPECT("inw over the end",
           PROBE("movw $0x3ff, %%dx\n\tinw %%dx, %%ax", "b"(0)),
           VECTOR_PROTECTION);
    EXPECT("inl before the start",
           PROBE("movw $0x3f5, %%dx\n\tinl %%dx, %%eax", "b"(0)),
           VECTOR_PROTECTION);
    EXPECT("inl at the end of all",
           PROBE("movw $0xffff, %%dx\n\tinl %%dx, %%eax", "b"(0)),
           VECTOR_PROTECTION);
    return 0;
}

/* A selector with the bit that means "local table" must find none. After
 * reset the processor believes in one at address 0, which a process may map:
 * there this one has put a data segment and a gate into the kernel's code. */
static const uint64_t local_table[] = {
    0, 0x00cff3000000ffff, /* 0x0f: data, ring 3 */
    0x0000ec0000080000,    /* 0x17: a gate to 0x08:0 */
    0xffffffff,            /* its upper half */
};

static int try_local_table(uint64_t memory)
{
    EXPECT("a data segment of mine",
           PROBE("movl $0x0f, %%eax\n\tmovw %%ax, %%ds", "b"(memory)),
           VECTOR_PROTECTION);
    EXPECT("an FS of mine",
           PROBE("movl $0x0f, %%eax\n\tmovw %%ax, %%fs", "b"(memory)),
           VECTOR_PROTECTION);
    EXPECT("a gate of mine",
           PROBE("movq $0, -16(%0)\n\tmovl $0x17, -12(%0)\n\t"
                 "lcall *-16(%0)",
                 "b"(memory + 64)),
           VECTOR_PROTECTION);
    return 0;
}

static int map_local_table(struct child *child)
{
    struct space mine = pages_own();
    uint64_t frame;
    EXPECT("a page", pages_fresh(&mine, pages_address(0), &frame), OK);
    memcpy((void *)pages_address(0), local_table, sizeof(local_table));
    EXPECT("at address 0", pages_map(&child->space, 0, frame, 1, RIGHTS_PAGE),
           OK);
    return 0;
}

static int child_main(uint64_t word)
{
    static uint64_t memory[16];
    (void)word;
    probe_install();
    TRY(try_local_table((uintptr_t)memory));
    TRY(try_instructions());
    TRY(try_gates());
    TRY(try_ports());
    return 0;
}

int main(void)
{
    struct child child;
    uint64_t status = 0;
    probe_install();
    STEP("privileged instructions fault");
    TRY(try_instructions());
    STEP("the gates of faults and interrupts are shut");
    TRY(try_gates());
    STEP("the kernel's ports fault");
    TRY(try_ports());
    TRY(try_wide_ports());
    STEP("and so it is in a child");
    EXPECT("start", child_start(&child, child_main, 0, 0, 0), OK);
    EXPECT("console", child_give_console(&child), OK);
    TRY(map_local_table(&child));
    EXPECT("run", child_run(&child, 0), OK);
    EXPECT("ended", child_has_ended(&child, &status), true);
    EXPECT("status", status, 0);
    return 0;
}
