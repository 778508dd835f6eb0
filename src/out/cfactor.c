/* cfactor.c: factorisations, solves, and functions of matrices as calls of the
 * functions in clinear.c and cmatfun.c. */
#include "out/cfile.h"

static const Value *fvalue(const CFile *f, Val v)
{
    return &f->plan->value[v];
}

/* Of a symmetric matrix Cholesky's factor is tried before LU. */
static bool tried(const CFile *f, Val v)
{
    return fvalue(f, v)->symmetric && !fvalue(f, v)->chol;
}

static const char *lu_prefix(const CFile *f, Val v)
{
    return tried(f, v) ? "symmetric" : "lu";
}

/* "lu_factor(n, w1, p1)" */
static const char *factor_call(CFile *f, const Inst *in, const char *n)
{
    const char *z = c_name(f, in->out), *p = f->value[in->out].pivot;
    return tried(f, in->out)
               ? ctx_printf(f->ctx, "symmetric_factor(%s, %s, %s, %s)", n, z,
                            p, c_scratch(f, fvalue(f, in->out)->rows))
               : ctx_printf(f->ctx, "lu_factor(%s, %s, %s)", n, z, p);
}

static void factorise(CFile *f, const Inst *in)
{
    const char *n = c_dim(f, fvalue(f, in->out)->rows);
    const char *z = c_name(f, in->out);
    bool chol = in->op == PLAN_CHOL;
    if (!c_same(f, in->a, in->out))
        c_line(f, "memcpy(%s, %s, %s * sizeof(double));", z, c_name(f, in->a),
               c_count(f, in->out));
    if (chol) {
        uint32_t k = c_failure(f, in, "is not positive definite");
        c_line(f, "if (cholesky(%s, %s))", n, z);
        c_line(f, "    return %u;", k);
        return;
    }
    bool solved = false; /* a determinant of 0 is a number */
    for (uint32_t i = 0; i < f->plan->ninsts; i++) {
        const Inst *x = &f->plan->inst[i];
        solved |= x->a == in->out &&
                  (x->op == PLAN_SOLVE || x->op == PLAN_INVERSE);
    }
    const char *call = factor_call(f, in, n);
    if (solved) {
        uint32_t k = c_failure(f, in, "is singular");
        c_line(f, "if (%s)", call ? call : "0");
        c_line(f, "    return %u;", k);
    } else {
        c_line(f, "(void)%s;", call ? call : "0");
    }
}

/* The right-hand side to where the solution will be. */
static void right_side(CFile *f, const Inst *in)
{
    const Value *b = fvalue(f, in->b);
    bool vector = dim_is(b->rows, 1) || dim_is(b->cols, 1);
    if (in->tb && !vector)
        c_line(f, "transpose(%s, %s, %s, %s);", c_dim(f, b->rows),
               c_dim(f, b->cols), c_name(f, in->b), c_name(f, in->out));
    else if (!c_same(f, in->b, in->out))
        c_line(f, "memcpy(%s, %s, %s * sizeof(double));", c_name(f, in->out),
               c_name(f, in->b), c_count(f, in->out));
}

static void solve(CFile *f, const Inst *in)
{
    const Value *z = fvalue(f, in->out);
    const char *m = c_dim(f, z->rows), *n = c_dim(f, z->cols);
    const char *a = c_name(f, in->a), *x = c_name(f, in->out);
    right_side(f, in);
    const char *what = in->right ? "rsolve" : "solve";
    if (fvalue(f, in->a)->chol)
        c_line(f, "chol_%s(%s, %s, %s, %s);", what, m, n, a, x);
    else if (tried(f, in->a))
        c_line(f, "symmetric_%s(%s, %s, %s, %s, %s);", what, m, n, a,
               f->value[in->a].pivot, x);
    else
        c_line(f, "lu_%s('%c', %s, %s, %s, %s, %s);", what,
               in->ta ? 'T' : 'N', m, n, a, f->value[in->a].pivot, x);
}

