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
