/* Variables that mean nothing from one call of the program to the next: large
 * ones are marked so, and a forked child has none of what is in them. */
#ifndef XO5_UNIX_PERSONALITY_BASE_SCRATCH_H
#define XO5_UNIX_PERSONALITY_BASE_SCRATCH_H

#define SCRATCH __attribute__((section(".bss.scratch")))

#endif
