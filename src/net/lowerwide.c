/* lowerwide.c: products of very many factors, as products of products.
 *
 * One term of n factors has a derivative of n terms of n - 1; a tree of
 * terms has one that grows as n does.  A group of more factors than build.c
 * splices stays one factor. */
#include "net/lower.h"

#include <stdlib.h>

enum { WIDE = 64, GROUP = 17 };

typedef struct Wide {
    Lower *l;
    const Tree **scalar, **open; /* open: the matrices, rows and columns */
    uint32_t nscalars, nopen;
    bool failed;
} Wide;

static const Tree *make(Wide *w, OpId op, const Tree *const *kid, uint32_t n,
                        const Dim *rows, const Dim *cols)
{
    const Tree *t = n == 1 ? kid[0]
                           : tree_shaped(w->l->ctx, op, n, kid, rows, cols,
                                         kid[0]->span);
    w->failed = w->failed || !t;
    return t;
}

/* How often the first `period` factors stand there in a row. */
static uint32_t repeats(const Tree *const *kid, uint32_t n, uint32_t period)
{
    uint32_t k = period;
    while (k < n && kid[k] == kid[k - period])
        k++;
    return k / period;
}

/* A run of equal factors, or of equal groups of them, is a power. */
static uint32_t powers(Wide *w, OpId op, const Tree **kid, uint32_t n)
{
    uint32_t m = 0, k, p;
    OpId times = op == OP_POW ? OP_MUL : OP_HAD;
    for (uint32_t i = 0; i < n && !w->failed; i += k * p) {
        k = p = 1;
        for (uint32_t q = 1; q <= GROUP && i + q < n; q++) {
            uint32_t h = repeats(&kid[i], n - i, q);
            if (h > 1 && h * q > k * p) {
                k = h;
                p = q;
            }
        }
        const Tree *t = make(w, times, &kid[i], p, kid[i]->rows,
                             kid[i + p - 1]->cols);
        if (k > 1 && t)
            t = make(w, op,
                     (const Tree *[]){t, tree_int(w->l->ctx, (int64_t)k)}, 2,
                     t->rows, t->cols);
        kid[m++] = t;
    }
    return m;
}

static const Dim *wide_dim(const Dim *a, const Dim *b)
{
    return dim_is(a, 1) ? b : a;
}

/* The product of kid[0..n-1], GROUP by GROUP. */
static const Tree *grouped(Wide *w, OpId op, const Tree **kid, uint32_t n)
{
    while (n > 1 && !w->failed) {
        uint32_t m = 0;
        for (uint32_t i = 0, k; i < n; i += k) {
            k = n - i < GROUP ? n - i : GROUP;
            const Dim *rows = kid[i]->rows, *cols = kid[i + k - 1]->cols;
            for (uint32_t j = i; op == OP_HAD && j < i + k; j++) {
                rows = wide_dim(rows, kid[j]->rows);
                cols = wide_dim(cols, kid[j]->cols);
            }
            kid[m++] = make(w, op, &kid[i], k, rows, cols);
        }
        n = m;
    }
    return kid[0];
}

/* kid[0..n-1], of which each meets the next: one factor, or a number. */
static void put_chain(Wide *w, const Tree **kid, uint32_t n)
{
    const Tree *t = grouped(w, OP_MUL, kid, powers(w, OP_POW, kid, n));
    if (!t || w->failed)
        w->failed = true;
    else if (axes_of(w->l, t).n == 0)
        w->scalar[w->nscalars++] = t;
    else
        w->open[w->nopen++] = t;
}

/* Scalars and chains, as lower_mul reads them: a boundary whose dimensions
 * differ ends a chain. */
static bool split(Wide *w, const Tree *t)
{
    const Tree **chain = ARENA_ARRAY(w->l->ctx->arena, const Tree *,
                                     t->nkids + 1u);
    uint32_t n = 0;
    const Dim *end = NULL;
    for (uint32_t i = 0; chain && i < t->nkids && !w->failed; i++) {
        Axes a = axes_of(w->l, t->kid[i]);
        if (a.n == 0) {
            w->scalar[w->nscalars++] = t->kid[i];
            continue;
        }
        if (n && (dim_is(end, 1) || end != a.rows)) {
            put_chain(w, chain, n);
            n = 0;
        }
        chain[n++] = t->kid[i];
        end = a.cols;
    }
    if (chain && n)
        put_chain(w, chain, n);
    return chain && !w->failed;
}

static int by_serial(const void *pa, const void *pb)
{
    const Tree *a = *(const Tree *const *)pa, *b = *(const Tree *const *)pb;
    return (a->serial > b->serial) - (a->serial < b->serial);
}

static const Tree *wide_mul(Wide *w, const Tree *t)
{
    if (!split(w, t))
        return NULL;
    qsort(w->scalar, w->nscalars, sizeof *w->scalar, by_serial);
    uint32_t n = powers(w, OP_POW, w->scalar, w->nscalars), m = 0;
    const Tree *kid[4];
    if (n)
        kid[m++] = grouped(w, OP_MUL, w->scalar, n);
    for (uint32_t i = 0; i < w->nopen && m < 4; i++)
        kid[m++] = w->open[i];
    return w->failed ? NULL : make(w, OP_MUL, kid, m, t->rows, t->cols);
}

static const Tree *wide_had(Wide *w, const Tree *t)
{
    for (uint32_t i = 0; i < t->nkids; i++)
        w->scalar[i] = t->kid[i];
    qsort(w->scalar, t->nkids, sizeof *w->scalar, by_serial);
    return grouped(w, OP_HAD, w->scalar,
                   powers(w, OP_EPOW, w->scalar, t->nkids));
}

const Tree *lower_narrowed(Lower *l, const Tree *t)
{
    if (t->nkids <= WIDE || (t->op != OP_MUL && t->op != OP_HAD))
        return t;
    Wide w = {.l = l,
              .scalar = ARENA_ARRAY(l->ctx->arena, const Tree *, t->nkids),
              .open = ARENA_ARRAY(l->ctx->arena, const Tree *, t->nkids)};
    if (!w.scalar || !w.open)
        return NULL;
    return t->op == OP_MUL ? wide_mul(&w, t) : wide_had(&w, t);
}
