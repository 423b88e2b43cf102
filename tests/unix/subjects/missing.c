/* A system call that there is not, made twice. */
#include "check.h"

static long call(long number)
{
    long answer;
    __asm__ volatile("syscall"
                     : "=a"(answer)
                     : "0"(number)
                     : "rcx", "r11", "memory");
    return answer;
}

int main(void)
{
    long first = call(499);
    printf("twice: %ld %ld\n", first, call(499));
    return 0;
}
