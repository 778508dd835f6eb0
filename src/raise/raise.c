/* raise.c: a net to a tree: its terms reduced one by one, then put together
 * with what they share pulled out.  Memoised by net, so that a shared part
 * is one tree. */
#include "raise/build.h"

void raise_init(Raise *r, Ctx *ctx, Scope *scope)
{
    *r = (Raise){.ctx = ctx, .scope = scope};
    ptrmap_init(&r->memo, ctx->arena);
    ptrmap_init(&r->index, ctx->arena);
    ptrmap_init(&r->weight, ctx->arena);
    sum_memo_init(r);
}

/* Factors of more than two axes: sums are multiplied out, sums over an index
 * take the other factors in, fixed axes go inside. */
static const Net *without_wide(Raise *r, const Net *n)
{
    for (uint32_t i = 0; i < n->nterms; i++)
        for (uint32_t j = 0; j < n->term[i].nfactors; j++) {
            const Atom *a = n->term[i].factor[j].atom;
            if (a->kind == ATOM_SUM && a->naxes > 2)
                return net_expand(r->ctx, n, 4096);
        }
    return n;
}

static const Net *narrow_sums(Raise *r, const Net *n)
{
    const Net **part = ARENA_ARRAY(r->ctx->arena, const Net *,
                                   n->nterms + 1u);
    bool any = false;
    Label id[NET_AXES];
    if (!part)
        return NULL;
    for (unsigned k = 0; k < n->naxes; k++)
        id[k] = (Label)k;
    for (uint32_t i = 0; i < n->nterms; i++) {
        const Term *t = &n->term[i];
        for (uint32_t j = 0; j < t->nfactors && !part[i]; j++) {
            const Atom *a = t->factor[j].atom;
            if (a->kind == ATOM_SUMI && a->naxes > 2) {
                part[i] = net_into_sum(r->ctx, n, t, j);
                any = true;
            }
        }
        if (!part[i]) {
            Work w;
            work_init(&w, r->ctx, n->naxes, n->dim);
            work_term_of(&w, n, t, id, -1, NULL);
            part[i] = work_net_done(&w);
        }
    }
    return any ? net_sum(r->ctx, n->nterms, part, NULL) : n;
}

static const Tree *raise_as(Raise *r, const Net *n, bool row)
{
    n = without_wide(r, n);
    n = n ? narrow_sums(r, n) : NULL;
    if (!n)
        return NULL;
    FTerm *f = ARENA_ARRAY(r->ctx->arena, FTerm, n->nterms + 1u);
    if (!f)
        return NULL;
    for (uint32_t i = 0; i < n->nterms; i++) {
        if (!reduce_term(r, n, &n->term[i], &f[i]))
            return NULL;
        if (row)
            f[i].chain = chain_reversed(r, &f[i].chain);
    }
    const Dim *rows = n->naxes > 0 && !row ? n->dim[0] : one(r);
    const Dim *cols = row ? n->dim[0] : n->naxes > 1 ? n->dim[1] : one(r);
    return sum_tree(r, f, n->nterms, rows, cols);
}

/* conj(E) if that is shorter than E pushed to the leaves. */
static const Tree *or_conjugate(Raise *r, const Net *n, const Tree *t)
{
    const Net *m = net_conj(r->ctx, n);
    if (!m)
        return NULL;
    r->conjugated = true;
    const Tree *c = raise_as(r, m, false);
    r->conjugated = false;
    c = mk_conj(r, c);
    return c && weight_of(r, c) < weight_of(r, t) ? c : t;
}

const Tree *raise_net(Raise *r, const Net *n)
{
    if (!n || ctx_failed(r->ctx) || !ctx_step(r->ctx, n->nterms + 1))
        return NULL;
    const Tree *done = ptrmap_get(&r->memo, n);
    if (done)
        return done;
    if (n->naxes > 2)
        return ctx_fail(r->ctx, ERR_UNSUPPORTED, (Span){0, 0},
                        "ask for --as entries",
                        "this derivative needs a tensor, for which matrix "
                        "notation has no form");
    const Tree *t = raise_as(r, n, false);
    if (t && !r->conjugated && net_is_complex(r->ctx, n))
        t = or_conjugate(r, n, t);
    if (t && !r->conjugated)
        ptrmap_put(&r->memo, n, (void *)(uintptr_t)t);
    return t;
}

const Tree *raise_row(Raise *r, const Net *n)
{
    if (!n || ctx_failed(r->ctx) || n->naxes != 1)
        return NULL;
    return raise_as(r, n, true);
}

enum { EXPAND_TERMS = 24, EXPAND_SIZE = 400 };

/* The index of x[i] that all terms of a scalar have; its range. */
static const Dim *common_index(Raise *r, const Net *n, const Dim **range)
{
    const Dim *index = NULL;
    for (uint32_t i = 0; n->naxes == 0 && i < n->nterms; i++)
        for (uint32_t j = 0; j < n->term[i].nfactors; j++) {
            const Factor *f = &n->term[i].factor[j];
            for (unsigned k = 0; k < f->atom->naxes; k++) {
                if (f->lab[k] >= 0)
                    continue;
                const Dim *d = net_fixed_index(r->ctx, f->lab[k]);
                if ((index && d != index) || !dim_symbol(d))
                    return NULL;
                index = d;
                *range = f->atom->dim[k];
            }
        }
    return index;
}

/* ((A + A')*x)[i] where that is shorter than the sum of entries. */
static const Tree *as_entry(Raise *r, const Net *n, const Tree *t)
{
    const Dim *range = NULL;
    const Dim *index = n->nterms > 1 && n->nterms <= 16
                           ? common_index(r, n, &range)
                           : NULL;
    const Net *v = index ? net_abstract(r->ctx, n, dim_symbol(index), range)
                         : NULL;
    if (!v || v->naxes != 1)
        return t;
    const Tree *u = raise_net(r, v);
    u = u ? mk(r, OP_INDEX, 2, (const Tree *[]){u, mk_index(r, index)}, one(r),
               one(r))
          : NULL;
    return u && weight_of(r, u) < weight_of(r, t) ? u : t;
}

const Tree *raise_best(Raise *r, const Net *n, bool row)
{
    const Tree *t = row ? raise_row(r, n) : raise_net(r, n);
    r->best = n;
    if (t && !row)
        t = as_entry(r, n, t);
    if (!t || n->size > EXPAND_SIZE)
        return t;
    const Net *x = net_expand(r->ctx, n, EXPAND_TERMS);
    if (x == n || !x)
        return t;
    const Tree *u = row ? raise_row(r, x) : raise_net(r, x);
    if (!u || weight_of(r, u) >= weight_of(r, t))
        return t;
    r->best = x;
    return u;
}
