/* dim.h: integer polynomials over symbols: dimensions (n, n*m, n+1, 3),
 * exponents (k-1-r) and bounds of sums.  Consed: equal is pointer-equal.
 * A meta is a dimension still to be found by shape inference. */
#ifndef NB_DIM_H
#define NB_DIM_H

#include "base/buf.h"
#include "base/scan.h"

typedef struct DimMono {
    int64_t coef;       /* never 0 */
    unsigned n;         /* number of symbols, with repetition */
    const char **sym;   /* interned names, sorted by text */
} DimMono;

/* A sum of monomials, sorted; the empty sum is 0. */
typedef struct Dim {
    uint64_t hash;
    uint32_t serial;
    unsigned n;
    const DimMono *mono;
} Dim;

const Dim *dim_num(Ctx *ctx, int64_t n);
const Dim *dim_sym(Ctx *ctx, const char *name); /* interned name */
const Dim *dim_add(Ctx *ctx, const Dim *a, const Dim *b);
const Dim *dim_sub(Ctx *ctx, const Dim *a, const Dim *b);
const Dim *dim_mul(Ctx *ctx, const Dim *a, const Dim *b);
/* The smaller of two, decided where their difference is a number; else a symbol
 * whose name is min(a,b). */
const Dim *dim_min(Ctx *ctx, const Dim *a, const Dim *b);
/* The two dimensions of such a name; false if it is none. */
bool dim_min_of(const char *name, const Dim **a, const Dim **b);
/* f for each name in d, those within min(a,b) too, until it says false. */
bool dim_each(const Dim *d, bool (*f)(void *user, const char *name),
              void *user);
/* Is d the integer n? */
bool dim_is(const Dim *d, int64_t n);
bool dim_is_num(const Dim *d, int64_t *value);
/* The single symbol that d is, or NULL. */
const char *dim_symbol(const Dim *d);
bool dim_mentions(const Dim *d, const char *name);
/* d with name replaced by e. */
const Dim *dim_subst(Ctx *ctx, const Dim *d, const char *name, const Dim *e);
/* In our own syntax: n*m, n + 1 printed as n+1. */
void dim_print(Buf *b, const Dim *d);
const char *dim_text(Ctx *ctx, const Dim *d);
/* Reads what dim_print writes; NULL after an error. */
const Dim *dim_scan(Scan *in);

#endif
