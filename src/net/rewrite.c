/* rewrite.c: does a net mention a symbol or an index; an index replaced, or
 * opened as an axis. */
#include "net/power.h"
#include "net/store.h"

#include <string.h>

/* --- questions, memoised by net */

void net_ask_init(NetAsk *q, Ctx *ctx, const Sym *sym, const char *index)
{
    *q = (NetAsk){.sym = sym, .index = index};
    ptrmap_init(&q->memo, ctx->arena);
}

bool factor_asks(Ctx *ctx, NetAsk *q, const Factor *f)
{
    const Atom *a = f->atom;
    if (q->sym && a->kind == ATOM_SYM && a->sym == q->sym)
        return true;
    if (q->index) {
        if (a->expo && dim_mentions(a->expo, q->index))
            return true;
        if (a->lo && (dim_mentions(a->lo, q->index) ||
                      dim_mentions(a->hi, q->index)))
            return true;
        FOR_AXES(f, k)
            if (f->lab[k] < 0 &&
                dim_mentions(net_fixed_index(ctx, f->lab[k]), q->index))
                return true;
    }
    for (unsigned k = 0; k < a->nargs; k++)
        if (net_asks(ctx, q, a->arg[k]))
            return true;
    return false;
}

bool net_asks(Ctx *ctx, NetAsk *q, const Net *n)
{
    uintptr_t known = (uintptr_t)ptrmap_get(&q->memo, n);
    if (known)
        return known == 2;
    bool yes = false;
    for (uint32_t i = 0; i < n->nterms && !yes; i++)
        for (uint32_t j = 0; j < n->term[i].nfactors && !yes; j++)
            yes = factor_asks(ctx, q, &n->term[i].factor[j]);
    ptrmap_put(&q->memo, n, (void *)(uintptr_t)(yes ? 2 : 1));
    return yes;
}

bool net_mentions(Ctx *ctx, const Net *n, const Sym *s)
{
    NetAsk q;
    net_ask_init(&q, ctx, s, NULL);
    return n && net_asks(ctx, &q, n);
}

bool net_mentions_index(Ctx *ctx, const Net *n, const char *index)
{
    NetAsk q;
    net_ask_init(&q, ctx, NULL, index);
    return n && net_asks(ctx, &q, n);
}

/* --- one mapper for index substitution and opening
 *
 * Substitution replaces the index by a polynomial; opening replaces it by a
 * new axis, the last, and fails where no axis can go (inside a determinant,
 * an exponent, a bound). */

typedef struct Map {
    const char *index;
    const Dim *to;   /* substitution */
    const Dim *open; /* opening: the new axis's dimension */
    bool stuck;
    PtrMap memo;
} Map;

static const Net *map_net(Ctx *ctx, Map *m, const Net *n);

static const Dim *map_dim(Ctx *ctx, Map *m, const Dim *d)
{
    if (!d || !dim_mentions(d, m->index))
        return d;
    if (m->open) {
        m->stuck = true;
        return d;
    }
    return dim_subst(ctx, d, m->index, m->to);
}

bool atom_takes_axis(const Atom *a)
{
    return a->kind == ATOM_FUN || a->kind == ATOM_POW ||
           a->kind == ATOM_SUM || a->kind == ATOM_SUMI;
}

/* Arguments of an entrywise atom must keep axes equal to the atom's. */
static const Net *map_arg(Ctx *ctx, Map *m, const Net *n, bool widen)
{
    const Net *r = map_net(ctx, m, n);
    if (!r || !m->open || r->naxes != n->naxes || !widen)
        return r;
    const Dim *dim[NET_AXES];
    Label lab[NET_AXES];
    Work w;
    if (n->naxes + 1u > NET_AXES) {
        m->stuck = true;
        return n;
    }
    for (unsigned k = 0; k < n->naxes; k++) {
        dim[k] = n->dim[k];
        lab[k] = (Label)k;
    }
    dim[n->naxes] = m->open;
    work_init(&w, ctx, n->naxes + 1u, dim);
    work_net(&w, r, lab);
    return work_net_done(&w);
}

/* The mapped arguments; does one of them have one axis more? */
static bool map_arguments(Ctx *ctx, Map *m, Work *w, const Atom *a,
                          const Net **arg)
{
    bool grows = false;
    for (unsigned k = 0; k < a->nargs; k++) {
        arg[k] = map_net(ctx, m, a->arg[k]);
        if (!arg[k])
            w->failed = true;
        else
            grows = grows || arg[k]->naxes > a->arg[k]->naxes;
    }
    if (w->failed || m->stuck || !grows)
        return false;
    if (!atom_takes_axis(a) || a->naxes + 1u > NET_AXES) {
        m->stuck = true;
        return false;
    }
    for (unsigned k = 0; k < a->nargs; k++)
        arg[k] = map_arg(ctx, m, a->arg[k],
                         a->kind == ATOM_FUN ||
                             (a->kind == ATOM_POW && k == 0));
    return true;
}

