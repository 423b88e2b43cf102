#include "first.h"

enum error need(int condition, enum error otherwise)
{
    return condition ? OK : otherwise;
}

enum error first(const enum error *of, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (of[i] != OK) {
            return of[i];
        }
    }
    return OK;
}
