/* hand-updates.c: programs 06-09, 12-17, whose answers are matrices:
 * blocked inverse, ensemble Kalman, randomised inversion, stochastic
 * Newton. */
#include "hand.h"
#include <string.h>

static size_t at(int i, int j, int ld)
{
    return (size_t)j * (size_t)ld + (size_t)i;
}

static void copy(double *to, const double *from, int rows, int cols)
{
    memcpy(to, from, (size_t)rows * (size_t)cols * sizeof *to);
}

static void scale(double *x, double s, int rows, int cols)
{
    for (size_t i = 0; i < (size_t)rows * (size_t)cols; i++)
        x[i] *= s;
}

/* ---------------------------------------------- blocked triangular inverse */

/* X10 = E/P, X21 = -S\G, X20 = F - X21*(Q\E), X11 = inv(Q). */
static void p06(const Task *t, Work *w)
{
    int n = ROWS(0), q = ROWS(1);
    double *T = take(w, q, n), *X20 = OUT(1), *X11 = OUT(2), *X21 = OUT(3);
    copy(OUT(0), IN(3), q, n);
    trsm('r', 'n', q, n, IN(0), n, OUT(0), q);
    copy(X21, IN(5), n, q);
    trsm('l', 'n', n, q, IN(2), n, X21, n);
    scale(X21, -1, n, q);
    copy(T, IN(3), q, n);
    trsm('l', 'n', q, n, IN(1), q, T, q);
    copy(X20, IN(4), n, n);
    gemm('n', 'n', n, n, q, -1, X21, n, T, q, 1, X20, n);
    memset(X11, 0, (size_t)q * (size_t)q * sizeof *X11);
    for (int i = 0; i < q; i++)
        X11[at(i, i, q)] = 1;
    trsm('l', 'n', q, q, IN(1), q, X11, q);
}

/* -------------------------------------------------------- ensemble Kalman */

/* D = Y - H*Xb */
static void innovation(const double *Y, const double *H, const double *Xb,
                       int n, int m, int q, double *D)
{
    copy(D, Y, n, q);
    gemm('n', 'n', n, q, m, -1, H, n, Xb, m, 1, D, n);
}

/* R = L*L', Z = L\H: Xa = Xb + (inv(B) + Z'*Z)\(Y - H*Xb). */
static void p07(const Task *t, Work *w)
{
    int n = ROWS(0), q = COLS(3);
    double *M = take(w, n, n), *L = take(w, n, n), *Z = take(w, n, n);
    double *Xa = OUT(0);
    copy_lower(n, IN(0), M);
    chol(n, M);
    chol_inverse(n, M);
    copy_lower(n, IN(2), L);
    chol(n, L);
    copy(Z, IN(1), n, n);
    trsm('l', 'n', n, n, L, n, Z, n);
    syrk('t', n, n, 1, Z, n, 1, M, n);
    chol(n, M);
    innovation(IN(4), IN(1), IN(3), n, n, q, Xa);
    chol_solve(n, q, M, Xa);
    for (size_t i = 0; i < array_count(&t->out[0]); i++)
        Xa[i] += IN(3)[i];
}

/* By the inversion lemma T = H*B, dX = T'*((R + T*H')\(Y - H*Xb)). */
static void p08(const Task *t, Work *w)
{
    int n = ROWS(1), m = COLS(1), q = COLS(3);
    double *T = take(w, n, m), *S = take(w, n, n), *D = take(w, n, q);
    gemm('n', 'n', n, m, m, 1, IN(1), n, IN(0), m, 0, T, n);
    copy_lower(n, IN(2), S);
    half_nt(n, m, 1, T, IN(1), 1, S);
    chol(n, S);
    innovation(IN(4), IN(1), IN(3), n, m, q, D);
    chol_solve(n, q, S, D);
    gemm('t', 'n', m, q, n, 1, T, n, D, n, 0, OUT(0), m);
}

