/* special.c: shapes of what has a syntax of its own: constants of a size, sums,
 * norms, extremes, eigenvalues, what LaTeX leaves to the shape. */
#include "lang/call.h"

#include <string.h>

/* --- constants of a shape */

/* A dimension argument: any name in it is a dimension. */
static const Dim *dimension(Shaper *s, const Tree *t, uint32_t i)
{
    const Tree *bad = NULL;
    int64_t v;
    const Dim *d = tree_polynomial(s->ctx, t->kid[i], &bad);
    if (!d || (dim_is_num(d, &v) && v < 1))
        return shape_fail(s, t->kid[i], NULL,
                          "a dimension must be positive, and made of names "
                          "and whole numbers by +, - and *");
    return scope_note_dim(s->scope, d) ? d : NULL;
}

const Tree *call_eye(Shaper *s, const Tree *t)
{
    const Dim *n = dimension(s, t, 1);
    return n ? shape_make(s, OP_EYE, 0, NULL, n, n, t) : NULL;
}

const Tree *call_fill(Shaper *s, const Tree *t)
{
    bool ones = call_is_named(t->kid[0], "ones");
    const Dim *n = dimension(s, t, 1);
    const Dim *m = t->nkids > 2 ? dimension(s, t, 2) : s->one;
    if (!n || !m)
        return NULL;
    if (dim_is(n, 1) && dim_is(m, 1))
        return tree_int(s->ctx, ones);
    return shape_make(s, ones ? OP_ONES : OP_ZEROS, 0, NULL, n, m, t);
}

const Tree *call_unitm(Shaper *s, const Tree *t)
{
    const Dim *n = dimension(s, t, 3);
    const Dim *m = t->nkids > 4 ? dimension(s, t, 4) : n;
    if (!n || !m)
        return NULL;
    const Tree *kid[2] = {shape_index(s, t->kid[1], n),
                          shape_index(s, t->kid[2], m)};
    return shape_make(s, OP_UNITM, 2, kid, n, m, t);
}

const Tree *call_unitv(Shaper *s, const Tree *t)
{
    const Dim *n = dimension(s, t, 2);
    const Tree *i = n ? shape_index(s, t->kid[1], n) : NULL;
    return shape_make1(s, OP_UNITV, i, n, s->one, t);
}

const Tree *call_delta(Shaper *s, const Tree *t)
{
    const Tree *kid[2];
    for (uint32_t i = 0; i < 2; i++)
        if (!(kid[i] = shape_index(s, t->kid[i + 1], NULL)))
            return NULL;
    if (kid[0]->op == OP_SYM && kid[1]->op == OP_SYM)
        unify_hint(&s->u, kid[0]->sym->hi, kid[1]->sym->hi, t);
    return shape_make(s, OP_DELTA, 2, kid, s->one, s->one, t);
}

/* vector(c), matrix(c): c times ones of the size that fits. */
const Tree *call_fitting(Shaper *s, const Tree *t)
{
    const Tree *c = shape_kid(s, t, 1);
    bool matrix = call_is_named(t->kid[0], "matrix");
    if (!shape_is_scalar(s, c))
        return shape_fail(s, t, NULL, "%s takes a scalar, and %s is %s",
                          t->kid[0]->name, part_text(s, t->kid[1]),
                          shape_text(s, c));
    const Dim *n = unify_meta(&s->u, true);
    const Dim *m = matrix ? unify_meta(&s->u, true) : s->one;
    const Tree *ones = shape_make(s, OP_ONES, 0, NULL, n, m, t);
    if (c->op == OP_NUM && rat_is(c->num, 1))
        return ones;
    return ones ? shape_product(s, t, 2, (const Tree *[]){c, ones}) : NULL;
}

/* --- functions with a syntax of their own */

