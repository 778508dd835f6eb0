/* frechet.c: derivatives of functions of a matrix in a direction, and the sums
 * that are those of its powers: f([A E; 0 A]) has them as its upper right
 * block (Higham, Functions of Matrices, (3.16)). */
#include "plan/fromtree.h"

/* [A E; 0 A] as kron(I,A) + kron(J(1,2),E). */
static Node *block(Nodes *g, Node *a, Node *e)
{
    const Dim *two = dim_num(g->ctx, 2), *n = dim_mul(g->ctx, two, a->rows);
    Node up = {.kind = N_BAND, .rows = two, .cols = two,
               .lo = dim_num(g->ctx, -1), .hi = dim_num(g->ctx, 1)};
    Node p = {.kind = N_KRON, .rows = n, .cols = n, .nkids = 2};
    Node *on = node_cons(g, &p, (Node *[]){node_eye(g, two), a});
    Node *above = node_cons(g, &p, (Node *[]){node_cons(g, &up, NULL), e});
    return node_add(g, 2, (Node *[]){on, above});
}

/* The columns of a beyond the first n, or the first n: in memory it is two
 * halves. */
static Node *half(Nodes *g, Node *a, const Dim *n, int which)
{
    const Dim *two = dim_num(g->ctx, 2);
    const Dim *size = a ? dim_mul(g->ctx, a->rows, n) : NULL;
    if (!size)
        return NULL;
    Node *pair = node_unary(g, N_RESHAPE, OP_RESHAPE, size, two, a);
    Node *one = node_slice(g, pair, NULL, dim_num(g->ctx, which));
    return node_unary(g, N_RESHAPE, OP_RESHAPE, a->rows, n, one);
}

/* The block of rows 1..n and columns n+1..2n of op(M), op(M)^k for POW. */
static Node *direction(Nodes *g, OpId op, Node *a, Node *e, Node *k)
{
    Node *m = a && e ? block(g, a, e) : NULL;
    if (!m)
        return NULL;
    Node p = {.kind = N_FUN, .op = op, .rows = m->rows, .cols = m->cols,
              .nkids = k ? 2 : 1};
    Node *right = half(g, node_cons(g, &p, (Node *[]){m, k}), a->rows, 2);
    return node_t(g, half(g, node_t(g, right), a->rows, 1));
}

Node *node_of_frechet(Nodes *g, const Tree *t)
{
    Node *a = node_of_tree(g, t->kid[0]->kid[0], false);
    Node *e = node_of_tree(g, t->kid[1], false);
    if (!a || !e)
        return NULL;
    if (node_scalar(a))
        return node_none(g, t, "frechet of a number");
    return direction(g, t->kid[0]->op, a, e, NULL);
}

/* --- sums of products of powers: sum(r=0:k-1, X^r*E*X^(k-1-r)), which is the
 * derivative of X^k along E also where k is below 0 */

typedef struct Powers {
    Nodes *g;
    const Tree *sum;
    const Dim *lo, *hi;
} Powers;

/* Has t the sum's index, by itself or in an integer? */
static bool depends(const Powers *p, const Tree *t)
{
    if (t->op == OP_INT && dim_mentions(t->dim, p->sum->sym->name))
        return true;
    for (uint32_t i = 0; i < t->nkids; i++)
        if (depends(p, t->kid[i]))
            return true;
    return t->op == OP_SYM && t->sym == p->sum->sym;
}

/* t is X^r or X^(lo+hi-r), perhaps transposed or conjugated; *base is X, or
 * what it is in X's place. */
static bool power_of(const Powers *p, const Tree *t, Node **base,
                     const Dim **k)
{
    bool turned = false, conj = false;
    for (; t->op == OP_TRANSPOSE || t->op == OP_ADJOINT || t->op == OP_CONJ;
         t = t->kid[0]) {
        turned ^= t->op != OP_CONJ;
        conj ^= t->op != OP_TRANSPOSE;
    }
    if (t->op != OP_POW || tree_is_scalar(t->kid[0]) ||
        depends(p, t->kid[0]) || !(*k = node_index(p->g, t->kid[1])))
        return false;
    *base = node_of_tree(p->g, t->kid[0], turned);
    if (conj)
        *base = node_conj(p->g, *base);
    return *base != NULL;
}

static uint32_t flatten(const Tree *t, const Tree **list, uint32_t n,
                        uint32_t most)
{
    if (t->op != OP_MUL) {
        if (n < most)
            list[n] = t;
        return n + 1;
    }
    for (uint32_t i = 0; i < t->nkids; i++)
        n = flatten(t->kid[i], list, n, most);
    return n;
}

/* The exponents are r - lo and hi - r: their sum is hi - lo; and each of them
 * has r. */
static bool complete(const Powers *p, const Dim *a, const Dim *b)
{
    Ctx *ctx = p->g->ctx;
    const Dim *r = dim_sym(ctx, p->sum->sym->name);
    const Dim *up = dim_sub(ctx, r, p->lo), *down = dim_sub(ctx, p->hi, r);
    return (a == up && b == down) || (a == down && b == up);
}