/* T = H*X, X lower: dX = X*(T'*((R + T*T')\(Y - H*Xb))). */
static void p09(const Task *t, Work *w)
{
    int n = ROWS(0), m = COLS(0), q = COLS(3);
    double *T = take(w, n, m), *S = take(w, n, n), *D = take(w, n, q);
    copy(T, IN(0), n, m);
    cblas_dtrmm(CblasColMajor, CblasRight, CblasLower, CblasNoTrans,
                CblasNonUnit, n, m, 1, IN(2), m, T, n);
    copy_lower(n, IN(1), S);
    syrk('n', n, m, 1, T, n, 1, S, n);
    chol(n, S);
    innovation(IN(4), IN(0), IN(3), n, m, q, D);
    chol_solve(n, q, S, D);
    gemm('t', 'n', m, q, n, 1, T, n, D, n, 0, OUT(0), m);
    cblas_dtrmm(CblasColMajor, CblasLeft, CblasLower, CblasNoTrans,
                CblasNonUnit, m, q, 1, IN(2), m, OUT(0), m);
}

/* --------------------------------------------------- randomised inversion
 * Nothing of size m by m but the inputs and the answer. */

/* N = M\op(B), B m by n, transposed: N is m by n, so N = B/M. */
static void right_solve(int m, int n, const double *L, double *B)
{
    trsm('r', 't', m, n, L, n, B, m);
    trsm('r', 'n', m, n, L, n, B, m);
}

/* T = A'*S, V = W*T, M = T'*V: Xout = Xin + (V/M)*(S' - T'*Xin). */
static void p12(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0);
    double *T = take(w, m, n), *V = take(w, m, n), *M = take(w, n, n);
    double *E = take(w, m, n), *X = OUT(0);
    gemm('t', 'n', m, n, m, 1, IN(1), m, IN(0), m, 0, T, m);
    symm(m, n, 1, IN(2), T, 0, V);
    half_tn(n, m, 1, T, V, 0, M);
    chol(n, M);
    right_solve(m, n, M, V);
    copy(E, IN(0), m, n);
    gemm('t', 'n', m, n, m, -1, IN(3), m, T, m, 1, E, m);
    copy(X, IN(3), m, m);
    gemm('n', 't', m, m, n, 1, V, m, E, m, 1, X, m);
}

/* T = A*S, V = W*T, M = T'*V: Xout = Xin + (S - Xin*(A'*S))*(V/M)'. */
static void p13(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0);
    double *T = take(w, m, n), *V = take(w, m, n), *M = take(w, n, n);
    double *E = take(w, m, n), *X = OUT(0);
    gemm('n', 'n', m, n, m, 1, IN(1), m, IN(0), m, 0, T, m);
    symm(m, n, 1, IN(2), T, 0, V);
    half_tn(n, m, 1, T, V, 0, M);
    chol(n, M);
    right_solve(m, n, M, V);
    gemm('t', 'n', m, n, m, 1, IN(1), m, IN(0), m, 0, T, m);
    copy(E, IN(0), m, n);
    gemm('n', 'n', m, n, m, -1, IN(3), m, T, m, 1, E, m);
    copy(X, IN(3), m, m);
    gemm('n', 't', m, m, n, 1, E, m, V, m, 1, X, m);
}

/* X = Xin - K*N' - N*K', symmetric. */
static void rank_two(int m, int n, const double *Xin, const double *K,
                     const double *N, double *X)
{
    copy_lower(m, Xin, X);
    cblas_dsyr2k(CblasColMajor, CblasLower, CblasNoTrans, m, n, -1, K, m, N,
                 m, 1, X, m);
    mirror(m, X);
}

/* T = A*S, V = W*T, M = T'*V, N = V/M (so Theta = S*N'), P = Xin*T - S,
 * G = T'*P, K = P - N*G/2: Xout = Xin - K*N' - N*K'. */
