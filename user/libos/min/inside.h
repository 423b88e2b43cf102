/* A door for the grader, which looks at min from inside. */
#ifndef XO5_MIN_INSIDE_H
#define XO5_MIN_INSIDE_H

/* Called by the first process before it runs what `words` says. min's own
 * does nothing; the grader's, grade/lab5/inside.c, may not return. */
void inside_run(const char *words);

#endif
