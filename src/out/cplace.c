/* cplace.c: how long each value lives, and the block of the workspace that it
 * lives in; blocks whose values are dead are used again. */
#include "out/cfile.h"

#include <string.h>

/* --- blocks of the workspace */

static int32_t block_take(CFile *f, const Dim *size, bool pivots)
{
    for (uint32_t b = 0; b < f->nblocks; b++)
        if (f->block[b].free && f->block[b].size == size &&
            f->block[b].pivots == pivots) {
            f->block[b].free = false;
            return (int32_t)b;
        }
    f->block[f->nblocks] = (CBlock){.size = size, .pivots = pivots};
    f->block[f->nblocks].name = c_fresh(f, pivots ? 'p' : 'w');
    return (int32_t)f->nblocks++;
}

const char *c_scratch(CFile *f, const Dim *size)
{
    if (!size)
        return "";
    int32_t b = block_take(f, size, false);
    f->block[b].free = true;
    return f->block[b].name;
}

static bool dies(const CFile *f, Val v, uint32_t at)
{
    return v != PLAN_NONE && f->value[v].last == (int32_t)at &&
           f->value[v].block >= 0;
}

/* What the instruction may write its result over; or PLAN_NONE. */
static Val in_place(const Inst *in)
{
    bool factor = in->op == PLAN_CHOL || in->op == PLAN_LU ||
                  in->op == PLAN_INVERSE;
    bool solve = in->op == PLAN_SOLVE || in->op == PLAN_TRISOLVE;
    return factor ? in->a
           : solve && !in->tb && in->b != in->a ? in->b
                                                : PLAN_NONE;
}

static Val written_over(const CFile *f, const Inst *in, Val out, uint32_t at)
{
    Val v = in_place(in);
    return dies(f, v, at) && f->value[v].size == f->value[out].size
               ? v
               : PLAN_NONE;
}

/* The output that is written over v, which can be there from the first; or
 * NULL. */
static const char *output_over(const CFile *f, Val v)
{
    int32_t at = f->value[v].last;
    if (at < 0 || at == INT32_MAX)
        return NULL;
    const Inst *in = &f->plan->inst[at];
    if (in->op == PLAN_LOOP || in_place(in) != v || in->out == v)
        return NULL;
    const CValue *to = &f->value[in->out];
    return to->output && to->size == f->value[v].size &&
                   f->plan->value[in->out].def == at
               ? to->name
               : NULL;
}

static void place_value(CFile *f, const Inst *in, Val v, uint32_t at)
{
    CValue *x = v == PLAN_NONE ? NULL : &f->value[v];
    if (!x)
        return;
    if (in->op == PLAN_LU && !x->pivot) {
        x->pivots = block_take(f, f->plan->value[v].rows, true);
        x->pivot = f->block[x->pivots].name;
    }
    if (x->scalar || x->output || x->name)
        return;
    x->name = output_over(f, v);
    if (x->name)
        return;
    Val over = written_over(f, in, v, at);
    x->block = over != PLAN_NONE ? f->value[over].block
                                 : block_take(f, x->size, false);
    if (over != PLAN_NONE)
        f->value[over].block = -1;
    x->name = f->block[x->block].name;
}

void c_place(CFile *f, const Inst *in, uint32_t at)
{
    if (in->op != PLAN_LOOP) {
        place_value(f, in, in->out, at);
        place_value(f, in, in->out2, at);
        return;
    }
    for (uint32_t k = 0; k < in->loop->nouts; k++)
        place_value(f, in, in->loop->out[k].out, at);
}

void c_release(CFile *f, uint32_t at)
{
    for (uint32_t v = 0; v < f->plan->nvalues; v++) {
        if (f->value[v].last != (int32_t)at)
            continue;
        if (f->value[v].block >= 0)
            f->block[f->value[v].block].free = true;
        if (f->value[v].pivots >= 0)
            f->block[f->value[v].pivots].free = true;
    }
}

