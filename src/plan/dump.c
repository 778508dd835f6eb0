/* dump.c: a plan as a program to read: what is made, its shape, how, and what
 * it costs at the given sizes. */
#include "base/buf.h"
#include "plan/cost.h"

static const char *const op_name[PLAN_OP_COUNT] = {
    "input", "loop", "matmul", "cholesky", "lu", "solve", "trisolve",
    "inverse", "logdet", "det", "factor", "transpose", "mirror", "reshape",
    "part", "slice", "kron", "commute", "fun", "repeat", "again", "collect",
};

static const char *const kind_name[] = {
    [MAT_GENERAL] = "",
    [MAT_SYRK] = " syrk",
    [MAT_HALF] = " lower half",
    [MAT_SYR2K] = " syr2k",
    [MAT_SYMM_A] = " symm",
    [MAT_SYMM_B] = " symm right",
    [MAT_TRMM_A] = " trmm",
    [MAT_TRMM_B] = " trmm right",
    [MAT_BOTH] = " both, one pass",
};

static void value(Buf *b, Val v)
{
    if (v == PLAN_NONE)
        buf_add(b, "-");
    else
        buf_printf(b, "v%d", v);
}

/* v' of a complex value is its conjugate transpose, v.' the transpose. */
static void operand(Buf *b, const Plan *p, Val v, bool t, bool conj)
{
    value(b, v);
    buf_add(b, !t ? "" : p->complex && !conj ? ".'" : "'");
}

static void rat(Buf *b, Ctx *ctx, Rat r)
{
    const char *den = rat_den_text(ctx, r);
    buf_add(b, rat_num_text(ctx, r));
    if (den && (den[0] != '1' || den[1]))
        buf_printf(b, "/%s", den);
}

static void loop_leaf(Buf *b, Ctx *ctx, const Loop *l, const LoopNode *n)
{
    static const char *const mode[] = {"", "'", "[i]", "[j]", "", "[i,i]"};
    switch (n->leaf) {
    case LEAF_NUM:
        rat(b, ctx, n->num);
        break;
    case LEAF_PI:
        buf_add(b, "pi");
        break;
    case LEAF_IMUNIT:
        buf_add(b, "1i");
        break;
    case LEAF_DIM:
        dim_print(b, n->dim);
        break;
    case LEAF_DELTA:
        buf_add(b, "(i=j)");
        break;
    case LEAF_BAND:
        buf_add(b, "(band)");
        break;
    default:
        value(b, l->operand[n->arg].val);
        buf_add(b, mode[l->operand[n->arg].mode]);
    }
}

static void loop_text(Buf *b, Ctx *ctx, const Loop *l, int32_t k)
{
    const LoopNode *n = &l->node[k];
    if (n->leaf != LEAF_OP) {
        loop_leaf(b, ctx, l, n);
        return;
    }
    const char *name = op_record(n->op)->name;
    bool infix = n->op == OP_ADD || n->op == OP_HAD || n->op == OP_EDIV ||
                 n->op == OP_EPOW;
    buf_add(b, infix ? "(" : name);
    if (!infix)
        buf_add(b, "(");
    loop_text(b, ctx, l, n->kid[0]);
    if (n->kid[1] >= 0) {
        buf_add(b, infix ? " " : ", ");
        buf_add(b, infix ? name : "");
        buf_add(b, infix ? " " : "");
        loop_text(b, ctx, l, n->kid[1]);
    }
    buf_add(b, ")");
}

static void shape(Buf *b, const Plan *p, Val v)
{
    buf_add(b, " [");
    dim_print(b, p->value[v].rows);
    buf_add(b, ",");
    dim_print(b, p->value[v].cols);
    buf_add(b, "]");
}

static void loop_lines(Buf *b, const Plan *p, const Loop *l)
{
    static const char *const over[] = {"", " over all", " over rows",
                                       " over columns"};
    for (uint32_t k = 0; k < l->nouts; k++) {
        const LoopOut *o = &l->out[k];
        buf_add(b, "\n    ");
        value(b, o->out);
        shape(b, p, o->out);
        buf_add(b, " = ");
        if (o->over != OVER_NONE)
            buf_printf(b, "%s%s of ", op_record(o->fold)->name,
                       over[o->over]);
        loop_text(b, p->ctx, l, o->node);
    }
}

