/*
 * What an operation answers: one closed list. An operation that answers
 * anything but OK has changed nothing.
 */
#ifndef XO5_ABI_ERRORS_H
#define XO5_ABI_ERRORS_H

enum error {
    OK = 0,
    E_OPERATION = 1, /* bit 31 was set, and no operation has that number */
    E_LATER = 2,     /* the operation arrives in a later lab */
};

#endif
