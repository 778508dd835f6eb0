/* index.c: what is counted: indices and their ranges, exponents and bounds
 * as integer polynomials, sums over an index, single-entry constants. */
#include "lang/shape.h"

#include <string.h>

/* May the name stand in an integer polynomial?  Gives its symbol, or NULL
 * for a dimension. */
static bool counts(Shaper *s, const char *name, const Sym **sym)
{
    const Sym *y = *sym = name_symbol(s, name);
    if (y && (y->kind == SYM_INTEGER || y->kind == SYM_INDEX))
        return true;
    *sym = NULL;
    return ptrmap_has(&s->scope->dims, name);
}

static void *not_counting(Shaper *s, const Tree *t, const char *what,
                          const char *name)
{
    return shape_fail(s, t,
                      ctx_printf(s->ctx, "declare it, as in %s: integer",
                                 name),
                      "%s must be made of integers: %s is none", what, name);
}

const Dim *shape_integer(Shaper *s, const Tree *t, const char *what)
{
    const Tree *bad = NULL;
    const Sym *y;
    const Dim *d = tree_polynomial(s->ctx, t, &bad);
    if (!d)
        return shape_fail(s, t, NULL,
                          "%s must be made of integers by +, - and *", what);
    for (unsigned i = 0; i < d->n; i++)
        for (unsigned k = 0; k < d->mono[i].n; k++)
            if (!counts(s, d->mono[i].sym[k], &y))
                return not_counting(s, t, what, d->mono[i].sym[k]);
    for (const Bound *b = s->inner; b; b = b->outer)
        if (b->sym->name != b->name && name_symbol(s, b->name) == b->sym)
            d = dim_subst(s->ctx, d, b->name, dim_sym(s->ctx, b->sym->name));
    return d;
}

static bool not_integer(void *shaper, const char *name)
{
    const Sym *y = name_symbol(shaper, name);
    return !y || y->kind != SYM_INTEGER;
}

/* 1..k, 1..2 and 1..n-1 of n: the first few, of what may have more. */
static bool counts_first(Shaper *s, const Dim *hi, const Dim *range)
{
    int64_t k, n;
    const Dim *left = dim_sub(s->ctx, range, hi);
    if (left && dim_is_num(left, &n) && n > 0)
        return true;
    return dim_is_num(hi, &k) ? !dim_is_num(range, &n) || k <= n
                              : !dim_each(hi, not_integer, s);
}

/* An index symbol runs over 1..range. */
static bool runs_over(Shaper *s, const Tree *t, const Sym *y,
                      const Dim *range)
{
    if (y->kind != SYM_INDEX || !y->hi || !range)
        return true;
    if (y->lo != s->one)
        return true; /* bounds were given */
    if (counts_first(s, unify_resolve(&s->u, y->hi),
                     unify_resolve(&s->u, range))) {
        unify_hint(&s->u, y->hi, range, t);
        return true;
    }
    if (unify(&s->u, y->hi, range, t))
        return true;
    const Dim *hi = unify_resolve(&s->u, y->hi);
    const Dim *other = unify_resolve(&s->u, range);
    shape_fail(s, t, "use another index",
               "the index %s runs over 1..%s and over 1..%s", y->name,
               dim_text(s->ctx, hi), dim_text(s->ctx, other));
    return false;
}

static bool in_range(Shaper *s, const Tree *t, int64_t i, const Dim *range)
{
    int64_t n;
    const Dim *d = range ? unify_resolve(&s->u, range) : NULL;
    if (i >= 1 && !(d && dim_is_num(d, &n) && i > n))
        return true;
    if (i < 1)
        shape_fail(s, t, "indices count from 1", "the index %lld is below 1",
                   (long long)i);
    else
        shape_fail(s, t, NULL, "the index %lld is beyond the dimension %s",
                   (long long)i, dim_text(s->ctx, d));
    return false;
}

const Tree *shape_index(Shaper *s, const Tree *t, const Dim *range)
{
    const Sym *y = NULL;
    int64_t v;
    if (t->op == OP_COLON)
        return t;
    const Dim *d = shape_integer(s, t, "an index");
    if (!d)
        return NULL;
    if (dim_is_num(d, &v))
        return in_range(s, t, v, range) ? tree_int(s->ctx, v) : NULL;
    const char *name = dim_symbol(d);
    if (name && counts(s, name, &y) && y && y->kind == SYM_INDEX)
        return runs_over(s, t, y, range) ? tree_sym(s->ctx, y) : NULL;
    for (unsigned i = 0; i < d->n; i++) /* i+1: i ranges as usual */
        for (unsigned k = 0; k < d->mono[i].n; k++)
            if (counts(s, d->mono[i].sym[k], &y) && y && y->hi && range)
                unify_hint(&s->u, y->hi, range, t);
    return tree_dim(s->ctx, d);
}

enum { BINDERS = 100 };

/* The name of a bound index; another one where it hides one of its kind, so
 * that below there no two indices are called the same. */
static const char *own_name(Shaper *s, const char *name)
{
    for (const Bound *b = s->inner; b; b = b->outer)
        if (b->name == name) {
            const char *fresh = ctx_printf(s->ctx, "%s_%u", name, s->depth);
            return fresh ? ctx_intern(s->ctx, fresh, strlen(fresh)) : NULL;
        }
    return name;
}

const Tree *shape_sum(Shaper *s, const Tree *at, const Tree *name,
                      const Tree *lo, const Tree *hi, const Tree *body)
{
    Bound *b = ARENA_NEW(s->ctx->arena, Bound);
    const Dim *from = lo ? shape_integer(s, lo, "a bound") : s->one;
    const Dim *to = hi ? shape_integer(s, hi, "a bound")
                       : unify_meta(&s->u, false);
    if (!b || !from || !to)
        return NULL;
    if (++s->depth > BINDERS)
        return ctx_fail(s->ctx, ERR_LIMIT, at->span, NULL,
                        "sums nested deeper than %d", BINDERS);
    const char *own = own_name(s, name->name);
    Sym *y = own ? sym_new(s->scope, own, SYM_INDEX, s->one, s->one) : NULL;
    if (!y)
        return NULL;
    y->lo = from;
    y->hi = to;
    *b = (Bound){name->name, y, at, s->inner, s->binders};
    s->inner = s->binders = b;
    PtrMap memo, *outer = s->memo;
    ptrmap_init(&memo, s->ctx->arena);
    s->memo = &memo;
    const Tree *e = shape_tree(s, body);
    s->memo = outer;
    s->inner = b->outer;
    s->depth--;
    return tree_sum(s->ctx, y, lo ? tree_dim(s->ctx, from) : NULL,
                    hi ? tree_dim(s->ctx, to) : NULL, e, at->span);
}