static void p14(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0);
    double *T = take(w, m, n), *N = take(w, m, n), *M = take(w, n, n);
    double *P = take(w, m, n), *G = take(w, n, n);
    symm(m, n, 1, IN(1), IN(0), 0, T);
    symm(m, n, 1, IN(2), T, 0, N);
    half_tn(n, m, 1, T, N, 0, M);
    chol(n, M);
    right_solve(m, n, M, N);
    copy(P, IN(0), m, n);
    symm(m, n, 1, IN(3), T, -1, P);
    half_tn(n, m, 1, T, P, 0, G);
    mirror(n, G);
    gemm('n', 'n', m, n, n, -0.5, N, m, G, n, 1, P, m);
    rank_two(m, n, IN(3), P, N, OUT(0));
}

/* T = A*S, M = S'*T = L*L', Z = S/L', Y = T/L' (so Q = Z*Z', A*Q = Y*Z'),
 * P = Xin*Y, G = Y'*P + I, K = P - Z*G/2: Xout = Xin - K*Z' - Z*K'. */
static void p15(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0);
    double *Y = take(w, m, n), *Z = take(w, m, n), *M = take(w, n, n);
    double *P = take(w, m, n), *G = take(w, n, n);
    symm(m, n, 1, IN(1), IN(0), 0, Y);
    half_tn(n, m, 1, IN(0), Y, 0, M);
    chol(n, M);
    copy(Z, IN(0), m, n);
    trsm('r', 't', m, n, M, n, Z, m);
    trsm('r', 't', m, n, M, n, Y, m);
    symm(m, n, 1, IN(2), Y, 0, P);
    half_tn(n, m, 1, Y, P, 0, G);
    for (int i = 0; i < n; i++)
        G[at(i, i, n)] += 1;
    mirror(n, G);
    gemm('n', 'n', m, n, n, -0.5, Z, m, G, n, 1, P, m);
    rank_two(m, n, IN(2), P, Z, OUT(0));
}

/* ------------------------------------------------------ stochastic Newton */

/* V = Wk'*A, T = V*B, (k-1)*I + T*V' = L*L', Z = L\T:
 * Bout = k/(k-1)*(B - Z'*Z). */
static void p16(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0), q = COLS(2);
    double k = IN(3)[0], *V = take(w, q, n), *T = take(w, q, n);
    double *M = take(w, q, q), *B = OUT(0), c = k / (k - 1);
    gemm('t', 'n', q, n, m, 1, IN(2), m, IN(0), m, 0, V, q);
    gemm('n', 'n', q, n, n, 1, V, q, IN(1), n, 0, T, q);
    half_nt(q, n, 1, T, V, 0, M);
    for (int i = 0; i < q; i++)
        M[at(i, i, q)] += k - 1;
    chol(q, M);
    trsm('l', 'n', q, n, M, q, T, q);
    copy_lower(n, IN(1), B);
    syrk('t', n, q, -c, T, q, c, B, n);
    mirror(n, B);
}

/* V = Wk'*A, lambda*I + V*V' = L*L', Z = L\V: B = (I - Z'*Z)/lambda. */
static void p17(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0), q = COLS(1);
    double lambda = IN(2)[0], *V = take(w, q, n), *M = take(w, q, q);
    double *B = OUT(0);
    gemm('t', 'n', q, n, m, 1, IN(1), m, IN(0), m, 0, V, q);
    syrk('n', q, n, 1, V, q, 0, M, q);
    for (int i = 0; i < q; i++)
        M[at(i, i, q)] += lambda;
    chol(q, M);
    trsm('l', 'n', q, n, M, q, V, q);
    syrk('t', n, q, -1 / lambda, V, q, 0, B, n);
    for (int i = 0; i < n; i++)
        B[at(i, i, n)] += 1 / lambda;
    mirror(n, B);
}

const Hand hand_updates[] = {
    {"p06/value", p06}, {"p07/value", p07}, {"p08/value", p08},
    {"p09/value", p09}, {"p12/value", p12}, {"p13/value", p13},
    {"p14/value", p14}, {"p15/value", p15}, {"p16/value", p16},
    {"p17/value", p17}, {NULL, NULL},
};
