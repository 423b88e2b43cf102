/* No memory: each allocation of a scenario fails in turn, first alone and then
 * with all that follow it. Nothing comes of it but an error, and when all is
 * taken apart again, all that I had I have. Only a build with CHECK=n lets
 * allocations fail (frames_fail); in another each scenario runs once. With
 * `break` on the command line a contract is broken instead. */
#include "lib/books.h"
#include "lib/expect.h"
#include "lib/frames.h"
#include "lib/process.h"
#include "lib/servant.h"

#define PAGES 3
#define SPREAD (UINT64_C(1) << 21) /* from page to page: each has a table */

static int quiet(uint64_t word)
{
    return (int)word;
}

/* Pages in a space of their own. */
static enum error some_pages(void)
{
    uint64_t table = frames_take(4, KIND_TABLE, process_number), frame;
    enum error error = table == 0 ? E_ALLOWANCE : OK;
    struct space space = pages_space(table, 4, process_number);
    uint64_t frames[PAGES];
    unsigned done = 0;
    while (error == OK && done < PAGES) {
        error = pages_fresh(&space, done * SPREAD, &frame);
        frames[done] = frame;
        done += error == OK;
    }
    while (done-- > 0) {
        pages_unmap(&space, done * SPREAD, 1);
        frames_give(frames[done]);
    }
    if (table != 0) {
        pages_clear(&space);
        frames_give(table);
    }
    return error;
}

static enum error a_child(void)
{
    struct child child;
    uint64_t status = 0;
    enum error error = child_start(&child, quiet, 7, 0, 0);
    if (error == OK) {
        error = child_run(&child, 0);
        bool ended = child_has_ended(&child, &status) && status == 7;
        error = error == OK && !ended ? E_MATCH : error;
        child_end(&child);
    }
    return error;
}

static enum error a_servant(void)
{
    struct servant servant;
    uint64_t value = 0;
    enum error error = servant_start(&servant, 2, 0);
    if (error == OK) {
        servant_load(&servant, INIT_CONTEXT, &value);
        servant_end(&servant);
    }
    return error;
}

/* Allocation 1, 2, ... of the scenario fails, until there are no more. */
static int fail_each(enum error (*scenario)(void), bool after)
{
    const volatile struct process *me = books_process(process_number);
    enum error error = OK;
    uint64_t n = 0;
    do {
        uint64_t owned = me->owned, allowance = me->allowance;
        uint64_t slots = me->slots;
        frames_fail(++n, after);
        error = scenario();
        EXPECT("an error that it was", error == OK || error == E_ALLOWANCE,
               true);
        EXPECT("given back: owned", me->owned, owned);
        EXPECT("given back: allowance", me->allowance, allowance);
        EXPECT("given back: slots", me->slots, slots);
        EXPECT("children", me->children, 0);
    } while (frames_failed());
    frames_fail(0, false);
    EXPECT("in the end", error, OK);
    console_print("failing: %lu allocations\n", n - 1);
    return 0;
}

static int fail_all(enum error (*scenario)(void), const char *what)
{
    STEP(what);
    EXPECT("once, so that my own tables for it are there", scenario(), OK);
    TRY(fail_each(scenario, false));
    TRY(fail_each(scenario, true));
    return 0;
}

int main(void)
{
    if (process_argument("break")) {
        return pages_address(PAGES_SLOTS) == 0;
    }
    TRY(fail_all(some_pages, "pages, each allocation failing in turn"));
    TRY(fail_all(a_child, "a child"));
    TRY(fail_all(a_servant, "a servant"));
    return 0;
}
