/* elab.c: a tree of names to a shaped tree, an operator at a time; the
 * errors of shape, with what would fit. */
#include "lang/scope.h"

#include <string.h>

static const Dim *one(Elab *e)
{
    return dim_num(e->ctx, 1);
}

const char *shape_text(Elab *e, const Tree *t)
{
    const Dim *r = elab_resolve(e, t->rows), *c = elab_resolve(e, t->cols);
    if (dim_is(r, 1) && dim_is(c, 1))
        return "a scalar";
    if (dim_is(c, 1))
        return ctx_printf(e->ctx, "[%s]", dim_text(e->ctx, r));
    return ctx_printf(e->ctx, "[%s,%s]", dim_text(e->ctx, r),
                      dim_text(e->ctx, c));
}

const char *source_text(Elab *e, const Tree *t)
{
    if (t->op == OP_NAME)
        return t->name;
    if (t->span.end > t->span.start && e->ctx->diag.source &&
        t->span.end <= strlen(e->ctx->diag.source))
        return arena_text(e->ctx->arena, e->ctx->diag.source + t->span.start,
                          t->span.end - t->span.start);
    if (t->op == OP_NUM)
        return rat_num_text(e->ctx, t->num);
    return "it";
}

const Tree *elab_node(Elab *e, OpId op, uint32_t n, const Tree *const *kid,
                      const Dim *rows, const Dim *cols, Span span)
{
    return tree_shaped(e->ctx, op, n, kid, rows, cols, span);
}

bool elab_same_shape(Elab *e, const Tree *a, const Tree *b)
{
    return elab_unify(e, a->rows, b->rows) && elab_unify(e, a->cols, b->cols);
}

const Dim *elab_broadcast(Elab *e, const Dim *a, const Dim *b)
{
    a = elab_resolve(e, a);
    b = elab_resolve(e, b);
    if (dim_is(a, 1))
        return b;
    if (dim_is(b, 1) || elab_unify(e, a, b))
        return elab_resolve(e, a);
    return NULL;
}

static bool scalar(Elab *e, const Tree *t)
{
    return dim_is(elab_resolve(e, t->rows), 1) &&
           dim_is(elab_resolve(e, t->cols), 1);
}

/* --- names */

static const Tree *elab_name(Elab *e, const Tree *t)
{
    for (unsigned i = e->nbinders; i-- > 0;)
        if (e->binder_name[i] == t->name)
            return tree_sym(e->ctx, e->binder[i]);
    const Sym *s = scope_find(e->scope, t->name);
    if (s && s->kind == SYM_INTEGER)
        return tree_dim(e->ctx, dim_sym(e->ctx, t->name));
    if (s)
        return tree_sym(e->ctx, s);
    if (strcmp(t->name, "pi") == 0)
        return elab_node(e, OP_PI, 0, NULL, one(e), one(e), t->span);
    if (scope_is_dim(e->scope, t->name))
        return tree_dim(e->ctx, dim_sym(e->ctx, t->name));
    /* dX beside a known X */
    const Sym *of = NULL;
    if (t->name[0] == 'd' && t->name[1])
        of = scope_find(e->scope, ctx_intern(e->ctx, t->name + 1,
                                             strlen(t->name + 1)));
    if (of && of->kind == SYM_QUANTITY) {
        Sym *d = scope_add(e->scope, t->name, SYM_QUANTITY, of->rows,
                           of->cols);
        if (!d)
            return NULL;
        d->differential = true;
        d->of = of;
        d->props = of->props & (PROP_SYMMETRIC | PROP_SKEW | PROP_DIAGONAL);
        return tree_sym(e->ctx, d);
    }
    uintptr_t k = (uintptr_t)ptrmap_get(&e->kinds, t->name);
    Kind kind = k ? (Kind)(k - 1) : KIND_SCALAR;
    Sym *y = scope_add(e->scope, t->name, SYM_QUANTITY,
                       kind == KIND_SCALAR ? one(e) : elab_meta(e),
                       kind == KIND_MATRIX ? elab_meta(e) : one(e));
    return y ? tree_sym(e->ctx, y) : NULL;
}

/* --- products */

