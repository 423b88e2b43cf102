/*
 * A function that a later lab brings: its default, until then. The linker
 * prefers the real one. The build fails if a default is left in the kernel
 * of a lab that should have brought its own, and says which prototype it
 * expected (kernel/later.awk).
 */
#ifndef XO5_COURSE_LATER_H
#define XO5_COURSE_LATER_H

#define LATER(lab, prototype)                                                  \
    prototype __attribute__((weak));                                           \
    prototype

#endif
