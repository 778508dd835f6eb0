/* atoms.c: the tree of one atom, its axes as rows and columns. */
#include "raise/apply.h"

/* sqrt(v'*v) is a norm: the base is one factor and its conjugate, summed;
 * of a complex scalar the modulus. */
static const Tree *norm_tree(Raise *r, const Net *base)
{
    const Term *t = base->term;
    if (base->naxes || base->nterms != 1 || t->nfactors != 2 ||
        !rat_is(t->coef, 1))
        return NULL;
    const Atom *a = t->factor[0].atom, *b = t->factor[1].atom;
    if (a->kind == ATOM_SYM && a->sym->conj_of) {
        a = b;
        b = t->factor[0].atom;
    }
    if (a->naxes > 2 || t->nbound != a->naxes ||
        net_conj(r->ctx, net_atom(r->ctx, a)) != net_atom(r->ctx, b))
        return NULL;
    if (a->naxes == 0 && a == b)
        return NULL;
    for (unsigned k = 0; k < a->naxes; k++)
        if (t->factor[0].lab[k] != t->factor[1].lab[k])
            return NULL;
    const Tree *v = atom_tree(r, a);
    if (v && a->naxes == 0)
        return mk_fun(r, OP_ABS, v, one(r), one(r));
    return v ? mk_fun(r, a->naxes == 1 ? OP_NORM : OP_NORMF, v, one(r),
                      one(r))
             : NULL;
}

static bool is_squared_norm(const Tree *t)
{
    return t->op == OP_POW && t->kid[1]->op == OP_NUM &&
           rat_is(t->kid[1]->num, 2) &&
           (t->kid[0]->op == OP_NORM || t->kid[0]->op == OP_NORMF);
}

/* v^p for p > 0, entry by entry; sqrt and norm where they fit. */
static const Tree *positive_power(Raise *r, const Net *base, Rat p)
{
    const Tree *b = NULL;
    const Tree *expo;
    if (p.den == 2) {
        const Tree *norm = norm_tree(r, base);
        if (norm) {
            b = norm;
            p = rat_mul(r->ctx, p, rat_int(2));
        } else {
            b = raise_net(r, base);
            b = b && is_squared_norm(b) ? b->kid[0]
                : b ? mk_fun(r, OP_SQRT, b, b->rows, b->cols)
                    : NULL;
            p = rat_mul(r->ctx, p, rat_int(2));
        }
    } else {
        b = raise_net(r, base);
    }
    if (!b || rat_is(p, 1))
        return b;
    expo = tree_num(r->ctx, p);
    return mk(r, tree_is_scalar(b) ? OP_POW : OP_EPOW, 2,
              (const Tree *[]){b, expo}, b->rows, b->cols);
}

static const Tree *pow_tree(Raise *r, const Atom *a)
{
    Rat p;
    if (net_is_num(a->arg[1], &p)) {
        if (rat_sign(p) > 0)
            return positive_power(r, a->arg[0], p);
        const Tree *d = positive_power(r, a->arg[0], rat_neg(r->ctx, p));
        if (!d)
            return NULL;
        return mk_over(r, tree_is_scalar(d) ? OP_DIV : OP_EDIV,
                       tree_int(r->ctx, 1), d);
    }
    const Tree *b = raise_net(r, a->arg[0]), *e = raise_net(r, a->arg[1]);
    if (!b || !e)
        return NULL;
    const Tree *like = tree_is_scalar(b) ? e : b;
    return mk(r, tree_is_scalar(like) ? OP_POW : OP_EPOW, 2,
              (const Tree *[]){b, e}, like->rows, like->cols);
}

/* The atom of the conjugate argument. */
static const Atom *conj_of(Raise *r, const Atom *a)
{
    const Net *n = net_conj(r->ctx, net_atom(r->ctx, a));
    return n ? n->term[0].factor[0].atom : NULL;
}

static const Tree *mpow_tree(Raise *r, const Atom *a)
{
    int64_t k;
    if (!a)
        return NULL;
    const Tree *b = raise_net(r, a->arg[0]);
    if (!b)
        return NULL;
    if (b->op == OP_CONJ) /* inv(conj(X)) is conj(inv(X)) */
        return mk_conj(r, mpow_tree(r, conj_of(r, a)));
    if (dim_is_num(a->expo, &k) && k < 0) {
        b = mk_fun(r, OP_INV, b, b->rows, b->cols);
        if (k == -1 || !b)
            return b;
        return mk(r, OP_POW, 2, (const Tree *[]){b, tree_int(r->ctx, -k)},
                  b->rows, b->cols);
    }
    return mk(r, OP_POW, 2, (const Tree *[]){b, mk_index(r, a->expo)},
              b->rows, b->cols);
}

