/* fuse.c: patterns of more than two labels: a Kronecker index c = (j, i), j the
 * slower; two places on the same diagonal. */
#include "raise/graph.h"

#include <string.h>

static void drop_fuse(Graph *g, uint32_t i)
{
    g->fuse[i] = g->fuse[--g->nfuse];
}

/* The only item at label l, if it is a vector (b NOWHERE) or ends at m. */
static Item *only_item(Graph *g, Label l, Label m)
{
    Item *found = NULL;
    for (uint32_t i = 0; i < g->n; i++)
        if (g->it[i].a == l || g->it[i].b == l) {
            if (found || other_end(&g->it[i], l) != m)
                return NULL;
            found = &g->it[i];
        }
    return found;
}

static uint32_t fuse_count(const Graph *g, Label l)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->nfuse; i++)
        for (unsigned k = 0; k < g->fuse[i]->atom->naxes; k++)
            n += g->fuse[i]->lab[k] == l;
    return n;
}

/* M[i,j] alone on both parts: vec(M) at c. */
static bool fuse_vec(Graph *g, uint32_t f)
{
    const Factor *u = g->fuse[f];
    Label c = u->lab[0], j = u->lab[1], i = u->lab[2];
    Raise *r = g->r;
    Item *m = only_item(g, j, i), *p, *q;
    if (!bound_label(g, j) || !bound_label(g, i) || fuse_count(g, j) > 1 ||
        fuse_count(g, i) > 1)
        return false;
    const Tree *t = NULL;
    if (m && m == only_item(g, i, j)) {
        Chain ch = ending_at(g, m, j);
        t = chain_tree(r, &ch);
        t = t ? mk_fun(r, OP_VEC, t, u->atom->dim[0], one(r)) : NULL;
        remove_item(g, (uint32_t)(m - g->it));
    } else if ((p = only_item(g, j, NOWHERE)) &&
               (q = only_item(g, i, NOWHERE))) {
        t = mk(r, OP_KRON, 2,
               (const Tree *[]){vector_tree(g, p), vector_tree(g, q)},
               u->atom->dim[0], one(r));
        uint32_t ip = (uint32_t)(p - g->it), iq = (uint32_t)(q - g->it);
        remove_item(g, ip > iq ? ip : iq);
        remove_item(g, ip > iq ? iq : ip);
    } else {
        return false;
    }
    if (!t)
        g->failed = true;
    drop_fuse(g, f);
    g->it[g->n++] = (Item){c, NOWHERE, chain_of(r, t, false, false)};
    return true;
}

/* A vector alone at c: reshape(v) between i and j. */
static bool fuse_reshape(Graph *g, uint32_t f)
{
    const Factor *u = g->fuse[f];
    Item *v = only_item(g, u->lab[0], NOWHERE);
    if (!v || !bound_label(g, u->lab[0]) || fuse_count(g, u->lab[0]) > 1)
        return false;
    const Tree *t = vector_tree(g, v);
    t = t ? mk_fun(g->r, OP_RESHAPE, t, u->atom->dim[2], u->atom->dim[1])
          : NULL;
    if (!t)
        g->failed = true;
    *v = (Item){u->lab[2], u->lab[1], chain_of(g->r, t, false, false)};
    drop_fuse(g, f);
    return true;
}