static void trisolve(CFile *f, const Inst *in)
{
    const Value *z = fvalue(f, in->out), *a = fvalue(f, in->a);
    right_side(f, in);
    if (!a->factors) {
        uint32_t k = c_failure(f, in, "has a zero on its diagonal");
        c_line(f, "if (zero_diagonal(%s, %s))", c_dim(f, a->rows),
               c_name(f, in->a));
        c_line(f, "    return %u;", k);
    }
    c_line(f, "cblas_dtrsm(ColMajor, %s, %s, %s, NonUnit, %s, "
           "%s, 1.0, %s, %s, %s, %s);",
           in->right ? "Right" : "Left",
           in->upper && !a->factors ? "Upper" : "Lower",
           in->ta ? "Trans" : "NoTrans", c_int(f, z->rows), c_int(f, z->cols),
           c_name(f, in->a), c_int(f, a->rows), c_name(f, in->out),
           c_int(f, z->rows));
}

/* Does the plan have the upper half filled later? */
static bool mirrored(const CFile *f, Val v)
{
    for (uint32_t i = 0; i < f->plan->ninsts; i++)
        if (f->plan->inst[i].op == PLAN_MIRROR && f->plan->inst[i].a == v &&
            f->plan->inst[i].out == v)
            return true;
    return false;
}

static void inverse(CFile *f, const Inst *in)
{
    const Value *z = fvalue(f, in->out);
    const char *n = c_dim(f, z->rows), *x = c_name(f, in->out);
    const Dim *most = dim_mul(f->ctx, dim_num(f->ctx, 64), z->rows);
    if (!c_same(f, in->a, in->out))
        c_line(f, "memcpy(%s, %s, %s * sizeof(double));", x, c_name(f, in->a),
               c_count(f, in->out));
    if (!fvalue(f, in->a)->chol) {
        c_line(f, "%s_inverse(%s, %s, %s, %s);", lu_prefix(f, in->a), n, x,
               f->value[in->a].pivot, c_scratch(f, most));
        return;
    }
    c_line(f, "chol_inverse(%s, %s);", n, x);
    if (!z->half && !mirrored(f, in->out))
        c_line(f, "mirror(%s, %s);", n, x);
}

static void determinant(CFile *f, const Inst *in)
{
    const Value *a = fvalue(f, in->a);
    const char *n = c_dim(f, a->rows), *x = c_name(f, in->a);
    const char *prefix = lu_prefix(f, in->a), *p = f->value[in->a].pivot;
    if (in->op == PLAN_LOGDET && in->fun == OP_LOG && !a->chol) {
        uint32_t k = c_failure(f, in, "is the logarithm of a negative "
                                      "determinant");
        c_line(f, "if (%s_sign(%s, %s, %s) < 0)", prefix, n, x, p);
        c_line(f, "    return %u;", k);
    }
    const char *z = c_number(f, in->out);
    if (in->op == PLAN_LOGDET && tried(f, in->a))
        c_line(f, "%s = symmetric_log(%s, %s, %s);", z, n, x, p);
    else if (in->op == PLAN_LOGDET)
        c_line(f, "%s = %slog_diagonal(%s, %s);", z, a->chol ? "2.0 * " : "",
               n, x);
    else if (a->chol)
        c_line(f, "%s = chol_det(%s, %s);", z, n, x);
    else
        c_line(f, "%s = %s_det(%s, %s, %s);", z, prefix, n, x, p);
}

void c_factor(CFile *f, const Inst *in)
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
        c_line(f, "lower(%s, %s, %s);", c_dim(f, fvalue(f, in->a)->rows),
               c_name(f, in->a), c_name(f, in->out));
    }
}

/* --- functions of matrices */

/* Room for a copy of a and what LAPACK wants beside. */
static const char *fun_room(CFile *f, OpId fun, const Value *a,
                            const Dim **size)
{
    Ctx *ctx = f->ctx;
    const Dim *both = dim_add(ctx, a->rows, a->cols);
    const Dim *more = dim_mul(ctx, dim_num(ctx, 64), both);
    *size = dim_mul(ctx, both, both);
    *size = dim_add(ctx, *size, more);
    if (fun == OP_LOGM || fun == OP_SINM || fun == OP_COSM)
        *size = dim_add(ctx, *size, dim_mul(ctx, dim_num(ctx, 3),
                                            dim_mul(ctx, a->rows, a->cols)));
    return c_scratch(f, *size);
}

