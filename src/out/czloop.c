/* czloop.c: a fused pass of a complex plan as loops, a variable a node. */
#include "out/czfile.h"

typedef struct Pass {
    CzFile *f;
    const Loop *l;
    const char *i, *j; /* "0" along what is 1 */
    const char **text; /* of nodes */
    bool *used;
    const char *acc[PLAN_OUTS * 4]; /* of folds */
} Pass;

static const char *place(const Pass *p, const LoopOperand *o)
{
    CzFile *f = p->f;
    const Value *v = &f->plan->value[o->val];
    switch (o->mode) {
    case LOOP_SCALAR:
        return "0";
    case LOOP_ROW:
        return p->i;
    case LOOP_COL:
        return p->j;
    case LOOP_DIAG:
        return cz_place(f, v, p->i, p->i);
    case LOOP_TRANS:
        return cz_place(f, v, p->j, p->i);
    default:
        return cz_place(f, v, p->i, p->j);
    }
}

static const char *band(const Pass *p, const LoopNode *n)
{
    CzFile *f = p->f;
    const char *test = "1";
    if (n->leaf == LEAF_DELTA)
        test = ctx_printf(f->ctx, "%s == %s", p->i, p->j);
    if (n->leaf == LEAF_BAND && n->lo)
        test = ctx_printf(f->ctx, "(ptrdiff_t)%s - (ptrdiff_t)%s <= "
                          "(ptrdiff_t)(%s)", p->i, p->j, cz_dim(f, n->lo));
    if (n->leaf == LEAF_BAND && n->hi)
        test = ctx_printf(f->ctx, "%s && (ptrdiff_t)%s - (ptrdiff_t)%s <= "
                          "(ptrdiff_t)(%s)", test, p->j, p->i,
                          cz_dim(f, n->hi));
    return ctx_printf(f->ctx, "%s ? 1.0 : 0.0", test ? test : "");
}

/* The function, with its bracket; NULL: there is none. */
static const char *function_of(OpId op)
{
    static const char *const name[OP_COUNT] = {
        [OP_EXP] = "cexp(", [OP_SIN] = "csin(", [OP_COS] = "ccos(",
        [OP_TAN] = "ctan(", [OP_SINH] = "csinh(", [OP_COSH] = "ccosh(",
        [OP_TANH] = "ctanh(", [OP_ATAN] = "catan(", [OP_ABS] = "cabs(",
        [OP_CONJ] = "conj(", [OP_REAL] = "creal(", [OP_IMAG] = "cimag(",
        [OP_NEG] = "-(", [OP_LOG] = "clog(above(", [OP_SQRT] = "csqrt(above(",
        [OP_ASIN] = "casin(above(", [OP_ACOS] = "cacos(above(",
        [OP_LOG1P] = "clog(above(1.0 + ", [OP_EXPM1] = "-1.0 + cexp(",
        [OP_SIGMOID] = "1.0 / (1.0 + cexp(-",
        [OP_SOFTPLUS] = "clog(above(1.0 + cexp(", [OP_ERF] = "erf(creal(",
        [OP_RELU] = "larger(0.0, ", [OP_SIGN] = "sign_of(",
        [OP_MAX] = "larger(", [OP_MIN] = "smaller(", [OP_EPOW] = "power("};
    return name[op];
}

static const char *operation(const Pass *p, const LoopNode *n)
{
    CzFile *f = p->f;
    const char *a = p->text[n->kid[0]];
    const char *b = n->kid[1] >= 0 ? p->text[n->kid[1]] : NULL;
    const char *name = function_of(n->op);
    if (n->op == OP_ADD || n->op == OP_HAD || n->op == OP_EDIV)
        return ctx_printf(f->ctx, "%s %s %s", a, n->op == OP_ADD   ? "+"
                                                 : n->op == OP_HAD ? "*"
                                                                   : "/", b);
    if (!name) {
        cz_lacks(f, op_record(n->op)->name);
        return "";
    }
    unsigned open = 0;
    for (const char *s = name; *s; s++)
        open += *s == '(';
    return ctx_printf(f->ctx, "%s%s%s%s%.*s", name, a, b ? ", " : "",
                      b ? b : "", (int)open, ")))");
}

static const char *term(const Pass *p, const LoopNode *n)
{
    CzFile *f = p->f;
    const LoopOperand *o = &p->l->operand[n->arg];
    switch (n->leaf) {
    case LEAF_NUM:
        return code_number(f->ctx, n->num, true).text;
    case LEAF_PI:
        return "3.141592653589793";
    case LEAF_IMUNIT:
        return "number(0.0, 1.0)";
    case LEAF_DIM:
        return size_code(&f->sizes, n->dim, true).text;
    case LEAF_OPERAND:
        return ctx_printf(f->ctx, "%s[%s]", f->name[o->val], place(p, o));
    case LEAF_OP:
        return operation(p, n);
    default:
        return band(p, n);
    }
}

