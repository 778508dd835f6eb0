/* power.c: powers, entrywise and of matrices, brought to canonical form.
 *
 * A product's power is the product of the powers of its components (what
 * bound labels tie together); small positive powers are products, so that
 * x.^2 and x.*x are one thing; E^-1 takes the orientation of E first seen. */
#include "net/power.h"
#include "net/store.h"

#include <string.h>

/* --- components: factors tied by labels at or above `from` */

static void join(uint32_t *root, uint32_t a, uint32_t b)
{
    while (root[a] != a)
        a = root[a];
    while (root[b] != b)
        b = root[b];
    if (a < b)
        root[b] = a;
    else
        root[a] = b;
}

static uint32_t *components(Ctx *ctx, const Factor *f, uint32_t nf,
                            Label from, uint32_t nl)
{
    uint32_t *root = ARENA_ARRAY(ctx->arena, uint32_t, nf + 1u);
    int64_t *first = ARENA_ARRAY(ctx->arena, int64_t, nl + 1u);
    if (!root || !first)
        return NULL;
    for (uint32_t i = 0; i < nf; i++)
        root[i] = i;
    for (uint32_t i = 0; i < nf; i++)
        FOR_AXES(&f[i], k) {
            Label l = f[i].lab[k];
            if (l < from)
                continue;
            if (first[l])
                join(root, (uint32_t)first[l] - 1, i);
            else
                first[l] = i + 1;
        }
    for (uint32_t i = 0; i < nf; i++)
        while (root[root[i]] != root[i])
            root[i] = root[root[i]];
    return root;
}

/* The net of one component; open[] gets the labels that its axes stand for. */
static const Net *component_net(Ctx *ctx, const Factor *f, uint32_t nf,
                                const uint32_t *root, uint32_t r, Label from,
                                const Dim *const *dim, uint32_t nl,
                                Label *open)
{
    Label *to = ARENA_ARRAY(ctx->arena, Label, nl + 1u);
    const Dim *axis[NET_AXES];
    unsigned n = 0;
    if (!to)
        return NULL;
    for (uint32_t l = 0; l < nl; l++)
        to[l] = -1;
    for (uint32_t i = 0; i < nf; i++)
        if (root[i] == r)
            FOR_AXES(&f[i], k) {
                Label l = f[i].lab[k];
                if (l >= 0 && l < from && to[l] < 0 && n < NET_AXES)
                    to[l] = 0;
            }
    for (Label l = 0; l < from && l < (Label)nl; l++)
        if (to[l] == 0) {
            open[n] = l;
            axis[n] = dim[l];
            to[l] = (Label)n++;
        }
    Work w;
    work_init(&w, ctx, n, axis);
    for (uint32_t i = 0; i < nf; i++)
        if (root[i] == r) {
            Label at[NET_AXES];
            FOR_AXES(&f[i], k) {
                Label l = f[i].lab[k];
                if (l >= from && to[l] < 0)
                    to[l] = work_label(&w, dim[l]);
                at[k] = l < 0 ? l : to[l];
            }
            work_atom(&w, f[i].atom, at);
        }
    return work_net_done(&w);
}

/* --- entrywise powers */

static bool rat_is_odd_half(Rat p)
{
    return p.den == 2;
}

/* c^p exactly, if it is rational. */
static bool coef_power(Ctx *ctx, Rat c, Rat p, Rat *out)
{
    if (rat_is_int(p) && p.den == 1 && p.num > -64 && p.num < 64) {
        *out = rat_pow(ctx, c, p.num);
        return true;
    }
    if (!rat_is_odd_half(p) || c.den == 0 || c.num <= 0 || p.num > 64 ||
        p.num < -64)
        return rat_is(c, 1) ? (*out = c, true) : false;
    int64_t a = 1, b = 1;
    while (a * a < c.num && a < 1000000)
        a++;
    while (b * b < c.den && b < 1000000)
        b++;
    if (a * a != c.num || b * b != c.den)
        return false;
    *out = rat_pow(ctx, rat_make(ctx, a, b), p.num);
    return true;
}

static void put_pow_atom(Work *w, const Net *base, Rat p, const Label *lab)
{
    if (rat_is_int(p) && p.den == 1 && p.num >= 0 && p.num <= POW_UNROLL) {
        for (int64_t i = 0; i < p.num; i++)
            work_net(w, base, lab);
        return;
    }
    work_atom(w, atom_pow(w->ctx, base, net_num(w->ctx, p)), lab);
}

