/* cterm.c: a node of a fused pass as an expression of C. */
#include "out/cnest.h"

#include <string.h>

bool nest_plain(const Nest *p)
{
    return p->along != (ALONG_I | ALONG_J);
}

/* --- operands */

const char *nest_place(Nest *p, const Value *v, LoopMode mode)
{
    CFile *f = p->f;
    if (p->flat)
        return p->i;
    const char *rows = c_dim(f, v->rows);
    switch (mode) {
    case LOOP_ROW:
        return p->along & ALONG_I ? p->i : "0";
    case LOOP_COL:
        return p->along & ALONG_J ? p->j : "0";
    case LOOP_DIAG:
        return ctx_printf(f->ctx, "%s + %s * %s", p->i, p->i, rows);
    default:
        break;
    }
    if (nest_plain(p))
        return p->along & ALONG_I ? p->i : p->j;
    return mode == LOOP_TRANS
               ? ctx_printf(f->ctx, "%s + %s * %s", p->j, p->i, rows)
               : ctx_printf(f->ctx, "%s + %s * %s", p->i, p->j, rows);
}

unsigned nest_along(const Nest *p, LoopMode mode)
{
    unsigned a = mode == LOOP_ROW || mode == LOOP_DIAG ? ALONG_I
                 : mode == LOOP_COL                    ? ALONG_J
                                                       : p->along;
    return a & p->along;
}

static Code c_text(Nest *p, CodeLevel level, const char *before, Code a,
                   CodeLevel la, const char *between, Code b, CodeLevel lb,
                   const char *after)
{
    Ctx *ctx = p->f->ctx;
    return code_of(ctx_printf(ctx, "%s%s%s%s%s", before, code_at(ctx, a, la),
                              between, b.text ? code_at(ctx, b, lb) : "",
                              after),
                   level);
}

static const Code no_code = {NULL, CODE_ATOM};

static Code c_negative(Nest *p, Code a)
{
    return c_text(p, CODE_SUM, "-", a, CODE_PRODUCT, "", no_code, CODE_SUM,
                  "");
}

static Term operand_term(Nest *p, const LoopOperand *o)
{
    CFile *f = p->f;
    const Value *v = &f->plan->value[o->val];
    if (f->value[o->val].scalar)
        return (Term){code_of(c_name(f, o->val), CODE_ATOM), 0};
    LoopMode mode = o->mode == LOOP_SCALAR ? LOOP_FULL : o->mode;
    Val of = f->value[o->val].minus;
    const char *entry = ctx_printf(f->ctx, "%s[%s]",
                                   c_name(f, of == PLAN_NONE ? o->val : of),
                                   nest_place(p, v, mode));
    Code x = code_of(entry, CODE_ATOM);
    return (Term){of == PLAN_NONE ? x : c_negative(p, x),
                  nest_along(p, mode)};
}

/* --- operators */

static Code c_infix(Nest *p, const char *sign, CodeLevel level, Code a,
                    Code b)
{
    return c_text(p, level, "", a, level, sign, b, level + 1, "");
}

static Code c_prefix(Nest *p, const char *name, Code a)
{
    return c_text(p, CODE_ATOM, name, a, CODE_SUM, "", no_code, CODE_SUM,
                  ")");
}