/* The variant of a product that would fit, for advice. */
static const char *product_mend(Elab *e, const char *a, const Tree *x,
                                const char *b, const Tree *y)
{
    const Dim *xr = elab_resolve(e, x->rows), *xc = elab_resolve(e, x->cols);
    const Dim *yr = elab_resolve(e, y->rows), *yc = elab_resolve(e, y->cols);
    if (xr == yr && xc == yc)
        return ctx_printf(e->ctx, "did you mean %s.*%s, or %s'*%s?", a, b, a,
                          b);
    if (xr == yr)
        return ctx_printf(e->ctx, "did you mean %s'*%s?", a, b);
    if (xc == yc)
        return ctx_printf(e->ctx, "did you mean %s*%s'?", a, b);
    if (yc == xr)
        return ctx_printf(e->ctx, "did you mean %s*%s?", b, a);
    return NULL;
}

static const Tree *product_error(Elab *e, const Tree *t, uint32_t i,
                                 const Tree *x, const Tree *y)
{
    const char *a = source_text(e, t->kid[i - 1]);
    const char *b = source_text(e, t->kid[i]);
    return ctx_fail(e->ctx, ERR_LANGUAGE, t->span,
                    product_mend(e, a, x, b, y),
                    "%s is %s, %s is %s: %s*%s needs %s = %s", a,
                    shape_text(e, x), b, shape_text(e, y), a, b,
                    dim_text(e->ctx, elab_resolve(e, x->cols)),
                    dim_text(e->ctx, elab_resolve(e, y->rows)));
}

/* Left to right, as typed: the product so far has rows by cols. */
static const Tree *elab_mul(Elab *e, const Tree *t)
{
    const Tree **kid = ARENA_ARRAY(e->ctx->arena, const Tree *, t->nkids);
    const Dim *rows = one(e), *cols = rows;
    const Tree *last = NULL; /* the last factor that is no scalar */
    uint32_t at = 0;
    if (!kid)
        return NULL;
    for (uint32_t i = 0; i < t->nkids; i++) {
        const Tree *k = kid[i] = elab(e, t->kid[i]);
        if (!k)
            return NULL;
        if (scalar(e, k))
            continue;
        bool so_far = dim_is(rows, 1) && dim_is(cols, 1);
        if (!last || so_far) {
            rows = elab_resolve(e, k->rows);
            cols = elab_resolve(e, k->cols);
        } else if (elab_unify(e, cols, k->rows)) {
            cols = elab_resolve(e, k->cols);
        } else {
            Tree seen = *last;
            seen.rows = rows;
            seen.cols = cols;
            (void)at;
            return product_error(e, t, i, i == 1 ? last : &seen, k);
        }
        rows = elab_resolve(e, rows);
        last = k;
        at = i;
    }
    /* Brackets are kept: nested products stay nodes of their own. */
    return elab_node(e, OP_MUL, t->nkids, kid, rows, cols, t->span);
}

/* --- sums */

static const Tree *sum_error(Elab *e, const Tree *t, uint32_t i,
                             const Tree *x, const Tree *y)
{
    const char *a = source_text(e, t->kid[0]), *b = source_text(e, t->kid[i]);
    const Tree *right = t->kid[i];
    if (right->op == OP_NEG) {
        b = source_text(e, right->kid[0]);
    }
    const char *mend = NULL;
    bool minus = right->op == OP_NEG;
    if (scalar(e, x) != scalar(e, y)) {
        const Tree *m = scalar(e, x) ? y : x;
        const char *s = scalar(e, x) ? a : b;
        mend = elab_resolve(e, m->rows) == elab_resolve(e, m->cols)
                   ? ctx_printf(e->ctx,
                                "did you mean %s .%s %s (to every entry), or "
                                "%s*eye(%s)?",
                                a, minus ? "-" : "+", b, s,
                                dim_text(e->ctx, elab_resolve(e, m->rows)))
                   : ctx_printf(e->ctx, "did you mean %s .%s %s (to every "
                                        "entry)?",
                                a, minus ? "-" : "+", b);
    } else if (elab_resolve(e, x->rows) == elab_resolve(e, y->cols) &&
               elab_resolve(e, x->cols) == elab_resolve(e, y->rows)) {
        mend = ctx_printf(e->ctx, "did you mean %s %s %s'?", a,
                          minus ? "-" : "+", b);
    }
    return ctx_fail(e->ctx, ERR_LANGUAGE, t->span, mend,
                    "%s is %s, %s is %s: a sum needs equal shapes", a,
                    shape_text(e, x), b, shape_text(e, y));
}

