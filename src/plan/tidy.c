/* tidy.c: passes over the finished list of instructions: what reads one matrix
 * twice or runs over the same entries is put together, what nobody reads is
 * dropped. */
#include "plan/build.h"

#include <string.h>

/* --- who reads and writes what */

static bool writes(const Inst *i, Val v)
{
    if (v == PLAN_NONE)
        return false;
    if (i->op != PLAN_LOOP)
        return i->out == v || i->out2 == v;
    for (uint32_t k = 0; k < i->loop->nouts; k++)
        if (i->loop->out[k].out == v)
            return true;
    return false;
}

static bool reads(const Inst *i, Val v)
{
    if (v == PLAN_NONE)
        return false;
    if (i->a == v || i->b == v || i->c == v || i->scale == v ||
        (i->add && i->out == v))
        return true;
    for (uint32_t k = 0; i->loop && k < i->loop->noperands; k++)
        if (i->loop->operand[k].val == v)
            return true;
    return false;
}

/* Is v written in the instructions from..to-1? */
static bool written(const Build *b, Val v, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (writes(&b->inst[i], v))
            return true;
    return false;
}

static bool marks(const Inst *i)
{
    return i->op == PLAN_REPEAT || i->op == PLAN_AGAIN;
}

/* Is an instruction done as often at i as at j? */
static bool together(const Build *b, uint32_t i, uint32_t j)
{
    uint32_t depth = 0;
    for (uint32_t k = i + 1; k < j; k++) {
        if (b->inst[k].op == PLAN_AGAIN && depth-- == 0)
            return false;
        depth += b->inst[k].op == PLAN_REPEAT;
    }
    return depth == 0;
}

static void drop(Build *b, uint32_t i)
{
    memmove(b->inst + i, b->inst + i + 1,
            (b->ninsts - i - 1) * sizeof *b->inst);
    b->ninsts--;
}

/* --- fusion of loops */

/* The node of an entrywise output of l that the operand reads in step. */
static int32_t fed_by(const Loop *l, const LoopOperand *o)
{
    bool scalar = dim_is(l->rows, 1) && dim_is(l->cols, 1);
    bool column = dim_is(l->cols, 1);
    for (uint32_t k = 0; k < l->nouts; k++)
        if (l->out[k].out == o->val)
            return l->out[k].over == OVER_NONE &&
                           (o->mode == LOOP_FULL ||
                            (column && o->mode == LOOP_ROW) ||
                            (scalar && o->mode == LOOP_SCALAR))
                       ? l->out[k].node
                       : -2;
    return -1;
}

static bool same_node(const LoopNode *x, const LoopNode *y)
{
    return x->leaf == y->leaf && x->op == y->op && x->kid[0] == y->kid[0] &&
           x->kid[1] == y->kid[1] && x->dim == y->dim && x->lo == y->lo &&
           x->hi == y->hi && x->arg == y->arg &&
           (x->leaf != LEAF_NUM || rat_equal(x->num, y->num));
}

static int32_t push_node(Loop *l, LoopNode *list, LoopNode n)
{
    for (uint32_t k = 0; k < l->nnodes; k++)
        if (same_node(&list[k], &n))
            return (int32_t)k;
    list[l->nnodes] = n;
    return (int32_t)l->nnodes++;
}

static uint32_t push_operand(Loop *l, LoopOperand *list, LoopOperand o)
{
    for (uint32_t k = 0; k < l->noperands; k++)
        if (list[k].val == o.val && list[k].mode == o.mode)
            return k;
    list[l->noperands] = o;
    return l->noperands++;
}

