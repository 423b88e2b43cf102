/*
 * A page fault, from the registers that the kernel saved to the page. The order
 * of questions is the whole of it:
 *
 *   1. whose is the address: a region's, the personality's own, or nobody's?
 *      may it be accessed so?                      no: a signal (unix_fault)
 *   2. is a page there, or in a replaced table?    the shadow says
 *      nothing, a file's region      filemap.c brings it (a whole table)
 *      nothing, else                 a superpage where one is due, or zeros
 *      put away (PROT_NONE before)   attached again
 *      in a replaced table           attached, or copied if it is stored to
 *      there, without W, a store     made this process's own (copy-on-write)
 *
 * After a fork the first few pages that are only read are copied at once too:
 * they are the top of the stack and the variables, which are stored to next,
 * and a fault costs about as much as the copy.
 */
#include "libos/unix/xo5/personality/machine.h"

#include "abi/rights.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/reserved.h"
#include "libos/unix/personality/memory/memory.h"
#include "libos/unix/personality/memory/regions.h"
#include "libos/unix/xo5/personality/cow.h"
#include "libos/unix/xo5/personality/filemap.h"
#include "libos/unix/xo5/personality/space.h"
#include "libos/unix/xo5/personality/superpage.h"

#define VECTOR_PAGE_FAULT 14 /* SDM 3A, 7.15; and the error code's bits */
/* Pages after a fork of which a read is taken for the sign of a store: some of
 * the stack and of the variables. Each that is only read after all is copied in
 * vain, so they are few. */
#define SOON 8
#define FAULT_WRITE 2u
#define FAULT_FETCH 16u

/* How many pages that are read will be taken for such as are stored to next: a
 * few of the stack and the variables, after a fork. */
static unsigned soon;
void machine_forked(void)
{
    soon = SOON;
}

/* Brings the page, or lets the access through. False: the program may not
 * have it; *lacking: there is no memory. */
static bool bring(uint64_t va, uint64_t error, bool *lacking)
{
    struct address_space *s = space_own();
    struct region r = {.rights = RIGHT_R | RIGHT_W};
    if (!reserved_has(va) && !region_find(va, &r) &&
        (!memory_grow(va) || !region_find(va, &r))) {
        return false;
    }
    uint32_t needs = RIGHT_R | (error & FAULT_WRITE ? RIGHT_W : 0) |
                     (error & FAULT_FETCH ? RIGHT_X : 0);
    if (needs & ~r.rights) {
        return false;
    }
    /* All from the shadow: what the table itself holds cannot be read. */
    uint32_t shadow = space_find(s, va);
    if (shadow == 0 && r.flags & REGION_FILE) {
        if (r.file == 0 || !filemap_bring(s, va, &r, lacking)) {
            return false;
        }
        if (*lacking || !(error & FAULT_WRITE)) {
            return true;
        }
        shadow = space_find(s, va); /* and the store, at once */
        if (shadow == 0) {
            return true; /* truncated meanwhile: the next fault finds out */
        }
    }
    if (shadow == 0) {
        *lacking = !(superpage_may(&r) && superpage_fill(s, va, &r)) &&
                   !space_fill(s, va, r.rights);
        return true;
    }
    if (shadow & SHADOW_AWAY) {
        *lacking = !space_return(s, va, r.rights);
    } else if (shadow & SHADOW_OLD &&
               (shadow & SHADOW_SHARED || !(error & FAULT_WRITE))) {
        bool copies = soon > 0 && r.flags == 0 && r.rights & RIGHT_W;
        soon -= copies;
        *lacking = !(copies ? space_copy(s, va) : space_pull(s, va));
    } else if (error & FAULT_WRITE && !(shadow & SHADOW_W)) {
        *lacking = !space_copy(s, va);
        filemap_prefetch(s, va);
    }
    return true;
}

void machine_fault(struct registers *trap)
{
    bool lacking = false;
    if (trap->vector == VECTOR_PAGE_FAULT && trap->address < HOST_END &&
        bring(trap->address, trap->error, &lacking) && !lacking) {
        return;
    }
    if (lacking) { /* an access cannot be told -ENOMEM */
        host_exit(SIGKILL);
    }
    unix_fault(trap);
}
