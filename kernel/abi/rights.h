/*
 * Rights: what an entry allows. They are positive; the one place that turns
 * "may execute" into the processor's "no execute" bit is core/entry.c.
 *
 * An entry has rights and a ceiling, the most that its rights may be raised
 * to. Operations take both in one word: RIGHTS(rights, ceiling). SHARE stands
 * in the ceiling alone: whoever may edit the entry may pass the resource on.
 * On a table's entry, W and X bound everything beneath.
 */
#ifndef XO5_ABI_RIGHTS_H
#define XO5_ABI_RIGHTS_H

#define RIGHT_R 1u     /* load from it: every present entry has it */
#define RIGHT_W 2u     /* store to it */
#define RIGHT_X 4u     /* run it */
#define RIGHT_SHARE 8u /* pass it on to another process: ceilings only */

#define RIGHTS_RWX (RIGHT_R | RIGHT_W | RIGHT_X)

/*    8     7......4  3...0
 *   ASK    ceiling   rights                                                */
#define RIGHTS(rights, ceiling) ((rights) | (ceiling) << 4)
#define RIGHTS_NONE 0u           /* update: detach */
#define RIGHTS_ASK (1u << 8)     /* update: only ask the holder to give it up */
#define RIGHTS_VITAL (1u << 9)   /* update: the owner marks its page vital */
#define RIGHTS_MORTAL (1u << 10) /* update: and takes the mark off again */

#endif
