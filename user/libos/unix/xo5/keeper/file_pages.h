/* Pages of files in the spaces of processes: what they ask for by the link. */
#ifndef XO5_UNIX_XO5_KEEPER_FILE_PAGES_H
#define XO5_UNIX_XO5_KEEPER_FILE_PAGES_H

#include <stdbool.h>
#include <stdint.h>

/* Is that an entry of a table of the process's own? */
bool file_pages_is_entry(unsigned slot, uint64_t entry);

/* Answers LINK_FILE, LINK_MAPPED and LINK_TABLE; -ENOSYS to all else. */
int64_t file_pages_answer(unsigned slot);

#endif
