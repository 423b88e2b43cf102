/* The library OS's object, as the build made it. */
    .section .rodata
    .globl object_file, object_file_end
    .balign 4096
object_file:
    .incbin LIBOS_FILE
object_file_end:
    .section .note.GNU-stack, "", @progbits
