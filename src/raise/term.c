/* term.c: the tree of one term: a coefficient, scalar factors, and a chain of
 * matrices; a determinant beside an inverse is an adjugate. */
#include "raise/build.h"

#include <string.h>

bool fterm_scalar(Raise *r, FTerm *f, const Tree *t, bool den)
{
    if (!t)
        return false;
    if (t->op == OP_NUM) {
        f->coef = den ? rat_div(r->ctx, f->coef, t->num)
                      : rat_mul(r->ctx, f->coef, t->num);
        return true;
    }
    if (t->op == OP_NEG) {
        f->coef = rat_neg(r->ctx, f->coef);
        return fterm_scalar(r, f, t->kid[0], den);
    }
    if (t->op == OP_MUL && t->nkids <= JOIN_MOST) {
        bool all = true;
        for (uint32_t i = 0; i < t->nkids; i++)
            all = all && tree_is_scalar(t->kid[i]);
        for (uint32_t i = 0; all && i < t->nkids; i++)
            if (!fterm_scalar(r, f, t->kid[i], den))
                return false;
        if (all)
            return true;
    }
    if (t->op == OP_DIV)
        return fterm_scalar(r, f, t->kid[0], den) &&
               fterm_scalar(r, f, t->kid[1], !den);
    const Tree *base;
    uint32_t k = fterm_power(t, &base);
    bool inner = k == 2 && (base->op == OP_NORM || base->op == OP_NORMF);
    if (k > 1 && k <= 4 && !inner) { /* t^2 and t have a factor in common */
        for (; k > 0; k--)
            if (!fterm_scalar(r, f, base, den))
                return false;
        return true;
    }
    if (f->ns == f->caps) {
        uint32_t cap = f->caps ? 2 * f->caps : 4;
        Scal *p = ARENA_ARRAY(r->ctx->arena, Scal, cap);
        if (!p)
            return false;
        if (f->ns)
            memcpy(p, f->s, f->ns * sizeof *p);
        f->s = p;
        f->caps = cap;
    }
    f->s[f->ns++] = (Scal){t, den};
    return true;
}

bool fterm_inner(Raise *r, FTerm *f, const Chain *c, const Tree *t)
{
    if (f->nin == f->capin) {
        uint32_t cap = f->capin ? 2 * f->capin : 2;
        Inner *p = ARENA_ARRAY(r->ctx->arena, Inner, cap);
        if (!p)
            return false;
        if (f->nin)
            memcpy(p, f->in, f->nin * sizeof *p);
        f->in = p;
        f->capin = cap;
    }
    f->in[f->nin++] = (Inner){*c, t};
    return true;
}

/* --- the tree of one term */

typedef struct Power {
    const Tree *base;
    Rat k;
} Power;

/* The scalars as powers of different bases, symbols first. */
static uint32_t powers(Raise *r, const FTerm *f, bool den, Power *p)
{
    PtrMap at; /* base -> its power */
    uint32_t n = 0;
    ptrmap_init(&at, r->ctx->arena);
    for (uint32_t k = 0; k < 2 * f->ns; k++) {
        const Scal *s = &f->s[k % f->ns];
        if (s->den != den || (k < f->ns) != (s->t->nkids == 0))
            continue;
        bool pow = s->t->op == OP_POW && s->t->kid[1]->op == OP_NUM;
        const Tree *base = pow ? s->t->kid[0] : s->t;
        Power *q = ptrmap_get(&at, base);
        if (!q) {
            q = &p[n++];
            *q = (Power){base, rat_int(0)};
            ptrmap_put(&at, base, q);
        }
        q->k = rat_add(r->ctx, q->k, pow ? s->t->kid[1]->num : rat_int(1));
    }
    return n;
}

/* t^k of the equal scalars among s. */
static const Tree *scalars(Raise *r, const FTerm *f, bool den)
{
    Power *p = ARENA_ARRAY(r->ctx->arena, Power, f->ns + 1u);
    const Tree **t = ARENA_ARRAY(r->ctx->arena, const Tree *, f->ns + 1u);
    uint32_t n = p && t ? powers(r, f, den, p) : 0;
    for (uint32_t i = 0; i < n; i++)
        t[i] = rat_is(p[i].k, 1)
                   ? p[i].base
                   : mk(r, OP_POW, 2,
                        (const Tree *[]){p[i].base,
                                         tree_num(r->ctx, p[i].k)},
                        one(r), one(r));
    return n ? mk_product(r, t, n, one(r), one(r)) : NULL;
}

/* tr(inv(E)*M) with the inverse replaced by the adjugate; NULL if E's
 * inverse is no factor of the trace. */
static const Tree *trace_of_adjugate(Raise *r, const Tree *t, const Tree *e)
{
    const Tree *m = t->op == OP_TR ? t->kid[0] : NULL;
    if (!m || m->op != OP_MUL)
        return NULL;
    for (uint32_t i = 0; i < m->nkids; i++)
        if (m->kid[i]->op == OP_INV && m->kid[i]->kid[0] == e) {
            const Tree **kid = ARENA_ARRAY(r->ctx->arena, const Tree *,
                                           m->nkids);
            if (!kid)
                return NULL;
            memcpy(kid, m->kid, m->nkids * sizeof *kid);
            kid[i] = mk_fun(r, OP_ADJ, e, e->rows, e->cols);
            m = mk(r, OP_MUL, m->nkids, kid, m->rows, m->cols);
            return m ? mk_fun(r, OP_TR, m, one(r), one(r)) : NULL;
        }
    return NULL;
}

