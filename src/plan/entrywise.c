/* entrywise.c: entrywise operations that broadcast, and products of them in
 * normal form: factors that cancel are gone; what is a row, a column or a
 * number stands together and is computed as such, before the matrix that it
 * broadcasts to. */
#include "plan/entrywise.h"

#include <string.h>

EwShape ew_shape(const Node *a)
{
    bool row = dim_is(a->rows, 1), col = dim_is(a->cols, 1);
    return row && col ? SCALAR : col ? COLUMN : row ? ROW : FULL;
}

static bool broadcast(Nodes *g, Node *p, const Node *k)
{
    if (!dim_is(k->rows, 1)) {
        if (!dim_is(p->rows, 1) && p->rows != k->rows)
            goto bad;
        p->rows = k->rows;
    }
    if (!dim_is(k->cols, 1)) {
        if (!dim_is(p->cols, 1) && p->cols != k->cols)
            goto bad;
        p->cols = k->cols;
    }
    return true;
bad:
    return ctx_fail(g->ctx, ERR_UNSUPPORTED, (Span){0, 0}, NULL,
                    "sizes that do not fit an entrywise pass") != NULL;
}

Node *ew_make(Nodes *g, OpId op, uint32_t n, Node *const *kid)
{
    Node p = {.kind = N_EW, .op = op, .nkids = n,
              .rows = dim_num(g->ctx, 1), .cols = dim_num(g->ctx, 1)};
    for (uint32_t i = 0; i < n; i++)
        if (!kid[i] || !broadcast(g, &p, kid[i]))
            return NULL;
    return n == 1 ? kid[0] : node_cons(g, &p, kid);
}

void ew_sort(Node **kid, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++)
        for (uint32_t j = i; j > 0 && kid[j - 1]->serial > kid[j]->serial;
             j--) {
            Node *x = kid[j];
            kid[j] = kid[j - 1];
            kid[j - 1] = x;
        }
}

typedef struct Factors {
    Nodes *g;
    Node **f;
    uint32_t n;
    Rat number;
} Factors;

static uint32_t count(uint32_t n, Node *const *kid)
{
    uint32_t total = 0;
    for (uint32_t i = 0; i < n; i++)
        total += !kid[i]                 ? 0
                 : ew_is(kid[i], OP_HAD) ? count(kid[i]->nkids, kid[i]->kid)
                                         : 1;
    return total;
}

static bool flatten(Factors *p, uint32_t n, Node *const *kid)
{
    for (uint32_t i = 0; i < n; i++) {
        if (!kid[i])
            return false;
        if (ew_is(kid[i], OP_HAD)) {
            if (!flatten(p, kid[i]->nkids, kid[i]->kid))
                return false;
        } else if (ew_number(kid[i])) {
            p->number = rat_mul(p->g->ctx, p->number, kid[i]->num);
        } else {
            p->f[p->n++] = kid[i];
        }
    }
    return true;
}

static void remove_factor(Factors *p, uint32_t i)
{
    memmove(p->f + i, p->f + i + 1, (p->n - i - 1) * sizeof *p->f);
    p->n--;
}

/* Ones only keep the sizes where nothing else has them. */
static void drop_ones(Factors *p)
{
    for (uint32_t i = 0; i < p->n && p->n > 1; i++) {
        Node *a = p->f[i];
        bool rows = dim_is(a->rows, 1), cols = dim_is(a->cols, 1);
        if (a->kind != N_ONES)
            continue;
        for (uint32_t j = 0; j < p->n; j++) {
            rows |= j != i && p->f[j]->rows == a->rows;
            cols |= j != i && p->f[j]->cols == a->cols;
        }
        if (rows && cols)
            remove_factor(p, i--);
    }
}

/* -max(..) */
static bool minus_max(const Node *z)
{
    return ew_is(z, OP_HAD) && z->nkids == 2 && node_is_num(z->kid[0], -1) &&
           z->kid[1]->kind == N_FOLD && z->kid[1]->op == OP_MAXOF;
}

bool node_is_shift(const Node *a)
{
    const Node *z = ew_is(a, OP_EXP) ? a->kid[0] : NULL;
    if (z && minus_max(z))
        return true;
    for (uint32_t i = 0; z && ew_is(z, OP_ADD) && i < z->nkids; i++)
        if (minus_max(z->kid[i]) && z->kid[i]->rows == z->rows &&
            z->kid[i]->cols == z->cols)
            return true;
    return false;
}

/* Can b's entries be read at those of a? */
static bool fits(const Node *a, const Node *b)
{
    return (b->rows == a->rows || dim_is(b->rows, 1)) &&
           (b->cols == a->cols || dim_is(b->cols, 1));
}

