/* hand-estimators.c: programs 01-05, 10, 11, 18-25: estimators, whose
 * answers are vectors: one factorisation, no inverse. */
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

static void add_diagonal(int n, double s, double *A)
{
    for (int i = 0; i < n; i++)
        A[at(i, i, n)] += s;
}

/* ---------------------------------------------------------- least squares */

/* b = (X'*X)\(X'*y), X m by n. */
static void normal_equations(const double *X, const double *y, int m, int n,
                             double *M, double *b)
{
    syrk('t', n, m, 1, X, m, 0, M, n);
    gemv('t', m, n, 1, X, m, y, 0, b);
    chol(n, M);
    chol_solve(n, 1, M, b);
}

static void p01(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0);
    normal_equations(IN(0), IN(1), m, n, take(w, n, n), OUT(0));
}

/* M = L*L', Z = L\X, z = L\y: the plain one of Z and z. */
static void p02(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0);
    double *L = take(w, m, m), *Z = take(w, m, n), *z = take(w, m, 1);
    copy_lower(m, IN(1), L);
    copy(Z, IN(0), m, n);
    copy(z, IN(2), m, 1);
    chol(m, L);
    trsm('l', 'n', m, n, L, m, Z, m);
    trsv('n', m, L, z);
    normal_equations(Z, z, m, n, take(w, n, n), OUT(0));
}

/* The factor of A*W*A' = S*S', S = A*W^(1/2), and W's diagonal. */
static double *weighted_gram(const Task *t, Work *w, double *d)
{
    int n = ROWS(0), m = COLS(0);
    double *S = take(w, n, m), *M = take(w, n, n);
    for (int j = 0; j < m; j++) {
        d[j] = IN(1)[at(j, j, m)];
        double r = __builtin_sqrt(d[j]);
        for (int i = 0; i < n; i++)
            S[at(i, j, n)] = IN(0)[at(i, j, n)] * r;
    }
    syrk('n', n, m, 1, S, n, 0, M, n);
    chol(n, M);
    return M;
}

static void p03(const Task *t, Work *w)
{
    int n = ROWS(0), m = COLS(0);
    double *d = take(w, m, 1), *u = take(w, n, 1), *x = OUT(0);
    const double *M = weighted_gram(t, w, d);
    copy(u, IN(2), n, 1);
    chol_solve(n, 1, M, u);
    gemv('t', n, m, 1, IN(0), n, u, 0, x);
    for (int j = 0; j < m; j++)
        x[j] = d[j] * (x[j] - IN(3)[j]);
}

/* u = M\b, v = M\(A*x): xf = W*A'*(u - v), xo = W*(A'*v - c). */
static void p04(const Task *t, Work *w)
{
    int n = ROWS(0), m = COLS(0);
    double *d = take(w, m, 1), *uv = take(w, n, 2), *v = uv + n;
    double *xf = OUT(0), *xo = OUT(1);
    const double *M = weighted_gram(t, w, d);
    copy(uv, IN(2), n, 1);
    gemv('n', n, m, 1, IN(0), n, IN(4), 0, v);
    chol_solve(n, 2, M, uv);
    for (int i = 0; i < n; i++)
        uv[i] -= v[i];
    gemv('t', n, m, 1, IN(0), n, uv, 0, xf);
    gemv('t', n, m, 1, IN(0), n, v, 0, xo);
    for (int j = 0; j < m; j++) {
        xf[j] *= d[j];
        xo[j] = d[j] * (xo[j] - IN(3)[j]);
    }
}

/* ------------------------------------------------------ signal processing */

static void transpose(int n, const double *A, double *B)
{
    enum { TILE = 16 };
    for (int j0 = 0; j0 < n; j0 += TILE)
        for (int i0 = 0; i0 < n; i0 += TILE)
            for (int j = j0; j < n && j < j0 + TILE; j++)
                for (int i = i0; i < n && i < i0 + TILE; i++)
                    B[at(i, j, n)] = A[at(j, i, n)];
}

/* M += R'*(L*R), half, R upper with m rows: below row j a column j of R is
 * zero. */
static void add_upper_gram(int m, int n, const double *L, const double *R,
                           double *S, double *M)
{
    enum { BLOCK = 64 };
    for (int j = 0; j < n; j++)
        for (int i = 0; i < m; i++)
            S[at(i, j, m)] = L[at(i, i, m)] * R[at(i, j, m)];
    for (int j = 0; j < n; j += BLOCK) {
        int width = j + BLOCK < n ? BLOCK : n - j;
        int k = j + width < m ? j + width : m;
        gemm('t', 'n', n - j, width, k, 1, R + at(0, j, m), m,
             S + at(0, j, m), m, 1, M + at(j, j, n), n);
    }
}

/* T = A'\B': x = (T*T' + R'*L*R)\(T*(T'*y)). */
static void p05(const Task *t, Work *w)
{
    int n = ROWS(0), m = ROWS(2);
    double *F = take(w, n, n), *T = take(w, n, n), *M = take(w, n, n);
    double *z = take(w, n, 1), *S = take(w, m, n), *x = OUT(0);
    copy(F, IN(0), n, n);
    transpose(n, IN(1), T);
    lu(n, F, w->pivots);
    lu_solve('t', n, n, F, w->pivots, T);
    syrk('n', n, n, 1, T, n, 0, M, n);
    add_upper_gram(m, n, IN(2), IN(3), S, M);
    mirror(n, M);
    gemv('t', n, n, 1, T, n, IN(4), 0, z);
    gemv('n', n, n, 1, T, n, z, 0, x);
    lu(n, M, w->pivots); /* L may have any sign */
    lu_solve('n', n, 1, M, w->pivots, x);
}

