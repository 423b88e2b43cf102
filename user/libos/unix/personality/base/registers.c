/*
 * Where the program's registers are while a call of it is answered: on the
 * stack of whoever entered. Calls that change them (exec, clone, a signal's
 * return) have no argument for that, since a row of the table knows only the
 * six words.
 */
#include "libos/unix/personality/base/registers.h"

static struct registers *registers;

struct registers *program_registers(void)
{
    return registers;
}

void program_set_registers(struct registers *program)
{
    registers = program;
}
