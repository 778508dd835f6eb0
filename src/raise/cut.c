/* cut.c: where matrix notation ends: a label is fixed at a fresh index and
 * summed over it. */
#include "raise/apply.h"
#include "raise/graph.h"

#include <string.h>

/* The label to be written as an explicit sum when reduction sticks: the one
 * of highest degree. */
Label stuck_label(const Graph *g)
{
    Label best = -1;
    uint32_t most = 0;
    for (Label l = (Label)g->net->naxes; l < (Label)g->nl; l++)
        if (degree(g, l) > most && !(fused(g, l) && degree(g, l) < 2)) {
            most = degree(g, l);
            best = l;
        }
    for (uint32_t i = 0; best < 0 && i < g->nfuse; i++) /* equal diagonals */
        for (unsigned k = 0; g->fuse[i]->atom->kind == ATOM_SAME && k < 4; k++)
            if (bound_label(g, g->fuse[i]->lab[k]))
                best = g->fuse[i]->lab[k];
    return best;
}

/* The label a wide factor or a stuck graph gives to a sum over an index. */
Label label_to_cut(const Net *n, const Term *t)
{
    for (uint32_t i = 0; i < t->nfactors; i++)
        if (t->factor[i].atom->kind == ATOM_APPLY) {
            Label l = apply_label_to_cut(&t->factor[i]);
            if (l >= 0)
                return l;
        } else if (t->factor[i].atom->naxes > 2 &&
                   t->factor[i].atom->kind != ATOM_FUSE &&
                   t->factor[i].atom->kind != ATOM_SAME)
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
bool cut_label(Raise *r, const Net *n, const Term *t, Label l,
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
