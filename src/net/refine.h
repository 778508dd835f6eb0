/* refine.h: colours of a term's labels; private to canon.c. */
#ifndef NB_NET_REFINE_H
#define NB_NET_REFINE_H

#include "net/store.h"

typedef struct Refine {
    Ctx *ctx;
    const Factor *f;
    uint32_t nf, nl;
    uint32_t *first; /* label l stands on the factors at[first[l]] ..
                        at[first[l + 1] - 1] */
    uint32_t *at;
    /* of one refinement */
    uint32_t *changed, *touched;
    uint32_t nchanged, ntouched;
    struct Mark *mark;
    uint32_t *label_round, *factor_round;
    uint32_t round;
    uint64_t *sign; /* of each label touched */
} Refine;

/* Labels of one colour are a class. */
typedef struct Classes {
    uint64_t *colour; /* of each label */
    uint32_t *cls;    /* the class of each label */
    uint32_t *size;   /* of each class */
    uint32_t n;
} Classes;

/* The orders of labels that mean the same: of two axes, of SAME's four. */
extern const uint8_t label_orders[8][4];
unsigned label_orders_of(const Atom *a);

bool refine_init(Refine *r, Ctx *ctx, const Factor *f, uint32_t nf,
                 uint32_t nl);
/* The colours given, refined until labels of one colour stand in the same way
 * on factors of the same colours. */
bool refine_all(Refine *r, Classes *k, const uint64_t *colour);
/* A copy of k in which label l alone has a colour of its own, refined. */
bool refine_apart(Refine *r, Classes *k, const Classes *from, uint32_t l);

#endif
