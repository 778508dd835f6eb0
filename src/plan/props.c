/* props.c: what a node's form says of its numbers. */
#include "plan/node.h"

bool node_symmetric(Nodes *g, Node *a)
{
    return a->rows == a->cols && node_adj(g, a) == a;
}

int node_triangle(const Node *a)
{
    if (a->kind == N_T)
        return -node_triangle(a->kid[0]);
    if (a->kind == N_EW && a->op == OP_CONJ)
        return node_triangle(a->kid[0]);
    if (a->kind == N_SYM) {
        int as_stored = a->op == OP_TRANSPOSE ? -1 : 1;
        return a->sym->props & PROP_LOWER   ? -as_stored
               : a->sym->props & PROP_UPPER ? as_stored
                                            : 0;
    }
    if (a->kind == N_INV)
        return node_triangle(a->kid[0]);
    return a->kind == N_FACTOR ? -1 : 0;
}

static bool nonneg_all(Nodes *g, const Node *a)
{
    for (uint32_t i = 0; i < a->nkids; i++)
        if (!node_nonneg(g, a->kid[i]))
            return false;
    return true;
}

/* Pairs of conjugate factors, and factors that are nonnegative. */
static bool nonneg_product(Nodes *g, const Node *a)
{
    Node **left = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
    uint32_t n = 0, k;
    for (uint32_t i = 0; left && i < a->nkids; i++) {
        if (node_nonneg(g, a->kid[i]))
            continue;
        for (k = 0; k < n && left[k] != node_conj(g, a->kid[i]); k++)
            ;
        if (k < n)
            left[k] = left[--n];
        else
            left[n++] = a->kid[i];
    }
    return left && n == 0;
}

/* 1 - s, s a sigmoid or a square of a tanh. */
static bool one_minus(Nodes *g, const Node *a)
{
    const Node *s = a->kid[1], *n = a->kid[0];
    if (a->nkids != 2)
        return false;
    if (s->kind == N_NUM) {
        s = a->kid[0];
        n = a->kid[1];
    }
    if (!node_is_num(n, 1) || s->kind != N_EW || s->op != OP_HAD ||
        !node_is_num(s->kid[0], -1) || !node_real(g, s->kid[1]))
        return false;
    if (s->nkids == 3 && s->kid[1] == s->kid[2])
        return s->kid[1]->kind == N_EW && s->kid[1]->op == OP_TANH;
    return s->nkids == 2 && s->kid[1]->kind == N_EW &&
           s->kid[1]->op == OP_SIGMOID;
}

static bool nonneg_entries(Nodes *g, Node *a)
{
    switch (a->op) {
    case OP_ABS: case OP_RELU:
        return true;
    case OP_EXP: case OP_SIGMOID: case OP_SOFTPLUS:
        return node_real(g, a->kid[0]);
    case OP_SQRT:
        return !g->complex || node_nonneg(g, a->kid[0]);
    case OP_ADD:
        return one_minus(g, a) || nonneg_all(g, a);
    case OP_HAD:
        return nonneg_product(g, a);
    case OP_EDIV: case OP_MAX:
        return nonneg_all(g, a);
    default:
        return false;
    }
}

bool node_nonneg(Nodes *g, Node *a)
{
    switch (a->kind) {
    case N_NUM:
        return a->op != OP_IMUNIT &&
               (a->op != OP_NUM || rat_sign(a->num) >= 0);
    case N_ONES:
    case N_BAND:
        return true;
    case N_SYM:
        return (a->sym->props & PROP_POSITIVE) != 0;
    case N_DIAGV: /* of a positive definite matrix */
        if (a->kid[0]->kind == N_SYM && a->kid[0]->sym->props & PROP_POSDEF)
            return true;
        return node_nonneg(g, a->kid[0]);
    case N_T:
    case N_FOLD:
    case N_DIAGM:
        return node_nonneg(g, a->kid[0]);
    case N_EW:
        return nonneg_entries(g, a);
    default:
        return false;
    }
}

/* A product that reads the same from both ends: PSD if its middle is. */
static bool posdef_chain(Nodes *g, Node *a)
{
    uint32_t n = a->nkids;
    if (!node_symmetric(g, a))
        return false;
    return n % 2 == 0 || node_posdef(g, a->kid[n / 2]) ||
           (a->kid[n / 2]->kind == N_DIAGM && node_nonneg(g, a->kid[n / 2]));
}

/* A sum with a positive semidefinite part and otherwise multiples of the
 * identity: what regularisation makes. */
static bool posdef_sum(Nodes *g, Node *a)
{
    bool some = false;
    for (uint32_t i = 0; i < a->nkids; i++) {
        Node *k = a->kid[i];
        bool eye = node_is_eye(k);
        if (k->kind == N_EW && k->op == OP_HAD)
            for (uint32_t j = 0; j < k->nkids; j++)
                eye |= node_is_eye(k->kid[j]);
        if (node_posdef(g, k))
            some = true;
        else if (!eye)
            return false;
    }
    return some;
}

static bool posdef_scaled(Nodes *g, Node *a)
{
    bool some = false;
    for (uint32_t i = 0; i < a->nkids; i++) {
        Node *k = a->kid[i];
        if (node_scalar(k) ? !node_nonneg(g, k) : some || !node_posdef(g, k))
            return false;
        some |= !node_scalar(k);
    }
    return some;
}

bool node_posdef(Nodes *g, Node *a)
{
    if (node_scalar(a) || a->rows != a->cols)
        return false;
    if (a->kind == N_SYM)
        return (a->sym->props & PROP_POSDEF) != 0;
    if (a->kind == N_INV || a->kind == N_T)
        return node_posdef(g, a->kid[0]);
    if (a->kind == N_MUL)
        return posdef_chain(g, a);
    if (a->kind == N_EW && a->op == OP_ADD)
        return posdef_sum(g, a);
    if (a->kind == N_EW && a->op == OP_HAD)
        return posdef_scaled(g, a);
    return node_is_eye(a) || (a->kind == N_DIAGM && node_nonneg(g, a));
}