static const Tree *elab_add(Elab *e, const Tree *t)
{
    const Tree **kid = ARENA_ARRAY(e->ctx->arena, const Tree *, t->nkids);
    if (!kid)
        return NULL;
    for (uint32_t i = 0; i < t->nkids; i++) {
        if (!(kid[i] = elab(e, t->kid[i])))
            return NULL;
        if (i > 0 && !elab_same_shape(e, kid[0], kid[i]))
            return sum_error(e, t, i, kid[0], kid[i]);
    }
    return elab_node(e, OP_ADD, t->nkids, kid,
                     elab_resolve(e, kid[0]->rows),
                     elab_resolve(e, kid[0]->cols), t->span);
}

static const Tree *elab_entrywise(Elab *e, const Tree *t)
{
    const Tree **kid = ARENA_ARRAY(e->ctx->arena, const Tree *, t->nkids);
    const Dim *rows = one(e), *cols = rows;
    if (!kid)
        return NULL;
    for (uint32_t i = 0; i < t->nkids; i++) {
        if (!(kid[i] = elab(e, t->kid[i])))
            return NULL;
        const Dim *r = elab_broadcast(e, rows, kid[i]->rows);
        const Dim *c = elab_broadcast(e, cols, kid[i]->cols);
        if (!r || !c)
            return ctx_fail(e->ctx, ERR_LANGUAGE, t->span, NULL,
                            "%s is %s, %s is %s: entry by entry they need "
                            "equal shapes",
                            source_text(e, t->kid[0]), shape_text(e, kid[0]),
                            source_text(e, t->kid[i]),
                            shape_text(e, kid[i]));
        rows = r;
        cols = c;
    }
    return elab_node(e, t->op, t->nkids, kid, rows, cols, t->span);
}

/* --- quotients */

static const Tree *inverse_of(Elab *e, const Tree *a, Span span)
{
    if (scalar(e, a))
        return elab_node(e, OP_DIV, 2,
                         (const Tree *[]){tree_int(e->ctx, 1), a}, one(e),
                         one(e), span);
    return elab_node(e, OP_INV, 1, &a, elab_resolve(e, a->rows),
                     elab_resolve(e, a->cols), span);
}

static const Tree *need_square(Elab *e, const Tree *parsed, const Tree *a,
                               const char *what)
{
    if (elab_unify(e, a->rows, a->cols))
        return a;
    return ctx_fail(e->ctx, ERR_LANGUAGE, parsed->span, NULL,
                    "%s is %s: %s needs a square matrix",
                    source_text(e, parsed), shape_text(e, a), what);
}

static const Tree *elab_div(Elab *e, const Tree *t)
{
    const Tree *a = elab(e, t->kid[0]), *b = elab(e, t->kid[1]);
    if (!a || !b)
        return NULL;
    bool solve = t->op == OP_SOLVE;
    const Tree *m = solve ? a : b, *x = solve ? b : a;
    if (scalar(e, m)) {
        if (x->op == OP_NUM && m->op == OP_NUM && rat_sign(m->num) != 0)
            return tree_num(e->ctx, rat_div(e->ctx, x->num, m->num));
        return elab_node(e, OP_DIV, 2, (const Tree *[]){x, m},
                         elab_resolve(e, x->rows), elab_resolve(e, x->cols),
                         t->span);
    }
    const Tree *pm = t->kid[solve ? 0 : 1];
    if (dim_is(elab_resolve(e, m->cols), 1) ||
        dim_is(elab_resolve(e, m->rows), 1))
        return ctx_fail(e->ctx, ERR_LANGUAGE, t->span,
                        ctx_printf(e->ctx, "did you mean %s./%s?",
                                   source_text(e, t->kid[0]),
                                   source_text(e, t->kid[1])),
                        "%s is %s: one divides by a scalar or a square "
                        "matrix",
                        source_text(e, pm), shape_text(e, m));
    if (!need_square(e, pm, m, solve ? "A\\b" : "B/A"))
        return NULL;
    const Tree *inv = inverse_of(e, m, t->span);
    const Tree *kid[2] = {solve ? inv : x, solve ? x : inv};
    if (!inv || !elab_unify(e, kid[0]->cols, kid[1]->rows))
        return ctx_fail(e->ctx, ERR_LANGUAGE, t->span, NULL,
                        "%s is %s, %s is %s: the shapes do not fit",
                        source_text(e, t->kid[0]), shape_text(e, a),
                        source_text(e, t->kid[1]), shape_text(e, b));
    return elab_node(e, OP_MUL, 2, kid, elab_resolve(e, kid[0]->rows),
                     elab_resolve(e, kid[1]->cols), t->span);
}

