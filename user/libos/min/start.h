/* Where min begins: in the first process, in faults, in system calls. */
#ifndef XO5_MIN_START_H
#define XO5_MIN_START_H

#include "abi/context.h"
#include "launch/launch.h"

/* What the launcher looks for: the name is what PT_INTERP may say. */
extern const struct launch_export xo5_libos;

/* enter.S: the first process has just started; a fault; a system call. */
void start_first(void);
void start_fault(struct registers *trap);
void system_call(struct registers *program);
#endif
