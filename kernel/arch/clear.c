/* Filling a frame with zeros: the one way in which memory is cleared. */
#include "arch/arch.h"

void frame_clear(uint64_t frame)
{
    uint64_t count = FRAME_SIZE / 8;
    void *at = (void *)(DIRECT_BASE + frame * FRAME_SIZE);
    __asm__ volatile("rep stosq" : "+D"(at), "+c"(count) : "a"(0) : "memory");
}
