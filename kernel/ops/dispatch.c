/*
 * From a number to an operation.
 *
 * A switch, and no array of functions: what is proved holds no pointer to
 * code. (The compiler makes one indirect jump of it, the kernel's only one;
 * see kernel/SECURITY.md.) The arguments come in an array, because the two
 * callers have them in memory: the registers that ring3.S pushed, or a batch's
 * copy.
 */
#include "ops/dispatch.h"

#include "abi/operations.h"
#include "core/rest.h"
#include "debug/check.h"
#include "ops/operations.h"

static enum error call(uint64_t me, const uint64_t *a, uint64_t number)
{
    switch (number) {
    case OP_CREATE:
        return op_create(me, a[0], a[1], a[2], a[3]);
    case OP_ALLOC:
        return op_alloc(me, a[0], a[1], a[2], a[3]);
    case OP_ATTACH:
        return op_attach(me, a[0], a[1], a[2], a[3], a[4]);
    case OP_UPDATE:
        return op_update(me, a[0], a[1], a[2]);
    case OP_SWAP:
        return rest_is(a[0], a[1]) ? rest_hand(me, a[2], a[3], a[4])
                                   : op_swap(me, a[0], a[1], a[2], a[3], a[4]);
    default:
        return E_OPERATION;
    }
}

enum error operation_dispatch(uint64_t me, const uint64_t *argument,
                              uint64_t number)
{
    enum error error = call(me, argument, number);
    /* Counts the invariants anew, in a kernel that was built with CHECK. */
    check_operation();
    return error;
}
