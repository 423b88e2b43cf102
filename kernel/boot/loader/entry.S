/*
 * The first instructions of xo5, and the last of the loader.
 *
 * GRUB enters at loader_entry in 32-bit protected mode without paging:
 * eax is the multiboot2 magic, ebx the address of its information.
 */
#include "abi/exit.h"

#define MULTIBOOT2_MAGIC 0xe85250d6
#define MULTIBOOT2_I386 0
#define TAG_OPTIONAL 1
#define TAG_END 0
#define TAG_FRAMEBUFFER 5

/* Intel SDM volume 3A, section 2.5, and volume 4 for the EFER register. */
#define CR0_PG 0x80000000
#define CR0_WP 0x00010000
#define CR4_PAE 0x20
#define CR4_LA57 0x1000
#define MSR_EFER 0xc0000080
#define EFER_LME_NXE 0x900

    .section .header, "a"
    .align 8
header:
    .long MULTIBOOT2_MAGIC, MULTIBOOT2_I386, header_end - header
    .long -(MULTIBOOT2_MAGIC + MULTIBOOT2_I386 + (header_end - header))
    .align 8
    .short TAG_FRAMEBUFFER, TAG_OPTIONAL
    .long 20, 0, 0, 32
    .align 8
    .short TAG_END, 0
    .long 8
header_end:

    .section .text
    .code32
    .globl loader_entry
loader_entry:
    cli
    cld
    movl $stack_top, %esp
    xorl %ebp, %ebp
    pushl %ebx
    pushl %eax
    call loader_main            /* does not come back */
    ud2

/*
 * void enter_kernel(uint32_t root, uint32_t la57, uint32_t handover,
 *                   uint64_t entry)
 *
 * Turns long mode on with the tables at `root` (SDM 3A, 11.8.5: PAE, CR3,
 * EFER.LME, then PG; LA57 may only change while PG is clear) and jumps to
 * the kernel's entry with the address of the handover in rdi.
 */
    .globl enter_kernel
enter_kernel:
    movl %cr4, %eax
    orl $CR4_PAE, %eax
    cmpl $0, 8(%esp)
    je 1f
    orl $CR4_LA57, %eax
1:  movl %eax, %cr4
    movl 4(%esp), %eax
    movl %eax, %cr3
    movl $MSR_EFER, %ecx
    rdmsr
    orl $EFER_LME_NXE, %eax
    wrmsr
    movl 12(%esp), %edi
    movl 16(%esp), %esi
    movl 20(%esp), %ebp
    movl %cr0, %eax
    orl $(CR0_PG | CR0_WP), %eax
    movl %eax, %cr0
    lgdt descriptors_register
    ljmp $0x08, $long_mode

    .code64
long_mode:
    xorl %eax, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    movl %eax, %fs
    movl %eax, %gs
    movl %edi, %edi
    movl %esi, %esi
    shlq $32, %rbp
    orq %rbp, %rsi
    xorl %ebp, %ebp
    jmp *%rsi

    .section .rodata
    .align 8
descriptors:
    .quad 0
    .quad 0x00af9a000000ffff    /* 0x08: code, 64-bit, ring 0 */
descriptors_register:
    .short descriptors_register - descriptors - 1
    .long descriptors

    .section .bss
    .align 16
    .skip 0x2000
stack_top:

    .section .note.GNU-stack, "", @progbits
