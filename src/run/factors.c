/* factors.c: factorisations and what is asked of them. */
#include "run/exec.h"

#include <math.h>
#include <string.h>

static const int one = 1, minus_one = -1;

static void copy_transposed(const Real *x, int rows, int cols, Real *z)
{
    for (int i0 = 0; i0 < rows; i0 += 32)
        for (int j = 0; j < cols; j++)
            for (int i = i0; i < rows && i < i0 + 32; i++)
                z[(size_t)i * (size_t)cols + (size_t)j] =
                    x[(size_t)j * (size_t)rows + (size_t)i];
}

/* --- how far from singular: looked at closely only where the diagonal of the
 * factor says so */

static void note_rcond(Frame *f, const RunStep *s, double r)
{
    if (r < f->report.rcond)
        f->report.rcond = r;
    if (r < (double)REAL_EPS)
        run_fail(f, RUN_SINGULAR, s,
                 "is singular to working precision (reciprocal condition "
                 "about %.1e)", r);
}

static void spread(const Real *a, int n, Part *least, Part *most)
{
    *least = INFINITY;
    *most = 0;
    for (int i = 0; i < n; i++) {
        Part d = (Part)ABS(a[(size_t)i * (size_t)n + (size_t)i]);
        *least = d < *least ? d : *least;
        *most = d > *most ? d : *most;
    }
}

static void check_chol(Frame *f, const RunStep *s, const Real *a, int n)
{
    Part least, most, rcond = 1, norm = 0;
    int info = 0;
    spread(a, n, &least, &most);
    double r = (double)least / (double)most;
    if (n < 2 || r * r > 1e-5)
        return;
    for (int i = 0; i < n; i++) { /* the largest diagonal entry of A */
        Part d = 0;
        for (int j = 0; j <= i; j++) {
            Real x = a[(size_t)j * (size_t)n + (size_t)i];
            d += SQUARE(x);
        }
        norm = d > norm ? d : norm;
    }
    BLAS(f).pocon("L", &n, a, &n, &norm, &rcond, f->work,
                  (Second *)((Real *)f->work + 4 * n), &info);
    if (info == 0)
        note_rcond(f, s, (double)rcond);
}

static void check_lu(Frame *f, const RunStep *s, const Real *a, int n)
{
    Part least, most, rcond = 1, norm = 0;
    int info = 0;
    spread(a, n, &least, &most);
    if (n < 2 || (double)least > 1e-5 * (double)most)
        return;
    for (int j = 0; j < n; j++) { /* the largest column of U */
        Part d = 0;
        for (int i = 0; i <= j; i++)
            d += (Part)ABS(a[(size_t)j * (size_t)n + (size_t)i]);
        norm = d > norm ? d : norm;
    }
    BLAS(f).gecon("1", &n, a, &n, &norm, &rcond, f->work,
                  (Second *)((Real *)f->work + 4 * n), &info);
    if (info == 0)
        note_rcond(f, s, (double)rcond);
}

/* --- factorisations */

/* Only one half is read: what is not symmetric by form is looked at. */
static bool symmetric(Frame *f, const RunStep *s, const Real *a)
{
    size_t n = (size_t)s->m;
    if (f->plan->value[s->in->a].symmetric || f->plan->value[s->in->a].half)
        return true;
    for (size_t j = 0; j < n; j++)
        for (size_t i = IS_COMPLEX ? j : j + 1; i < n; i++) {
            Real x = a[j * n + i], y = CONJ(a[i * n + j]);
            double d = ABS(a[j * n + j]) + ABS(a[i * n + i]);
            if (ABS(x - y) > 1e5 * (double)REAL_EPS * (ABS(x) + d))
                return run_fail(f, RUN_DOMAIN, s,
                                "is not %s: entry [%zu,%zu] is %.6g, "
                                "[%zu,%zu] is %.6g",
                                IS_COMPLEX ? "hermitian" : "symmetric", i + 1,
                                j + 1, (double)RE(x), j + 1, i + 1,
                                (double)RE(a[i * n + j]));
        }
    return true;
}

static bool cholesky(Frame *f, const RunStep *s)
{
    const Real *a = f->ptr[s->in->a];
    Real *z = f->ptr[s->in->out];
    int n = s->m, info = 0;
    const Tiles *d = NAME(dense_for)(f, (double)n * n * n / 6);
    if (!symmetric(f, s, a))
        return false;
    if (z != a)
        memcpy(z, a, s->count * sizeof *z);
    if (n <= SMALL_ORDER)
        info = (int)VECTOR(f)->small->chol(z, (size_t)n);
    else if (d)
        info = (int)d->chol((size_t)n, z, (size_t)n, f->work);
    else
        BLAS(f).potrf("L", &n, z, &n, &info);
    if (info > 0)
        return run_fail(f, RUN_NOT_POSDEF, s,
                        "is not positive definite (its leading minor of order "
                        "%d is not positive)", info);
    check_chol(f, s, z, n);
    return f->report.code == RUN_OK;
}

