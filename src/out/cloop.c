/* cloop.c: a fused pass as one nest of plain loops.  What varies along no
 * index, or along the columns alone, is computed outside the loops over
 * those; what is read twice gets a name. */
#include "out/cfile.h"

#include <string.h>

enum { ALONG_I = 1, ALONG_J = 2, LONG_TERM = 60 };

typedef struct Term {
    Code code;
    unsigned along;
} Term;

typedef struct Nest {
    CFile *f;
    const Loop *l;
    Term *term;
    uint32_t *uses;
    unsigned along;    /* indices that there are */
    bool flat;         /* one index over all entries, whatever the shape */
    const char *i, *j;
    const char *acc[PLAN_OUTS * 4]; /* variables of folds */
    const char *rows, *cols;
} Nest;

static bool plain_column(const Nest *p)
{
    return p->along != (ALONG_I | ALONG_J);
}

/* --- operands */

/* The index of entry i,j of an array, or of j,i. */
static const char *place_of(Nest *p, const Value *v, LoopMode mode)
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
    if (plain_column(p))
        return p->along & ALONG_I ? p->i : p->j;
    return mode == LOOP_TRANS
               ? ctx_printf(f->ctx, "%s + %s * %s", p->j, p->i, rows)
               : ctx_printf(f->ctx, "%s + %s * %s", p->i, p->j, rows);
}

static unsigned mode_along(const Nest *p, LoopMode mode)
{
    unsigned a = mode == LOOP_ROW || mode == LOOP_DIAG ? ALONG_I
                 : mode == LOOP_COL                    ? ALONG_J
                                                       : p->along;
    return a & p->along;
}

static Term operand_term(Nest *p, const LoopOperand *o)
{
    CFile *f = p->f;
    const Value *v = &f->plan->value[o->val];
    if (f->value[o->val].scalar)
        return (Term){code_of(c_name(f, o->val), CODE_ATOM), 0};
    LoopMode mode = o->mode == LOOP_SCALAR ? LOOP_FULL : o->mode;
    return (Term){code_of(ctx_printf(f->ctx, "%s[%s]", c_name(f, o->val),
                                     place_of(p, v, mode)),
                          CODE_ATOM),
                  mode_along(p, mode)};
}

/* --- operators */

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

static bool c_mask(const LoopNode *n)
{
    return n->leaf == LEAF_DELTA || n->leaf == LEAF_BAND;
}

static bool c_number_is(const LoopNode *n, int64_t num, int64_t den)
{
    return n->leaf == LEAF_NUM && n->num.den == den && n->num.num == num;
}

static Code c_negative(Nest *p, Code a)
{
    return c_text(p, CODE_SUM, "-", a, CODE_PRODUCT, "", no_code, CODE_SUM,
                  "");
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

static Code c_had(Nest *p, const LoopNode *n, Code a, Code b)
{
    const LoopNode *x = &p->l->node[n->kid[0]], *y = &p->l->node[n->kid[1]];
    if (c_mask(x))
        return choice(p, x, b);
    if (c_mask(y))
        return choice(p, y, a);
    if (c_number_is(x, -1, 1))
        return c_negative(p, b);
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
        return c_negative(p, a);
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

static Term node_term(Nest *p, const LoopNode *n)
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
                t.along |= c_mask(&p->l->node[n->kid[k]])
                               ? p->along
                               : p->term[n->kid[k]].along;
        t.code = c_operator(p, n);
        break;
    }
    return t;
}

/* --- lines */

static void name_term(Nest *p, uint32_t k)
{
    Term *t = &p->term[k];
    const char *name = c_fresh(p->f, 't');
    c_line(p->f, "const double %s = %s;", name, t->code.text ? t->code.text
                                                             : "");
    t->code = code_of(name, CODE_ATOM);
}

/* Is the node read by one that varies along more, or as a result there? */
static bool read_deeper(const Nest *p, uint32_t k)
{
    for (uint32_t m = k + 1; m < p->l->nnodes; m++) {
        const LoopNode *n = &p->l->node[m];
        bool kid = n->leaf == LEAF_OP && (n->kid[0] == (int32_t)k ||
                                          n->kid[1] == (int32_t)k);
        if (kid && p->uses[m] && p->term[m].along != p->term[k].along)
            return true;
    }
    for (uint32_t o = 0; o < p->l->nouts; o++)
        if (p->l->out[o].node == (int32_t)k)
            return p->term[k].along != p->along;
    return false;
}

