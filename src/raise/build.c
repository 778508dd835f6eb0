/* build.c: small constructors of shaped trees. */
#include "raise/build.h"

#include <string.h>

const Dim *one(Raise *r)
{
    return dim_num(r->ctx, 1);
}

uint32_t weight_of(Raise *r, const Tree *t)
{
    if (!t)
        return UINT32_MAX / 4;
    uintptr_t known = (uintptr_t)ptrmap_get(&r->weight, t);
    if (known)
        return (uint32_t)known - 1;
    uint32_t w = tree_own_weight(t);
    for (uint32_t i = 0; i < t->nkids; i++) {
        w += weight_of(r, t->kid[i]);
        if (t->op == OP_ADD && i > 0 && t->kid[i]->op == OP_NEG)
            w--; /* a - b is one operator */
        if (w > UINT32_MAX / 8)
            w = UINT32_MAX / 8;
    }
    ptrmap_put(&r->weight, t, (void *)(uintptr_t)(w + 1));
    return w;
}

const Tree *mk(Raise *r, OpId op, uint32_t n, const Tree *const *kid,
               const Dim *rows, const Dim *cols)
{
    for (uint32_t i = 0; i < n; i++)
        if (!kid[i])
            return NULL;
    return tree_shaped(r->ctx, op, n, kid, rows, cols, (Span){0, 0});
}

const Tree *mk_fun(Raise *r, OpId op, const Tree *a, const Dim *rows,
                   const Dim *cols)
{
    return mk(r, op, 1, &a, rows, cols);
}

bool tree_is_col(const Tree *t)
{
    return dim_is(t->cols, 1) && !dim_is(t->rows, 1);
}

/* tril, triu or band of ones. */
bool is_mask(const Tree *t)
{
    return (t->op == OP_TRIL || t->op == OP_TRIU || t->op == OP_BAND) &&
           t->kid[0]->op == OP_ONES;
}

const Tree *turn_linear(Raise *r, const Tree *t)
{
    const Tree *kid[3] = {mk_transpose(r, t->kid[0])};
    for (uint32_t k = 1; k < t->nkids; k++) /* band(A,p,q)' = band(A',q,p) */
        kid[k] = t->kid[t->nkids - k];
    OpId op = t->op == OP_TRIL ? OP_TRIU : t->op == OP_TRIU ? OP_TRIL : t->op;
    return mk(r, op, t->nkids, kid, t->rows, t->cols);
}

bool turns_free(const Tree *t)
{
    bool linear = t->op == OP_TRIL || t->op == OP_TRIU || t->op == OP_BAND ||
                  t->op == OP_DIAGSUMS || t->op == OP_CIRCSUMS;
    OpId in = linear ? t->kid[0]->op : OP_COUNT;
    return in == OP_TRANSPOSE || in == OP_UNITM || in == OP_ONES;
}

const Tree *mk_transpose(Raise *r, const Tree *t)
{
    if (!t || tree_is_scalar(t))
        return t;
    if (turns_free(t))
        return turn_linear(r, t);
    if (t->op == OP_TRANSPOSE)
        return t->kid[0];
    if (t->op == OP_CONJ)
        return mk_fun(r, OP_ADJOINT, t->kid[0], t->cols, t->rows);
    if (t->op == OP_ADJOINT)
        return mk_fun(r, OP_CONJ, t->kid[0], t->cols, t->rows);
    if (t->op == OP_UNITM)
        return mk(r, OP_UNITM, 2, (const Tree *[]){t->kid[1], t->kid[0]},
                  t->cols, t->rows);
    if (t->op == OP_ONES)
        return mk_ones(r, t->cols, t->rows);
    if (t->op == OP_EYE || (t->op == OP_DIAG && tree_is_col(t->kid[0])))
        return t;
    return mk_fun(r, OP_TRANSPOSE, t, t->cols, t->rows);
}

const Tree *mk_conj(Raise *r, const Tree *t)
{
    if (!t || !(t->flags & TREE_COMPLEX))
        return t;
    switch (t->op) {
    case OP_CONJ:
        return t->kid[0];
    case OP_TRANSPOSE:
        return mk_fun(r, OP_ADJOINT, t->kid[0], t->rows, t->cols);
    case OP_ADJOINT:
        return mk_transpose(r, t->kid[0]);
    case OP_NEG:
        return mk_neg(r, mk_conj(r, t->kid[0]));
    default:
        return mk_fun(r, OP_CONJ, t, t->rows, t->cols);
    }
}