static bool lu(Frame *f, const RunStep *s)
{
    const Real *a = f->ptr[s->in->a];
    Real *z = f->ptr[s->in->out];
    int n = s->m, info = 0;
    if (z != a)
        memcpy(z, a, s->count * sizeof *z);
    if (n <= SMALL_ORDER)
        info = (int)VECTOR(f)->small->lu(z, (size_t)n, f->pivot[s->in->out]);
    else
        BLAS(f).getrf(&n, &n, z, &n, f->pivot[s->in->out], &info);
    if (info == 0)
        check_lu(f, s, z, n);
    /* a determinant of 0 is a number: who needs the inverse says so */
    f->pivot[s->in->out][n] = info;
    return f->report.code == RUN_OK;
}

static bool singular(Frame *f, const RunStep *s)
{
    const Value *v = &f->plan->value[s->in->a];
    if (!v->factors || v->chol || f->pivot[s->in->a][s->lda] == 0)
        return false;
    run_fail(f, RUN_SINGULAR, s, "is singular (pivot %d is zero)",
             f->pivot[s->in->a][s->lda]);
    return true;
}

/* --- solves */

/* op(T)*x = z or x*op(T) = z, T triangular, in place. */
static void tri(Frame *f, const RunStep *s, const char *uplo, const char *t,
                const char *unit, const Real *a, Real *z)
{
    enum { FEW = 4 };
    int na = s->in->right ? s->n : s->m, other = s->in->right ? s->m : s->n;
    const Tiles *d = NAME(dense_for)(f, (double)na * na * other / 2);
    Real alpha = 1;
    if (na <= SMALL_ORDER && (s->in->right ? s->m : s->n) <= 2 * VECTOR_SMALL)
        VECTOR(f)->small->solve(a, (size_t)na, *uplo == 'L', *t == 'T',
                                *unit == 'U', s->in->right, z, (size_t)s->m,
                                (size_t)s->n);
    else if (s->n == 1 && !s->in->right)
        BLAS(f).trsv(uplo, t, unit, &na, a, &na, z, &one);
    else if (d && other >= FEW)
        d->solve((size_t)na, (size_t)other, (Matrix){a, (size_t)na, *t == 'T'},
                 *uplo == 'U', *unit == 'U', s->in->right, z, (size_t)s->m,
                 f->work);
    else
        BLAS(f).trsm(s->in->right ? "R" : "L", uplo, t, unit, &s->m, &s->n,
                     &alpha, a, &na, z, &s->m);
}

static void swap_columns(Real *z, int m, const int *pivot, int n, bool back)
{
    for (int q = 0; q < n; q++) {
        int j = back ? n - 1 - q : q, k = pivot[j] - 1;
        for (int i = 0; k != j && i < m; i++) {
            Real *x = z + (size_t)j * (size_t)m + i,
                 *y = z + (size_t)k * (size_t)m + i, keep = *x;
            *x = *y;
            *y = keep;
        }
    }
}

static void solve_lu(Frame *f, const RunStep *s, const Real *a, Real *z)
{
    const int *p = f->pivot[s->in->a];
    const char *t = s->in->ca ? "C" : "T";
    int n = s->in->right ? s->n : s->m;
    if (!s->in->right && !s->in->ta) {
        BLAS(f).laswp(&s->n, z, &s->m, &one, &n, p, &one);
        tri(f, s, "L", "N", "U", a, z);
        tri(f, s, "U", "N", "N", a, z);
    } else if (!s->in->right) {
        tri(f, s, "U", t, "N", a, z);
        tri(f, s, "L", t, "U", a, z);
        BLAS(f).laswp(&s->n, z, &s->m, &one, &n, p, &minus_one);
    } else if (!s->in->ta) {
        tri(f, s, "U", "N", "N", a, z);
        tri(f, s, "L", "N", "U", a, z);
        swap_columns(z, s->m, p, n, true);
    } else {
        swap_columns(z, s->m, p, n, false);
        tri(f, s, "L", t, "U", a, z);
        tri(f, s, "U", t, "N", a, z);
    }
}

static void copy_operand(Frame *f, const RunStep *s)
{
    const Real *b = f->ptr[s->in->b];
    Real *z = f->ptr[s->in->out];
    if (z == b)
        return;
    if (s->in->tb && s->m > 1 && s->n > 1)
        copy_transposed(b, s->n, s->m, z);
    else
        memcpy(z, b, s->count * sizeof *z);
}

static bool solve(Frame *f, const RunStep *s)
{
    const Real *a = f->ptr[s->in->a];
    Real *z = f->ptr[s->in->out];
    if (singular(f, s))
        return false;
    copy_operand(f, s);
    if (!f->plan->value[s->in->a].chol)
        solve_lu(f, s, a, z);
    else {
        tri(f, s, "L", s->in->right ? ADJOINT : "N", "N", a, z);
        tri(f, s, "L", s->in->right ? "N" : ADJOINT, "N", a, z);
    }
    return true;
}

static bool trisolve(Frame *f, const RunStep *s)
{
    const Real *a = f->ptr[s->in->a];
    int n = s->lda;
    for (int i = 0; i < n; i++)
        if (a[(size_t)i * (size_t)n + (size_t)i] == 0)
            return run_fail(f, RUN_SINGULAR, s,
                            "is singular (entry %d of its diagonal is zero)",
                            i + 1);
    copy_operand(f, s);
    const char *t = s->in->ca ? "C" : s->in->ta ? "T" : "N";
    tri(f, s, s->in->upper ? "U" : "L", t, "N", a,
        f->ptr[s->in->out]);
    return true;
}

