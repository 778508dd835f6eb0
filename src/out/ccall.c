/* ccall.c: products as calls of CBLAS; outer and Kronecker products, which it
 * does not have, as loops. */
#include "out/cfile.h"

#include <string.h>

typedef struct Factor { /* the numbers before a product */
    const char *alpha, *beta;
} Factor;

static Factor factor_of(CFile *f, const Inst *in)
{
    Code alpha = code_number(f->ctx, in->alpha, true);
    const char *text = alpha.text;
    if (in->scale != PLAN_NONE)
        text = rat_is(in->alpha, 1)
                   ? c_name(f, in->scale)
                   : ctx_printf(f->ctx, "%s * %s",
                                code_at(f->ctx, alpha, CODE_PRODUCT),
                                c_name(f, in->scale));
    return (Factor){text ? text : "", in->add ? "1.0" : "0.0"};
}

static bool c_one(const Dim *d)
{
    return dim_is(d, 1);
}

static bool c_vector(const CFile *f, Val v)
{
    const Value *x = &f->plan->value[v];
    return c_one(x->rows) || c_one(x->cols);
}

static const Value *value(const CFile *f, Val v)
{
    return &f->plan->value[v];
}

/* --- results that are numbers and outer products */

static void dot(CFile *f, const Inst *in)
{
    Factor k = factor_of(f, in);
    const char *a = ctx_printf(f->ctx, "cblas_ddot(%s, %s, 1, %s, 1)",
                               c_int(f, f->value[in->a].size),
                               c_name(f, in->a), c_name(f, in->b));
    if (f->value[in->a].scalar || f->value[in->b].scalar)
        a = ctx_printf(f->ctx, "%s * %s", c_name(f, in->a),
                       c_name(f, in->b));
    bool plain = strcmp(k.alpha, "1.0") == 0;
    const char *left = in->add ? c_scalar(f, in->out) : c_number(f, in->out);
    c_line(f, "%s %s %s%s%s;", left, in->add ? "+=" : "=",
           plain ? "" : k.alpha, plain ? "" : " * ", a);
}

/* out = alpha*a*b', all of it or the lower half. */
static void outer(CFile *f, const Inst *in)
{
    Factor k = factor_of(f, in);
    const char *rows = c_dim(f, value(f, in->out)->rows);
    const char *i = f->i, *j = f->j;
    bool half = in->kind == MAT_SYRK || in->kind == MAT_HALF;
    bool plain = strcmp(k.alpha, "1.0") == 0;
    c_line(f, "for (size_t %s = 0; %s < %s; %s++)", j, j,
           c_dim(f, value(f, in->out)->cols), j);
    c_line(f, "    for (size_t %s = %s; %s < %s; %s++)", i, half ? j : "0", i,
           rows, i);
    c_line(f, "        %s[%s + %s * %s] %s %s%s%s[%s] * %s[%s];",
           c_name(f, in->out), i, j, rows, in->add ? "+=" : "=",
           plain ? "" : k.alpha, plain ? "" : " * ", c_name(f, in->a), i,
           c_name(f, in->b), j);
}

/* A vector or a matrix times a number. */
static void c_scaled(CFile *f, const Inst *in, Val array, Val number)
{
    Factor k = factor_of(f, in);
    const char *i = f->i;
    bool plain = strcmp(k.alpha, "1.0") == 0;
    c_line(f, "for (size_t %s = 0; %s < %s; %s++)", i, i,
           c_count(f, in->out), i);
    c_line(f, "    %s[%s] %s %s%s%s * %s[%s];", c_name(f, in->out), i,
           in->add ? "+=" : "=", plain ? "" : k.alpha, plain ? "" : " * ",
           c_name(f, number), c_name(f, array), i);
}

/* --- with a vector */

