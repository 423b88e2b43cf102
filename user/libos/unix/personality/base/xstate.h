/*
 * The extended state: x87, SSE, AVX and what else the processor has of
 * registers that the personality never uses. While it runs, the program's are
 * in the processor. SDM 1, chapter 13 (XSAVE).
 *
 * Only what XCR0 enables is kept, without AMX's tiles, which programs must ask
 * Linux for and which would make each frame 8 KiB larger. Without XSAVE
 * it is FXSAVE's 512 bytes.
 */
#ifndef XO5_UNIX_PERSONALITY_BASE_XSTATE_H
#define XO5_UNIX_PERSONALITY_BASE_XSTATE_H

#include <stdbool.h>
#include <stdint.h>

#define XSTATE_MAX 4096 /* bytes; more than all parts but AMX take */

/* Looks at the processor. Once, first. */
void xstate_begin(void);

/* Bytes that the image has, standard format; and its parts, as XCR0 counts. */
uint32_t xstate_size(void);
uint64_t xstate_features(void);

/* Saves to, or loads from, an image at a multiple of 64 bytes. Before loading,
 * the image is made one that the processor takes, whatever is in it. */
void xstate_save(void *image);
void xstate_load(void *image);

/* As a new program finds them. */
void xstate_reset(void);

#endif
