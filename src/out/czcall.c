/* czcall.c: products, factorisations, solves and functions of complex matrices
 * as calls of CBLAS, LAPACK and the functions in czhelp.c. */
#include "out/czfile.h"

static const Value *value(const CzFile *f, Val v)
{
    return &f->plan->value[v];
}

static const char *op_name(bool t, bool conj)
{
    return conj ? "ConjTrans" : t ? "Trans" : "NoTrans";
}

/* A variable that holds the number before a product. */
static const char *alpha_of(CzFile *f, const Inst *in)
{
    const char *name = cz_fresh(f, 'c');
    Code number = code_number(f->ctx, in->alpha, true);
    const char *x = number.text ? number.text : "";
    if (in->scale != PLAN_NONE)
        x = ctx_printf(f->ctx, "%s * %s[0]", code_at(f->ctx, number,
                                                     CODE_PRODUCT),
                       f->name[in->scale]);
    cz_line(f, "const double _Complex %s = %s;", name, x ? x : "");
    return name;
}

static void times_vector(CzFile *f, const Inst *in, const char *alpha,
                         const char *op, Val x, Val y)
{
    const Value *a = value(f, in->a);
    cz_line(f, "cblas_zgemv(ColMajor, %s, %s, %s, &%s, %s, %s, %s, 1, &%s, "
            "%s, 1);", op, cz_int(f, a->rows), cz_int(f, a->cols), alpha,
            f->name[in->a], cz_int(f, a->rows), f->name[x],
            in->add ? "one" : "zero", f->name[y]);
}

static void herk(CzFile *f, const Inst *in, const char *alpha)
{
    const Value *a = value(f, in->a), *z = value(f, in->out);
    cz_line(f, "cblas_zherk(ColMajor, Lower, %s, %s, %s, creal(%s), %s, %s, "
            "%s, %s, %s);", in->ta ? "ConjTrans" : "NoTrans",
            cz_int(f, z->rows), cz_int(f, in->ta ? a->rows : a->cols), alpha,
            f->name[in->a], cz_int(f, a->rows), in->add ? "1.0" : "0.0",
            f->name[in->out], cz_int(f, z->rows));
}

static void hemm(CzFile *f, const Inst *in, const char *alpha)
{
    bool left = in->kind == MAT_SYMM_A;
    Val s = left ? in->a : in->b, x = left ? in->b : in->a;
    const Value *z = value(f, in->out);
    cz_line(f, "cblas_zhemm(ColMajor, %s, Lower, %s, %s, &%s, %s, %s, %s, %s, "
            "&%s, %s, %s);", left ? "Left" : "Right", cz_int(f, z->rows),
            cz_int(f, z->cols), alpha, f->name[s],
            cz_int(f, value(f, s)->rows), f->name[x],
            cz_int(f, value(f, x)->rows), in->add ? "one" : "zero",
            f->name[in->out], cz_int(f, z->rows));
}

static void gemm(CzFile *f, const Inst *in, const char *alpha)
{
    const Value *a = value(f, in->a), *b = value(f, in->b),
                *z = value(f, in->out);
    cz_line(f, "cblas_zgemm(ColMajor, %s, %s, %s, %s, %s, &%s, %s, %s, %s, "
            "%s, &%s, %s, %s);", op_name(in->ta, in->ca),
            op_name(in->tb, in->cb), cz_int(f, z->rows), cz_int(f, z->cols),
            cz_int(f, in->ta ? a->rows : a->cols), alpha, f->name[in->a],
            cz_int(f, a->rows), f->name[in->b], cz_int(f, b->rows),
            in->add ? "one" : "zero", f->name[in->out], cz_int(f, z->rows));
}

void cz_matmul(CzFile *f, const Inst *in)
{
    bool symm = in->kind == MAT_SYMM_A || in->kind == MAT_SYMM_B;
    bool column = dim_is(value(f, in->out)->cols, 1) && !in->half &&
                  !dim_is(value(f, in->a)->cols, 1);
    cz_line(f, "{");
    const char *alpha = alpha_of(f, in);
    if (in->kind == MAT_BOTH) {
        times_vector(f, in, alpha, "NoTrans", in->b, in->out);
        times_vector(f, in, alpha, "Trans", in->c, in->out2);
    } else if (column && !in->cb && in->kind != MAT_SYMM_B) {
        times_vector(f, in, alpha, op_name(in->ta, in->ca), in->b, in->out);
    } else if (in->kind == MAT_SYRK) {
        herk(f, in, alpha);
    } else if (symm) {
        hemm(f, in, alpha);
    } else {
        gemm(f, in, alpha);
    }
    cz_line(f, "}");
}

