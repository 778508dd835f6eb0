/* forward.c: the total differential: the product rule on terms, the table's
 * rules on functions.  Nets are differentiated once each. */
#include "calc/calc.h"

typedef struct Forward {
    Ctx *ctx;
    unsigned n;
    const Sym *const *x, *const *dx;
    PtrMap memo;
} Forward;

static const Net *forward_net(Forward *f, const Net *n);

static const Net *forward_entrywise(Forward *f, const Atom *a)
{
    const Net *part[2];
    uint32_t n = 0;
    for (unsigned k = 0; k < a->nargs; k++) {
        const Net *d = forward_net(f, a->arg[k]);
        if (!d)
            return NULL;
        if (d->nterms == 0)
            continue;
        const Net *s = rule_slope(f->ctx, a, k);
        if (!(part[n++] = net_pointwise(f->ctx, s, d)))
            return NULL;
    }
    return n ? net_sum(f->ctx, n, part, NULL)
             : net_zero(f->ctx, a->naxes, a->dim);
}

static const Net *forward_applied(Forward *f, const Atom *a)
{
    const Net *part[FUNCTION_ARGS];
    uint32_t n = 0;
    for (unsigned k = 0; k < a->nargs; k++) {
        const Net *d = forward_net(f, a->arg[k]), *s;
        Label lab[2 * NET_AXES];
        Work w;
        if (!d)
            return NULL;
        if (d->nterms == 0)
            continue;
        if (!(s = net_apply_slope(f->ctx, a, k)))
            return NULL;
        work_init(&w, f->ctx, a->naxes, a->dim);
        for (unsigned i = 0; i < s->naxes; i++)
            lab[i] = i < a->naxes ? (Label)i : work_label(&w, s->dim[i]);
        work_net(&w, s, lab);
        work_net(&w, d, lab + a->naxes);
        if (!(part[n++] = work_net_done(&w)))
            return NULL;
    }
    return n ? net_sum(f->ctx, n, part, NULL)
             : net_zero(f->ctx, a->naxes, a->dim);
}

/* A multiple of one matrix beside a multiple of the same: t*A and A. */
static bool commutes(const Net *a, const Net *b)
{
    const Factor *m[2] = {NULL, NULL};
    const Net *n[2] = {a, b};
    for (int k = 0; k < 2; k++) {
        if (n[k]->nterms != 1)
            return false;
        for (uint32_t i = 0; i < n[k]->term[0].nfactors; i++) {
            const Factor *f = &n[k]->term[0].factor[i];
            if (f->atom->naxes == 0)
                continue;
            if (m[k] || f->atom->naxes != 2)
                return false;
            m[k] = f;
        }
    }
    return m[0] && m[1] && m[0]->atom == m[1]->atom &&
           m[0]->lab[0] == m[1]->lab[0] && m[0]->lab[1] == m[1]->lab[1];
}

/* tr(f(E)) stands in the term as f(E) with one label twice; then
 * d = tr(g(E)*dE), as a net of two axes to be put under the same labels. */
static const Net *forward_trace(Forward *f, const Atom *a, const Label *at)
{
    const Net *g = rule_trace(f->ctx, a), *d = forward_net(f, a->arg[0]);
    Work w;
    if (!d)
        return NULL;
    if (d->nterms == 0)
        return d;
    if (g && at[0] != at[1] && commutes(a->arg[0], d)) { /* f'(E)*dE */
        work_init(&w, f->ctx, 2, a->dim);
        Label m = work_label(&w, a->dim[0]);
        work_net(&w, d, (Label[]){0, m});
        work_net(&w, g, (Label[]){m, 1});
        return work_net_done(&w);
    }
    if (!g || at[0] != at[1])
        return net_frechet(f->ctx, a->op, a->arg[0], d);
    work_init(&w, f->ctx, 2, a->dim);
    Label l = work_label(&w, a->dim[0]);
    work_net(&w, g, (Label[]){0, l});
    work_net(&w, d, (Label[]){l, 1});
    return work_net_done(&w);
}

