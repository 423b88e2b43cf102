/*
 * A contract of the library OS or of the keeper that does not hold
 * (lib/assert.h): a line on standard error, and the end of all.
 */
#include "lib/assert.h"

#ifdef CHECK

#include "lib/string.h"
#include "libos/unix/linux/system.h"

static void say(const char *text)
{
    SYSTEM(SYS_write, 2, text, strlen(text));
}

void assert_failed(const char *text)
{
    say("broken: ");
    say(text);
    say("\n");
    for (;;) {
        SYSTEM(SYS_exit_group, ASSERT_STATUS, 0, 0);
    }
}

#endif