const Tree *mk_neg(Raise *r, const Tree *t)
{
    if (!t)
        return NULL;
    if (t->op == OP_NEG)
        return t->kid[0];
    if (t->op == OP_NUM)
        return tree_num(r->ctx, rat_neg(r->ctx, t->num));
    return mk_fun(r, OP_NEG, t, t->rows, t->cols);
}

/* t without the sign of its first factor; *minus turns with it. */
static const Tree *unsigned_of(Raise *r, const Tree *t, bool *minus)
{
    if (t->op == OP_NEG) {
        *minus = !*minus;
        return unsigned_of(r, t->kid[0], minus);
    }
    if ((t->op != OP_MUL && t->op != OP_HAD) || t->kid[0]->op != OP_NEG)
        return t;
    const Tree **kid = ARENA_ARRAY(r->ctx->arena, const Tree *, t->nkids);
    if (!kid)
        return t;
    memcpy(kid, t->kid, t->nkids * sizeof *kid);
    kid[0] = t->kid[0]->kid[0];
    *minus = !*minus;
    return mk(r, t->op, t->nkids, kid, t->rows, t->cols);
}

bool is_opposite(Raise *r, const Tree *a, const Tree *b)
{
    bool minus = false;
    a = unsigned_of(r, a, &minus);
    b = unsigned_of(r, b, &minus);
    return a == b && minus;
}

bool is_conjugate(Raise *r, const Tree *a, const Tree *b)
{
    if (mk_conj(r, a) == b || mk_conj(r, b) == a)
        return true;
    bool same = a->op == b->op && a->nkids == b->nkids && a->nkids > 0 &&
                (a->op == OP_MUL || a->op == OP_HAD || a->op == OP_ADD);
    for (uint32_t i = 0; same && i < a->nkids; i++)
        same = is_conjugate(r, a->kid[i], b->kid[i]);
    return same;
}

/* Does t join a product at its right without being read otherwise?  Not
 * (w'*u)*C behind a matrix: its first factors make a scalar. */
static bool joins(const Tree *t)
{
    uint32_t i = 0;
    while (t->op == OP_MUL && i + 1 < t->nkids && tree_is_scalar(t->kid[i]))
        i++;
    const Tree *first = t->nkids ? t->kid[i] : t;
    return t->op != OP_MUL || tree_is_scalar(first) ||
           !dim_is(first->rows, 1) || dim_is(t->rows, 1);
}

static const Tree *mk_nary(Raise *r, OpId op, const Tree *a, const Tree *b,
                           const Dim *rows, const Dim *cols)
{
    const Tree *pair[2] = {a, b};
    uint32_t n = 0, m = 0;
    for (int i = 0; i < 2; i++)
        m += pair[i]->op == op ? pair[i]->nkids : 1u;
    bool flat[2] = {a->op == op && a->nkids <= JOIN_MOST,
                    b->op == op && b->nkids <= JOIN_MOST && joins(b)};
    const Tree **kid = ARENA_ARRAY(r->ctx->arena, const Tree *, m);
    if (!kid)
        return NULL;
    for (int i = 0; i < 2; i++)
        if (flat[i])
            for (uint32_t k = 0; k < pair[i]->nkids; k++)
                kid[n++] = pair[i]->kid[k];
        else
            kid[n++] = pair[i];
    return mk(r, op, n, kid, rows, cols);
}

const Tree *mk_mul(Raise *r, const Tree *a, const Tree *b)
{
    if (!a || !b)
        return NULL;
    bool sa = tree_is_scalar(a), sb = tree_is_scalar(b);
    if (sa && a->op == OP_NUM && rat_is(a->num, 1))
        return b;
    if (sb && b->op == OP_NUM && rat_is(b->num, 1))
        return a;
    if (sb && !sa)
        return mk_mul(r, b, a);
    return mk_nary(r, OP_MUL, a, b, sa ? b->rows : a->rows,
                   sb ? a->cols : b->cols);
}

