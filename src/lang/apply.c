/* apply.c: shapes of derivatives inside an expression, and of unknown
 * functions: d(e,X), f(e), D(Y,t), D(f)(e), D2(f)(e), D(f,u)(e,g). */
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

/* --- unknown functions
 *
 * APPLY: kids f, then its arguments; a bare Y of Y(t) is Y applied to t.
 * DAPPLY: kids f, its arguments, then what it is derived by, one after the
 * other: the number of an argument (from 1), or INDEX(number, i, j) for an
 * entry of it. */

static const Tree *misfit(Shaper *s, const Tree *t, const Sym *f,
                          const Tree *part, const Tree *a)
{
    return shape_fail(s, t, ctx_printf(s->ctx, "it is declared as %s",
                                       sym_declaration(s->ctx, f)),
                      "%s is %s and does not fit %s", part_text(s, part),
                      shape_text(s, a), f->name);
}

/* f and its arguments into kid[0..nargs]. */
static bool arguments(Shaper *s, const Tree *t, const Sym *f,
                      const Tree **kid)
{
    if (t->nkids - 1 != f->nargs) {
        shape_fail(s, t, ctx_printf(s->ctx, "it is declared as %s",
                                    sym_declaration(s->ctx, f)),
                   "%s takes %u argument%s, not %u", f->name, f->nargs,
                   f->nargs == 1 ? "" : "s", t->nkids - 1);
        return false;
    }
    kid[0] = tree_sym(s->ctx, f);
    for (uint32_t i = 1; i < t->nkids; i++) {
        const Tree *a = kid[i] = shape_kid(s, t, i);
        const Sym *y = f->args[i - 1];
        if (!unify(&s->u, a->rows, y->rows, t) ||
            !unify(&s->u, a->cols, y->cols, t)) {
            misfit(s, t, f, t->kid[i], a);
            return false;
        }
    }
    return true;
}

const Tree *call_declared(Shaper *s, const Tree *t, const Sym *f)
{
    const Tree **kid = ARENA_ARRAY(s->ctx->arena, const Tree *, t->nkids + 1);
    if (!kid || !arguments(s, t, f, kid))
        return NULL;
    return shape_make(s, OP_APPLY, t->nkids, kid, f->rows, f->cols, t);
}

const Tree *call_bare(Shaper *s, const Tree *t, const Sym *f)
{
    const Tree *kid[FUNCTION_ARGS + 1] = {tree_sym(s->ctx, f)};
    for (unsigned i = 0; i < f->nargs; i++)
        kid[i + 1] = tree_sym(s->ctx, f->args[i]);
    if (!f->bare)
        return shape_fail(s, t, ctx_printf(s->ctx, "it is declared as %s",
                                           sym_declaration(s->ctx, f)),
                          "%s is a function and needs its argument", f->name);
    return shape_make(s, OP_APPLY, f->nargs + 1, kid, f->rows, f->cols, t);
}

/* u, X or X[i,j]: which argument of f; 0 if none. */
static unsigned argument_of(const Sym *f, const Tree *by)
{
    const Tree *name = by->op == OP_INDEX ? by->kid[0] : by;
    for (unsigned i = 0; i < f->nargs; i++)
        if (name->op == OP_NAME && f->args[i]->name == name->name)
            return i + 1;
    return 0;
}

static const Tree *by_entry(Shaper *s, const Sym *x, const Tree *by,
                            unsigned p)
{
    const Dim *range[2];
    unsigned axes = 0;
    const Tree *kid[3] = {tree_int(s->ctx, p)};
    if (!shape_is_one(s, x->rows))
        range[axes++] = x->rows;
    if (!shape_is_one(s, x->cols))
        range[axes++] = x->cols;
    if (by->nkids - 1 != axes)
        return shape_fail(s, by, NULL, "%s has %u ind%s, not %u", x->name,
                          axes, axes == 1 ? "ex" : "ices", by->nkids - 1);
    for (unsigned k = 1; k <= axes; k++) {
        kid[k] = shape_index(s, by->kid[k], range[k - 1]);
        if (kid[k] && kid[k]->op == OP_COLON)
            return shape_fail(s, by, "take the whole, or an entry",
                              "a derivative by a row or a column");
    }
    return shape_make(s, OP_INDEX, axes + 1, kid, s->one, s->one, by);
}

typedef struct Applied {
    const Sym *f;
    const Tree *kid[FUNCTION_ARGS + 1 + FUNCTION_ORDER];
    uint32_t n;
    const Dim *rows, *cols;
} Applied;