/* ------------------------------------------------------ image restoration */

/* With c = lambda*sigma, r = H'*y + c*(v-u), by the inversion lemma
 * x = (r - H'*((c*I + H*H')\(H*r)))/c. */
static void p10(const Task *t, Work *w)
{
    int n = ROWS(0), m = COLS(0);
    const double *H = IN(0);
    double c = IN(4)[0] * IN(5)[0], *M = take(w, n, n), *s = take(w, n, 1);
    double *x = OUT(0);
    syrk('n', n, m, 1, H, n, 0, M, n);
    add_diagonal(n, c, M);
    chol(n, M);
    for (int j = 0; j < m; j++)
        x[j] = c * (IN(3)[j] - IN(2)[j]);
    gemv('t', n, m, 1, H, n, IN(1), 1, x);
    gemv('n', n, m, 1, H, n, x, 0, s);
    chol_solve(n, 1, M, s);
    gemv('t', n, m, -1, H, n, s, 1, x);
    for (int j = 0; j < m; j++)
        x[j] /= c;
}

/* z = x + H'*((H*H')\(y - H*x)) */
static void p11(const Task *t, Work *w)
{
    int n = ROWS(0), m = COLS(0);
    const double *H = IN(0);
    double *M = take(w, n, n), *s = take(w, n, 1), *z = OUT(0);
    syrk('n', n, m, 1, H, n, 0, M, n);
    chol(n, M);
    copy(s, IN(1), n, 1);
    copy(z, IN(2), m, 1);
    gemv('n', n, m, -1, H, n, z, 1, s);
    chol_solve(n, 1, M, s);
    gemv('t', n, m, 1, H, n, s, 1, z);
}

/* --------------------------------------------------------------- Tikhonov */

static void p18(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0);
    double *M = take(w, n, n), *x = OUT(0);
    syrk('t', n, m, 1, IN(0), m, 0, M, n);
    syrk('t', n, n, 1, IN(1), n, 1, M, n);
    gemv('t', m, n, 1, IN(0), m, IN(2), 0, x);
    chol(n, M);
    chol_solve(n, 1, M, x);
}

static void p19(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0);
    double *M = take(w, n, n), *x = OUT(0);
    syrk('t', n, m, 1, IN(0), m, 0, M, n);
    add_diagonal(n, IN(2)[0], M);
    gemv('t', m, n, 1, IN(0), m, IN(1), 0, x);
    chol(n, M);
    chol_solve(n, 1, M, x);
}

/* T = P*A, the factor of Q + A'*T. */
static void tikhonov(const Task *t, double *T, double *M)
{
    int m = ROWS(0), n = COLS(0);
    symm(m, n, 1, IN(1), IN(0), 0, T);
    copy_lower(n, IN(2), M);
    half_tn(n, m, 1, IN(0), T, 1, M);
    chol(n, M);
}

static void p20(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0);
    double *T = take(w, m, n), *M = take(w, n, n), *z = OUT(0);
    tikhonov(t, T, M);
    gemv('t', m, n, 1, T, m, IN(3), 0, z);
    symv(n, 1, IN(2), IN(4), 1, z);
    chol_solve(n, 1, M, z);
}

static void p21(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0);
    double *T = take(w, m, n), *M = take(w, n, n), *z = OUT(0);
    double *s = take(w, m, 1);
    tikhonov(t, T, M);
    copy(s, IN(3), m, 1);
    gemv('n', m, n, -1, IN(0), m, IN(4), 1, s);
    gemv('t', m, n, 1, T, m, s, 0, z);
    chol_solve(n, 1, M, z);
    for (int i = 0; i < n; i++)
        z[i] += IN(4)[i];
}

/* ------------------------------------------- linear estimators, 22 to 25
 * T = A*C, S = Cz + T*A' = L*L', z = x + T'*(S\(y - A*x)). */

static double *estimate(const Task *t, Work *w, double *T)
{
    int n = ROWS(0), m = COLS(0);
    double *L = take(w, n, n), *s = take(w, n, 1), *z = OUT(0);
    gemm('n', 'n', n, m, m, 1, IN(0), n, IN(1), m, 0, T, n);
    copy_lower(n, IN(2), L);
    half_nt(n, m, 1, T, IN(0), 1, L);
    chol(n, L);
    copy(s, IN(4), n, 1);
    copy(z, IN(3), m, 1);
    gemv('n', n, m, -1, IN(0), n, z, 1, s);
    chol_solve(n, 1, L, s);
    gemv('t', n, m, 1, T, n, s, 1, z);
    return L;
}

/* 23 is 22 by the inversion lemma. */
static void p22(const Task *t, Work *w)
{
    estimate(t, w, take(w, ROWS(0), COLS(0)));
}

/* And Cout = C - V'*V, V = L\T. */
static void p24(const Task *t, Work *w)
{
    int n = ROWS(0), m = COLS(0);
    double *V = take(w, n, m), *C = OUT(1);
    const double *L = estimate(t, w, V);
    trsm('l', 'n', n, m, L, n, V, n);
    copy_lower(m, IN(1), C);
    syrk('t', m, n, -1, V, n, 1, C, m);
    mirror(m, C);
}

const Hand hand_estimators[] = {
    {"p01/value", p01}, {"p02/value", p02}, {"p03/value", p03},
    {"p04/value", p04}, {"p05/value", p05}, {"p10/value", p10},
    {"p11/value", p11}, {"p18/value", p18}, {"p19/value", p19},
    {"p20/value", p20}, {"p21/value", p21}, {"p22/value", p22},
    {"p23/value", p22}, {"p24/value", p24}, {"p25/value", p24},
    {NULL, NULL},
};
