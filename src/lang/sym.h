/* sym.h: what a name means: a quantity with its shape and properties, a
 * dimension, an index, an unknown function. */
#ifndef NB_SYM_H
#define NB_SYM_H

#include "lang/dim.h"

typedef enum SymKind {
    SYM_QUANTITY, /* scalar, vector or matrix: variable or constant */
    SYM_INDEX,    /* i in X[i,j], bound or free; shape scalar, integer */
    SYM_INTEGER,  /* k declared integer: exponents and bounds; also a scalar */
    SYM_DIMENSION,/* n used as a number */
    SYM_FUNCTION  /* unknown function: Y(t), f(u: [n]) */
} SymKind;

enum SymProp {
    PROP_SYMMETRIC = 1u << 0,
    PROP_SKEW = 1u << 1,
    PROP_DIAGONAL = 1u << 2,
    PROP_LOWER = 1u << 3,
    PROP_UPPER = 1u << 4,
    PROP_TOEPLITZ = 1u << 5,
    PROP_HANKEL = 1u << 6,
    PROP_CIRCULANT = 1u << 7,
    PROP_ORTHOGONAL = 1u << 8,
    PROP_UNITARY = 1u << 9,
    PROP_HERMITIAN = 1u << 10,
    PROP_POSDEF = 1u << 11,
    PROP_INVERTIBLE = 1u << 12,
    PROP_SINGULAR = 1u << 13,
    PROP_COMPLEX = 1u << 14,
    PROP_INTEGER = 1u << 15,
    PROP_POSITIVE = 1u << 16,
    PROP_IDEMPOTENT = 1u << 17,
    PROP_TRIDIAGONAL = 1u << 18,
    PROP_SPAN = 1u << 19 /* of the space that a basis spans: Sym.span */
};

/* Most arguments of an unknown function, and derivatives of one. */
enum { FUNCTION_ARGS = 4, FUNCTION_ORDER = 6 };

/* Spaces of matrices: sums and multiples stay inside. */
#define PROPS_LINEAR                                                          \
    (PROP_SYMMETRIC | PROP_SKEW | PROP_DIAGONAL | PROP_LOWER | PROP_UPPER |   \
     PROP_TOEPLITZ | PROP_HANKEL | PROP_CIRCULANT | PROP_TRIDIAGONAL)

typedef struct Sym {
    const char *name;       /* interned */
    SymKind kind;
    const Dim *rows, *cols; /* quantity or function value; scalar is 1,1 */
    uint32_t props;         /* PROP_..., closed under implication */
    bool declared;          /* false: inferred from use */
    bool differential;      /* dX of a differential, U and V of a form */
    const struct Sym *conj_of; /* a network's leaf conj(X): X */
    const struct Sym *span; /* the columns of it, as vec, are the basis */
    const struct Sym *of;   /* differential: the variable it belongs to */
    const Dim *lo, *hi;     /* index: its range, 1..n by default */
    unsigned nargs;         /* function: its formal arguments */
    const struct Sym **args;
    bool bare;              /* function declared as Y(t): bare Y is Y(t) */
    uint32_t serial;        /* order of appearance */
} Sym;

#endif
