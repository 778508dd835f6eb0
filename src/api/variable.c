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

/* The variable v as a symbol p of its own: `from` becomes `to` in the input, p
 * becomes v in the answer. */
static bool substitute(Derive *d, const Tree *v, const Tree *pt,
                       const Tree *from, const Tree *to, Var *out)
{
    d->input = to ? tree_subst(d->ctx, d->input, from, to) : NULL;
    *out = (Var){.sym = pt ? pt->sym : NULL, .tree = pt, .back = v};
    out->axes = pt ? sym_axes(pt->sym) : 0;
    return d->input != NULL;
}

static const Tree *stand_in_tree(Derive *d, const char *name, const Tree *v)
{
    Sym *p = stand_in(d, name, v->rows, v->cols);
    return p ? tree_sym(d->ctx, p) : NULL;
}

/* What undoes op, entry by entry or as a whole; OP_COUNT: nothing. */
static OpId inverse_of(OpId op)
{
    static const OpId pair[][2] = {
        {OP_TRANSPOSE, OP_TRANSPOSE}, {OP_INV, OP_INV}, {OP_PINV, OP_PINV},
        {OP_VEC, OP_RESHAPE}, {OP_RESHAPE, OP_VEC}, {OP_LOG, OP_EXP},
        {OP_EXP, OP_LOG}, {OP_TAN, OP_ATAN}, {OP_ATAN, OP_TAN},
        {OP_SIN, OP_ASIN}, {OP_ASIN, OP_SIN}, {OP_COS, OP_ACOS},
        {OP_ACOS, OP_COS}, {OP_LOG1P, OP_EXPM1}, {OP_EXPM1, OP_LOG1P},
        {OP_EXPM, OP_LOGM}, {OP_LOGM, OP_EXPM}};
    for (size_t i = 0; i < sizeof pair / sizeof *pair; i++)
        if (pair[i][0] == op)
            return pair[i][1];
    return OP_COUNT;
}

/* diff f by T(X): X is T^-1(P), and P is T(X) in the answer. */
static bool transform_var(Derive *d, const Tree *v, OpId inverse, Var *out)
{
    const Tree *x = v->kid[0];
    const Tree *pt = stand_in_tree(d, x->sym->name, v);
    const Tree *back = pt ? tree_shaped(d->ctx, inverse, 1, &pt, x->rows,
                                        x->cols, v->span)
                          : NULL;
    return substitute(d, v, pt, x, back, out);
}

/* diff f by a part of it, as A*x + b: the part is the variable, and whatever
 * else mentions x is held. */
static bool part_var(Derive *d, const Tree *v, Var *out)
{
    const Tree *before = d->input;
    const Tree *pt = stand_in_tree(d, "part", v);
    if (!pt || !substitute(d, v, pt, v, pt, out))
        return false;
    if (d->input != before) {
        note(d->out->note, &d->out->nnotes,
             "a part of the expression is the variable; what it is made of "
             "is held elsewhere");
        return true;
    }
    ctx_fail(d->ctx, v->op == OP_INT ? ERR_LANGUAGE : ERR_UNSUPPORTED,
             v->span,
             "the variable is a name, an entry as in X[i,j], an invertible "
             "transform as inv(X), or a part of the expression",
             "this cannot be a variable: it does not occur in the "
             "expression");
    return false;
}

/* With --structure none the variable's structure is not seen. */
static bool plain_var(Derive *d, const Tree *v, Var *out)
{
    Sym *p = stand_in(d, v->sym->name, v->rows, v->cols);
    if (p)
        p->props = v->sym->props & PROP_COMPLEX;
    const Tree *pt = p ? tree_sym(d->ctx, p) : NULL;
    return substitute(d, v, pt, v, pt, out);
}

/* How a derivative by a complex variable is meant that is not by conj(z). */
static Wirtinger holds_conj(const Derive *d, const Sym *s)
{
    if (!(s->props & PROP_COMPLEX) || d->task->mode == MODE_DIFFERENTIAL ||
        d->task->mode == MODE_TAYLOR)
        return WIRTINGER_NONE;
    return d->task->mode == MODE_GRAD ? WIRTINGER_GRAD : WIRTINGER_Z;
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
    *out = (Var){.sym = x->sym, .tree = v,
                 .wirtinger = holds_conj(d, x->sym)};
    for (uint32_t k = 1; k < v->nkids; k++) {
        bool all = v->kid[k]->op == OP_COLON;
        if (all && is_structured(x->sym)) {
            ctx_fail(d->ctx, ERR_UNSUPPORTED, v->span,
                     "declare the matrix without its structure, or take it "
                     "by an entry",
                     "a row or a column of %s, whose other entries are tied "
                     "to it",
                     x->sym->name);
            return false;
        }
        out->axes += all;
        out->index[out->nindex++] = all ? NULL
                                        : lower_dim(&d->lower, v->kid[k]);
    }
    return check_structure(d, x->sym, v->span);
}

