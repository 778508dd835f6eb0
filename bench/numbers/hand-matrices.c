/* hand-matrices.c: functions of a matrix: factorisation, log-determinant,
 * Gaussian likelihoods, trace ratio, trace of a product. */
#include "hand.h"
#include <string.h>

static size_t at(int i, int j, int ld)
{
    return (size_t)j * (size_t)ld + (size_t)i;
}

/* --------------------------------------------------- matrix factorisation
 * R = U*V' - X: f = |R|^2, G = 2*R*V, H = 2*kron(V'*V, I). */

enum { RANK = 5, ROW_BLOCK = 512 };

/* Rows i0 to i1, one column of R at a time; R is never stored. */
static double fact_rows(const Task *t, int i0, int i1, double *R)
{
    int m = ROWS(0), n = COLS(0), k = COLS(1), rows = i1 - i0;
    double f = 0;
    for (int l = 0; l < k; l++)
        memset(OUT(1) + at(i0, l, m), 0, (size_t)rows * sizeof(double));
    const double *restrict u = IN(1) + i0;
    double *restrict g = OUT(1) + i0, *restrict r = R;
    for (int j = 0; j < n; j++) {
        const double *restrict x = IN(0) + at(i0, j, m);
        double v[RANK];
        for (int l = 0; l < RANK; l++)
            v[l] = IN(2)[at(j, l, n)];
#pragma omp simd reduction(+ : f)
        for (int i = 0; i < rows; i++) {
            double e = -x[i];
            for (int l = 0; l < RANK; l++)
                e += u[l * m + i] * v[l];
            f += e * e;
            r[i] = 2 * e;
        }
        for (int i = 0; i < rows; i++)
            for (int l = 0; l < RANK; l++)
                g[l * m + i] += r[i] * v[l];
    }
    return f;
}

/* Any rank: the products by BLAS. */
static void fact_general(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0), k = COLS(1);
    double *R = take(w, m, n);
    memcpy(R, IN(0), (size_t)m * (size_t)n * sizeof *R);
    gemm('n', 't', m, n, k, 1, IN(1), m, IN(2), n, -1, R, m);
    OUT(0)[0] = dot((size_t)m * (size_t)n, R, R);
    gemm('n', 'n', m, k, n, 2, R, m, IN(2), n, 0, OUT(1), m);
}

static void fact_vg(const Task *t, Work *w)
{
    int m = ROWS(0);
    if (COLS(1) != RANK) {
        fact_general(t, w);
        return;
    }
    double *R = take(w, ROW_BLOCK, 1), f = 0;
    for (int i = 0; i < m; i += ROW_BLOCK)
        f += fact_rows(t, i, i + ROW_BLOCK < m ? i + ROW_BLOCK : m, R);
    OUT(0)[0] = f;
}

static void fact_hess(const Task *t, Work *w)
{
    int m = ROWS(1), k = COLS(1), n = ROWS(2), size = m * k;
    double *C = take(w, k, k), *H = OUT(0);
    gemm('t', 'n', k, k, n, 2, IN(2), n, IN(2), n, 0, C, k);
    memset(H, 0, (size_t)size * (size_t)size * sizeof *H);
    for (int q = 0; q < k; q++)
        for (int p = 0; p < k; p++)
            for (int i = 0; i < m; i++)
                H[at(p * m + i, q * m + i, size)] = C[at(p, q, k)];
}

/* -------------------------------------------------------- log-determinant */

/* A posdef: T = A*X, M = X'*T = L*L', f = log det M, G = 2*T/M. */
static void logdet_vg(const Task *t, Work *w)
{
    int n = ROWS(0), m = COLS(0);
    double *M = take(w, m, m), *G = OUT(1);
    symm(n, m, 1, IN(1), IN(0), 0, G);
    half_tn(m, n, 1, IN(0), G, 0, M);
    chol(m, M);
    OUT(0)[0] = chol_logdet(m, M);
    trsm('r', 't', n, m, M, m, G, n);
    trsm('r', 'n', n, m, M, m, G, n);
    for (size_t i = 0; i < array_count(&t->out[1]); i++)
        G[i] *= 2;
}

/* --------------------------------------------------- Gaussian likelihoods */

