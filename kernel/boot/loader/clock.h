/* The rate of the time-stamp counter, and what day it is. */
#ifndef XO5_BOOT_LOADER_CLOCK_H
#define XO5_BOOT_LOADER_CLOCK_H

#include "abi/books.h"

/* Fills in both, with interrupts off, on a processor that has long mode. */
void clock_read(struct books *books);

#endif
