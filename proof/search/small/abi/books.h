/* The number of processes, and of marks that one may have. */
#ifndef XO5_SMALL_BOOKS_H
#define XO5_SMALL_BOOKS_H

#include_next "abi/books.h"
#include "proof/search/machine.h"

#undef PROCESS_MAX
#undef VITAL_MAX
#define PROCESS_MAX SMALL_PROCESSES
#define VITAL_MAX SMALL_VITALS

#endif
