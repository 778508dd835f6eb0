/* trial.h: one claim at one point; private to verify/. */
#ifndef NB_TRIAL_H
#define NB_TRIAL_H

#include "verify/ring.h"

typedef struct Trial {
    Ctx *ctx;
    const Claim *c;
    const Names *names;
    Ring *ring;
    bool exact;
    Eval base;         /* sizes, values at the point */
    Mat *dir[8];       /* directions of the variables */
    double digits;
    double size;       /* of the input's value */
    unsigned larger;   /* what is added to all dimensions */
    bool large;        /* a point had every dimension at 3 or more */
    unsigned ones;     /* points at which a dimension was 1 */
    unsigned unclear;  /* points at which digits were wanting */
} Trial;

/* --- point.c */
const Sym *var_sym(const Tree *v);
/* Is the variable one entry, and no row or column? */
bool var_is_entry(const Tree *v);
bool draw_point(Trial *t, unsigned draw, unsigned pattern);
/* A fresh evaluation at the same point. */
void eval_copy(const Trial *t, Eval *e);

/* --- move.c: the derivative of the input in the drawn directions, or its
 * value where nothing is derived; NULL: outside the domain. */
const Mat *trial_moved(Trial *t);

/* --- contract.c: what the answer says that movement is. */
const Mat *contracted(Trial *t);
/* Two matrices that are equal exactly when the answer lies in the claim's
 * space; false without a value. */
bool residual(Trial *t, const Mat **a, const Mat **b);
/* Columns under one another. */
Mat *vectorised(Ring *r, const Mat *a);

/* --- taylor.c: the k-th pair of values that must agree, k = 0..order + 1. */
bool taylor_pair(Trial *t, unsigned k, const Mat **a, const Mat **b);

#endif