static bool derive_by(Shaper *s, const Tree *t, Applied *a, unsigned p,
                      const Tree *entry)
{
    const Sym *x = a->f->args[p - 1];
    if (a->n == FUNCTION_ARGS + 1 + FUNCTION_ORDER) {
        shape_fail(s, t, NULL, "more than %d derivatives", FUNCTION_ORDER);
        return false;
    }
    a->kid[a->n++] = entry ? entry : tree_int(s->ctx, p);
    if (entry || (shape_is_one(s, x->rows) && shape_is_one(s, x->cols)))
        return true;
    if (shape_is_one(s, a->rows) && shape_is_one(s, a->cols)) {
        a->rows = x->rows;
        a->cols = x->cols;
        return true;
    }
    if (shape_is_one(s, a->cols) && shape_is_one(s, x->cols)) {
        a->cols = x->rows;
        return true;
    }
    shape_fail(s, t,
               ctx_printf(s->ctx, "take it by entries, as in D(%s,%s%s)",
                          a->f->name, x->name,
                          shape_is_one(s, x->cols) ? "[i]" : "[i,j]"),
               "the derivative of %s has more than two axes", a->f->name);
    return false;
}

static const Tree *applied(Shaper *s, const Tree *t, const Applied *a)
{
    return shape_make(s, OP_DAPPLY, a->n, a->kid, a->rows, a->cols, t);
}

/* The names after f in D(f, u, v). */
static bool derive_by_names(Shaper *s, const Tree *d, Applied *a)
{
    for (uint32_t i = 2; i < d->nkids; i++) {
        const Tree *by = d->kid[i], *entry = NULL;
        unsigned p = argument_of(a->f, by);
        if (!p) {
            shape_fail(s, d, ctx_printf(s->ctx, "it is declared as %s",
                                        sym_declaration(s->ctx, a->f)),
                       "%s is no argument of %s", part_text(s, by),
                       a->f->name);
            return false;
        }
        if (by->op == OP_INDEX &&
            !(entry = by_entry(s, a->f->args[p - 1], by, p)))
            return false;
        if (!derive_by(s, d, a, p, entry))
            return false;
    }
    return true;
}

/* D(f)(e), D2(f)(e), D(f,u,v)(e,g). */
const Tree *call_applied(Shaper *s, const Tree *t)
{
    const Tree *d = t->kid[0];
    const Sym *f = d->op == OP_APPLY && d->nkids >= 2
                       ? call_symbol(s, d->kid[1])
                       : NULL;
    Applied a = {.f = f, .n = t->nkids};
    if (!f || f->kind != SYM_FUNCTION)
        return shape_fail(s, t, "declare it, as in f(u: [n]): scalar",
                          "%s is no declared function",
                          d->nkids >= 2 ? part_text(s, d->kid[1]) : "this");
    if (t->nkids > FUNCTION_ARGS + 1 || !arguments(s, t, f, a.kid))
        return NULL;
    a.rows = f->rows;
    a.cols = f->cols;
    if (d->nkids > 2)
        return derive_by_names(s, d, &a) ? applied(s, t, &a) : NULL;
    if (f->nargs > 1)
        return shape_fail(s, t,
                          ctx_printf(s->ctx, "name it, as in D(%s,%s)(...)",
                                     f->name, f->args[0]->name),
                          "%s has %u arguments: by which of them?", f->name,
                          f->nargs);
    int order = call_is_named(d->kid[0], "D2") ? 2 : 1;
    while (order-- > 0)
        if (!derive_by(s, t, &a, 1, NULL))
            return NULL;
    return applied(s, t, &a);
}

/* D(Y,t): Y at its own arguments. */
const Tree *call_big_d(Shaper *s, const Tree *t)
{
    const char *name = t->kid[0]->name;
    const Sym *f = t->nkids > 1 ? call_symbol(s, t->kid[1]) : NULL;
    Applied a = {.f = f};
    if (t->nkids < 3 || strcmp(name, "D") != 0)
        return shape_fail(s, t, "write D(Y,t), D(f)(e) or D2(f)(e)",
                          "%s is not applied to anything", name);
    if (!f || f->kind != SYM_FUNCTION)
        return shape_fail(s, t,
                          "declare it, as in Y(t): [n,n], or write d(...) "
                          "for the derivative of an expression",
                          "%s is no declared function",
                          part_text(s, t->kid[1]));
    const Tree *bare = call_bare(s, t, f);
    if (!bare)
        return NULL;
    for (a.n = 0; a.n < bare->nkids; a.n++)
        a.kid[a.n] = bare->kid[a.n];
    a.rows = f->rows;
    a.cols = f->cols;
    return derive_by_names(s, t, &a) ? applied(s, t, &a) : NULL;
}