/* y = alpha*op(A)*x + beta*y */
static void times_vector(CFile *f, const Inst *in, Val a, bool t, Val x)
{
    Factor k = factor_of(f, in);
    const char *rows = c_dim(f, value(f, a)->rows);
    const char *cols = c_dim(f, value(f, a)->cols);
    const char *n = c_int(f, value(f, a)->rows);
    bool symmetric = (in->kind == MAT_SYMM_A && a == in->a) ||
                     (in->kind == MAT_SYMM_B && a == in->b);
    if (symmetric && in->half)
        c_line(f, "cblas_dsymv(ColMajor, Lower, %s, %s, %s, %s, "
               "%s, 1, %s, %s, 1);", n, k.alpha, c_name(f, a), n,
               c_name(f, x), k.beta, c_name(f, in->out));
    else if (symmetric)
        c_line(f, "symv(%s, %s, %s, %s, %s, %s);", rows, k.alpha,
               c_name(f, a), c_name(f, x), k.beta, c_name(f, in->out));
    else
        c_line(f, "gemv(%s, %s, %s, %s, %s, %s, %s, %s);",
               t ? "Trans" : "NoTrans", rows, cols, k.alpha, c_name(f, a),
               c_name(f, x), k.beta, c_name(f, in->out));
}

/* out = A*b and out2 = A'*c in one pass over A. */
static void both(CFile *f, const Inst *in)
{
    const char *rows = c_dim(f, value(f, in->a)->rows);
    const char *cols = c_dim(f, value(f, in->a)->cols);
    c_line(f, "both(%s, %s, %s, %s, %s, %s, %s);", rows, cols,
           c_name(f, in->a), c_name(f, in->b), c_name(f, in->c),
           c_name(f, in->out), c_name(f, in->out2));
}

static bool plain_gemv(const CFile *f, const Inst *in)
{
    return in->op == PLAN_MATMUL && in->kind == MAT_GENERAL && !in->add &&
           !in->ta && in->scale == PLAN_NONE && rat_is(in->alpha, 1) &&
           c_one(value(f, in->out)->cols) && !c_one(value(f, in->out)->rows) &&
           !c_vector(f, in->a);
}

bool c_pair(const CFile *f, const Inst *in, const Inst *next)
{
    return plain_gemv(f, in) && plain_gemv(f, next) && in->a == next->a &&
           next->b != in->out;
}

void c_two(CFile *f, const Inst *in, const Inst *next)
{
    const Value *a = value(f, in->a);
    c_line(f, "multiply_two(%s, %s, %s, %s, %s, %s, %s);", c_dim(f, a->rows),
           c_dim(f, a->cols), c_name(f, in->a), c_name(f, in->b),
           c_name(f, next->b), c_name(f, in->out), c_name(f, next->out));
}

/* --- of two matrices */

static const char *trans(bool t)
{
    return t ? "Trans" : "NoTrans";
}

static void gemm(CFile *f, const Inst *in)
{
    Factor k = factor_of(f, in);
    const Value *a = value(f, in->a), *b = value(f, in->b),
                *z = value(f, in->out);
    c_line(f, "cblas_dgemm(ColMajor, %s, %s, %s, %s, "
           "%s, %s, %s, %s, %s, %s, %s, %s, %s);", trans(in->ta),
           trans(in->tb), c_int(f, z->rows), c_int(f, z->cols),
           c_int(f, in->ta ? a->rows : a->cols), k.alpha,
           c_name(f, in->a), c_int(f, a->rows), c_name(f, in->b),
           c_int(f, b->rows), k.beta, c_name(f, in->out), c_int(f, z->rows));
}

static void syrk(CFile *f, const Inst *in)
{
    Factor k = factor_of(f, in);
    const Value *a = value(f, in->a), *z = value(f, in->out);
    c_line(f, "cblas_dsyrk(ColMajor, Lower, %s, %s, %s, %s, %s, "
           "%s, %s, %s, %s);", trans(in->ta), c_int(f, z->rows),
           c_int(f, in->ta ? a->rows : a->cols), k.alpha, c_name(f, in->a),
           c_int(f, a->rows), k.beta, c_name(f, in->out),
           c_int(f, z->rows));
}

