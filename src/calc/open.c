/* open.c: reading off.  A net that is linear in the direction dx becomes a
 * net with dx's axes open: the factor dx is deleted and its labels become
 * axes; inside sums the same, once a net. */
#include "calc/calc.h"

typedef struct Open {
    const Sym *dx;
    const Atom *atom;
    NetAsk ask;
    PtrMap memo;
} Open;

static const Net *open_net(Ctx *ctx, Open *o, const Net *n);

/* The factor's labels become the new axes, which begin at `first`. */
static void open_at(Work *w, const Atom *dx, const Label *at, Label first)
{
    for (unsigned k = 0; k < dx->naxes; k++)
        work_delta(w, at[k], first + (Label)k, dx->dim[k]);
}

/* A sum over an index takes the other factors in, so that what is opened
 * stays a product: sum(r, ...) of matrices, not of tensors. */
static const Net *open_into_sum(Ctx *ctx, Open *o, const Net *n,
                                const Term *t, uint32_t j)
{
    const Net *all = net_into_sum(ctx, n, t, j);
    const Atom *s = all && all->nterms == 1 && all->term[0].nfactors == 1
                        ? all->term[0].factor[0].atom
                        : NULL;
    if (!s || s->kind != ATOM_SUMI)
        return all ? open_net(ctx, o, all) : NULL;
    const Net *in = open_net(ctx, o, s->arg[0]);
    in = in ? net_sumi(ctx, s->index, s->lo, s->hi, in) : NULL;
    return in ? net_scale(ctx, in, all->term[0].coef) : NULL;
}

static const Net *open_term(Ctx *ctx, Open *o, const Net *n, const Term *t,
                            unsigned naxes, const Dim *const *dim)
{
    Label id[NET_AXES], at[NET_AXES];
    uint32_t j = 0;
    while (j < t->nfactors && !factor_asks(ctx, &o->ask, &t->factor[j]))
        j++;
    if (j == t->nfactors)
        return net_zero(ctx, naxes, dim);
    const Atom *a = t->factor[j].atom;
    Work w;
    work_init(&w, ctx, naxes, dim);
    for (unsigned k = 0; k < n->naxes; k++)
        id[k] = (Label)k;
    if (a->kind == ATOM_SUMI)
        return open_into_sum(ctx, o, n, t, j);
    work_term_of(&w, n, t, id, j, at);
    if (a == o->atom) {
        open_at(&w, a, at, (Label)n->naxes);
        return work_net_done(&w);
    }
    if (a->kind != ATOM_SUM)
        return ctx_fail(ctx, ERR_INTERNAL, (Span){0, 0}, NULL,
                        "a differential is not linear in its direction");
    const Net *in = open_net(ctx, o, a->arg[0]);
    if (a->naxes + o->atom->naxes > NET_AXES)
        return ctx_fail(ctx, ERR_LIMIT, (Span){0, 0}, NULL,
                        "a tensor of more than %d axes", NET_AXES);
    for (unsigned k = 0; k < o->atom->naxes; k++)
        at[a->naxes + k] = (Label)(n->naxes + k);
    work_net(&w, in, at);
    return work_net_done(&w);
}

static const Net *open_net(Ctx *ctx, Open *o, const Net *n)
{
    const Net *done = ptrmap_get(&o->memo, n);
    if (done)
        return done;
    const Dim *dim[2 * NET_AXES];
    unsigned naxes = n->naxes;
    const Net **part = ARENA_ARRAY(ctx->arena, const Net *, n->nterms + 1u);
    if (!part)
        return NULL;
    for (unsigned k = 0; k < naxes; k++)
        dim[k] = n->dim[k];
    for (unsigned k = 0; k < o->atom->naxes; k++)
        dim[naxes++] = o->atom->dim[k];
    if (naxes > NET_AXES)
        return ctx_fail(ctx, ERR_LIMIT, (Span){0, 0}, NULL,
                        "a tensor of more than %d axes", NET_AXES);
    for (uint32_t i = 0; i < n->nterms; i++)
        if (!(part[i] = open_term(ctx, o, n, &n->term[i], naxes, dim)))
            return NULL;
    const Net *r = n->nterms ? net_sum(ctx, n->nterms, part, NULL)
                             : net_zero(ctx, naxes, dim);
    ptrmap_put(&o->memo, n, (void *)(uintptr_t)r);
    return r;
}

const Net *calc_open(Ctx *ctx, const Net *n, const Sym *dx)
{
    Open o = {.dx = dx, .atom = atom_sym(ctx, dx)};
    if (!n || !o.atom)
        return NULL;
    net_ask_init(&o.ask, ctx, dx, NULL);
    ptrmap_init(&o.memo, ctx->arena);
    return open_net(ctx, &o, n);
}
