/* linear.c: readings of a sum beside common factors: inner products that share
 * their ends, a'*X*b + a'*Y*b = a'*(X + Y)*b; and linear functions of
 * matrices, tril(A) + tril(B) = tril(A + B). */
#include "raise/build.h"

static bool drop_inner(FTerm *f)
{
    for (uint32_t i = 0; i < f->ns; i++)
        if (f->s[i].t == f->in[0].t && !f->s[i].den) {
            f->s[i] = f->s[--f->ns];
            return true;
        }
    return false;
}

/* Turned so that it begins or ends as the first does, if it can. */
static Chain like_first(Raise *r, const Chain *first, const Chain *c)
{
    Chain back = chain_reversed(r, c);
    uint32_t here = elem_same(&first->e[0], &c->e[0]) +
                    elem_same(&first->e[first->n - 1], &c->e[c->n - 1]);
    uint32_t there = elem_same(&first->e[0], &back.e[0]) +
                     elem_same(&first->e[first->n - 1], &back.e[back.n - 1]);
    return there > here ? back : *c;
}

const Tree *sum_inner(Raise *r, const FTerm *f, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (f[i].nin != 1 || f[i].in[0].c.n < 2 || f[i].chain.n)
            return NULL;
    FTerm *g = copy_terms(r, f, n);
    for (uint32_t i = 0; g && i < n; i++) {
        if (!drop_inner(&g[i]))
            return NULL;
        g[i].chain = i ? like_first(r, &g[0].chain, &f[i].in[0].c)
                       : f[i].in[0].c;
        g[i].nin = 0;
    }
    return g ? sum_best(r, g, n, one(r), one(r)) : NULL;
}

static bool is_linear(const Tree *t)
{
    return t->op == OP_TRIL || t->op == OP_TRIU || t->op == OP_BAND ||
           t->op == OP_DIAGSUMS || t->op == OP_ANTIDIAGSUMS ||
           t->op == OP_CIRCSUMS;
}

/* The same function of the same widths. */
static bool same_function(const Tree *a, const Tree *b)
{
    if (a->op != b->op || a->nkids != b->nkids)
        return false;
    for (uint32_t k = 1; k < a->nkids; k++)
        if (a->kid[k] != b->kid[k])
            return false;
    return true;
}

/* The linear function that a term is of, its transpose taken inside. */
static const Tree *function_in(Raise *r, const FTerm *f)
{
    const Elem *e = f->chain.n == 1 ? &f->chain.e[0] : NULL;
    if (!e || e->diag || !is_linear(e->t))
        return NULL;
    return e->tr && !e->symm ? turn_linear(r, e->t) : e->t;
}

const Tree *sum_linear(Raise *r, const FTerm *f, uint32_t n, const Dim *rows,
                       const Dim *cols)
{
    const Tree *first = function_in(r, &f[0]);
    FTerm *g = first ? copy_terms(r, f, n) : NULL;
    for (uint32_t i = 0; g && i < n; i++) {
        const Tree *t = function_in(r, &f[i]);
        if (!t || !same_function(first, t))
            return NULL;
        g[i].chain = chain_of(r, t->kid[0], false, false);
    }
    const Tree *kid[3] = {g ? sum_tree(r, g, n, rows, cols) : NULL};
    if (!kid[0])
        return NULL;
    for (uint32_t k = 1; k < first->nkids; k++)
        kid[k] = first->kid[k];
    return mk(r, first->op, first->nkids, kid, rows, cols);
}

/* sum(A,2) as A*ones, sum(A,1) as ones'*A, so that A can be pulled out. */
static bool spread(Raise *r, Chain *c)
{
    Chain d = {0};
    bool any = false;
    for (uint32_t k = 0; k < c->n; k++) {
        Elem e = c->e[k];
        bool rows = e.t->op == OP_SUM2, cols = e.t->op == OP_SUM1;
        if (e.diag || (!rows && !cols)) {
            chain_add(r, &d, e);
            continue;
        }
        const Tree *a = e.t->kid[0];
        Elem m = {a, e.tr, false, false};
        Elem o = {mk_ones(r, rows ? a->cols : a->rows, one(r)), cols != e.tr,
                  false, false};
        bool first = cols != e.tr; /* ones' at the left */
        chain_add(r, &d, first ? o : m);
        chain_add(r, &d, first ? m : o);
        any = true;
    }
    *c = d;
    return any;
}

const Tree *sum_ones(Raise *r, const FTerm *f, uint32_t n, const Dim *rows,
                     const Dim *cols)
{
    FTerm *g = copy_terms(r, f, n);
    bool any = false;
    for (uint32_t i = 0; g && i < n; i++)
        any = spread(r, &g[i].chain) || any;
    if (!any)
        return NULL;
    r->spread = true;
    const Tree *t = sum_tree(r, g, n, rows, cols);
    r->spread = false;
    return t;
}
