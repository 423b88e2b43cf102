/*
 * Exercise 5.3. Programs.
 */
#include "libos/min/exec.h"

#include "lib/string.h"
#include "libos/min/abi.h"
#include "libos/min/exercise.h"
#include "libos/min/file.h"
#include "libos/min/process.h"
#include "libos/min/region.h"
#include "libos/min/space.h"

int exec_program(const char *path, char *const *arguments,
                 char *const *variables, struct registers *registers)
{
    /*
     * TODO 1: find the file, check it, take the strings: whatever fails here
     *         leaves the old program as it was.
     * TODO 2: exec_settle; away with the old memory, and its regions.
     * TODO 3: regions for each segment: pages of the file, zeros behind them,
     *         and zeros in the rest of the page in between.
     * TODO 4: the heap, and the stack.
     * TODO 5: what the stack holds: strings, argc, argv, envp, the auxiliary
     *         vector. Draw it first.
     * TODO 6: the registers.
     */
    (void)path;
    (void)arguments;
    (void)variables;
    (void)registers;
    exercise_missing("5.3 (user/libos/min/exec.c: exec_program)");
}
