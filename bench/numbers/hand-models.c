/* hand-models.c: a network, a Gaussian process, a mixture. */
#include "hand.h"
#include <string.h>

static size_t at(int i, int j, int ld)
{
    return (size_t)j * (size_t)ld + (size_t)i;
}

/* ---------------------------------------------------------------- network
 * P = tanh(W1*X), Q = tanh(W2*P), E = W3*Q - Y, f = |E|^2; backwards
 * by W3 2*E*Q', D2 = (W3'*2*E).*(1-Q.^2), by W2 D2*P',
 * D1 = (W2'*D2).*(1-P.^2), by W1 D1*X'. */

typedef struct Net {
    int n, p; /* all the layers are as wide; p columns of X */
    double *P, *Q, *E, *D;
} Net;

static void tanh_all(size_t count, double *restrict x)
{
    for (size_t i = 0; i < count; i++)
        x[i] = tanh(x[i]);
}

/* d = d.*(1 - y.^2) */
static void tanh_back(size_t count, const double *restrict y,
                      double *restrict d)
{
    for (size_t i = 0; i < count; i++)
        d[i] *= 1 - y[i] * y[i];
}

static void forward(const Task *t, Work *w, Net *net)
{
    int n = ROWS(0), p = COLS(3);
    size_t count = (size_t)n * (size_t)p;
    *net = (Net){n, p, take(w, n, p), take(w, n, p), take(w, n, p),
                 take(w, n, p)};
    gemm('n', 'n', n, p, n, 1, IN(0), n, IN(3), n, 0, net->P, n);
    tanh_all(count, net->P);
    gemm('n', 'n', n, p, n, 1, IN(1), n, net->P, n, 0, net->Q, n);
    tanh_all(count, net->Q);
    memcpy(net->E, IN(4), count * sizeof(double));
    gemm('n', 'n', n, p, n, 1, IN(2), n, net->Q, n, -1, net->E, n);
    OUT(0)[0] = dot(count, net->E, net->E);
}

/* D2 into D, D1 into E. */
static void back_second(const Task *t, Net *net)
{
    int n = net->n, p = net->p;
    gemm('t', 'n', n, p, n, 2, IN(2), n, net->E, n, 0, net->D, n);
    tanh_back((size_t)n * (size_t)p, net->Q, net->D);
}

static void back_first(const Task *t, Net *net)
{
    int n = net->n, p = net->p;
    gemm('t', 'n', n, p, n, 1, IN(1), n, net->D, n, 0, net->E, n);
    tanh_back((size_t)n * (size_t)p, net->P, net->E);
}

static void net_one(const Task *t, Work *w)
{
    Net net;
    forward(t, w, &net);
    back_second(t, &net);
    back_first(t, &net);
    gemm('n', 't', net.n, net.n, net.p, 1, net.E, net.n, IN(3), net.n, 0,
         OUT(1), net.n);
}

static void net_all(const Task *t, Work *w)
{
    Net net;
    forward(t, w, &net);
    int n = net.n, p = net.p;
    gemm('n', 't', n, n, p, 2, net.E, n, net.Q, n, 0, OUT(3), n);
    back_second(t, &net);
    gemm('n', 't', n, n, p, 1, net.D, n, net.P, n, 0, OUT(2), n);
    back_first(t, &net);
    gemm('n', 't', n, n, p, 1, net.E, n, IN(3), n, 0, OUT(1), n);
}

/* ------------------------------------------------------- Gaussian process
 * K = exp(-D/(2*l^2)) + s*I, a = K\y: f = y'*a/2 + log det(K)/2,
 * df/dl = sum((inv(K) - a*a').*E.*D)/(2*l^3), E = exp(...): lower halves. */

static void kernel(int n, const double *D, double c, double *restrict E)
{
    for (int j = 0; j < n; j++) {
        const double *restrict d = D + at(0, j, n);
        double *restrict e = E + at(0, j, n);
        for (int i = j; i < n; i++)
            e[i] = exp(c * d[i]);
    }
}

/* The strictly lower part of sum((P - a*a').*E.*D); D is 0 on the diagonal. */
static double slope(int n, const double *P, const double *a, const double *E,
                    const double *D)
{
    double s = 0;
    for (int j = 0; j < n; j++) {
        const double *p = P + at(0, j, n), *e = E + at(0, j, n),
                     *d = D + at(0, j, n);
        double b = a[j];
#pragma omp simd reduction(+ : s)
        for (int i = j + 1; i < n; i++)
            s += (p[i] - a[i] * b) * e[i] * d[i];
    }
    return s;
}

