/* apply.h: unknown functions; private to raise/. */
#ifndef NB_RAISE_APPLY_H
#define NB_RAISE_APPLY_H

#include "raise/build.h"

/* Of at most two axes. */
const Tree *apply_tree(Raise *r, const Atom *a);
/* Of a derivative of more than two axes: a label that it is derived by and
 * that is not fixed yet; -1: none. */
Label apply_label_to_cut(const Factor *f);
/* Of more, but what it is derived by is fixed: the value's axes are left. */
bool apply_by_entries(const Factor *f);
const Tree *apply_entries_tree(Raise *r, const Factor *f);

#endif
