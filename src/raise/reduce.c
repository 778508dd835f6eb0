/* reduce.c: one term's contraction graph, reduced to a product.
 *
 * Vertices are labels, factors are edges (matrices), pendants (vectors) and
 * scalars.  A summed label goes by series (matrix product), pendant (matrix
 * times vector), meeting (inner product), loop (trace), or as a free end
 * (sum); labels on the same two ends merge as a Hadamard product.  A network
 * can be written in matrix notation exactly when this consumes it; a label
 * where it sticks is written as an explicit sum over an index. */
#include "raise/apply.h"
#include "raise/kron.h"
#include "raise/spectral.h"

#include <string.h>

enum { NOWHERE = INT32_MIN };

typedef struct Item {
    Label a, b; /* ends; b NOWHERE: a vector (a column at a) */
    Chain c;    /* from a to b */
} Item;

typedef struct Graph {
    Raise *r;
    const Net *net;
    Item *it;
    uint32_t n;
    FTerm *out;
    bool failed;
    uint32_t nl;
    const Factor **fuse; /* Kronecker indices still to be consumed */
    uint32_t nfuse;
} Graph;

/* A label that belongs to a Kronecker index waits for it. */
static bool fused(const Graph *g, Label l)
{
    for (uint32_t i = 0; i < g->nfuse; i++)
        for (unsigned k = 0; k < 3; k++)
            if (g->fuse[i]->lab[k] == l)
                return true;
    return false;
}

static bool open_label(const Graph *g, Label l)
{
    return l >= 0 && l < (Label)g->net->naxes;
}

static bool bound_label(const Graph *g, Label l)
{
    return l >= (Label)g->net->naxes;
}

static uint32_t degree(const Graph *g, Label l)
{
    uint32_t d = 0;
    for (uint32_t i = 0; i < g->n; i++)
        d += (uint32_t)(g->it[i].a == l) + (g->it[i].b == l);
    return d;
}

static void remove_item(Graph *g, uint32_t i)
{
    memmove(&g->it[i], &g->it[i + 1], (g->n - i - 1) * sizeof *g->it);
    g->n--;
}

static void add_scalar(Graph *g, const Tree *t)
{
    if (!t || !fterm_scalar(g->r, g->out, t, false))
        g->failed = true;
}

/* The item with its end at l turned to be b (for a vector: nothing). */
static Chain ending_at(Graph *g, const Item *it, Label l)
{
    return it->b == l ? it->c : chain_reversed(g->r, &it->c);
}

static Label other_end(const Item *it, Label l)
{
    return it->a == l ? it->b : it->a;
}

static const Tree *vector_tree(Graph *g, const Item *it)
{
    return chain_tree(g->r, &it->c);
}

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

