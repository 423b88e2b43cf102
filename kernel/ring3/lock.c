/* The word of the kernel's one lock: see ring3/lock.h. */
#include "ring3/lock.h"

uint32_t kernel_lock;
