/* The library OS's object, as the build made it. */
    .section .rodata
    .globl libos_file, libos_file_end
    .balign 4096
libos_file:
    .incbin LIBOS_FILE
libos_file_end:
    .section .note.GNU-stack, "", @progbits
