/* cost.c: what an instruction costs, in flops and bytes. */
#include "plan/cost.h"

enum { INDEX_DEPTH = 32 };

typedef struct Sizes {
    const Plan *p;
    const PlanSize *size;
    uint32_t n;
} Sizes;

static double dim(const Sizes *s, const Dim *d)
{
    int64_t v;
    return plan_dim(d, s->size, s->n, &v) ? (double)v : 100;
}

static double entries(const Sizes *s, Val v)
{
    if (v == PLAN_NONE)
        return 0;
    const Value *x = &s->p->value[v];
    return dim(s, x->rows) * dim(s, x->cols) / (x->half ? 2 : 1);
}

static double loop_flops(const Sizes *s, const Loop *l)
{
    double each = 0;
    for (uint32_t k = 0; k < l->nnodes; k++)
        if (l->node[k].leaf == LEAF_OP)
            each += op_record(l->node[k].op)->cls == CLASS_ENTRYWISE ? 10 : 1;
    for (uint32_t k = 0; k < l->nouts; k++)
        each += l->out[k].over != OVER_NONE;
    return each * dim(s, l->rows) * dim(s, l->cols);
}

/* How often the loops around it do it. */
static double times(const Sizes *s, const Inst *x)
{
    double often[INDEX_DEPTH], all = 1;
    unsigned depth = 0;
    for (const Inst *i = s->p->inst; i < x; i++) {
        if (i->op == PLAN_REPEAT && depth < INDEX_DEPTH) {
            double n = dim(s, i->row1) - dim(s, i->row0) + 1;
            often[depth++] = all;
            all *= n > 0 ? n : 0;
        } else if (i->op == PLAN_AGAIN && depth) {
            all = often[--depth];
        }
    }
    return all;
}

static double flops(const Sizes *s, const Inst *i)
{
    const Value *out = &s->p->value[i->out];
    double m = dim(s, out->rows), n = dim(s, out->cols), k;
    switch (i->op) {
    case PLAN_LOOP:
        return loop_flops(s, i->loop);
    case PLAN_MATMUL:
        k = dim(s, i->ta ? s->p->value[i->a].rows : s->p->value[i->a].cols);
        return (i->kind == MAT_SYRK || i->kind == MAT_HALF ? 1 : 2) * m * n *
                   k +
               (i->kind == MAT_BOTH ? 2 * m * k : 0);
    case PLAN_CHOL:
        return m * m * m / 3;
    case PLAN_LU:
        return 2 * m * m * m / 3;
    case PLAN_SOLVE:
        return 2 * m * n * (i->right ? n : m);
    case PLAN_TRISOLVE:
        return m * n * (i->right ? n : m);
    case PLAN_INVERSE:
        return (s->p->value[i->a].chol ? 2.0 : 4.0) * m * m * m / 3;
    case PLAN_LOGDET:
    case PLAN_DET:
        return dim(s, s->p->value[i->a].rows);
    case PLAN_KRON:
        return m * n;
    case PLAN_COLLECT:
        return i->part ? entries(s, i->a)
                       : (i->row0 ? 1 : m) * (i->col0 ? 1 : n);
    case PLAN_FUN:
        if (i->fun == OP_DIAGSUMS || i->fun == OP_ANTIDIAGSUMS ||
            i->fun == OP_CIRCSUMS)
            return m * n;
        return 25 * m * m * m;
    default:
        return 0;
    }
}

Cost plan_cost(const Plan *p, const Inst *i, const PlanSize *size,
               uint32_t nsizes)
{
    Sizes s = {p, size, nsizes};
    Cost c = {0, 0};
    if (i->op == PLAN_INPUT || i->op == PLAN_RESHAPE ||
        i->op == PLAN_REPEAT || i->op == PLAN_AGAIN)
        return c;
    double often = times(&s, i);
    c.flops = flops(&s, i);
    c.bytes = entries(&s, i->a) + entries(&s, i->b) + entries(&s, i->c) +
              entries(&s, i->scale);
    if (i->op == PLAN_COLLECT)
        c.bytes *= 3;
    else if (i->op != PLAN_LOOP)
        c.bytes += entries(&s, i->out) + entries(&s, i->out2);
    for (uint32_t k = 0; i->loop && k < i->loop->noperands; k++)
        c.bytes += entries(&s, i->loop->operand[k].val);
    for (uint32_t k = 0; i->loop && k < i->loop->nouts; k++)
        c.bytes += entries(&s, i->loop->out[k].out);
    c.bytes *= (p->complex ? 16 : 8) * often;
    c.flops *= (p->complex ? 4 : 1) * often;
    return c;
}