static void mark(const Pass *p)
{
    for (uint32_t k = 0; k < p->l->nouts; k++)
        p->used[p->l->out[k].node] = true;
    for (uint32_t k = p->l->nnodes; k-- > 0;)
        for (int q = 0; q < 2 && p->l->node[k].leaf == LEAF_OP; q++)
            if (p->used[k] && p->l->node[k].kid[q] >= 0)
                p->used[p->l->node[k].kid[q]] = true;
}

static const char *start_of(OpId fold)
{
    return fold == OP_PROD    ? "1.0"
           : fold == OP_MAXOF ? "-INFINITY"
           : fold == OP_MINOF ? "INFINITY"
                              : "0.0";
}

static void fold_into(const Pass *p, const LoopOut *o, const char *to)
{
    const char *x = p->text[o->node];
    if (o->fold == OP_SUM || o->fold == OP_PROD)
        cz_line(p->f, "%s %s %s;", to, o->fold == OP_SUM ? "+=" : "*=", x);
    else
        cz_line(p->f, "%s = %s(%s, %s);", to,
                o->fold == OP_MAXOF ? "larger" : "smaller", to, x);
}

/* Accumulators: of all entries, or of a column. */
static void start_folds(Pass *p, LoopOver over)
{
    CzFile *f = p->f;
    for (uint32_t k = 0; k < p->l->nouts; k++) {
        const LoopOut *o = &p->l->out[k];
        if (o->over != over)
            continue;
        p->acc[k] = cz_fresh(f, 's');
        cz_line(f, "double _Complex %s = %s;", p->acc[k], start_of(o->fold));
    }
}

static void end_folds(const Pass *p, LoopOver over, const char *at)
{
    for (uint32_t k = 0; k < p->l->nouts; k++)
        if (p->l->out[k].over == over)
            cz_line(p->f, "%s[%s] = %s;", p->f->name[p->l->out[k].out], at,
                    p->acc[k]);
}

static void clear_rows(const Pass *p)
{
    CzFile *f = p->f;
    for (uint32_t k = 0; k < p->l->nouts; k++)
        if (p->l->out[k].over == OVER_COLS) {
            cz_for(f, f->i, p->l->rows);
            cz_line(f, "%s[%s] = %s;", f->name[p->l->out[k].out], f->i,
                    start_of(p->l->out[k].fold));
            cz_line(f, "}");
        }
}

static void store(const Pass *p, uint32_t k)
{
    CzFile *f = p->f;
    const LoopOut *o = &p->l->out[k];
    const char *to = f->name[o->out];
    const Value *v = &f->plan->value[o->out];
    if (o->over == OVER_NONE)
        cz_line(f, "%s[%s] = %s;", to, cz_place(f, v, p->i, p->j),
                p->text[o->node]);
    else
        fold_into(p, o, o->over == OVER_COLS
                            ? ctx_printf(f->ctx, "%s[%s]", to, p->i)
                            : p->acc[k]);
}

static void entry(const Pass *p)
{
    CzFile *f = p->f;
    for (uint32_t k = 0; k < p->l->nnodes; k++) {
        const LoopNode *n = &p->l->node[k];
        if (!p->used[k])
            continue;
        const char *x = term(p, n);
        p->text[k] = x;
        if (n->leaf == LEAF_OP || n->leaf == LEAF_BAND ||
            n->leaf == LEAF_DELTA || (x && x[0] == '-')) {
            p->text[k] = cz_fresh(f, 't');
            cz_line(f, "const double _Complex %s = %s;", p->text[k],
                    x ? x : "");
        }
    }
    for (uint32_t k = 0; k < p->l->nouts; k++)
        store(p, k);
}

void cz_loop(CzFile *f, const Loop *l)
{
    Pass p = {.f = f, .l = l};
    p.text = ARENA_ARRAY(f->ctx->arena, const char *, l->nnodes + 1);
    p.used = ARENA_ARRAY(f->ctx->arena, bool, l->nnodes + 1);
    if (!p.text || !p.used || l->nouts > PLAN_OUTS * 4)
        return;
    bool down = !dim_is(l->rows, 1), across = !dim_is(l->cols, 1);
    p.i = down ? f->i : "0";
    p.j = across ? f->j : "0";
    mark(&p);
    cz_line(f, "{");
    start_folds(&p, OVER_ALL);
    clear_rows(&p);
    if (across)
        cz_for(f, f->j, l->cols);
    start_folds(&p, OVER_ROWS);
    if (down)
        cz_for(f, f->i, l->rows);
    entry(&p);
    if (down)
        cz_line(f, "}");
    end_folds(&p, OVER_ROWS, p.j);
    if (across)
        cz_line(f, "}");
    end_folds(&p, OVER_ALL, "0");
    cz_line(f, "}");
}
