/* apply.c: shapes of derivatives inside an expression, and of unknown
 * functions: d(e,X), f(e), D(Y,t), D(f)(e), D2(f)(e). */
#include "lang/shape.h"

#include <string.h>

/* d(F,V): LANGUAGE's table of derivatives, one variable at a time. */
static bool derivative_shape(Shaper *s, const Tree *t, uint32_t i,
                             const Dim **rows, const Dim **cols)
{
    const Tree *v = shape_kid(s, t, i);
    bool column = shape_is_one(s, *cols) && shape_is_one(s, v->cols);
    if (shape_is_scalar(s, v))
        return true;
    if (shape_is_one(s, *rows) && shape_is_one(s, *cols)) {
        *rows = v->rows;
        *cols = v->cols;
        return true;
    }
    if (column) {
        *cols = v->rows;
        return true;
    }
    const char *name = part_text(s, t->kid[i]);
    Tree f = {.rows = *rows, .cols = *cols};
    shape_fail(s, t,
               ctx_printf(s->ctx, "write d(..., %s%s), entry by entry", name,
                          shape_is_one(s, v->cols) ? "[i]" : "[i,j]"),
               "%s is %s, %s is %s: the derivative has more than two axes",
               i > 2 ? "the derivative so far" : part_text(s, t->kid[1]),
               shape_text(s, &f), name, shape_text(s, v));
    return false;
}

const Tree *call_derivative(Shaper *s, const Tree *t)
{
    const Tree *f = shape_kid(s, t, 1);
    const Dim *rows = f->rows, *cols = f->cols;
    const Tree **kid = ARENA_ARRAY(s->ctx->arena, const Tree *, t->nkids);
    if (!kid)
        return NULL;
    for (uint32_t i = 1; i < t->nkids; i++) {
        kid[i - 1] = shape_kid(s, t, i);
        if (i > 1 && !derivative_shape(s, t, i, &rows, &cols))
            return NULL;
    }
    return shape_make(s, OP_DERIV, t->nkids - 1, kid, rows, cols, t);
}

/* f(e): f: [p] of the declared shape, whose arguments must fit. */
const Tree *call_declared(Shaper *s, const Tree *t, const Sym *f,
                                 OpId op)
{
    const Tree **kid = ARENA_ARRAY(s->ctx->arena, const Tree *, t->nkids + 1);
    if (!kid)
        return NULL;
    if (t->nkids - 1 != f->nargs)
        return shape_fail(s, t, ctx_printf(s->ctx, "it is declared as %s",
                                           sym_declaration(s->ctx, f)),
                          "%s takes %u argument%s, not %u", f->name, f->nargs,
                          f->nargs == 1 ? "" : "s", t->nkids - 1);
    kid[0] = tree_sym(s->ctx, f);
    for (uint32_t i = 1; i < t->nkids; i++) {
        const Tree *a = kid[i] = shape_kid(s, t, i);
        const Sym *y = f->args[i - 1];
        if (!unify(&s->u, a->rows, y->rows, t) ||
            !unify(&s->u, a->cols, y->cols, t))
            return shape_fail(s, t,
                              ctx_printf(s->ctx, "it is declared as %s",
                                         sym_declaration(s->ctx, f)),
                              "%s is %s and does not fit %s",
                              part_text(s, t->kid[i]), shape_text(s, a),
                              f->name);
    }
    if (op == OP_APPLY)
        return shape_make(s, op, t->nkids, kid, f->rows, f->cols, t);
    const Dim *rows = kid[1]->rows, *cols = kid[1]->cols;
    if (f->cols != s->one || (f->rows != s->one && cols != s->one))
        return shape_fail(s, t, NULL,
                          "the derivative of %s has more than two axes",
                          f->name);
    if (f->rows != s->one) {
        cols = rows;
        rows = f->rows;
    } else if (op == OP_DDAPPLY) {
        cols = rows;
    }
    return shape_make(s, op, t->nkids, kid, rows, cols, t);
}

/* D(f)(e) and D2(f)(e). */
const Tree *call_applied(Shaper *s, const Tree *t)
{
    const Tree *d = t->kid[0];
    const Sym *f = d->nkids == 2 ? call_symbol(s, d->kid[1]) : NULL;
    if (!f || f->kind != SYM_FUNCTION)
        return shape_fail(s, t, "declare it, as in f(u: [n]): scalar",
                          "%s is no declared function",
                          d->nkids == 2 ? part_text(s, d->kid[1]) : "this");
    return call_declared(s, t, f,
                         call_is_named(d->kid[0], "D") ? OP_DAPPLY
                                                       : OP_DDAPPLY);
}

const Tree *call_big_d(Shaper *s, const Tree *t)
{
    const char *name = t->kid[0]->name;
    const Sym *f = t->nkids > 1 ? call_symbol(s, t->kid[1]) : NULL;
    if (t->nkids < 3 || strcmp(name, "D") != 0)
        return shape_fail(s, t, "write D(Y,t), D(f)(e) or D2(f)(e)",
                          "%s is not applied to anything", name);
    if (!f || f->kind != SYM_FUNCTION)
        return shape_fail(s, t,
                          "declare it, as in Y(t): [n,n], or write d(...) "
                          "for the derivative of an expression",
                          "%s is no declared function",
                          part_text(s, t->kid[1]));
    return call_derivative(s, t);
}
