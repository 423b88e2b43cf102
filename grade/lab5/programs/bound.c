/* A program whose interpreter is the library OS itself. */
#include "probe.c"

const char bound_to[] __attribute__((section(".interp"))) = BOUND_TO;
