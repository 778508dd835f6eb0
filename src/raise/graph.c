/* graph.c: the graph of a term: questions, small changes, items. */
#include "raise/apply.h"
#include "raise/graph.h"
#include "raise/spectral.h"

#include <string.h>

/* A label that belongs to a Kronecker index waits for it. */
bool fused(const Graph *g, Label l)
{
    for (uint32_t i = 0; i < g->nfuse; i++)
        for (unsigned k = 0; k < g->fuse[i]->atom->naxes; k++)
            if (g->fuse[i]->lab[k] == l)
                return true;
    return false;
}

bool open_label(const Graph *g, Label l)
{
    return l >= 0 && l < (Label)g->net->naxes;
}

bool bound_label(const Graph *g, Label l)
{
    return l >= (Label)g->net->naxes;
}

uint32_t degree(const Graph *g, Label l)
{
    uint32_t d = 0;
    for (uint32_t i = 0; i < g->n; i++)
        d += (uint32_t)(g->it[i].a == l) + (g->it[i].b == l);
    return d;
}

void remove_item(Graph *g, uint32_t i)
{
    memmove(&g->it[i], &g->it[i + 1], (g->n - i - 1) * sizeof *g->it);
    g->n--;
}

void add_scalar(Graph *g, const Tree *t)
{
    if (!t || !fterm_scalar(g->r, g->out, t, false))
        g->failed = true;
}

/* The item with its end at l turned to be b (for a vector: nothing). */
Chain ending_at(Graph *g, const Item *it, Label l)
{
    return it->b == l ? it->c : chain_reversed(g->r, &it->c);
}

Label other_end(const Item *it, Label l)
{
    return it->a == l ? it->b : it->a;
}

const Tree *vector_tree(Graph *g, const Item *it)
{
    return chain_tree(g->r, &it->c);
}

const Tree *fixed_tree(Graph *g, Label l)
{
    return mk_index(g->r, net_fixed_index(g->r->ctx, l));
}

void put_factor(Graph *g, const Factor *f)
{
    const Atom *a = f->atom;
    Raise *r = g->r;
    if (a->kind == ATOM_FUSE || a->kind == ATOM_SAME) {
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
    bool entries = apply_by_entries(f), eigen = spectral_fixed(r, f);
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
