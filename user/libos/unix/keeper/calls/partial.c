/*
 * Where a buffer ends before the bytes do. Linux copies as it goes and finds
 * out late, so what a program sees depends on what it reads: a file's bytes up
 * to the last that fits, a pipe's in pages, a terminal's in pieces of 2048. The
 * numbers here are those pieces.
 */
#include "libos/unix/keeper/calls/partial.h"

#include "libos/unix/keeper/files/inode.h"
#include "libos/unix/keeper/files/pipe.h"
#include "libos/unix/keeper/record/machine.h"

#define TTY_PIECE 2048 /* of what is written to a terminal */

static int64_t whole(uint64_t piece, uint64_t *count)
{
    *count -= *count % piece;
    return *count ? 0 : -EFAULT;
}

int64_t partial_read(const struct description *open, uint64_t at,
                     uint64_t *count)
{
    switch (open->kind) {
    case OPEN_DIRECTORY:
    case OPEN_NULL:
        return 0;
    case OPEN_FILE:
        return at >= inode_at(open->vnode)->size ? 0 : whole(1, count);
    case OPEN_PIPE:
        if (pipe_filled(open) == 0) {
            *count = 1; /* that is waited for, or it is the end */
            return 0;
        }
        return pipe_filled(open) <= *count ? 0 : whole(KEEPER_PAGE, count);
    case OPEN_SOCKET:
        return -EFAULT;
    default:
        return whole(1, count);
    }
}

int64_t partial_write(const struct description *open, uint64_t lacks,
                      uint64_t *count)
{
    switch (open->kind) {
    case OPEN_FILE:
        return whole(1, count);
    case OPEN_PIPE:
        if (pipe_has_reader(open->vnode)) {
            return whole(KEEPER_PAGE, count);
        }
        break;
    case OPEN_SOCKET:
        return -EFAULT;
    case OPEN_TTY:
        return whole(TTY_PIECE, count);
    default:
        break;
    }
    *count += lacks; /* nobody looks at the bytes */
    return 0;
}