/* Linear in its direction. */
static const Net *forward_frechet(Forward *f, const Atom *a)
{
    const Atom *fa = a->arg[0]->term->factor->atom;
    const Net *moves = forward_net(f, fa->arg[0]);
    if (!moves)
        return NULL;
    if (moves->nterms)
        return calc_no_second(f->ctx, fa->op);
    return net_frechet(f->ctx, fa->op, fa->arg[0],
                       forward_net(f, a->arg[1]));
}

/* The differential of a factor's atom, on the atom's axes. */
static const Net *forward_atom(Forward *f, const Factor *at)
{
    const Atom *a = at->atom;
    switch (a->kind) {
    case ATOM_SYM:
        for (unsigned i = 0; i < f->n; i++)
            if (a->sym == f->x[i])
                return f->dx ? net_atom(f->ctx, atom_sym(f->ctx, f->dx[i]))
                             : net_num(f->ctx, rat_int(1));
        return net_zero(f->ctx, a->naxes, a->dim);
    case ATOM_FUN:
    case ATOM_POW:
        return forward_entrywise(f, a);
    case ATOM_APPLY:
        return forward_applied(f, a);
    case ATOM_SUM:
        return forward_net(f, a->arg[0]);
    case ATOM_SUMI:
        return net_sumi(f->ctx, a->index, a->lo, a->hi,
                        forward_net(f, a->arg[0]));
    case ATOM_MAT:
        if (a->op == OP_FRECHET)
            return forward_frechet(f, a);
        if (op_record(a->op)->trace)
            return forward_trace(f, a, at->lab);
        break;
    case ATOM_MPOW:
        break;
    default:
        return net_zero(f->ctx, a->naxes, a->dim);
    }
    const Net *d = forward_net(f, a->arg[0]);
    if (!d)
        return NULL;
    if (d->nterms == 0)
        return net_zero(f->ctx, a->naxes, a->dim);
    return rule_differential(f->ctx, a, d);
}

static const Net *forward_term(Forward *f, const Net *n, const Term *t)
{
    const Net **part = ARENA_ARRAY(f->ctx->arena, const Net *,
                                   t->nfactors + 1u);
    Label id[NET_AXES], at[NET_AXES];
    uint32_t np = 0;
    if (!part)
        return NULL;
    for (unsigned k = 0; k < n->naxes; k++)
        id[k] = (Label)k;
    for (uint32_t j = 0; j < t->nfactors; j++) {
        const Net *d = forward_atom(f, &t->factor[j]);
        Work w;
        if (!d)
            return NULL;
        if (d->nterms == 0)
            continue;
        work_init(&w, f->ctx, n->naxes, n->dim);
        work_term_of(&w, n, t, id, j, at);
        work_net(&w, d, at);
        if (!(part[np++] = work_net_done(&w)))
            return NULL;
    }
    return np ? net_sum(f->ctx, np, part, NULL)
              : net_zero(f->ctx, n->naxes, n->dim);
}

static const Net *forward_net(Forward *f, const Net *n)
{
    if (!n || !ctx_step(f->ctx, 1))
        return NULL;
    const Net *done = ptrmap_get(&f->memo, n);
    if (done)
        return done;
    const Net **part = ARENA_ARRAY(f->ctx->arena, const Net *,
                                   n->nterms + 1u);
    if (!part)
        return NULL;
    for (uint32_t i = 0; i < n->nterms; i++)
        if (!(part[i] = forward_term(f, n, &n->term[i])))
            return NULL;
    const Net *r = n->nterms ? net_sum(f->ctx, n->nterms, part, NULL) : n;
    ptrmap_put(&f->memo, n, (void *)(uintptr_t)r);
    return r;
}

const Net *calc_differential(Ctx *ctx, const Net *f, unsigned n,
                             const Sym *const *x, const Sym *const *dx)
{
    Forward w = {.ctx = ctx, .n = n, .x = x, .dx = dx};
    ptrmap_init(&w.memo, ctx->arena);
    return forward_net(&w, f);
}
