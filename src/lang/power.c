/* power.c: shapes of quotients and powers. */
#include "lang/shape.h"

/* --- quotients */

/* inv(A), where A is square. */
static const Tree *inverse(Shaper *s, const Tree *t, uint32_t i)
{
    const Tree *a = shape_kid(s, t, i);
    if (shape_is_one(s, a->cols))
        return shape_fail(s, t, "write ./ for the entrywise quotient",
                          "%s is %s: only a scalar or a square matrix can "
                          "divide",
                          part_text(s, t->kid[i]), shape_text(s, a));
    if (!shape_same(s, a->rows, a->cols, t))
        return shape_fail(s, t,
                          ctx_printf(s->ctx, "write pinv(%s), or ./ for the "
                                             "entrywise quotient",
                                     part_text(s, t->kid[i])),
                          "%s is %s: only a square matrix has an inverse",
                          part_text(s, t->kid[i]), shape_text(s, a));
    return shape_make1(s, OP_INV, a, a->rows, a->cols, t);
}

/* The scalar 1 - `by` divided by the vector or matrix b. */
static void *scalar_by(Shaper *s, const Tree *t, uint32_t by, const Tree *b)
{
    const char *over = part_text(s, t->kid[1 - by]);
    const char *name = part_text(s, t->kid[by]);
    const char *mend = shape_is_one(s, b->cols)
                           ? ctx_printf(s->ctx, "write %s./%s for the "
                                                "entrywise quotient",
                                        over, name)
                           : ctx_printf(s->ctx, "write inv(%s) for the "
                                                "inverse, or %s./%s entrywise",
                                        name, over, name);
    return shape_fail(s, t, mend, "%s is %s and cannot divide the scalar %s",
                      name, shape_text(s, b), over);
}

/* A/t, B/A; with `by` the position of the divisor also A\b. */
const Tree *shape_quotient(Shaper *s, const Tree *t, uint32_t by)
{
    const Tree *a = shape_kid(s, t, 1 - by), *b = shape_kid(s, t, by);
    if (shape_is_zero(b))
        return shape_fail(s, t, NULL, "division by zero");
    if (shape_is_scalar(s, b)) {
        if (a->op == OP_NUM && b->op == OP_NUM)
            return tree_num(s->ctx, rat_div(s->ctx, a->num, b->num));
        return shape_make2(s, OP_DIV, a, b, a->rows, a->cols, t);
    }
    if (shape_is_scalar(s, a))
        return scalar_by(s, t, by, b);
    const Tree *inv = inverse(s, t, by);
    if (!inv)
        return NULL;
    const Tree *kid[2] = {by ? a : inv, by ? inv : a};
    return shape_product(s, t, 2, kid);
}

/* --- powers */

enum { CONSTANT_DEPTH = 32 };

/* The number that a tree without names is. */
static bool constant(Shaper *s, const Tree *t, Rat *r, unsigned depth)
{
    Rat a;
    if (t->op == OP_NUM) {
        *r = t->num;
        return true;
    }
    if (depth == 0 || t->nkids == 0 || !constant(s, t->kid[0], r, depth - 1))
        return false;
    if (t->op == OP_NEG) {
        *r = rat_neg(s->ctx, *r);
        return true;
    }
    for (uint32_t i = 1; i < t->nkids; i++) {
        if (!constant(s, t->kid[i], &a, depth - 1))
            return false;
        if (t->op == OP_ADD)
            *r = rat_add(s->ctx, *r, a);
        else if (t->op == OP_MUL)
            *r = rat_mul(s->ctx, *r, a);
        else if (t->op == OP_DIV && rat_sign(a) != 0)
            *r = rat_div(s->ctx, *r, a);
        else
            return false;
    }
    return t->op == OP_ADD || t->op == OP_MUL || t->op == OP_DIV;
}

static const Tree *folded(Shaper *s, const Tree *t)
{
    Rat r;
    return t && constant(s, t, &r, CONSTANT_DEPTH) ? tree_num(s->ctx, r) : t;
}

static const Tree *shape_exponent(Shaper *s, const Tree *t)
{
    if (++s->depth > 200)
        return ctx_fail(s->ctx, ERR_LIMIT, t->span, NULL,
                        "exponents nested deeper than 200");
    const Tree *e = folded(s, shape_tree(s, t->kid[1]));
    s->depth--;
    return e;
}

static const Tree *scalar_power(Shaper *s, const Tree *t, const Tree *base)
{
    const Tree *e = shape_exponent(s, t);
    if (!e)
        return NULL;
    if (!shape_is_scalar(s, e))
        return shape_fail(s, t,
                          ctx_printf(s->ctx, "write %s.^%s for the entrywise "
                                             "power",
                                     part_text(s, t->kid[0]),
                                     part_text(s, t->kid[1])),
                          "the exponent %s is %s, not a scalar",
                          part_text(s, t->kid[1]), shape_text(s, e));
    if (shape_is_zero(base) && e->op == OP_NUM && rat_sign(e->num) < 0)
        return shape_fail(s, t, NULL, "division by zero");
    return shape_make2(s, OP_POW, base, e, s->one, s->one, t);
}

const Tree *shape_power(Shaper *s, const Tree *t)
{
    const Tree *a = shape_kid(s, t, 0);
    Rat r;
    if (shape_is_scalar(s, a))
        return scalar_power(s, t, a);
    if (shape_is_one(s, a->cols) || shape_is_one(s, a->rows) ||
        !shape_same(s, a->rows, a->cols, t))
        return fail_power(s, t, a);
    if (constant(s, t->kid[1], &r, CONSTANT_DEPTH) && !rat_is_int(r))
        return shape_fail(s, t, "for a root write sqrtm(...)",
                          "the power of a matrix must be an integer, not %s",
                          part_text(s, t->kid[1]));
    const Dim *k = shape_integer(s, t->kid[1], "the power of a matrix");
    if (!k)
        return NULL;
    if (dim_is(k, -1))
        return shape_make1(s, OP_INV, a, a->rows, a->cols, t);
    return shape_make2(s, OP_POW, a, tree_dim(s->ctx, k), a->rows, a->cols, t);
}

const Tree *shape_epow(Shaper *s, const Tree *t)
{
    return shape_broadcast(s, t, OP_EPOW, shape_kid(s, t, 0),
                           folded(s, shape_kid(s, t, 1)));
}
