/* mend.c: what an error of shape says: both shapes, what would have to be
 * equal, and what would fit, found by trying the likely mends in turn.
 *
 * While another reading may still fit nothing is said: the failure is only
 * noted. */
#include "lang/shape.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void *shape_fail(Shaper *s, const Tree *at, const char *mend, const char *fmt,
                 ...)
{
    char text[1024];
    va_list ap;
    s->failed = true;
    if (s->quiet)
        return NULL;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (at->span.end == 0 && s->at)
        at = s->at; /* numbers know no place */
    return ctx_fail(s->ctx, ERR_LANGUAGE, at->span, mend, "%s", text);
}

/* d for the user: what is still open gets a name. */
static const Dim *shown(Shaper *s, const Dim *d)
{
    d = unify_resolve(&s->u, d);
    s->failed = true;
    if (d && dim_has_meta(d) && name_metas(s))
        d = unify_resolve(&s->u, d);
    return d;
}

static const char *dim_shown(Shaper *s, const Dim *d)
{
    d = shown(s, d);
    return d ? dim_text(s->ctx, d) : "?";
}

const char *shape_text(Shaper *s, const Tree *k)
{
    if (s->quiet)
        return "";
    if (shape_is_scalar(s, k))
        return "scalar";
    if (shape_is_one(s, k->cols))
        return ctx_printf(s->ctx, "[%s]", dim_shown(s, k->rows));
    return ctx_printf(s->ctx, "[%s,%s]", dim_shown(s, k->rows),
                      dim_shown(s, k->cols));
}

/* --- advice */

static const Unknown *first_unknown(Shaper *s, const Tree *t, unsigned depth)
{
    if (t->op == OP_NAME) {
        const Unknown *u = ptrmap_get(&s->unknown, t->name);
        return u && u->sym && u->kind < KIND_INDEX && !u->of && !u->of_sym
                   ? u
                   : NULL;
    }
    for (uint32_t i = t->op == OP_APPLY; depth && i < t->nkids; i++) {
        const Unknown *u = first_unknown(s, t->kid[i], depth - 1);
        if (u)
            return u;
    }
    return NULL;
}

const char *declare_advice(Shaper *s, const Tree *t)
{
    const Unknown *u = s->quiet ? NULL : first_unknown(s, t, 50);
    if (!u)
        return NULL;
    const char *other = u->kind == KIND_MATRIX   ? "[n]"
                        : u->kind == KIND_VECTOR ? "scalar"
                                                 : "[n,n]";
    return ctx_printf(s->ctx, "%s is not declared: say what it is, as in "
                              "%s: %s",
                      u->name, u->name, other);
}

/* The mend that was found, else a declaration. */
static const char *advice(Shaper *s, const Tree *t, const char *mend)
{
    return mend ? mend : declare_advice(s, t);
}

static const char *bracketed(Shaper *s, const Tree *t)
{
    bool atom = t->op == OP_NAME || t->op == OP_NUM || t->op == OP_APPLY ||
                t->op == OP_INDEX || t->op == OP_TRANSPOSE ||
                t->op == OP_ADJOINT ||
                t->op == OP_EYE || t->op == OP_POW;
    const char *text = part_text(s, t);
    return atom || text[0] == '(' || strcmp(text, "this part") == 0
               ? text
               : ctx_printf(s->ctx, "(%s)", text);
}

static const char *transposed(Shaper *s, const Tree *t)
{
    return t->op == OP_TRANSPOSE || t->op == OP_ADJOINT
               ? bracketed(s, t->kid[0])
               : ctx_printf(s->ctx, "%s'", bracketed(s, t));
}

typedef struct Pair {
    const char *a, *b, *at, *bt; /* operands and their transposes, as text */
    const Dim *ar, *ac, *br, *bc;
} Pair;

static Pair pair_of(Shaper *s, const Tree *a, const Tree *b,
                    const Tree *left, const Tree *right)
{
    return (Pair){bracketed(s, a),       bracketed(s, b),
                  transposed(s, a),      transposed(s, b),
                  shown(s, left->rows),  shown(s, left->cols),
                  shown(s, right->rows), shown(s, right->cols)};
}

static const char *did_you_mean(Shaper *s, const char *a, const char *op,
                                const char *b)
{
    return ctx_printf(s->ctx, "did you mean %s%s%s?", a, op, b);
}

/* --- products */

static const char *mend_product(Shaper *s, const Pair *p)
{
    if (p->ar == p->br)
        return did_you_mean(s, p->at, "*", p->b);
    if (p->ac == p->bc)
        return did_you_mean(s, p->a, "*", p->bt);
    if (p->bc == p->ar)
        return did_you_mean(s, p->b, "*", p->a);
    if (p->ar == p->bc)
        return did_you_mean(s, p->at, "*", p->bt);
    return NULL;
}

/* The declaration of an undeclared operand that would fit. */
static const char *declare_factor(Shaper *s, const Tree *a, const Tree *b,
                                  const Pair *p)
{
    const Unknown *u = b->op == OP_NAME ? first_unknown(s, b, 0) : NULL;
    const char *d = dim_shown(s, p->ac);
    if (u)
        return u->kind == KIND_VECTOR
                   ? ctx_printf(s->ctx, "declare %s, as in %s: [%s]", u->name,
                                u->name, d)
                   : ctx_printf(s->ctx, "declare %s, as in %s: [%s,m]",
                                u->name, u->name, d);
    u = a->op == OP_NAME ? first_unknown(s, a, 0) : NULL;
    return u ? ctx_printf(s->ctx, "declare %s, as in %s: [m,%s]", u->name,
                          u->name, dim_shown(s, p->br))
             : NULL;
}

