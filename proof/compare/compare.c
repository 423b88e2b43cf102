/*
 * Runs each function on random states, as the prover reads it and as it was
 * compiled, and compares everything that either says or changes.
 *
 *     compare STATES SEED
 *
 * Exit status 0: no disagreement; 1: one, which is printed; 2: it could not
 * run, or a function had too few states.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proof/compare/differ.h"
#include "proof/compare/scenes.h"

#define REASONS_MAX 32

struct memory flushed;
static struct {
    const char *why;
    uint64_t states;
} reasons[REASONS_MAX]; /* why states were skipped */
static unsigned reason_count;
static const char *outside;
static uint64_t outside_index;

static const char *const errors[] = {
    "OK",     "E_OPERATION", "E_LATER",     "E_RANGE", "E_ALIGN",  "E_LEVEL",
    "E_KIND", "E_OWNER",     "E_BUSY",      "E_MATCH", "E_RIGHTS", "E_GIVEN",
    "E_LIVE", "E_SHARED",    "E_ALLOWANCE", "E_VITAL", "E_FULL",   "MORE"};

_Static_assert(sizeof(errors) / sizeof(errors[0]) == ERROR_COUNT,
               "each error has its name");

void put_outside(const char *where, uint64_t index)
{
    outside = where;
    outside_index = index;
}

/* ---- one state ----------------------------------------------------------- */

struct tally {
    uint64_t compared, skipped, answers[ERROR_COUNT], changed;
};

static int disagree(const struct operation *o, const uint64_t *a,
                    const char *what)
{
    printf("compare: %s(", o->name);
    for (unsigned i = 0; i < o->arguments; i++) {
        printf("%s%#" PRIx64, i ? ", " : "", a[i]);
    }
    printf("): the prover and the compiled code disagree on %s\n", what);
    return 1;
}

static int check(const struct operation *o, const uint64_t *a, uint64_t said,
                 uint64_t answer)
{
    if (outside) {
        disagree(o, a, "a store");
        printf("  the prover says: %s at %#" PRIx64 "\n", outside,
               outside_index);
        return 1;
    }
    if (said != answer) {
        disagree(o, a, "the answer");
        printf("  the compiled code answers %#" PRIx64
               ", the prover says %#" PRIx64 "\n",
               answer, said);
        show_memory();
        return 1;
    }
    if (!same_memory()) {
        disagree(o, a, "memory");
        show_memory();
        return 1;
    }
    if (!same_told()) {
        disagree(o, a, "what primitives are told");
        show_told();
        return 1;
    }
    return 0;
}

static void skip(const char *why)
{
    unsigned n = 0;
    while (n < reason_count && strcmp(reasons[n].why, why) != 0) {
        n++;
    }
    if (n == REASONS_MAX) {
        return;
    }
    reason_count += n == reason_count;
    reasons[n].why = why;
    reasons[n].states++;
}

/* Makes one state; 1 at a disagreement. */
static int step(const struct operation *o, struct tally *tally)
{
    static const unsigned untold[PRIMITIVES];
    uint64_t a[ARGUMENTS_MAX], said = 0, answer = 0, fault;
    outside = NULL;
    if (!scene(o, a)) {
        fprintf(stderr, "compare: %s has no scene\n", o->name);
        exit(2);
    }
    for (unsigned i = 0; i < o->arguments; i++) {
        a[i] &= UINT64_MAX >> (64 - o->widths[i]);
    }
    told_nothing(&by_code);
    told_nothing(&by_prover);
    memcpy(&after, &before, sizeof(after));
    int broken = o->predict(a, &said);
    if (broken >= 0) {
        skip(o->conditions[broken]);
        tally->skipped++;
        return 0;
    }
    host_lay();
    if (!host_run(o->run, a, &answer, &fault)) {
        disagree(o, a, "where it stores");
        printf("  the compiled code touches %#" PRIx64 "\n", fault);
        return 1;
    }
    if (o->bits < 64) {
        answer &= (UINT64_C(1) << o->bits) - 1;
    }
    tally->compared++;
    tally->changed += memcmp(&after, &before, sizeof(after)) != 0 ||
                      memcmp(by_prover.count, untold, sizeof(untold)) != 0;
    if (o->errors ? answer < ERROR_COUNT : o->bits != 0) {
        tally->answers[o->errors ? answer : answer != 0]++;
    }
    return check(o, a, said, answer);
}

/* ---- all of them --------------------------------------------------------- */

/* How often each answer was given; of a value, whether it is 0. */
static void report_answers(const struct operation *o, const struct tally *tally)
{
    static const char *const values[] = {"0", "not 0"};
    unsigned column = 0;
    for (unsigned i = 0; i < (o->errors ? ERROR_COUNT : 2); i++) {
        if (tally->answers[i]) {
            printf("%s%-11s %6" PRIu64, column == 0 ? "   " : "  ",
                   (o->errors ? errors : values)[i], tally->answers[i]);
            column = (column + 1) % 4;
            printf(column == 0 ? "\n" : "");
        }
    }
    printf(column == 0 ? "" : "\n");
}

static void report(const struct operation *o, const struct tally *tally)
{
    unsigned made = 0;
    for (unsigned i = 0; i < o->stores; i++) {
        made += o->made[i] > 0;
    }
    printf("%-18s %6" PRIu64 " compared, %5" PRIu64 " skipped, %6" PRIu64
           " changed; %u of %u stores\n",
           o->name, tally->compared, tally->skipped, tally->changed, made,
           o->stores);
    report_answers(o, tally);
    fflush(stdout);
}

/* What did not hold, where states were skipped. */
static void report_skipped(void)
{
    for (unsigned i = 0; i < reason_count; i++) {
        printf("skipped %6" PRIu64 ": not %s\n", reasons[i].states,
               reasons[i].why);
    }
}

static int compare(const struct operation *o, uint64_t states, uint64_t *all)
{
    struct tally tally = {0};
    while (tally.compared < states && tally.skipped < 2 * states + 1000) {
        if (step(o, &tally)) {
            return 1;
        }
    }
    report(o, &tally);
    *all += tally.compared;
    return tally.compared < states ? 2 : 0;
}

int main(int count, char **words)
{
    uint64_t shares = 0, all = 0, states, seed;
    if (count != 3) {
        fprintf(stderr, "usage: compare STATES SEED\n");
        return 2;
    }
    states = strtoull(words[1], NULL, 0);
    seed = strtoull(words[2], NULL, 0);
    random_seed(seed);
    host_map();
    states_start();
    for (unsigned i = 0; i < operation_count; i++) {
        shares += operations[i].share;
    }
    for (unsigned i = 0; i < operation_count; i++) {
        uint64_t part = states * operations[i].share / shares + 1;
        int failed = compare(&operations[i], part, &all);
        if (failed) {
            return failed;
        }
    }
    report_skipped();
    printf("compare: %" PRIu64 " states, none differs\n", all);
    return 0;
}