const Tree *call_sum(Shaper *s, const Tree *t)
{
    if (sums_over_index(t)) {
        const Tree *r = t->kid[1];
        bool bounds = r->op == OP_SUMI;
        return shape_sum(s, t, bounds ? r->kid[0] : r,
                         bounds ? r->kid[1] : NULL, bounds ? r->kid[2] : NULL,
                         t->kid[2]);
    }
    if (t->nkids == 2)
        return function_of(s, t, OP_SUM);
    const Tree *way = t->kid[2];
    bool first = way->op == OP_NUM && rat_is(way->num, 1);
    if (!first && !(way->op == OP_NUM && rat_is(way->num, 2)))
        return shape_fail(s, t, "write sum(A,1), sum(A,2) or sum(i, e)",
                          "the second argument of sum must be 1 or 2");
    return function_of(s, t, first ? OP_SUM1 : OP_SUM2);
}

static OpId norm_op(const Tree *kind, bool vector)
{
    if (!kind)
        return vector ? OP_NORM : OP_NORMSPEC;
    if (kind->op == OP_NUM && rat_is(kind->num, 1))
        return vector ? OP_NORM1 : OP_COUNT;
    if (kind->op == OP_NUM && rat_is(kind->num, 2))
        return vector ? OP_NORM : OP_NORMSPEC;
    if (call_is_named(kind, "fro"))
        return OP_NORMF;
    if (call_is_named(kind, "nuc"))
        return vector ? OP_NORM : OP_NORMNUC;
    if (call_is_named(kind, "inf") || call_is_named(kind, "Inf"))
        return vector ? OP_NORMINF : OP_COUNT;
    return OP_COUNT;
}

const Tree *call_norm(Shaper *s, const Tree *t)
{
    const Tree *a = shape_kid(s, t, 1);
    const Tree *kind = t->nkids > 2 ? t->kid[2] : NULL;
    bool column = shape_is_one(s, a->cols);
    bool vector = column || shape_is_one(s, a->rows);
    OpId op = norm_op(kind, vector);
    if (op == OP_COUNT && vector)
        return shape_fail(s, t, "write norm(x), norm(x,1) or norm(x,'inf')",
                          "this norm of a vector is not known");
    if (op == OP_COUNT)
        return shape_fail(s, t,
                          "write norm(A,2), norm(A,'fro'), norm(A,'nuc'), or "
                          "norm1(A) for the sum of the absolute values",
                          "this norm of a matrix is not known");
    if (op == OP_NORM && vector && !column) /* a row's is its transpose's */
        return shape_make1(s, OP_NORMF, a, s->one, s->one, t);
    return function_of(s, t, op);
}

const Tree *call_extreme(Shaper *s, const Tree *t)
{
    bool max = call_is_named(t->kid[0], "max");
    if (t->nkids == 2)
        return function_of(s, t, max ? OP_MAXOF : OP_MINOF);
    const Tree *a = shape_kid(s, t, 1), *b = shape_kid(s, t, 2);
    bool zero_a = a->op == OP_NUM && rat_sign(a->num) == 0;
    bool zero_b = b->op == OP_NUM && rat_sign(b->num) == 0;
    if (max && (zero_a || zero_b)) {
        const Tree *x = zero_b ? a : b;
        return shape_make1(s, OP_RELU, x, x->rows, x->cols, t);
    }
    return shape_broadcast(s, t, max ? OP_MAX : OP_MIN, a, b);
}

const Tree *call_reshape(Shaper *s, const Tree *t)
{
    const Tree *v = shape_kid(s, t, 1);
    const Dim *n = dimension(s, t, 2), *m = dimension(s, t, 3);
    if (!n || !m)
        return NULL;
    const Dim *size = dim_mul(s->ctx, unify_resolve(&s->u, v->rows),
                              unify_resolve(&s->u, v->cols));
    if (!unify(&s->u, size, dim_mul(s->ctx, n, m), t))
        return shape_fail(s, t, NULL,
                          "%s is %s: it cannot become [%s,%s]",
                          part_text(s, t->kid[1]), shape_text(s, v),
                          dim_text(s->ctx, n), dim_text(s->ctx, m));
    if (!shape_is_one(s, v->cols))
        v = shape_make1(s, OP_VEC, v, size, s->one, t);
    return shape_make1(s, OP_RESHAPE, v, n, m, t);
}

