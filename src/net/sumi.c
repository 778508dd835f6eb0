/* sumi.c: sums over an index, and an axis fixed at one.
 *
 * A sum over an index is an atom unless the index only picks a term or counts
 * terms; a fixed axis goes into atoms of many axes, so that they have fewer. */
#include "net/power.h"
#include "net/store.h"

#include <string.h>

/* --- sums */

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

/* --- fixed axes */

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
