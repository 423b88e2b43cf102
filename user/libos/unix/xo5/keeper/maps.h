/* Pages of files in the spaces of processes: what they ask for by the link. */
#ifndef XO5_KEEPER_MAPS_H
#define XO5_KEEPER_MAPS_H

#include <stdbool.h>
#include <stdint.h>

/* Is that an entry of a table of the process's own? */
bool maps_is_entry(unsigned slot, uint64_t entry);

/* Answers LINK_FILE, LINK_KEPT and LINK_TABLE; -ENOSYS to all else. */
int64_t maps_answer(unsigned slot);

#endif
