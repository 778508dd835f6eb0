/* variable.c: what a derivative is taken by: a symbol, an entry, an invertible
 * transform of a symbol. */
#include "api/derive.h"

#include <string.h>

static unsigned sym_axes(const Sym *s)
{
    return (unsigned)!dim_is(s->rows, 1) + (unsigned)!dim_is(s->cols, 1);
}

static Sym *stand_in(Derive *d, const char *name, const Dim *rows,
                     const Dim *cols)
{
    Sym *s = ARENA_NEW(d->ctx->arena, Sym);
    if (!s)
        return NULL;
    *s = (Sym){.name = ctx_intern(d->ctx, name, strlen(name)),
               .kind = SYM_QUANTITY, .rows = rows, .cols = cols,
               .serial = 0x30000000u + d->nvars};
    return s;
}

/* diff f by T(X): X is T^-1(P), and P is T(X) in the answer. */
static bool transform_var(Derive *d, const Tree *v, Var *out)
{
    OpId op = v->op;
    const Tree *x = v->kid[0];
    Sym *p = stand_in(d, x->sym->name, v->rows, v->cols);
    const Tree *pt = p ? tree_sym(d->ctx, p) : NULL;
    const Tree *inverse = pt ? tree_shaped(d->ctx, op, 1, &pt, x->rows,
                                           x->cols, v->span)
                             : NULL;
    d->input = tree_subst(d->ctx, d->input, x, inverse);
    *out = (Var){.sym = p, .tree = pt, .back = v};
    out->axes = p ? sym_axes(p) : 0;
    return d->input != NULL;
}

/* With --structure none the variable's structure is not seen. */
static bool plain_var(Derive *d, const Tree *v, Var *out)
{
    Sym *p = stand_in(d, v->sym->name, v->rows, v->cols);
    if (p)
        p->props = v->sym->props & PROP_COMPLEX;
    const Tree *pt = p ? tree_sym(d->ctx, p) : NULL;
    d->input = tree_subst(d->ctx, d->input, v, pt);
    *out = (Var){.sym = p, .tree = pt, .back = v};
    out->axes = p ? sym_axes(p) : 0;
    return d->input != NULL;
}

static bool entry_var(Derive *d, const Tree *v, Var *out)
{
    const Tree *x = v->kid[0];
    if (x->op != OP_SYM) {
        ctx_fail(d->ctx, ERR_UNSUPPORTED, v->span, NULL,
                 "an entry as a variable is one of a matrix or vector");
        return false;
    }
    if (is_structured(x->sym) && d->task->structure == STRUCTURE_NONE) {
        ctx_fail(d->ctx, ERR_UNSUPPORTED, v->span,
                 "declare the matrix without its structure",
                 "an entry of %s, whose structure is to be ignored",
                 x->sym->name);
        return false;
    }
    *out = (Var){.sym = x->sym, .tree = v};
    for (uint32_t k = 1; k < v->nkids; k++) {
        if (v->kid[k]->op == OP_COLON) {
            ctx_fail(d->ctx, ERR_UNSUPPORTED, v->span,
                     "take it by X[i,j]",
                     "the derivative by a row or a column comes in a later "
                     "version");
            return false;
        }
        out->index[out->nindex++] = lower_dim(&d->lower, v->kid[k]);
    }
    return check_structure(d, x->sym, v->span);
}

/* By conj(z), with z held: the leaf conj(z) of the network. */
static bool conj_var(Derive *d, const Tree *v, Var *out)
{
    const Tree *z = v->kid[0];
    *out = (Var){.sym = sym_conj(d->ctx, z->sym), .tree = z,
                 .axes = sym_axes(z->sym), .wirtinger = WIRTINGER_CONJ};
    if (!(z->sym->props & PROP_HERMITIAN))
        return out->sym != NULL;
    ctx_fail(d->ctx, ERR_UNSUPPORTED, v->span, "derive by the matrix itself",
             "the conjugate of the hermitian %s is its transpose",
             z->sym->name);
    return false;
}

bool read_var(Derive *d, const Tree *v, Var *out)
{
    if (v->op == OP_SYM && v->sym->kind == SYM_QUANTITY) {
        *out = (Var){.sym = v->sym, .tree = v, .axes = sym_axes(v->sym)};
        if ((v->sym->props & PROP_COMPLEX) &&
            d->task->mode != MODE_DIFFERENTIAL &&
            d->task->mode != MODE_TAYLOR)
            out->wirtinger = d->task->mode == MODE_GRAD ? WIRTINGER_GRAD
                                                        : WIRTINGER_Z;
        Wirtinger w = out->wirtinger;
        if (!check_structure(d, v->sym, v->span))
            return false;
        if (ignores_structure(d, v->sym) && !plain_var(d, v, out))
            return false;
        out->wirtinger = w;
        return true;
    }
    if (v->op == OP_INDEX)
        return entry_var(d, v, out);
    if (v->op == OP_CONJ && v->kid[0]->op == OP_SYM &&
        (v->kid[0]->sym->props & PROP_COMPLEX))
        return conj_var(d, v, out);
    bool whole = (v->op == OP_TRANSPOSE || v->op == OP_INV ||
                  v->op == OP_PINV) &&
                 v->kid[0]->op == OP_SYM &&
                 !is_structured(v->kid[0]->sym);
    if (whole)
        return transform_var(d, v, out);
    ctx_fail(d->ctx, v->op == OP_INT ? ERR_LANGUAGE : ERR_UNSUPPORTED,
             v->span, "the variable is a name, or an entry as in X[i,j]",
             "this cannot be a variable");
    return false;
}