/* Which indices a node varies along, before any text is made. */
static void find_along(Nest *p)
{
    for (uint32_t k = 0; k < p->l->nnodes; k++) {
        const LoopNode *n = &p->l->node[k];
        unsigned a = 0;
        if (n->leaf == LEAF_OPERAND) {
            const LoopOperand *o = &p->l->operand[n->arg];
            a = p->f->value[o->val].scalar ? 0
                : mode_along(p, o->mode == LOOP_SCALAR ? LOOP_FULL : o->mode);
        } else if (c_mask(n)) {
            a = p->along;
        }
        for (int q = 0; q < 2 && n->leaf == LEAF_OP; q++)
            if (n->kid[q] >= 0)
                a |= p->term[n->kid[q]].along;
        p->term[k].along = a;
    }
}

/* The nodes whose place is at this depth: along no index, along j alone, the
 * rest. */
static void c_nodes(Nest *p, unsigned level)
{
    for (uint32_t k = 0; k < p->l->nnodes; k++) {
        const LoopNode *n = &p->l->node[k];
        unsigned a = p->term[k].along, at = a & ALONG_I ? p->along : a;
        if (at != level || !p->uses[k])
            continue;
        bool deeper = read_deeper(p, k);
        p->term[k].code = node_term(p, n).code;
        const char *text = p->term[k].code.text;
        if (n->leaf == LEAF_OP &&
            (p->uses[k] > 1 || deeper || (text && strlen(text) > LONG_TERM)))
            name_term(p, k);
    }
}

static const char *start_of(OpId fold)
{
    return fold == OP_SUM     ? "0.0"
           : fold == OP_PROD  ? "1.0"
           : fold == OP_MAXOF ? "-INFINITY"
                              : "INFINITY";
}

static void fold_into(Nest *p, const char *to, OpId fold, const char *x)
{
    if (fold == OP_SUM)
        c_line(p->f, "%s += %s;", to, x);
    else if (fold == OP_PROD)
        c_line(p->f, "%s *= %s;", to, x);
    else
        c_line(p->f, "%s = %s(%s, %s);", to,
               fold == OP_MAXOF ? "larger" : "smaller", to, x);
}

/* What is left of a fold along an index that is not there. */
static LoopOver over_of(const Nest *p, const LoopOut *o)
{
    LoopOver over = o->over;
    if ((over == OVER_ROWS && !(p->along & ALONG_I)) ||
        (over == OVER_COLS && !(p->along & ALONG_J)) ||
        (over == OVER_ALL && !p->along))
        return OVER_NONE;
    if (over != OVER_NONE && plain_column(p))
        return OVER_ALL;
    return over;
}

static const char *out_text(const Nest *p, const LoopOut *o)
{
    const char *text = p->term[o->node].code.text;
    return text ? text : "";
}

static const char *column_place(Nest *p, const LoopOut *o)
{
    return ctx_printf(p->f->ctx, "%s[%s]", c_name(p->f, o->out),
                      o->over == OVER_ROWS ? p->j : p->i);
}

/* In the innermost loop. */
static void c_store(Nest *p, uint32_t k)
{
    CFile *f = p->f;
    const LoopOut *o = &p->l->out[k];
    const char *x = out_text(p, o);
    LoopOver over = over_of(p, o);
    if (over == OVER_NONE && f->value[o->out].scalar)
        c_line(f, "%s = %s;", c_scalar(f, o->out), x);
    else if (over == OVER_NONE)
        c_line(f, "%s[%s] = %s;", c_name(f, o->out),
               place_of(p, &f->plan->value[o->out], LOOP_FULL), x);
    else if (over == OVER_COLS)
        fold_into(p, column_place(p, o), o->fold, x);
    else
        fold_into(p, p->acc[k], o->fold, x);
}

static void start_folds(Nest *p)
{
    CFile *f = p->f;
    for (uint32_t k = 0; k < p->l->nouts; k++) {
        const LoopOut *o = &p->l->out[k];
        LoopOver over = over_of(p, o);
        if (over == OVER_ALL && f->value[o->out].scalar) {
            const char *left = c_scalar(f, o->out);
            c_line(f, "%s = %s;", left, start_of(o->fold));
            p->acc[k] = c_name(f, o->out);
        }
        if (over == OVER_COLS) {
            const char *i = f->i;
            c_line(f, "for (size_t %s = 0; %s < %s; %s++)", i, i, p->rows, i);
            c_line(f, "    %s[%s] = %s;", c_name(f, o->out), i,
                   start_of(o->fold));
        }
    }
}

static void start_column(Nest *p)
{
    for (uint32_t k = 0; k < p->l->nouts; k++)
        if (over_of(p, &p->l->out[k]) == OVER_ROWS) {
            p->acc[k] = c_fresh(p->f, 's');
            c_line(p->f, "double %s = %s;", p->acc[k],
                   start_of(p->l->out[k].fold));
        }
}