/* I*inv(L')*inv(L), or I*inv(U)*inv(L)*P. */
static void inverse_small(Frame *f, const RunStep *s, const Real *a, Real *z)
{
    const Small *k = VECTOR(f)->small;
    size_t n = (size_t)s->m;
    memset(z, 0, n * n * sizeof *z);
    for (size_t i = 0; i < n; i++)
        z[i * (n + 1)] = 1;
    if (f->plan->value[s->in->a].chol) {
        k->solve(a, n, true, true, false, true, z, n, n);
        k->solve(a, n, true, false, false, true, z, n, n);
        return;
    }
    k->solve(a, n, false, false, false, true, z, n, n);
    k->solve(a, n, true, false, true, true, z, n, n);
    swap_columns(z, s->m, f->pivot[s->in->a], s->m, true);
}

static bool inverse(Frame *f, const RunStep *s)
{
    Real *z = f->ptr[s->in->out];
    int n = s->m, info = 0, lwork = 64 * n;
    bool chol = f->plan->value[s->in->a].chol;
    const Tiles *d = NAME(dense_for)(f, (double)n * n * n / 3);
    if (singular(f, s))
        return false;
    if (n <= SMALL_ORDER) {
        inverse_small(f, s, f->ptr[s->in->a], z);
        return true;
    }
    if (chol && d) {
        d->inverse((size_t)n, f->ptr[s->in->a], z, f->work);
        return true;
    }
    memcpy(z, f->ptr[s->in->a], s->count * sizeof *z);
    if (chol)
        BLAS(f).potri("L", &n, z, &n, &info);
    else
        BLAS(f).getri(&n, z, &n, f->pivot[s->in->a], f->work, &lwork, &info);
    return info == 0 || run_fail(f, RUN_SINGULAR, s, "is singular");
}

/* --- determinants */

/* Of LU factors: the determinant's phase, of a real one its sign. */
static Real phase_of(const int *pivot, const Real *a, size_t n)
{
    Real phase = 1;
    for (size_t i = 0; i < n; i++) {
        Real d = a[i * n + i];
        phase *= d == 0 ? 0 : d / (Real)ABS(d);
        if (pivot[i] != (int)i + 1)
            phase = -phase;
    }
    return phase;
}

static bool log_determinant(Frame *f, const RunStep *s)
{
    const Real *a = f->ptr[s->in->a];
    bool chol = f->plan->value[s->in->a].chol;
    size_t n = (size_t)s->lda;
    double z = 0;
    for (size_t i = 0; i < n; i++)
        z += log(ABS(a[i * n + i]));
    Real *out = f->ptr[s->in->out];
    *out = (Real)(chol ? 2 * z : z);
    if (!(z - z == 0))
        return run_fail(f, RUN_SINGULAR, s,
                        "is singular: the logarithm of its determinant is not "
                        "finite");
    if (chol || s->in->fun != OP_LOG)
        return true;
    Real phase = phase_of(f->pivot[s->in->a], a, n);
#ifdef NB_COMPLEX
    *out += carg(phase) * csqrt(-1);
#else
    if (phase < 0)
        return run_fail(f, RUN_DOMAIN, s,
                        "has no real value: the determinant is negative, "
                        "-exp(%.6g)", z);
#endif
    return true;
}

static bool determinant(Frame *f, const RunStep *s)
{
    const Real *a = f->ptr[s->in->a];
    bool chol = f->plan->value[s->in->a].chol;
    size_t n = (size_t)s->lda;
    Full z = 1;
    for (size_t i = 0; i < n; i++) {
        Full d = (Full)a[i * n + i];
        if (!chol && f->pivot[s->in->a][i] != (int)i + 1)
            d = -d;
        z *= chol ? d * d : d;
    }
    *(Real *)f->ptr[s->in->out] = (Real)z;
    return true;
}

static bool lower_factor(Frame *f, const RunStep *s)
{
    const Real *a = f->ptr[s->in->a];
    Real *z = f->ptr[s->in->out];
    size_t n = (size_t)s->m;
    for (size_t j = 0; j < n; j++) {
        memset(z + j * n, 0, j * sizeof *z);
        memcpy(z + j * n + j, a + j * n + j, (n - j) * sizeof *z);
    }
    return true;
}

bool NAME(factor)(Frame *f, const RunStep *s)
{
    switch (s->in->op) {
    case PLAN_CHOL:
        return cholesky(f, s);
    case PLAN_LU:
        return lu(f, s);
    case PLAN_SOLVE:
        return solve(f, s);
    case PLAN_TRISOLVE:
        return trisolve(f, s);
    case PLAN_INVERSE:
        return inverse(f, s);
    case PLAN_LOGDET:
        return log_determinant(f, s);
    case PLAN_DET:
        return determinant(f, s);
    default:
        return lower_factor(f, s);
    }
}