/* --- Kronecker products */

typedef struct Side {
    const char *rows, *cols, *entry; /* NULL: an identity */
} Side;

static Side side_of(CzFile *f, Val v, bool t, const Dim *eye, const char *i,
                    const char *j)
{
    if (v == PLAN_NONE)
        return (Side){cz_dim(f, eye), cz_dim(f, eye), NULL};
    const Value *x = value(f, v);
    return (Side){cz_dim(f, t ? x->cols : x->rows),
                  cz_dim(f, t ? x->rows : x->cols),
                  ctx_printf(f->ctx, "%s[%s + %s * %s]", f->name[v], t ? j : i,
                             t ? i : j, cz_dim(f, x->rows))};
}

static void for_line(CzFile *f, const char *i, const char *n)
{
    cz_line(f, "for (size_t %s = 0; %s < %s; %s++) {", i, i, n, i);
}

void cz_kron(CzFile *f, const Inst *in)
{
    const char *i = f->i, *j = f->j, *k = f->k, *l = f->l;
    Side a = side_of(f, in->a, in->ta, in->eye_a, i, j);
    Side b = side_of(f, in->b, in->tb, in->eye_b, k, l);
    const char *eye = "(%s == %s ? 1.0 : 0.0)";
    cz_line(f, "{");
    const char *alpha = alpha_of(f, in);
    const char *x = a.entry ? a.entry : ctx_printf(f->ctx, eye, i, j);
    const char *y = b.entry ? b.entry : ctx_printf(f->ctx, eye, k, l);
    for_line(f, j, a.cols);
    for_line(f, l, b.cols);
    for_line(f, i, a.rows);
    for_line(f, k, b.rows);
    cz_line(f, "%s[%s * %s + %s + (%s * %s + %s) * %s] %s %s * %s * %s;",
            f->name[in->out], i, b.rows, k, j, b.cols, l,
            cz_dim(f, value(f, in->out)->rows), in->add ? "+=" : "=", alpha,
            x ? x : "", y ? y : "");
    for (int q = 0; q < 5; q++)
        cz_line(f, "}");
}

/* --- factors */

static void copy(CzFile *f, Val from, Val to)
{
    cz_line(f, "memcpy(%s, %s, %s * sizeof *%s);", f->name[to], f->name[from],
            cz_count(f, to), f->name[to]);
}

static bool is_solved(const CzFile *f, Val v)
{
    for (uint32_t i = 0; i < f->plan->ninsts; i++) {
        const Inst *x = &f->plan->inst[i];
        if (x->a == v && (x->op == PLAN_SOLVE || x->op == PLAN_INVERSE))
            return true;
    }
    return false;
}

static void factorise(CzFile *f, const Inst *in)
{
    const char *n = cz_dim(f, value(f, in->out)->rows), *z = f->name[in->out];
    copy(f, in->a, in->out);
    if (in->op == PLAN_CHOL) {
        cz_check(f, in, ctx_printf(f->ctx, "chol_factor(%s, %s)", n, z),
                 "is not positive definite");
        return;
    }
    f->pivot[in->out] = cz_room(f, "int", value(f, in->out)->rows);
    const char *call = ctx_printf(f->ctx, "lu_factor(%s, %s, %s)", n, z,
                                  f->pivot[in->out]);
    if (is_solved(f, in->out))
        cz_check(f, in, call, "is singular");
    else /* a determinant of 0 is a number */
        cz_line(f, "(void)%s;", call);
}

static void right_side(CzFile *f, const Inst *in)
{
    const Value *b = value(f, in->b);
    if (in->tb && !dim_is(b->rows, 1) && !dim_is(b->cols, 1))
        cz_line(f, "transpose(%s, %s, %s, %s);", cz_dim(f, b->rows),
                cz_dim(f, b->cols), f->name[in->b], f->name[in->out]);
    else
        copy(f, in->b, in->out);
}

static void solve(CzFile *f, const Inst *in)
{
    const Value *z = value(f, in->out);
    const char *m = cz_dim(f, z->rows), *n = cz_dim(f, z->cols);
    const char *side = in->right ? "rsolve" : "solve";
    right_side(f, in);
    if (value(f, in->a)->chol)
        cz_line(f, "chol_%s(%s, %s, %s, %s);", side, m, n, f->name[in->a],
                f->name[in->out]);
    else
        cz_line(f, "lu_%s(%s, %s, %s, %s, %s, %s);", side,
                op_name(in->ta, in->ca), m, n, f->name[in->a],
                f->pivot[in->a], f->name[in->out]);
}

