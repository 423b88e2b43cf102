/* Forged: prints without end. */
#include "boot/bootinfo.h"

#include "arch/arch.h"

enum bootinfo_error bootinfo_parse(const uint8_t *info, uint64_t limit,
                                   struct bootinfo *out)
{
    (void)info;
    (void)limit;
    (void)out;
    for (;;) {
        serial_put('x');
    }
}
