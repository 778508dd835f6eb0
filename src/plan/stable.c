/* stable.c: entrywise nodes, in the forms that keep their digits: sums of
 * exponentials by their largest exponent, logistic functions by sigmoid and
 * softplus, log det by its own function.
 *
 * Blanchard, Higham and Higham, IMA J. Numer. Anal. 41 (2021), for the shifted
 * log-sum-exp and softmax. */
#include "plan/node.h"

static bool is_ew(const Node *a, OpId op)
{
    return a->kind == N_EW && a->op == op;
}

static Node *raw(Nodes *g, OpId op, Node *a, Node *b)
{
    Node *kid[2] = {a, b};
    Node p = {.kind = N_EW, .op = op, .nkids = b ? 2u : 1u};
    if (!a)
        return NULL;
    p.rows = b && dim_is(a->rows, 1) ? b->rows : a->rows;
    p.cols = b && dim_is(a->cols, 1) ? b->cols : a->cols;
    if (b && ((!dim_is(b->rows, 1) && b->rows != p.rows) ||
              (!dim_is(b->cols, 1) && b->cols != p.cols)))
        return ctx_fail(g->ctx, ERR_UNSUPPORTED, (Span){0, 0}, NULL,
                        "sizes that do not fit an entrywise pass");
    return node_cons(g, &p, kid);
}

static Node *minus(Nodes *g, Node *a)
{
    return node_had2(g, node_num(g, rat_int(-1)), a);
}

/* --- sums of exponentials */

/* A sum over exp(z), perhaps weighted: exp(z), and what both become with the
 * largest z taken out. */
typedef struct ExpSum {
    Node *exp, *shifted; /* exp(z), exp(z - m) */
    Node *sum;           /* sum(w.*exp(z - m)) */
    Node *max;           /* m */
} ExpSum;

static Node *exp_factor(Node *a)
{
    if (is_ew(a, OP_EXP))
        return a;
    for (uint32_t i = 0; is_ew(a, OP_HAD) && i < a->nkids; i++)
        if (is_ew(a->kid[i], OP_EXP) && a->kid[i]->rows == a->rows &&
            a->kid[i]->cols == a->cols)
            return a->kid[i];
    return NULL;
}

static Node *replace_factor(Nodes *g, Node *a, Node *from, Node *to)
{
    if (a == from)
        return to;
    Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
    for (uint32_t i = 0; kid && i < a->nkids; i++)
        kid[i] = a->kid[i] == from ? to : a->kid[i];
    return kid ? node_had(g, a->nkids, kid) : NULL;
}

/* Does a largest entry stand in it already? */
static bool shifted_already(const Node *z)
{
    if (z->kind == N_FOLD)
        return z->op == OP_MAXOF;
    for (uint32_t i = 0; (is_ew(z, OP_ADD) || is_ew(z, OP_HAD)) && i < z->nkids;
         i++)
        if (shifted_already(z->kid[i]))
            return true;
    return false;
}

/* w'*exp(z) is a sum, too. */
static Node *as_fold(Nodes *g, Node *s)
{
    if (s->kind != N_MUL || s->nkids != 2 || !node_scalar(s))
        return s;
    Node *w = node_t(g, s->kid[0]), *e = s->kid[1];
    bool exponential = w && (exp_factor(w) || exp_factor(e));
    return exponential ? node_fold(g, OP_SUM, OVER_ALL, node_had2(g, w, e))
                       : s;
}

static bool exp_sum(Nodes *g, Node *s, ExpSum *out)
{
    if (!(s = as_fold(g, s)) || s->kind != N_FOLD || s->op != OP_SUM)
        return false;
    out->exp = exp_factor(s->kid[0]);
    if (!out->exp || shifted_already(out->exp->kid[0]))
        return false;
    Node *z = out->exp->kid[0];
    if (!node_real(g, z))
        return false;
    out->max = node_fold(g, OP_MAXOF, s->over, z);
    Node *by = out->max ? minus(g, out->max) : NULL;
    out->shifted = raw(g, OP_EXP, node_add(g, 2, (Node *[]){z, by}), NULL);
    if (!out->shifted)
        return false;
    out->sum = node_fold(g, OP_SUM, s->over,
                         replace_factor(g, s->kid[0], out->exp, out->shifted));
    return out->sum != NULL;
}

/* a with one factor e (or e', or diag(e)) replaced by r; NULL if it has
 * none. */