/* The loop y after x, entry by entry; x's outputs are read as nodes. */
static Loop *merged(Build *b, const Loop *x, const Loop *y)
{
    Arena *a = b->ctx->arena;
    Loop *l = ARENA_NEW(a, Loop);
    LoopNode *node = ARENA_ARRAY(a, LoopNode, x->nnodes + y->nnodes);
    LoopOperand *opnd = ARENA_ARRAY(a, LoopOperand,
                                    x->noperands + y->noperands + 1);
    LoopOut *out = ARENA_ARRAY(a, LoopOut, x->nouts + y->nouts);
    int32_t *map = ARENA_ARRAY(a, int32_t, y->nnodes + 1);
    if (!l || !node || !opnd || !out || !map)
        return NULL;
    *l = *x;
    memcpy(node, x->node, x->nnodes * sizeof *node);
    if (x->noperands)
        memcpy(opnd, x->operand, x->noperands * sizeof *opnd);
    memcpy(out, x->out, x->nouts * sizeof *out);
    for (uint32_t i = 0; i < y->nnodes; i++) {
        LoopNode n = y->node[i];
        for (int k = 0; k < 2; k++)
            if (n.kid[k] >= 0)
                n.kid[k] = map[n.kid[k]];
        if (n.leaf == LEAF_OPERAND) {
            int32_t fed = fed_by(x, &y->operand[n.arg]);
            if (fed >= 0) {
                map[i] = fed;
                continue;
            }
            n.arg = push_operand(l, opnd, y->operand[n.arg]);
        }
        map[i] = push_node(l, node, n);
    }
    for (uint32_t k = 0; k < y->nouts; k++) {
        out[l->nouts] = y->out[k];
        out[l->nouts++].node = map[y->out[k].node];
    }
    l->node = node;
    l->operand = opnd;
    l->out = out;
    return l;
}

static bool same_space(const Loop *x, const Loop *y)
{
    return x->rows == y->rows && x->cols == y->cols;
}

/* Can the loop at j run where the one at i does? */
static bool can_rise(const Build *b, uint32_t i, uint32_t j)
{
    const Loop *x = b->inst[i].loop, *y = b->inst[j].loop;
    for (uint32_t k = 0; k < y->noperands; k++) {
        int32_t fed = fed_by(x, &y->operand[k]);
        if (fed == -2 ||
            written(b, y->operand[k].val, fed >= 0 ? i + 1 : i, j))
            return false;
    }
    return true;
}

/* Can the loop at i run where the one at j does? */
static bool can_sink(const Build *b, uint32_t i, uint32_t j)
{
    const Loop *x = b->inst[i].loop, *y = b->inst[j].loop;
    for (uint32_t k = 0; k < x->nouts; k++)
        for (uint32_t m = i + 1; m < j; m++)
            if (reads(&b->inst[m], x->out[k].out) ||
                writes(&b->inst[m], x->out[k].out))
                return false;
    for (uint32_t k = 0; k < x->noperands; k++)
        if (written(b, x->operand[k].val, i + 1, j))
            return false;
    for (uint32_t k = 0; k < y->noperands; k++)
        if (fed_by(x, &y->operand[k]) == -2)
            return false;
    return true;
}

static bool try_fuse(Build *b, uint32_t i, uint32_t j)
{
    bool rise = can_rise(b, i, j);
    if (!rise && !can_sink(b, i, j))
        return false;
    Loop *l = merged(b, b->inst[i].loop, b->inst[j].loop);
    if (!l)
        return false;
    b->inst[rise ? i : j].loop = l;
    drop(b, rise ? j : i);
    return true;
}

/* Quadratic in the loops; past a few hundred only neighbours are tried. */
static void fuse(Build *b)
{
    uint32_t reach = b->ninsts > 400 ? 8 : 400;
    for (uint32_t i = 0; i < b->ninsts; i++) {
        if (b->inst[i].op != PLAN_LOOP)
            continue;
        for (uint32_t j = i + 1; j < b->ninsts && j <= i + reach; j++)
            if (b->inst[j].op == PLAN_LOOP &&
                same_space(b->inst[i].loop, b->inst[j].loop) &&
                together(b, i, j) &&
                try_fuse(b, i, j)) {
                j = i; /* from here on again */
                if (b->inst[i].op != PLAN_LOOP)
                    break;
            }
    }
}

/* --- A*x and A'*y in one pass over A */

