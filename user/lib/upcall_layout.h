/*
 * Where upcall.S finds things: in the context at INIT_CONTEXT, and in struct
 * registers. upcall.c makes sure that these are what C says.
 */
#ifndef XO5_USER_UPCALL_LAYOUT_H
#define XO5_USER_UPCALL_LAYOUT_H

#define CONTEXT_MASK 56
#define CONTEXT_CALL_RIP 72
#define CONTEXT_CALL_RFLAGS 80
#define CONTEXT_TRAP 88

#define REGISTERS_WORDS 21
#define REGISTERS_RAX 0
#define REGISTERS_RDX 24
#define REGISTERS_RSI 32
#define REGISTERS_RDI 40
#define REGISTERS_R8 56
#define REGISTERS_R9 64
#define REGISTERS_R10 72
#define REGISTERS_RIP 120
#define REGISTERS_RFLAGS 128
#define REGISTERS_RSP 136
#define REGISTERS_SIZE 168

#endif