static const Tree *had_two(Raise *r, const Tree *a, const Tree *b)
{
    if (!a || !b)
        return NULL;
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
        return mk(r, OP_EDIV, 2, (const Tree *[]){a, b->kid[1]}, a->rows,
                  a->cols);
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
        if (k != b && !(k->op == OP_EPOW && k->kid[0] == b))
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

static bool merge_vectors(Graph *g, Label l)
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

/* A loop: M[l,l]; a trace if nothing else is there, else its diagonal. */
static bool close_loop(Graph *g)
{
    for (uint32_t i = 0; i < g->n; i++) {
        Item *p = &g->it[i];
        if (p->a != p->b || p->a == NOWHERE || p->a < 0)
            continue;
        Label l = p->a;
        if (bound_label(g, l) && degree(g, l) == 2 && !fused(g, l)) {
            Chain best = p->c;
            const Tree *t = chain_scalar(g->r, &best);
            for (uint32_t k = 1; k < p->c.n && p->c.n <= 8; k++) {
                Chain rot = {0};
                for (uint32_t s = 0; s < p->c.n; s++)
                    chain_add(g->r, &rot, p->c.e[(k + s) % p->c.n]);
                const Tree *u = chain_scalar(g->r, &rot);
                if (weight_of(g->r, u) < weight_of(g->r, t))
                    t = u;
            }
            remove_item(g, i);
            if (t && t->op == OP_TRANSPOSE)
                t = t->kid[0];
            add_scalar(g, t ? mk_fun(g->r, OP_TR, t, one(g->r), one(g->r))
                            : NULL);
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
static bool parallel(Graph *g)
{
    for (uint32_t i = 0; i < g->n; i++)
        for (uint32_t j = i + 1; j < g->n; j++) {
            Item *p = &g->it[i], *q = &g->it[j];
            bool same = p->a == q->a && p->b == q->b;
            bool cross = p->a == q->b && p->b == q->a;
            if (p->b == NOWHERE || q->b == NOWHERE || p->a < 0 || p->b < 0 ||
                (!same && !cross))
                continue;
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

/* --- Kronecker indices: c = (j, i), j the slower */

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
        for (unsigned k = 0; k < 3; k++)
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
        if (h == f)
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

static bool fuse_step(Graph *g, uint32_t i)
{
    return fuse_vec(g, i) || fuse_reshape(g, i) || fuse_kron(g, i);
}

static bool step(Graph *g)
{
    for (uint32_t i = 0; i < g->n; i++) /* finished scalars */
        if (g->it[i].a == NOWHERE) {
            const Tree *t = chain_scalar(g->r, &g->it[i].c);
            remove_item(g, i);
            add_scalar(g, t);
            return true;
        }
    if (close_loop(g))
        return true;
    for (uint32_t want = 1; want <= 2 * g->n; want++)
        for (Label l = (Label)g->net->naxes; l < (Label)g->nl; l++)
            if (degree(g, l) == want && !fused(g, l) && step_at(g, l))
                return true;
    for (uint32_t i = 0; i < g->nfuse; i++)
        if (fuse_step(g, i))
            return true;
    return parallel(g);
}

/* --- the ends: fixed indices */

static const Tree *fixed_tree(Graph *g, Label l)
{
    return mk_index(g->r, net_fixed_index(g->r->ctx, l));
}

/* A product indexed: entry, row or column of the chain's tree. */
static bool index_item(Graph *g, uint32_t i)
{
    Item *p = &g->it[i];
    bool fa = p->a < 0 && p->a != NOWHERE, fb = p->b < 0 && p->b != NOWHERE;
    if (!fa && !fb)
        return false;
    Raise *r = g->r;
    Chain c = p->c;
    Label a = p->a, b = p->b;
    if (b != NOWHERE && c.n == 1 && c.e[0].tr) { /* no transpose inside [] */
        c = chain_reversed(r, &c);
        a = p->b;
        b = p->a;
        fa = a < 0;
        fb = b < 0;
    }
    const Tree *t = chain_tree(r, &c);
    if (t && t->op == OP_TRANSPOSE && b != NOWHERE) {
        Label s = a;
        t = t->kid[0];
        a = b;
        b = s;
        fa = a < 0;
        fb = b < 0;
    }
    const Tree *colon = mk(r, OP_COLON, 0, NULL, one(r), one(r));
    if (b == NOWHERE) {
        t = t ? mk(r, OP_INDEX, 2, (const Tree *[]){t, fixed_tree(g, a)},
                   one(r), one(r))
              : NULL;
    } else if (t) {
        const Tree *ia = fa ? fixed_tree(g, a) : colon;
        const Tree *ib = fb ? fixed_tree(g, b) : colon;
        t = mk(r, OP_INDEX, 3, (const Tree *[]){t, ia, ib},
               fa ? one(r) : t->rows, fb ? one(r) : t->cols);
    }
    if (!t) {
        g->failed = true;
    } else if (b == NOWHERE || (fa && fb)) {
        remove_item(g, i);
        add_scalar(g, t);
    } else {
        *p = (Item){fa ? b : a, NOWHERE, chain_of(r, t, fa, false)};
    }
    return true;
}

/* J(i,j,n,m) where a chain ends in a fixed i and e(j) stands at axis 1. */
static bool unit_matrix(Graph *g)
{
    for (uint32_t i = 0; i < g->n; i++)
        for (uint32_t j = 0; j < g->n; j++) {
            Item *p = &g->it[i], *q = &g->it[j];
            if (i == j || p->b == NOWHERE || q->b != NOWHERE ||
                q->c.n != 1 || q->c.e[0].t->op != OP_UNITV)
                continue;
            bool fa = p->a < 0, fb = p->b < 0;
            Label inner = fa ? p->b : p->a, fix = fa ? p->a : p->b;
            if (fa == fb || !open_label(g, inner) || !open_label(g, q->a) ||
                inner == q->a)
                continue;
            Raise *r = g->r;
            Chain c = fa ? chain_reversed(r, &p->c) : p->c;
            const Elem *last = &c.e[c.n - 1];
            const Dim *rows = last->tr ? last->t->rows : last->t->cols;
            const Tree *u = mk(r, OP_UNITM, 2,
                               (const Tree *[]){fixed_tree(g, fix),
                                                q->c.e[0].t->kid[0]},
                               rows, q->c.e[0].t->rows);
            chain_add(r, &c, (Elem){u, false, false, false});
            *p = (Item){inner, q->a, c};
            remove_item(g, j);
            return true;
        }
    return false;
}

/* --- what is left stands on the open axes */

static void close_axes(Graph *g)
{
    Raise *r = g->r;
    Item *m = NULL, *v[2] = {NULL, NULL};
    for (uint32_t i = 0; i < g->n; i++)
        if (g->it[i].b != NOWHERE)
            m = &g->it[i];
        else if (open_label(g, g->it[i].a) && g->it[i].a < 2)
            v[g->it[i].a] = &g->it[i];
    Chain c = {0};
    const Dim *const *dim = g->net->dim;
    if (g->net->naxes == 1) {
        if (v[0])
            c = v[0]->c;
    } else if (g->net->naxes == 2 && m) {
        Chain mc = m->a == 0 ? m->c : chain_reversed(r, &m->c);
        bool eye = mc.n == 1 && mc.e[0].t->op == OP_EYE;
        const Tree *t0 = v[0] ? vector_tree(g, v[0]) : NULL;
        if (eye && t0 && t0->op == OP_DIAG && t0->kid[0]->op != OP_SYM) {
            c = chain_of(r, mk_had(r, t0->kid[0], mc.e[0].t), false, true);
        } else if (eye && t0 && t0->op == OP_DIAG &&
                   !(t0->kid[0]->sym->props & PROP_DIAGONAL)) {
            c = chain_of(r, mk_had(r, t0->kid[0], mc.e[0].t), false, true);
        } else {
            if (t0)
                chain_add(r, &c, (Elem){t0, false, true, true});
            if (!eye || !t0)
                chain_append(r, &c, &mc);
            if (v[1])
                chain_add(r, &c, (Elem){vector_tree(g, v[1]), false, true,
                                        true});
        }
    } else if (g->net->naxes == 2 && (v[0] || v[1])) {
        const Tree *o0 = mk_ones(r, dim[0], one(r));
        const Tree *o1 = mk_ones(r, dim[1], one(r));
        Chain left = v[0] ? v[0]->c : chain_of(r, o0, false, false);
        Chain right = v[1] ? v[1]->c : chain_of(r, o1, false, false);
        if (left.n == 1 && right.n == 1 && left.e[0].t->op == OP_UNITV &&
            right.e[0].t->op == OP_UNITV) {
            const Tree *u = mk(r, OP_UNITM, 2,
                               (const Tree *[]){left.e[0].t->kid[0],
                                                right.e[0].t->kid[0]},
                               dim[0], dim[1]);
            c = chain_of(r, u, false, false);
        } else {
            c = left;
            right = chain_reversed(r, &right);
            Chain all = {0};
            chain_append(r, &all, &left);
            chain_append(r, &all, &right);
            c = all;
        }
    }
    g->out->chain = c;
}

/* --- items from factors */

static void put_factor(Graph *g, const Factor *f)
{
    const Atom *a = f->atom;
    Raise *r = g->r;
    if (a->kind == ATOM_FUSE) {
        g->fuse[g->nfuse++] = f;
        return;
    }
    if (a->kind == ATOM_DELTA) {
        Label p = f->lab[0], q = f->lab[1];
        if (p < 0 && q < 0) {
            add_scalar(g, mk(r, OP_DELTA, 2,
                             (const Tree *[]){fixed_tree(g, p),
                                              fixed_tree(g, q)},
                             one(r), one(r)));
            return;
        }
        if (p < 0 || q < 0) {
            Label at = p < 0 ? q : p, fix = p < 0 ? p : q;
            const Tree *u = mk_fun(r, OP_UNITV, fixed_tree(g, fix),
                                   a->dim[0], one(r));
            g->it[g->n++] = (Item){at, NOWHERE, chain_of(r, u, false, false)};
            return;
        }
    }
    bool entries = apply_by_entries(f), eigen = spectral_fixed(f);
    const Tree *t = entries ? apply_entries_tree(r, f)
                    : eigen ? spectral_tree(r, f)
                            : atom_tree(r, a);
    unsigned axes = (entries || eigen) && t ? (unsigned)!dim_is(t->rows, 1) +
                                       (unsigned)!dim_is(t->cols, 1)
                                 : a->naxes;
    if (!t) {
        g->failed = true;
    } else if (axes == 0) {
        bool den = t->op == OP_DIV && t->kid[0]->op == OP_NUM &&
                   rat_is(t->kid[0]->num, 1);
        if (!fterm_scalar(r, g->out, den ? t->kid[1] : t, den))
            g->failed = true;
    } else if (axes == 1) {
        if (dim_is(t->rows, 1)) /* a row is kept as a column */
            t = mk_transpose(r, t);
        g->it[g->n++] = (Item){f->lab[0], NOWHERE,
                               chain_of(r, t, false, false)};
    } else {
        g->it[g->n++] = (Item){f->lab[0], f->lab[1],
                               chain_of(r, t, false, a->symmetry == 1)};
    }
}

/* The label to be written as an explicit sum when reduction sticks: the one
 * of highest degree. */
static Label stuck_label(const Graph *g)
{
    Label best = -1;
    uint32_t most = 0;
    for (Label l = (Label)g->net->naxes; l < (Label)g->nl; l++)
        if (degree(g, l) > most && !(fused(g, l) && degree(g, l) < 2)) {
            most = degree(g, l);
            best = l;
        }
    return best;
}

/* The label a wide factor or a stuck graph gives to a sum over an index. */
static Label label_to_cut(const Net *n, const Term *t)
{
    for (uint32_t i = 0; i < t->nfactors; i++)
        if (t->factor[i].atom->kind == ATOM_APPLY) {
            Label l = apply_label_to_cut(&t->factor[i]);
            if (l >= 0)
                return l;
        } else if (t->factor[i].atom->naxes > 2 &&
                   t->factor[i].atom->kind != ATOM_FUSE)
            for (unsigned k = t->factor[i].atom->naxes; k-- > 0;)
                if (t->factor[i].lab[k] >= (Label)n->naxes)
                    return t->factor[i].lab[k];
    return -1;
}

static const char *cut_name(Raise *r, const Net *n)
{
    static const char *const names[] = {"s", "p", "q", "u", "v"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *s = ctx_intern(r->ctx, names[i], 1);
        if (!scope_find(r->scope, s) && !net_mentions_index(r->ctx, n, s))
            return s;
    }
    return ctx_printf(r->ctx, "s%u", n->serial);
}

/* The term with label l fixed at a fresh index, and summed over it; an open
 * label stands on a unit vector then. */
static bool cut_label(Raise *r, const Net *n, const Term *t, Label l,
                      FTerm *out)
{
    bool open = l < (Label)n->naxes;
    const Dim *d = open ? n->dim[l] : t->bdim[l - (Label)n->naxes];
    Work w;
    const char *name = NULL;
    Label id[NET_AXES];
    work_init(&w, r->ctx, n->naxes, n->dim);
    for (unsigned k = 0; k < n->naxes; k++)
        id[k] = (Label)k;
    name = cut_name(r, n);
    name = ctx_intern(r->ctx, name, strlen(name));
    Label fix = net_fixed(r->ctx, dim_sym(r->ctx, name));
    Label *to = ARENA_ARRAY(r->ctx->arena, Label, t->nbound + 1u);
    if (!to)
        return false;
    if (open) {
        work_delta(&w, l, fix, d);
        id[l] = fix;
    }
    for (uint32_t b = 0; b < t->nbound; b++)
        to[b] = (Label)(n->naxes + b) == l ? fix : work_label(&w, t->bdim[b]);
    for (uint32_t i = 0; i < t->nfactors; i++) {
        const Factor *f = &t->factor[i];
        Label at[NET_AXES];
        for (unsigned k = 0; k < f->atom->naxes; k++) {
            Label q = f->lab[k];
            at[k] = q < 0 ? q
                    : q < (Label)n->naxes ? id[q]
                                          : to[q - (Label)n->naxes];
        }
        const Net *m = net_atom(r->ctx, f->atom);
        /* an axis fixed inside a wide atom goes into its arguments */
        for (unsigned k = f->atom->naxes; f->atom->naxes > 2 && k-- > 0;)
            if (at[k] == fix && m) {
                m = net_fix_inside(r->ctx, m, k, dim_sym(r->ctx, name));
                for (unsigned s = k; s + 1 < f->atom->naxes; s++)
                    at[s] = at[s + 1];
            }
        work_net(&w, m, at);
    }
    const Net *body = work_net_done(&w);
    const Sym *index = index_sym(r, name, d);
    const Tree *b = body ? raise_net(r, body) : NULL;
    if (!index || !b)
        return false;
    const Tree *s = tree_sum(r->ctx, index, tree_int(r->ctx, 1),
                             tree_dim(r->ctx, d), b, (Span){0, 0});
    out->coef = t->coef;
    if (n->naxes == 0)
        return fterm_scalar(r, out, s, false);
    out->chain = chain_of(r, s, false, false);
    return s != NULL;
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
               .fuse = ARENA_ARRAY(r->ctx->arena, const Factor *,
                                   t->nfactors + 1u)};
    if (!g.it || !g.fuse)
        return false;
    for (uint32_t i = 0; i < t->nfactors && !g.failed; i++)
        put_factor(&g, &t->factor[i]);
    while (!g.failed && step(&g) && ctx_step(r->ctx, 1))
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
    while (!g.failed && unit_matrix(&g))
        ;
    for (bool more = true; more && !g.failed;) {
        more = false;
        for (uint32_t i = 0; i < g.n && !more; i++)
            more = index_item(&g, i);
        while (more && !g.failed && step(&g))
            ;
    }
    for (Label l = 0; l < (Label)n->naxes && !g.failed; l++)
        while (merge_vectors(&g, l) && !g.failed)
            ;
    if (!g.failed)
        close_axes(&g);
    return !g.failed && !ctx_failed(r->ctx);
}
