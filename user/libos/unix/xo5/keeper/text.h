/* The library OS itself: an ELF shared object, of which all processes have
 * the same text. */
#ifndef XO5_KEEPER_TEXT_H
#define XO5_KEEPER_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/* What of it the processes need. */
struct text {
    uint64_t tables[4];  /* frames; 0: none */
    uint64_t constants;  /* how many bytes of them come first */
    uint64_t entry;      /* where it starts */
    const uint8_t *data; /* its variables as they are at the start */
    uint64_t data_size;  /* of those that are not zero */
    uint64_t core_size;  /* of all */
};

/* Reads the object of `size` bytes; returns NULL, or what is wrong with it in
 * words. */
const char *text_load(const uint8_t *file, uint64_t size, struct text *text);

#endif
