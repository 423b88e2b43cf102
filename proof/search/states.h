/*
 * The states that were reached, each once. They are kept whole, packed, and
 * compared byte by byte: two states are one only if they are the same, and
 * no hash decides.
 */
#ifndef XO5_SEARCH_STATES_H
#define XO5_SEARCH_STATES_H

#include <stdbool.h>
#include <stdint.h>

#define STATES_NONE UINT32_C(0xffffffff)

/* How many there are. */
uint32_t states_count(void);

/*
 * Adds the machine's state, as host_between() leaves it, if it is new; true
 * then. It was reached from state `from` by call number `call` of those that
 * calls_make() makes there; or `from` is STATES_NONE, and `call` the scene.
 */
bool states_add(uint32_t from, uint32_t call);

/* Makes it the machine's state. */
void states_load(uint32_t state);

uint32_t states_from(uint32_t state);
uint32_t states_call(uint32_t state);

#endif
