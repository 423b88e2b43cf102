/*
 * The program's memory, as copy_from_user and copy_to_user reach it in a
 * kernel. The personality shares the address space, so a wrong pointer would be
 * a fault of its own. All copies therefore run through a few instructions of
 * which the fault handler knows: a fault there is turned into a count of bytes
 * that are left.
 *
 *   words:  rep movsq     a fault: go on with bytes, from where it stopped
 *   bytes:  rep movsb     a fault: the rest cannot be copied
 *
 * It is checked beforehand only that the range may be the program's at all:
 * what is mapped there may change until the copy comes to it, and looking twice
 * would cost every call.
 */
#include "libos/unix/personality/base/uaccess.h"

#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/reserved.h"

#define LINUX_END 0x7ffffffff000 /* TASK_SIZE_MAX */
#define PIECE 256 /* of a string; divides a page, so that no piece leaves it */

/* uint64_t guarded_copy(void *to, const void *from, uint64_t n): how many bytes
 * are left; and the same with zeros: 0 when done. Words first: a fault there
 * goes on with bytes, so that what can be copied is, and a fault there is the
 * end. The stack is as it was called all the while. */
__asm__(".text\n"
        ".hidden guarded_copy, guarded_bytes, guarded_zero, guarded_end\n"
        ".hidden guarded_stop, guarded_fault\n"
        ".globl guarded_copy, guarded_bytes, guarded_zero, guarded_end\n"
        ".globl guarded_stop, guarded_fault\n"
        "guarded_copy:\n\t"
        "movq %rdx, %rcx\n\tshrq $3, %rcx\n\trep movsq\n\t"
        "movl %edx, %ecx\n\tandl $7, %ecx\n"
        "guarded_bytes:\n\t"
        "rep movsb\n"
        "guarded_stop:\n\t"
        "movq %rcx, %rax\n\tret\n"
        "guarded_zero:\n\t"
        "xorl %eax, %eax\n\tmovq %rsi, %rcx\n\tshrq $3, %rcx\n\t"
        "rep stosq\n\tmovl %esi, %ecx\n\tandl $7, %ecx\n\trep stosb\n\t"
        "ret\n"
        "guarded_end:\n\t"
        "nop\n"
        "guarded_fault:\n\t"
        "movl $1, %eax\n\tret\n");

#define HIDDEN __attribute__((visibility("hidden")))
uint64_t guarded_copy(void *to, const void *from, uint64_t n) HIDDEN;
uint64_t guarded_zero(void *to, uint64_t n) HIDDEN;
extern const char guarded_bytes[] HIDDEN;
extern const char guarded_stop[] HIDDEN;
extern const char guarded_end[] HIDDEN;
extern const char guarded_fault[] HIDDEN;

bool uaccess_range(uint64_t va, uint64_t n)
{
    return va >= HOST_LOWEST && va < HOST_END && n <= HOST_END - va &&
           (va >= RESERVED_END || va + n <= RESERVED_START);
}

bool uaccess_may_look(uint64_t va, uint64_t n)
{
    return va <= LINUX_END && n <= LINUX_END - va;
}

/* How much of it could be the program's. */
static uint64_t reach(uint64_t va, uint64_t n)
{
    uint64_t end = va < RESERVED_START ? RESERVED_START : HOST_END;
    if (!uaccess_range(va, 1)) {
        return 0;
    }
    return n < end - va ? n : end - va;
}

uint64_t uaccess_read_some(void *to, uint64_t from, uint64_t n)
{
    uint64_t all = reach(from, n);
    return all - guarded_copy(to, (const void *)(uintptr_t)from, all);
}

uint64_t uaccess_write_some(uint64_t to, const void *from, uint64_t n)
{
    uint64_t all = reach(to, n);
    return all - guarded_copy((void *)(uintptr_t)to, from, all);
}

int64_t uaccess_read(void *to, uint64_t from, uint64_t n)
{
    if (n == 0) {
        return 0;
    }
    if (!uaccess_range(from, n) ||
        guarded_copy(to, (const void *)(uintptr_t)from, n)) {
        return -EFAULT;
    }
    return 0;
}

int64_t uaccess_write(uint64_t to, const void *from, uint64_t n)
{
    if (n == 0) {
        return 0;
    }
    if (!uaccess_range(to, n) || guarded_copy((void *)(uintptr_t)to, from, n)) {
        return -EFAULT;
    }
    return 0;
}

int64_t uaccess_zero(uint64_t to, uint64_t n)
{
    if (n == 0) {
        return 0;
    }
    if (!uaccess_range(to, n) || guarded_zero((void *)(uintptr_t)to, n)) {
        return -EFAULT;
    }
    return 0;
}

int64_t uaccess_string(char *to, uint64_t from, uint64_t limit)
{
    uint64_t done = 0;
    while (done < limit) {
        uint64_t n = PIECE - (from + done) % PIECE;
        n = n < limit - done ? n : limit - done;
        if (uaccess_read(to + done, from + done, n) != 0) {
            return -EFAULT;
        }
        for (uint64_t i = done; i < done + n; i++) {
            if (!to[i]) {
                return (int64_t)i;
            }
        }
        done += n;
    }
    return -ENAMETOOLONG;
}

bool uaccess_fault(struct registers *fault)
{
    uint64_t rip = fault->rip;
    if (rip < (uintptr_t)guarded_copy || rip >= (uintptr_t)guarded_end) {
        return false;
    }
    if (rip < (uintptr_t)guarded_bytes) {
        fault->rcx = fault->rcx * 8 + (fault->rdx & 7);
        fault->rip = (uintptr_t)guarded_bytes;
    } else {
        fault->rip = rip == (uintptr_t)guarded_bytes ? (uintptr_t)guarded_stop
                                                     : (uintptr_t)guarded_fault;
    }
    return true;
}
