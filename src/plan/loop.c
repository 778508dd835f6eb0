/* loop.c: entrywise work as fused passes: what is used once, or is cheap, is
 * computed where it is read. */
#include "plan/build.h"

#include <string.h>

typedef struct Pass {
    Build *b;
    Loop loop;
    LoopNode *node;
    LoopOperand *operand;
    uint32_t node_cap, operand_cap;
    PtrMap memo; /* Node -> number of its loop node + 1 */
} Pass;

static void *grown(Pass *p, void *old, uint32_t n, uint32_t *cap, size_t size)
{
    if (n < *cap)
        return old;
    uint32_t more = *cap ? 2 * *cap : 16;
    void *x = arena_array(p->b->ctx->arena, more, size);
    if (x && n)
        memcpy(x, old, n * size);
    if (x)
        *cap = more;
    return x;
}

static int32_t add_node(Pass *p, LoopNode n)
{
    LoopNode *x = grown(p, p->node, p->loop.nnodes, &p->node_cap, sizeof *x);
    if (!x)
        return -1;
    p->node = x;
    x[p->loop.nnodes] = n;
    return (int32_t)p->loop.nnodes++;
}

static int32_t leaf(Pass *p, LoopLeaf kind)
{
    return add_node(p, (LoopNode){.leaf = kind, .kid = {-1, -1}});
}

static int32_t op(Pass *p, OpId id, int32_t a, int32_t b)
{
    return add_node(p, (LoopNode){.leaf = LEAF_OP, .op = id, .kid = {a, b}});
}

static int32_t operand(Pass *p, Val v, LoopMode mode)
{
    uint32_t k = 0;
    if (v == PLAN_NONE)
        return -1;
    while (k < p->loop.noperands &&
           (p->operand[k].val != v || p->operand[k].mode != mode))
        k++;
    if (k == p->loop.noperands) {
        LoopOperand *x = grown(p, p->operand, k, &p->operand_cap, sizeof *x);
        if (!x)
            return -1;
        p->operand = x;
        x[k] = (LoopOperand){v, mode};
        p->loop.noperands++;
    }
    return add_node(p, (LoopNode){.leaf = LEAF_OPERAND, .kid = {-1, -1},
                                  .arg = k});
}

/* Few operations, none of them slow. */
static bool cheap(const Node *n, unsigned budget)
{
    if (n->kind != N_EW)
        return true;
    if (n->op == OP_CONJ)
        return cheap(n->kid[0], budget);
    if (n->op != OP_ADD && n->op != OP_HAD)
        return false;
    if (n->nkids - 1 > budget)
        return false;
    budget -= n->nkids - 1;
    for (uint32_t i = 0; i < n->nkids; i++)
        if (!cheap(n->kid[i], budget))
            return false;
    return true;
}

static int32_t visit(Pass *p, Node *n, bool top);

static int32_t reference(Pass *p, Node *n)
{
    Node *twin = node_conj(&p->b->g, n);
    if (twin && twin != n && !build_has(p->b, n) && build_has(p->b, twin)) {
        int32_t k = reference(p, twin);
        return k < 0 ? k : op(p, OP_CONJ, k, -1);
    }
    Ref r = build_full(p->b, n);
    LoopMode mode = r.t ? LOOP_TRANS : LOOP_FULL;
    if (node_scalar(n))
        mode = LOOP_SCALAR;
    else if (dim_is(n->cols, 1))
        mode = LOOP_ROW;
    else if (dim_is(n->rows, 1))
        mode = LOOP_COL;
    return operand(p, r.v, mode);
}

/* Numbers and rows first: in a column they are one number. */
static int32_t n_ary(Pass *p, Node *n)
{
    int32_t k = -1;
    for (int turn = 0; turn < 2; turn++)
        for (uint32_t i = 0; i < n->nkids; i++) {
            if (dim_is(n->kid[i]->rows, 1) != (turn == 0))
                continue;
            int32_t x = visit(p, n->kid[i], false);
            if (x < 0)
                return -1;
            k = k < 0 ? x : op(p, n->op, k, x);
        }
    return k;
}

