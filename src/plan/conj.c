/* conj.c: conjugates.  They stand at the leaves, as transposes do, so that
 * equal work is one node; around a function that has a cut they stay, for
 * there conj(f(z)) is not f(conj(z)). */
#include "plan/node.h"

#include <string.h>

static Node *raw(Nodes *g, Node *a)
{
    return node_unary(g, N_EW, OP_CONJ, a->rows, a->cols, a);
}

static Node *of_symbol(Nodes *g, Node *a)
{
    uint32_t props = a->sym->props;
    if (!(props & PROP_COMPLEX))
        return a;
    if (props & PROP_HERMITIAN)
        return node_scalar(a) ? a : node_t(g, a);
    return raw(g, a);
}

/* Functions that are real where their argument is, and analytic everywhere
 * but at poles. */
static bool no_cut(OpId op)
{
    switch (op) {
    case OP_NEG: case OP_EXP: case OP_SIN: case OP_COS: case OP_TAN:
    case OP_SINH: case OP_COSH: case OP_TANH: case OP_EXPM1: case OP_SIGMOID:
    case OP_ERF: case OP_EXPM: case OP_SINM: case OP_COSM: case OP_PINV:
    case OP_TR: case OP_DIAGSUMS: case OP_ANTIDIAGSUMS: case OP_CIRCSUMS:
    case OP_POW:
        return true;
    default:
        return false;
    }
}

/* Functions that are real everywhere. */
static bool real_valued(OpId op)
{
    return op == OP_ABS || op == OP_REAL || op == OP_IMAG || op == OP_SIGN ||
           op == OP_MAX || op == OP_MIN || op == OP_RELU || op == OP_MAXOF ||
           op == OP_MINOF || op == OP_LOGDET || op == OP_EIG || op == OP_SVD ||
           op == OP_NORMSPEC || op == OP_NORMNUC;
}

/* x'*H*x, and x'*x. */
static bool is_form(Nodes *g, const Node *a)
{
    uint32_t n = a->nkids;
    if (a->kind != N_MUL || a->rows != a->cols)
        return false;
    for (uint32_t i = 0; i < (n + 1) / 2; i++)
        if (a->kid[i] != node_adj(g, a->kid[n - 1 - i]))
            return false;
    return true;
}

static Node *of_entries(Nodes *g, Node *a)
{
    bool whole = a->op == OP_EPOW && a->kid[1]->kind == N_NUM &&
                 a->kid[1]->op == OP_NUM && rat_is_int(a->kid[1]->num);
    bool sum = a->op == OP_ADD || a->op == OP_HAD || a->op == OP_EDIV;
    if (a->op == OP_CONJ)
        return a->kid[0];
    if (real_valued(a->op))
        return a;
    if (!sum && !whole && !no_cut(a->op))
        return node_nonneg(g, a->kid[0]) &&
                       (a->nkids == 1 || node_real(g, a->kid[1]))
                   ? a
                   : raw(g, a);
    Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
    for (uint32_t i = 0; kid && i < a->nkids; i++)
        if (!(kid[i] = node_conj(g, a->kid[i])))
            return NULL;
    if (!kid || memcmp(kid, a->kid, a->nkids * sizeof *kid) == 0)
        return kid ? a : NULL;
    return a->op == OP_ADD   ? node_add(g, a->nkids, kid)
           : a->op == OP_HAD ? node_had(g, a->nkids, kid)
           : a->nkids == 1   ? node_ew1(g, a->op, kid[0])
                             : node_ew2(g, a->op, kid[0], kid[1]);
}

/* The same of the conjugates. */
static Node *of_kids(Nodes *g, Node *a)
{
    Node p = *a;
    Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids + 1u);
    for (uint32_t i = 0; kid && i < a->nkids; i++)
        if (!(kid[i] = node_conj(g, a->kid[i])))
            return NULL;
    if (!kid || memcmp(kid, a->kid, a->nkids * sizeof *kid) == 0)
        return kid ? a : NULL;
    p.t = p.conj = NULL;
    p.of = NULL;
    p.uses = 0;
    return a->kind == N_MUL     ? node_mul(g, a->nkids, kid)
           : a->kind == N_INV   ? node_inv(g, kid[0])
           : a->kind == N_DIAGM ? node_diagm(g, kid[0])
           : a->kind == N_FOLD  ? node_fold(g, a->op, a->over, kid[0])
                                : node_cons(g, &p, kid);
}

/* Of a transpose or a diagonal: they stand within the conjugate. */
static Node *of_part(Nodes *g, Node *a)
{
    Node *c = node_conj(g, a->kid[0]);
    if (!c || c == a->kid[0])
        return c ? a : NULL;
    if (c->kind == N_EW && c->op == OP_CONJ)
        return raw(g, a);
    return a->kind == N_T ? node_t(g, c) : node_diagv(g, c);
}

static Node *conj_new(Nodes *g, Node *a)
{
    switch (a->kind) {
    case N_SYM:
        return of_symbol(g, a);
    case N_NUM:
        return a->op == OP_IMUNIT
                   ? node_had2(g, node_num(g, rat_int(-1)), a)
                   : a;
    case N_ONES:
    case N_BAND:
        return a;
    case N_EW:
        return of_entries(g, a);
    case N_T:
    case N_DIAGV:
        return of_part(g, a);
    case N_DET:
        return node_symmetric(g, a->kid[0]) ? a : of_kids(g, a);
    case N_LOGDET:
        return a->op == OP_LOGDET || node_posdef(g, a->kid[0]) ? a : raw(g, a);
    case N_FOLD:
        return real_valued(a->op) ? a : of_kids(g, a);
    case N_FUN:
        if (real_valued(a->op) || (a->op == OP_TR && is_form(g, a->kid[0])))
            return a;
        return no_cut(a->op) ? of_kids(g, a) : raw(g, a);
    case N_MUL:
        return node_scalar(a) && is_form(g, a) ? a : of_kids(g, a);
    default:
        return of_kids(g, a);
    }
}

Node *node_conj(Nodes *g, Node *a)
{
    if (!a || !g->complex)
        return a;
    if (!a->conj) {
        a->conj = conj_new(g, a);
        if (a->conj && !a->conj->conj)
            a->conj->conj = a;
    }
    return a->conj;
}

Node *node_adj(Nodes *g, Node *a)
{
    return node_conj(g, node_t(g, a));
}

static bool all_real(Nodes *g, const Node *a)
{
    for (uint32_t i = 0; i < a->nkids; i++)
        if (!node_real(g, a->kid[i]))
            return false;
    return true;
}

bool node_real(Nodes *g, Node *a)
{
    if (!a || node_conj(g, a) == a)
        return true;
    switch (a->kind) {
    case N_EW:
        return (a->op == OP_ADD || a->op == OP_HAD || a->op == OP_EDIV ||
                no_cut(a->op)) &&
               all_real(g, a);
    case N_MUL: case N_T: case N_DIAGM: case N_DIAGV: case N_FOLD:
    case N_KRON: case N_RESHAPE: case N_SLICE: case N_INV: case N_DET:
    case N_PART: case N_REPEAT:
        return all_real(g, a);
    default:
        return false;
    }
}
