#include "abi/operations.h"

#include "ops/operations.h"

uint64_t operation_call(uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                        uint64_t number)
{
    switch (number) {
    case OP_CREATE:
        return op_create(a, b, c, d);
    case OP_ALLOC:
        return op_alloc(a, b, c, d);
    case OP_ATTACH:
        return op_attach(a, b, c, d);
    case OP_UPDATE:
        return op_update(a, b, c);
    case OP_SWAP:
        return op_swap(a, b, c, d);
    default:
        return E_OPERATION;
    }
}
