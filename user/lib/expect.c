/*
 * What test programs say when something is not as it should be. A step has a
 * number, which is what its program ends with: a grader that sees no console
 * still learns from the status which step failed. If a program expected an
 * error by its name, the number that it got is one too, and a reader wants the
 * name.
 */
#include "lib/expect.h"

#include "abi/errors.h"
#include "lib/books.h"
#include "lib/process.h"

static const char *const names[ERROR_COUNT] = {
    [OK] = "OK",
    [E_OPERATION] = "E_OPERATION",
    [E_LATER] = "E_LATER",
    [E_RANGE] = "E_RANGE",
    [E_ALIGN] = "E_ALIGN",
    [E_LEVEL] = "E_LEVEL",
    [E_KIND] = "E_KIND",
    [E_OWNER] = "E_OWNER",
    [E_BUSY] = "E_BUSY",
    [E_MATCH] = "E_MATCH",
    [E_RIGHTS] = "E_RIGHTS",
    [E_GIVEN] = "E_GIVEN",
    [E_LIVE] = "E_LIVE",
    [E_SHARED] = "E_SHARED",
    [E_ALLOWANCE] = "E_ALLOWANCE",
    [E_VITAL] = "E_VITAL",
    [E_FULL] = "E_FULL",
    [MORE] = "MORE",
};

/* True if these words of a program are an error's name. */
static bool is_error(const char *words)
{
    return (words[0] == 'E' && words[1] == '_') ||
           (words[0] == 'O' && words[1] == 'K' && words[2] == '\0');
}

int expect_step = 1;

void expect_begin(const char *what)
{
    expect_step++;
    if (process_has_console()) {
        console_print("test: %u: %s\n", (unsigned)expect_step, what);
    }
}

bool expect_differs(const char *what, uint64_t found, uint64_t expected,
                    const char *words)
{
    if (found == expected) {
        return false;
    }
    if (!process_has_console()) {
        return true;
    }
    if (is_error(words) && found < ERROR_COUNT) {
        console_print("test: %u: wrong: %s: expected %s, found %s\n",
                      (unsigned)expect_step, what, words, names[found]);
    } else {
        console_print("test: %u: wrong: %s: expected 0x%lx, found 0x%lx\n",
                      (unsigned)expect_step, what, expected, found);
    }
    return true;
}

struct expect_books expect_books(void)
{
    const volatile struct process *me = books_process(process_number);
    return (struct expect_books){me->owned, me->allowance, me->slots};
}

int expect_same(struct expect_books before)
{
    struct expect_books now = expect_books();
    EXPECT("owned", now.owned, before.owned);
    EXPECT("allowance", now.allowance, before.allowance);
    EXPECT("slots", now.slots, before.slots);
    EXPECT("children", books_process(process_number)->children, 0);
    return 0;
}

int expect_counted(int (*part)(void), struct expect_books *now)
{
    TRY(part());
    *now = expect_books();
    STEP("again, and everything is counted");
    TRY(part());
    return expect_same(*now);
}
