/* lin.c: products, small ones by loops.  OpenBLAS needs some hundred
 * nanoseconds to begin; below 16 by 16 a packed product is done by then. */
#include "lin.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef double Eight __attribute__((vector_size(64)));

static size_t at(int i, int j, int ld)
{
    return (size_t)j * (size_t)ld + (size_t)i;
}

double *take(Work *w, int rows, int cols)
{
    double *p = w->at;
    w->at += ((size_t)rows * (size_t)cols + 7) / 8 * 8;
    if (w->at > w->end) {
        fputs("numbers: the work space is too small\n", stderr);
        exit(1);
    }
    return p;
}

static CBLAS_TRANSPOSE trans(char t)
{
    return t == 't' ? CblasTrans : CblasNoTrans;
}

/* ----------------------------------------------------- products of matrices */

/* A packed to columns of 16, so that the loops have no remainders. */
static void pack(int m, int k, const double *A, int ai, int al, Eight *P)
{
    double *p = (double *)P;
    for (int l = 0; l < k; l++) {
        for (int i = 0; i < m; i++)
            p[l * SMALL + i] = A[i * ai + l * al];
        for (int i = m; i < SMALL; i++)
            p[l * SMALL + i] = 0;
    }
}

static void put(int m, double beta, const Eight *sum, double *c)
{
    const double *s = (const double *)sum;
    if (beta == 0)
        for (int i = 0; i < m; i++)
            c[i] = s[i];
    else
        for (int i = 0; i < m; i++)
            c[i] = beta * c[i] + s[i];
}

/* Four columns of C at a time: eight sums in flight. */
static void four(int k, double alpha, const Eight *P, const double *B, int bl,
                 int bj, Eight *sum)
{
    Eight s[8] = {{0}};
    for (int l = 0; l < k; l++)
        for (int j = 0; j < 4; j++) {
            double b = B[l * bl + j * bj];
            s[2 * j] += P[2 * l] * b;
            s[2 * j + 1] += P[2 * l + 1] * b;
        }
    for (int j = 0; j < 8; j++)
        sum[j] = s[j] * alpha;
}

static void one(int k, double alpha, const Eight *P, const double *B, int bl,
                Eight *sum)
{
    Eight s = {0}, t = {0};
    for (int l = 0; l < k; l++) {
        s += P[2 * l] * B[l * bl];
        t += P[2 * l + 1] * B[l * bl];
    }
    sum[0] = s * alpha;
    sum[1] = t * alpha;
}

static void small_gemm(char ta, char tb, int m, int n, int k, double alpha,
                       const double *A, int lda, const double *B, int ldb,
                       double beta, double *C, int ldc)
{
    Eight P[2 * SMALL], sum[8];
    int bl = tb == 't' ? ldb : 1, bj = tb == 't' ? 1 : ldb, j = 0;
    pack(m, k, A, ta == 't' ? lda : 1, ta == 't' ? 1 : lda, P);
    for (; j + 4 <= n; j += 4) {
        four(k, alpha, P, B + j * bj, bl, bj, sum);
        for (int c = 0; c < 4; c++)
            put(m, beta, sum + 2 * c, C + at(0, j + c, ldc));
    }
    for (; j < n; j++) {
        one(k, alpha, P, B + j * bj, bl, sum);
        put(m, beta, sum, C + at(0, j, ldc));
    }
}