/* The lower half of out = alpha*(op(a)*op(b) + the transpose of that). */
static void syr2k(CFile *f, const Inst *in)
{
    Factor k = factor_of(f, in);
    const Value *a = value(f, in->a), *b = value(f, in->b),
                *z = value(f, in->out);
    if (in->ta == in->tb)
        c_line(f, "plus_transpose(%s, %s, %s, %s, %s, %s, %s);",
               c_int(f, z->rows), c_int(f, in->ta ? a->rows : a->cols),
               k.alpha, c_name(f, in->ta ? in->b : in->a),
               c_name(f, in->ta ? in->a : in->b), k.beta, c_name(f, in->out));
    else
        c_line(f, "cblas_dsyr2k(ColMajor, Lower, %s, %s, %s, %s, %s, "
               "%s, %s, %s, %s, %s, %s);", trans(in->ta), c_int(f, z->rows),
               c_int(f, in->ta ? a->rows : a->cols), k.alpha,
               c_name(f, in->a), c_int(f, a->rows), c_name(f, in->b),
               c_int(f, b->rows), k.beta, c_name(f, in->out),
               c_int(f, z->rows));
}

/* out = alpha*S*B or alpha*A*S, S symmetric. */
static void symm(CFile *f, const Inst *in, bool left)
{
    Factor k = factor_of(f, in);
    Val s = left ? in->a : in->b, x = left ? in->b : in->a;
    const Value *z = value(f, in->out);
    c_line(f, "cblas_dsymm(ColMajor, %s, Lower, %s, %s, %s, %s, "
           "%s, %s, %s, %s, %s, %s);", left ? "Left" : "Right",
           c_int(f, z->rows), c_int(f, z->cols), k.alpha, c_name(f, s),
           c_int(f, value(f, s)->rows), c_name(f, x),
           c_int(f, value(f, x)->rows), k.beta, c_name(f, in->out),
           c_int(f, z->rows));
}

/* The lower half of a symmetric product. */
static void gemm_lower(CFile *f, const Inst *in)
{
    Factor k = factor_of(f, in);
    const Value *a = value(f, in->a), *b = value(f, in->b);
    const char *n = c_dim(f, value(f, in->out)->rows);
    c_line(f, "gemm_lower(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s);",
           trans(in->ta), trans(in->tb), n,
           c_dim(f, in->ta ? a->rows : a->cols), k.alpha, c_name(f, in->a),
           c_dim(f, a->rows), c_name(f, in->b), c_dim(f, b->rows), k.beta,
           c_name(f, in->out), n);
}

/* out = alpha*op(T)*op(B) or alpha*op(A)*op(T), T triangular: in place. */
static void trmm(CFile *f, const Inst *in, bool left)
{
    Factor k = factor_of(f, in);
    Val t = left ? in->a : in->b, x = left ? in->b : in->a;
    const Value *z = value(f, in->out), *from = value(f, x);
    if (left ? in->tb : in->ta)
        c_line(f, "transpose(%s, %s, %s, %s);", c_dim(f, from->rows),
               c_dim(f, from->cols), c_name(f, x), c_name(f, in->out));
    else
        c_line(f, "memcpy(%s, %s, %s * sizeof(double));", c_name(f, in->out),
               c_name(f, x), c_count(f, in->out));
    c_line(f, "cblas_dtrmm(ColMajor, %s, %s, %s, NonUnit, %s, %s, %s, %s, %s, "
           "%s, %s);", left ? "Left" : "Right", in->upper ? "Upper" : "Lower",
           trans(left ? in->ta : in->tb), c_int(f, z->rows),
           c_int(f, z->cols), k.alpha, c_name(f, t),
           c_int(f, value(f, t)->rows), c_name(f, in->out), c_int(f, z->rows));
}

