/* The stack that a program starts with: System V ABI for AMD64, 3.4.1. */
#ifndef XO5_UNIX_PERSONALITY_EXEC_STACK_H
#define XO5_UNIX_PERSONALITY_EXEC_STACK_H

#include <stdint.h>

#include "libos/unix/personality/exec/elf.h"

/* Puts the strings (argv.h), the auxiliary vector and a copy of `name` onto
 * the stack, which is mapped; `loader` is the interpreter's file, or NULL.
 * *rsp is where the program's starts. 0; -EFAULT: it is not mapped. */
int64_t stack_build(const struct elf *program, const struct elf *loader,
                    const char *name, uint64_t *rsp);

#endif
