/*
 * Every state that the operations reach, breadth first, from boot and from
 * the other scenes (scenes.h), to a depth: in each, every call that calls.h
 * makes there, each checked by step().
 *
 *   search [--depth N] [--seconds N] [--answers]
 *
 * The last line says what was covered. Exit status 0: nothing broke; 1:
 * something did, and the calls that lead there are printed; 2: it could not
 * run. --answers: how often each operation gave each answer.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "proof/search/broke.h"
#include "proof/search/calls.h"
#include "proof/search/scenes.h"
#include "proof/search/states.h"
#include "proof/search/step.h"

#ifdef MACHINE_GIANT
#define DEPTH 4
#else
#define DEPTH 3
#endif
#define SECONDS 60
#define PATIENCE 30 /* seconds for all calls in one state: some milliseconds */
#define STATES_KEPT 0xfffffff0 /* numbers that a state can have */

/* Where the search is: for broke_trace(). */
static uint32_t at;                /* the state, or STATES_NONE */
static unsigned at_scene, at_call; /* in a scene, its call */
static struct call now;            /* the call */

static struct snapshot image;
static struct world world;
static struct calls calls;

static uint64_t made;
static uint64_t answers[OP_COUNT][ERROR_COUNT];
static bool show_answers;

/* ---- how it got here ----------------------------------------------------- */

static unsigned print_scene(unsigned scene, unsigned count)
{
    printf("from scene `%s`:\n", scenes[scene].name);
    for (unsigned n = 0; n < count; n++) {
        printf("%3u. ", n + 1);
        step_print(&scenes[scene].call[n]);
        printf("\n");
    }
    return count;
}

/* Prints the calls to a state; how many there were. */
static unsigned print_way(uint32_t state)
{
    uint32_t from = states_from(state);
    if (from == STATES_NONE) {
        return print_scene(states_call(state),
                           scenes[states_call(state)].count);
    }
    unsigned n = print_way(from) + 1;
    states_load(from);
    world_read(&world);
    calls_make(&world, &calls);
    printf("%3u. ", n);
    step_print(&calls.call[states_call(state)]);
    printf("\n");
    return n;
}

void broke_trace(void)
{
    unsigned n =
        at == STATES_NONE ? print_scene(at_scene, at_call) : print_way(at);
    printf("%3u. ", n + 1);
    step_print(&now);
    printf("\n");
}

/* The operation itself fails. */
static void fail(int signal)
{
    if (signal == SIGALRM) {
        broke("it does not end");
    }
    broke("it crashes with signal %d", signal);
}

/* ---- the search ---------------------------------------------------------- */

/* Walks through the scenes; each ends in a state of depth 0. */
static void start(void)
{
    at = STATES_NONE;
    for (at_scene = 0; at_scene < scene_count; at_scene++) {
        const struct scene *scene = &scenes[at_scene];
        step_boot(&image, &world);
        for (at_call = 0; at_call < scene->count; at_call++) {
            now = scene->call[at_call];
            host_save(&image);
            world_read(&world);
            enum error error = step(&image, &world, &now);
            if (error != OK && error != MORE) {
                broke("the scene does not go on: %s", step_answer(error));
            }
            made++;
        }
        states_add(STATES_NONE, at_scene);
    }
}

/* All calls in one state. */
static void expand(uint32_t state)
{
    at = state;
    alarm(PATIENCE);
    states_load(state);
    host_save(&image);
    world_read(&world);
    calls_make(&world, &calls);
    for (unsigned n = 0; n < calls.count; n++) {
        now = calls.call[n];
        if (!step_can(&world, &now)) {
            continue;
        }
        enum error error = step(&image, &world, &now);
        made++;
        if (now.number < OP_COUNT) {
            answers[now.number][error]++;
        }
        if (error == OK || error == MORE) {
            states_add(state, n);
            host_load(&image);
        }
    }
}

static double seconds_since(const struct timespec *start)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (double)(end.tv_sec - start->tv_sec) +
           (double)(end.tv_nsec - start->tv_nsec) / 1e9;
}

/* Searches to that depth, or as long as it may; the depth that is whole. */
static unsigned search(unsigned depth, double seconds)
{
    struct timespec began;
    uint32_t state = 0;
    clock_gettime(CLOCK_MONOTONIC, &began);
    start();
    for (unsigned whole = 0; whole < depth; whole++) {
        uint32_t end = states_count();
        for (; state < end; state++) {
            if (seconds_since(&began) > seconds ||
                states_count() > STATES_KEPT) {
                return whole;
            }
            expand(state);
        }
    }
    return depth;
}

/* ---- what it found ------------------------------------------------------- */

/* A number with a comma between thousands. Valid until the fourth after. */
static const char *commas(uint64_t number)
{
    static char text[4][32];
    static unsigned turn;
    char *to = text[turn++ % 4], digits[24];
    int length = snprintf(digits, sizeof(digits), "%lu", (unsigned long)number);
    char *out = to;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0) {
            *out++ = ',';
        }
        *out++ = digits[i];
    }
    *out = 0;
    return to;
}

static void print_answers(void)
{
    static const char *const name[OP_COUNT] = {"create", "alloc", "attach",
                                               "update", "swap"};
    for (unsigned op = 0; op < OP_COUNT; op++) {
        for (unsigned error = 0; error < ERROR_COUNT; error++) {
            if (answers[op][error]) {
                printf("answer: %-6s %-11s %15s\n", name[op],
                       step_answer(error), commas(answers[op][error]));
            }
        }
    }
}

static int usage(const char *word)
{
    fprintf(stderr,
            "search: what is %s? [--depth N] [--seconds N] [--answers]\n",
            word);
    return 2;
}

int main(int count, char **words)
{
    unsigned long depth = DEPTH, seconds = SECONDS;
    struct timespec began;
    for (int i = 1; i < count; i++) {
        bool is_depth = strcmp(words[i], "--depth") == 0;
        if (strcmp(words[i], "--answers") == 0) {
            show_answers = true;
            continue;
        }
        if ((!is_depth && strcmp(words[i], "--seconds") != 0) ||
            i + 1 == count) {
            return usage(words[i]);
        }
        char *end;
        unsigned long number = strtoul(words[++i], &end, 10);
        if (*words[i] < '0' || *words[i] > '9' || *end || number > 1000000) {
            return usage(words[i]);
        }
        *(is_depth ? &depth : &seconds) = number;
    }
    const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGALRM};
    for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        signal(signals[i], fail);
    }
    clock_gettime(CLOCK_MONOTONIC, &began);
    unsigned whole = search((unsigned)depth, (double)seconds);
    if (show_answers) {
        print_answers();
    }
    printf("search: %s: depth %u%s, %s states, %s calls, %.0f s: nothing "
           "broke\n",
           SMALL_NAME, whole, whole < depth ? " (and part of the next)" : "",
           commas(states_count()), commas(made), seconds_since(&began));
    return 0;
}
