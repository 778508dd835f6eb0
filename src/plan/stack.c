/* stack.c: the terms of a sum over an index side by side: numbers as the
 * entries of a column, columns as those of a matrix.  What is made of slices
 * of arrays, entry by entry and by products with what does not depend on the
 * index, is computed for all terms at once. */
#include "plan/node.h"

#include <string.h>

typedef struct Stack {
    Nodes *g;
    const Dim *index, *lo, *count;
} Stack;

Node *node_part(Nodes *g, Node *a, const Dim *row, const Dim *rows,
                const Dim *col, const Dim *cols)
{
    Node p = {.kind = N_PART, .rows = rows, .cols = cols, .nkids = 1,
              .lo = row, .hi = col};
    if (a && a->rows == rows && a->cols == cols &&
        (!row || dim_is(row, 1)) && (!col || dim_is(col, 1)))
        return a;
    return a ? node_cons(g, &p, &a) : NULL;
}

/* Of an index that is i + c: lo + c, where the terms begin; else NULL. */
static const Dim *first_at(const Stack *s, const Dim *at)
{
    Ctx *ctx = s->g->ctx;
    const Dim *c = at ? dim_sub(ctx, at, s->index) : NULL;
    return c && !dim_mentions(c, dim_symbol(s->index))
               ? dim_add(ctx, s->lo, c)
               : NULL;
}

/* As many as there are, or one less: then there are not fewer than none. */
static bool enough(const Stack *s, const Dim *size)
{
    const Dim *left = dim_sub(s->g->ctx, size, s->count);
    int64_t k;
    return left && dim_is_num(left, &k) && (k == 0 || k == 1);
}

static bool depends(const Stack *s, const Node *a)
{
    return (a->indices & dim_indices(s->index)) != 0;
}

static Node *stacked(const Stack *s, Node *a);

/* x[i+c], A[i+c,j], A[:,i+c]; of a row its column. */
static Node *slices(const Stack *s, Node *a)
{
    Nodes *g = s->g;
    Node *m = a->kid[0];
    if (depends(s, m))
        return NULL;
    const Dim *row = first_at(s, a->lo), *col = first_at(s, a->hi);
    if (row && !col && enough(s, m->rows) &&
        (!a->hi || !dim_mentions(a->hi, dim_symbol(s->index)))) {
        if (!dim_is(m->cols, 1) && a->hi)
            m = node_slice(g, m, NULL, a->hi);
        m = m ? node_part(g, m, row, s->count, NULL, m->cols) : NULL;
        return m && !dim_is(m->cols, 1) ? node_t(g, m) : m;
    }
    if (col && !row && enough(s, m->cols) &&
        (!a->lo || !dim_mentions(a->lo, dim_symbol(s->index)))) {
        if (!dim_is(m->rows, 1) && a->lo)
            m = node_slice(g, m, a->lo, NULL);
        m = m ? node_part(g, m, NULL, m->rows, col, s->count) : NULL;
        return m && dim_is(m->rows, 1) ? node_t(g, m) : m;
    }
    return NULL;
}

/* In a column of numbers as they are; among columns a number is a row. */
static Node *entrywise(const Stack *s, Node *a)
{
    Nodes *g = s->g;
    Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
    bool numbers = node_scalar(a);
    for (uint32_t i = 0; kid && i < a->nkids; i++) {
        Node *k = a->kid[i];
        kid[i] = depends(s, k) ? stacked(s, k) : k;
        if (kid[i] && !numbers && node_scalar(k) && depends(s, k))
            kid[i] = node_t(g, kid[i]);
        if (!kid[i])
            return NULL;
    }
    if (!kid)
        return NULL;
    return a->op == OP_ADD   ? node_add(g, a->nkids, kid)
           : a->op == OP_HAD ? node_had(g, a->nkids, kid)
           : a->nkids == 1   ? node_ew1(g, a->op, kid[0])
                             : node_ew2(g, a->op, kid[0], kid[1]);
}

/* A*v, u'*A*v: of what depends on the index stands only a column behind and a
 * row in front. */
static Node *products(const Stack *s, Node *a)
{
    Nodes *g = s->g;
    uint32_t n = a->nkids;
    Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, n);
    Node *first = a->kid[0], *last = a->kid[n - 1];
    for (uint32_t i = 1; i + 1 < n; i++)
        if (depends(s, a->kid[i]))
            return NULL;
    if (!kid)
        return NULL;
    memcpy(kid, a->kid, n * sizeof *kid);
    if (depends(s, last)) {
        kid[n - 1] = dim_is(last->cols, 1) ? stacked(s, last) : NULL;
        if (!kid[n - 1])
            return NULL;
    }
    if (!depends(s, first)) {
        Node *z = node_mul(g, n, kid);
        return z && dim_is(z->rows, 1) ? node_t(g, z) : z;
    }
    Node *u = dim_is(first->rows, 1) ? stacked(s, node_t(g, first)) : NULL;
    if (!u)
        return NULL;
    if (!depends(s, last)) { /* a row: its column */
        kid[0] = node_t(g, u);
        return node_t(g, node_mul(g, n, kid));
    }
    Node *v = node_mul(g, n - 1, kid + 1);
    return node_t(g, node_fold(g, OP_SUM, OVER_ROWS, node_had2(g, u, v)));
}

