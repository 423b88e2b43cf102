/* The program's registers, during a call of it. */
#ifndef XO5_UNIX_PERSONALITY_BASE_REGISTERS_H
#define XO5_UNIX_PERSONALITY_BASE_REGISTERS_H

#include "abi/context.h"

/* The registers of the program, during a call of it: for the functions that
 * change them, which answer CALL_KEEPS. */
struct registers *program_registers(void);
void program_set_registers(struct registers *program);

#endif
