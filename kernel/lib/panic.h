/*
 * The kernel's end when it finds itself broken: the cause, the registers and
 * a backtrace, then the machine stops with EXIT_PANIC.
 */
#ifndef XO5_LIB_PANIC_H
#define XO5_LIB_PANIC_H

#include "arch/arch.h"

/* Panics for that cause, one short line without a full stop. */
void panic(const char *cause) __attribute__((noreturn));

/* The same with a number behind the cause, printed in hexadecimal. */
void panic_number(const char *cause, uint64_t number) __attribute__((noreturn));

/* Not a panic: the machine or the image cannot be used. Says "xo5: SUBJECT
 * PREDICATE." and stops with EXIT_BOOT. */
void boot_fail(const char *subject, const char *predicate)
    __attribute__((noreturn));

#endif
