/*
 * From a number to an operation.
 */
#include "ops/dispatch.h"

#include "abi/operations.h"
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
        return op_swap(me, a[0], a[1], a[2], a[3], a[4]);
    default:
        return E_OPERATION;
    }
}

enum error operation_dispatch(uint64_t me, const uint64_t *argument,
                              uint64_t number)
{
    enum error error = call(me, argument, number);
    check_operation();
    return error;
}