static void matmul(Buf *b, const Plan *p, const Inst *i)
{
    if (!rat_is(i->alpha, 1)) {
        rat(b, p->ctx, i->alpha);
        buf_add(b, "*");
    }
    if (i->scale != PLAN_NONE) {
        value(b, i->scale);
        buf_add(b, "*");
    }
    operand(b, p, i->a, i->ta, i->ca);
    buf_add(b, "*");
    operand(b, p, i->b, i->tb, i->cb);
    if (i->kind == MAT_BOTH) {
        buf_add(b, ", ");
        value(b, i->out2);
        buf_add(b, " = ");
        operand(b, p, i->a, true, false);
        buf_add(b, "*");
        value(b, i->c);
    }
    buf_add(b, kind_name[i->kind]);
}

/* ", row i, column j" */
static void spot(Buf *b, const Inst *i)
{
    const Dim *at[2] = {i->row0, i->col0};
    static const char *const what[2] = {", row ", ", column "};
    for (int k = 0; k < 2; k++)
        if (at[k]) {
            buf_add(b, what[k]);
            dim_print(b, at[k]);
        }
}

static void repeat(Buf *b, const Inst *i)
{
    buf_printf(b, "repeat %s = ", i->index);
    dim_print(b, i->row0);
    buf_add(b, "..");
    dim_print(b, i->row1);
}

static void instruction(Buf *b, const Plan *p, const Inst *i)
{
    if (i->op == PLAN_REPEAT) {
        repeat(b, i);
        return;
    }
    if (i->op == PLAN_AGAIN) {
        buf_printf(b, "again %s", i->index);
        return;
    }
    if (i->op == PLAN_LOOP) {
        buf_add(b, "loop [");
        dim_print(b, i->loop->rows);
        buf_add(b, ",");
        dim_print(b, i->loop->cols);
        buf_add(b, "]");
        loop_lines(b, p, i->loop);
        return;
    }
    value(b, i->out);
    shape(b, p, i->out);
    buf_printf(b, " %s ", i->add ? "+=" : "=");
    if (i->op == PLAN_MATMUL) {
        matmul(b, p, i);
        return;
    }
    buf_add(b, op_name[i->op]);
    if (i->op == PLAN_INPUT)
        buf_printf(b, " %s", i->sym->name);
    if (i->op == PLAN_FUN)
        buf_printf(b, " %s", op_record(i->fun)->name);
    if (i->a != PLAN_NONE) {
        buf_char(b, ' ');
        operand(b, p, i->a, i->ta, i->ca);
    }
    if (i->b != PLAN_NONE) {
        buf_add(b, ", ");
        operand(b, p, i->b, i->tb, false);
    }
    buf_add(b, i->right ? " from the right" : "");
    spot(b, i);
}

const char *plan_dump(const Plan *p, const PlanSize *size, uint32_t nsizes)
{
    Buf b;
    buf_init(&b, p->ctx->arena);
    double flops = 0, bytes = 0;
    if (p->complex)
        buf_add(&b, "# complex numbers, in double precision\n");
    for (uint32_t k = 0; k < p->ninsts; k++) {
        Cost c = plan_cost(p, &p->inst[k], size, nsizes);
        instruction(&b, p, &p->inst[k]);
        if (c.flops > 0 || c.bytes > 0)
            buf_printf(&b, "    # %.0f flops, %.0f bytes", c.flops, c.bytes);
        buf_add(&b, "\n");
        flops += c.flops;
        bytes += c.bytes;
    }
    for (uint32_t k = 0; k < p->nouts; k++) {
        buf_printf(&b, "%s = ", p->out[k].label ? p->out[k].label : "result");
        operand(&b, p, p->out[k].val, p->out[k].transposed, false);
        buf_add(&b, "\n");
    }
    buf_printf(&b, "# in all: %.0f flops, %.0f bytes\n", flops, bytes);
    return buf_text(&b);
}