static Node *swap_factor(Nodes *g, Node *a, Node *e, Node *r)
{
    if (a == e)
        return r;
    if (a == node_t(g, e))
        return node_t(g, r);
    bool all = is_ew(a, OP_ADD);
    if (!all && !is_ew(a, OP_HAD) && a->kind != N_MUL && a->kind != N_DIAGM &&
        a->kind != N_KRON && !(a->kind == N_FOLD && a->op == OP_SUM))
        return NULL;
    Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
    bool found = false;
    for (uint32_t i = 0; kid && i < a->nkids; i++) {
        Node *k = found && !all ? NULL : swap_factor(g, a->kid[i], e, r);
        if (!k && all)
            return NULL;
        found |= k != NULL;
        kid[i] = k ? k : a->kid[i];
    }
    if (!found || !kid)
        return NULL;
    Node p = {.kind = N_KRON, .rows = a->rows, .cols = a->cols, .nkids = 2};
    return a->kind == N_KRON    ? node_cons(g, &p, kid)
           : a->kind == N_MUL   ? node_mul(g, a->nkids, kid)
           : a->kind == N_DIAGM ? node_diagm(g, kid[0])
           : a->kind == N_FOLD  ? node_fold(g, a->op, a->over, kid[0])
           : all                ? node_add(g, a->nkids, kid)
                                : node_had(g, a->nkids, kid);
}

/* 1 + exp(z): exp(z). */
static Node *one_plus_exp(Node *b)
{
    if (!is_ew(b, OP_ADD) || b->nkids != 2)
        return NULL;
    for (int i = 0; i < 2; i++)
        if (node_is_num(b->kid[i], 1) && is_ew(b->kid[1 - i], OP_EXP))
            return b->kid[1 - i];
    return NULL;
}

/* e/(1 + e)^2, e = exp(-|z|): raw, as 1/(1 + e) would be a sigmoid again. */
Node *node_logistic_slope(Nodes *g, Node *z)
{
    Node *e = raw(g, OP_EXP, minus(g, raw(g, OP_ABS, z, NULL)), NULL);
    Node *d = e ? raw(g, OP_ADD, node_num(g, rat_int(1)), e) : NULL;
    return d ? raw(g, OP_EDIV, e, node_had2(g, d, d)) : NULL;
}

/* --- quotients */

static Node *divide(Nodes *g, Node *a, Node *b);

static Node *divide_by_one(Nodes *g, Node *a, Node *b)
{
    ExpSum s;
    Node *e = one_plus_exp(b), *r;
    if (e) {
        r = swap_factor(g, a, e, node_ew1(g, OP_SIGMOID, e->kid[0]));
        return r ? r
                 : node_had2(g, a, node_ew1(g, OP_SIGMOID,
                                            minus(g, e->kid[0])));
    }
    if (is_ew(b, OP_EXP))
        return node_had2(g, a, node_ew1(g, OP_EXP, minus(g, b->kid[0])));
    if (exp_sum(g, b, &s)) {
        if ((r = swap_factor(g, a, s.exp, s.shifted)))
            return node_ew2(g, OP_EDIV, r, s.sum);
        /* the numerator may come: exp(z)*exp(-max) is exp(z - max) */
        r = raw(g, OP_EXP, minus(g, s.max), NULL);
        a = r ? node_had2(g, a, r) : NULL;
        return a ? node_had2(g, a, raw(g, OP_EDIV, node_num(g, rat_int(1)),
                                       s.sum))
                 : NULL;
    }
    if (node_scalar(b) && !(a->kind == N_NUM && node_scalar(a)))
        return node_had2(g, a, raw(g, OP_EDIV, node_num(g, rat_int(1)), b));
    return raw(g, OP_EDIV, a, b);
}

static Node *divide(Nodes *g, Node *a, Node *b)
{
    int64_t k;
    if (b->kind == N_NUM && b->op == OP_NUM && rat_sign(b->num) != 0)
        return node_had2(g, a, node_num(g, rat_div(g->ctx, rat_int(1),
                                                   b->num)));
    if (!a)
        return NULL;
    if (is_ew(b, OP_HAD)) {
        for (uint32_t i = 0; a && i < b->nkids; i++)
            a = divide(g, a, b->kid[i]);
        return a;
    }
    if (is_ew(b, OP_EPOW) && b->kid[1]->kind == N_NUM &&
        rat_is_int(b->kid[1]->num) && (k = b->kid[1]->num.num) > 0 && k <= 4) {
        while (a && k-- > 0)
            a = divide(g, a, b->kid[0]);
        return a;
    }
    return divide_by_one(g, a, b);
}

/* --- powers, logarithms */

