/* Exercise 5.1, from inside of min. */
#include "abi/context.h"
#include "inside_tests.h"
#include "lib/books.h"
#include "lib/operations.h"
#include "lib/string.h"
#include "libos/min/abi.h"
#include "libos/min/pager.h"

static void zero(void)
{
    region(A, 16, REGION_ZERO, 0, RW);
    region(A + 16 * PAGE, 16, REGION_ZERO, 0, RIGHT_R | RIGHT_X);
    note(pager_fault(A + 5 * PAGE + 8, RIGHT_W));
    note((int64_t)*word(A + 5 * PAGE + 8));
    *word(A + 5 * PAGE + 8) = N - 23;
    inside_look(1);
    note(pager_fault(A + 7 * PAGE, RIGHT_R));
    note(pager_fault(A + 20 * PAGE, RIGHT_X));
    note((int64_t)*word(A + 5 * PAGE + 8));
    inside_look(2);
}

static void touch(void)
{
    region(A, 600, REGION_ZERO, 0, RW);
    for (unsigned n = 0; n < 600; n += 3) {
        *word(A + n * PAGE + 16) += n;
    }
    for (unsigned n = 0; n < 600; n += 3) {
        note(*word(A + n * PAGE + 16) == n ? 0 : (int64_t)n);
    }
    inside_look(1);
}

/* Eight accesses, five of them refused, in an order that N says. */
static void refused(void)
{
    const struct {
        uint64_t va;
        unsigned needs;
    } access[] = {
        {A, RIGHT_W},
        {A + 4 * PAGE, RIGHT_X},
        {A + 8 * PAGE, RIGHT_R},
        {A - 1, RIGHT_R},
        {B, RIGHT_W},
        {A + PAGE, RIGHT_R},
        {A + 5 * PAGE, RIGHT_W},
        {A + 6 * PAGE, RIGHT_R},
    };
    region(A, 4, REGION_ZERO, 0, RIGHT_R);
    region(A + 4 * PAGE, 4, REGION_ZERO, 0, RW);
    for (unsigned n = 0; n < 8; n++) {
        unsigned at = (unsigned)(N + 3 * n) % 8;
        note(pager_fault(access[at].va, access[at].needs));
    }
    inside_look(1);
}

/* Pages of the image, which the grader knows. */
static void image(void)
{
    region(A, 4, REGION_FILE, 1, RIGHT_R);
    region(A + 8 * PAGE, 4, REGION_FILE, 2, RIGHT_R | RIGHT_X);
    region(A + 16 * PAGE, 2, REGION_FILE, 1u << 20, RIGHT_R);
    note(pager_fault(A + 2 * PAGE, RIGHT_R));
    note(pager_fault(A + 9 * PAGE, RIGHT_X));
    note(pager_fault(A + 16 * PAGE, RIGHT_R));
    note(pager_fault(A + 1 * PAGE, RIGHT_W));
    inside_look(1);
}

static void stack(void)
{
    uint64_t top = A + PAGER_STACK_MAX * 2, below = top - 4 * PAGE;
    region(below, 4, REGION_STACK, 0, RW);
    note(pager_fault(below - 2 * PAGE - 8, RIGHT_W));
    note((int64_t)(below - region_of(REGION_STACK)->start));
    inside_look(1);
    note(pager_fault(top - PAGER_STACK_MAX - 8, RIGHT_W));
    note(pager_fault(top - PAGER_STACK_MAX, RIGHT_R));
    note((int64_t)(top - region_of(REGION_STACK)->start));
    note(pager_fault(top, RIGHT_R));
}

static void stack_blocked(void)
{
    uint64_t top = A + PAGER_STACK_MAX * 2;
    region(top - 4 * PAGE, 4, REGION_STACK, 0, RW);
    region(top - 10 * PAGE, 2, REGION_ZERO, 0, RW);
    note(pager_fault(top - 20 * PAGE, RIGHT_W));
    note(pager_fault(top - (5 + N % 3) * PAGE, RIGHT_W));
    note(pager_fault(top - 10 * PAGE, RIGHT_W));
    note((int64_t)(top - region_of(REGION_STACK)->start));
}

static void brk(void)
{
    note((int64_t)pager_brk(A));
    struct region r = {A, A, A, REGION_HEAP, RW};
    region_add(&r);
    region(A + 32 * PAGE, 1, REGION_ZERO, 0, RW);
    note((int64_t)pager_brk(0) - A);
    note((int64_t)pager_brk(A + 5 * PAGE + 100) - A);
    note(pager_fault(A + 5 * PAGE + 200, RIGHT_W));
    note(pager_fault(A + 6 * PAGE, RIGHT_W));
    note(pager_fault(A, RIGHT_W));
    *word(A + 5 * PAGE + 200) = 5;
    inside_look(1);
    note((int64_t)pager_brk(A + 33 * PAGE) - A);
    note((int64_t)pager_brk(A - 1) - A);
    note((int64_t)pager_brk(A + 5 * PAGE) - A);
    inside_look(2);
    note(pager_fault(A + 5 * PAGE + 200, RIGHT_W));
    note((int64_t)pager_brk(A + 32 * PAGE) - A);
    note(pager_fault(A + 5 * PAGE + 200, RIGHT_W));
    note((int64_t)*word(A + 5 * PAGE + 200));
    note((int64_t)pager_brk(UINT64_MAX - 5) - A);
}

static void no_memory(void)
{
    region(A, 16, REGION_ZERO, 0, RW);
    region(B, 16, REGION_ZERO, 0, RW);
    note(pager_fault(A, RIGHT_W));
    use_up(0);
    note(pager_fault(A + PAGE, RIGHT_W));
    note(pager_fault(B, RIGHT_W));
    note(pager_fault(A, RIGHT_W));
    inside_look(1);
}

void test_pager(unsigned n)
{
    switch (n) {
    case 0:
        zero();
        break;
    case 1:
        touch();
        break;
    case 2:
        refused();
        break;
    case 3:
        image();
        break;
    case 4:
        stack();
        break;
    case 5:
        stack_blocked();
        break;
    case 6:
        brk();
        break;
    case 7:
        no_memory();
        break;
    default:
        break;
    }
}
