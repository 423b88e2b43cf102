/* Mapped files that have become shorter, by whomever: what lay behind their
 * ends goes, also where the process has copies of its own. An access is SIGBUS
 * then; or brings a page of zeros, when the file has grown again. */
#ifndef XO5_UNIX_PERSONALITY_MEMORY_TRUNCATE_H
#define XO5_UNIX_PERSONALITY_MEMORY_TRUNCATE_H

/* Does what the keeper has said in the window (protocol.h). Before the program
 * goes on after a request; no memory: the process ends. */
void truncate_look(void);

#endif
