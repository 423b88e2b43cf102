/*
 * What an operation answers: one closed list. An operation that answers
 * anything but OK or MORE has changed nothing.
 */
#ifndef XO5_ABI_ERRORS_H
#define XO5_ABI_ERRORS_H

enum error {
    OK = 0,
    E_OPERATION = 1,  /* a number of the kernel's that no operation has */
    E_LATER = 2,      /* the operation arrives in a later lab */
    E_RANGE = 3,      /* a number is outside its range */
    E_ALIGN = 4,      /* a frame is no multiple of its level's size */
    E_LEVEL = 5,      /* levels do not fit, or the processor lacks this one */
    E_KIND = 6,       /* the frame is not of the kind that is needed */
    E_OWNER = 7,      /* neither yours nor your child's, nor accepted */
    E_BUSY = 8,       /* in use: the frame, the slot, the entry, the context */
    E_MATCH = 9,      /* the entry does not hold what you name */
    E_RIGHTS = 10,    /* more than the ceiling, the kind or the source allows */
    E_GIVEN = 11,     /* the resource was given back, and only waits to go */
    E_LIVE = 12,      /* a table still has live entries */
    E_SHARED = 13,    /* other entries hold the resource too */
    E_ALLOWANCE = 14, /* more than the process may still own */
    E_VITAL = 15,     /* its owner marked it vital */
    E_FULL = 16,      /* a counter is at its end */
    MORE = 17,        /* no error: cleared a part, call again */
    ERROR_COUNT = 18
};

#endif
