/* What an exercise that is not written yet does when it is called. */
#ifndef XO5_LIB_EXERCISE_H
#define XO5_LIB_EXERCISE_H

/* Says "exercise WHICH is not written yet" and stops the machine. `which` is
 * the number, the file and the function, as the handout names them. */
void exercise_missing(const char *which) __attribute__((noreturn));

/* Called first by exercise_missing. A grader's harness goes on with its next
 * case and does not return. (the grader's: grade/labN/harness.c) */
void probe_missing(const char *which);

#endif
