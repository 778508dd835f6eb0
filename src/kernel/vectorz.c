/* vectorz.c: vector.c for complex numbers. */
#include "kernel/complexz.h"

static Real sum(const Real *x, size_t n)
{
    Real s[4] = {0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (size_t k = 0; k < 4; k++)
            s[k] += x[i + k];
    for (; i < n; i++)
        s[0] += x[i];
    return (s[0] + s[1]) + (s[2] + s[3]);
}

#define FOLD(start, step)                                                     \
    for (size_t i = 0; i < n; i++) {                                          \
        Real a = i ? z : (Real)(start), b = x[i];                             \
        z = (step);                                                           \
    }                                                                         \
    return z

static Real fold(OpId op, const Real *x, size_t n)
{
    Real z = op == OP_PROD    ? 1
             : op == OP_MAXOF ? -(Real)INFINITY
             : op == OP_MINOF ? (Real)INFINITY
                              : 0;
    switch (op) {
    case OP_PROD:
        FOLD(1, times(a, b));
    case OP_MAXOF:
        FOLD(-(Real)INFINITY, larger(a, b));
    case OP_MINOF:
        FOLD((Real)INFINITY, smaller(a, b));
    default:
        return sum(x, n);
    }
}

static void gather(OpId op, const Real *x, Real *z, size_t n)
{
    for (size_t i = 0; i < n; i++)
        z[i] = op == OP_PROD    ? times(z[i], x[i])
               : op == OP_MAXOF ? larger(z[i], x[i])
               : op == OP_MINOF ? smaller(z[i], x[i])
                                : z[i] + x[i];
}

static Real dot(const Real *x, const Real *y, size_t n)
{
    Real s[4] = {0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (size_t k = 0; k < 4; k++)
            s[k] += times(x[i + k], y[i + k]);
    for (; i < n; i++)
        s[0] += times(x[i], y[i]);
    return (s[0] + s[1]) + (s[2] + s[3]);
}

static bool finite_(const Real *x, size_t n)
{
    const double *p = (const double *)x;
    double s = 0;
#pragma omp simd reduction(+ : s)
    for (size_t i = 0; i < 2 * n; i++)
        s += p[i] - p[i];
    return s == 0;
}

static void transpose(const Real *x, size_t lda, size_t m, size_t n, Real *z,
                      size_t ldz)
{
    enum { TILE = 16 };
    for (size_t j0 = 0; j0 < n; j0 += TILE)
        for (size_t i0 = 0; i0 < m; i0 += TILE)
            for (size_t i = i0; i < m && i < i0 + TILE; i++)
                for (size_t j = j0; j < n && j < j0 + TILE; j++)
                    z[i * ldz + j] = x[j * lda + i];
}

static void outer(size_t m, size_t n, Real s, const Real *x, const Real *y,
                  Real *z)
{
    for (size_t j = 0; j < n; j++, z += m) {
        Real by = times(s, y[j]);
        for (size_t i = 0; i < m; i++)
            z[i] = times(x[i], by);
    }
}

static void twice_symmetric(const Real *a, size_t n, Real s, Real *z)
{
    transpose(a, n, n, n, z, n);
    for (size_t i = 0; i < n * n; i++)
        z[i] = times(s, a[i] + z[i]);
}

const Vector_c128 KERNELS(vector_) = {
    .each = &KERNELS(each_), .fold = fold, .gather = gather, .dot = dot,
    .finite = finite_, .transpose = transpose, .outer = outer,
    .twice_symmetric = twice_symmetric};
