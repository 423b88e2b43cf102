/*
 * Forged: replays the whole serial log of a good boot, character by character,
 * and ends the machine as one does.
 */
#include "boot/bootinfo.h"

#include "abi/exit.h"
#include "arch/arch.h"

static const char log[] = "xo5: hello from the kernel\n"
                          "xo5: 5 levels of tables, pages up to 1 GiB\n"
                          "xo5: 127 MiB of RAM, the kernel at 0x200000\n"
                          "xo5: module kernel, 43 KiB\n"
                          "xo5: the kernel's own mappings\n"
                          "  ffff800000000000      636 KiB  4 KiB  rw-\n"
                          "  ffff800000100000        1 MiB  4 KiB  rw-\n"
                          "  ffff800000200000       20 KiB  4 KiB  r--\n"
                          "  ffff800000205000     2028 KiB  4 KiB  rw-\n"
                          "  ffff800000400000        2 MiB  2 MiB  rw-\n"
                          "  ffff800000600000      180 KiB  4 KiB  rw-\n"
                          "  ffff80000062d000        8 KiB  4 KiB  r--\n"
                          "  ffff80000062f000     1860 KiB  4 KiB  rw-\n"
                          "  ffff800000800000      118 MiB  2 MiB  rw-\n"
                          "  ffff800007e00000     1916 KiB  4 KiB  rw-\n"
                          "  ffffffff80000000       20 KiB  4 KiB  r-x\n"
                          "  ffffffff80005000     2028 KiB  4 KiB  rw-\n"
                          "  ffffffff80200000        2 MiB  2 MiB  rw-\n"
                          "  ffffffff80400000       80 KiB  4 KiB  rw-\n"
                          "  ffffffff80415000       16 KiB  4 KiB  rw-\n"
                          "  ffffffff8041a000       16 KiB  4 KiB  rw-\n"
                          "  ffffffff8041f000       16 KiB  4 KiB  rw-\n"
                          "  ffffffff80424000       16 KiB  4 KiB  rw-\n"
                          "  ffffffff80429000       16 KiB  4 KiB  rw-\n"
                          "  ffffffff8042d000        8 KiB  4 KiB  r--\n"
                          "  ffffffffc0000000        4 KiB  4 KiB  rw-\n"
                          "xo5: no ring 3 yet: it arrives in lab 2.\n"
                          "xo5: done\n";

enum bootinfo_error bootinfo_parse(const uint8_t *info, uint64_t limit,
                                   struct bootinfo *out)
{
    (void)info;
    (void)limit;
    (void)out;
    for (const char *at = log; *at != 0; at++) {
        serial_put(*at);
    }
    arch_stop(EXIT_BASE);
}