/* --- powers */

static const Tree *elab_exponent(Elab *e, const Tree *t);

/* An exponent in integers: k-1-r as one polynomial; NULL if it is none. */
static const Dim *as_polynomial(Elab *e, const Tree *t)
{
    const Dim *d = NULL;
    switch (t->op) {
    case OP_NUM:
        return t->num.den == 1 ? dim_num(e->ctx, t->num.num) : NULL;
    case OP_INT:
        return t->dim;
    case OP_SYM:
        return t->sym->kind == SYM_INDEX ? dim_sym(e->ctx, t->sym->name)
                                         : NULL;
    case OP_NEG:
        d = as_polynomial(e, t->kid[0]);
        return d ? dim_sub(e->ctx, dim_num(e->ctx, 0), d) : NULL;
    case OP_ADD: case OP_MUL:
        for (uint32_t i = 0; i < t->nkids; i++) {
            const Dim *k = as_polynomial(e, t->kid[i]);
            if (!k)
                return NULL;
            d = !d ? k
                : t->op == OP_ADD ? dim_add(e->ctx, d, k)
                                  : dim_mul(e->ctx, d, k);
        }
        return d;
    default:
        return NULL;
    }
}

const Tree *elab_index_bound(Elab *e, const Tree *t)
{
    const Tree *x = elab_exponent(e, t);
    if (x && x->op != OP_INT && !(x->op == OP_NUM && rat_is_int(x->num)))
        return ctx_fail(e->ctx, ERR_LANGUAGE, t->span,
                        "declare it as in 'k: integer'",
                        "the bounds of a sum must be integers");
    return x;
}

/* An undeclared exponent of a matrix is an integer. */
static const Tree *elab_exponent(Elab *e, const Tree *t)
{
    bool fresh = t->op == OP_NAME && !scope_find(e->scope, t->name) &&
                 ptrmap_get(&e->kinds, t->name);
    for (unsigned i = 0; i < e->nbinders; i++)
        fresh = fresh && e->binder_name[i] != t->name;
    if (fresh) {
        scope_add(e->scope, t->name, SYM_INTEGER, one(e), one(e));
        return elab(e, t);
    }
    const Tree *x = elab(e, t);
    const Dim *d = x ? as_polynomial(e, x) : NULL;
    return d ? tree_dim(e->ctx, d) : x;
}

