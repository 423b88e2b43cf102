/*
 * The boot command line is all that a launcher is told. GRUB passes it as one
 * string, with backslashes before quotes; `run=` takes the rest of it, so that
 * a program's own arguments may look like any of the other words.
 *
 * What is said goes to where the command's output goes: to the console, or, if
 * whoever started the machine asked for the bytes and nothing else (`raw`), to
 * the port for errors, so that no line of ours is ever taken for the program's.
 */
#include "launch/command.h"

#include <stddef.h>

#include "launch/files.h"
#include "lib/console.h"
#include "lib/process.h"
#include "lib/string.h"

#define PATH_ROOM 256
#define START_OF_TEXT "\2" /* ASCII: the kernel has said all */

const char *command_word(const char *key)
{
    const char *line = process_books()->cmdline;
    for (const char *c = line; *c; c++) {
        if (c != line && c[-1] != ' ') {
            continue;
        }
        if (strlen(c) >= strlen(key) && memcmp(c, key, strlen(key)) == 0) {
            return c + strlen(key);
        }
        /* What follows is the program's. */
        if (strlen(c) > 4 && memcmp(c, "run=", 4) == 0) {
            break;
        }
    }
    return NULL;
}

bool command_is_raw(void)
{
    const char *behind = command_word("raw");
    return behind != NULL && (*behind == ' ' || *behind == 0);
}

/* One word of the boot command line; false: there is none, or no room. */
static bool copy_word(const char *key, char *to, uint64_t room)
{
    const char *from = command_word(key);
    uint64_t length = 0;
    for (; from != NULL && from[length] && from[length] != ' '; length++) {
        if (length + 1 == room) {
            return false;
        }
        to[length] = from[length];
    }
    to[length] = 0;
    return length > 0;
}

/* Can programs set the FS base by themselves (CPUID: SDM 2A, leaf 7)? */
static bool has_fsgsbase(void)
{
    uint32_t a = 0, b, c = 0, d;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    if (a < 7) {
        return false;
    }
    a = 7;
    c = 0;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return b & 1;
}

bool command_libos(const char *who, const char *standard,
                   const struct room *room, struct object *object)
{
    static char path[PATH_ROOM];
    uint64_t size = 0;
    if (!files_there()) {
        command_say(who, "the root image is none: see make image", NULL, NULL);
        return false;
    }
    if (!has_fsgsbase()) {
        command_say(who, "this processor has no FSGSBASE: see CPU=", NULL,
                    NULL);
        return false;
    }
    if (!copy_word("libos=", path, sizeof(path))) {
        memcpy(path, standard, strlen(standard) + 1);
    }
    const uint8_t *file = files_find(path, &size);
    const char *wrong = file == NULL ? "is not in the root image"
                                     : object_read(file, size, room, object);
    if (wrong != NULL) {
        command_say(who, "the library OS", path, wrong);
    }
    return wrong == NULL;
}

/* The words of a command line as strings, the first of them twice, since it
 * is the path too. How many bytes; 0: no room. */
static uint64_t split(const char *line, char *to, uint64_t room,
                      uint64_t *arguments)
{
    uint64_t length = 0, n = 0;
    for (; line[length] && line[length] != ' '; length++) {
    }
    if (length + 1 >= room) {
        return 0;
    }
    memcpy(to, line, length);
    to[length] = 0;
    n = length + 1;
    *arguments = 1;
    for (bool quote = false; *line; line++) {
        if (n + 1 >= room) {
            return 0;
        }
        if (*line == '\'') {
            quote = !quote;
        } else if (*line == ' ' && !quote) {
            to[n++] = 0;
            ++*arguments;
        } else if (*line != '\\') { /* GRUB's, before a quote */
            to[n++] = *line;
        }
    }
    to[n++] = 0;
    return n;
}

/* The strings of a file; the first is the path. */
static uint64_t take(const char *path, char *to, uint64_t room,
                     uint64_t *arguments)
{
    uint64_t size = 0, strings = 0;
    const uint8_t *bytes = files_find(path, &size);
    /* The zero at the end is what keeps all that reads strings inside. */
    if (bytes == NULL || size == 0 || size > room || bytes[size - 1] != 0) {
        return 0;
    }
    memcpy(to, bytes, size);
    for (uint64_t n = 0; n < size; n++) {
        strings += to[n] == 0;
    }
    *arguments = strings - 1;
    return strings > 1 ? size : 0;
}

uint64_t command_words(char *to, uint64_t room, const char *variables,
                       uint64_t size)
{
    char path[PATH_ROOM];
    const char *run = command_word("run=");
    uint64_t arguments = 0, n = 0;
    if (room > size && copy_word("words=", path, sizeof(path))) {
        n = take(path, to, room - size, &arguments);
    } else if (room > size) {
        n = split(run == NULL || *run == 0 ? COMMAND_STANDARD : run, to,
                  room - size, &arguments);
    }
    if (n == 0) {
        return 0;
    }
    memcpy(to + n, variables, size);
    if (command_is_raw()) {
        console_print(START_OF_TEXT);
    }
    return arguments;
}

void command_put(unsigned port, const void *bytes, uint64_t count)
{
    __asm__ volatile("rep outsb"
                     : "+S"(bytes), "+c"(count)
                     : "d"((uint16_t)port)
                     : "memory");
}

static void say_part(const char *text)
{
    if (command_is_raw()) {
        command_put(LAUNCH_ERROR, text, strlen(text));
    } else {
        console_print("%s", text);
    }
}

void command_say(const char *who, const char *what, const char *name,
                 const char *wrong)
{
    const char *parts[] = {
        who, ": ", what, name ? " " : "", name, wrong ? " " : "", wrong, "\n"};
    for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i] != NULL) {
            say_part(parts[i]);
        }
    }
}

int command_end(int status)
{
    uint8_t byte = (uint8_t)status;
    if (command_is_raw()) {
        command_put(LAUNCH_STATUS, &byte, 1);
    }
    return status;
}
