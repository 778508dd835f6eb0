/* vector.c: entrywise functions over arrays, at the speed of the machine's
 * vector units: the loops are plain, and the compiler calls the C library's
 * vector functions in them. */
#include "run/loop.h"
#include "run/real.h"

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) &&        \
    defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#define FAST 1
#define CLONES                                                                \
    __attribute__((target_clones("arch=skylake-avx512", "arch=haswell",       \
                                 "default")))
#define SIMD __attribute__((simd("notinbranch"), const))
double exp(double) SIMD;
double log(double) SIMD;
double sin(double) SIMD;
double cos(double) SIMD;
double tanh(double) SIMD;
double log1p(double) SIMD;
double expm1(double) SIMD;
double erf(double) SIMD;
double pow(double, double) SIMD;
float expf(float) SIMD;
float logf(float) SIMD;
float sinf(float) SIMD;
float cosf(float) SIMD;
float tanhf(float) SIMD;
float log1pf(float) SIMD;
float expm1f(float) SIMD;
float erff(float) SIMD;
float powf(float, float) SIMD;
#else
#define CLONES
#endif

#include <math.h>

#ifdef NB_FLOAT
#define M(name) name##f
#else
#define M(name) name
#endif

#define EACH(e)                                                               \
    _Pragma("omp simd") for (size_t i = 0; i < n; i++) z[i] = (e);            \
    break

/* x and y by entries, or one of them the same number for all. */
#define EACH2(e)                                                              \
    if (xs)                                                                   \
        for (size_t i = 0; i < n; i++) {                                      \
            Real a = x[0], b = y[i];                                          \
            z[i] = (e);                                                       \
        }                                                                     \
    else if (ys)                                                              \
        for (size_t i = 0; i < n; i++) {                                      \
            Real a = x[i], b = y[0];                                          \
            z[i] = (e);                                                       \
        }                                                                     \
    else                                                                      \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++)                    \
        {                                                                     \
            Real a = x[i], b = y[i];                                          \
            z[i] = (e);                                                       \
        }                                                                     \
    break

CLONES bool NAME(vector_op2)(OpId op, const Real *x, bool xs, const Real *y,
                             bool ys, Real *z, size_t n)
{
    switch (op) {
    case OP_ADD:
        EACH2(a + b);
    case OP_HAD:
        EACH2(a * b);
    case OP_EDIV:
        EACH2(a / b);
    case OP_EPOW:
        EACH2(M(pow)(a, b));
    case OP_MAX:
        EACH2(a > b || a != a ? a : b);
    case OP_MIN:
        EACH2(a < b || a != a ? a : b);
    default:
        return false;
    }
    return true;
}

CLONES bool NAME(vector_op)(OpId op, const Real *x, Real *z, size_t n)
{
    switch (op) {
    case OP_NEG:
        EACH(-x[i]);
    case OP_EXP:
        EACH(M(exp)(x[i]));
    case OP_LOG:
        EACH(M(log)(x[i]));
    case OP_SQRT:
        EACH(M(sqrt)(x[i]));
    case OP_ABS:
        EACH(M(fabs)(x[i]));
    case OP_SIGN:
        EACH(x[i] != x[i] ? x[i] : (Real)((x[i] > 0) - (x[i] < 0)));
    case OP_SIN:
        EACH(M(sin)(x[i]));
    case OP_COS:
        EACH(M(cos)(x[i]));
    case OP_TAN:
        EACH(M(tan)(x[i]));
    case OP_ASIN:
        EACH(M(asin)(x[i]));
    case OP_ACOS:
        EACH(M(acos)(x[i]));
    case OP_ATAN:
        EACH(M(atan)(x[i]));
    case OP_SINH:
        EACH(M(sinh)(x[i]));
    case OP_COSH:
        EACH(M(cosh)(x[i]));
    case OP_TANH:
        EACH(M(tanh)(x[i]));
    case OP_LOG1P:
        EACH(M(log1p)(x[i]));
    case OP_EXPM1:
        EACH(M(expm1)(x[i]));
    case OP_ERF:
        EACH(M(erf)(x[i]));
    case OP_SIGMOID:
        EACH(1 / (1 + M(exp)(-x[i])));
    case OP_SOFTPLUS:
        EACH((x[i] > 0 ? x[i] : 0 * x[i]) + M(log1p)(M(exp)(-M(fabs)(x[i]))));
    case OP_RELU:
        EACH(x[i] > 0 || x[i] != x[i] ? x[i] : 0);
    default:
        return false;
    }
    return true;
}

