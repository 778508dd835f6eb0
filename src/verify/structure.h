/* structure.h: the places of a structured matrix; private to verify/. */
#ifndef NB_VERIFY_STRUCTURE_H
#define NB_VERIFY_STRUCTURE_H

#include "verify/ring.h"

typedef struct Places {
    size_t n;
    size_t *parent;    /* of place i*n + j */
    signed char *sign; /* relative to the parent */
    bool *zero;        /* of a root: its whole class is zero */
} Places;

bool places_of(Ctx *ctx, uint32_t props, size_t n, Places *s);
/* The class of a place: its root, and 1 or -1 as the place is the root's
 * value or its opposite; 0: always zero. */
int place_class(Places *s, size_t p, size_t *root);

/* A random matrix of the structure. */
Mat *structured_random(Ring *r, uint32_t props, size_t n);
/* What a would be if its roots' places were all that is known of it: equal
 * to a exactly when a has the structure. */
Mat *structured_part(Ring *r, uint32_t props, const Mat *a);
/* How the matrix moves with its entry (i,j): 1 at all places of its class, or
 * 1 divided by their number. */
Mat *structured_unit(Ring *r, uint32_t props, size_t n, size_t i, size_t j,
                     bool mean);
/* u at the roots' places, zero elsewhere: the independent entries. */
Mat *independent_part(Ring *r, uint32_t props, const Mat *u);

#endif
