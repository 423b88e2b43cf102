#include "libos/min/inside.h"

void inside_run(const char *words)
{
    (void)words;
}
