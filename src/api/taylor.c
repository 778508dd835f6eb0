/* taylor.c: the expansion of a function around a point: X near X0 is X0 plus
 * E, and the terms are the function and its differentials at X0 in the
 * direction E (Magnus and Neudecker, 3rd ed., chapter 5, section 9; 6.8). */
#include "api/derive.h"

/* X0, of X's shape and properties: declared, or new. */
static const Sym *centre(Derive *d, const Sym *x, Span at)
{
    const char *name = ctx_printf(d->ctx, "%s0", x->name);
    const Sym *old = scope_find(d->scope, name);
    if (old && old->kind == SYM_QUANTITY && old->rows == x->rows &&
        old->cols == x->cols)
        return old;
    if (old)
        return ctx_fail(d->ctx, ERR_LANGUAGE, at,
                        ctx_printf(d->ctx, "declare it with the shape of %s, "
                                           "or give it another name",
                                   x->name),
                        "%s, the point of the expansion, has another shape",
                        name);
    Sym *y = scope_fresh(d->scope, name, SYM_QUANTITY, x->rows, x->cols);
    if (y)
        y->props = x->props;
    return y;
}

/* X - X0 moves as X may: symmetric, diagonal; but it is not positive. */
static const Sym *step(Derive *d, const Sym *x)
{
    Sym *e = scope_fresh(d->scope, ctx_printf(d->ctx, "d%s", x->name),
                         SYM_QUANTITY, x->rows, x->cols);
    if (e) {
        e->props = x->props &
                   (PROPS_LINEAR | PROP_COMPLEX | PROP_HERMITIAN);
        e->differential = true;
        e->of = x;
    }
    return e;
}

/* One term of the expansion into the list, sums flattened. */
static bool put_term(Derive *d, const Net *n, const Tree **kid, uint32_t *count)
{
    const Tree *t = raised(d, n, n && n->naxes == 1 && is_row(d->input));
    if (!t)
        return false;
    if (n->nterms == 0)
        return true;
    if (t->op == OP_ADD)
        for (uint32_t i = 0; i < t->nkids; i++)
            kid[(*count)++] = t->kid[i];
    else
        kid[(*count)++] = t;
    return true;
}

enum { MOST_TERMS = 4096 };

/* f(X0) + df(X0; E) + 1/2 d2f(X0; E, E), with E for X - X0. */
static const Tree *expansion(Derive *d, const Net *f, unsigned n,
                             const Sym *const *x0, const Sym *const *e)
{
    const Tree **kid = ARENA_ARRAY(d->ctx->arena, const Tree *, MOST_TERMS);
    uint32_t count = 0;
    if (!kid)
        return NULL;
    for (unsigned k = 0; k <= d->task->order; k++) {
        if (!f || f->nterms > MOST_TERMS / 4)
            return ctx_failed(d->ctx) ? NULL
                                      : ctx_fail(d->ctx, ERR_LIMIT,
                                                 (Span){0, 0}, NULL,
                                                 "an expansion of more than "
                                                 "%d terms",
                                                 MOST_TERMS / 4);
        if (!put_term(d, f, kid, &count))
            return NULL;
        if (k < d->task->order)
            f = differential_in(d->ctx, f, n, x0, e);
        if (f && k == 1)
            f = net_scale(d->ctx, f, rat_make(d->ctx, 1, 2));
    }
    if (count == 0)
        return d->input;
    return count == 1 ? kid[0]
                      : tree_shaped(d->ctx, OP_ADD, count, kid,
                                    d->input->rows, d->input->cols,
                                    (Span){0, 0});
}

static const Tree *difference(Derive *d, const Sym *x, const Sym *x0)
{
    const Tree *a = tree_sym(d->ctx, x), *b = tree_sym(d->ctx, x0);
    const Tree *neg = b ? tree_shaped(d->ctx, OP_NEG, 1, &b, b->rows, b->cols,
                                      (Span){0, 0})
                        : NULL;
    return a && neg ? tree_shaped(d->ctx, OP_ADD, 2,
                                  (const Tree *[]){a, neg}, a->rows, a->cols,
                                  (Span){0, 0})
                    : NULL;
}

bool taylor(Derive *d)
{
    const Sym *x0[TASK_VARS], *e[TASK_VARS];
    const Tree *at = d->input;
    for (unsigned i = 0; at && i < d->nvars; i++) {
        const Var *v = &d->var[i];
        if (v->tree->op != OP_SYM || v->back)
            return ctx_fail(d->ctx, ERR_UNSUPPORTED, d->task->var[i]->span,
                            "expand in the whole variable",
                            "an expansion is one in a variable, not in an "
                            "entry or a transform") != NULL;
        x0[i] = centre(d, v->sym, d->task->var[i]->span);
        e[i] = x0[i] ? step(d, v->sym) : NULL;
        at = e[i] ? tree_subst(d->ctx, at, v->tree, tree_sym(d->ctx, x0[i]))
                  : NULL;
    }
    const Net *f = at ? lower(&d->lower, at) : NULL;
    const Tree *t = f ? expansion(d, f, d->nvars, x0, e) : NULL;
    for (unsigned i = 0; t && i < d->nvars; i++)
        t = tree_subst(d->ctx, t, tree_sym(d->ctx, e[i]),
                       difference(d, d->var[i].sym, x0[i]));
    Item *it = add_item(d, CLAIM_TAYLOR, t, d->task->order);
    for (unsigned i = 0; it && i < d->nvars; i++) {
        it->claim.var[it->claim.nvars++] = d->var[i].tree;
        it->claim.center[i] = x0[i];
    }
    return it != NULL;
}
