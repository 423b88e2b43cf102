/*
 * What each processor is about. Memory alone: the hand-over that changes it
 * is core/cpu.c's, and a kernel without that has processors all the same.
 */
#include "core/cpu.h"

struct cpu_state cpus[CPU_MAX];
