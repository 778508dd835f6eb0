/* reduce.c: one term's contraction graph, reduced to a product.
 *
 * Vertices are labels, factors are edges (matrices), pendants (vectors) and
 * scalars.  A summed label goes by series (matrix product), pendant (matrix
 * times vector), meeting (inner product), loop (trace), or as a free end
 * (sum); labels on the same two ends merge as a Hadamard product.  A network
 * can be written in matrix notation exactly when this consumes it; a label
 * where it sticks is written as an explicit sum over an index. */
#include "raise/graph.h"
#include "raise/kron.h"

#include <string.h>

/* Two items at label l, of which at least one is a vector or both end there:
 * j is joined to i. */
static bool join_at(Graph *g, uint32_t i, uint32_t j, Label l)
{
    Item *p = &g->it[i], *q = &g->it[j];
    bool vp = p->b == NOWHERE, vq = q->b == NOWHERE;
    Chain left, right;
    if (vp && vq) { /* v'*w */
        left = chain_reversed(g->r, &p->c);
        if (!chain_append(g->r, &left, &q->c))
            g->failed = true;
        remove_item(g, j);
        remove_item(g, i);
        g->it[g->n++] = (Item){NOWHERE, NOWHERE, left};
        return true;
    }
    if (vp) { /* matrix first */
        Item *t = p;
        p = q;
        q = t;
        vq = true;
    }
    left = ending_at(g, p, l);
    right = vq || q->a == l ? q->c : chain_reversed(g->r, &q->c);
    Label a = other_end(p, l), b = vq ? NOWHERE : other_end(q, l);
    Chain all = {0};
    if (!chain_append(g->r, &all, &left) || !chain_append(g->r, &all, &right))
        g->failed = true;
    *p = (Item){a, b, all};
    remove_item(g, q == &g->it[i] ? i : j);
    return true;
}

static Item *vector_at(Graph *g, Label l, Item *not)
{
    for (uint32_t i = 0; i < g->n; i++)
        if (&g->it[i] != not && g->it[i].a == l && g->it[i].b == NOWHERE)
            return &g->it[i];
    return NULL;
}

/* Hadamard product of two vectors at one label; powers are collected and
 * reciprocals divide. */
static bool is_reciprocal(const Tree *t)
{
    return t->op == OP_EDIV && t->kid[0]->op == OP_NUM &&
           rat_is(t->kid[0]->num, 1);
}

/* exp(x).*sigmoid(-x) is sigmoid(x). */
static const Tree *logistic(Raise *r, const Tree *a, const Tree *b)
{
    bool fits = a->op == OP_EXP && b->op == OP_SIGMOID &&
                is_opposite(r, a->kid[0], b->kid[0]);
    return fits ? mk_fun(r, OP_SIGMOID, a->kid[0], a->rows, a->cols) : NULL;
}

static const Tree *had_two(Raise *r, const Tree *a, const Tree *b)
{
    if (!a || !b)
        return NULL;
    const Tree *s = logistic(r, a, b);
    if (s || (s = logistic(r, b, a)))
        return s;
    if ((a->flags & b->flags & TREE_COMPLEX) && is_conjugate(r, a, b)) {
        const Tree *z = weight_of(r, a) <= weight_of(r, b) ? a : b;
        return mk(r, OP_EPOW, 2,
                  (const Tree *[]){mk_fun(r, OP_ABS, z, z->rows, z->cols),
                                   tree_int(r->ctx, 2)},
                  z->rows, z->cols);
    }
    if (is_reciprocal(a) && !is_reciprocal(b)) {
        const Tree *t = a;
        a = b;
        b = t;
    }
    if (is_reciprocal(b)) {
        if (is_reciprocal(a))
            return mk(r, OP_EDIV, 2,
                      (const Tree *[]){a->kid[0],
                                       mk_had(r, a->kid[1], b->kid[1])},
                      a->rows, a->cols);
        return mk_over(r, OP_EDIV, a, b->kid[1]);
    }
    if (a == b)
        return mk(r, OP_EPOW, 2, (const Tree *[]){a, tree_int(r->ctx, 2)},
                  a->rows, a->cols);
    if (a->op == OP_EPOW && a->kid[0] == b && a->kid[1]->op == OP_NUM)
        return mk(r, OP_EPOW, 2,
                  (const Tree *[]){b, tree_num(r->ctx,
                                               rat_add(r->ctx,
                                                       a->kid[1]->num,
                                                       rat_int(1)))},
                  b->rows, b->cols);
    for (uint32_t i = 0; a->op == OP_HAD && i < a->nkids; i++) {
        const Tree *k = a->kid[i];
        if (k != b && !(k->op == OP_EPOW && k->kid[0] == b) &&
            !logistic(r, k, b) && !logistic(r, b, k))
            continue;
        const Tree **kid = ARENA_ARRAY(r->ctx->arena, const Tree *, a->nkids);
        if (!kid)
            return NULL;
        memcpy(kid, a->kid, a->nkids * sizeof *kid);
        kid[i] = had_two(r, k, b);
        return mk(r, OP_HAD, a->nkids, kid, a->rows, a->cols);
    }
    return mk_had(r, a, b);
}

