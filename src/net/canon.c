/* canon.c: canonical labelling of one term: bound labels are numbered by the
 * shape of the contraction graph, not by the history of its making.
 *
 * Colour refinement: a label's colour is refined by the colours of the
 * factors that it sits on, until the number of colours stands still; ties are
 * broken by individualisation and search, smallest encoding first, within a
 * budget (ties left after refinement are nearly always automorphisms, where
 * any choice gives the same encoding).  Then factors are sorted. */
#include "net/store.h"

#include <stdlib.h>
#include <string.h>

enum { CANON_LEAVES = 24, CANON_ROUNDS = 64 };

typedef struct Canon {
    Ctx *ctx;
    unsigned naxes;
    const Factor *f;
    uint32_t nf, nl;
    const bool *used;
    unsigned leaves;
    Factor *best;   /* sorted encoding found so far */
    int best_sign;
    Factor *try;
} Canon;

static uint64_t label_colour(const Canon *c, const uint64_t *colour, Label l)
{
    (void)c;
    return l < 0 ? hash_mix(0x5eed, (uint64_t)-l) : colour[l];
}

/* The orders of labels that mean the same: of two axes, of SAME's four. */
static const uint8_t orders[8][4] = {{0, 1, 2, 3}, {1, 0, 3, 2}, {2, 3, 0, 1},
                                     {3, 2, 1, 0}, {1, 0, 2, 3}, {0, 1, 3, 2},
                                     {2, 3, 1, 0}, {3, 2, 0, 1}};

static unsigned orders_of(const Atom *a)
{
    return a->symmetry == SAME_FLIP   ? 8
           : a->symmetry == SAME_TURN ? 4
           : a->symmetry              ? 2
                                      : 1;
}

static uint64_t same_colour(const Canon *c, const uint64_t *colour,
                            const Factor *f, uint64_t h)
{
    uint64_t sum = 0;
    for (unsigned o = 0; o < orders_of(f->atom); o++) {
        uint64_t g = h;
        FOR_AXES(f, k)
            g = hash_mix(g, label_colour(c, colour, f->lab[orders[o][k]]));
        sum += g;
    }
    return sum;
}

static uint64_t factor_colour(const Canon *c, const uint64_t *colour,
                              const Factor *f)
{
    uint64_t h = hash_mix(17, f->atom->serial);
    if (f->atom->symmetry > 1)
        return same_colour(c, colour, f, h);
    if (f->atom->symmetry)
        return hash_mix(h, label_colour(c, colour, f->lab[0]) +
                               label_colour(c, colour, f->lab[1]));
    FOR_AXES(f, k)
        h = hash_mix(h, label_colour(c, colour, f->lab[k]));
    return h;
}

static int colour_compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint32_t distinct_colours(const uint64_t *colour, uint64_t *sorted,
                                 uint32_t n)
{
    memcpy(sorted, colour, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, colour_compare);
    uint32_t count = n > 0;
    for (uint32_t i = 1; i < n; i++)
        count += sorted[i] != sorted[i - 1];
    return count;
}

/* Refine until the number of colours stands still. */
static bool canon_refine(const Canon *c, uint64_t *colour)
{
    uint64_t *next = ARENA_ARRAY(c->ctx->arena, uint64_t, 2u * c->nl + 1);
    if (!next)
        return false;
    uint64_t *sorted = next + c->nl;
    uint32_t count = 0;
    for (int round = 0; round < CANON_ROUNDS; round++) {
        memset(next, 0, c->nl * sizeof *next);
        for (uint32_t i = 0; i < c->nf; i++) {
            const Factor *f = &c->f[i];
            uint64_t h = factor_colour(c, colour, f);
            FOR_AXES(f, k)
                if (f->lab[k] >= 0)
                    next[f->lab[k]] +=
                        hash_mix(h, f->atom->symmetry ? 0 : k + 1u);
        }
        for (uint32_t l = 0; l < c->nl; l++)
            next[l] = hash_mix(colour[l], next[l]);
        memcpy(colour, next, c->nl * sizeof *colour);
        uint32_t now = distinct_colours(colour, sorted, c->nl);
        if (now == count)
            break;
        count = now;
    }
    return true;
}

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
    unsigned n = orders_of(f->atom), axes = f->atom->naxes;
    if (n == 1)
        return 1;
    memcpy(least, f->lab, sizeof least);
    for (unsigned o = 1; o < n; o++) {
        Label t[4] = {0};
        int cmp = 0;
        for (unsigned k = 0; k < axes; k++)
            t[k] = f->lab[orders[o][k]];
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
static uint32_t tied_class(const Canon *c, const uint64_t *colour,
                           uint32_t *member)
{
    uint64_t best = UINT64_MAX;
    bool found = false;
    for (uint32_t a = c->naxes; a < c->nl; a++)
        for (uint32_t b = a + 1; c->used[a] && b < c->nl; b++)
            if (c->used[b] && colour[a] == colour[b] &&
                (!found || colour[a] < best)) {
                best = colour[a];
                found = true;
            }
    uint32_t n = 0;
    for (uint32_t l = c->naxes; found && l < c->nl; l++)
        if (c->used[l] && colour[l] == best)
            member[n++] = l;
    return n;
}

static bool canon_search(Canon *c, uint64_t *colour)
{
    if (!canon_refine(c, colour) || !ctx_step(c->ctx, c->nf + 1))
        return false;
    uint32_t *member = ARENA_ARRAY(c->ctx->arena, uint32_t, c->nl + 1u);
    uint64_t *copy = ARENA_ARRAY(c->ctx->arena, uint64_t, c->nl + 1u);
    if (!member || !copy)
        return false;
    uint32_t n = tied_class(c, colour, member);
    if (n == 0)
        return canon_leaf(c, colour);
    for (uint32_t i = 0; i < n; i++) {
        memcpy(copy, colour, c->nl * sizeof *copy);
        copy[member[i]] = hash_mix(copy[member[i]], 0xfade);
        if (!canon_search(c, copy))
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
    if (!canon_search(&c, colour))
        return false;
    if (c.best_sign <= 0)
        *coef = c.best_sign ? rat_neg(ctx, *coef) : rat_int(0);
    if (nf)
        memcpy(f, c.best, nf * sizeof *f);
    return true;
}