static Node *power(Nodes *g, Node *a, Node *b)
{
    if (b->kind != N_NUM || b->op != OP_NUM || b->num.den == 0)
        return raw(g, OP_EPOW, a, b);
    int64_t n = b->num.num, d = b->num.den;
    if (d == 2 && (n == 1 || n == -1)) {
        Node *s = node_ew1(g, OP_SQRT, a);
        return n == 1 || !s ? s : divide(g, node_num(g, rat_int(1)), s);
    }
    if (d != 1 || n < -4 || n > 4)
        return raw(g, OP_EPOW, a, b);
    Node *list[4], *one = node_num(g, rat_int(1));
    for (int i = 0; i < 4; i++)
        list[i] = a;
    if (n == 0)
        return node_had2(g, one, node_ones(g, a->rows, a->cols));
    Node *p = node_had(g, (uint32_t)(n < 0 ? -n : n), list);
    return n > 0 || !p || !one ? p : divide(g, one, p);
}

/* OP_LOG: of a determinant that has to be positive; OP_LOGDET: of its size. */
static Node *logdet(Nodes *g, OpId op, Node *det)
{
    return node_unary(g, N_LOGDET, op, det->rows, det->cols, det->kid[0]);
}

/* The exponent of a factor exp(z), and the other factors; NULL: there is
 * none. */
static Node *exponent_of(Nodes *g, Node *a, Node **rest)
{
    Node **other, *z = NULL;
    uint32_t n = 0;
    *rest = node_num(g, rat_int(1));
    if (is_ew(a, OP_EXP))
        return a->kid[0];
    if (!is_ew(a, OP_HAD) ||
        !(other = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids)))
        return NULL;
    for (uint32_t i = 0; i < a->nkids; i++)
        if (!z && is_ew(a->kid[i], OP_EXP))
            z = a->kid[i]->kid[0];
        else
            other[n++] = a->kid[i];
    if (z)
        *rest = node_had(g, n, other);
    return z;
}

/* log(w*exp(z)/b) is z + log(w/b); NULL: it is no such thing. */
static Node *log_product(Nodes *g, Node *a)
{
    bool under = is_ew(a, OP_EDIV);
    Node *rest, *z = exponent_of(g, under ? a->kid[0] : a, &rest);
    if (!z || !rest || !node_real(g, z))
        return NULL;
    if (under)
        rest = node_ew2(g, OP_EDIV, rest, a->kid[1]);
    return node_add(g, 2, (Node *[]){z, node_ew1(g, OP_LOG, rest)});
}

static Node *logarithm(Nodes *g, Node *a)
{
    ExpSum s;
    Node *e = one_plus_exp(a), *r;
    if (e && node_real(g, e->kid[0]))
        return node_ew1(g, OP_SOFTPLUS, e->kid[0]);
    if (is_ew(a, OP_SIGMOID) && node_real(g, a->kid[0]))
        return minus(g, node_ew1(g, OP_SOFTPLUS, minus(g, a->kid[0])));
    if (node_is_num(a, 1))
        return node_num(g, rat_int(0));
    bool cut = g->complex; /* where log(1/a) is not -log(a) */
    if (is_ew(a, OP_EDIV) && node_is_num(a->kid[0], 1) && !cut)
        return minus(g, node_ew1(g, OP_LOG, a->kid[1]));
    if ((r = log_product(g, a)))
        return r;
    if (is_ew(a, OP_ABS) && a->kid[0]->kind == N_DET)
        return logdet(g, OP_LOGDET, a->kid[0]);
    if (a->kind == N_DET)
        return logdet(g, OP_LOG, a);
    if (exp_sum(g, a, &s))
        return node_add(g, 2, (Node *[]){s.max, raw(g, OP_LOG, s.sum, NULL)});
    return raw(g, OP_LOG, a, NULL);
}

Node *node_ew1(Nodes *g, OpId op, Node *a)
{
    if (!a)
        return NULL;
    switch (op) {
    case OP_LOG:
        return logarithm(g, a);
    case OP_LOG1P:
        return is_ew(a, OP_EXP) && node_real(g, a->kid[0])
                   ? node_ew1(g, OP_SOFTPLUS, a->kid[0])
                   : raw(g, op, a, NULL);
    case OP_NEG:
        return minus(g, a);
    case OP_CONJ:
        return node_conj(g, a);
    case OP_REAL:
        return node_real(g, a) ? a : raw(g, op, a, NULL);
    case OP_IMAG:
        return node_real(g, a) ? node_had2(g, node_num(g, rat_int(0)), a)
                               : raw(g, op, a, NULL);
    default:
        return raw(g, op, a, NULL);
    }
}

Node *node_ew2(Nodes *g, OpId op, Node *a, Node *b)
{
    if (!a || !b)
        return NULL;
    switch (op) {
    case OP_EDIV:
        return divide(g, a, b);
    case OP_EPOW:
        return power(g, a, b);
    default:
        return raw(g, op, a, b);
    }
}