/* comp^p, where comp may itself be a single power. */
static void put_power_of(Work *w, const Net *comp, Rat p, const Label *lab)
{
    const Term *t = &comp->term[0];
    Rat q;
    if (comp->nterms == 1 && t->nfactors == 1 && rat_is(t->coef, 1) &&
        t->factor[0].atom->kind == ATOM_POW &&
        t->factor[0].atom->naxes == comp->naxes &&
        net_is_num(t->factor[0].atom->arg[1], &q) &&
        (rat_is_int(p) || !rat_is_int(q))) {
        const Net *base = t->factor[0].atom->arg[0];
        Label at[NET_AXES];
        FOR_AXES(&t->factor[0], k) {
            Label l = t->factor[0].lab[k];
            at[k] = l < 0 ? l : lab[l];
        }
        put_pow_atom(w, base, rat_mul(w->ctx, p, q), at);
        return;
    }
    put_pow_atom(w, comp, p, lab);
}

/* A single term splits into its components for integer p; for other p it
 * does only if it is one component (signs are not known). */
static const Net *term_power(Ctx *ctx, const Net *n, Rat p)
{
    const Term *t = &n->term[0];
    uint32_t nl = n->naxes + t->nbound;
    const Dim **dim = ARENA_ARRAY(ctx->arena, const Dim *, nl + 1u);
    uint32_t *root = components(ctx, t->factor, t->nfactors, n->naxes, nl);
    Rat c = rat_int(1);
    if (!dim || !root)
        return NULL;
    for (uint32_t l = 0; l < nl; l++)
        dim[l] = l < n->naxes ? n->dim[l] : t->bdim[l - n->naxes];
    uint32_t ncomp = 0;
    for (uint32_t i = 0; i < t->nfactors; i++)
        ncomp += root[i] == i;
    bool splits = coef_power(ctx, t->coef, p, &c) &&
                  (rat_is_int(p) || ncomp <= 1);
    Work w;
    Label id[NET_AXES];
    work_init(&w, ctx, n->naxes, n->dim);
    for (unsigned k = 0; k < n->naxes; k++)
        id[k] = (Label)k;
    if (!splits) {
        put_pow_atom(&w, n, p, id);
        return work_net_done(&w);
    }
    work_scale(&w, c);
    for (uint32_t i = 0; i < t->nfactors; i++) {
        Label open[NET_AXES];
        if (root[i] != i)
            continue;
        const Net *comp = component_net(ctx, t->factor, t->nfactors, root, i,
                                        (Label)n->naxes, dim, nl, open);
        if (!comp)
            return NULL;
        put_power_of(&w, comp, p, open);
    }
    return work_net_done(&w);
}

const Net *net_power(Ctx *ctx, const Net *n, Rat p)
{
    if (!n)
        return NULL;
    if (rat_is(p, 1))
        return n;
    if (rat_is(p, 0))
        return net_one(ctx, n->naxes, n->dim);
    if (n->nterms == 0) {
        if (rat_sign(p) < 0)
            return ctx_fail(ctx, ERR_LANGUAGE, (Span){0, 0}, NULL,
                            "division by zero");
        return n;
    }
    if (n->nterms == 1)
        return term_power(ctx, n, p);
    Work w;
    Label id[NET_AXES];
    work_init(&w, ctx, n->naxes, n->dim);
    for (unsigned k = 0; k < n->naxes; k++)
        id[k] = (Label)k;
    put_pow_atom(&w, n, p, id);
    return work_net_done(&w);
}

const Net *net_power_net(Ctx *ctx, const Net *n, const Net *expo)
{
    Rat p;
    if (!n || !expo)
        return NULL;
    if (net_is_num(expo, &p))
        return net_power(ctx, n, p);
    return net_atom(ctx, atom_pow(ctx, n, expo));
}

/* --- scalar components beside their own powers */

static bool merge_component_at(Work *w, uint32_t i, const uint32_t *root)
{
    const Atom *a = w->f[i].atom;
    Rat p;
    if (!net_is_num(a->arg[1], &p))
        return false;
    for (uint32_t r = 0; r < w->nf; r++) {
        Label open[NET_AXES];
        uint32_t members = 0;
        if (root[r] != r || r == i)
            continue;
        for (uint32_t j = 0; j < w->nf; j++)
            members += root[j] == r;
        if (members != a->arg[0]->term[0].nfactors)
            continue;
        const Net *c = component_net(w->ctx, w->f, w->nf, root, r,
                                     (Label)w->naxes, w->dim, w->nl, open);
        if (c != a->arg[0])
            continue;
        const Net *q =
            net_power(w->ctx, c, rat_add(w->ctx, p, rat_int(1)));
        uint32_t kept = 0;
        for (uint32_t j = 0; j < w->nf; j++)
            if (j != i && root[j] != r)
                w->f[kept++] = w->f[j];
        w->nf = kept;
        work_net(w, q, open);
        return true;
    }
    return false;
}