void gemm(char ta, char tb, int m, int n, int k, double alpha,
          const double *A, int lda, const double *B, int ldb, double beta,
          double *C, int ldc)
{
    if (m <= SMALL && n <= SMALL && k <= SMALL)
        small_gemm(ta, tb, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
    else
        cblas_dgemm(CblasColMajor, trans(ta), trans(tb), m, n, k, alpha, A,
                    lda, B, ldb, beta, C, ldc);
}

void symm(int m, int n, double alpha, const double *A, const double *B,
          double beta, double *C)
{
    /* Both halves of A are there, and dgemm's kernels are the faster ones. */
    gemm('n', 'n', m, n, m, alpha, A, m, B, m, beta, C, m);
}

void syrk(char ta, int n, int k, double alpha, const double *A, int lda,
          double beta, double *C, int ldc)
{
    if (n <= SMALL && k <= SMALL)
        small_gemm(ta, ta == 't' ? 'n' : 't', n, n, k, alpha, A, lda, A, lda,
                   beta, C, ldc);
    else
        cblas_dsyrk(CblasColMajor, CblasLower, trans(ta), n, k, alpha, A, lda,
                    beta, C, ldc);
}

/* The lower half of op(A)*op(B), which is n by n: two halves and a block. */
static void half(char ta, char tb, int n, int k, double alpha,
                 const double *A, int lda, const double *B, int ldb,
                 double beta, double *C, int ldc)
{
    if (n <= 48) {
        gemm(ta, tb, n, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
        return;
    }
    int p = (n / 2 + 7) / 8 * 8;
    const double *Ap = A + (ta == 't' ? at(0, p, lda) : at(p, 0, lda));
    const double *Bp = B + (tb == 'n' ? at(0, p, ldb) : at(p, 0, ldb));
    half(ta, tb, p, k, alpha, A, lda, B, ldb, beta, C, ldc);
    gemm(ta, tb, n - p, p, k, alpha, Ap, lda, B, ldb, beta, C + p, ldc);
    half(ta, tb, n - p, k, alpha, Ap, lda, Bp, ldb, beta, C + at(p, p, ldc),
         ldc);
}

void half_tn(int n, int k, double alpha, const double *A, const double *B,
             double beta, double *C)
{
    half('t', 'n', n, k, alpha, A, k, B, k, beta, C, n);
}

void half_nt(int n, int k, double alpha, const double *A, const double *B,
             double beta, double *C)
{
    half('n', 't', n, k, alpha, A, n, B, n, beta, C, n);
}

enum { TILE = 16 };

static void mirror_tile(int n, int i0, int j0, double *C)
{
    int i1 = i0 + TILE < n ? i0 + TILE : n, j1 = j0 + TILE < n ? j0 + TILE : n;
    for (int j = j0; j < j1; j++)
        for (int i = i0 > j ? i0 : j + 1; i < i1; i++)
            C[at(j, i, n)] = C[at(i, j, n)];
}

void mirror(int n, double *C)
{
    for (int j = 0; j < n; j += TILE)
        for (int i = j; i < n; i += TILE)
            mirror_tile(n, i, j, C);
}

void copy_lower(int n, const double *A, double *B)
{
    for (int j = 0; j < n; j++)
        memcpy(B + at(j, j, n), A + at(j, j, n),
               (size_t)(n - j) * sizeof *B);
}

/* ------------------------------------------------ products with a vector */

double dot(size_t n, const double *x, const double *y)
{
    double s = 0;
#pragma omp simd reduction(+ : s)
    for (size_t i = 0; i < n; i++)
        s += x[i] * y[i];
    return s;
}

static void small_gemv(char ta, int m, int n, double alpha, const double *A,
                       int lda, const double *x, double beta, double *y)
{
    if (ta == 't') {
        for (int j = 0; j < n; j++) {
            double s = alpha * dot((size_t)m, A + at(0, j, lda), x);
            y[j] = beta == 0 ? s : beta * y[j] + s;
        }
        return;
    }
    for (int i = 0; i < m; i++)
        y[i] = beta == 0 ? 0 : beta * y[i];
    for (int j = 0; j < n; j++) {
        double s = alpha * x[j];
        for (int i = 0; i < m; i++)
            y[i] += A[at(i, j, lda)] * s;
    }
}

void gemv(char ta, int m, int n, double alpha, const double *A, int lda,
          const double *x, double beta, double *y)
{
    if (m <= 2 * SMALL && n <= 2 * SMALL)
        small_gemv(ta, m, n, alpha, A, lda, x, beta, y);
    else
        cblas_dgemv(CblasColMajor, trans(ta), m, n, alpha, A, lda, x, 1, beta,
                    y, 1);
}

void symv(int n, double alpha, const double *A, const double *x, double beta,
          double *y)
{
    if (n <= 2 * SMALL)
        small_gemv('n', n, n, alpha, A, n, x, beta, y);
    else
        cblas_dsymv(CblasColMajor, CblasLower, n, alpha, A, n, x, 1, beta, y,
                    1);
}

/* Four columns at a time: A is read once, y a quarter as often. */
static void both_four(int n, const double *restrict A, const double *x, int j,
                      double *restrict y, double *z)
{
    const double *a = A + at(0, j, n), *b = a + n, *c = b + n, *d = c + n;
    double s = 0, t = 0, u = 0, v = 0;
    double p = x[j], q = x[j + 1], r = x[j + 2], w = x[j + 3];
#pragma omp simd reduction(+ : s, t, u, v)
    for (int i = 0; i < n; i++) {
        s += a[i] * x[i];
        t += b[i] * x[i];
        u += c[i] * x[i];
        v += d[i] * x[i];
        y[i] += a[i] * p + b[i] * q + c[i] * r + d[i] * w;
    }
    z[j] = s, z[j + 1] = t, z[j + 2] = u, z[j + 3] = v;
}

void gemv_both(int n, const double *A, const double *x, double *y, double *z)
{
    int j = 0;
    memset(y, 0, (size_t)n * sizeof *y);
    for (; j + 4 <= n; j += 4)
        both_four(n, A, x, j, y, z);
    for (; j < n; j++) {
        z[j] = dot((size_t)n, A + at(0, j, n), x);
        for (int i = 0; i < n; i++)
            y[i] += A[at(i, j, n)] * x[j];
    }
}