static bool is_gemv(const Build *b, const Inst *i)
{
    return i->op == PLAN_MATMUL && i->kind == MAT_GENERAL && !i->add &&
           !i->ca && !i->cb &&
           i->scale == PLAN_NONE && rat_is(i->alpha, 1) &&
           !dim_is(b->value[i->a].rows, 1) && !dim_is(b->value[i->a].cols, 1) &&
           dim_is(b->value[i->b].cols, 1);
}

static void pair(Build *b)
{
    for (uint32_t i = 0; i < b->ninsts; i++) {
        if (!is_gemv(b, &b->inst[i]))
            continue;
        for (uint32_t j = i + 1; j < b->ninsts; j++) {
            Inst *x = &b->inst[i], *y = &b->inst[j];
            if (!is_gemv(b, y) || y->a != x->a || y->ta == x->ta ||
                !together(b, i, j) ||
                written(b, y->b, i, j) || written(b, y->a, i, j))
                continue;
            Inst *n = x->ta ? y : x, *t = x->ta ? x : y; /* A*, A'* */
            Inst both = *n;
            both.kind = MAT_BOTH;
            both.out2 = t->out;
            both.c = t->b;
            *x = both;
            drop(b, j);
            break;
        }
    }
}

/* Inputs are there from the start. */
static void inputs_first(Build *b)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < b->ninsts; i++) {
        Inst x = b->inst[i];
        if (x.op != PLAN_INPUT)
            continue;
        memmove(b->inst + n + 1, b->inst + n, (i - n) * sizeof x);
        b->inst[n++] = x;
    }
}

/* A*x and A*y stand together, so that one pass may do both. */
static void neighbours(Build *b)
{
    for (uint32_t i = 0; i + 2 < b->ninsts; i++)
        for (uint32_t j = i + 2; is_gemv(b, &b->inst[i]) && j < b->ninsts;
             j++) {
            Inst y = b->inst[j];
            if (!is_gemv(b, &y) || y.a != b->inst[i].a ||
                y.ta != b->inst[i].ta || is_gemv(b, &b->inst[i + 1]) ||
                !together(b, i, j) ||
                written(b, y.b, i, j) || written(b, y.a, i, j))
                continue;
            memmove(b->inst + i + 2, b->inst + i + 1,
                    (j - i - 1) * sizeof *b->inst);
            b->inst[i + 1] = y;
            break;
        }
}

/* --- dead code */

static void need(bool *live, Val v)
{
    if (v != PLAN_NONE)
        live[v] = true;
}

static bool needed(const Build *b, const Inst *i, const bool *live)
{
    for (Val v = 0; v < (Val)b->nvalues; v++)
        if (live[v] && writes(i, v))
            return true;
    return false;
}

static void keep_outs(Build *b, Inst *i, const bool *live)
{
    Loop *l = ARENA_NEW(b->ctx->arena, Loop);
    LoopOut *out = ARENA_ARRAY(b->ctx->arena, LoopOut, i->loop->nouts);
    if (!l || !out)
        return;
    *l = *i->loop;
    l->nouts = 0;
    for (uint32_t k = 0; k < i->loop->nouts; k++)
        if (live[i->loop->out[k].out])
            out[l->nouts++] = i->loop->out[k];
    l->out = out;
    i->loop = l;
    i->out = out[0].out;
}

static void sweep(Build *b, const PlanOut *out, uint32_t nouts)
{
    bool *live = ARENA_ARRAY(b->ctx->arena, bool, b->nvalues + 1);
    if (!live)
        return;
    for (uint32_t i = 0; i < nouts; i++)
        need(live, out[i].val);
    for (uint32_t i = b->ninsts; i-- > 0;) {
        Inst *x = &b->inst[i];
        if (marks(x))
            continue;
        if (!needed(b, x, live)) {
            drop(b, i);
            continue;
        }
        need(live, x->a);
        need(live, x->b);
        need(live, x->c);
        need(live, x->scale);
        if (x->op == PLAN_LOOP)
            keep_outs(b, x, live);
        for (uint32_t k = 0; x->loop && k < x->loop->noperands; k++)
            need(live, x->loop->operand[k].val);
    }
    for (uint32_t i = 0; i + 1 < b->ninsts;) { /* loops of nothing */
        bool none = b->inst[i].op == PLAN_REPEAT &&
                    b->inst[i + 1].op == PLAN_AGAIN;
        if (none) {
            drop(b, i);
            drop(b, i);
        }
        i = none ? (i ? i - 1 : 0) : i + 1;
    }
}