/* The derivative of X^k along e, k terms. */
static Node *along(const Powers *p, Node *x, Node *e)
{
    Ctx *ctx = p->g->ctx;
    const Dim *k = dim_add(ctx, dim_sub(ctx, p->hi, p->lo), dim_num(ctx, 1));
    return direction(p->g, OP_POW, x, e, node_dim(p->g, k));
}

static Node *summed(const Powers *p, const Tree *t);

/* Factors f, of which i and j depend on r. */
static Node *product(const Powers *p, const Tree *const *f, uint32_t n,
                     uint32_t i, uint32_t j)
{
    Nodes *g = p->g;
    Node *x, *y, *kid[32];
    const Dim *a, *b;
    uint32_t m = 0, inside = 0;
    Node *mid[32];
    if (!power_of(p, f[i], &x, &a) || !power_of(p, f[j], &y, &b) || x != y ||
        !complete(p, a, b))
        return NULL;
    for (uint32_t k = i + 1; k < j; k++)
        if (!(mid[inside++] = node_of_tree(g, f[k], false)))
            return NULL;
    Node *e = inside ? node_mul(g, inside, mid) : node_eye(g, x->rows);
    if (e && node_scalar(e))
        e = node_had2(g, e, node_eye(g, x->rows));
    for (uint32_t k = 0; k < n; k++) {
        if (k > i && k <= j)
            continue;
        kid[m] = k == i ? along(p, x, e) : node_of_tree(g, f[k], false);
        if (!kid[m++])
            return NULL;
    }
    return node_mul(g, m, kid);
}

/* An entry of a power: its row and column. */
static bool entry_of(const Powers *p, const Tree *t, const Dim *at[2])
{
    if (t->op != OP_INDEX || t->nkids != 3)
        return false;
    for (int k = 0; k < 2; k++)
        if (depends(p, t->kid[k + 1]) ||
            !(at[k] = node_index(p->g, t->kid[k + 1])))
            return false;
    return true;
}

/* (X^r)[a,b]*(X^(k-1-r))[c,d]: entry a,d along J(b,c). */
static Node *entries(const Powers *p, const Tree *s, const Tree *t)
{
    Nodes *g = p->g;
    const Dim *first[2], *second[2], *a, *b;
    Node *x, *y;
    if (!entry_of(p, s, first) || !entry_of(p, t, second) ||
        !power_of(p, s->kid[0], &x, &a) || !power_of(p, t->kid[0], &y, &b) ||
        x != y || !complete(p, a, b))
        return NULL;
    Node *e = node_mul2(g, node_unit(g, first[1], x->rows),
                        node_t(g, node_unit(g, second[0], x->rows)));
    return node_slice(g, along(p, x, e), first[0], second[1]);
}

static Node *chain(const Powers *p, const Tree *t)
{
    const Tree *f[32];
    uint32_t n = flatten(t, f, 0, 32), at[2] = {0, 0}, found = 0;
    for (uint32_t i = 0; n <= 32 && i < n; i++)
        if (depends(p, f[i])) {
            if (found < 2)
                at[found] = i;
            found++;
        }
    if (n > 32 || found == 0 || found > 2)
        return NULL;
    if (found == 2 && !tree_is_scalar(f[at[0]]))
        return product(p, f, n, at[0], at[1]);
    Node *kid[32];
    uint32_t m = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (found == 2 && i == at[1])
            continue;
        kid[m] = i != at[0]    ? node_of_tree(p->g, f[i], false)
                 : found == 2 ? entries(p, f[i], f[at[1]])
                              : summed(p, f[i]);
        if (!kid[m++])
            return NULL;
    }
    return n > 1 ? node_mul(p->g, m, kid) : NULL;
}

/* The sum of t over r; NULL: it is no sum of powers. */
static Node *summed(const Powers *p, const Tree *t)
{
    Nodes *g = p->g;
    Node *a;
    switch (t->op) {
    case OP_MUL:
        return chain(p, t);
    case OP_TRANSPOSE:
        return node_t(g, summed(p, t->kid[0]));
    case OP_ADJOINT:
        return node_adj(g, summed(p, t->kid[0]));
    case OP_CONJ:
        return node_conj(g, summed(p, t->kid[0]));
    case OP_NEG:
        a = summed(p, t->kid[0]);
        return a ? node_had2(g, node_num(g, rat_int(-1)), a) : NULL;
    case OP_INDEX: {
        const Dim *at[2];
        a = entry_of(p, t, at) ? summed(p, t->kid[0]) : NULL;
        return a ? node_slice(g, a, at[0], at[1]) : NULL;
    }
    case OP_ADD: {
        Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, t->nkids);
        for (uint32_t i = 0; kid && i < t->nkids; i++)
            if (!(kid[i] = summed(p, t->kid[i])))
                return NULL;
        return kid ? node_add(g, t->nkids, kid) : NULL;
    }
    default:
        return NULL;
    }
}

Node *node_of_powers(Nodes *g, const Tree *t)
{
    Powers p = {.g = g, .sum = t};
    if (t->nkids != 3)
        return NULL;
    p.lo = node_index(g, t->kid[0]);
    p.hi = node_index(g, t->kid[1]);
    return p.lo && p.hi ? summed(&p, t->kid[2]) : NULL;
}
