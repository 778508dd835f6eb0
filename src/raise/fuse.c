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

/* What a pattern's label carries beside the matrix between the two: a vector,
 * the unit vector of a fixed index, or nothing (ones). */
static bool side_vector(Graph *g, Label l, const Dim *n, const Item *between,
                        const Tree **v)
{
    *v = NULL;
    if (l < 0) {
        *v = mk_fun(g->r, OP_UNITV, fixed_tree(g, l), n, one(g->r));
        return *v != NULL;
    }
    if (!bound_label(g, l) || fuse_count(g, l) > 1)
        return false;
    while (merge_vectors(g, l))
        ;
    for (uint32_t i = 0; i < g->n; i++) {
        const Item *p = &g->it[i];
        if (p == between || (p->a != l && p->b != l))
            continue;
        if (p->b != NOWHERE || *v)
            return false;
        *v = vector_tree(g, p);
    }
    return true;
}

static void remove_vectors(Graph *g, Label l)
{
    for (uint32_t i = g->n; l >= 0 && i-- > 0;)
        if (g->it[i].a == l && g->it[i].b == NOWHERE)
            remove_item(g, i);
}

/* diag(v) or the identity, where both labels are one. */
static const Tree *inner_diagonal(Graph *g, Label k, const Dim *n)
{
    const Tree *v;
    if (!bound_label(g, k) || fuse_count(g, k) != 2)
        return NULL;
    while (merge_vectors(g, k))
        ;
    Item *p = only_item(g, k, NOWHERE);
    if (!p && degree(g, k) > 0)
        return NULL;
    v = p ? mk_diag(g->r, vector_tree(g, p)) : mk_eye(g->r, n);
    remove_vectors(g, k);
    return v;
}

static Item *item_between(Graph *g, Label k, Label l)
{
    for (uint32_t i = 0; i < g->n; i++)
        if ((g->it[i].a == k && g->it[i].b == l) ||
            (g->it[i].a == l && g->it[i].b == k))
            return &g->it[i];
    return NULL;
}

/* All that stands between the labels that only pattern u carries beside it, as
 * a matrix: T, u*v', u.*T.*v'; NULL if it is more than that. */
static const Tree *inner_item(Graph *g, const Factor *u, Label k, Label l)
{
    Raise *r = g->r;
    const Dim *n = u->atom->dim[0];
    const Tree *a, *b, *t = NULL;
    if (k < 0 && l < 0)
        return mk(r, OP_UNITM, 2,
                  (const Tree *[]){fixed_tree(g, k), fixed_tree(g, l)}, n, n);
    if (k == l)
        return inner_diagonal(g, k, n);
    Item *p = k >= 0 && l >= 0 ? item_between(g, k, l) : NULL;
    if (!side_vector(g, k, n, p, &a) ||
        !side_vector(g, l, n, (p = p ? item_between(g, k, l) : NULL), &b))
        return NULL;
    if (p) {
        Chain c = p->b == l ? p->c : chain_reversed(r, &p->c);
        t = chain_tree(r, &c);
        if (a)
            t = mk_had(r, a, t);
        if (b)
            t = mk_had(r, t, mk_transpose(r, b));
        remove_item(g, (uint32_t)(p - g->it));
    } else if (!a && !b) {
        t = mk_ones(r, n, n);
    } else {
        t = mk_mul(r, a ? a : mk_ones(r, n, one(r)),
                   mk_transpose(r, b ? b : mk_ones(r, n, one(r))));
    }
    remove_vectors(g, k);
    remove_vectors(g, l);
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
        if (t->op == OP_TRANSPOSE && u->atom->symmetry == SAME_FLIP)
            t = t->kid[0]; /* antidiagonals stay where they are */
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
