/* canon.c: canonical labelling of one term: bound labels are numbered by the
 * shape of the contraction graph, not by the history of its making.
 *
 * Colour refinement (refine.c) tells labels apart; ties are broken by
 * individualisation and search, smallest encoding first, within a budget
 * (ties left after refinement are nearly always automorphisms, where any
 * choice gives the same encoding).  Then factors are sorted. */
#include "net/refine.h"

#include <stdlib.h>
#include <string.h>

enum { CANON_LEAVES = 24 };

typedef struct Canon {
    Ctx *ctx;
    unsigned naxes;
    const Factor *f;
    uint32_t nf, nl;
    const bool *used;
    Refine refine;
    unsigned leaves;
    Factor *best;   /* sorted encoding found so far */
    int best_sign;
    Factor *try;
} Canon;

static int factor_compare(const void *pa, const void *pb)
{
    const Factor *a = pa, *b = pb;
    if (a->atom->serial != b->atom->serial)
        return a->atom->serial < b->atom->serial ? -1 : 1;
    FOR_AXES(a, k)
        if (a->lab[k] != b->lab[k])
            return a->lab[k] < b->lab[k] ? -1 : 1;
    return 0;
}

typedef struct Order {
    uint64_t colour;
    uint32_t label;
} Order;

static int order_compare(const void *pa, const void *pb)
{
    const Order *a = pa, *b = pb;
    if (a->colour != b->colour)
        return a->colour < b->colour ? -1 : 1;
    return (a->label > b->label) - (a->label < b->label);
}

/* The least of the orders that mean the same; -1 if a skew pair was turned. */
static int order_labels(Factor *f)
{
    Label least[4];
    int sign = 1;
    unsigned n = label_orders_of(f->atom), axes = f->atom->naxes;
    if (n == 1)
        return 1;
    memcpy(least, f->lab, sizeof least);
    for (unsigned o = 1; o < n; o++) {
        Label t[4] = {0};
        int cmp = 0;
        for (unsigned k = 0; k < axes; k++)
            t[k] = f->lab[label_orders[o][k]];
        for (unsigned k = 0; k < axes && cmp == 0; k++)
            cmp = (t[k] > least[k]) - (t[k] < least[k]);
        if (cmp < 0) {
            memcpy(least, t, axes * sizeof *least);
            sign = f->atom->symmetry < 0 ? -1 : 1;
        }
    }
    memcpy(f->lab, least, axes * sizeof *least);
    return sign;
}

/* Number the used bound labels by colour, encode, keep the smallest. */
static bool canon_leaf(Canon *c, const uint64_t *colour)
{
    Order *ord = ARENA_ARRAY(c->ctx->arena, Order, c->nl + 1u);
    Label *to = ARENA_ARRAY(c->ctx->arena, Label, c->nl + 1u);
    if (!ord || !to)
        return false;
    uint32_t n = 0;
    for (uint32_t l = 0; l < c->nl; l++) {
        to[l] = (Label)l;
        if (l >= c->naxes && c->used[l])
            ord[n++] = (Order){colour[l], l};
    }
    qsort(ord, n, sizeof *ord, order_compare);
    for (uint32_t i = 0; i < n; i++)
        to[ord[i].label] = (Label)(c->naxes + i);
    int sign = 1;
    for (uint32_t i = 0; i < c->nf; i++) {
        Factor *g = &c->try[i];
        *g = c->f[i];
        FOR_AXES(g, k)
            if (g->lab[k] >= 0)
                g->lab[k] = to[g->lab[k]];
        sign *= order_labels(g);
    }
    qsort(c->try, c->nf, sizeof *c->try, factor_compare);
    int cmp = -1;
    if (c->best) {
        cmp = 0;
        for (uint32_t i = 0; i < c->nf && cmp == 0; i++)
            cmp = factor_compare(&c->try[i], &c->best[i]);
    }
    if (cmp < 0) {
        Factor *old = c->best;
        c->best = c->try;
        c->best_sign = sign;
        c->try = old ? old
                     : ARENA_ARRAY(c->ctx->arena, Factor, c->nf + 1u);
    } else if (cmp == 0 && sign != c->best_sign) {
        c->best_sign = 0; /* equal to its own negative: zero */
    }
    c->leaves++;
    return c->try != NULL;
}

/* The labels of the first tied class of bound labels; their number. */
static uint32_t tied_class(const Canon *c, const Classes *k, uint32_t *member)
{
    uint32_t first = UINT32_MAX, n = 0;
    for (uint32_t l = c->naxes; l < c->nl; l++)
        if (c->used[l] && k->size[k->cls[l]] > 1 &&
            (first == UINT32_MAX || k->colour[l] < k->colour[first]))
            first = l;
    for (uint32_t l = c->naxes; first < c->nl && l < c->nl; l++)
        if (k->cls[l] == k->cls[first])
            member[n++] = l;
    return n;
}

static bool canon_search(Canon *c, const Classes *k)
{
    uint32_t *member = ARENA_ARRAY(c->ctx->arena, uint32_t, c->nl + 1u);
    if (!member || !ctx_step(c->ctx, c->nf + 1))
        return false;
    uint32_t n = tied_class(c, k, member);
    if (n == 0)
        return canon_leaf(c, k->colour);
    for (uint32_t i = 0; i < n; i++) {
        Classes apart;
        if (!refine_apart(&c->refine, &apart, k, member[i]) ||
            !canon_search(c, &apart))
            return false;
        if (c->leaves >= CANON_LEAVES)
            break;
    }
    return true;
}

bool canon_term(Ctx *ctx, unsigned naxes, Factor *f, uint32_t nf,
                const Dim **dim, uint32_t nl, uint32_t *nbound, Rat *coef)
{
    bool *used = ARENA_ARRAY(ctx->arena, bool, nl + 1u);
    uint64_t *colour = ARENA_ARRAY(ctx->arena, uint64_t, nl + 1u);
    Canon c = {.ctx = ctx, .naxes = naxes, .f = f, .nf = nf, .nl = nl,
               .used = used, .best_sign = 1,
               .try = ARENA_ARRAY(ctx->arena, Factor, nf + 1u)};
    if (!used || !colour || !c.try)
        return false;
    for (uint32_t i = 0; i < nf; i++)
        FOR_AXES(&f[i], k)
            if (f[i].lab[k] >= 0)
                used[f[i].lab[k]] = true;
    *nbound = 0;
    for (uint32_t l = 0; l < nl; l++) {
        colour[l] = l < naxes ? hash_mix(1, l + 1u)
                              : hash_mix(2, dim[l]->hash);
        *nbound += l >= naxes && used[l];
    }
    Classes k;
    if (!refine_init(&c.refine, ctx, f, nf, nl) ||
        !refine_all(&c.refine, &k, colour) || !canon_search(&c, &k))
        return false;
    if (c.best_sign <= 0)
        *coef = c.best_sign ? rat_neg(ctx, *coef) : rat_int(0);
    if (nf)
        memcpy(f, c.best, nf * sizeof *f);
    return true;
}