bool merge_vectors(Graph *g, Label l)
{
    Item *p = vector_at(g, l, NULL), *q = p ? vector_at(g, l, p) : NULL;
    if (!q)
        return false;
    const Tree *t = had_two(g->r, vector_tree(g, p), vector_tree(g, q));
    if (!t)
        g->failed = true;
    p->c = chain_of(g->r, t, false, false);
    remove_item(g, (uint32_t)(q - g->it));
    return true;
}

/* --- one step at a summed label */

static bool two_at(const Graph *g, Label l, uint32_t *pi, uint32_t *pj)
{
    int n = 0;
    for (uint32_t i = 0; i < g->n; i++)
        if (g->it[i].a == l || g->it[i].b == l) {
            if (n == 0)
                *pi = i;
            else
                *pj = i;
            n++;
        }
    return n == 2;
}

static void free_end(Graph *g, Label l)
{
    for (uint32_t i = 0; i < g->n; i++) {
        Item *p = &g->it[i];
        if (p->a != l && p->b != l)
            continue;
        Chain c = p->b == NOWHERE ? p->c : ending_at(g, p, l);
        const Tree *t = chain_tree(g->r, &c);
        if (!t) {
            g->failed = true;
            return;
        }
        if (p->b == NOWHERE) {
            if (t->op == OP_TRANSPOSE) /* the sum of all has no direction */
                t = t->kid[0];
            if (t->op == OP_SUM1 || t->op == OP_SUM2)
                t = t->kid[0];
            add_scalar(g, mk_fun(g->r, OP_SUM, t, one(g->r), one(g->r)));
            remove_item(g, i);
            return;
        }
        Label a = other_end(p, l);
        t = t->op == OP_TRANSPOSE && t->kid[0]->op != OP_MUL
                ? mk_transpose(g->r, mk_fun(g->r, OP_SUM1, t->kid[0],
                                            one(g->r), t->rows))
                : mk_fun(g->r, OP_SUM2, t, t->rows, one(g->r));
        *p = (Item){a, NOWHERE, chain_of(g->r, t, false, false)};
        return;
    }
}

/* The last factor of a product or of the transpose of one. */
static const Tree *last_factor(const Tree *t)
{
    t = t->op == OP_TRANSPOSE ? t->kid[0] : t;
    t = t->op == OP_MUL ? t->kid[t->nkids - 1] : t;
    return t->op == OP_TRANSPOSE ? t->kid[0] : t;
}

/* Does a end with a name that came later than b's end: U, V, dX? */
static bool ends_later(Raise *r, const Tree *a, const Tree *b)
{
    a = last_factor(a);
    b = last_factor(b);
    uint32_t na = weight_of(r, a) > 0, nb = weight_of(r, b) > 0;
    return na != nb ? na < nb : a->serial > b->serial;
}

/* The trace of a product, begun where it is shortest; of those the one that
 * ends with what was named last: tr(inv(X)*dX). */
