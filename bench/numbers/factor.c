/* factor.c: factorisations and triangular systems, small ones by loops. */
#include "lin.h"
#include <math.h>
#include <string.h>

void dpotrf_(const char *, const int *, double *, const int *, int *, size_t);
void dpotri_(const char *, const int *, double *, const int *, int *, size_t);
void dgetrf_(const int *, const int *, double *, const int *, int *, int *);
void dgetrs_(const char *, const int *, const int *, const double *,
             const int *, const int *, double *, const int *, int *, size_t);

static size_t at(int i, int j, int ld)
{
    return (size_t)j * (size_t)ld + (size_t)i;
}

/* y[from..to) -= s*x */
static void minus(int from, int to, double s, const double *restrict x,
                  double *restrict y)
{
    for (int i = from; i < to; i++)
        y[i] -= s * x[i];
}

void chol(int n, double *A)
{
    int info;
    if (n > SMALL) {
        dpotrf_("L", &n, A, &n, &info, 1);
        return;
    }
    for (int j = 0; j < n; j++) {
        double *a = A + at(0, j, n), r = 1 / sqrt(a[j]);
        for (int i = j; i < n; i++)
            a[i] *= r;
        for (int k = j + 1; k < n; k++)
            minus(k, n, a[k], a, A + at(0, k, n));
    }
}

double chol_logdet(int n, const double *L)
{
    double s = 0;
    for (int i = 0; i < n; i++)
        s += log(L[at(i, i, n)]);
    return 2 * s;
}

/* L becomes inv(L), column by column; then inv(L)'*inv(L). */
static void small_inverse(int n, double *L)
{
    double V[SMALL * SMALL] = {0};
    for (int j = 0; j < n; j++) {
        double *v = V + j * SMALL;
        v[j] = 1;
        for (int k = j; k < n; k++) {
            v[k] /= L[at(k, k, n)];
            minus(k + 1, n, v[k], L + at(0, k, n), v);
        }
    }
    for (int j = 0; j < n; j++)
        for (int i = j; i < n; i++)
            L[at(i, j, n)] = dot((size_t)(n - i), V + i * SMALL + i,
                                 V + j * SMALL + i);
}

void chol_inverse(int n, double *L)
{
    int info;
    if (n <= SMALL)
        small_inverse(n, L);
    else
        dpotri_("L", &n, L, &n, &info, 1);
}

static void small_left(char ta, int m, int n, const double *L, int ldl,
                       double *B, int ldb)
{
    for (int j = 0; j < n; j++) {
        double *b = B + at(0, j, ldb);
        for (int k = 0; ta == 'n' && k < m; k++) {
            b[k] /= L[at(k, k, ldl)];
            minus(k + 1, m, b[k], L + at(0, k, ldl), b);
        }
        for (int k = m - 1; ta == 't' && k >= 0; k--) {
            const double *l = L + at(0, k, ldl);
            b[k] = (b[k] - dot((size_t)(m - 1 - k), l + k + 1, b + k + 1)) /
                   l[k];
        }
    }
}

static void small_right(char ta, int m, int n, const double *L, int ldl,
                        double *B, int ldb)
{
    for (int s = 0; s < n; s++) {
        int j = ta == 't' ? s : n - 1 - s;
        double *b = B + at(0, j, ldb), r = 1 / L[at(j, j, ldl)];
        for (int k = 0; ta == 't' && k < j; k++)
            minus(0, m, L[at(j, k, ldl)], B + at(0, k, ldb), b);
        for (int k = j + 1; ta == 'n' && k < n; k++)
            minus(0, m, L[at(k, j, ldl)], B + at(0, k, ldb), b);
        for (int i = 0; i < m; i++)
            b[i] *= r;
    }
}

void trsm(char side, char ta, int m, int n, const double *L, int ldl,
          double *B, int ldb)
{
    if (m <= SMALL && n <= SMALL)
        (side == 'l' ? small_left : small_right)(ta, m, n, L, ldl, B, ldb);
    else
        cblas_dtrsm(CblasColMajor, side == 'l' ? CblasLeft : CblasRight,
                    CblasLower, ta == 't' ? CblasTrans : CblasNoTrans,
                    CblasNonUnit, m, n, 1, L, ldl, B, ldb);
}

void trsv(char ta, int n, const double *L, double *b)
{
    if (n <= 2 * SMALL)
        small_left(ta, n, 1, L, n, b, n);
    else
        cblas_dtrsv(CblasColMajor, CblasLower,
                    ta == 't' ? CblasTrans : CblasNoTrans, CblasNonUnit, n, L,
                    n, b, 1);
}

void chol_solve(int n, int columns, const double *L, double *B)
{
    if (columns == 1) {
        trsv('n', n, L, B);
        trsv('t', n, L, B);
        return;
    }
    trsm('l', 'n', n, columns, L, n, B, n);
    trsm('l', 't', n, columns, L, n, B, n);
}

/* ----------------------------------------------------------- LU, pivoted */

static void swap_rows(int columns, int i, int k, double *A, int ld)
{
    for (int j = 0; i != k && j < columns; j++) {
        double t = A[at(i, j, ld)];
        A[at(i, j, ld)] = A[at(k, j, ld)];
        A[at(k, j, ld)] = t;
    }
}

static void small_lu(int n, double *A, int *pivots)
{
    for (int j = 0; j < n; j++) {
        double *a = A + at(0, j, n);
        int p = j;
        for (int i = j + 1; i < n; i++)
            p = fabs(a[i]) > fabs(a[p]) ? i : p;
        pivots[j] = p + 1;
        swap_rows(n, j, p, A, n);
        double r = 1 / a[j];
        for (int i = j + 1; i < n; i++)
            a[i] *= r;
        for (int k = j + 1; k < n; k++)
            minus(j + 1, n, A[at(j, k, n)], a, A + at(0, k, n));
    }
}

void lu(int n, double *A, int *pivots)
{
    int info;
    if (n <= SMALL)
        small_lu(n, A, pivots);
    else
        dgetrf_(&n, &n, A, &n, pivots, &info);
}

static void small_plain(int n, const double *A, const int *pivots, double *b)
{
    for (int i = 0; i < n; i++)
        swap_rows(1, i, pivots[i] - 1, b, n);
    for (int k = 0; k < n; k++)
        minus(k + 1, n, b[k], A + at(0, k, n), b);
    for (int k = n - 1; k >= 0; k--) {
        b[k] /= A[at(k, k, n)];
        minus(0, k, b[k], A + at(0, k, n), b);
    }
}

static void small_transposed(int n, const double *A, const int *pivots,
                             double *b)
{
    for (int k = 0; k < n; k++)
        b[k] = (b[k] - dot((size_t)k, A + at(0, k, n), b)) / A[at(k, k, n)];
    for (int k = n - 2; k >= 0; k--)
        b[k] -= dot((size_t)(n - 1 - k), A + at(k + 1, k, n), b + k + 1);
    for (int i = n - 1; i >= 0; i--)
        swap_rows(1, i, pivots[i] - 1, b, n);
}

void lu_solve(char ta, int n, int columns, const double *A,
              const int *pivots, double *B)
{
    int info;
    if (n > SMALL) {
        dgetrs_(ta == 't' ? "T" : "N", &n, &columns, A, &n, pivots, B, &n,
                &info, 1);
        return;
    }
    for (int j = 0; j < columns; j++)
        (ta == 't' ? small_transposed : small_plain)(n, A, pivots,
                                                     B + at(0, j, n));
}
