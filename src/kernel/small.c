/* small.c: factorisations and triangular solves of small matrices, where a
 * call of LAPACK costs more than the work.  Compiled for each set of
 * instructions (NB_ISA) and for double and float. */
#include "kernel/vector.h"
#include "kernel/wide.h"

#include <math.h>

/* A triangle T as it is stored, and which of it is meant. */
typedef struct Triangle {
    const Real *t;
    size_t n;
    bool lower, trans, unit;
    Real inverse[VECTOR_SMALL]; /* of the diagonal */
} Triangle;

static void invert_diagonal(Triangle *t)
{
    for (size_t j = 0; j < t->n; j++)
        t->inverse[j] = t->unit ? 1 : 1 / t->t[j * (t->n + 1)];
}

/* x*op(T) = x in place, for W rows of x at once: a column is known, and goes
 * out of the others. */
static void solve_rows(const Triangle *t, Wide *x)
{
    size_t n = t->n;
    size_t down = t->trans ? n : 1, across = t->trans ? 1 : n;
    bool forward = t->lower == t->trans;
    for (size_t q = 0; q < n; q++) {
        size_t j = forward ? q : n - 1 - q;
        const Real *row = t->t + j * down;
        Wide known = x[j] * t->inverse[j];
        x[j] = known;
        for (size_t k = forward ? j + 1 : 0; k < (forward ? n : j); k++)
            x[k] -= known * row[k * across];
    }
}

/* z*op(T) = z, z m x n */
static void solve_right(const Triangle *t, Real *z, size_t m)
{
    Wide x[VECTOR_SMALL];
    size_t n = t->n;
    for (size_t i = 0; i < m; i += W) {
        for (size_t j = 0; j < n; j++)
            x[j] = load(z, j * m + i, m * n);
        solve_rows(t, x);
        for (size_t j = 0; j < n; j++)
            put(x[j], 1, m - i, z + j * m + i, false);
    }
}

/* op(T)*z = z, z n x cols: as z'*op(T)' = z'. */
static void solve_left(Triangle *t, Real *z, size_t cols)
{
    Wide x[VECTOR_SMALL];
    size_t n = t->n;
    t->trans = !t->trans;
    for (size_t i = 0; i < cols; i += W) {
        size_t count = cols - i < W ? cols - i : W;
        pack(count, n, z + i * n, true, x);
        solve_rows(t, x);
        for (size_t c = 0; c < count; c++)
            for (size_t j = 0; j < n; j++)
                z[(i + c) * n + j] = x[j][c];
    }
}

/* op(T)*z = z, z a vector. */
static void solve_vector(const Triangle *t, Real *z)
{
    size_t n = t->n;
    for (size_t q = 0; q < n; q++) {
        size_t j = t->lower == t->trans ? n - 1 - q : q;
        const Real *c = t->t + j * n;
        size_t from = t->lower ? j + 1 : 0, to = t->lower ? n : j;
        if (t->trans) {
            Real s = 0;
#pragma omp simd reduction(+ : s)
            for (size_t i = from; i < to; i++)
                s += c[i] * z[i];
            z[j] = (z[j] - s) * t->inverse[j];
        } else {
            Real known = z[j] *= t->inverse[j];
#pragma omp simd
            for (size_t i = from; i < to; i++)
                z[i] -= c[i] * known;
        }
    }
}

static void solve(const Real *a, size_t n, bool lower, bool trans, bool unit,
                  bool right, Real *z, size_t m, size_t cols)
{
    Triangle t = {.t = a, .n = n, .lower = lower, .trans = trans,
                  .unit = unit};
    invert_diagonal(&t);
    if (right)
        solve_right(&t, z, m);
    else if (cols == 1)
        solve_vector(&t, z);
    else
        solve_left(&t, z, cols);
}

static size_t chol(Real *a, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        Real *c = a + j * n, d = c[j];
        if (!(d > 0))
            return j + 1;
        c[j] = (Real)sqrt((double)d);
        Real r = 1 / c[j];
        for (size_t i = j + 1; i < n; i++)
            c[i] *= r;
        for (size_t k = j + 1; k < n; k++) {
            Real *z = a + k * n, x = c[k];
#pragma omp simd
            for (size_t i = k; i < n; i++)
                z[i] -= c[i] * x;
        }
    }
    return 0;
}

static size_t largest(const Real *c, size_t from, size_t n)
{
    size_t p = from;
    Real most = -1;
    for (size_t i = from; i < n; i++) {
        Real x = c[i] < 0 ? -c[i] : c[i];
        if (x > most) {
            most = x;
            p = i;
        }
    }
    return p;
}

static void swap_rows(Real *a, size_t n, size_t i, size_t p)
{
    for (size_t k = 0; k < n && p != i; k++) {
        Real x = a[k * n + i];
        a[k * n + i] = a[k * n + p];
        a[k * n + p] = x;
    }
}

static size_t lu(Real *a, size_t n, int *pivot)
{
    size_t zero = 0;
    for (size_t j = 0; j < n; j++) {
        Real *c = a + j * n;
        size_t p = largest(c, j, n);
        pivot[j] = (int)p + 1;
        swap_rows(a, n, j, p);
        if (c[j] == 0) {
            zero = zero ? zero : j + 1;
            continue;
        }
        for (size_t i = j + 1; i < n; i++)
            c[i] /= c[j];
        for (size_t k = j + 1; k < n; k++) {
            Real *z = a + k * n, x = z[j];
#pragma omp simd
            for (size_t i = j + 1; i < n; i++)
                z[i] -= c[i] * x;
        }
    }
    return zero;
}

const Small KERNELS(small_) = {solve, chol, lu};
