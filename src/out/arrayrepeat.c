/* arrayrepeat.c: sums as loops over their index. */
#include "out/array.h"

static uint32_t number_of(const ArrayCode *c, const Inst *in)
{
    return (uint32_t)(in - c->plan->inst);
}

static uint32_t end_of(const ArrayCode *c, uint32_t begin)
{
    uint32_t i = begin, depth = 0;
    do {
        depth += c->plan->inst[i].op == PLAN_REPEAT;
        depth -= c->plan->inst[i].op == PLAN_AGAIN;
        i++;
    } while (depth && i < c->plan->ninsts);
    return i - 1;
}

static bool made_before(const ArrayCode *c, Val v, uint32_t begin)
{
    return v != PLAN_NONE && c->plan->value[v].def < (int32_t)begin;
}

/* What the loop reads is computed once; what it adds to is not written inside
 * of anything while it runs. */
static void settle(ArrayCode *c, Val v, uint32_t begin)
{
    if (!made_before(c, v, begin) || !c->value[v].code.text ||
        c->plan->value[v].factors ||
        c->plan->inst[c->plan->value[v].def].op == PLAN_INPUT)
        return;
    array_settle(c, v);
}

static void settle_all(ArrayCode *c, uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin + 1; i < end; i++) {
        const Inst *x = &c->plan->inst[i];
        Val list[] = {x->a, x->b, x->c, x->scale, x->out};
        for (size_t k = 0; k < sizeof list / sizeof *list; k++)
            settle(c, list[k], begin);
        for (uint32_t k = 0; x->loop && k < x->loop->noperands; k++)
            settle(c, x->loop->operand[k].val, begin);
        if (made_before(c, x->out, begin))
            c->value[x->out].carried = true;
    }
}

void array_repeat(ArrayCode *c, const Inst *in)
{
    uint32_t begin = number_of(c, in);
    settle_all(c, begin, end_of(c, begin));
    const Dim *index = dim_sym(c->ctx, in->index);
    if (!index)
        return;
    const Dim *end = c->d->open ? dim_add(c->ctx, in->row1,
                                          dim_num(c->ctx, 1))
                                : in->row1;
    if (!end)
        return;
    Code arg[] = {array_dim(c, index), array_dim(c, in->row0),
                  array_dim(c, end)};
    Code line = array_text(c, c->d->repeat, CODE_ATOM, arg);
    array_line(c, &c->body, line.text ? line.text : "");
    c->depth++;
}

void array_again(ArrayCode *c, const Inst *in)
{
    uint32_t end = number_of(c, in), begin = end, depth = 0;
    do {
        depth += c->plan->inst[begin].op == PLAN_AGAIN;
        depth -= c->plan->inst[begin].op == PLAN_REPEAT;
    } while (depth && begin--);
    for (uint32_t i = begin; i < end; i++)
        if (made_before(c, c->plan->inst[i].out, begin))
            c->value[c->plan->inst[i].out].carried = false;
    c->depth--;
    if (c->d->again)
        array_line(c, &c->body, c->d->again);
}

void array_collect(ArrayCode *c, const Inst *in, Code a, const Code where[2])
{
    const Value *out = &c->plan->value[in->out];
    if (!in->row0 && !in->col0) {
        array_set(c, in->out, true, a);
        return;
    }
    bool vector = array_is_vector(out);
    array_settle(c, in->out);
    const char *text = vector                                  ? c->d->put_entry
                       : in->row0 && !in->col0 && !in->part && c->d->put_row
                           ? c->d->put_row
                                                                : c->d->put;
    Code arg[] = {array_read(c, in->out), where[0], where[1], a};
    Code line = array_text(c, text, CODE_ATOM, arg);
    array_line(c, &c->body, line.text ? line.text : "");
    c->statements++;
    c->value[in->out].writes--;
}
