/*
 * /proc/self/maps, which only the process itself can write: the keeper does not
 * know its mappings. A file without a name takes the text, so that reading it
 * is as with any file.
 */
#include "libos/unix/personality/memory/maps.h"

#include "abi/rights.h"
#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/memory/regions.h"

#define LINE 128 /* more than one has */
#define DIGITS 8 /* of an address, at least */

bool maps_named(const char *path)
{
    return strcmp(path, "/proc/self/maps") == 0;
}

static char *put(char *to, const char *text)
{
    uint64_t n = strlen(text);
    memcpy(to, text, n);
    return to + n;
}

static char *put_address(char *to, uint64_t va)
{
    int digits = DIGITS;
    while (digits < 16 && va >> 4 * digits) {
        digits++;
    }
    while (digits-- > 0) {
        *to++ = "0123456789abcdef"[va >> 4 * digits & 15];
    }
    return to;
}

static char *put_region(char *to, const struct region *r)
{
    to = put_address(to, r->start);
    *to++ = '-';
    to = put_address(to, r->end);
    *to++ = ' ';
    *to++ = r->rights & RIGHT_R ? 'r' : '-';
    *to++ = r->rights & RIGHT_W ? 'w' : '-';
    *to++ = r->rights & RIGHT_X ? 'x' : '-';
    *to++ = r->flags & REGION_SHARED ? 's' : 'p';
    to = put(to, " 00000000 00:00 0 ");
    if (r->flags & REGION_HEAP) {
        to = put(to, "                         [heap]");
    } else if (r->end == HOST_STACK_TOP) {
        to = put(to, "                         [stack]");
    }
    *to++ = '\n';
    return to;
}

int64_t maps_open(uint64_t flags)
{
    int64_t fd = request2(SYS_memfd_create, request_put(0, "maps"),
                          flags & O_CLOEXEC ? MFD_CLOEXEC : 0);
    char *start = (char *)request_data(), *to = start;
    const struct region *r = region_next(0);
    while (fd >= 0 && r) {
        to = put_region(to, r);
        r = region_next(r->end);
        if (!r || to > start + WINDOW_DATA - LINE) {
            request3(SYS_write, fd, 0, to - start);
            to = start;
        }
    }
    if (fd >= 0) {
        request3(SYS_lseek, fd, 0, SEEK_SET);
    }
    return fd;
}
