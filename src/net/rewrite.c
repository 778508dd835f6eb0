/* rewrite.c: whole-net rewrites: does it mention a symbol or an index,
 * replace an index, open an index as an axis, fix an axis, multiply out. */
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

static bool atom_takes_axis(const Atom *a)
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

/* Multiply the mapped factor into w; `last` is the new axis's label. */
static void map_factor(Ctx *ctx, Map *m, Work *w, const Atom *a, Label *at,
                       Label last)
{
    const Net *arg[FUNCTION_ARGS] = {NULL};
    bool grows = false;
    for (unsigned k = 0; k < a->nargs; k++) {
        arg[k] = map_net(ctx, m, a->arg[k]);
        if (!arg[k])
            w->failed = true;
        else
            grows = grows || arg[k]->naxes > a->arg[k]->naxes;
    }
    if (w->failed || m->stuck)
        return;
    if (grows && (!atom_takes_axis(a) || a->naxes + 1u > NET_AXES)) {
        m->stuck = true;
        return;
    }
    if (grows) {
        for (unsigned k = 0; k < a->nargs; k++)
            arg[k] = map_arg(ctx, m, a->arg[k],
                             a->kind == ATOM_FUN ||
                                 (a->kind == ATOM_POW && k == 0));
        at[a->naxes] = last;
    }
    const Dim *e = map_dim(ctx, m, a->expo);
    switch (a->kind) {
    case ATOM_INT:
        work_atom(w, atom_int(ctx, e), at);
        break;
    case ATOM_FUN:
        work_atom(w, atom_fun(ctx, a->op, arg[0], arg[1]), at);
        break;
    case ATOM_POW:
        work_net(w, net_power_net(ctx, arg[0], arg[1]), at);
        break;
    case ATOM_MPOW:
        work_net(w, net_mpow(ctx, arg[0], e), at);
        break;
    case ATOM_MAT:
        work_net(w, a->op == OP_FRECHET
                        ? net_frechet(ctx, arg[0]->term->factor->atom->op,
                                      arg[0]->term->factor->atom->arg[0],
                                      arg[1])
                        : net_mat(ctx, a->op, arg[0]),
                 at);
        break;
    case ATOM_APPLY:
        work_atom(w, atom_apply(ctx, a->sym, arg, a->der), at);
        break;
    case ATOM_SUM:
        work_net(w, arg[0], at);
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
        work_atom(w, a, at);
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

/* Is the index fixed on an axis of this dimension? */
static bool runs_to(Ctx *ctx, const Term *t, const char *index, const Dim *hi)
{
    for (uint32_t i = 0; i < t->nfactors; i++)
        FOR_AXES(&t->factor[i], k)
            if (t->factor[i].lab[k] < 0 && t->factor[i].atom->dim[k] == hi &&
                dim_symbol(net_fixed_index(ctx, t->factor[i].lab[k])) == index)
                return true;
    return false;
}

/* delta(index, other) in a term over the index's whole range picks the term
 * at `other`; NULL if there is none, or an axis is picked. */
static const Dim *picked(Ctx *ctx, const Term *t, const char *index,
                         const Dim *lo, const Dim *hi)
{
    for (uint32_t i = 0; i < t->nfactors; i++) {
        const Factor *f = &t->factor[i];
        bool whole = f->atom->kind == ATOM_DELTA && dim_is(lo, 1) &&
                     (f->atom->dim[0] == hi || runs_to(ctx, t, index, hi));
        for (unsigned k = 0; whole && k < 2; k++) {
            Label a = f->lab[k], b = f->lab[1 - k];
            if (a < 0 && b < 0 &&
                dim_symbol(net_fixed_index(ctx, a)) == index &&
                !dim_mentions(net_fixed_index(ctx, b), index))
                return net_fixed_index(ctx, b);
        }
    }
    return NULL;
}

/* Terms without the index count hi - lo + 1 times; factors without it that
 * share no label with the rest stay inside, where they read as written. */
const Net *net_sumi(Ctx *ctx, const char *index, const Dim *lo, const Dim *hi,
                    const Net *body)
{
    if (!body || !lo || !hi)
        return NULL;
    const Net **part = ARENA_ARRAY(ctx->arena, const Net *, body->nterms + 2u);
    if (!part)
        return NULL;
    Label id[NET_AXES];
    for (unsigned k = 0; k < body->naxes; k++)
        id[k] = (Label)k;
    const Dim *count = dim_add(ctx, dim_sub(ctx, hi, lo), dim_num(ctx, 1));
    const Net *inside = net_zero(ctx, body->naxes, body->dim);
    uint32_t np = 0;
    for (uint32_t i = 0; i < body->nterms; i++) {
        Work w;
        work_init(&w, ctx, body->naxes, body->dim);
        work_term_of(&w, body, &body->term[i], id, -1, NULL);
        const Net *one = work_net_done(&w);
        if (!one)
            return NULL;
        const Dim *at = picked(ctx, &body->term[i], index, lo, hi);
        if (at) {
            part[np++] = net_subst_index(ctx, one, index, at);
            continue;
        }
        if (net_mentions_index(ctx, one, index)) {
            inside = net_add(ctx, inside, one);
            continue;
        }
        part[np++] =
            net_pointwise(ctx, one, net_atom(ctx, atom_int(ctx, count)));
    }
    if (!inside)
        return NULL;
    if (inside->nterms == 1) { /* the number in front */
        Rat c = inside->term[0].coef;
        inside = net_scale(ctx, inside, rat_div(ctx, rat_int(1), c));
        part[np++] = net_scale(
            ctx, net_atom(ctx, atom_sumi(ctx, index, lo, hi, inside)), c);
    } else if (inside->nterms) {
        part[np++] = net_atom(ctx, atom_sumi(ctx, index, lo, hi, inside));
    }
    if (np == 0)
        return inside;
    return net_sum(ctx, np, part, NULL);
}

const Net *net_into_sum(Ctx *ctx, const Net *n, const Term *t, uint32_t j)
{
    const Atom *a = t->factor[j].atom;
    const char *index = a->index;
    const Net *body = a->arg[0];
    Label id[NET_AXES], at[NET_AXES];
    NetAsk ask;
    bool capture = false;
    net_ask_init(&ask, ctx, NULL, index);
    for (uint32_t i = 0; i < t->nfactors; i++)
        capture = capture || (i != j && factor_asks(ctx, &ask, &t->factor[i]));
    if (capture) {
        index = ctx_printf(ctx, "%s%u", index, n->serial);
        index = index ? ctx_intern(ctx, index, strlen(index)) : NULL;
        body = net_subst_index(ctx, body, a->index, dim_sym(ctx, index));
    }
    Work w;
    work_init(&w, ctx, n->naxes, n->dim);
    for (unsigned k = 0; k < n->naxes; k++)
        id[k] = (Label)k;
    work_term_of(&w, n, t, id, j, at);
    work_net(&w, body, at);
    /* A sum of terms is multiplied out, so that each is one product. */
    const Net *in = net_expand(ctx, work_net_done(&w), 64);
    return in ? net_sumi(ctx, index, a->lo, a->hi, in) : NULL;
}

static void put_fixed(Work *w, const Atom *a, Label *at, Label fix);

/* One term with the axis fixed; inside atoms of more than two axes. */
static const Net *fix_term(Ctx *ctx, const Net *n, const Term *t,
                           const Label *lab, Label fix, unsigned naxes,
                           const Dim *const *dim)
{
    Work w;
    Label *to = ARENA_ARRAY(ctx->arena, Label, t->nbound + 1u);
    if (!to)
        return NULL;
    work_init(&w, ctx, naxes, dim);
    work_scale(&w, t->coef);
    for (uint32_t b = 0; b < t->nbound; b++)
        to[b] = work_label(&w, t->bdim[b]);
    for (uint32_t i = 0; i < t->nfactors; i++) {
        const Factor *f = &t->factor[i];
        Label at[NET_AXES];
        FOR_AXES(f, k) {
            Label l = f->lab[k];
            at[k] = l < 0 ? l : l < n->naxes ? lab[l] : to[l - n->naxes];
        }
        put_fixed(&w, f->atom, at, fix);
    }
    return work_net_done(&w);
}

const Net *net_fix(Ctx *ctx, const Net *n, unsigned axis, const Dim *index)
{
    if (!n || !index)
        return NULL;
    const Dim *dim[NET_AXES];
    Label lab[NET_AXES], fix = net_fixed(ctx, index);
    unsigned kept = 0;
    for (unsigned k = 0; k < n->naxes; k++) {
        lab[k] = k == axis ? fix : (Label)kept;
        if (k != axis)
            dim[kept++] = n->dim[k];
    }
    const Net **part = ARENA_ARRAY(ctx->arena, const Net *, n->nterms + 1u);
    if (!part)
        return NULL;
    for (uint32_t i = 0; i < n->nterms; i++)
        part[i] = fix_term(ctx, n, &n->term[i], lab, fix, kept, dim);
    return n->nterms ? net_sum(ctx, n->nterms, part, NULL)
                     : net_zero(ctx, kept, dim);
}

/* Multiply in the atom, with axes at `fix` fixed inside it if it is wide. */
static void put_fixed(Work *w, const Atom *a, Label *at, Label fix)
{
    const Net *m = NULL;
    unsigned n = a->naxes;
    bool inside = a->kind == ATOM_SUMI ||
                  (a->naxes > 2 && atom_takes_axis(a));
    for (unsigned k = a->naxes; inside && k-- > 0;)
        if (at[k] == fix) {
            if (!m)
                m = net_atom(w->ctx, a);
            m = net_fix_inside(w->ctx, m, k, net_fixed_index(w->ctx, fix));
            for (unsigned s = k; s + 1 < n; s++)
                at[s] = at[s + 1];
            n--;
        }
    if (m)
        work_net(w, m, at);
    else
        work_atom(w, a, at);
}

const Net *net_fix_inside(Ctx *ctx, const Net *n, unsigned axis,
                          const Dim *index)
{
    const Atom *a = n && n->nterms == 1 && n->term[0].nfactors == 1
                        ? n->term[0].factor[0].atom
                        : NULL;
    if (!a || !atom_takes_axis(a))
        return net_fix(ctx, n, axis, index);
    const Net *arg[FUNCTION_ARGS] = {NULL};
    for (unsigned k = 0; k < a->nargs; k++)
        arg[k] = a->arg[k]->naxes == a->naxes
                     ? net_fix(ctx, a->arg[k], axis, index)
                     : a->arg[k];
    switch (a->kind) {
    case ATOM_FUN:
        return net_atom(ctx, atom_fun(ctx, a->op, arg[0], arg[1]));
    case ATOM_POW:
        return net_power_net(ctx, arg[0], arg[1]);
    case ATOM_SUMI:
        return net_sumi(ctx, a->index, a->lo, a->hi, arg[0]);
    default:
        return arg[0];
    }
}

/* --- multiplying out */

typedef struct Expand {
    uint32_t limit;
    bool over;
    PtrMap memo;
} Expand;

static const Net *expand_net(Ctx *ctx, Expand *x, const Net *n);

/* The first factor that is a sum, or -1. */
static int64_t sum_factor(const Term *t)
{
    for (uint32_t i = 0; i < t->nfactors; i++)
        if (t->factor[i].atom->kind == ATOM_SUM)
            return i;
    return -1;
}

static const Net *expand_term(Ctx *ctx, Expand *x, const Net *n,
                              const Term *t)
{
    int64_t at = sum_factor(t);
    Label id[NET_AXES], lab[NET_AXES];
    for (unsigned k = 0; k < n->naxes; k++)
        id[k] = (Label)k;
    if (at < 0) {
        Work w;
        work_init(&w, ctx, n->naxes, n->dim);
        work_term_of(&w, n, t, id, -1, NULL);
        return work_net_done(&w);
    }
    const Net *inner = expand_net(ctx, x, t->factor[at].atom->arg[0]);
    if (!inner || inner->nterms > x->limit) {
        x->over = true;
        return NULL;
    }
    const Net **part = ARENA_ARRAY(ctx->arena, const Net *,
                                   inner->nterms + 1u);
    if (!part)
        return NULL;
    for (uint32_t i = 0; i < inner->nterms; i++) {
        Work w;
        work_init(&w, ctx, n->naxes, n->dim);
        work_term_of(&w, n, t, id, at, lab);
        work_term_of(&w, inner, &inner->term[i], lab, -1, NULL);
        part[i] = expand_net(ctx, x, work_net_done(&w));
        if (!part[i])
            return NULL;
    }
    if (inner->nterms == 0)
        return net_zero(ctx, n->naxes, n->dim);
    return net_sum(ctx, inner->nterms, part, NULL);
}

static const Net *expand_net(Ctx *ctx, Expand *x, const Net *n)
{
    if (!n || x->over)
        return NULL;
    const Net *done = ptrmap_get(&x->memo, n);
    if (done)
        return done;
    const Net **part = ARENA_ARRAY(ctx->arena, const Net *, n->nterms + 1u);
    uint32_t total = 0;
    if (!part)
        return NULL;
    for (uint32_t i = 0; i < n->nterms; i++) {
        part[i] = expand_term(ctx, x, n, &n->term[i]);
        if (!part[i])
            return NULL;
        total += part[i]->nterms;
        if (total > x->limit) {
            x->over = true;
            return NULL;
        }
    }
    const Net *r = n->nterms ? net_sum(ctx, n->nterms, part, NULL) : n;
    ptrmap_put(&x->memo, n, (void *)(uintptr_t)r);
    return r;
}

const Net *net_expand(Ctx *ctx, const Net *n, uint32_t limit)
{
    Expand x = {.limit = limit};
    ptrmap_init(&x.memo, ctx->arena);
    const Net *r = expand_net(ctx, &x, n);
    return r ? r : n;
}
