/* calc.h: the calculus on networks.  Differentials come from the table's
 * rules (rules.c) and the product rule, nowhere else. */
#ifndef NB_CALC_H
#define NB_CALC_H

#include "lang/lang.h"
#include "net/lower.h"
#include "net/net.h"

/* The lowering of user expressions, with d(e,X) and functions that are
 * defined by others resolved. */
void calc_lower_init(Lower *l, Ctx *ctx);

/* The derivative of f by x: axes of f, then axes of x.  Reverse mode: the
 * transposition of a linear map, a net at a time, so that the result shares
 * f's parts and is as small as f.  Cost: linear in the distinct nets of f
 * for scalar f. */
const Net *calc_derivative(Ctx *ctx, const Net *f, const Sym *x);
/* The total differential of f, with dx[i] for the differential of x[i]; dx
 * NULL: of scalars, each moving by 1. */
const Net *calc_differential(Ctx *ctx, const Net *f, unsigned n,
                             const Sym *const *x, const Sym *const *dx);
/* n, linear in dx, as a net with dx's axes appended: <result, dx> = n. */
const Net *calc_open(Ctx *ctx, const Net *n, const Sym *dx);

/* The second derivative of a matrix function has no form: an error, NULL. */
const Net *calc_no_second(Ctx *ctx, OpId f);

/* --- the rules of the table (rules.c) */
typedef enum RuleKind { RULE_DIFF, RULE_TRACE, RULE_SLOPE, RULE_SLOPE2,
                        RULE_MEANS } RuleKind;
/* A rule in place of the table's, in the context's SLOT_PLANTED: the tests
 * plant wrong ones. */
typedef struct Planted {
    OpId op;
    RuleKind kind;
    const char *text;
} Planted;
/* A direction: a symbol for a differential of this shape (at most 2 axes). */
const Sym *calc_direction(Ctx *ctx, unsigned naxes, const Dim *const *dim);
/* The differential of atom a (MPOW, MAT) where its argument moves by da. */
const Net *rule_differential(Ctx *ctx, const Atom *a, const Net *da);
/* The slope of an entrywise atom by argument k, on the atom's axes. */
const Net *rule_slope(Ctx *ctx, const Atom *a, unsigned k);
/* g(E) where d tr(f(E)) = tr(g(E)*dE); NULL if f has no such rule. */
const Net *rule_trace(Ctx *ctx, const Atom *a);

/* A map of matrices as text at the nets: over G: [n,n] and X; or, where it
 * speaks of B, over G: [n,m] and B: [n*m,p], which x then is. */
const Net *rule_map(Ctx *ctx, const char *text, const Net *g, const Net *x);

#endif