void work_again(Work *w, const Atom *a, const Net *const *arg, const Dim *expo,
                const Label *at)
{
    Ctx *ctx = w->ctx;
    switch (a->kind) {
    case ATOM_FUN:
        work_atom(w, atom_fun(ctx, a->op, arg[0], arg[1]), at);
        break;
    case ATOM_POW:
        work_net(w, net_power_net(ctx, arg[0], arg[1]), at);
        break;
    case ATOM_MPOW:
        work_net(w, net_mpow(ctx, arg[0], expo), at);
        break;
    case ATOM_MAT:
        work_net(w, a->op == OP_FRECHET
                        ? net_frechet(ctx, arg[0]->term->factor->atom->op,
                                      arg[0]->term->factor->atom->arg[0],
                                      arg[1])
                        : net_mat(ctx, a->op, arg[0]),
                 at);
        break;
    case ATOM_SUM:
        work_net(w, arg[0], at);
        break;
    default:
        work_atom(w, a, at);
    }
}

/* Multiply the mapped factor into w; `last` is the new axis's label. */
static void map_factor(Ctx *ctx, Map *m, Work *w, const Atom *a, Label *at,
                       Label last)
{
    const Net *arg[FUNCTION_ARGS] = {NULL};
    if (map_arguments(ctx, m, w, a, arg))
        at[a->naxes] = last;
    if (w->failed || m->stuck)
        return;
    const Dim *e = map_dim(ctx, m, a->expo);
    switch (a->kind) {
    case ATOM_INT:
        work_atom(w, atom_int(ctx, e), at);
        break;
    case ATOM_APPLY:
        work_atom(w, atom_apply(ctx, a->sym, arg, a->der), at);
        break;
    case ATOM_SUMI:
        work_atom(w,
                  atom_sumi(ctx, a->index, map_dim(ctx, m, a->lo),
                            map_dim(ctx, m, a->hi), arg[0]),
                  at);
        break;
    case ATOM_DELTA: {
        bool opened = m->open && (at[0] == last || at[1] == last);
        work_delta(w, at[0], at[1], opened ? m->open : a->dim[0]);
        break;
    }
    default:
        work_again(w, a, arg, e, at);
    }
}

static const Net *map_term(Ctx *ctx, Map *m, const Net *n, const Term *t,
                           unsigned naxes, const Dim *const *dim)
{
    Work w;
    work_init(&w, ctx, naxes, dim);
    work_scale(&w, t->coef);
    Label *to = ARENA_ARRAY(ctx->arena, Label, t->nbound + 1u);
    if (!to)
        return NULL;
    for (uint32_t b = 0; b < t->nbound; b++)
        to[b] = work_label(&w, t->bdim[b]);
    Label last = (Label)naxes - 1;
    for (uint32_t i = 0; i < t->nfactors; i++) {
        const Factor *f = &t->factor[i];
        Label at[NET_AXES];
        FOR_AXES(f, k) {
            Label l = f->lab[k];
            at[k] = l < 0 ? l
                    : l < n->naxes ? l
                                   : to[l - n->naxes];
            if (l >= 0)
                continue;
            const Dim *d = net_fixed_index(ctx, l);
            bool here = m->open && dim_symbol(d) == m->index &&
                        dim_mentions(d, m->index);
            if (here && f->atom->dim[k] != m->open)
                m->stuck = true; /* the first few of what has more */
            if (here)
                at[k] = last;
            else
                at[k] = net_fixed(ctx, map_dim(ctx, m, d));
        }
        map_factor(ctx, m, &w, f->atom, at, last);
        if (m->stuck)
            return NULL;
    }
    return work_net_done(&w);
}

static const Net *map_net(Ctx *ctx, Map *m, const Net *n)
{
    if (!net_mentions_index(ctx, n, m->index))
        return n;
    const Net *done = ptrmap_get(&m->memo, n);
    if (done)
        return done;
    unsigned naxes = n->naxes + (m->open ? 1u : 0u);
    const Dim *dim[NET_AXES + 1];
    const Net **part = ARENA_ARRAY(ctx->arena, const Net *, n->nterms + 1u);
    if (!part)
        return NULL;
    if (naxes > NET_AXES) {
        m->stuck = true;
        return n;
    }
    memcpy(dim, n->dim, sizeof n->dim);
    if (m->open)
        dim[n->naxes] = m->open;
    for (uint32_t i = 0; i < n->nterms; i++) {
        part[i] = map_term(ctx, m, n, &n->term[i], naxes, dim);
        if (m->stuck)
            return n;
        if (!part[i])
            return NULL;
    }
    const Net *r = net_sum(ctx, n->nterms, part, NULL);
    ptrmap_put(&m->memo, n, (void *)(uintptr_t)r);
    return r;
}

const Net *net_subst_index(Ctx *ctx, const Net *n, const char *index,
                           const Dim *e)
{
    Map m = {.index = index, .to = e};
    ptrmap_init(&m.memo, ctx->arena);
    return n ? map_net(ctx, &m, n) : NULL;
}

const Net *net_abstract(Ctx *ctx, const Net *n, const char *index,
                        const Dim *d)
{
    Map m = {.index = index, .open = d};
    ptrmap_init(&m.memo, ctx->arena);
    const Net *r = n ? map_net(ctx, &m, n) : NULL;
    if (!r || m.stuck)
        return NULL;
    return map_arg(ctx, &m, n, true);
}