/* i*i = -1, sqrt(x)*sqrt(x) = x, |z|*|z| = conj(z)*z, x*(1/x) = 1,
 * exp(z)*sigmoid(-z) = sigmoid(z), exp(z)*exp(-max) = exp(z - max),
 * sigmoid(z)*sigmoid(-z) with one exponential; NULL: nothing of the kind. */
static Node *pair(Nodes *g, Node *a, Node *b)
{
    if (ew_is(a, OP_SQRT) && a == b)
        return a->kid[0];
    if (g->complex && ew_is(a, OP_ABS) && a == b)
        return node_had2(g, node_conj(g, a->kid[0]), a->kid[0]);
    if (a->kind == N_NUM && a->op == OP_IMUNIT && a == b)
        return node_num(g, rat_int(-1));
    if (ew_is(b, OP_EDIV) && b->kid[1] == a && node_is_num(b->kid[0], 1))
        return node_scalar(a) ? b->kid[0] : node_ones(g, a->rows, a->cols);
    if (!ew_is(a, OP_EXP) && !ew_is(a, OP_SIGMOID))
        return NULL;
    if (ew_is(b, OP_SIGMOID) && (ew_is(a, OP_EXP) || node_real(g, b->kid[0])) &&
        b->kid[0] == node_had2(g, node_num(g, rat_int(-1)), a->kid[0]))
        return a->op == OP_EXP ? node_ew1(g, OP_SIGMOID, a->kid[0])
                               : node_logistic_slope(g, a->kid[0]);
    if (!ew_is(a, OP_EXP))
        return NULL;
    if (node_is_shift(b) && !node_is_shift(a) && fits(a, b))
        return node_ew1(g, OP_EXP, node_add(g, 2, (Node *[]){a->kid[0],
                                                             b->kid[0]}));
    return NULL;
}

static bool cancel(Factors *p)
{
    for (uint32_t i = 0; i < p->n; i++)
        for (uint32_t j = 0; j < p->n; j++) {
            Node *r = i == j ? NULL : pair(p->g, p->f[i], p->f[j]);
            if (!r)
                continue;
            p->f[i] = r;
            remove_factor(p, j);
            return true;
        }
    return false;
}

/* Those of a shape, as one factor where others stand beside them. */
static bool factors_of(const Factors *p, EwShape shape, bool alone, Node **out,
                       uint32_t *k)
{
    uint32_t from = *k;
    for (uint32_t i = 0; i < p->n; i++)
        if (ew_shape(p->f[i]) == shape)
            out[(*k)++] = p->f[i];
    if (*k - from < 2 || alone)
        return true;
    out[from] = ew_make(p->g, OP_HAD, *k - from, out + from);
    *k = from + 1;
    return out[from] != NULL;
}

static Node *multiplied(const Factors *p)
{
    Node **list = ARENA_ARRAY(p->g->ctx->arena, Node *, p->n + 1);
    uint32_t k = 0;
    if (!list)
        return NULL;
    if (!rat_is(p->number, 1) && !(list[k++] = node_num(p->g, p->number)))
        return NULL;
    for (EwShape shape = SCALAR; shape <= FULL; shape++) {
        bool alone = true;
        for (uint32_t i = 0; i < p->n; i++)
            alone &= ew_shape(p->f[i]) == shape;
        if (!factors_of(p, shape, alone || shape == FULL, list, &k))
            return NULL;
    }
    return ew_make(p->g, OP_HAD, k, list);
}

Node *node_had(Nodes *g, uint32_t n, Node *const *kid)
{
    Factors p = {.g = g, .number = rat_int(1)};
    p.f = ARENA_ARRAY(g->ctx->arena, Node *, count(n, kid) + 1);
    if (!p.f || !flatten(&p, n, kid))
        return NULL;
    ew_sort(p.f, p.n);
    if (cancel(&p)) {
        p.f[p.n++] = node_num(g, p.number);
        return node_had(g, p.n, p.f);
    }
    drop_ones(&p);
    if (p.n == 0)
        return node_num(g, p.number);
    if (rat_is(p.number, 0) && !(p.n == 1 && p.f[0]->kind == N_ONES)) {
        Node *all = ew_make(g, OP_HAD, p.n, p.f);
        return all ? node_had2(g, node_num(g, p.number),
                               node_ones(g, all->rows, all->cols))
                   : NULL;
    }
    return multiplied(&p);
}

Node *node_had2(Nodes *g, Node *a, Node *b)
{
    return node_had(g, 2, (Node *[]){a, b});
}
