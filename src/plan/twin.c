/* twin.c: what is the conjugate of something at hand.  BLAS takes the conjugate
 * of what it transposes, and of nothing else. */
#include "plan/build.h"

Val twin_factors(Build *b, Node *m, bool *t, bool *c)
{
    Nodes *g = &b->g;
    PtrMap *map = build_map(b->factors, m);
    *t = *c = false;
    uintptr_t f = (uintptr_t)ptrmap_get(map, m);
    if (!f && (f = (uintptr_t)ptrmap_get(map, node_t(g, m)))) {
        *t = true;
        if (g->complex && b->value[f - 1].chol)
            f = 0; /* of a hermitian matrix's conjugate */
    }
    if (!f && (f = (uintptr_t)ptrmap_get(map, node_adj(g, m))))
        *t = *c = true;
    return (Val)f - 1;
}

static bool is_conj_leaf(const Node *n)
{
    return n->kind == N_EW && n->op == OP_CONJ &&
           (n->kid[0]->kind == N_SYM || n->kid[0]->kind == N_T);
}

/* Passes over matrices that it takes to have n as a factor, beside those that
 * its conjugate takes, too. */
static int passes(Build *b, Node *n)
{
    enum { FACTOR = 3 };
    Nodes *g = &b->g;
    Node *c = node_conj(g, n);
    bool t, conj;
    if (!c || node_vector(n) || node_scalar(n) || build_has(b, n))
        return 0;
    if (build_has(b, c))
        return !build_turned(b, c);
    if (is_conj_leaf(n))
        return n->kid[0]->kind != N_T;
    if (n->kind != N_INV || twin_factors(b, n->kid[0], &t, &conj) >= 0)
        return 0;
    if (c->kind == N_INV && twin_factors(b, c->kid[0], &t, &conj) >= 0)
        return FACTOR;
    return is_conj_leaf(n->kid[0]) && n->kid[0]->kid[0]->kind != N_T;
}

/* Does n cost more than its conjugate? */
static bool costs_more(Build *b, Node *n, Node *c)
{
    int more = 0;
    if (n->kind != N_MUL || c->kind != N_MUL || n->nkids != c->nkids)
        return n->kind == N_INV && c->kind == N_INV &&
               passes(b, n) > passes(b, c);
    for (uint32_t i = 0; i < n->nkids; i++)
        more += passes(b, n->kid[i]) - passes(b, c->kid[i]);
    return more > 0;
}

/* conj(v) in a pass, stored as v is. */
static Ref conjugated(Build *b, Node *n, Ref r)
{
    LoopNode *node = ARENA_ARRAY(b->ctx->arena, LoopNode, 2);
    LoopOperand *operand = ARENA_NEW(b->ctx->arena, LoopOperand);
    LoopOut *out = ARENA_NEW(b->ctx->arena, LoopOut);
    Loop *l = ARENA_NEW(b->ctx->arena, Loop);
    if (!node || !operand || !out || !l || r.v == PLAN_NONE)
        return (Ref){PLAN_NONE, false};
    const Dim *rows = b->value[r.v].rows, *cols = b->value[r.v].cols;
    Val v = build_value(b, rows, cols);
    if (v == PLAN_NONE)
        return (Ref){PLAN_NONE, false};
    bool scalar = dim_is(rows, 1) && dim_is(cols, 1);
    *operand = (LoopOperand){r.v, scalar             ? LOOP_SCALAR
                                  : dim_is(cols, 1) ? LOOP_ROW
                                                    : LOOP_FULL};
    node[0] = (LoopNode){.leaf = LEAF_OPERAND, .kid = {-1, -1}};
    node[1] = (LoopNode){.leaf = LEAF_OP, .op = OP_CONJ, .kid = {0, -1}};
    *out = (LoopOut){.out = v, .node = 1, .over = OVER_NONE, .fold = OP_SUM};
    *l = (Loop){.rows = rows, .cols = cols, .nnodes = 2, .noperands = 1,
                .nouts = 1, .node = node, .operand = operand, .out = out};
    build_inst(b, PLAN_LOOP, v, n)->loop = l;
    b->value[v].symmetric = b->value[r.v].symmetric;
    build_set(b, r.t ? node_t(&b->g, n) : n, v);
    return (Ref){v, r.t};
}

bool twin_better(Build *b, Node *n)
{
    Node *c = b->g.complex ? node_conj(&b->g, n) : n;
    return c && c != n && !is_conj_leaf(n) &&
           (build_has(b, c) || costs_more(b, n, c));
}

Ref twin_ref(Build *b, Node *n)
{
    Ref none = {PLAN_NONE, false};
    if (!twin_better(b, n))
        return none;
    Node *c = node_conj(&b->g, n);
    Ref r = build_full(b, c);
    /* of a hermitian one it is the transpose */
    return r.v == PLAN_NONE ? none
           : build_has(b, n) ? build_ref(b, n)
                             : conjugated(b, n, r);
}

Ref build_operand(Build *b, Node *n, bool *conj)
{
    Node *c = node_conj(&b->g, n), *t = c ? node_t(&b->g, c) : NULL;
    *conj = false;
    if (!t || c == n || build_has(b, n) || node_vector(n) || node_scalar(n) ||
        n->kind == N_SYM || n->kind == N_T)
        return build_full(b, n);
    bool wanted = n->uses == 0 && (c->uses > 0 || t->uses > 0);
    if (!build_has(b, c) && !wanted && !is_conj_leaf(n))
        return build_full(b, n);
    Ref r = build_full(b, c);
    *conj = r.t;
    return r.t ? r : build_full(b, n);
}
