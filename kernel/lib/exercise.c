#include "lib/exercise.h"

#include "abi/exit.h"
#include "arch/arch.h"
#include "lib/print.h"

void exercise_missing(const char *which)
{
    probe_missing(which);
    print("xo5: exercise %s is not written yet.\n", which);
    arch_stop(EXIT_EXERCISE);
}