static void count(Build *b)
{
    for (uint32_t v = 0; v < b->nvalues; v++) {
        b->value[v].uses = 0;
        b->value[v].def = -1;
    }
    for (uint32_t i = 0; i < b->ninsts; i++)
        for (Val v = 0; v < (Val)b->nvalues; v++) {
            b->value[v].uses += reads(&b->inst[i], v);
            if (b->value[v].def < 0 && writes(&b->inst[i], v))
                b->value[v].def = (int32_t)i;
        }
}

/* --- products of what is scaled just for them */

static Val read_as(const Loop *l, int32_t k, LoopMode mode)
{
    return k >= 0 && l->node[k].leaf == LEAF_OPERAND &&
                   l->operand[l->node[k].arg].mode == mode
               ? l->operand[l->node[k].arg].val
               : PLAN_NONE;
}

/* Is `out` of the loop a matrix times a vector's entries, by rows or columns? */
static bool scaled_by(const Loop *l, const LoopOut *out, LoopMode mode,
                      Inst *x)
{
    const LoopNode *n = &l->node[out->node];
    if (out->over != OVER_NONE || n->leaf != LEAF_OP || n->op != OP_HAD)
        return false;
    for (int i = 0; i < 2; i++) {
        Val by = read_as(l, n->kid[i], mode);
        Val whole = read_as(l, n->kid[1 - i], LOOP_FULL);
        if (by != PLAN_NONE && whole != PLAN_NONE) {
            x->by = by;
            x->whole = whole;
            return true;
        }
    }
    return false;
}

static void find_scaled(Build *b, uint32_t i)
{
    Inst *x = &b->inst[i];
    int32_t def = b->value[x->a].def;
    const Loop *l = def >= 0 ? b->inst[def].loop : NULL;
    for (uint32_t k = 0; l && k < l->nouts; k++) {
        if (l->out[k].out != x->a ||
            !scaled_by(l, &l->out[k], x->ta ? LOOP_ROW : LOOP_COL, x))
            continue;
        if (written(b, x->by, (uint32_t)def, i) ||
            written(b, x->whole, (uint32_t)def, i))
            x->by = x->whole = PLAN_NONE;
        return;
    }
}

static void scaled_products(Build *b, const PlanOut *out, uint32_t nouts)
{
    for (uint32_t i = 0; i < b->ninsts; i++) {
        const Inst *x = &b->inst[i];
        bool wanted = false;
        for (uint32_t k = 0; k < nouts; k++)
            wanted |= out[k].val == x->a;
        if (!b->g.complex && x->op == PLAN_MATMUL && x->kind == MAT_SYRK &&
            !wanted &&
            b->value[x->a].uses == 1)
            find_scaled(b, i);
    }
}

Plan *tidy(Build *b, const PlanOut *out, uint32_t nouts)
{
    if (ctx_failed(b->ctx))
        return NULL;
    sweep(b, out, nouts);
    inputs_first(b);
    pair(b);
    neighbours(b);
    fuse(b);
    sweep(b, out, nouts);
    count(b);
    scaled_products(b, out, nouts);
    Plan *p = ARENA_NEW(b->ctx->arena, Plan);
    if (!p)
        return NULL;
    *p = (Plan){.ctx = b->ctx, .ninsts = b->ninsts, .nvalues = b->nvalues,
                .nouts = nouts, .inst = b->inst, .value = b->value};
    for (uint32_t i = 0; i < b->ninsts; i++)
        p->nloops += b->inst[i].op == PLAN_REPEAT;
    memcpy(p->out, out, nouts * sizeof *out);
    return p;
}
