/* Exercise 5.4, from inside of min. */
#include "abi/context.h"
#include "inside_tests.h"
#include "lib/books.h"
#include "lib/operations.h"
#include "lib/string.h"
#include "libos/min/abi.h"
#include "libos/min/pipe.h"

static uint8_t bytes[24000];

/* So many bytes of one write that fits, and of one that does not. */
#define PART (2901 + N % 400)
#define MUCH (19900 + N % 2000)
#define FEW (3 + N % 50)

static uint8_t pattern(uint64_t n)
{
    return (uint8_t)(n * 7 + n / 251 + N);
}

static void pipe_pages(void)
{
    int first = pipe_make(), second = pipe_make();
    note(first >= 0 && second >= 0 && first != second);
    note(first);
    note(second);
    inside_look(1);
    pipe_close((unsigned)first, PIPE_READ);
    inside_look(2);
    pipe_close((unsigned)first, PIPE_WRITE);
    pipe_close((unsigned)second, PIPE_WRITE);
    inside_look(3);
    pipe_close((unsigned)second, PIPE_READ);
    inside_look(4);
}

static void pipe_many(void)
{
    uint64_t before = 0;
    for (unsigned n = 0; n < 100; n++) {
        int k = pipe_make();
        note(k >= 0 ? 0 : k);
        pipe_close((unsigned)k, n % 2 ? PIPE_READ : PIPE_WRITE);
        pipe_close((unsigned)k, n % 2 ? PIPE_WRITE : PIPE_READ);
        if (n == 0) {
            before = books_process(space_start()->slot)->owned;
        }
    }
    found = 1;
    note((int64_t)(books_process(space_start()->slot)->owned - before));
    unsigned count = 0;
    int last = 0;
    while (count < 2 * PIPES && (last = pipe_make()) >= 0) {
        count++;
    }
    note(count);
    note(last);
}

static void pipe_order(void)
{
    unsigned n = (unsigned)pipe_make();
    uint64_t wrong = 0, in = 0, out = 0, size = PART;
    for (unsigned round = 0; round < 12; round++) {
        for (unsigned k = 0; k < size; k++) {
            bytes[k] = pattern(in++);
        }
        note(pipe_write(n, bytes, size));
        for (unsigned part = 0; part < 3; part++) {
            int64_t got = pipe_read(n, bytes, part < 2 ? 1000 : 4000);
            for (int64_t k = 0; k < got; k++) {
                wrong += bytes[k] != pattern(out++);
            }
        }
    }
    note((int64_t)wrong);
    note((int64_t)(in - out));
}

static void pipe_eof(void)
{
    unsigned n = (unsigned)pipe_make();
    note(pipe_write(n, bytes, FEW));
    pipe_close(n, PIPE_WRITE);
    note(pipe_read(n, bytes, 2));
    note(pipe_read(n, bytes, FEW));
    note(pipe_read(n, bytes, 2));
    note(pipe_read(n, bytes, 0));
}

static void pipe_no_reader(void)
{
    unsigned n = (unsigned)pipe_make();
    note(pipe_write(n, bytes, FEW));
    pipe_close(n, PIPE_READ);
    note(pipe_write(n, bytes, FEW));
    note(pipe_write(n, bytes, 10000));
}

static unsigned the_pipe;

static void child_writes(void)
{
    pipe_close(the_pipe, PIPE_READ);
    for (unsigned k = 0; k < sizeof(bytes); k++) {
        bytes[k] = pattern(k);
    }
    int64_t done = pipe_write(the_pipe, bytes, MUCH);
    inside_look(2);
    space_leave();
    finish(done == (int64_t)MUCH ? 0 : 1);
}

static void pipe_fork(void)
{
    the_pipe = (unsigned)pipe_make();
    int64_t slot = start_child(child_writes), got;
    uint64_t total = 0, wrong = 0;
    inside_look(1);
    pipe_close(the_pipe, PIPE_WRITE);
    while ((got = pipe_read(the_pipe, bytes, 3000)) > 0) {
        for (int64_t k = 0; k < got; k++) {
            wrong += bytes[k] != pattern(total++);
        }
    }
    note(got);
    note((int64_t)total);
    note((int64_t)wrong);
    note(child_of(slot)->status);
}

static void child_crashes(void)
{
    pipe_write(the_pipe, bytes, FEW);
    ((volatile struct context *)LAUNCH_CONTEXT)->entry_fault = 0;
    __asm__ volatile("ud2");
}

static void pipe_crash(void)
{
    the_pipe = (unsigned)pipe_make();
    int64_t slot = start_child(child_crashes);
    pipe_close(the_pipe, PIPE_WRITE);
    note(pipe_read(the_pipe, bytes, 100));
    run_to_end(slot);
    note(child_of(slot)->status);
    process_bury(child_of(slot));
    note(pipe_read(the_pipe, bytes, 100));
    note(books_process(space_start()->slot)->children);
}

static void child_waits(void)
{
    pipe_close(the_pipe, PIPE_READ);
    note(pipe_write(the_pipe, bytes, 20000));
    note(pipe_write(the_pipe, bytes, 1));
    inside_look(2);
    finish(0);
}

static void pipe_reader_goes(void)
{
    the_pipe = (unsigned)pipe_make();
    int64_t slot = start_child(child_waits);
    pipe_close(the_pipe, PIPE_WRITE);
    process_pause();
    note(child_of(slot)->has_ended);
    note(pipe_read(the_pipe, bytes, 100));
    pipe_close(the_pipe, PIPE_READ);
    inside_look(1);
    process_pause();
}

static unsigned who;

static void child_records(void)
{
    pipe_close(the_pipe, PIPE_READ);
    for (unsigned round = 0; round < 6; round++) {
        memset(bytes, (int)(who * 16 + round), PART);
        pipe_write(the_pipe, bytes, PART);
    }
    space_leave();
    finish(0);
}

static void child_checks(void)
{
    uint64_t total = 0, wrong = 0;
    uint8_t now = 0;
    int64_t got;
    pipe_close(the_pipe, PIPE_WRITE);
    while ((got = pipe_read(the_pipe, bytes, 700)) > 0) {
        for (int64_t k = 0; k < got; k++, total++) {
            now = total % PART == 0 ? bytes[k] : now;
            wrong += bytes[k] != now;
        }
    }
    note((int64_t)total);
    note((int64_t)wrong);
    inside_look(2);
    space_leave();
    finish(0);
}

/* The reader has its turns between the writers': where one had no more room,
 * there is room again for the next. */
static void pipe_together(void)
{
    int64_t last = 0;
    the_pipe = (unsigned)pipe_make();
    for (who = 1; who < 4; who++) {
        last = start_child(child_records);
        if (who == 1) {
            start_child(child_checks);
        }
    }
    pipe_close(the_pipe, PIPE_WRITE);
    pipe_close(the_pipe, PIPE_READ);
    run_to_end(last);
    for (unsigned k = 0; k < CHILDREN; k++) {
        if (process_children[k].slot != 0) {
            run_to_end(process_children[k].slot);
        }
    }
}

void test_pipe(unsigned n)
{
    switch (n) {
    case 0:
        pipe_pages();
        break;
    case 1:
        pipe_many();
        break;
    case 2:
        pipe_order();
        break;
    case 3:
        pipe_eof();
        break;
    case 4:
        pipe_no_reader();
        break;
    case 5:
        pipe_fork();
        break;
    case 6:
        pipe_crash();
        break;
    case 7:
        pipe_reader_goes();
        break;
    case 8:
        pipe_together();
        break;
    default:
        break;
    }
}
