/* lower.h: shaped tree -> network. */
#ifndef NB_NET_LOWER_H
#define NB_NET_LOWER_H

#include "net/net.h"

/* What a lowering needs beside the tree: what symbols stand for (in rules),
 * what the rule's dimensions are, and who handles what is no network matter:
 * derivatives inside expressions, functions defined by others. */
typedef struct Lower {
    Ctx *ctx;
    PtrMap memo;     /* Tree -> Net */
    PtrMap bound;    /* Sym -> Net, for rules; empty else */
    unsigned ndims;  /* rule's dimension names and what they are */
    const char *dim_name[8];
    const Dim *dim_is[8];
    const Net *(*call)(struct Lower *l, const Tree *t);
    void *user;
    unsigned depth;
} Lower;

void lower_init(Lower *l, Ctx *ctx);
/* The net of t: axes are its rows and columns where these are not 1. */
const Net *lower(Lower *l, const Tree *t);
/* The axes of a tree's value: rows, then columns; dimension 1 has none. */
typedef struct Axes {
    unsigned n;
    const Dim *dim[2];
    const Dim *rows, *cols;
    bool row, col;
} Axes;

Axes axes_of(Lower *l, const Tree *t);
/* The net of an operand, on all axes of the result. */
const Net *widened(Lower *l, const Tree *kid, const Axes *out);
/* A dimension of the tree; in a rule, what it is at the place of use. */
const Dim *lower_mapped(Lower *l, const Dim *d);
/* A product of very many factors as a product of products, else t itself;
 * NULL without memory (lowerwide.c). */
const Tree *lower_narrowed(Lower *l, const Tree *t);
const Net *lower_fun(Lower *l, const Tree *t);  /* lowerfun.c */
const Net *lower_matrix(Lower *l, const Tree *t);
const Net *lower_conj(Lower *l, const Tree *t);
const Net *lower_applied(Lower *l, const Tree *t); /* apply.c */
const Net *lower_pattern(Lower *l, const Tree *t); /* mask.c */
/* An index or exponent (number, index symbol, integer polynomial) as a
 * polynomial; NULL if it is none. */
const Dim *lower_dim(Lower *l, const Tree *t);

#endif