/* Sums of diagonals, antidiagonals or wrapped diagonals. */
static void line_sums(CFile *f, const Inst *in)
{
    const Value *a = fvalue(f, in->a);
    const char *kind = in->fun == OP_DIAGSUMS       ? "diagonal_sums"
                       : in->fun == OP_ANTIDIAGSUMS ? "antidiagonal_sums"
                                                    : "circulant_sums";
    const Dim *size = dim_mul(f->ctx, dim_num(f->ctx, 2), a->rows);
    c_line(f, "%s(%s, %s, %s, %s);", kind, c_dim(f, a->rows),
           c_name(f, in->a), c_name(f, in->out), c_scratch(f, size));
}

static bool of_square(OpId fun)
{
    return fun == OP_EXPM || fun == OP_SQRTM || fun == OP_LOGM ||
           fun == OP_SINM || fun == OP_COSM || fun == OP_POW;
}

void c_fun(CFile *f, const Inst *in)
{
    const Value *a = fvalue(f, in->a);
    const char *m = c_dim(f, a->rows), *n = c_dim(f, a->cols);
    const char *x = c_name(f, in->a);
    const Dim *size = NULL;
    if (in->fun == OP_DIAGSUMS || in->fun == OP_ANTIDIAGSUMS ||
        in->fun == OP_CIRCSUMS) {
        line_sums(f, in);
        return;
    }
    if (in->fun == OP_EIGVECS && !a->symmetric) {
        c_lacks(f, CODE_NO_VECTORS);
        return;
    }
    if (in->fun != OP_EIG && in->fun != OP_EIGVECS && in->fun != OP_SVD &&
        in->fun != OP_NORMSPEC && in->fun != OP_NORMNUC &&
        in->fun != OP_PINV && in->fun != OP_SVDU && in->fun != OP_SVDV &&
        !of_square(in->fun)) {
        c_lacks(f, op_record(in->fun)->name);
        return;
    }
    const char *room = fun_room(f, in->fun, a, &size), *call = NULL;
    bool root = in->fun == OP_SQRTM || in->fun == OP_LOGM;
    uint32_t k = c_failure(f, in, root                  ? "does not exist"
                                  : of_square(in->fun) ? "is out of range"
                                                        : "has no such "
                                                          "decomposition");
    if (in->fun == OP_NORMSPEC || in->fun == OP_NORMNUC) {
        const char *z = c_scalar(f, in->out);
        c_line(f, "%s = 0.0;", z);
        call = ctx_printf(f->ctx, "%s(%s, %s, %s, &%s, %s)",
                          in->fun == OP_NORMSPEC ? "norm_spectral"
                                                 : "norm_nuclear",
                          m, n, x, c_name(f, in->out), room);
    } else if (in->fun == OP_POW) {
        call = ctx_printf(f->ctx, "power(%s, %s, %s, %s, %s)", m, x,
                          c_name(f, in->b), c_name(f, in->out), room);
    } else if (of_square(in->fun)) {
        call = ctx_printf(f->ctx, "%s(%s, %s, %s, %s)",
                          op_record(in->fun)->name, m, x, c_name(f, in->out),
                          room);
    } else if (in->fun == OP_EIG || in->fun == OP_EIGVECS) {
        call = ctx_printf(f->ctx, "eigen_%s(%s, %s, %s, %s)",
                          in->fun == OP_EIGVECS ? "vectors"
                          : a->symmetric        ? "values"
                                                : "values_general", m, x,
                          c_name(f, in->out), room);
    } else {
        call = ctx_printf(f->ctx, "%s(%s, %s, %s, %s, %s)",
                          in->fun == OP_PINV   ? "pseudoinverse"
                          : in->fun == OP_SVDU ? "left_vectors"
                          : in->fun == OP_SVDV ? "right_vectors"
                                               : "singular_values",
                          m, n, x, c_name(f, in->out), room);
    }
    c_line(f, "if (%s)", call ? call : "0");
    c_line(f, "    return %u;", k);
}
