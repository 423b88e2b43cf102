/* What an exercise that is not written yet does when it is called. */
#ifndef XO5_CORE_EXERCISE_H
#define XO5_CORE_EXERCISE_H

/* Says "exercise WHICH is not written yet" and stops the machine. `which` is
 * the number, the file and the function, as the handout names them. */
void exercise_missing(const char *which) __attribute__((noreturn));

#endif
