/* unify.c: equations between dimensions.
 *
 * A meta stands for a dimension that is not known yet.  An equation with a
 * lone meta is solved at once; one between products or sums that hold metas
 * waits until the others are solved. */
#include "lang/shape.h"

#include <stdlib.h>
#include <string.h>

static bool is_meta(const char *name)
{
    return name[0] == '?';
}

static Meta *meta_of(Unify *u, const char *name)
{
    return &u->meta[strtoul(name + 1, NULL, 10) - 1];
}

/* The meta that d is, or NULL. */
static const char *lone(const Dim *d)
{
    const char *s = dim_symbol(d);
    return s && is_meta(s) ? s : NULL;
}

static bool first_meta(void *found, const char *name)
{
    if (is_meta(name))
        *(const char **)found = name;
    return !is_meta(name);
}

const char *dim_meta(const Dim *d)
{
    const char *found = NULL;
    dim_each(d, first_meta, &found);
    return found;
}

bool dim_has_meta(const Dim *d)
{
    return dim_meta(d) != NULL;
}

const Dim *unify_meta(Unify *u, bool many)
{
    if (u->n == u->cap) {
        uint32_t cap = u->cap ? 2 * u->cap : 16;
        Meta *m = ARENA_ARRAY(u->ctx->arena, Meta, cap);
        if (!m)
            return NULL;
        if (u->n)
            memcpy(m, u->meta, u->n * sizeof *m);
        u->meta = m;
        u->cap = cap;
    }
    u->meta[u->n++] = (Meta){NULL, many};
    const char *name = ctx_printf(u->ctx, "?%u", u->n);
    return name ? dim_sym(u->ctx, ctx_intern(u->ctx, name, strlen(name)))
                : NULL;
}

typedef struct Known {
    Unify *u;
    const char *name;
} Known;

static bool first_known(void *user, const char *name)
{
    Known *k = user;
    if (is_meta(name) && meta_of(k->u, name)->is)
        k->name = name;
    return !k->name;
}

/* One known meta in d replaced, or d itself. */
static const Dim *resolve_one(Unify *u, const Dim *d)
{
    Known k = {u, NULL};
    return dim_each(d, first_known, &k)
               ? d
               : dim_subst(u->ctx, d, k.name, meta_of(u, k.name)->is);
}

/* What a lone meta stands for, at the end of its chain, which is shortened. */
static const Dim *chain_end(Unify *u, const Dim *d)
{
    const Dim *end = d, *next;
    for (const char *s; (s = lone(end)) && meta_of(u, s)->is;)
        end = meta_of(u, s)->is;
    for (const char *s; d != end && (s = lone(d)); d = next) {
        next = meta_of(u, s)->is;
        meta_of(u, s)->is = end;
    }
    return end;
}

const Dim *unify_resolve(Unify *u, const Dim *d)
{
    const Dim *from = d;
    if (!d || !dim_has_meta(d))
        return d;
    d = chain_end(u, d);
    for (const Dim *next; d && (next = resolve_one(u, d)) != d;)
        d = next;
    const char *s = lone(from);
    if (s && d && d != from)
        meta_of(u, s)->is = d; /* next time in one step */
    return d;
}

/* Of two metas the younger stands for the elder, so that chains are short. */
static bool bind(Unify *u, const char *name, const Dim *d)
{
    Meta *m = meta_of(u, name);
    const char *other = lone(d);
    int64_t v;
    if (other && m < meta_of(u, other)) {
        Meta *younger = meta_of(u, other);
        m->many = m->many || younger->many;
        younger->is = dim_sym(u->ctx, name);
        return younger->is != NULL;
    }
    if (other && m->many)
        meta_of(u, other)->many = true;
    if (dim_mentions(d, name) ||
        (dim_is_num(d, &v) && v < (m->many ? 2 : 1)))
        return false;
    m->is = d;
    return true;
}

static bool put_off(Unify *u, Equation e)
{
    if (u->nlater == u->later_cap) {
        uint32_t cap = u->later_cap ? 2 * u->later_cap : 8;
        Equation *p = ARENA_ARRAY(u->ctx->arena, Equation, cap);
        if (!p)
            return false;
        if (u->nlater)
            memcpy(p, u->later, u->nlater * sizeof *p);
        u->later = p;
        u->later_cap = cap;
    }
    u->later[u->nlater++] = e;
    return true;
}

/* Is d the smaller of two, one of them the unknown m?  That says of m only how
 * large it may be. */
static bool is_least_of(const Dim *d, const Dim *m)
{
    const char *s = dim_symbol(d);
    const Dim *a, *b;
    return lone(m) && s && dim_min_of(s, &a, &b) && dim_mentions(d, lone(m));
}

bool unify(Unify *u, const Dim *a, const Dim *b, const Tree *at)
{
    a = unify_resolve(u, a);
    b = unify_resolve(u, b);
    if (!a || !b)
        return false;
    if (a == b)
        return true;
    if (is_least_of(a, b) || is_least_of(b, a))
        return put_off(u, (Equation){a, b, at, false});
    if (lone(a))
        return bind(u, lone(a), b);
    if (lone(b))
        return bind(u, lone(b), a);
    if (!dim_has_meta(a) && !dim_has_meta(b))
        return false;
    return put_off(u, (Equation){a, b, at, false});
}