/* By conj(z), with z held: the leaf conj(z) of the network. */
static bool conj_var(Derive *d, const Tree *z, Var *out)
{
    *out = (Var){.sym = sym_conj(d->ctx, z->sym), .tree = z,
                 .axes = sym_axes(z->sym), .wirtinger = WIRTINGER_CONJ};
    if (!(z->sym->props & PROP_HERMITIAN))
        return out->sym != NULL;
    ctx_fail(d->ctx, ERR_UNSUPPORTED, z->span, "derive by the matrix itself",
             "the conjugate of the hermitian %s is its transpose",
             z->sym->name);
    return false;
}

/* By conj(z[i]), with z held. */
static bool conj_entry_var(Derive *d, const Tree *entry, Var *out)
{
    const Tree *z = entry->kid[0];
    if (!entry_var(d, entry, out))
        return false;
    Var whole;
    if (!conj_var(d, z, &whole))
        return false;
    out->sym = whole.sym;
    out->wirtinger = WIRTINGER_CONJ;
    return true;
}

static bool is_complex_name(const Tree *t)
{
    return t->op == OP_SYM && (t->sym->props & PROP_COMPLEX);
}

/* conj(z[i]), which is also conj(z)[i]: the entry z[i]; else NULL. */
static const Tree *conj_entry(Ctx *ctx, const Tree *v)
{
    const Tree *k = v->nkids ? v->kid[0] : v;
    if (v->op == OP_CONJ && k->op == OP_INDEX && is_complex_name(k->kid[0]))
        return k;
    if (v->op == OP_INDEX && k->op == OP_CONJ && is_complex_name(k->kid[0]))
        return tree_subst(ctx, v, k, k->kid[0]);
    return NULL;
}

static bool is_transform(const Tree *v)
{
    return v->op != OP_SYM && v->op != OP_INDEX && v->op != OP_CONJ &&
           v->nkids == 1 && inverse_of(v->op) != OP_COUNT &&
           v->kid[0]->op == OP_SYM;
}

/* A variable whose symbol another one has put out of the expression. */
static bool is_lost(const Derive *d, const Tree *v)
{
    for (unsigned i = 0; i < d->nvars; i++) {
        const Var *w = &d->var[i];
        const Tree *t = d->task->var[i];
        bool by_first = w->back && (w->back->op == OP_SYM || is_transform(t)) &&
                        tree_mentions(d->ctx, v,
                                      w->back->op == OP_SYM
                                          ? w->back->sym
                                          : t->kid[0]->sym);
        bool by_second = is_transform(v) &&
                         tree_mentions(d->ctx, t, v->kid[0]->sym);
        if (by_first || by_second)
            return true;
    }
    return false;
}

bool read_var(Derive *d, const Tree *v, Var *out)
{
    for (unsigned i = 0; i < d->nvars; i++)
        if (d->task->var[i] == v) { /* once more */
            *out = d->var[i];
            return true;
        }
    if (is_lost(d, v))
        return ctx_fail(d->ctx, ERR_UNSUPPORTED, v->span,
                        "derive twice by the same one",
                        "this variable and one before it are made of the same "
                        "name") != NULL;
    if (v->op == OP_SYM && v->sym->kind == SYM_QUANTITY) {
        *out = (Var){.sym = v->sym, .tree = v, .axes = sym_axes(v->sym)};
        Wirtinger w = holds_conj(d, v->sym);
        if (!check_structure(d, v->sym, v->span))
            return false;
        if (ignores_structure(d, v->sym) && !plain_var(d, v, out))
            return false;
        out->wirtinger = w;
        return true;
    }
    const Tree *entry = conj_entry(d->ctx, v);
    if (entry)
        return conj_entry_var(d, entry, out);
    if (v->op == OP_INDEX)
        return entry_var(d, v, out);
    if (v->op == OP_CONJ && is_complex_name(v->kid[0]))
        return conj_var(d, v->kid[0], out);
    OpId inverse = v->nkids == 1 ? inverse_of(v->op) : OP_COUNT;
    if (inverse != OP_COUNT && v->kid[0]->op == OP_SYM &&
        !is_structured(v->kid[0]->sym))
        return transform_var(d, v, inverse, out);
    return part_var(d, v, out);
}