static const Tree *elab_pow(Elab *e, const Tree *t)
{
    const Tree *a = elab(e, t->kid[0]);
    if (!a)
        return NULL;
    const Dim *rows = elab_resolve(e, a->rows), *cols = elab_resolve(e,
                                                                    a->cols);
    if (scalar(e, a)) {
        const Tree *k = elab(e, t->kid[1]);
        if (!k)
            return NULL;
        const Dim *d = as_polynomial(e, k);
        if (d)
            k = tree_dim(e->ctx, d);
        if (!scalar(e, k))
            return ctx_fail(e->ctx, ERR_LANGUAGE, t->span, NULL,
                            "the power of a scalar is a scalar, not %s",
                            shape_text(e, k));
        return elab_node(e, OP_POW, 2, (const Tree *[]){a, k}, one(e), one(e),
                         t->span);
    }
    if (dim_is(rows, 1) || dim_is(cols, 1))
        return ctx_fail(e->ctx, ERR_LANGUAGE, t->span,
                        ctx_printf(e->ctx, "did you mean %s.^%s?",
                                   source_text(e, t->kid[0]),
                                   source_text(e, t->kid[1])),
                        "%s is %s: ^ needs a scalar or a square matrix",
                        source_text(e, t->kid[0]), shape_text(e, a));
    if (!need_square(e, t->kid[0], a, "^"))
        return NULL;
    const Tree *k = elab_exponent(e, t->kid[1]);
    if (!k)
        return NULL;
    if (k->op == OP_NUM && rat_is(k->num, -1))
        return inverse_of(e, a, t->span);
    if (!(k->op == OP_INT || (k->op == OP_NUM && rat_is_int(k->num))))
        return ctx_fail(e->ctx, ERR_LANGUAGE, t->span,
                        "declare it as in 'k: integer'",
                        "the power of a matrix must be an integer");
    return elab_node(e, OP_POW, 2, (const Tree *[]){a, k},
                     elab_resolve(e, a->rows), elab_resolve(e, a->cols),
                     t->span);
}

/* --- indices */

const Tree *elab_index_arg(Elab *e, const Tree *t, const Dim *range)
{
    if (t->op == OP_COLON)
        return elab_node(e, OP_COLON, 0, NULL, one(e), one(e), t->span);
    if (t->op == OP_NAME) {
        const Sym *s = NULL;
        for (unsigned i = e->nbinders; i-- > 0 && !s;)
            if (e->binder_name[i] == t->name)
                s = e->binder[i];
        if (!s)
            s = scope_find(e->scope, t->name);
        if (!s && scope_is_dim(e->scope, t->name))
            return tree_dim(e->ctx, dim_sym(e->ctx, t->name));
        if (!s) {
            Sym *y = scope_add(e->scope, t->name, SYM_INDEX, one(e), one(e));
            if (!y)
                return NULL;
            y->lo = one(e);
            y->hi = range ? range : elab_meta(e);
            return tree_sym(e->ctx, y);
        }
        if (s->kind == SYM_INTEGER)
            return tree_dim(e->ctx, dim_sym(e->ctx, t->name));
        if (s->kind != SYM_INDEX)
            return ctx_fail(e->ctx, ERR_LANGUAGE, t->span,
                            "use another name for the index",
                            "%s is a quantity: it cannot be an index",
                            t->name);
        if (!s->hi)
            ((Sym *)(uintptr_t)s)->hi = range ? range : elab_meta(e);
        else if (range && s->lo && dim_is(s->lo, 1) &&
                 !elab_unify(e, s->hi, range))
            return ctx_fail(e->ctx, ERR_LANGUAGE, t->span,
                            "use two indices",
                            "the index %s runs to %s and to %s", t->name,
                            dim_text(e->ctx, elab_resolve(e, s->hi)),
                            dim_text(e->ctx, elab_resolve(e, range)));
        return tree_sym(e->ctx, s);
    }
    const Tree *x = elab(e, t);
    const Dim *d = x ? as_polynomial(e, x) : NULL;
    int64_t n, m;
    if (x && (!d || (dim_is_num(d, &n) && n < 1)))
        return ctx_fail(e->ctx, ERR_LANGUAGE, t->span, NULL,
                        "an index is a name or a number from 1 on");
    if (d && range && dim_is_num(d, &n) &&
        dim_is_num(elab_resolve(e, range), &m) && n > m)
        return ctx_fail(e->ctx, ERR_LANGUAGE, t->span, NULL,
                        "the index %lld is beyond the dimension %lld",
                        (long long)n, (long long)m);
    return d ? tree_dim(e->ctx, d) : NULL;
}

