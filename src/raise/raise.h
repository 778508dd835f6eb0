/* raise.h: network -> tree: the reading in matrix notation that has the
 * fewest operators. */
#ifndef NB_RAISE_H
#define NB_RAISE_H

#include "lang/lang.h"
#include "net/net.h"

typedef struct Raise {
    Ctx *ctx;
    Scope *scope;   /* for index names that a reading needs */
    PtrMap memo;    /* Net -> Tree */
    PtrMap index;   /* name -> Sym, of bound and free indices */
    PtrMap weight;  /* Tree -> operators */
    HashSet sums;   /* those that have been read: memo.c */
    unsigned depth;
    const Net *best; /* what raise_best has read last: n, or n multiplied out */
    bool conjugated; /* a part is being tried as its conjugate */
    bool spread;     /* sums of rows are being tried as products with ones */
    bool turned;    /* a sum is being tried as its transpose */
} Raise;

void raise_init(Raise *r, Ctx *ctx, Scope *scope);
/* The tree of a net of at most two axes: a scalar, a column, a matrix. */
const Tree *raise_net(Raise *r, const Net *n);
/* The same for a net of one axis, as a row. */
const Tree *raise_row(Raise *r, const Net *n);
/* The shorter of the readings of n and of n multiplied out. */
const Tree *raise_best(Raise *r, const Net *n, bool row);

#endif
