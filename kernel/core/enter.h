/*
 * Ring 3: into it for the first time, and out of it again.
 */
#ifndef XO5_CORE_ENTER_H
#define XO5_CORE_ENTER_H

#include "core/types.h"

/* Enters ring 3 at rip with that stack and every other register zero. */
void enter_first(vaddr rip, vaddr rsp) __attribute__((noreturn));

/* A system call whose number is no operation's: for the library OS. Called
 * by arch/ring3.S. */
void foreign_call(uint64_t number, uint64_t rip) __attribute__((noreturn));

#endif
