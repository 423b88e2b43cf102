/* In words, for broke(): where two states differ first. */
#ifndef XO5_SEARCH_DIFFER_H
#define XO5_SEARCH_DIFFER_H

#include "proof/search/facts.h"

/* Where the facts are not those that are right. */
const char *differ_facts(const struct facts *are, const struct facts *right);

/* Where the machine is not as in the image. */
const char *differ_image(const struct snapshot *right);

#endif
