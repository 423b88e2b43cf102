/* What the test programs share: each prints lines that must be the same on
 * Linux and over the library OS, so no address, time or number of a process is
 * among them. */
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A call's answer, or the name of its error. */
#define SHOW(call)                                                             \
    do {                                                                       \
        errno = 0;                                                             \
        long show_ = (long)(call);                                             \
        printf("%s: %s%ld\n", #call,                                           \
               show_ == -1 ? strerrorname_np(errno) : "", show_);              \
    } while (0)

/* Is it true? */
#define TRUE(what) printf("%s: %s\n", #what, (what) ? "yes" : "no")

#ifndef __GLIBC__
#define strerrorname_np strerror
#else
const char *strerrorname_np(int);
#endif

#endif