static const char *condition(Nest *p, const LoopNode *n)
{
    CFile *f = p->f;
    const char *i = p->along & ALONG_I ? p->i : "0";
    const char *j = p->along & ALONG_J ? p->j : "0";
    if (n->leaf == LEAF_DELTA)
        return ctx_printf(f->ctx, "%s == %s", i, j);
    const char *lo = NULL, *hi = NULL;
    const Dim *both = n->lo && n->hi ? dim_add(f->ctx, n->lo, n->hi) : NULL;
    if (both && dim_is(both, 0) && !(p->along & ALONG_J)) /* of a column */
        return ctx_printf(f->ctx, "(ptrdiff_t)%s == (ptrdiff_t)%s", i,
                          c_dim(f, n->lo));
    if (both && dim_is(both, 0) && !(p->along & ALONG_I))
        return ctx_printf(f->ctx, "(ptrdiff_t)%s == (ptrdiff_t)%s", j,
                          c_dim(f, n->hi));
    if (n->lo)
        lo = ctx_printf(f->ctx, "(ptrdiff_t)%s - (ptrdiff_t)%s <= "
                        "(ptrdiff_t)(%s)", i, j, c_dim(f, n->lo));
    if (n->hi)
        hi = ctx_printf(f->ctx, "(ptrdiff_t)%s - (ptrdiff_t)%s <= "
                        "(ptrdiff_t)(%s)", j, i, c_dim(f, n->hi));
    return !lo && !hi ? "1" : !hi ? lo : !lo ? hi
           : ctx_printf(f->ctx, "%s && %s", lo, hi);
}

static Code choice(Nest *p, const LoopNode *mask, Code x)
{
    const char *test = condition(p, mask);
    return code_of(ctx_printf(p->f->ctx, "(%s ? %s : 0.0)", test ? test : "",
                              x.text ? x.text : ""),
                   CODE_ATOM);
}

bool nest_mask(const LoopNode *n)
{
    return n->leaf == LEAF_DELTA || n->leaf == LEAF_BAND;
}

static bool c_number_is(const LoopNode *n, int64_t num, int64_t den)
{
    return n->leaf == LEAF_NUM && n->num.den == den && n->num.num == num;
}

/* The text of -x where x has a sign to lose. */
static Code c_unsigned(Code a)
{
    bool sign = a.text && a.text[0] == '-' && a.level == CODE_SUM;
    for (const char *s = sign ? a.text + 1 : ""; *s && sign; s++) {
        int depth = 0;
        for (; *s && (depth || (*s != '+' && *s != '-') || s[-1] == 'e'); s++)
            depth += (*s == '(' || *s == '[') - (*s == ')' || *s == ']');
        sign = *s == 0;
        if (!*s)
            break;
    }
    return sign ? code_of(a.text + 1, CODE_PRODUCT) : no_code;
}

static Code c_add(Nest *p, Code a, Code b)
{
    Code minus = c_unsigned(b);
    if (minus.text)
        return c_infix(p, " - ", CODE_SUM, a, minus);
    minus = c_unsigned(a);
    return minus.text ? c_infix(p, " - ", CODE_SUM, b, minus)
                      : c_infix(p, " + ", CODE_SUM, a, b);
}

/* -(x + y), where one of them has a sign to lose. */
static Code c_minus(Nest *p, int32_t kid, Code a)
{
    const LoopNode *sum = &p->l->node[kid];
    if (sum->leaf != LEAF_OP || sum->op != OP_ADD || a.level == CODE_ATOM)
        return c_negative(p, a);
    Code x = p->term[sum->kid[0]].code, y = p->term[sum->kid[1]].code;
    Code plus = c_unsigned(y);
    if (plus.text)
        return c_infix(p, " - ", CODE_SUM, plus, x);
    plus = c_unsigned(x);
    return plus.text ? c_infix(p, " - ", CODE_SUM, plus, y)
                     : c_negative(p, a);
}

static Code c_had(Nest *p, const LoopNode *n, Code a, Code b)
{
    const LoopNode *x = &p->l->node[n->kid[0]], *y = &p->l->node[n->kid[1]];
    if (nest_mask(x))
        return choice(p, x, b);
    if (nest_mask(y))
        return choice(p, y, a);
    if (c_number_is(x, -1, 1))
        return c_minus(p, n->kid[1], b);
    Code minus = c_unsigned(a);
    if (minus.text)
        return c_negative(p, c_infix(p, " * ", CODE_PRODUCT, minus, b));
    return c_infix(p, " * ", CODE_PRODUCT, a, b);
}

