/*
 * libFuzzer's way into boot/bootinfo.c: any bytes at all, in a block of
 * exactly their size, so that AddressSanitizer sees one byte too many.
 */
#include <stdlib.h>
#include <string.h>

#include "boot/bootinfo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

/* What bootinfo_parse promises of what it gives. */
static void check(const struct bootinfo *info)
{
    int ram = 0;
    must(info->regions <= BOOTINFO_REGIONS);
    must(info->modules <= BOOTINFO_MODULES);
    for (uint64_t i = 0; i < info->regions; i++) {
        const struct region *r = &info->region[i];
        must(r->start <= r->end);
        must(r->kind >= REGION_RAM && r->kind <= REGION_BAD);
        if (r->kind == REGION_RAM) {
            ram = 1;
            must(r->start < r->end);
            must(r->start % FRAME_SIZE == 0 && r->end % FRAME_SIZE == 0);
        }
    }
    must(ram);
    for (uint64_t i = 0; i < info->modules; i++) {
        must(info->module[i].start <= info->module[i].end);
        must(memchr(info->module[i].name, 0, BOOTINFO_NAME) != NULL);
    }
    must(memchr(info->cmdline, 0, BOOTINFO_CMDLINE) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bootinfo info;
    uint8_t *exact = malloc(size); /* aligned to 16 */
    must(size == 0 || exact != NULL);
    memcpy(exact, data, size);
    memset(&info, 0xa5, sizeof(info));
    enum bootinfo_error error = bootinfo_parse(exact, size, &info);
    must(error <= BOOTINFO_RAM);
    if (error == BOOTINFO_OK) {
        check(&info);
    }
    free(exact);
    return 0;
}