const Tree *mk_product(Raise *r, const Tree *const *t, uint32_t n,
                       const Dim *rows, const Dim *cols)
{
    uint32_t m = 0, most = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (!t[i])
            return NULL;
        most += t[i]->nkids + 1;
    }
    const Tree **kid = ARENA_ARRAY(r->ctx->arena, const Tree *, most + 1u);
    if (!kid || n < 2)
        return kid ? t[0] : NULL;
    for (uint32_t i = 0; i < n; i++)
        if (t[i]->op == OP_MUL && t[i]->nkids <= JOIN_MOST &&
            (i == 0 || joins(t[i])))
            for (uint32_t k = 0; k < t[i]->nkids; k++)
                kid[m++] = t[i]->kid[k];
        else
            kid[m++] = t[i];
    return mk(r, OP_MUL, m, kid, rows, cols);
}

static const Dim *wide(const Dim *a, const Dim *b)
{
    return dim_is(a, 1) ? b : a;
}

const Tree *one_more(const Tree *t)
{
    if ((t->op != OP_EADD && t->op != OP_ADD) || t->nkids != 2)
        return NULL;
    for (int i = 0; i < 2; i++)
        if (t->kid[i]->op == OP_NUM && rat_is(t->kid[i]->num, 1))
            return t->kid[1 - i];
    return NULL;
}

const Tree *mk_over(Raise *r, OpId op, const Tree *a, const Tree *b)
{
    if (!a || !b)
        return NULL;
    const Tree *e = one_more(b);
    if (e && e->op == OP_EXP) {
        const Tree *x = e->kid[0];
        if (a == e)
            return mk_fun(r, OP_SIGMOID, x, e->rows, e->cols);
        if (a->op == OP_NUM && rat_is(a->num, 1))
            return mk_fun(r, OP_SIGMOID, mk_neg(r, x), e->rows, e->cols);
    }
    return mk(r, op, 2, (const Tree *[]){a, b}, wide(a->rows, b->rows),
              wide(a->cols, b->cols));
}

const Tree *mk_div(Raise *r, const Tree *a, const Tree *scalar)
{
    return mk_over(r, OP_DIV, a, scalar);
}

const Tree *mk_had(Raise *r, const Tree *a, const Tree *b)
{
    if (!a || !b)
        return NULL;
    if (is_mask(b) && !is_mask(a)) {
        const Tree *t = a;
        a = b;
        b = t;
    }
    if (is_mask(a) && !dim_is(b->rows, 1) && !dim_is(b->cols, 1)) {
        const Tree *kid[3] = {b};
        for (uint32_t k = 1; k < a->nkids; k++)
            kid[k] = a->kid[k];
        return mk(r, a->op, a->nkids, kid, a->rows, a->cols);
    }
    return mk_nary(r, OP_HAD, a, b, wide(a->rows, b->rows),
                   wide(a->cols, b->cols));
}

const Tree *mk_diag(Raise *r, const Tree *v)
{
    if (!v)
        return NULL;
    if (v->op == OP_DIAG && v->kid[0]->op == OP_SYM &&
        (v->kid[0]->sym->props & PROP_DIAGONAL))
        return v->kid[0];
    return mk_fun(r, OP_DIAG, v, v->rows, v->rows);
}

const Tree *mk_eye(Raise *r, const Dim *n)
{
    return mk(r, OP_EYE, 0, NULL, n, n);
}

const Tree *mk_ones(Raise *r, const Dim *rows, const Dim *cols)
{
    if (dim_is(rows, 1) && dim_is(cols, 1))
        return tree_int(r->ctx, 1);
    return mk(r, OP_ONES, 0, NULL, rows, cols);
}

const Sym *index_sym(Raise *r, const char *name, const Dim *hi)
{
    const Sym *s = ptrmap_get(&r->index, name);
    if (s)
        return s;
    s = scope_find(r->scope, name);
    if (s && s->kind != SYM_INDEX && s->kind != SYM_INTEGER)
        s = NULL;
    if (!s) {
        Sym *f = scope_fresh(r->scope, name, SYM_INDEX, one(r), one(r));
        if (f) {
            f->lo = one(r);
            f->hi = hi;
        }
        s = f;
    }
    ptrmap_put(&r->index, name, (void *)(uintptr_t)s);
    return s;
}

const Tree *mk_index(Raise *r, const Dim *d)
{
    const char *name = d ? dim_symbol(d) : NULL;
    const Sym *s = name ? ptrmap_get(&r->index, name) : NULL;
    if (name && !s)
        s = scope_find(r->scope, name);
    if (s && s->kind == SYM_INDEX)
        return tree_sym(r->ctx, s);
    return tree_dim(r->ctx, d);
}