bool work_merge_component(Work *w)
{
    const uint32_t *root = NULL;
    for (uint32_t i = 0; i < w->nf; i++) {
        const Atom *a = w->f[i].atom;
        if (a->kind != ATOM_POW || a->naxes != 0 || a->arg[0]->nterms != 1 ||
            a->arg[0]->term[0].nfactors < 2)
            continue;
        if (!root)
            root = components(w->ctx, w->f, w->nf, (Label)w->naxes, w->nl);
        if (root && merge_component_at(w, i, root))
            return true;
    }
    return false;
}

/* --- powers of matrices */

static bool square_factor(const Net *n, const Factor *f)
{
    const Atom *a = f->atom;
    return a->naxes == 2 && a->dim[0] == n->dim[0] &&
           a->dim[1] == n->dim[0] && f->lab[0] != f->lab[1] &&
           f->lab[0] >= 0 && f->lab[1] >= 0 &&
           !(a->kind == ATOM_SYM && (a->sym->props & PROP_SINGULAR));
}

/* Is the single term a chain 0 - ... - 1 of square factors of the net's own
 * size, so that its inverse is the product of theirs? */
/* Does the factor carry the net's two axes?  ones*A is A[2,1], summed. */
static bool is_whole(const Net *n, const Factor *f)
{
    return n->naxes == 2 && f->atom->naxes == 2 &&
           f->lab[0] + f->lab[1] == 1 && f->lab[0] >= 0 && f->lab[1] >= 0;
}

static bool square_chain(const Net *n)
{
    const Term *t = &n->term[0];
    if (n->nterms != 1 || t->nfactors < 2 || t->nfactors != t->nbound + 1)
        return false;
    Label at = 0;
    const Factor *last = NULL;
    for (uint32_t step = 0; step < t->nfactors; step++) {
        const Factor *next = NULL;
        for (uint32_t i = 0; i < t->nfactors; i++) {
            const Factor *f = &t->factor[i];
            if (!square_factor(n, f))
                return false;
            if (f == last || (f->lab[0] != at && f->lab[1] != at))
                continue;
            if (next) /* a label of three: no chain */
                return false;
            next = f;
        }
        if (!next || (at == 1 && step > 0))
            return false;
        at = next->lab[0] == at ? next->lab[1] : next->lab[0];
        last = next;
    }
    return at == 1;
}

static void put_mpow(Work *w, const Net *base, const Dim *e, Label a, Label b)
{
    const Net *p = net_mpow(w->ctx, base, e);
    work_net(w, p, (Label[]){a, b});
}

/* (A*B)^-1 = B^-1*A^-1, factor by factor, labels exchanged. */
static const Net *inverse_chain(Ctx *ctx, const Net *n)
{
    const Term *t = &n->term[0];
    Work w;
    work_init(&w, ctx, 2, n->dim);
    work_scale(&w, rat_div(ctx, rat_int(1), t->coef));
    for (uint32_t b = 0; b < t->nbound; b++)
        work_label(&w, t->bdim[b]);
    for (uint32_t i = 0; i < t->nfactors; i++) {
        const Factor *f = &t->factor[i];
        Label a = f->lab[0], b = f->lab[1];
        a = a < 2 ? 1 - a : a;
        b = b < 2 ? 1 - b : b;
        put_mpow(&w, net_atom(ctx, f->atom), dim_num(ctx, -1), b, a);
    }
    return work_net_done(&w);
}

/* E = c*s*M with scalars in front: (c*s)^p * M^p. */
static const Net *scaled_power(Ctx *ctx, const Net *n, const Dim *e,
                               int64_t p)
{
    const Term *t = &n->term[0];
    Work rest, front;
    uint32_t scalars = 0;
    work_init(&rest, ctx, 2, n->dim);
    work_init(&front, ctx, 0, NULL);
    work_scale(&front, t->coef);
    for (uint32_t b = 0; b < t->nbound; b++)
        work_label(&rest, t->bdim[b]);
    for (uint32_t i = 0; i < t->nfactors; i++) {
        bool scalar = t->factor[i].atom->naxes == 0;
        scalars += scalar;
        work_atom(scalar ? &front : &rest, t->factor[i].atom,
                  t->factor[i].lab);
    }
    if (scalars == 0 && rat_is(t->coef, 1))
        return NULL;
    const Net *m = net_mpow(ctx, work_net_done(&rest), e);
    const Net *c = net_power(ctx, work_net_done(&front), rat_int(p));
    return net_pointwise(ctx, m, c);
}

