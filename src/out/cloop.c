/* cloop.c: a fused pass as one nest of plain loops.  What varies along no
 * index, or along the columns alone, is computed outside the loops over
 * those; what is read twice gets a name. */
#include "out/cnest.h"

#include <string.h>

/* --- lines */

/* The scalar that other instructions read, which node k is; or PLAN_NONE. */
static Val scalar_of(const Nest *p, uint32_t k)
{
    for (uint32_t o = 0; o < p->l->nouts && !p->along; o++)
        if (p->l->out[o].node == (int32_t)k &&
            !p->f->value[p->l->out[o].out].result)
            return p->l->out[o].out;
    return PLAN_NONE;
}

static void name_term(Nest *p, uint32_t k)
{
    Term *t = &p->term[k];
    Val v = scalar_of(p, k);
    if (v != PLAN_NONE) {
        const char *left = c_scalar(p->f, v);
        c_line(p->f, "%s = %s;", left, t->code.text ? t->code.text : "");
        t->code = code_of(c_name(p->f, v), CODE_ATOM);
        return;
    }
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
                : nest_along(p, o->mode == LOOP_SCALAR ? LOOP_FULL : o->mode);
        } else if (nest_mask(n)) {
            a = p->along;
        }
        for (int q = 0; q < 2 && n->leaf == LEAF_OP; q++)
            if (n->kid[q] >= 0)
                a |= p->term[n->kid[q]].along;
        p->term[k].along = a;
    }
}

static bool only_stored(const Nest *p, uint32_t k)
{
    for (uint32_t o = 0; o < p->l->nouts; o++)
        if (p->l->out[o].node == (int32_t)k)
            return p->uses[k] == 1;
    return false;
}

/* Does a node get a name?  Signs and products of short scalars do not, as
 * compilers take them out of loops. */
static bool named(const Nest *p, uint32_t k, bool deeper)
{
    enum { SHORT_TERM = 16 };
    const LoopNode *n = &p->l->node[k];
    const char *text = p->term[k].code.text;
    size_t length = text ? strlen(text) : 0;
    bool cheap = length <= SHORT_TERM &&
                 (n->op == OP_NEG || n->op == OP_HAD);
    if (length > LONG_TERM && !only_stored(p, k))
        return true;
    if (n->op == OP_NEG && length <= SHORT_TERM)
        return scalar_of(p, k) != PLAN_NONE && p->uses[k] > 1;
    return p->uses[k] > 1 || (deeper && !cheap);
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
        p->term[k].code = nest_term(p, n).code;
        if (n->leaf == LEAF_OP && named(p, k, deeper))
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
    if (over != OVER_NONE && nest_plain(p))
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
    if (over == OVER_NONE && f->value[o->out].scalar &&
        strcmp(x, c_name(f, o->out)) == 0)
        return; /* it was named so */
    if (over == OVER_NONE && f->value[o->out].scalar)
        c_line(f, "%s = %s;", c_number(f, o->out), x);
    else if (over == OVER_NONE)
        c_line(f, "%s[%s] = %s;", c_name(f, o->out),
               nest_place(p, &f->plan->value[o->out], LOOP_FULL), x);
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
        table |= over == OVER_NONE || over == OVER_COLS;
    }
    if (other)
        return;
    if (sums.len)
        c_line(p->f, "SIMD_SUM(%s)", buf_text(&sums));
    else if (table)
        c_line(p->f, "SIMD");
}

static void for_line(CFile *f, const char *i, const char *from, const char *n)
{
    c_line(f, "for (size_t %s = %s; %s < %s; %s++) {", i, from, i, n, i);
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
    if (p->end)
        n = p->end;
    simd_line(p);
    for_line(f, one == ALONG_I ? p->i : p->j, p->end ? p->start : "0",
             n ? n : "");
    c_nodes(p, p->along);
    for (uint32_t k = 0; k < p->l->nouts; k++)
        c_store(p, k);
    close_line(f);
}

/* Is a matrix read by rows?  Then strips of rows that the caches hold. */
static bool nest_strips(const Nest *p)
{
    bool turned = false;
    for (uint32_t k = 0; k < p->l->noperands; k++)
        turned |= p->l->operand[k].mode == LOOP_TRANS;
    for (uint32_t k = 0; k < p->l->nouts; k++)
        turned &= p->l->out[k].over != OVER_ROWS;
    return turned;
}

static void start_strip(Nest *p)
{
    enum { STRIP = 16 };
    CFile *f = p->f;
    p->start = f->i0;
    p->end = f->i1;
    c_line(f, "for (size_t %s = 0; %s < %s; %s += %d) {", p->start, p->start,
           p->rows, p->start, STRIP);
    f->indent++;
    c_line(f, "const size_t %s = %s - %s < %d ? %s : %s + %d;", p->end,
           p->rows, p->start, STRIP, p->rows, p->start, STRIP);
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
    if (p->flat || nest_plain(p)) {
        c_inner(p);
        return;
    }
    bool strips = nest_strips(p);
    if (strips)
        start_strip(p);
    for_line(f, p->j, "0", p->cols);
    c_nodes(p, ALONG_J);
    start_column(p);
    c_inner(p);
    end_column(p);
    close_line(f);
    if (strips)
        close_line(f);
}

/* Is every entry at the same place in all arrays? */
static bool is_flat(const Nest *p)
{
    const Loop *l = p->l;
    if (nest_plain(p))
        return false;
    for (uint32_t k = 0; k < l->nnodes; k++) {
        const LoopNode *n = &l->node[k];
        if (nest_mask(n))
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

/* A copy, entry by entry, is one. */
static bool copied(Nest *p)
{
    CFile *f = p->f;
    const LoopOut *o = &p->l->out[0];
    const LoopNode *n = &p->l->node[o->node];
    if (p->l->nouts > 1 || n->leaf != LEAF_OPERAND ||
        over_of(p, o) != OVER_NONE || f->value[o->out].scalar)
        return false;
    const LoopOperand *a = &p->l->operand[n->arg];
    if (f->value[a->val].size != f->value[o->out].size ||
        (a->mode != LOOP_FULL && !nest_plain(p)) ||
        (a->mode == LOOP_DIAG || a->mode == LOOP_SCALAR))
        return false;
    c_line(f, "memcpy(%s, %s, %s * sizeof(double));", c_name(f, o->out),
           c_name(f, a->val), c_count(f, o->out));
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
                !(l->node[k].op == OP_HAD && nest_mask(&l->node[l->node[k]
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
    if (!copied(&p))
        c_nest(&p);
}