static bool trace_adjugate(Raise *r, FTerm *f, uint32_t i)
{
    for (uint32_t k = 0; k < f->ns; k++) {
        const Tree *t = f->s[k].den ? NULL
                                    : trace_of_adjugate(r, f->s[k].t,
                                                        f->s[i].t->kid[0]);
        if (!t)
            continue;
        f->s[k].t = t;
        fterm_drop(f, i);
        return true;
    }
    return false;
}

/* det(E) beside inv(E) is adj(E). */
static void adjugates(Raise *r, FTerm *f)
{
    for (uint32_t i = 0; i < f->ns; i++) {
        const Tree *d = f->s[i].t;
        if (f->s[i].den || d->op != OP_DET)
            continue;
        if (trace_adjugate(r, f, i)) {
            i--;
            continue;
        }
        for (uint32_t k = 0; k < f->chain.n; k++) {
            const Elem *e = &f->chain.e[k];
            if (e->diag || e->t->op != OP_INV || e->t->kid[0] != d->kid[0])
                continue;
            Chain c = {0};
            for (uint32_t j = 0; j < f->chain.n; j++) {
                Elem x = f->chain.e[j];
                if (j == k)
                    x.t = mk_fun(r, OP_ADJ, d->kid[0], e->t->rows,
                                 e->t->cols);
                chain_add(r, &c, x);
            }
            f->chain = c;
            fterm_drop(f, i);
            i--;
            break;
        }
    }
}

/* a - b, or a Hadamard product with such a factor, as b - a; else NULL. */
static const Tree *negated(Raise *r, const Tree *t)
{
    if (t->op == OP_ADD && t->nkids == 2 && t->kid[1]->op == OP_NEG)
        return mk(r, OP_ADD, 2,
                  (const Tree *[]){t->kid[1]->kid[0], mk_neg(r, t->kid[0])},
                  t->rows, t->cols);
    for (uint32_t i = 0; t->op == OP_HAD && t->nkids <= 8 && i < t->nkids;
         i++) {
        const Tree *kid[8], *n = negated(r, t->kid[i]);
        if (!n)
            continue;
        memcpy(kid, t->kid, t->nkids * sizeof *kid);
        kid[i] = n;
        return mk(r, OP_HAD, t->nkids, kid, t->rows, t->cols);
    }
    return NULL;
}

/* A sign goes into a difference. */
static bool absorb_sign(Raise *r, FTerm *f)
{
    for (uint32_t k = 0; k < f->chain.n; k++) {
        const Tree *n = negated(r, f->chain.e[k].t);
        Chain c = {0};
        if (!n)
            continue;
        for (uint32_t j = 0; j < f->chain.n; j++) {
            Elem e = f->chain.e[j];
            if (j == k)
                e.t = n;
            chain_add(r, &c, e);
        }
        f->chain = c;
        return true;
    }
    return false;
}

static const Tree *chain_in_shape(Raise *r, const FTerm *f, const Dim *rows,
                                  const Dim *cols)
{
    bool scalar = dim_is(rows, 1) && dim_is(cols, 1);
    return scalar ? chain_scalar(r, &f->chain) : chain_tree(r, &f->chain);
}

const Tree *fterm_tree(Raise *r, const FTerm *in, const Dim *rows,
                       const Dim *cols)
{
    FTerm f = *in;
    f.s = ARENA_ARRAY(r->ctx->arena, Scal, in->ns + 1u);
    if (!f.s)
        return NULL;
    if (in->ns)
        memcpy(f.s, in->s, in->ns * sizeof *f.s);
    adjugates(r, &f);
    fterm_softmaxes(r, &f);
    fterm_pairs(r, &f);
    Rat c = f.coef;
    bool neg = rat_sign(c) < 0;
    if (neg) {
        c = rat_neg(r->ctx, c);
        neg = !absorb_sign(r, &f);
    }
    const Tree *num = scalars(r, &f, false), *den = scalars(r, &f, true);
    const Tree *m = f.chain.n ? chain_in_shape(r, &f, rows, cols) : NULL;
    if (f.chain.n && !m)
        return NULL;
    bool scalar = dim_is(rows, 1) && dim_is(cols, 1);
    if (!m && !scalar)
        m = mk_ones(r, rows, cols);
    Rat p = c, q = rat_int(1);
    if (!rat_is_int(c) && c.den > 1) {
        p = rat_int(c.num);
        q = rat_int(c.den);
    }
    const Tree *t = rat_is(p, 1) ? NULL : tree_num(r->ctx, p);
    if (num)
        t = t ? mk_mul(r, t, num) : num;
    bool over = m && t && m->op == OP_EDIV && m->kid[0]->op == OP_NUM &&
                rat_is(m->kid[0]->num, 1);
    if (over) /* c*(1./v) is c./v */
        t = mk(r, OP_EDIV, 2, (const Tree *[]){t, m->kid[1]}, m->rows,
               m->cols);
    else if (m)
        t = t ? mk_mul(r, t, m) : m;
    if (!t)
        t = tree_num(r->ctx, p);
    if (!rat_is(q, 1))
        den = den ? mk_mul(r, tree_num(r->ctx, q), den)
                  : tree_num(r->ctx, q);
    if (den && t->op == OP_NUM && den->op == OP_NUM)
        t = tree_num(r->ctx, c);
    else if (den)
        t = mk_div(r, t, den);
    return neg ? mk_neg(r, t) : t;
}