/* sum(A.*B), both symmetric; A's lower half is read, B is full. */
static double half_dot(int n, const double *A, const double *B)
{
    double s = 0, d = 0;
    for (int j = 0; j < n; j++) {
        d += A[at(j, j, n)] * B[at(j, j, n)];
        s += dot((size_t)(n - 1 - j), A + at(j + 1, j, n),
                 B + at(j + 1, j, n));
    }
    return 2 * s + d;
}

/* f = log det(S)/2 + tr(S\C)/2, G = inv(S)/2 - inv(S)*C*inv(S)/2 with
 * P = inv(S): T = C*P, then half of P*T. */
static void gausscov_vg(const Task *t, Work *w)
{
    int n = ROWS(0);
    double *P = take(w, n, n), *T = take(w, n, n), *G = OUT(1);
    copy_lower(n, IN(0), P);
    chol(n, P);
    double f = chol_logdet(n, P);
    chol_inverse(n, P);
    OUT(0)[0] = (f + half_dot(n, P, IN(1))) / 2;
    mirror(n, P);
    memcpy(G, P, array_count(&t->out[1]) * sizeof *G);
    symm(n, n, 1, IN(1), P, 0, T);
    half_tn(n, n, -0.5, P, T, 0.5, G);
    mirror(n, G);
}

/* f = tr(P*C)/2 - log det(P)/2, G = (C - inv(P))/2. */
static void gaussprec_vg(const Task *t, Work *w)
{
    int n = ROWS(0);
    const double *C = IN(1);
    double *G = OUT(1);
    (void)w;
    copy_lower(n, IN(0), G);
    chol(n, G);
    OUT(0)[0] = (half_dot(n, IN(0), C) - chol_logdet(n, G)) / 2;
    chol_inverse(n, G);
    for (int j = 0; j < n; j++)
        for (int i = j; i < n; i++)
            G[at(i, j, n)] = (C[at(i, j, n)] - G[at(i, j, n)]) / 2;
    mirror(n, G);
}

/* ------------------------------------------------------------ trace ratio */

/* M = X'*C*X = L*L', N = X'*B*X: f = tr(M\N),
 * G = 2*(B*X - C*X*(M\N))/M. */
static void trinv_vg(const Task *t, Work *w)
{
    int n = ROWS(0), m = COLS(0);
    double *T = take(w, n, m), *M = take(w, m, m), *N = take(w, m, m);
    double *G = OUT(1), f = 0;
    symm(n, m, 1, IN(1), IN(0), 0, T);
    symm(n, m, 2, IN(2), IN(0), 0, G);
    half_tn(m, n, 1, IN(0), T, 0, M);
    half_tn(m, n, 1, IN(0), G, 0, N);
    mirror(m, N);
    chol(m, M);
    chol_solve(m, m, M, N);
    for (int j = 0; j < m; j++)
        f += N[at(j, j, m)];
    OUT(0)[0] = f / 2;
    gemm('n', 'n', n, m, m, -1, T, n, N, m, 1, G, n);
    trsm('r', 't', n, m, M, m, G, n);
    trsm('r', 'n', n, m, M, m, G, n);
}

/* ----------------------------------------------------- trace of a product */

/* K = C*A: f = tr(K*X*B*X'), G = (K*X)*B + K'*(X*B'). */
static void trace_vg(const Task *t, Work *w)
{
    int n = ROWS(0);
    double *K = take(w, n, n), *T = take(w, n, n), *G = OUT(1);
    gemm('n', 'n', n, n, n, 1, IN(3), n, IN(0), n, 0, K, n);
    gemm('n', 'n', n, n, n, 1, K, n, IN(1), n, 0, T, n);
    gemm('n', 'n', n, n, n, 1, T, n, IN(2), n, 0, G, n);
    OUT(0)[0] = dot(array_count(&t->out[1]), G, IN(1));
    gemm('n', 't', n, n, n, 1, IN(1), n, IN(2), n, 0, T, n);
    gemm('t', 'n', n, n, n, 1, K, n, T, n, 1, G, n);
}

const Hand hand_matrices[] = {
    {"fact/vg", fact_vg},           {"fact/hess", fact_hess},
    {"logdet/vg", logdet_vg},       {"gausscov/vg", gausscov_vg},
    {"gaussprec/vg", gaussprec_vg}, {"trinv/vg", trinv_vg},
    {"trace/vg", trace_vg},         {NULL, NULL},
};
