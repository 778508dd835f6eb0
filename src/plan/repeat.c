/* repeat.c: sums whose terms are computed one after another: all sums over one
 * range in one loop, before which stands what does not change in it. */
#include "plan/build.h"

#include <string.h>

typedef struct Group {
    Node *sum;     /* the first */
    Node **list;
    Val *val;
    uint32_t n, cap;
    Node **term;   /* what is done in the loop, and */
    Val *to;       /* what it is added to */
    uint32_t nterms;
    PtrMap seen;
} Group;

static bool joins(const Group *p, Build *b, Node *n)
{
    return n->kind == N_REPEAT && n->dim == p->sum->dim &&
           n->lo == p->sum->lo && n->hi == p->sum->hi &&
           n->indices == p->sum->indices && !build_has(b, n);
}

static void join(Build *b, Group *p, Node *n)
{
    if (dim_is(n->rows, 1) && !dim_is(n->cols, 1))
        n = node_t(&b->g, n); /* a row: its column */
    for (uint32_t i = 0; n && i < p->n; i++)
        if (p->list[i] == n || p->list[i] == node_t(&b->g, n))
            return;
    if (!n || p->n == p->cap)
        return;
    p->list[p->n++] = n;
}

static void find(Build *b, Group *p, Node *n)
{
    if (ptrmap_has(&p->seen, n) || !ptrmap_put(&p->seen, n, n))
        return;
    if (joins(p, b, n))
        join(b, p, n);
    for (uint32_t i = 0; i < n->nkids; i++)
        find(b, p, n->kid[i]);
}

static bool group(Build *b, Group *p, Node *n)
{
    enum { MOST = 64 };
    *p = (Group){.sum = n, .cap = MOST};
    p->list = ARENA_ARRAY(b->ctx->arena, Node *, MOST);
    p->val = ARENA_ARRAY(b->ctx->arena, Val, MOST);
    ptrmap_init(&p->seen, b->ctx->arena);
    p->term = ARENA_ARRAY(b->ctx->arena, Node *, MOST);
    p->to = ARENA_ARRAY(b->ctx->arena, Val, MOST);
    if (!p->list || !p->val || !p->term || !p->to)
        return false;
    join(b, p, n);
    /* those that the same loop around it asks for */
    unsigned around = n->indices ? (unsigned)__builtin_ctz(n->indices) : 0;
    for (uint32_t i = 0; i < b->nscope[around]; i++)
        find(b, p, b->scope[around][i]);
    return p->n > 0;
}

static void marker(Build *b, PlanOp op, Node *n)
{
    Inst *i = build_inst(b, op, PLAN_NONE, n);
    i->index = dim_symbol(n->dim);
    i->row0 = n->lo;
    i->row1 = n->hi;
}

static Val zeros(Build *b, Node *n)
{
    Loop *l = ARENA_NEW(b->ctx->arena, Loop);
    LoopNode *k = ARENA_NEW(b->ctx->arena, LoopNode);
    LoopOut *o = ARENA_NEW(b->ctx->arena, LoopOut);
    Val v = build_value(b, n->rows, n->cols);
    if (!l || !k || !o || v == PLAN_NONE)
        return PLAN_NONE;
    *k = (LoopNode){.leaf = LEAF_NUM, .kid = {-1, -1}, .num = rat_int(0)};
    *o = (LoopOut){.out = v, .node = 0, .over = OVER_NONE, .fold = OP_SUM};
    *l = (Loop){.rows = n->rows, .cols = n->cols, .nnodes = 1, .nouts = 1,
                .node = k, .out = o};
    build_inst(b, PLAN_LOOP, v, n)->loop = l;
    b->value[v].symmetric = node_symmetric(&b->g, n);
    return v;
}

/* A number in front of a product. */
static Node *unscaled(Build *b, Node *a, Node **scale)
{
    uint32_t last = a->nkids ? a->nkids - 1 : 0;
    *scale = NULL;
    if (a->kind != N_EW || a->op != OP_HAD ||
        !node_scalar(a->kid[last - 1]) || a->kid[last]->kind != N_MUL)
        return a;
    *scale = last == 1 ? a->kid[0] : node_had(&b->g, last, a->kid);
    return a->kid[last];
}