/* All terms of a number as a column, of a column as a matrix; of a row those
 * of its column.  NULL: they have to be computed one by one. */
static Node *stacked(const Stack *s, Node *a)
{
    if (!a || (dim_is(a->rows, 1) && !dim_is(a->cols, 1)))
        a = a ? node_t(s->g, a) : NULL;
    if (!a || !dim_is(a->cols, 1) || !depends(s, a))
        return NULL;
    switch (a->kind) {
    case N_SLICE:
        return slices(s, a);
    case N_EW:
        return entrywise(s, a);
    case N_MUL:
        return products(s, a);
    case N_FOLD: {
        Node *v = a->over == OVER_ALL && dim_is(a->kid[0]->cols, 1)
                      ? stacked(s, a->kid[0])
                      : NULL;
        return v ? node_t(s->g, node_fold(s->g, a->op, OVER_ROWS, v)) : NULL;
    }
    default:
        return NULL;
    }
}

/* Is it a unit vector?  Then that is the spot. */
static bool spots(Nodes *g, const Node *a, Spot *at)
{
    const Dim *i = node_unit_at(g, a);
    if (i)
        *(dim_is(a->cols, 1) ? &at->row : &at->col) = i;
    return i != NULL;
}

/* s.*u.*v' with a unit vector among them. */
static Node *stripped_factors(Nodes *g, Node *a, Spot *at)
{
    Node *rest = NULL, *last = a->kid[a->nkids - 1];
    for (uint32_t i = 0; i < a->nkids; i++)
        if (!spots(g, a->kid[i], at))
            rest = rest ? node_had2(g, rest, a->kid[i]) : a->kid[i];
    if (rest == a && last->kind == N_MUL && node_scalar(a->kid[a->nkids - 2]))
        rest = node_had2(g, node_had(g, a->nkids - 1, a->kid),
                         node_stripped(g, last, at));
    if (!rest)
        return node_num(g, rat_int(1));
    if ((!at->row || dim_is(rest->rows, 1)) &&
        (!at->col || dim_is(rest->cols, 1)))
        return rest;
    *at = (Spot){NULL, NULL}; /* another factor is as long */
    return a;
}

/* The term without its unit vectors. */
Node *node_stripped(Nodes *g, Node *a, Spot *at)
{
    if (spots(g, a, at))
        return node_num(g, rat_int(1));
    if (a->kind == N_EW && a->op == OP_HAD)
        return stripped_factors(g, a, at);
    if (a->kind != N_MUL)
        return a;
    uint32_t first = 0, n = a->nkids;
    first += dim_is(a->kid[0]->cols, 1) && spots(g, a->kid[0], at);
    n -= n - 1 > first && dim_is(a->kid[n - 1]->rows, 1) &&
         spots(g, a->kid[n - 1], at);
    return first || n < a->nkids ? node_mul(g, n - first, a->kid + first) : a;
}

/* The sum of s.*u.*v' and such is U*V'. */
static Node *outer(const Stack *s, Node *a)
{
    Nodes *g = s->g;
    Node *u = NULL, *v = NULL, *c = NULL;
    if (a->kind != N_EW || a->op != OP_HAD)
        return NULL;
    for (uint32_t i = 0; i < a->nkids; i++) {
        Node *k = a->kid[i];
        Node **to = node_scalar(k)           ? &c
                    : dim_is(k->cols, 1) ? &u
                    : dim_is(k->rows, 1) ? &v
                                         : NULL;
        if (!to)
            return NULL;
        *to = *to ? node_had2(g, *to, k) : k;
    }
    if (!u || !v)
        return NULL;
    u = c ? node_had2(g, c, u) : u;
    if (!u || !depends(s, u) || !depends(s, v))
        return NULL;
    u = stacked(s, u);
    v = stacked(s, v);
    return u && v ? node_mul2(g, u, node_t(g, v)) : NULL;
}

Node *node_stacked_sum(Nodes *g, Node *a, const Range *over, const Dim *row,
                       const Dim *col, Spot *at)
{
    Stack s = {.g = g, .index = over->index, .lo = over->lo};
    s.count = dim_add(g->ctx, dim_sub(g->ctx, over->hi, over->lo),
                      dim_num(g->ctx, 1));
    if (!s.count || dim_indices(s.lo) || dim_indices(s.count) ||
        (row && col))
        return NULL;
    *at = (Spot){row ? first_at(&s, row) : NULL,
                 col ? first_at(&s, col) : NULL};
    if ((row && !at->row) || (col && !at->col))
        return NULL;
    if (!row && !col && !node_scalar(a) && !dim_is(a->cols, 1))
        return outer(&s, a);
    Node *z = stacked(&s, a);
    if (!z)
        return NULL;
    if (row && !node_scalar(a)) /* rows, each at its own */
        return node_t(g, z);
    return row || col ? z
           : node_scalar(a)
               ? node_fold(g, OP_SUM, OVER_ALL, z)
               : node_fold(g, OP_SUM, OVER_COLS, z);
}