static void gp_vg(const Task *t, Work *w)
{
    int n = ROWS(0);
    double *E = take(w, n, n), *K = take(w, n, n), *a = take(w, n, 1);
    double l = IN(3)[0];
    kernel(n, IN(0), -1 / (2 * l * l), E);
    copy_lower(n, E, K);
    for (int i = 0; i < n; i++)
        K[at(i, i, n)] += IN(2)[0];
    memcpy(a, IN(1), (size_t)n * sizeof *a);
    chol(n, K);
    chol_solve(n, 1, K, a);
    OUT(0)[0] = (dot((size_t)n, IN(1), a) + chol_logdet(n, K)) / 2;
    chol_inverse(n, K);
    OUT(1)[0] = slope(n, K, a, E, IN(0)) / (l * l * l);
}

/* ---------------------------------------------------------------- mixture
 * Z[i,c] = x_i'*m_c - |m_c|^2/2 + w_c; f = sum over points of its
 * log-sum-exp less |x_i|^2/2; R = softmax of the rows:
 * by w the sums of R's columns r, by M R'*X - diag(r)*M. */

enum { BLOCK = 64 };

/* Logits of a block of points, a column a component. */
static void logits(const Task *t, int i0, int rows, const double *c,
                   double (*Z)[BLOCK], double *top)
{
    int p = ROWS(0), d = COLS(0), k = ROWS(1);
    for (int i = 0; i < BLOCK; i++)
        top[i] = -__builtin_inf();
    for (int q = 0; q < k; q++) {
        double *restrict z = Z[q];
        for (int i = 0; i < rows; i++)
            z[i] = c[q];
        for (int l = 0; l < d; l++) {
            const double *restrict x = IN(0) + at(i0, l, p);
            double m = IN(1)[at(q, l, k)];
            for (int i = 0; i < rows; i++)
                z[i] += x[i] * m;
        }
        for (int i = 0; i < rows; i++)
            top[i] = z[i] > top[i] ? z[i] : top[i];
    }
}

/* The logits become responsibilities; the block's part of the value. */
static double respond(int rows, int k, double (*Z)[BLOCK], const double *top)
{
    double s[BLOCK] = {0}, f = 0;
    for (int q = 0; q < k; q++) {
        double *restrict z = Z[q];
        for (int i = 0; i < rows; i++) {
            z[i] = exp(z[i] - top[i]);
            s[i] += z[i];
        }
    }
#pragma omp simd reduction(+ : f)
    for (int i = 0; i < rows; i++) {
        f += log(s[i]) + top[i];
        s[i] = 1 / s[i];
    }
    for (int q = 0; q < k; q++)
        for (int i = 0; i < rows; i++)
            Z[q][i] *= s[i];
    return f;
}

static void gather(const Task *t, int i0, int rows, double (*Z)[BLOCK])
{
    int p = ROWS(0), d = COLS(0), k = ROWS(1);
    for (int q = 0; q < k; q++) {
        double r = 0;
#pragma omp simd reduction(+ : r)
        for (int i = 0; i < rows; i++)
            r += Z[q][i];
        OUT(2)[q] += r;
    }
    for (int l = 0; l < d; l++)
        for (int q = 0; q < k; q++)
            OUT(1)[at(q, l, k)] +=
                dot((size_t)rows, Z[q], IN(0) + at(i0, l, p));
}

static void mix_vg(const Task *t, Work *w)
{
    int p = ROWS(0), d = COLS(0), k = ROWS(1);
    double top[BLOCK], *c = take(w, k, 1);
    double(*Z)[BLOCK] = (void *)take(w, BLOCK, k);
    const double *M = IN(1);
    double f = -dot(array_count(&t->in[0]), IN(0), IN(0)) / 2;
    memcpy(c, IN(2), (size_t)k * sizeof *c);
    for (int l = 0; l < d; l++)
        for (int q = 0; q < k; q++)
            c[q] -= M[at(q, l, k)] * M[at(q, l, k)] / 2;
    memset(OUT(1), 0, array_count(&t->out[1]) * sizeof(double));
    memset(OUT(2), 0, array_count(&t->out[2]) * sizeof(double));
    for (int i = 0; i < p; i += BLOCK) {
        int rows = i + BLOCK < p ? BLOCK : p - i;
        logits(t, i, rows, c, Z, top);
        f += respond(rows, k, Z, top);
        gather(t, i, rows, Z);
    }
    OUT(0)[0] = f;
    for (int l = 0; l < d; l++)
        for (int q = 0; q < k; q++)
            OUT(1)[at(q, l, k)] -= OUT(2)[q] * M[at(q, l, k)];
}

const Hand hand_models[] = {
    {"net/one", net_one}, {"net/all", net_all}, {"gp/vg", gp_vg},
    {"mix/vg", mix_vg},   {NULL, NULL},
};