static const Tree *trace_tree(Raise *r, const Chain *c)
{
    const Tree *t = chain_scalar(r, c), *square = chain_square(r, c);
    for (uint32_t k = 1; k < c->n && c->n <= 8; k++) {
        Chain rot = {0};
        for (uint32_t s = 0; s < c->n; s++)
            chain_add(r, &rot, c->e[(k + s) % c->n]);
        const Tree *u = chain_scalar(r, &rot);
        uint32_t wu = weight_of(r, u), wt = weight_of(r, t);
        if (u && t && (wu < wt || (wu == wt && ends_later(r, u, t))))
            t = u;
        if (!square)
            square = chain_square(r, &rot);
    }
    if (t && t->op == OP_TRANSPOSE)
        t = t->kid[0];
    t = t ? mk_fun(r, OP_TR, t, one(r), one(r)) : NULL;
    return square && weight_of(r, square) < weight_of(r, t) ? square : t;
}

/* A loop: M[l,l]; a trace if nothing else is there, else its diagonal. */
static bool close_loop(Graph *g)
{
    for (uint32_t i = 0; i < g->n; i++) {
        Item *p = &g->it[i];
        if (p->a != p->b || p->a == NOWHERE || p->a < 0)
            continue;
        Label l = p->a;
        if (bound_label(g, l) && degree(g, l) == 2 && !fused(g, l)) {
            const Tree *t = trace_tree(g->r, &p->c);
            remove_item(g, i);
            add_scalar(g, t);
            return true;
        }
        const Tree *t = chain_tree(g->r, &p->c);
        if (t && t->op == OP_TRANSPOSE)
            t = t->kid[0];
        t = t ? mk_fun(g->r, OP_DIAG, t, t->rows, one(g->r)) : NULL;
        if (!t)
            g->failed = true;
        else
            *p = (Item){l, NOWHERE, chain_of(g->r, t, false, false)};
        return true;
    }
    return false;
}

static bool step_at(Graph *g, Label l)
{
    uint32_t i = 0, j = 0, d = degree(g, l);
    if (d == 0)
        return false;
    if (d == 1) {
        free_end(g, l);
        return true;
    }
    if (d == 2 && two_at(g, l, &i, &j))
        return join_at(g, i, j, l);
    if (d == 3) { /* M1*diag(v)*M2 */
        Item *v = vector_at(g, l, NULL);
        if (v && !vector_at(g, l, v)) {
            const Tree *t = vector_tree(g, v);
            remove_item(g, (uint32_t)(v - g->it));
            if (!t || !two_at(g, l, &i, &j)) {
                g->failed = true;
                return true;
            }
            Item *p = &g->it[i];
            Label a = other_end(p, l);
            p->c = ending_at(g, p, l);
            p->a = a;
            p->b = l;
            if (!chain_add(g->r, &p->c, (Elem){t, false, true, true}))
                g->failed = true;
            return join_at(g, i, j, l);
        }
    }
    return merge_vectors(g, l);
}

/* Two matrices on the same two ends. */
static bool masks(const Item *p)
{
    return p->c.n == 1 && is_mask(p->c.e[0].t);
}

/* A symmetric product runs from the lower label to the higher, so that a mask
 * on it needs no transpose. */
static void turn_symmetric(Raise *r, Item *p)
{
    Chain c = chain_reversed(r, &p->c);
    if (p->a > p->b && chain_same(&c, &p->c)) {
        Label a = p->a;
        p->a = p->b;
        p->b = a;
    }
}

/* Two matrices on the same two labels: their Hadamard product; a mask is put
 * on what the others make. */