static void trisolve(CzFile *f, const Inst *in)
{
    const Value *a = value(f, in->a), *z = value(f, in->out);
    right_side(f, in);
    if (!a->factors)
        cz_check(f, in, ctx_printf(f->ctx, "zero_diagonal(%s, %s)",
                                   cz_dim(f, a->rows), f->name[in->a]),
                 "has a zero on its diagonal");
    cz_line(f, "cblas_ztrsm(ColMajor, %s, %s, %s, NonUnit, %s, %s, &one, %s, "
            "%s, %s, %s);", in->right ? "Right" : "Left",
            in->upper && !a->factors ? "Upper" : "Lower",
            op_name(in->ta, in->ca), cz_int(f, z->rows), cz_int(f, z->cols),
            f->name[in->a], cz_int(f, a->rows), f->name[in->out],
            cz_int(f, z->rows));
}

static void inverse(CzFile *f, const Inst *in)
{
    const Value *z = value(f, in->out);
    const char *n = cz_dim(f, z->rows), *x = f->name[in->out];
    const Dim *more = dim_mul(f->ctx, dim_num(f->ctx, 64), z->rows);
    copy(f, in->a, in->out);
    if (value(f, in->a)->chol) {
        cz_line(f, "chol_inverse(%s, %s);", n, x);
        cz_line(f, "mirror(%s, %s);", n, x);
    } else {
        cz_line(f, "lu_inverse(%s, %s, %s, %s);", n, x, f->pivot[in->a],
                cz_room(f, "double _Complex", more));
    }
}

static void determinant(CzFile *f, const Inst *in)
{
    const Value *a = value(f, in->a);
    const char *n = cz_dim(f, a->rows), *x = f->name[in->a];
    const char *z = f->name[in->out];
    if (in->op == PLAN_LOGDET)
        cz_line(f, "%s[0] = %slog_diagonal(%s, %s);", z,
                a->chol ? "2.0 * " : "", n, x);
    if (in->op == PLAN_LOGDET && in->fun == OP_LOG && !a->chol)
        cz_line(f, "%s[0] += lu_phase(%s, %s, %s);", z, n, x,
                f->pivot[in->a]);
    if (in->op == PLAN_DET && a->chol)
        cz_line(f, "%s[0] = chol_det(%s, %s);", z, n, x);
    else if (in->op == PLAN_DET)
        cz_line(f, "%s[0] = lu_det(%s, %s, %s);", z, n, x, f->pivot[in->a]);
}

void cz_factor(CzFile *f, const Inst *in)
{
    switch (in->op) {
    case PLAN_CHOL: case PLAN_LU:
        factorise(f, in);
        break;
    case PLAN_SOLVE:
        solve(f, in);
        break;
    case PLAN_TRISOLVE:
        trisolve(f, in);
        break;
    case PLAN_INVERSE:
        inverse(f, in);
        break;
    case PLAN_LOGDET: case PLAN_DET:
        determinant(f, in);
        break;
    default:
        cz_line(f, "lower(%s, %s, %s);", cz_dim(f, value(f, in->a)->rows),
                f->name[in->a], f->name[in->out]);
    }
}

/* --- functions of matrices */

/* "(" after the function's name; NULL: there is none. */
static const char *function_of(OpId op)
{
    switch (op) {
    case OP_EIG:
        return "eigen_values(";
    case OP_SVD:
        return "singular_values(";
    case OP_NORMSPEC:
        return "norm_spectral(";
    case OP_NORMNUC:
        return "norm_nuclear(";
    case OP_PINV:
        return "pseudoinverse(";
    default:
        return NULL;
    }
}

void cz_fun(CzFile *f, const Inst *in)
{
    const Value *a = value(f, in->a);
    const char *name = function_of(in->fun);
    if (!name) {
        cz_lacks(f, op_record(in->fun)->name);
        return;
    }
    /* four matrices of the larger side, and what LAPACK wants beside */
    const Dim *side = dim_add(f->ctx, a->rows, a->cols);
    const Dim *room = dim_mul(f->ctx, side, side);
    room = dim_add(f->ctx, dim_mul(f->ctx, dim_num(f->ctx, 2), room),
                   dim_mul(f->ctx, dim_num(f->ctx, 80), side));
    cz_check(f, in,
             ctx_printf(f->ctx, "%s%s, %s, %s, %s, %s)", name,
                        cz_dim(f, a->rows), cz_dim(f, a->cols),
                        f->name[in->a], f->name[in->out],
                        cz_room(f, "double _Complex", room)),
             "has no such decomposition");
}
