/* hand-vectors.c: functions of a vector: quadratic form, logistic regression,
 * log-sum-exp, bilinear form of an inverse, weighted least squares. */
#include "hand.h"
#include <string.h>

/* --------------------------------------------------------- quadratic form */

/* f = x'*A*x, g = A*x + A'*x: A is read once. */
static void quad_vg(const Task *t, Work *w)
{
    int n = ROWS(0);
    double *g = OUT(1), *z = take(w, n, 1);
    gemv_both(n, IN(0), IN(1), g, z);
    OUT(0)[0] = dot((size_t)n, g, IN(1));
    for (int i = 0; i < n; i++)
        g[i] += z[i];
}

enum { TILE = 16 };

static void plus_tile(int n, int i0, int j0, const double *A, double *H)
{
    int i1 = i0 + TILE < n ? i0 + TILE : n, j1 = j0 + TILE < n ? j0 + TILE : n;
    for (int j = j0; j < j1; j++)
        for (int i = i0; i < i1; i++)
            H[(size_t)j * (size_t)n + (size_t)i] =
                A[(size_t)j * (size_t)n + (size_t)i] +
                A[(size_t)i * (size_t)n + (size_t)j];
}

/* A + A' by tiles that fit the first cache. */
static void quad_hess(const Task *t, Work *w)
{
    int n = ROWS(0);
    (void)w;
    for (int j = 0; j < n; j += TILE)
        for (int i = 0; i < n; i += TILE)
            plus_tile(n, i, j, IN(0), OUT(0));
}

/* ---------------------------------------------------- logistic regression
 * With m = y.*(X*w): f = sum(log(1+exp(-m))) + lambda*w'*w,
 * g = X'*r + 2*lambda*w, r = -y./(1+exp(m)); h = y^2.*s.*(1-s). */

/* The loss of the margins m, stable for both signs; r over z = X*w. */
static double logit_loss(int n, const double *restrict y, double *restrict z)
{
    double f = 0;
#pragma omp simd reduction(+ : f)
    for (int i = 0; i < n; i++) {
        double m = y[i] * z[i], a = m < 0 ? m : -m;
        double e = exp(a), s = 1 / (1 + e);
        f += log1p(e) + (m < 0 ? -m : 0);
        z[i] = -y[i] * (m < 0 ? s : e * s);
    }
    return f;
}

/* The second derivative of the loss by X*w, over z = X*w. */
static void logit_curve(int n, const double *restrict y, double *restrict z)
{
#pragma omp simd
    for (int i = 0; i < n; i++) {
        double m = y[i] * z[i], e = exp(m < 0 ? m : -m), s = 1 / (1 + e);
        z[i] = y[i] * y[i] * e * s * s;
    }
}

static void logit_vg(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0);
    const double *X = IN(0), *x = IN(2);
    double lambda = IN(3)[0], *z = take(w, m, 1), *g = OUT(1);
    gemv('n', m, n, 1, X, m, x, 0, z);
    double f = logit_loss(m, IN(1), z);
    OUT(0)[0] = f + lambda * dot((size_t)n, x, x);
    gemv('t', m, n, 1, X, m, z, 0, g);
    for (int j = 0; j < n; j++)
        g[j] += 2 * lambda * x[j];
}

/* S = diag(h)*X, the roots where the product is S'*S. */
static void scale_rows(int m, int n, const double *restrict h, const double *X,
                       double *restrict S)
{
    for (int j = 0; j < n; j++)
        for (int i = 0; i < m; i++)
            S[(size_t)j * (size_t)m + (size_t)i] =
                h[i] * X[(size_t)j * (size_t)m + (size_t)i];
}

static void root(int n, double *z)
{
    for (int i = 0; i < n; i++)
        z[i] = __builtin_sqrt(z[i]);
}

static void logit_hess(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0);
    double *z = take(w, m, 1), *S = take(w, m, n), *H = OUT(0);
    gemv('n', m, n, 1, IN(0), m, IN(2), 0, z);
    logit_curve(m, IN(1), z);
    root(m, z);
    scale_rows(m, n, z, IN(0), S);
    syrk('t', n, m, 1, S, m, 0, H, n);
    for (int j = 0; j < n; j++)
        H[(size_t)j * (size_t)n + (size_t)j] += 2 * IN(3)[0];
    mirror(n, H);
}

/* X is read once for X*w and X*v, four columns at a time. */
static void two_products(int m, int n, const double *restrict X,
                         const double *x, const double *v, double *restrict y,
                         double *restrict z)
{
    memset(y, 0, (size_t)m * sizeof *y);
    memset(z, 0, (size_t)m * sizeof *z);
    int j = 0;
    for (; j + 4 <= n; j += 4) {
        const double *a = X + (size_t)j * (size_t)m, *b = a + m, *c = b + m,
                     *d = c + m;
        for (int i = 0; i < m; i++) {
            y[i] += a[i] * x[j] + b[i] * x[j + 1] + c[i] * x[j + 2] +
                    d[i] * x[j + 3];
            z[i] += a[i] * v[j] + b[i] * v[j + 1] + c[i] * v[j + 2] +
                    d[i] * v[j + 3];
        }
    }
    for (; j < n; j++)
        for (int i = 0; i < m; i++) {
            double a = X[(size_t)j * (size_t)m + (size_t)i];
            y[i] += a * x[j];
            z[i] += a * v[j];
        }
}