void unify_hint(Unify *u, const Dim *a, const Dim *b, const Tree *at)
{
    if (a && b)
        put_off(u, (Equation){a, b, at, true});
}

/* --- what was put off */

/* a - b = 0 where a meta stands alone in one monomial, with factor 1 or -1,
 * and nowhere else. */
static bool solve_linear(Unify *u, const Dim *a, const Dim *b)
{
    const Dim *d = dim_sub(u->ctx, a, b);
    for (unsigned i = 0; d && i < d->n; i++) {
        const DimMono *m = &d->mono[i];
        if (m->n != 1 || !is_meta(m->sym[0]) ||
            (m->coef != 1 && m->coef != -1))
            continue;
        const Dim *x = dim_sym(u->ctx, m->sym[0]);
        const Dim *rest = dim_sub(
            u->ctx, m->coef == 1 ? dim_sub(u->ctx, x, d)
                                 : dim_add(u->ctx, x, d),
            dim_num(u->ctx, 0));
        if (rest && !dim_mentions(rest, m->sym[0]))
            return bind(u, m->sym[0], rest);
    }
    return false;
}

/* The product of the factors of a that b does not have. */
static const Dim *quotient(Unify *u, const DimMono *a, const DimMono *b)
{
    const Dim *d = dim_num(u->ctx, a->coef == b->coef ? 1 : a->coef);
    unsigned k = 0;
    for (unsigned i = 0; i < a->n; i++) {
        while (k < b->n && strcmp(b->sym[k], a->sym[i]) < 0)
            k++;
        if (k < b->n && b->sym[k] == a->sym[i])
            k++;
        else
            d = dim_mul(u->ctx, d, dim_sym(u->ctx, a->sym[i]));
    }
    return d;
}

/* ?1*n = m*n gives ?1 = m; at the end also ?1*?2 = m*n in order. */
static bool solve_product(Unify *u, const Dim *a, const Dim *b, bool last)
{
    if (a->n != 1 || b->n != 1)
        return false;
    const Dim *p = quotient(u, a->mono, b->mono);
    const Dim *q = quotient(u, b->mono, a->mono);
    if (!p || !q)
        return false;
    if (lone(p))
        return bind(u, lone(p), q);
    if (lone(q))
        return bind(u, lone(q), p);
    if (!last || p->n != 1 || q->n != 1 || p->mono->n != q->mono->n)
        return false;
    for (unsigned i = 0; i < p->mono->n; i++)
        if (!unify(u, dim_sym(u->ctx, p->mono->sym[i]),
                   dim_sym(u->ctx, q->mono->sym[i]), NULL))
            return false;
    return true;
}

/* min(n,?1) = n where nothing else says what ?1 is: the two are equal. */
static bool solve_least(Unify *u, const Dim *d)
{
    const char *s = dim_symbol(d);
    const Dim *a, *b;
    return s && dim_min_of(s, &a, &b) && dim_has_meta(d) &&
           unify(u, a, b, NULL);
}

/* 1: solved or true; 0: not yet; -1: cannot be. */
static int settle_one(Unify *u, const Equation *e, bool last)
{
    const Dim *a = unify_resolve(u, e->a), *b = unify_resolve(u, e->b);
    if (!a || !b)
        return -1;
    if (a == b)
        return 1;
    if (e->soft)
        return !last                  ? 0
               : lone(a)              ? bind(u, lone(a), b) || true
               : lone(b)              ? bind(u, lone(b), a) || true
                                      : 1;
    if (!dim_has_meta(a) && !dim_has_meta(b))
        return -1;
    if (last && (solve_least(u, a) || solve_least(u, b)))
        return unify(u, a, b, e->at) ? 1 : -1;
    if (is_least_of(a, b) || is_least_of(b, a))
        return 0;
    if (lone(a) || lone(b))
        return unify(u, a, b, e->at) ? 1 : -1;
    return solve_linear(u, a, b) || solve_product(u, a, b, last) ? 1 : 0;
}

static const Equation *settle_round(Unify *u, bool last, bool *changed)
{
    uint32_t kept = 0;
    Equation *wrong = NULL;
    *changed = false;
    for (uint32_t i = 0; i < u->nlater; i++) {
        int r = settle_one(u, &u->later[i], last);
        *changed = *changed || r > 0;
        if (r == 0)
            u->later[kept++] = u->later[i];
        else if (r < 0 && !wrong && (wrong = ARENA_NEW(u->ctx->arena,
                                                       Equation)))
            *wrong = u->later[i];
    }
    u->nlater = kept;
    return wrong;
}

const Equation *unify_settle(Unify *u)
{
    bool changed = true;
    for (unsigned last = 0; last < 2; last++)
        for (changed = true; changed && u->nlater;) {
            const Equation *e = settle_round(u, last, &changed);
            if (e)
                return e;
        }
    for (uint32_t i = 0; i < u->nlater; i++)
        if (!u->later[i].soft)
            return &u->later[i];
    return NULL;
}