static int32_t entrywise(Pass *p, Node *n)
{
    if (n->op == OP_ADD || n->op == OP_HAD)
        return n_ary(p, n);
    int32_t a = visit(p, n->kid[0], false);
    int32_t b = n->nkids > 1 ? visit(p, n->kid[1], false) : -1;
    return a < 0 || (n->nkids > 1 && b < 0) ? -1 : op(p, n->op, a, b);
}

static int32_t number(Pass *p, const Node *n)
{
    int32_t k = leaf(p, n->op == OP_PI       ? LEAF_PI
                        : n->op == OP_IMUNIT ? LEAF_IMUNIT
                        : n->op == OP_INT    ? LEAF_DIM
                                             : LEAF_NUM);
    if (k >= 0) {
        p->node[k].num = n->num;
        p->node[k].dim = n->dim;
    }
    return k;
}

static int32_t band(Pass *p, const Node *n)
{
    int32_t k = leaf(p, node_is_eye(n) ? LEAF_DELTA : LEAF_BAND);
    if (k >= 0) {
        p->node[k].lo = n->lo;
        p->node[k].hi = n->hi;
    }
    return k;
}

static int32_t ones(Pass *p)
{
    int32_t k = leaf(p, LEAF_NUM);
    if (k >= 0)
        p->node[k].num = rat_int(1);
    return k;
}

/* c*v, v made in any case: in a sum with a matrix it costs nothing more. */
static bool multiple(const Node *n)
{
    return n->op == OP_HAD && n->nkids == 2 && n->kid[0]->kind == N_NUM &&
           n->kid[1]->kind != N_EW;
}

static int32_t inner(Pass *p, Node *n, bool top)
{
    Build *b = p->b;
    bool whole = n->rows == p->loop.rows && n->cols == p->loop.cols;
    switch (n->kind) {
    case N_NUM:
        return number(p, n);
    case N_ONES:
        return ones(p);
    case N_EW:
        /* a number is computed once a pass */
        if (node_scalar(n) && !build_has(b, n) &&
            (n->uses <= 1 || cheap(n, 3)))
            return entrywise(p, n);
        if (!whole && multiple(n) && !build_has(b, n))
            return entrywise(p, n);
        if (!whole || (!top && (build_has(b, n) ||
                                (n->uses > 1 && !cheap(n, 3)))))
            return reference(p, n);
        return entrywise(p, n);
    case N_BAND:
        return whole && !node_is_unsure(n) ? band(p, n) : reference(p, n);
    case N_DIAGM: {
        int32_t d = leaf(p, LEAF_DELTA), v = visit(p, n->kid[0], false);
        return d < 0 || v < 0 ? -1 : op(p, OP_HAD, d, v);
    }
    case N_DIAGV:
        if ((n->kid[0]->kind != N_MUL || build_has(b, n->kid[0])) && whole)
            return operand(p, build_full(b, n->kid[0]).v, LOOP_DIAG);
        return reference(p, n);
    case N_MUL: {
        Node *e = build_has(b, n) || (n->uses > 1 && !top) || !whole
                      ? NULL
                      : chain_expand(b, n);
        if (e && e->kind == N_EW)
            return entrywise(p, e);
        return reference(p, n);
    }
    default:
        return reference(p, n);
    }
}

static int32_t visit(Pass *p, Node *n, bool top)
{
    void *done = ptrmap_get(&p->memo, n);
    if (done)
        return (int32_t)((uintptr_t)done - 1);
    if (!n || ctx_failed(p->b->ctx))
        return -1;
    int32_t k = inner(p, n, top);
    if (k >= 0)
        ptrmap_put(&p->memo, n, (void *)((uintptr_t)k + 1));
    return k;
}

static bool start(Pass *p, Build *b, const Dim *rows, const Dim *cols)
{
    memset(p, 0, sizeof *p);
    p->b = b;
    p->loop.rows = rows;
    p->loop.cols = cols;
    ptrmap_init(&p->memo, b->ctx->arena);
    return true;
}

