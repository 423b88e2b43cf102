/*
 * Devices without a state (null, zero, full, random), and the two that a
 * command without a terminal writes to, which pass every byte on as it is: no
 * line discipline, no position, never -ENOSPC.
 */
#include "libos/unix/keeper/files/device.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/inode.h"

static void (*raw_put)(unsigned fd, const void *bytes, uint64_t count);

int device_kind(uint32_t device)
{
    switch (device) {
    case DEVICE_NULL:
        return OPEN_NULL;
    case 0x105:
        return OPEN_ZERO;
    case 0x107:
        return OPEN_FULL;
    case 0x108:
    case 0x109:
        return OPEN_RANDOM;
    case TTY_DEVICE:
    case TTY_CONSOLE:
        return OPEN_TTY;
    case DEVICE_RAW + 1:
    case DEVICE_RAW + 2:
        return raw_put ? OPEN_TTY : -ENXIO;
    default:
        return -ENXIO;
    }
}

int64_t device_read(const struct description *open, void *to, uint64_t count)
{
    uint64_t n = 0;
    switch (open->kind) {
    case OPEN_NULL:
        return 0;
    case OPEN_RANDOM:
        for (uint64_t at = 0; at < count; at += n) {
            uint64_t word = machine_random();
            n = count - at < sizeof(word) ? count - at : sizeof(word);
            memcpy((uint8_t *)to + at, &word, n);
        }
        return (int64_t)count;
    default:
        memset(to, 0, count);
        return (int64_t)count;
    }
}

int64_t device_write(const struct description *open, uint64_t count)
{
    return open->kind == OPEN_FULL ? -ENOSPC : (int64_t)count;
}

void device_use(void (*put)(unsigned fd, const void *bytes, uint64_t count))
{
    raw_put = put;
}

bool device_is_raw(const struct description *open)
{
    return (inode_at(open->vnode)->device & ~3u) == DEVICE_RAW;
}

int64_t device_put(const struct description *open, const void *from,
                   uint64_t count)
{
    raw_put(inode_at(open->vnode)->device - DEVICE_RAW, from, count);
    return (int64_t)count;
}