static const Tree *mat_tree(Raise *r, const Atom *a)
{
    if (!a)
        return NULL;
    const Tree *b = raise_net(r, a->arg[0]);
    if (a->op == OP_FRECHET)
        return mk(r, OP_FRECHET, 2,
                  (const Tree *[]){b, raise_net(r, a->arg[1])}, a->dim[0],
                  a->dim[1]);
    if (b && b->op == OP_CONJ)
        return mk_conj(r, mat_tree(r, conj_of(r, a)));
    const Dim *rows = a->naxes > 0 ? a->dim[0] : one(r);
    const Dim *cols = a->naxes > 1 ? a->dim[1] : one(r);
    return b ? mk_fun(r, a->op, b, rows, cols) : NULL;
}

static const Tree *fun_tree(Raise *r, const Atom *a)
{
    const Tree *kid[2] = {NULL, NULL};
    for (unsigned k = 0; k < a->nargs; k++)
        if (!(kid[k] = raise_net(r, a->arg[k])))
            return NULL;
    if (a->op == OP_LOG && kid[0]->op == OP_SUM &&
        kid[0]->kid[0]->op == OP_EXP && tree_is_col(kid[0]->kid[0]))
        return mk_fun(r, OP_LOGSUMEXP, kid[0]->kid[0]->kid[0], one(r), one(r));
    return mk(r, a->op, a->nargs, kid, kid[0]->rows, kid[0]->cols);
}

static const Tree *sumi_tree(Raise *r, const Atom *a)
{
    const Sym *i = index_sym(r, a->index, a->hi);
    const Net *in = a->arg[0];
    if (i && i->name != a->index) /* the name means something else here */
        in = net_subst_index(r->ctx, in, a->index, dim_sym(r->ctx, i->name));
    const Tree *body = raise_net(r, in);
    if (!i || !body)
        return NULL;
    return tree_sum(r->ctx, i, tree_dim(r->ctx, a->lo),
                    tree_dim(r->ctx, a->hi), body, (Span){0, 0});
}

/* tril(ones(n,n)), band(ones(n,n),p,q) */
static const Tree *mask_tree(Raise *r, const Atom *a)
{
    const Tree *kid[3] = {mk_ones(r, a->dim[0], a->dim[0])};
    bool band = a->op == OP_BAND;
    if (band) {
        kid[1] = mk_index(r, a->lo);
        kid[2] = mk_index(r, a->hi);
    }
    return mk(r, a->op, band ? 3 : 1, kid, a->dim[0], a->dim[0]);
}

const Tree *atom_tree(Raise *r, const Atom *a)
{
    switch (a->kind) {
    case ATOM_IMUNIT:
        return mk(r, OP_IMUNIT, 0, NULL, one(r), one(r));
    case ATOM_SYM: {
        const Tree *t = tree_sym(r->ctx, a->sym->conj_of ? a->sym->conj_of
                                                         : a->sym);
        if (t && a->sym->conj_of)
            t = mk_fun(r, OP_CONJ, t, t->rows, t->cols);
        if (t && (a->sym->props & PROP_DIAGONAL) && !tree_is_scalar(t))
            return mk_fun(r, OP_DIAG, t, a->dim[0], one(r));
        return t && dim_is(t->rows, 1) ? mk_transpose(r, t) : t;
    }
    case ATOM_INT:
        return mk_index(r, a->expo);
    case ATOM_PI:
        return mk(r, OP_PI, 0, NULL, one(r), one(r));
    case ATOM_DELTA:
        return mk_eye(r, a->dim[0]);
    case ATOM_FUN:
        return fun_tree(r, a);
    case ATOM_POW:
        return pow_tree(r, a);
    case ATOM_MPOW:
        return mpow_tree(r, a);
    case ATOM_MAT:
        return mat_tree(r, a);
    case ATOM_APPLY:
        return apply_tree(r, a);
    case ATOM_SUM:
        return raise_net(r, a->arg[0]);
    case ATOM_SUMI:
        return sumi_tree(r, a);
    case ATOM_MASK:
        return mask_tree(r, a);
    case ATOM_FUSE: case ATOM_SAME:
        break;
    }
    ctx_fail(r->ctx, ERR_INTERNAL, (Span){0, 0}, NULL,
             "a pattern of indices stands alone");
    return NULL;
}
