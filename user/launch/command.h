/*
 * What a launcher is asked for: words of the boot command line.
 *
 *   libos=PATH   the library OS: a file of the root image
 *   run=WORDS    the first program and its arguments, to the line's end, with
 *                blanks between them; within two ' a blank is none
 *   words=PATH   or a file of the root image: the program's path and its
 *                arguments, each with a zero behind it
 *   raw          the command is not at the console: launch.h's debug ports
 *                take what it writes
 */
#ifndef XO5_LAUNCH_COMMAND_H
#define XO5_LAUNCH_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "launch/object.h"

#define COMMAND_STANDARD "/bin/sh" /* what runs if nothing is said */

/* What follows `key` on the boot command line, where a word begins with it;
 * NULL: none does. What follows `run=` is no word of mine. */
const char *command_word(const char *key);

bool command_is_raw(void);

/* The library OS: what `libos=` says, else `standard`. False, and a line said,
 * if there is no root image; if the processor lacks what library OSes need; if
 * it is not there, or object_read refuses it: "WHO: the library OS ...". */
bool command_libos(const char *who, const char *standard,
                   const struct room *room, struct object *object);

/* Puts the path, the arguments and the variables into `to`: strings. Returns
 * how many arguments there are, at least 1; 0 if they do not fit or the file
 * of words is missing. The variables, `size` bytes, come last. */
uint64_t command_words(char *to, uint64_t room, const char *variables,
                       uint64_t size);

/* Bytes for one of the debug ports. */
void command_put(unsigned port, const void *bytes, uint64_t count);

/* Says a line in parts, which may be NULL: at the console or, raw, as an
 * error of the command's. */
void command_say(const char *who, const char *what, const char *name,
                 const char *wrong);

/* The machine ends with that status, 0 to 255: returns what main returns. */
int command_end(int status);

#endif
