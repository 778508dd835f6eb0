/* close.c: what is left when reduction is done: fixed indices become entries,
 * rows and columns; the rest stands on the open axes. */
#include "raise/graph.h"

/* A column of a product is the product with a column of its last factor. */
static bool index_end(Graph *g, Item *p)
{
    Raise *r = g->r;
    bool first = p->a < 0;
    Chain c = first ? chain_reversed(r, &p->c) : p->c, d = {0};
    Elem e = c.e[c.n - 1];
    if (e.diag || e.t->op == OP_MUL || e.t->op == OP_UNITM)
        return false;
    const Tree *at = fixed_tree(g, first ? p->a : p->b);
    const Tree *colon = mk(r, OP_COLON, 0, NULL, one(r), one(r));
    const Tree *kid[3] = {e.t, e.tr ? at : colon, e.tr ? colon : at};
    e.t = mk(r, OP_INDEX, 3, kid, e.tr ? one(r) : e.t->rows,
             e.tr ? e.t->cols : one(r));
    e.symm = false;
    for (uint32_t k = 0; k + 1 < c.n; k++)
        chain_add(r, &d, c.e[k]);
    if (!chain_add(r, &d, e))
        g->failed = true;
    *p = (Item){first ? p->b : p->a, NOWHERE, d};
    return true;
}

/* A product indexed: entry, row or column of the chain's tree. */
bool index_item(Graph *g, uint32_t i)
{
    Item *p = &g->it[i];
    bool fa = p->a < 0 && p->a != NOWHERE, fb = p->b < 0 && p->b != NOWHERE;
    if (!fa && !fb)
        return false;
    if (p->b != NOWHERE && fa != fb && p->c.n > 1 && index_end(g, p))
        return true;
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
        } else if (mc.n == 1 && is_mask(mc.e[0].t) && t0 && v[1]) {
            const Tree *m1 = mc.e[0].tr ? mk_transpose(r, mc.e[0].t)
                                        : mc.e[0].t;
            const Tree *t1 = mk_transpose(r, vector_tree(g, v[1]));
            c = chain_of(r, mk_had(r, m1, mk_mul(r, t0, t1)), false, false);
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

void close_graph(Graph *g)
{
    while (!g->failed && unit_matrix(g))
        ;
    for (bool more = true; more && !g->failed;) {
        more = false;
        for (uint32_t i = 0; i < g->n && !more; i++)
            more = index_item(g, i);
        while (more && !g->failed && graph_step(g))
            ;
    }
    for (Label l = 0; l < (Label)g->net->naxes && !g->failed; l++)
        while (merge_vectors(g, l) && !g->failed)
            ;
    if (!g->failed)
        close_axes(g);
}