static void logit_hvp(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0);
    const double *v = IN(4);
    double *z = take(w, m, 1), *u = take(w, m, 1), *g = OUT(0);
    two_products(m, n, IN(0), IN(2), v, z, u);
    logit_curve(m, IN(1), z);
    for (int i = 0; i < m; i++)
        u[i] *= z[i];
    gemv('t', m, n, 1, IN(0), m, u, 0, g);
    for (int j = 0; j < n; j++)
        g[j] += 2 * IN(3)[0] * v[j];
}

/* ----------------------------------------------------------- log-sum-exp */

/* p = softmax(A*x+b); the value. */
static double softmax(const Task *t, double *restrict p)
{
    int m = ROWS(0), n = COLS(0);
    double top = -__builtin_inf(), s = 0;
    memcpy(p, IN(2), (size_t)m * sizeof *p);
    gemv('n', m, n, 1, IN(0), m, IN(1), 1, p);
#pragma omp simd reduction(max : top)
    for (int i = 0; i < m; i++)
        top = p[i] > top ? p[i] : top;
#pragma omp simd reduction(+ : s)
    for (int i = 0; i < m; i++) {
        p[i] = exp(p[i] - top);
        s += p[i];
    }
    double r = 1 / s;
    for (int i = 0; i < m; i++)
        p[i] *= r;
    return log(s) + top;
}

static void lse_vg(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0);
    double *p = take(w, m, 1);
    OUT(0)[0] = softmax(t, p);
    gemv('t', m, n, 1, IN(0), m, p, 0, OUT(1));
}

/* A'*(diag(p) - p*p')*A = S'*S - g*g', g = A'*p. */
static void lse_hess(const Task *t, Work *w)
{
    int m = ROWS(0), n = COLS(0);
    double *p = take(w, m, 1), *g = take(w, n, 1), *S = take(w, m, n);
    double *H = OUT(0);
    softmax(t, p);
    gemv('t', m, n, 1, IN(0), m, p, 0, g);
    root(m, p);
    scale_rows(m, n, p, IN(0), S);
    for (int j = 0; j < n; j++)
        for (int i = j; i < n; i++)
            H[(size_t)j * (size_t)n + (size_t)i] = -g[i] * g[j];
    syrk('t', n, m, 1, S, m, 1, H, n);
    mirror(n, H);
}

/* ------------------------------------------- bilinear form of an inverse */

/* f = a'*u, G = -v*u', u = X\b, v = X'\a. */
static void inverse_vg(const Task *t, Work *w)
{
    int n = ROWS(0);
    size_t m = (size_t)n;
    double *A = take(w, n, n), *u = take(w, n, 1), *v = take(w, n, 1);
    memcpy(A, IN(1), m * m * sizeof *A);
    memcpy(u, IN(2), m * sizeof *u);
    memcpy(v, IN(0), m * sizeof *v);
    lu(n, A, w->pivots);
    lu_solve('n', n, 1, A, w->pivots, u);
    lu_solve('t', n, 1, A, w->pivots, v);
    OUT(0)[0] = dot(m, IN(0), u);
    for (int j = 0; j < n; j++)
        for (int i = 0; i < n; i++)
            OUT(1)[(size_t)j * m + (size_t)i] = -u[j] * v[i];
}

/* ------------------------------------------------ weighted least squares */

/* r = x - A*s, q = W*r: f = r'*q, by s -2*A'*q, by A -2*q*s'. */
static void wls_vg(const Task *t, Work *w)
{
    int m = ROWS(1), n = COLS(1);
    const double *A = IN(1), *s = IN(2);
    double *r = take(w, m, 1), *q = take(w, m, 1), *G = OUT(2);
    memcpy(r, IN(0), (size_t)m * sizeof *r);
    gemv('n', m, n, -1, A, m, s, 1, r);
    symv(m, 1, IN(3), r, 0, q);
    OUT(0)[0] = dot((size_t)m, r, q);
    gemv('t', m, n, -2, A, m, q, 0, OUT(1));
    for (int j = 0; j < n; j++)
        for (int i = 0; i < m; i++)
            G[(size_t)j * (size_t)m + (size_t)i] = -2 * q[i] * s[j];
}

const Hand hand_vectors[] = {
    {"quad/vg", quad_vg},       {"quad/hess", quad_hess},
    {"logit/vg", logit_vg},     {"logit/hess", logit_hess},
    {"logit/hvp", logit_hvp},   {"lse/vg", lse_vg},
    {"lse/hess", lse_hess},     {"inverse/vg", inverse_vg},
    {"wls/vg", wls_vg},         {NULL, NULL},
};