CLONES Real NAME(vector_sum)(const Real *x, size_t n)
{
    Real s = 0;
#pragma omp simd reduction(+ : s)
    for (size_t i = 0; i < n; i++)
        s += x[i];
    return s;
}

CLONES Real NAME(vector_dot)(const Real *x, const Real *y, size_t n)
{
    Real s = 0;
#pragma omp simd reduction(+ : s)
    for (size_t i = 0; i < n; i++)
        s += x[i] * y[i];
    return s;
}

CLONES bool NAME(vector_finite)(const Real *x, size_t n)
{
    Real s = 0;
#pragma omp simd reduction(+ : s)
    for (size_t i = 0; i < n; i++)
        s += x[i] - x[i]; /* NaN and Inf give NaN */
    return s == 0;
}

/* y = A*x and z = A'*w in one pass over A, four columns at a time. */
CLONES void NAME(vector_both)(const Real *a, size_t rows, size_t cols,
                              const Real *x, Real *y, const Real *w, Real *z)
{
    size_t j = 0;
    for (size_t i = 0; i < rows; i++)
        y[i] = 0;
    for (; j + 4 <= cols; j += 4) {
        const Real *p = a + j * rows, *q = p + rows, *r = q + rows,
                   *s = r + rows;
        Real x0 = x[j], x1 = x[j + 1], x2 = x[j + 2], x3 = x[j + 3];
        Real z0 = 0, z1 = 0, z2 = 0, z3 = 0;
#pragma omp simd reduction(+ : z0, z1, z2, z3)
        for (size_t i = 0; i < rows; i++) {
            y[i] += p[i] * x0 + q[i] * x1 + r[i] * x2 + s[i] * x3;
            z0 += p[i] * w[i];
            z1 += q[i] * w[i];
            z2 += r[i] * w[i];
            z3 += s[i] * w[i];
        }
        z[j] = z0;
        z[j + 1] = z1;
        z[j + 2] = z2;
        z[j + 3] = z3;
    }
    for (; j < cols; j++) {
        const Real *p = a + j * rows;
        Real x0 = x[j], z0 = 0;
#pragma omp simd reduction(+ : z0)
        for (size_t i = 0; i < rows; i++) {
            y[i] += p[i] * x0;
            z0 += p[i] * w[i];
        }
        z[j] = z0;
    }
}

/* y = [y +] s*A*x, or A'*x if t; for matrices that fit the first cache. */
CLONES void NAME(vector_gemv)(const Real *a, size_t rows, size_t cols, bool t,
                              Real s, const Real *x, Real *y, bool add)
{
    if (t) {
        for (size_t j = 0; j < cols; j++) {
            Real z = 0;
#pragma omp simd reduction(+ : z)
            for (size_t i = 0; i < rows; i++)
                z += a[j * rows + i] * x[i];
            y[j] = (add ? y[j] : 0) + s * z;
        }
        return;
    }
    for (size_t i = 0; i < rows && !add; i++)
        y[i] = 0;
    for (size_t j = 0; j < cols; j++) {
        Real xj = s * x[j];
#pragma omp simd
        for (size_t i = 0; i < rows; i++)
            y[i] += a[j * rows + i] * xj;
    }
}

/* C = [C +] s*A*op(B), A m x k as it is stored; small. */
CLONES void NAME(vector_gemm)(size_t m, size_t n, size_t k, Real s,
                              const Real *a, const Real *b, bool tb, Real *c,
                              bool add)
{
    for (size_t j = 0; j < n; j++) {
        Real *z = c + j * m;
        for (size_t i = 0; i < m && !add; i++)
            z[i] = 0;
        for (size_t l = 0; l < k; l++) {
            Real x = s * (tb ? b[l * n + j] : b[j * k + l]);
#pragma omp simd
            for (size_t i = 0; i < m; i++)
                z[i] += a[l * m + i] * x;
        }
    }
}