void *fail_product(Shaper *s, const Tree *t, uint32_t i, const Tree *left,
                   const Tree *right)
{
    s->failed = true;
    if (s->quiet)
        return NULL;
    bool call = t->op == OP_APPLY;
    const Tree *b = t->kid[i + call], *a = i ? t->kid[i - 1 + call] : b;
    const Tree *prev = i ? ptrmap_get(s->memo, a) : NULL;
    /* the neighbour alone says it best, unless it is a scalar */
    if (i > 1 && (!prev || shape_is_scalar(s, prev) ||
                  unify_resolve(&s->u, prev->cols) !=
                      unify_resolve(&s->u, left->cols)))
        a = tree_make(s->ctx, OP_MUL, i, t->kid, t->span);
    else if (prev && t->op != OP_DIV && t->op != OP_SOLVE)
        left = prev;
    if (!a)
        return NULL;
    Pair p = pair_of(s, a, b, left, right);
    const char *ls = shape_text(s, left), *rs = shape_text(s, right);
    const char *mend = mend_product(s, &p);
    if (!mend || declare_factor(s, a, b, &p))
        mend = declare_factor(s, a, b, &p);
    return shape_fail(s, t, advice(s, t, mend ? mend : mend_product(s, &p)),
                      "%s is %s, %s is %s: %s%s%s needs %s = %s", p.a, ls,
                      p.b, rs, p.a, t->op == OP_DIV ? "/" : "*", p.b,
                      dim_shown(s, p.ac), dim_shown(s, p.br));
}

/* --- sums */

static const char *mend_scalar(Shaper *s, const char *scalar,
                               const char *other, const Dim *rows,
                               const Dim *cols)
{
    if (rows != cols)
        return ctx_printf(s->ctx, "write %s .+ %s to add it to each entry",
                          other, scalar);
    return ctx_printf(s->ctx, "write %s .+ %s to add it to each entry, or "
                              "%s + %s*eye(%s)",
                      other, scalar, other, scalar, dim_shown(s, rows));
}

static const char *mend_sum(Shaper *s, const Tree *t, uint32_t i,
                            const Pair *p, bool ls, bool rs)
{
    const char *sign = t->kid[i]->op == OP_NEG ? " - " : " + ";
    if (ls)
        return mend_scalar(s, p->a, p->b, p->br, p->bc);
    if (rs)
        return mend_scalar(s, p->b, p->a, p->ar, p->ac);
    if (p->ar == p->bc && p->ac == p->br)
        return did_you_mean(s, p->a, sign, p->bt);
    bool rows = p->ar == p->br || dim_is(p->ar, 1) || dim_is(p->br, 1);
    bool cols = p->ac == p->bc || dim_is(p->ac, 1) || dim_is(p->bc, 1);
    return rows && cols ? ctx_printf(s->ctx, "write %s %s %s to broadcast",
                                     p->a, sign[1] == '+' ? ".+" : ".-", p->b)
                        : NULL;
}

void *fail_sum(Shaper *s, const Tree *t, uint32_t i, const Tree *left,
               const Tree *right)
{
    s->failed = true;
    if (s->quiet)
        return NULL;
    bool minus = t->kid[i]->op == OP_NEG;
    const Tree *b = minus ? t->kid[i]->kid[0] : t->kid[i];
    Pair p = pair_of(s, t->kid[0], b, left, right);
    const char *ls = shape_text(s, left), *rs = shape_text(s, right);
    bool lone = shape_is_scalar(s, left), rone = shape_is_scalar(s, right);
    return shape_fail(s, t, advice(s, t, mend_sum(s, t, i, &p, lone, rone)),
                      "%s is %s, %s is %s: a %s needs equal shapes", p.a, ls,
                      p.b, rs, minus ? "difference" : "sum");
}

void *fail_entrywise(Shaper *s, const Tree *t, OpId op, const Tree *left,
                     const Tree *right)
{
    s->failed = true;
    if (s->quiet)
        return NULL;
    bool call = t->op == OP_APPLY;
    const Tree *a = t->kid[call], *b = t->kid[1 + call];
    const char *ls = shape_text(s, left), *rs = shape_text(s, right);
    Pair p = pair_of(s, a, b, left, right);
    bool turned = p.ar == p.bc && p.ac == p.br && !call;
    return shape_fail(s, t,
                      advice(s, t, turned
                                       ? did_you_mean(s, p.a,
                                                      op_record(op)->name,
                                                      p.bt)
                                       : NULL),
                      "%s is %s, %s is %s: %s needs equal dimensions, or 1",
                      t->nkids > 2 && !call ? "the left" : p.a, ls,
                      t->nkids > 2 && !call ? "the right" : p.b, rs,
                      op_record(op)->name);
}

void *fail_power(Shaper *s, const Tree *t, const Tree *base)
{
    s->failed = true;
    if (s->quiet)
        return NULL;
    const char *a = bracketed(s, t->kid[0]), *e = bracketed(s, t->kid[1]);
    bool vector = shape_is_one(s, base->cols) || shape_is_one(s, base->rows);
    return shape_fail(s, t,
                      ctx_printf(s->ctx, "write %s.^%s for the entrywise "
                                         "power",
                                 a, e),
                      "%s is %s: %s", a, shape_text(s, base),
                      vector ? "a vector has no power"
                             : "only a square matrix has a power");
}