static void matrices(CFile *f, const Inst *in)
{
    switch (in->kind) {
    case MAT_SYRK:
        syrk(f, in);
        break;
    case MAT_SYR2K:
        syr2k(f, in);
        break;
    case MAT_HALF:
        gemm_lower(f, in);
        break;
    case MAT_SYMM_A:
        symm(f, in, true);
        break;
    case MAT_SYMM_B:
        symm(f, in, false);
        break;
    case MAT_TRMM_A: case MAT_TRMM_B:
        if (!in->add) {
            trmm(f, in, in->kind == MAT_TRMM_A);
            break;
        }
        gemm(f, in);
        break;
    default:
        gemm(f, in);
    }
}

/* --- Kronecker */

typedef struct KronSide {
    const char *rows, *cols, *entry; /* entry at %s, %s; NULL: an identity */
} KronSide;

static KronSide kron_side(CFile *f, Val v, bool t, const Dim *eye,
                          const char *i, const char *j)
{
    if (v == PLAN_NONE)
        return (KronSide){c_dim(f, eye), c_dim(f, eye), NULL};
    const Value *x = value(f, v);
    const char *rows = c_dim(f, t ? x->cols : x->rows);
    const char *cols = c_dim(f, t ? x->rows : x->cols);
    const char *entry =
        f->value[v].scalar
            ? c_name(f, v)
            : ctx_printf(f->ctx, "%s[%s + %s * %s]", c_name(f, v), t ? j : i,
                         t ? i : j, t ? cols : rows);
    return (KronSide){rows, cols, entry ? entry : ""};
}

/* Four loops; over the diagonal alone where a side is the identity. */
static void kron(CFile *f, const Inst *in)
{
    const char *i = f->i, *j = f->j,
               *k = f->k, *l = f->l;
    Factor c = factor_of(f, in);
    KronSide a = kron_side(f, in->a, in->ta, in->eye_a, i, j);
    KronSide b = kron_side(f, in->b, in->tb, in->eye_b, k, l);
    const char *rows = c_dim(f, value(f, in->out)->rows);
    if (!in->add && (!a.entry || !b.entry))
        c_line(f, "memset(%s, 0, %s * sizeof(double));", c_name(f, in->out),
               c_count(f, in->out));
    c_line(f, "for (size_t %s = 0; %s < %s; %s++)", j, j, a.cols, j);
    c_line(f, "    for (size_t %s = 0; %s < %s; %s++)", l, l, b.cols, l);
    if (a.entry)
        c_line(f, "        for (size_t %s = 0; %s < %s; %s++)", i, i, a.rows,
               i);
    else
        c_line(f, "        for (size_t %s = %s; %s == %s; %s++)", i, j, i, j,
               i);
    if (b.entry)
        c_line(f, "            for (size_t %s = 0; %s < %s; %s++)", k, k,
               b.rows, k);
    else
        c_line(f, "            for (size_t %s = %s; %s == %s; %s++)", k, l, k,
               l, k);
    c_line(f, "                %s[%s * %s + %s + (%s * %s + %s) * %s] %s "
           "%s%s%s%s%s;", c_name(f, in->out), i, b.rows, k, j, b.cols, l, rows,
           in->add ? "+=" : "=", c.alpha, a.entry ? " * " : "",
           a.entry ? a.entry : "", b.entry ? " * " : "",
           b.entry ? b.entry : "");
}

void c_matmul(CFile *f, const Inst *in)
{
    const Value *z = value(f, in->out);
    bool row = c_one(z->rows), column = c_one(z->cols);
    if (in->op == PLAN_KRON)
        kron(f, in);
    else if (in->kind == MAT_BOTH)
        both(f, in);
    else if (row && column)
        dot(f, in);
    else if (f->value[in->a].scalar)
        c_scaled(f, in, in->b, in->a);
    else if (f->value[in->b].scalar)
        c_scaled(f, in, in->a, in->b);
    else if (!row && !column && c_vector(f, in->a) && c_vector(f, in->b))
        outer(f, in);
    else if (column)
        times_vector(f, in, in->a, in->ta, in->b);
    else if (row)
        times_vector(f, in, in->b, !in->tb, in->a);
    else
        matrices(f, in);
}