bool c_same(const CFile *f, Val a, Val b)
{
    return a != PLAN_NONE && b != PLAN_NONE && f->value[a].name &&
           f->value[b].name &&
           strcmp(f->value[a].name, f->value[b].name) == 0;
}

/* --- how long they live */

static void touch_value(CFile *f, Val v, uint32_t at)
{
    int32_t last = (int32_t)plan_until(f->plan, v, at);
    if (last > f->value[v].last)
        f->value[v].last = last;
}

static void touch_values(CFile *f)
{
    for (uint32_t i = 0; i < f->plan->ninsts; i++) {
        const Inst *in = &f->plan->inst[i];
        Val list[] = {in->a, in->b, in->c, in->scale, in->out, in->out2};
        for (size_t k = 0; k < sizeof list / sizeof *list; k++)
            if (list[k] != PLAN_NONE && in->op != PLAN_LOOP)
                touch_value(f, list[k], i);
        for (uint32_t k = 0; in->loop && k < in->loop->noperands; k++)
            touch_value(f, in->loop->operand[k].val, i);
        for (uint32_t k = 0; in->loop && k < in->loop->nouts; k++)
            touch_value(f, in->loop->out[k].out, i);
    }
    for (uint32_t k = 0; k < f->plan->nouts; k++)
        f->value[f->plan->out[k].val].last = INT32_MAX;
}

/* The vector or matrix of which the loop writes the negative, and no more;
 * or PLAN_NONE. */
static Val negated(const Plan *p, const Loop *l)
{
    if (!l || l->nouts != 1 || l->out[0].over != OVER_NONE)
        return PLAN_NONE;
    const LoopNode *n = &l->node[l->out[0].node], *a = NULL;
    if (n->leaf == LEAF_OP && n->op == OP_NEG)
        a = &l->node[n->kid[0]];
    if (n->leaf == LEAF_OP && n->op == OP_HAD &&
        l->node[n->kid[0]].leaf == LEAF_NUM &&
        rat_is(l->node[n->kid[0]].num, -1))
        a = &l->node[n->kid[1]];
    if (!a || a->leaf != LEAF_OPERAND)
        return PLAN_NONE;
    const LoopOperand *o = &l->operand[a->arg];
    const Value *x = &p->value[o->val], *z = &p->value[l->out[0].out];
    bool entry = o->mode == LOOP_FULL ||
                 (o->mode == LOOP_ROW && dim_is(x->cols, 1)) ||
                 (o->mode == LOOP_COL && dim_is(x->rows, 1));
    return entry && x->rows == z->rows && x->cols == z->cols ? o->val
                                                             : PLAN_NONE;
}

/* Is it read by loops alone? */
static bool in_loops(const CFile *f, Val v)
{
    for (uint32_t i = 0; i < f->plan->ninsts; i++) {
        const Inst *in = &f->plan->inst[i];
        if (in->op != PLAN_LOOP && (in->a == v || in->b == v || in->c == v ||
                                    in->scale == v || in->out == v))
            return false;
    }
    return f->value[v].last != INT32_MAX;
}

/* A sign is no reason to keep an array. */
static void find_signs(CFile *f)
{
    for (uint32_t i = 0; i < f->plan->ninsts; i++) {
        const Inst *in = &f->plan->inst[i];
        Val of = in->op == PLAN_LOOP ? negated(f->plan, in->loop) : PLAN_NONE;
        Val v = of == PLAN_NONE ? PLAN_NONE : in->loop->out[0].out;
        if (v == PLAN_NONE || f->value[v].scalar || !in_loops(f, v) ||
            f->value[of].minus != PLAN_NONE)
            continue;
        f->value[v].minus = of;
        if (f->value[of].last < f->value[v].last)
            f->value[of].last = f->value[v].last;
    }
}

void c_lives(CFile *f)
{
    touch_values(f);
    find_signs(f);
}