/* v += a, where the product is made in v itself if nobody else wants it. */
static bool collect(Build *b, Val v, Node *a)
{
    Spot at = {NULL, NULL};
    Node *scale, *m = unscaled(b, a, &scale);
    Node *rest = node_stripped(&b->g, a, &at);
    if (!rest)
        return false;
    if (rest == a && m->kind == N_MUL && m->uses <= 1 && !build_has(b, m) &&
        !node_scalar(m) && chain_is_matmul(b, m))
        return chain_into(b, m, scale, v, true, false);
    Ref r = build_full(b, rest);
    if (r.v == PLAN_NONE)
        return false;
    Inst *i = build_inst(b, PLAN_COLLECT, v, a);
    i->a = r.v;
    i->ta = r.t && !node_vector(rest);
    i->add = true;
    i->row0 = at.row;
    i->col0 = at.col;
    return true;
}

/* The factor that is a sum with unit vectors; or nkids. */
static uint32_t unit_sum(Build *b, const Node *a)
{
    Spot none;
    uint32_t i = 0;
    bool product = a->kind == N_MUL || (a->kind == N_EW && a->op == OP_HAD);
    for (; product && i < a->nkids; i++) {
        const Node *k = a->kid[i];
        for (uint32_t j = 0; k->kind == N_EW && k->op == OP_ADD &&
                             j < k->nkids; j++)
            if (node_stripped(&b->g, k->kid[j], &none) != k->kid[j])
                return i;
    }
    return a->nkids;
}

/* x*(e(i,n) - e(j,n))' as two terms, each of which has its place. */
static Node *spread(Build *b, Node *a)
{
    uint32_t at = unit_sum(b, a), n;
    if (a->nkids == 0 || at == a->nkids)
        return a;
    Node *sum = a->kid[at];
    Node **f = ARENA_ARRAY(b->ctx->arena, Node *, a->nkids);
    Node **term = ARENA_ARRAY(b->ctx->arena, Node *, sum->nkids);
    if (!f || !term)
        return NULL;
    memcpy(f, a->kid, a->nkids * sizeof *f);
    for (n = 0; n < sum->nkids; n++) {
        f[at] = sum->kid[n];
        Node *z = a->kind == N_MUL ? node_mul(&b->g, a->nkids, f)
                                   : node_had(&b->g, a->nkids, f);
        if (!z || !(term[n] = spread(b, z)))
            return NULL;
    }
    return node_add(&b->g, n, term);
}

/* The sum of all terms a at once, where that is possible; true: it is done, or
 * failed. */
static bool at_once(Build *b, Val v, Node *a, const Node *sum)
{
    Spot at = {NULL, NULL}, from;
    Node *rest = node_stripped(&b->g, a, &at);
    Range over = {sum->dim, sum->lo, sum->hi};
    Node *z = rest ? node_stacked_sum(&b->g, rest, &over, at.row, at.col,
                                      &from)
                   : NULL;
    if (!z)
        return ctx_failed(b->ctx);
    Ref r = build_full(b, z);
    Inst *i = build_inst(b, PLAN_COLLECT, v, a);
    i->a = r.v;
    i->ta = r.t && !node_vector(z);
    i->add = i->part = true;
    i->row0 = from.row;
    i->col0 = from.col;
    return true;
}

/* v += the terms of `sum` that can be had at once; what is left of them, NULL:
 * nothing. */
static Node *collect_stacked(Build *b, Val v, const Node *sum)
{
    Node *a = spread(b, sum->kid[0]);
    bool split = a && a->kind == N_EW && a->op == OP_ADD;
    for (uint32_t i = 0; split && i < a->nkids; i++)
        split = a->kid[i]->rows == a->rows && a->kid[i]->cols == a->cols;
    if (!a || !split)
        return !a || at_once(b, v, a, sum) ? NULL : a;
    Node **rest = ARENA_ARRAY(b->ctx->arena, Node *, a->nkids);
    uint32_t n = 0;
    for (uint32_t i = 0; rest && i < a->nkids; i++)
        if (!at_once(b, v, a->kid[i], sum))
            rest[n++] = a->kid[i];
    return n ? node_add(&b->g, n, rest) : NULL;
}

static bool collect_all(Build *b, Val v, Node *a)
{
    bool split = a->kind == N_EW && a->op == OP_ADD && !node_scalar(a);
    for (uint32_t i = 0; split && i < a->nkids; i++)
        split = a->kid[i]->rows == a->rows && a->kid[i]->cols == a->cols;
    if (!split)
        return collect(b, v, a);
    for (uint32_t i = 0; i < a->nkids; i++)
        if (!collect(b, v, a->kid[i]))
            return false;
    return true;
}

/* --- what does not change in the loop is done before it */

static bool varies(const bool *changing, Val v)
{
    return v != PLAN_NONE && changing[v];
}

