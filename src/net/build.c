/* build.c: a term under construction.
 *
 * Nets and atoms are multiplied in under labels of the work; work_net_done
 * contracts what can be contracted (simplify.c), numbers the bound labels
 * (canon.c) and conses the net of that one term. */
#include "net/store.h"

#include <string.h>

enum { SPLICE_MAX = 16 }; /* larger single terms stay one factor, so that
                             deep products cost what they are, not what they
                             expand to */

void work_init(Work *w, Ctx *ctx, unsigned naxes, const Dim *const *dim)
{
    memset(w, 0, sizeof *w);
    w->ctx = ctx;
    w->naxes = naxes;
    w->coef = rat_int(1);
    for (unsigned k = 0; k < naxes; k++)
        work_label(w, dim[k]);
}

Label work_label(Work *w, const Dim *dim)
{
    if (w->nl == w->capl) {
        uint32_t cap = w->capl ? 2 * w->capl : 16;
        const Dim **p = ARENA_ARRAY(w->ctx->arena, const Dim *, cap);
        if (!p || !dim) {
            w->failed = true;
            return 0;
        }
        if (w->nl)
            memcpy(p, w->dim, w->nl * sizeof *p);
        w->dim = p;
        w->capl = cap;
    }
    w->dim[w->nl] = dim;
    return (Label)w->nl++;
}

void work_atom(Work *w, const Atom *a, const Label *lab)
{
    if (!a || w->failed) {
        w->failed = true;
        return;
    }
    if (w->nf == w->capf) {
        uint32_t cap = w->capf ? 2 * w->capf : 8;
        Factor *p = ARENA_ARRAY(w->ctx->arena, Factor, cap);
        if (!p) {
            w->failed = true;
            return;
        }
        if (w->nf)
            memcpy(p, w->f, w->nf * sizeof *p);
        w->f = p;
        w->capf = cap;
    }
    Factor *f = &w->f[w->nf++];
    memset(f, 0, sizeof *f);
    f->atom = a;
    if (a->naxes)
        memcpy(f->lab, lab, a->naxes * sizeof *lab);
}

void work_scale(Work *w, Rat c)
{
    w->coef = rat_mul(w->ctx, w->coef, c);
    if (rat_is(w->coef, 0))
        w->zero = true;
}

void work_delta(Work *w, Label a, Label b, const Dim *d)
{
    work_atom(w, atom_delta(w->ctx, d), (Label[]){a, b});
}

void work_term_of(Work *w, const Net *n, const Term *t, const Label *lab,
                  int64_t skip, Label *skip_labels)
{
    work_scale(w, t->coef);
    Label small[16], *to = small;
    if (t->nbound > 16)
        to = ARENA_ARRAY(w->ctx->arena, Label, t->nbound);
    if (!to) {
        w->failed = true;
        return;
    }
    for (uint32_t b = 0; b < t->nbound; b++)
        to[b] = work_label(w, t->bdim[b]);
    for (uint32_t i = 0; i < t->nfactors && !w->failed; i++) {
        const Factor *f = &t->factor[i];
        Label at[NET_AXES];
        FOR_AXES(f, k) {
            Label l = f->lab[k];
            at[k] = l < 0 ? l : l < n->naxes ? lab[l] : to[l - n->naxes];
        }
        if (i == skip)
            memcpy(skip_labels, at, sizeof at);
        else
            work_atom(w, f->atom, at);
    }
}

/* A sum as one factor: of it and its transpose the one that was made first,
 * so that M'*M is seen to be symmetric for a sum M too. */
static void work_sum(Work *w, const Net *n, const Label *lab)
{
    const Net *t = net_transpose(w->ctx, n);
    bool turn = t && t->serial < n->serial;
    Label turned[2] = {lab[n->naxes == 2 ? 1 : 0], lab[0]};
    work_atom(w, atom_sum(w->ctx, turn ? t : n), turn ? turned : lab);
}

void work_net(Work *w, const Net *n, const Label *lab)
{
    if (!n || w->failed) {
        w->failed = true;
        return;
    }
    if (n->nterms == 0)
        w->zero = true;
    else if (n->nterms == 1 && n->term[0].nfactors <= SPLICE_MAX)
        work_term_of(w, n, &n->term[0], lab, -1, NULL);
    else
        work_sum(w, n, lab);
}

static uint64_t term_hash(const Factor *f, uint32_t nf)
{
    uint64_t h = nf;
    for (uint32_t i = 0; i < nf; i++) {
        h = hash_mix(h, f[i].atom->serial);
        FOR_AXES(&f[i], k)
            h = hash_mix(h, (uint64_t)(int64_t)f[i].lab[k]);
    }
    return h;
}

/* Dimensions of the bound labels, read off the factors that carry them. */
static const Dim **bound_dims(Ctx *ctx, const Term *t, unsigned naxes)
{
    const Dim **d = ARENA_ARRAY(ctx->arena, const Dim *, t->nbound + 1u);
    for (uint32_t i = 0; d && i < t->nfactors; i++) {
        const Factor *f = &t->factor[i];
        FOR_AXES(f, k)
            if (f->lab[k] >= (Label)naxes)
                d[f->lab[k] - (Label)naxes] = f->atom->dim[k];
    }
    return d;
}

const Net *work_net_done(Work *w)
{
    const Dim *dim[NET_AXES];
    if (w->failed || ctx_failed(w->ctx))
        return NULL;
    for (unsigned k = 0; k < w->naxes; k++)
        dim[k] = w->dim[k];
    if (!w->zero)
        work_simplify(w);
    if (w->failed)
        return NULL;
    Term t = {.coef = w->coef, .nfactors = w->nf, .factor = w->f};
    if (!w->zero && !canon_term(w->ctx, w->naxes, w->f, w->nf, w->dim, w->nl,
                                &t.nbound, &t.coef))
        return NULL;
    if (w->zero || rat_is(t.coef, 0))
        return net_zero(w->ctx, w->naxes, dim);
    t.hash = term_hash(t.factor, t.nfactors);
    t.bdim = bound_dims(w->ctx, &t, w->naxes);
    Term *one = ARENA_NEW(w->ctx->arena, Term);
    if (!one || !t.bdim)
        return NULL;
    *one = t;
    return net_intern(w->ctx, w->naxes, dim, 1, one);
}

const Net *net_of_factor(Ctx *ctx, const Factor *f)
{
    return net_atom(ctx, f->atom);
}

const Net *net_pointwise(Ctx *ctx, const Net *a, const Net *b)
{
    if (!a || !b)
        return NULL;
    Work w;
    Label lab[NET_AXES];
    const Net *big = a->naxes >= b->naxes ? a : b;
    work_init(&w, ctx, big->naxes, big->dim);
    for (unsigned k = 0; k < big->naxes; k++)
        lab[k] = (Label)k;
    work_net(&w, a, lab);
    work_net(&w, b, lab);
    return work_net_done(&w);
}