const Tree *call_eigen(Shaper *s, const Tree *t)
{
    const Tree *a = shape_kid(s, t, 1);
    bool value = call_is_named(t->kid[0], "lambda");
    if (!unify(&s->u, a->rows, a->cols, t))
        return signature_mismatch(s, t, 1, "[n,n]");
    const Tree *kid[2] = {a, shape_index(s, t->kid[2], a->rows)};
    return shape_make(s, value ? OP_EIGVAL : OP_EIGVEC, 2, kid,
                      value ? s->one : a->rows, s->one, t);
}

/* |e| of LaTeX: a modulus, a determinant, the length of a vector. */
const Tree *call_bars(Shaper *s, const Tree *t)
{
    const Tree *a = shape_kid(s, t, 1);
    bool column = shape_is_one(s, a->cols);
    if (shape_is_scalar(s, a))
        return shape_make1(s, OP_ABS, a, s->one, s->one, t);
    if (!column && !unify(&s->u, a->rows, a->cols, t))
        return signature_mismatch(s, t, 1, "[n,n]");
    return shape_make1(s, column ? OP_NORM : OP_DET, a, s->one, s->one, t);
}

/* e^{x} of LaTeX: of a matrix its exponential. */
const Tree *call_epower(Shaper *s, const Tree *t)
{
    const Tree *a = shape_kid(s, t, 1);
    bool entrywise = shape_is_one(s, a->cols) || shape_is_one(s, a->rows);
    if (!entrywise && !unify(&s->u, a->rows, a->cols, t))
        return signature_mismatch(s, t, 1, "[n,n]");
    return shape_make1(s, entrywise ? OP_EXP : OP_EXPM, a, a->rows, a->cols,
                       t);
}

const Tree *call_band(Shaper *s, const Tree *t)
{
    const Tree *a = shape_kid(s, t, 1);
    const Dim *p = shape_integer(s, t->kid[2], "a width");
    const Dim *q = p ? shape_integer(s, t->kid[3], "a width") : NULL;
    if (!q)
        return NULL;
    if (!unify(&s->u, a->rows, a->cols, t))
        return signature_mismatch(s, t, 1, "[n,n]");
    return shape_make(s, OP_BAND, 3,
                      (const Tree *[]){a, tree_dim(s->ctx, p),
                                       tree_dim(s->ctx, q)},
                      a->rows, a->cols, t);
}

/* frechet(f, A, E) is FRECHET(f(A), E). */
const Tree *call_frechet(Shaper *s, const Tree *t)
{
    const Tree *f = t->kid[1], *kid[2];
    OpId op = f->op == OP_NAME ? op_find(f->name, strlen(f->name)) : OP_COUNT;
    const Tree *a = shape_tree(s, t->kid[2]);
    if (op == OP_COUNT || !op_record(op)->trace)
        return shape_fail(s, f, "it is one of expm, logm, sqrtm, sinm, cosm",
                          "%s is no function of a matrix", part_text(s, f));
    kid[1] = shape_tree(s, t->kid[3]);
    if (!a || !kid[1])
        return NULL;
    if (!unify(&s->u, a->rows, a->cols, t))
        return signature_mismatch(s, t, 2, "[n,n]");
    if (!unify(&s->u, a->rows, kid[1]->rows, t) ||
        !unify(&s->u, a->cols, kid[1]->cols, t))
        return signature_mismatch(s, t, 3, "[n,n]");
    kid[0] = shape_make1(s, op, a, a->rows, a->cols, t);
    return shape_make(s, OP_FRECHET, 2, kid, a->rows, a->cols, t);
}