/* P between the slow parts of two indices, Q between the fast ones. */
static bool fuse_kron(Graph *g, uint32_t f)
{
    for (uint32_t h = 0; h < g->nfuse; h++) {
        const Factor *u = g->fuse[f], *v = g->fuse[h];
        if (h == f || v->atom->kind != ATOM_FUSE)
            continue;
        for (unsigned k = 1; k < 3; k++)
            if (!bound_label(g, u->lab[k]) || !bound_label(g, v->lab[k]) ||
                fuse_count(g, u->lab[k]) > 1 || fuse_count(g, v->lab[k]) > 1)
                return false;
        Item *p = only_item(g, u->lab[1], v->lab[1]);
        Item *q = only_item(g, u->lab[2], v->lab[2]);
        if (!p || !q || !only_item(g, v->lab[1], u->lab[1]) ||
            !only_item(g, v->lab[2], u->lab[2]))
            continue;
        Chain cp = ending_at(g, p, v->lab[1]), cq = ending_at(g, q, v->lab[2]);
        const Tree *t = mk(g->r, OP_KRON, 2,
                           (const Tree *[]){chain_tree(g->r, &cp),
                                            chain_tree(g->r, &cq)},
                           u->atom->dim[0], v->atom->dim[0]);
        if (!t)
            g->failed = true;
        Label a = u->lab[0], b = v->lab[0];
        *p = (Item){a, b, chain_of(g->r, t, false, false)};
        remove_item(g, (uint32_t)(q - g->it));
        drop_fuse(g, f > h ? f : h);
        drop_fuse(g, f > h ? h : f);
        return true;
    }
    return false;
}

/* The one item between the labels that only pattern f carries beside it: a
 * matrix, or a vector on each (their outer product). */
static const Tree *inner_item(Graph *g, const Factor *u, Label k, Label l)
{
    Raise *r = g->r;
    if (k < 0 && l < 0)
        return mk(r, OP_UNITM, 2,
                  (const Tree *[]){fixed_tree(g, k), fixed_tree(g, l)},
                  u->atom->dim[0], u->atom->dim[0]);
    if (k == l || !bound_label(g, k) || !bound_label(g, l) ||
        fuse_count(g, k) > 1 || fuse_count(g, l) > 1)
        return NULL;
    Item *p = only_item(g, k, l);
    if (p && only_item(g, l, k)) {
        Chain c = ending_at(g, p, l);
        const Tree *t = chain_tree(r, &c);
        remove_item(g, (uint32_t)(p - g->it));
        return t;
    }
    Item *a = only_item(g, k, NOWHERE), *b = only_item(g, l, NOWHERE);
    bool bare_a = degree(g, k) == 0, bare_b = degree(g, l) == 0;
    if ((!a && !bare_a) || (!b && !bare_b))
        return NULL;
    if (!a && !b)
        return mk_ones(r, u->atom->dim[0], u->atom->dim[0]);
    const Tree *col = a ? vector_tree(g, a)
                        : mk_ones(r, u->atom->dim[0], one(r));
    const Tree *row = b ? vector_tree(g, b)
                        : mk_ones(r, u->atom->dim[0], one(r));
    const Tree *t = mk_mul(r, col, mk_transpose(r, row));
    if (a && b && b > a)
        remove_item(g, (uint32_t)(b - g->it));
    if (a)
        remove_item(g, (uint32_t)(a - g->it));
    if (b && !(a && b > a))
        remove_item(g, (uint32_t)(b - g->it));
    return t;
}

/* diagsums(T) between the other two labels. */
static bool same_step(Graph *g, uint32_t f)
{
    const Factor *u = g->fuse[f];
    for (unsigned side = 0; side < 2; side++) {
        unsigned in = side ? 0 : 2, out = side ? 2 : 0;
        const Tree *t = inner_item(g, u, u->lab[in], u->lab[in + 1]);
        if (!t)
            continue;
        t = mk_fun(g->r, u->atom->op, t, u->atom->dim[0], u->atom->dim[0]);
        if (!t)
            g->failed = true;
        g->it[g->n++] = (Item){u->lab[out], u->lab[out + 1],
                               chain_of(g->r, t, false, false)};
        drop_fuse(g, f);
        return true;
    }
    return false;
}

bool fuse_step(Graph *g, uint32_t i)
{
    if (g->fuse[i]->atom->kind == ATOM_SAME)
        return same_step(g, i);
    return fuse_vec(g, i) || fuse_reshape(g, i) || fuse_kron(g, i);
}