static Code c_pow(Nest *p, const LoopNode *k, Code a, Code b)
{
    Code one = code_of("1.0", CODE_ATOM);
    if (c_number_is(k, 2, 1) && a.text && strlen(a.text) < 24)
        return c_infix(p, " * ", CODE_PRODUCT,
                       code_of(code_at(p->f->ctx, a, CODE_ATOM), CODE_ATOM),
                       code_of(code_at(p->f->ctx, a, CODE_ATOM), CODE_ATOM));
    if (c_number_is(k, -1, 1))
        return c_infix(p, " / ", CODE_PRODUCT, one, a);
    if (c_number_is(k, 1, 2))
        return c_prefix(p, "sqrt(", a);
    if (c_number_is(k, -1, 2))
        return c_infix(p, " / ", CODE_PRODUCT, one, c_prefix(p, "sqrt(", a));
    return c_text(p, CODE_ATOM, "pow(", a, CODE_SUM, ", ", b, CODE_SUM, ")");
}

static const char *function_name(OpId op)
{
    switch (op) {
    case OP_ABS:
        return "fabs(";
    case OP_MAX:
        return "larger(";
    case OP_MIN:
        return "smaller(";
    case OP_SIGN:
        return "sign_of(";
    case OP_SIGMOID: case OP_SOFTPLUS: case OP_RELU: case OP_EXP: case OP_LOG:
    case OP_SQRT: case OP_SIN: case OP_COS: case OP_TAN: case OP_ASIN:
    case OP_ACOS: case OP_ATAN: case OP_SINH: case OP_COSH: case OP_TANH:
    case OP_LOG1P: case OP_EXPM1: case OP_ERF:
        return NULL; /* as ours */
    default:
        return "";
    }
}

static Code c_function(Nest *p, const LoopNode *n, Code a, Code b)
{
    const char *name = function_name(n->op);
    if (name && !*name)
        c_lacks(p->f, op_record(n->op)->name);
    if (!name)
        name = ctx_printf(p->f->ctx, "%s(", op_record(n->op)->name);
    return c_text(p, CODE_ATOM, name ? name : "", a, CODE_SUM,
                  b.text ? ", " : "", b, CODE_SUM, ")");
}

static Code c_operator(Nest *p, const LoopNode *n)
{
    Code a = p->term[n->kid[0]].code;
    Code b = n->kid[1] >= 0 ? p->term[n->kid[1]].code : no_code;
    switch (n->op) {
    case OP_ADD:
        return c_add(p, a, b);
    case OP_NEG:
        return c_minus(p, n->kid[0], a);
    case OP_HAD:
        return c_had(p, n, a, b);
    case OP_EDIV:
        return c_infix(p, " / ", CODE_PRODUCT, a, b);
    case OP_EPOW:
        return c_pow(p, &p->l->node[n->kid[1]], a, b);
    default:
        return c_function(p, n, a, b);
    }
}

Term nest_term(Nest *p, const LoopNode *n)
{
    CFile *f = p->f;
    Term t = {.code = no_code};
    switch (n->leaf) {
    case LEAF_NUM:
        t.code = code_number(f->ctx, n->num, true);
        break;
    case LEAF_PI:
        t.code = code_of("3.141592653589793", CODE_ATOM);
        break;
    case LEAF_IMUNIT:
        t.code = code_of("imaginary_unit", CODE_ATOM);
        break;
    case LEAF_DIM:
        t.code = size_code(&f->sizes, n->dim, true);
        break;
    case LEAF_OPERAND:
        return operand_term(p, &p->l->operand[n->arg]);
    case LEAF_DELTA: case LEAF_BAND:
        t.along = p->along;
        t.code = choice(p, n, code_of("1.0", CODE_ATOM));
        break;
    case LEAF_OP:
        for (int k = 0; k < 2; k++)
            if (n->kid[k] >= 0)
                t.along |= nest_mask(&p->l->node[n->kid[k]])
                               ? p->along
                               : p->term[n->kid[k]].along;
        t.code = c_operator(p, n);
        break;
    }
    return t;
}