static const Net *simple_mpow(Ctx *ctx, const Net *n, const Dim *e, int64_t p)
{
    const Term *t = &n->term[0];
    const Atom *a = t->nfactors == 1 ? t->factor[0].atom : NULL;
    const Net *s = scaled_power(ctx, n, e, p);
    if (s || ctx_failed(ctx))
        return s;
    if (p == -1 && square_chain(n))
        return inverse_chain(ctx, n);
    if (!a || a->naxes != 2 || !is_whole(n, &t->factor[0]))
        return NULL;
    if (a->kind == ATOM_DELTA)
        return n;
    if (p == -1 && atom_is_orthogonal(ctx, a))
        return net_transpose(ctx, n);
    if (p == -1 && a->kind == ATOM_SYM && (a->sym->props & PROP_UNITARY))
        return net_transpose(ctx, net_conj(ctx, n));
    return NULL;
}

/* diag(v)^p = diag(v.^p). */
static const Net *diagonal_power(Ctx *ctx, const Net *n, Rat p)
{
    const Term *t = &n->term[0];
    Work w, v;
    bool delta = false;
    work_init(&v, ctx, 1, n->dim);
    work_scale(&v, t->coef);
    for (uint32_t b = 0; b < t->nbound; b++)
        work_label(&v, t->bdim[b]);
    for (uint32_t i = 0; i < t->nfactors; i++) {
        const Factor *f = &t->factor[i];
        Label at[NET_AXES];
        if (f->atom->kind == ATOM_DELTA && f->lab[0] == 0 && f->lab[1] == 1) {
            delta = true;
            continue;
        }
        FOR_AXES(f, k) {
            if (f->lab[k] == 1)
                return NULL;
            at[k] = f->lab[k] > 1 ? f->lab[k] - 1 : f->lab[k];
        }
        work_atom(&v, f->atom, at);
    }
    if (!delta)
        return NULL;
    const Net *d = net_power(ctx, work_net_done(&v), p);
    work_init(&w, ctx, 2, n->dim);
    work_net(&w, d, (Label[]){0});
    work_delta(&w, 0, 1, n->dim[0]);
    return work_net_done(&w);
}

const Net *net_mpow(Ctx *ctx, const Net *n, const Dim *e)
{
    int64_t p = 0;
    if (!n || !e)
        return NULL;
    bool num = dim_is_num(e, &p);
    if (num && p == 1)
        return n;
    if (num && n->nterms == 1) {
        const Net *s = diagonal_power(ctx, n, rat_int(p));
        if (!s && !ctx_failed(ctx))
            s = simple_mpow(ctx, n, e, p);
        if (s || ctx_failed(ctx))
            return s;
    }
    /* (E^q)^e = E^(q*e) */
    const Atom *in = n->nterms == 1 && n->term[0].nfactors == 1 &&
                             is_whole(n, &n->term[0].factor[0]) &&
                             rat_is(n->term[0].coef, 1)
                         ? n->term[0].factor[0].atom
                         : NULL;
    bool flip = false;
    const Net *base = n;
    if (in && in->kind == ATOM_MPOW) {
        flip = n->term[0].factor[0].lab[0] == 1;
        base = in->arg[0];
        e = dim_mul(ctx, e, in->expo);
        num = dim_is_num(e, &p);
    }
    const Net *t = net_transpose(ctx, base);
    if (!t)
        return NULL;
    if (t->serial < base->serial) {
        base = t;
        flip = !flip;
    }
    Label a = flip ? 1 : 0, b = flip ? 0 : 1;
    Work w;
    work_init(&w, ctx, 2, n->dim);
    if (num && p >= 0 && p <= MPOW_UNROLL) {
        if (p == 0)
            work_delta(&w, 0, 1, n->dim[0]);
        for (int64_t i = 0; i < p; i++) {
            Label next = i == p - 1 ? b : work_label(&w, n->dim[0]);
            work_net(&w, base, (Label[]){a, next});
            a = next;
        }
    } else {
        work_atom(&w, atom_mpow(ctx, base, e), (Label[]){a, b});
    }
    return work_net_done(&w);
}
