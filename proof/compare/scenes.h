/* Scenes: a state and arguments in which a function succeeds, or nearly. */
#ifndef XO5_PROOF_COMPARE_SCENES_H
#define XO5_PROOF_COMPARE_SCENES_H

#include "proof/compare/operations.h"
#include "proof/compare/states.h"

/* Makes `before` and the arguments for a function; false if none is known
 * for it. */
bool scene(const struct operation *operation,
           uint64_t arguments[ARGUMENTS_MAX]);

/* In a random state: what one function needs to succeed. a[0] is me. */
void scene_create(uint64_t *a);
void scene_alloc(uint64_t *a);
void scene_attach(uint64_t *a);
void scene_update(uint64_t *a);
void scene_swap(uint64_t *a);
void scene_expire(uint64_t *a);
void scene_rest(uint64_t *a);

/* ---- what scenes are made of --------------------------------------------- */

/* A process, a frame, that this scene has not had yet. */
uint64_t scene_process(void);
uint64_t scene_frame(void);

/* A process that is live. */
uint64_t scene_live(void);

/* A live child of that process. */
uint64_t scene_child(uint64_t parent);

/* Me, or a live child of mine. */
uint64_t scene_mine(uint64_t me);

/* Makes a frame a resource that this process owns, in no special state. */
void scene_resource(uint64_t frame, unsigned kind, unsigned level,
                    uint64_t owner);

/* An entry of a new table. */
uint64_t scene_entry(unsigned level, uint64_t owner);

/* The entry of the directory for that process. */
uint64_t scene_slot(uint64_t process);

/* Lets the process have an allowance of `cost` at least; at times 1 less. */
void scene_allow(uint64_t process, uint64_t cost);

/* A level that a resource can have below a table; a kind of that level. */
unsigned scene_level(void);
unsigned scene_kind(unsigned level);

/* What a resource costs. */
uint64_t scene_cost(unsigned kind, unsigned level);

#endif
