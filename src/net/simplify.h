/* simplify.h: what the contractions share; private to simplify.c, cancel.c. */
#ifndef NB_NET_SIMPLIFY_H
#define NB_NET_SIMPLIFY_H

#include "net/power.h"
#include "net/store.h"

/* --- simplify.c */
void factor_drop(Work *w, uint32_t i);
void label_replace(Work *w, Label from, Label to);
bool label_is_bound(const Work *w, Label l);
/* How often each label stands on a factor. */
uint32_t *label_occurrences(const Work *w);

/* --- cancel.c: true if something was done */
bool contract_pairs(Work *w);
bool cancel_chains(Work *w);
bool contract_pinvs(Work *w);

#endif
