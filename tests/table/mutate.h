/* mutate.h: trees that differ from a tree in one node: another sign, a
 * transpose, a number off by one, a child dropped, two swapped, a function left
 * out, two indices changed for each other. */
#ifndef NB_TEST_MUTATE_H
#define NB_TEST_MUTATE_H

#include "lang/tree.h"

/* Every such tree, whether its shapes fit or not. */
void each_change(Ctx *ctx, const Tree *t, void (*each)(void *, const Tree *),
                 void *user);

#endif