static bool parallel_step(Graph *g, bool with_masks)
{
    for (uint32_t i = 0; i < g->n; i++)
        for (uint32_t j = i + 1; j < g->n; j++) {
            Item *p = &g->it[i], *q = &g->it[j];
            if (!with_masks && (masks(p) || masks(q)))
                continue;
            bool same = p->a == q->a && p->b == q->b;
            bool cross = p->a == q->b && p->b == q->a;
            if (p->b == NOWHERE || q->b == NOWHERE || p->a < 0 || p->b < 0 ||
                (!same && !cross))
                continue;
            turn_symmetric(g->r, masks(p) ? q : p);
            same = p->a == q->a;
            Chain c = same ? q->c : chain_reversed(g->r, &q->c);
            const Tree *t = had_two(g->r, chain_tree(g->r, &p->c),
                                    chain_tree(g->r, &c));
            if (!t)
                g->failed = true;
            p->c = chain_of(g->r, t, false, false);
            remove_item(g, j);
            return true;
        }
    return false;
}

static bool parallel(Graph *g)
{
    return parallel_step(g, false) || parallel_step(g, true);
}

/* How often each label stands at an end of an item; the most of them. */
static uint32_t count_ends(Graph *g)
{
    uint32_t most = 0;
    memset(g->ends, 0, g->nl * sizeof *g->ends);
    for (uint32_t i = 0; i < g->n; i++) {
        const Label end[2] = {g->it[i].a, g->it[i].b};
        for (int k = 0; k < 2; k++)
            if (end[k] >= 0 && ++g->ends[end[k]] > most)
                most = g->ends[end[k]];
    }
    return most;
}

bool graph_step(Graph *g)
{
    for (uint32_t i = 0; i < g->n; i++) /* finished scalars */
        if (g->it[i].a == NOWHERE) {
            const Tree *t = chain_scalar(g->r, &g->it[i].c);
            if (!fterm_inner(g->r, g->out, &g->it[i].c, t))
                g->failed = true;
            remove_item(g, i);
            add_scalar(g, t);
            return true;
        }
    if (close_loop(g))
        return true;
    uint32_t most = count_ends(g);
    for (uint32_t want = 1; want <= most; want++)
        for (Label l = (Label)g->net->naxes; l < (Label)g->nl; l++)
            if (g->ends[l] == want && !fused(g, l) && step_at(g, l))
                return true;
    for (uint32_t i = 0; i < g->nfuse; i++)
        if (fuse_step(g, i))
            return true;
    if (parallel(g))
        return true;
    for (uint32_t i = 0; g->nfuse && i < g->n; i++) /* a pattern may wait */
        if (index_item(g, i))
            return true;
    return false;
}

bool reduce_term(Raise *r, const Net *n, const Term *t, FTerm *out)
{
    out->coef = t->coef;
    Label cut = label_to_cut(n, t);
    if (cut >= 0)
        return cut_label(r, n, t, cut, out);
    uint32_t nl = n->naxes + t->nbound;
    Graph g = {.r = r, .net = n, .out = out, .nl = nl,
               .it = ARENA_ARRAY(r->ctx->arena, Item, t->nfactors + 2u),
               .ends = ARENA_ARRAY(r->ctx->arena, uint32_t, nl + 1u),
               .fuse = ARENA_ARRAY(r->ctx->arena, const Factor *,
                                   t->nfactors + 1u)};
    if (!g.it || !g.fuse || !g.ends)
        return false;
    for (uint32_t i = 0; i < t->nfactors && !g.failed; i++)
        put_factor(&g, &t->factor[i]);
    while (!g.failed && graph_step(&g) && ctx_step(r->ctx, 1))
        ;
    cut = g.failed ? -1 : stuck_label(&g);
    if (g.nfuse && kron_applies(n, t) && !ctx_failed(r->ctx)) {
        *out = (FTerm){.coef = t->coef};
        if (kron_term(r, n, t, out))
            return true;
    }
    if (cut >= 0 || g.nfuse) {
        if (cut < 0)
            return ctx_fail(r->ctx, ERR_UNSUPPORTED, (Span){0, 0},
                            "ask for --as entries or --as differential",
                            "the Kronecker form of this is not known") != NULL;
        *out = (FTerm){.coef = t->coef};
        return cut_label(r, n, t, cut, out);
    }
    close_graph(&g);
    return !g.failed && !ctx_failed(r->ctx);
}
