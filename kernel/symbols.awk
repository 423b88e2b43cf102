# Turns `nm -n` into the table of function names that lib/symbols.c reads.
BEGIN { print ".section .symbols, \"a\"\n.balign 8\n.globl symbols\nsymbols:" }
$2 ~ /^[tTwW]$/ && $1 ~ /^ffffffff8/ && $3 !~ /_(start|end|top|bottom)$/ ||
    $3 == "kernel_start" {
    printf ".quad 0x%s, .Lname%d\n", $1, count
    names[count++] = $3
}
END {
    print ".globl symbols_count\nsymbols_count: .quad " count
    for (i = 0; i < count; i++)
        printf ".Lname%d: .asciz \"%s\"\n", i, names[i]
    print ".section .note.GNU-stack, \"\", @progbits"
}
