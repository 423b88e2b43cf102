/*
 * Rights: what an entry allows. They are positive; the one place that turns
 * "may execute" into the processor's "no execute" bit is core/entry.c.
 */
#ifndef XO5_ABI_RIGHTS_H
#define XO5_ABI_RIGHTS_H

#define RIGHT_R 1u     /* load from it: every present entry has it */
#define RIGHT_W 2u     /* store to it */
#define RIGHT_X 4u     /* run it */
#define RIGHT_SHARE 8u /* pass it on to another process */

#endif