static Ref finish(Pass *p, Node *n, int32_t root, LoopOver over, OpId fold)
{
    Build *b = p->b;
    Loop *l = ARENA_NEW(b->ctx->arena, Loop);
    LoopOut *o = ARENA_NEW(b->ctx->arena, LoopOut);
    bool row = dim_is(n->rows, 1); /* a row is kept as a column */
    Val v = row ? build_value(b, n->cols, n->rows)
                : build_value(b, n->rows, n->cols);
    if (!l || !o || root < 0 || v == PLAN_NONE)
        return (Ref){PLAN_NONE, false};
    *l = p->loop;
    l->node = p->node;
    l->operand = p->operand;
    l->nouts = 1;
    *o = (LoopOut){.out = v, .node = root, .over = over, .fold = fold};
    l->out = o;
    build_inst(b, PLAN_LOOP, v, n)->loop = l;
    b->value[v].symmetric = node_symmetric(&b->g, n);
    row &= !dim_is(n->cols, 1);
    build_set(b, row ? node_t(&b->g, n) : n, v);
    return (Ref){v, row};
}

/* How many more of its matrices are stored the other way round. */
static int turned(Build *b, Node *n)
{
    int sum = 0;
    if (node_scalar(n) || node_vector(n))
        return 0;
    if (n->kind != N_EW || build_has(b, n))
        return n->kind == N_T || build_turned(b, n) ? 1
               : n->kind == N_BAND || n->kind == N_DIAGM || n->kind == N_ONES
                   ? 0
                   : -1;
    for (uint32_t i = 0; i < n->nkids; i++)
        sum += turned(b, n->kid[i]);
    return sum;
}

static Ref fold_ref(Build *b, Node *n)
{
    Pass p;
    Node *k = n->kid[0];
    LoopOver over = n->over;
    if (turned(b, k) > 0) {
        k = node_t(&b->g, k);
        over = over == OVER_COLS   ? OVER_ROWS
               : over == OVER_ROWS ? OVER_COLS
                                   : over;
    }
    if (!k)
        return (Ref){PLAN_NONE, false};
    start(&p, b, k->rows, k->cols);
    int32_t root = visit(&p, k, k->uses <= 1);
    return finish(&p, n, root, over, n->op);
}

/* --- a sum in which matrix products stand: they are added in place */

/* The product (or `kind`) in scale*P; numbers stand before matrices. */
static Node *scaled_kind(Build *b, Node *k, NodeKind kind, Node **scale)
{
    uint32_t last = k->nkids - 1;
    *scale = NULL;
    if (k->kind == kind)
        return k;
    if (k->kind != N_EW || k->op != OP_HAD || !node_scalar(k->kid[last - 1]) ||
        k->kid[last]->kind != kind)
        return NULL;
    *scale = last == 1 ? k->kid[0] : node_had(&b->g, last, k->kid);
    return *scale ? k->kid[last] : NULL;
}

static Node *product_of(Build *b, Node *k, Node **scale)
{
    return scaled_kind(b, k, N_MUL, scale);
}

/* The transpose of the i-th term, conjugated or not, where it is another one;
 * nkids: it is not. */
static uint32_t partner(Build *b, const Node *sum, uint32_t i)
{
    Node *t = node_t(&b->g, sum->kid[i]), *h = node_conj(&b->g, t);
    uint32_t j = 0;
    while (j < sum->nkids &&
           (j == i || (sum->kid[j] != t && sum->kid[j] != h)))
        j++;
    return j;
}

/* The i-th term is a product to be added in place: nobody else wants it, alone
 * or within another product. */
static Node *addend(Build *b, Node *sum, uint32_t i, Node **scale)
{
    Node *k = sum->kid[i], *m = product_of(b, k, scale);
    if (!m || m->uses > 1 || k->uses > 1 || build_has(b, m) ||
        k->rows != sum->rows || k->cols != sum->cols)
        return NULL;
    double own = partner(b, sum, i) < sum->nkids ? 2 : 1;
    return chain_shares(b, m) <= own && chain_is_matmul(b, m) ? m : NULL;
}

/* What of the sum is added in place, and what the rest is. */
typedef struct Addends {
    Node **product, **scale, *rest;
    bool *pair; /* with its transpose */
} Addends;

/* Is P + P' to be added as such?  If not, P is made and read twice, which is
 * little where its entries have many terms. */
static bool by_pairs(Build *b, Node *sum, Node *p, Node *other)
{
    enum { SMALL = 48 };
    double rows = build_size(b, sum->rows);
    return !b->g.complex && node_symmetric(&b->g, sum) && other->uses <= 1 &&
           node_t(&b->g, p)->uses <= 1 && rows >= SMALL &&
           2 * chain_depth(b, p) <= rows;
}

