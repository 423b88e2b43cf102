/* What an exercise that is not written yet does when it is called. */
#ifndef XO5_MIN_EXERCISE_H
#define XO5_MIN_EXERCISE_H

/* What the process then ends with. */
#define EXERCISE_STATUS 94

/* Says "exercise WHICH is not written yet" and ends the process. `which` is
 * the number, the file and the function, as the handout names them. */
void exercise_missing(const char *which) __attribute__((noreturn));

#endif