static void end_column(Nest *p)
{
    for (uint32_t k = 0; k < p->l->nouts; k++)
        if (over_of(p, &p->l->out[k]) == OVER_ROWS)
            c_line(p->f, "%s[%s] = %s;", c_name(p->f, p->l->out[k].out), p->j,
                   p->acc[k]);
}

/* That the innermost loop may be done in any order, and what it sums. */
static void simd_line(Nest *p)
{
    Buf sums;
    bool other = false, table = false;
    buf_init(&sums, p->f->ctx->arena);
    for (uint32_t k = 0; k < p->l->nouts; k++) {
        const LoopOut *o = &p->l->out[k];
        LoopOver over = over_of(p, o);
        bool fold = over == OVER_ALL || over == OVER_ROWS;
        other |= fold && o->fold != OP_SUM;
        if (fold && o->fold == OP_SUM && p->acc[k])
            buf_printf(&sums, "%s%s", sums.len ? ", " : "", p->acc[k]);
        table |= over == OVER_NONE;
    }
    if (other)
        return;
    if (sums.len)
        c_line(p->f, "SIMD_SUM(%s)", buf_text(&sums));
    else if (table)
        c_line(p->f, "SIMD");
}

static void for_line(CFile *f, const char *i, const char *n)
{
    c_line(f, "for (size_t %s = 0; %s < %s; %s++) {", i, i, n, i);
    f->indent++;
}

static void close_line(CFile *f)
{
    f->indent--;
    c_line(f, "}");
}

/* Inside all loops but, if there are two, the one over j. */
static void c_inner(Nest *p)
{
    CFile *f = p->f;
    unsigned one = p->along & ALONG_I ? ALONG_I : ALONG_J;
    const char *n = p->flat              ? c_count(f, p->l->out[0].out)
                    : one == ALONG_I     ? p->rows
                                         : p->cols;
    if (p->flat)
        n = ctx_printf(f->ctx, "%s * %s", p->rows, p->cols);
    simd_line(p);
    for_line(f, one == ALONG_I ? p->i : p->j, n ? n : "");
    c_nodes(p, p->along);
    for (uint32_t k = 0; k < p->l->nouts; k++)
        c_store(p, k);
    close_line(f);
}

static void c_nest(Nest *p)
{
    CFile *f = p->f;
    start_folds(p);
    c_nodes(p, 0);
    if (!p->along) {
        for (uint32_t k = 0; k < p->l->nouts; k++)
            c_store(p, k);
        return;
    }
    if (p->flat || plain_column(p)) {
        c_inner(p);
        return;
    }
    for_line(f, p->j, p->cols);
    c_nodes(p, ALONG_J);
    start_column(p);
    c_inner(p);
    end_column(p);
    close_line(f);
}

/* Is every entry at the same place in all arrays? */
static bool is_flat(const Nest *p)
{
    const Loop *l = p->l;
    if (plain_column(p))
        return false;
    for (uint32_t k = 0; k < l->nnodes; k++) {
        const LoopNode *n = &l->node[k];
        if (c_mask(n))
            return false;
        if (n->leaf != LEAF_OPERAND)
            continue;
        const LoopOperand *o = &l->operand[n->arg];
        const Value *v = &p->f->plan->value[o->val];
        bool whole = o->mode == LOOP_FULL && v->rows == l->rows &&
                     v->cols == l->cols;
        if (!whole && !p->f->value[o->val].scalar)
            return false;
    }
    for (uint32_t k = 0; k < l->nouts; k++)
        if (l->out[k].over == OVER_ROWS || l->out[k].over == OVER_COLS)
            return false;
    return true;
}

void c_loop(CFile *f, const Loop *l)
{
    Nest p = {.f = f, .l = l};
    p.term = ARENA_ARRAY(f->ctx->arena, Term, l->nnodes + 1);
    p.uses = ARENA_ARRAY(f->ctx->arena, uint32_t, l->nnodes + 1);
    p.along = (dim_is(l->rows, 1) ? 0 : ALONG_I) |
              (dim_is(l->cols, 1) ? 0 : ALONG_J);
    if (!p.term || !p.uses || l->nouts > PLAN_OUTS * 4)
        return;
    for (uint32_t k = 0; k < l->nnodes; k++)
        for (int q = 0; q < 2 && l->node[k].leaf == LEAF_OP; q++)
            if (l->node[k].kid[q] >= 0 &&
                !(l->node[k].op == OP_HAD && c_mask(&l->node[l->node[k]
                                                                 .kid[q]])))
                p.uses[l->node[k].kid[q]]++;
    for (uint32_t k = 0; k < l->nouts; k++)
        p.uses[l->out[k].node]++;
    p.rows = c_dim(f, l->rows);
    p.cols = c_dim(f, l->cols);
    p.i = f->i;
    p.j = f->j;
    p.flat = is_flat(&p);
    find_along(&p);
    c_nest(&p);
}
