/* variable.c: what a derivative is taken by: a symbol, an entry, an invertible
 * transform of a symbol; and the structure of the symbol. */
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
    const Tree *pt = p ? tree_sym(d->ctx, p) : NULL;
    d->input = tree_subst(d->ctx, d->input, v, pt);
    *out = (Var){.sym = p, .tree = pt, .back = v};
    out->axes = p ? sym_axes(p) : 0;
    return d->input != NULL;
}

enum { STRUCTURED = PROP_SYMMETRIC | PROP_SKEW | PROP_DIAGONAL | PROP_LOWER |
                    PROP_UPPER | PROP_TOEPLITZ | PROP_HANKEL |
                    PROP_CIRCULANT | PROP_ORTHOGONAL | PROP_IDEMPOTENT };

static bool check_structure(Derive *d, const Sym *s, Span at)
{
    const uint32_t easy = PROP_SYMMETRIC | PROP_SKEW | PROP_DIAGONAL;
    if (!(s->props & STRUCTURED) || dim_is(s->rows, 1))
        return true;
    if (d->task->mode == MODE_DIFFERENTIAL ||
        d->task->mode == MODE_SIMPLIFY || d->task->mode == MODE_TAYLOR)
        return true;
    if (d->task->structure == STRUCTURE_PROJECTION &&
        !(s->props & STRUCTURED & ~easy))
        return true;
    ctx_fail(d->ctx, ERR_UNSUPPORTED, at,
             "ask for --structure none, or for the differential",
             "the derivative by the structured variable %s in this form "
             "comes in a later version",
             s->name);
    return false;
}

static bool entry_var(Derive *d, const Tree *v, Var *out)
{
    const Tree *x = v->kid[0];
    if (x->op != OP_SYM || (x->sym->props & STRUCTURED)) {
        ctx_fail(d->ctx, ERR_UNSUPPORTED, v->span, NULL,
                 "an entry as a variable is one of a plain matrix or "
                 "vector");
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
    return true;
}

bool read_var(Derive *d, const Tree *v, Var *out)
{
    if (v->op == OP_SYM && v->sym->kind == SYM_QUANTITY) {
        *out = (Var){.sym = v->sym, .tree = v, .axes = sym_axes(v->sym)};
        if (d->task->structure == STRUCTURE_NONE &&
            (v->sym->props & STRUCTURED) && !dim_is(v->sym->rows, 1))
            return plain_var(d, v, out);
        return check_structure(d, v->sym, v->span);
    }
    if (v->op == OP_INDEX)
        return entry_var(d, v, out);
    bool whole = (v->op == OP_TRANSPOSE || v->op == OP_INV ||
                  v->op == OP_PINV) &&
                 v->kid[0]->op == OP_SYM &&
                 !(v->kid[0]->sym->props & STRUCTURED);
    if (whole)
        return transform_var(d, v, out);
    ctx_fail(d->ctx, v->op == OP_INT ? ERR_LANGUAGE : ERR_UNSUPPORTED,
             v->span, "the variable is a name, or an entry as in X[i,j]",
             "this cannot be a variable");
    return false;
}

/* The gradient in the space of the variable's structure: the orthogonal
 * projection (symmetric: (G + G')/2). */
const Net *project(Derive *d, const Net *g, const Var *v)
{
    if (v->nindex || !g || dim_is(v->sym->rows, 1))
        return g;
    if (v->sym->props & PROP_DIAGONAL) {
        Work w;
        work_init(&w, d->ctx, 2, (const Dim *[]){g->dim[0], g->dim[0]});
        work_net(&w, g, (Label[]){0});
        work_delta(&w, 0, 1, g->dim[0]);
        return work_net_done(&w);
    }
    Rat half = rat_make(d->ctx, 1, 2);
    if ((v->sym->props & (PROP_SYMMETRIC | PROP_SKEW)) && g->naxes == 2) {
        bool skew = v->sym->props & PROP_SKEW;
        const Net *t = net_transpose(d->ctx, g);
        return net_sum(d->ctx, 2, (const Net *[]){g, t},
                       (Rat[]){half, skew ? rat_neg(d->ctx, half) : half});
    }
    return g;
}