static const Tree *elab_index(Elab *e, const Tree *t)
{
    const Tree *kid[3] = {elab(e, t->kid[0])};
    if (!kid[0])
        return NULL;
    const Dim *rows = elab_resolve(e, kid[0]->rows);
    const Dim *cols = elab_resolve(e, kid[0]->cols);
    bool vector = dim_is(rows, 1) || dim_is(cols, 1);
    if (t->nkids == 2 && !vector)
        return ctx_fail(e->ctx, ERR_LANGUAGE, t->span,
                        ctx_printf(e->ctx, "write %s[i,j] or %s[i,:]",
                                   source_text(e, t->kid[0]),
                                   source_text(e, t->kid[0])),
                        "%s is %s: it takes two indices",
                        source_text(e, t->kid[0]), shape_text(e, kid[0]));
    if (t->nkids == 2) {
        kid[1] = elab_index_arg(e, t->kid[1], dim_is(rows, 1) ? cols : rows);
        if (kid[1] && kid[1]->op == OP_COLON)
            return kid[0];
        return elab_node(e, OP_INDEX, 2, kid, one(e), one(e), t->span);
    }
    kid[1] = elab_index_arg(e, t->kid[1], rows);
    kid[2] = kid[1] ? elab_index_arg(e, t->kid[2], cols) : NULL;
    if (!kid[2])
        return NULL;
    rows = kid[1]->op == OP_COLON ? elab_resolve(e, rows) : one(e);
    cols = kid[2]->op == OP_COLON ? elab_resolve(e, cols) : one(e);
    return elab_node(e, OP_INDEX, 3, kid, rows, cols, t->span);
}

/* --- the rest */

static const Tree *elab_transpose(Elab *e, const Tree *t)
{
    const Tree *a = elab(e, t->kid[0]);
    if (!a || scalar(e, a))
        return a;
    return elab_node(e, OP_TRANSPOSE, 1, &a, elab_resolve(e, a->cols),
                     elab_resolve(e, a->rows), t->span);
}

static const Tree *elab_op(Elab *e, const Tree *t)
{
    const Tree *a;
    switch (t->op) {
    case OP_NUM: case OP_INT: case OP_SYM:
        return t;
    case OP_NAME:
        return elab_name(e, t);
    case OP_EYE: { /* bare I or eye; or a name that hides it */
        if (scope_find(e->scope, t->kid[0]->name))
            return elab_name(e, t->kid[0]);
        const Dim *n = elab_meta(e);
        return elab_node(e, OP_EYE, 0, NULL, n, n, t->span);
    }
    case OP_ADD:
        return elab_add(e, t);
    case OP_MUL:
        return elab_mul(e, t);
    case OP_DIV: case OP_SOLVE:
        return elab_div(e, t);
    case OP_NEG:
        a = elab(e, t->kid[0]);
        if (a && a->op == OP_NUM)
            return tree_num(e->ctx, rat_neg(e->ctx, a->num));
        return a ? elab_node(e, OP_NEG, 1, &a, a->rows, a->cols, t->span)
                 : NULL;
    case OP_TRANSPOSE: case OP_ADJOINT:
        return elab_transpose(e, t);
    case OP_HAD: case OP_EDIV: case OP_EPOW: case OP_EADD: case OP_ESUB:
        return elab_entrywise(e, t);
    case OP_POW:
        return elab_pow(e, t);
    case OP_INDEX:
        return elab_index(e, t);
    case OP_KRON: case OP_APPLY:
        return elab_call(e, t);
    case OP_COLON:
        return ctx_fail(e->ctx, ERR_LANGUAGE, t->span, NULL,
                        "a : stands only inside [ ]");
    default:
        return ctx_fail(e->ctx, ERR_LANGUAGE, t->span, NULL,
                        "bounds as in r=0:k-1 stand only inside sum( )");
    }
}

const Tree *elab(Elab *e, const Tree *t)
{
    if (!t || ctx_failed(e->ctx))
        return NULL;
    const Tree *done = e->nbinders ? NULL : ptrmap_get(&e->memo, t);
    if (done)
        return done;
    if (++e->depth > e->ctx->limits.depth)
        return ctx_fail(e->ctx, ERR_LIMIT, t->span, NULL,
                        "nested deeper than the limit depth = %u",
                        e->ctx->limits.depth);
    const Tree *r = elab_op(e, t);
    e->depth--;
    if (r && !e->nbinders)
        ptrmap_put(&e->memo, t, (void *)(uintptr_t)r);
    return r;
}
