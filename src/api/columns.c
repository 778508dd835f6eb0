/* columns.c: a derivative as a matrix where no closed form of that is known:
 * its columns are the differential in the directions of the variable's
 * entries, which a plan computes one after another. */
#include "api/compile.h"
#include "base/hash.h"

#include <string.h>

static const Tree *index_of(Ctx *ctx, Scope *scope, const char *name,
                            const Dim *hi)
{
    const Dim *first = dim_num(ctx, 1);
    Sym *y = first ? scope_fresh(scope, name, SYM_INDEX, first, first) : NULL;
    if (!y)
        return NULL;
    y->lo = first;
    y->hi = hi;
    return tree_sym(ctx, y);
}

/* The direction in which entry i,j moves; of a symmetric matrix half of it is
 * entry j,i. */
static const Tree *direction(Ctx *ctx, const Sym *d, const Tree *i,
                             const Tree *j)
{
    const Span none = {0, 0};
    bool vector = dim_is(d->cols, 1);
    const Tree *at[] = {i, j}, *turned[] = {j, i};
    const Tree *e = tree_shaped(ctx, vector ? OP_UNITV : OP_UNITM,
                                vector ? 1 : 2, at, d->rows, d->cols, none);
    if (!(d->props & (PROP_SYMMETRIC | PROP_POSDEF)))
        return e;
    const Tree *both[] = {e, tree_shaped(ctx, OP_UNITM, 2, turned, d->rows,
                                         d->cols, none)};
    const Tree *half[] = {tree_num(ctx, rat_make(ctx, 1, 2)),
                          tree_shaped(ctx, OP_ADD, 2, both, d->rows, d->cols,
                                      none)};
    return tree_shaped(ctx, OP_MUL, 2, half, d->rows, d->cols, none);
}

static const Tree *vec(Ctx *ctx, const Tree *t)
{
    const Dim *one = dim_num(ctx, 1);
    return t && !dim_is(t->cols, 1)
               ? tree_shaped(ctx, OP_VEC, 1, &t, dim_mul(ctx, t->rows, t->cols),
                             one, (Span){0, 0})
               : t;
}

/* vec(F)*e(i + (j - 1)*n, n*m)' */
static const Tree *column(Ctx *ctx, const Tree *f, const Sym *d, const Tree *i,
                          const Tree *j)
{
    const Span none = {0, 0};
    const Dim *one = dim_num(ctx, 1), *size = dim_mul(ctx, d->rows, d->cols);
    const Dim *before = dim_sub(ctx, dim_sym(ctx, j->sym->name), one);
    const Dim *at = dim_add(ctx, dim_sym(ctx, i->sym->name),
                            dim_mul(ctx, before, d->rows));
    const Tree *t = at ? tree_dim(ctx, at) : NULL;
    const Tree *e = tree_shaped(ctx, OP_UNITV, 1, &t, size, one, none);
    e = tree_shaped(ctx, OP_TRANSPOSE, 1, &e, one, size, none);
    f = vec(ctx, f);
    return f ? tree_shaped(ctx, OP_MUL, 2, (const Tree *[]){f, e}, f->rows,
                           size, none)
             : NULL;
}

/* The symbol for the direction of x. */
static const Sym *moving(PtrMap *seen, const Tree *t, const Sym *x)
{
    if (t->op == OP_SYM && t->sym->differential && t->sym->of == x)
        return t->sym;
    if (ptrmap_has(seen, t) || !ptrmap_put(seen, t, seen))
        return NULL;
    for (uint32_t i = 0; i < t->nkids; i++) {
        const Sym *d = moving(seen, t->kid[i], x);
        if (d)
            return d;
    }
    return NULL;
}

const Tree *by_columns(Ctx *ctx, Scope *scope, const Tree *differential,
                       const Sym *x)
{
    const uint32_t known = PROP_SYMMETRIC | PROP_POSDEF;
    PtrMap seen;
    ptrmap_init(&seen, ctx->arena);
    const Sym *d = moving(&seen, differential, x);
    if (!d || (d->props & (PROPS_LINEAR | PROP_SPAN) & ~known) ||
        (d->props & PROP_COMPLEX))
        return NULL;
    const Span none = {0, 0};
    const Tree *i = index_of(ctx, scope, "i", d->rows);
    const Tree *j = index_of(ctx, scope, "j", d->cols);
    const Tree *to = i && j ? direction(ctx, d, i, j) : NULL;
    const Tree *f = to ? tree_subst(ctx, differential, tree_sym(ctx, d), to)
                       : NULL;
    f = f ? column(ctx, f, d, i, j) : NULL;
    const Tree *first = tree_int(ctx, 1);
    f = tree_sum(ctx, i ? i->sym : NULL, first, tree_dim(ctx, d->rows), f,
                 none);
    return tree_sum(ctx, j ? j->sym : NULL, first, tree_dim(ctx, d->cols), f,
                    none);
}