static bool part(Build *b, Node *n, Addends *a)
{
    Node **rest = ARENA_ARRAY(b->ctx->arena, Node *, n->nkids);
    uint32_t nrest = 0;
    a->product = ARENA_ARRAY(b->ctx->arena, Node *, n->nkids);
    a->scale = ARENA_ARRAY(b->ctx->arena, Node *, n->nkids);
    a->pair = ARENA_ARRAY(b->ctx->arena, bool, n->nkids);
    if (!rest || !a->product || !a->scale || !a->pair)
        return false;
    for (uint32_t i = 0; i < n->nkids; i++) {
        Node *m = addend(b, n, i, &a->scale[i]);
        uint32_t j = m ? partner(b, n, i) : n->nkids;
        a->product[i] = m;
        a->pair[i] = j < n->nkids && by_pairs(b, n, m, n->kid[j]);
        if (a->pair[i] && j < i)
            a->product[i] = NULL; /* that one is both */
        else if (!m || (j < n->nkids && !a->pair[i]))
            rest[nrest++] = n->kid[i], a->product[i] = NULL;
    }
    a->rest = nrest ? node_add(&b->g, nrest, rest) : NULL;
    return !nrest || a->rest;
}

static Ref sum_ref(Build *b, Node *n)
{
    Ref r = {PLAN_NONE, false};
    Addends a;
    if (!part(b, n, &a))
        return r;
    bool any = a.rest != NULL;
    if (any) {
        Pass p;
        start(&p, b, n->rows, n->cols);
        int32_t root = visit(&p, a.rest, true);
        r = finish(&p, n, root, OVER_NONE, OP_SUM);
    } else {
        r.v = build_value(b, n->rows, n->cols);
        build_set(b, n, r.v);
    }
    for (uint32_t i = 0; r.v != PLAN_NONE && i < n->nkids; i++) {
        if (!a.product[i])
            continue;
        ChainPart how = a.pair[i]                   ? CHAIN_PAIR
                        : node_symmetric(&b->g, n) ? CHAIN_HALF
                                                   : CHAIN_WHOLE;
        if (!chain_into(b, a.product[i], a.scale[i], r.v, any, how))
            return (Ref){PLAN_NONE, false};
        any = true;
    }
    if (r.v != PLAN_NONE)
        b->value[r.v].symmetric = node_symmetric(&b->g, n);
    return r;
}

/* s*P as one product. */
static Ref scaled_ref(Build *b, Node *n, Node *product, Node *scale)
{
    Val v = build_value(b, n->rows, n->cols);
    if (v == PLAN_NONE || !chain_into(b, product, scale, v, false, CHAIN_HALF))
        return (Ref){PLAN_NONE, false};
    b->value[v].symmetric = node_symmetric(&b->g, n);
    build_set(b, n, v);
    return (Ref){v, false};
}

static bool has_addend(Build *b, Node *n)
{
    Node *scale;
    for (uint32_t i = 0; i < n->nkids; i++)
        if (addend(b, n, i, &scale))
            return true;
    return false;
}

Ref loop_ref(Build *b, Node *n)
{
    Pass p;
    Node *scale;
    if (n->kind == N_FOLD)
        return fold_ref(b, n);
    if (n->kind == N_EW && !node_scalar(n) && !node_vector(n)) {
        if (n->op == OP_ADD && has_addend(b, n))
            return sum_ref(b, n);
        Node *m = n->op == OP_HAD ? scaled_kind(b, n, N_KRON, &scale) : NULL;
        if (m && m->uses <= 1 && !build_has(b, m))
            return kron_ref(b, n, m, scale);
        m = n->op == OP_HAD ? product_of(b, n, &scale) : NULL;
        if (m && m->uses <= 1 && !build_has(b, m) && chain_is_matmul(b, m))
            return scaled_ref(b, n, m, scale);
    }
    bool flip = turned(b, n) > 0 && node_t(&b->g, n);
    if (flip)
        n = node_t(&b->g, n);
    start(&p, b, n->rows, n->cols);
    int32_t root = visit(&p, n, true);
    Ref r = finish(&p, n, root, OVER_NONE, OP_SUM);
    return (Ref){r.v, r.t != flip};
}