static bool changes(const Inst *i, const char *index, const bool *changing)
{
    if (plan_indexed(i, index) || varies(changing, i->a) ||
        varies(changing, i->b) || varies(changing, i->c) ||
        varies(changing, i->scale) || varies(changing, i->out))
        return true;
    for (uint32_t k = 0; i->loop && k < i->loop->noperands; k++)
        if (changing[i->loop->operand[k].val])
            return true;
    return false;
}

/* Behind the loop that begins at i. */
static uint32_t loop_end(const Build *b, uint32_t i)
{
    uint32_t depth = 0;
    do {
        depth += b->inst[i].op == PLAN_REPEAT;
        depth -= b->inst[i].op == PLAN_AGAIN;
        i++;
    } while (depth && i < b->ninsts);
    return i;
}

static bool stays(const Build *b, uint32_t from, uint32_t to,
                  const char *index, const bool *changing)
{
    for (uint32_t i = from; i < to; i++)
        if (changes(&b->inst[i], index, changing))
            return true;
    return false;
}

/* The values that change in the instructions from..to-1; before any pass over
 * the plan each of them writes one value.  An inner loop is done as a whole or
 * not at all. */
static void find_changing(const Build *b, uint32_t from, uint32_t to,
                          const char *index, bool *changing)
{
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = from, end; i < to; i = end) {
            end = loop_end(b, i);
            if (!stays(b, i, end, index, changing))
                continue;
            for (uint32_t k = i; k < end; k++) {
                Val v = b->inst[k].out;
                more |= v != PLAN_NONE && !changing[v];
                if (v != PLAN_NONE)
                    changing[v] = true;
            }
        }
    }
}

/* b->inst[start] is the REPEAT. */
static void hoist(Build *b, uint32_t start, const Group *p)
{
    uint32_t n = b->ninsts, first = start, kept = 0;
    const char *index = dim_symbol(p->sum->dim);
    bool *changing = ARENA_ARRAY(b->ctx->arena, bool, b->nvalues + 1);
    Inst *in = ARENA_ARRAY(b->ctx->arena, Inst, n - start + 1);
    if (!changing || !in)
        return;
    for (uint32_t i = 0; i < p->n; i++)
        changing[p->val[i]] = true;
    find_changing(b, start + 1, n, index, changing);
    in[kept++] = b->inst[start];
    for (uint32_t i = start + 1, end; i < n; i = end) {
        end = loop_end(b, i);
        bool stay = stays(b, i, end, index, changing);
        for (uint32_t k = i; k < end; k++)
            if (stay)
                in[kept++] = b->inst[k];
            else
                b->inst[first++] = b->inst[k];
    }
    memcpy(b->inst + first, in, kept * sizeof *in);
}

static bool body(Build *b, Group *p)
{
    unsigned level = (unsigned)__builtin_ctz(dim_indices(p->sum->dim));
    Node *const *old = b->scope[level];
    uint32_t nold = b->nscope[level];
    b->scope[level] = p->term;
    b->nscope[level] = p->nterms;
    bool ok = true;
    for (uint32_t i = 0; ok && i < p->nterms; i++)
        ok = collect_all(b, p->to[i], p->term[i]);
    b->scope[level] = old;
    b->nscope[level] = nold;
    ptrmap_init(&b->val[level], b->ctx->arena);
    ptrmap_init(&b->factors[level], b->ctx->arena);
    return ok;
}

static bool one_by_one(Build *b, Group *p)
{
    uint32_t start = b->ninsts;
    marker(b, PLAN_REPEAT, p->sum);
    if (!body(b, p) || ctx_failed(b->ctx))
        return false;
    hoist(b, start, p);
    marker(b, PLAN_AGAIN, p->sum);
    return true;
}

Ref repeat_ref(Build *b, Node *n)
{
    Ref none = {PLAN_NONE, false};
    Group p;
    if (!group(b, &p, n))
        return none;
    for (uint32_t i = 0; i < p.n; i++) {
        p.val[i] = zeros(b, p.list[i]);
        Node *rest = p.val[i] == PLAN_NONE
                         ? NULL
                         : collect_stacked(b, p.val[i], p.list[i]);
        if (ctx_failed(b->ctx))
            return none;
        if (rest) {
            p.term[p.nterms] = rest;
            p.to[p.nterms++] = p.val[i];
        }
    }
    if (p.nterms && !one_by_one(b, &p))
        return none;
    for (uint32_t i = 0; i < p.n; i++)
        build_set(b, p.list[i], p.val[i]);
    return build_ref(b, n);
}

Ref unit_ref(Build *b, Node *n)
{
    Val v = zeros(b, n);
    if (v == PLAN_NONE || !collect(b, v, n))
        return (Ref){PLAN_NONE, false};
    build_set(b, n, v);
    return (Ref){v, false};
}
