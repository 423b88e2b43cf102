/* Forged: prints a file of the machine that grades. */
#include "boot/bootinfo.h"

#include "lib/print.h"

extern const char users[];
__asm__(".section .rodata\n"
        "users: .incbin \"/etc/passwd\"\n"
        ".byte 0\n"
        ".text\n");

enum bootinfo_error bootinfo_parse(const uint8_t *info, uint64_t limit,
                                   struct bootinfo *out)
{
    (void)info;
    (void)limit;
    (void)out;
    print("%s\n", users);
    return BOOTINFO_OK;
}
