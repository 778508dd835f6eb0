/* t-dense.c: products, triangular systems and Cholesky factors from tiles, for
 * each level of the processor, against plain loops. */
#include "base-test.h"

#include "kernel/real.h"
#include "kernel/vector.h"

#include <math.h>
#include <stdlib.h>

/* In [0,1), the same in every run. */
static double test_random(void)
{
    static uint64_t x = 88172645463325252u;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return (double)(x >> 11) / 9007199254740992.0;
}

/* A matrix with rows below it that nobody may touch. */
typedef struct Grid {
    size_t m, n, ld;
    Real *a;
} Grid;

enum { PAD = 3 };

static Grid grid(size_t m, size_t n)
{
    Grid g = {m, n, m + PAD, NULL};
    g.a = malloc((g.ld * n + 1) * sizeof *g.a);
    assert_non_null(g.a);
    for (size_t i = 0; i < g.ld * n; i++)
        g.a[i] = (Real)(test_random() - 0.5);
    return g;
}

static Real *at(const Grid *g, size_t i, size_t j)
{
    return g->a + j * g->ld + i;
}

static Grid copy(const Grid *g)
{
    Grid h = grid(g->m, g->n);
    for (size_t i = 0; i < g->ld * g->n; i++)
        h.a[i] = g->a[i];
    return h;
}

/* Are the columns' ends as they were? */
static void untouched(const Grid *g, const Grid *before)
{
    for (size_t j = 0; j < g->n; j++)
        for (size_t i = g->m; i < g->ld; i++)
            assert_true(*at(g, i, j) == *at(before, i, j));
}

static Real entry(const Matrix *x, size_t i, size_t j)
{
    return x->t ? x->a[i * x->ld + j] : x->a[j * x->ld + i];
}

static void near(double x, double y, size_t terms)
{
    double most = 8 * (double)REAL_EPS * (double)(terms + 8) * (1 + fabs(y));
    if (!(fabs(x - y) <= most))
        fail_msg("%.17g is not near %.17g", x, y);
}

static void product(const Tiles *d, size_t m, size_t n, size_t k, bool ta,
                    bool tb, bool add, Real *work)
{
    Grid a = ta ? grid(k, m) : grid(m, k);
    Grid b = tb ? grid(n, k) : grid(k, n);
    Grid c = grid(m, n), old = copy(&c), h = copy(&c), p = copy(&c);
    Matrix x = {a.a, a.ld, ta}, y = {b.a, b.ld, tb};
    d->gemm(m, n, k, (Real)0.5, x, y, c.a, c.ld, add, work);
    if (m == n)
        d->pair(m, k, (Real)0.5, x, y, p.a, p.ld, add, work);
    if (m == n)
        d->half(m, k, (Real)0.5, x, NULL, y, h.a, h.ld, add, work);
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < m; i++) {
            double s = 0, o = add ? (double)*at(&old, i, j) : 0;
            for (size_t l = 0; l < k; l++)
                s += (double)entry(&x, i, l) * (double)entry(&y, l, j);
            near((double)*at(&c, i, j), o + s / 2, k);
            if (m != n || i < j)
                continue;
            near((double)*at(&h, i, j), o + s / 2, k);
            for (size_t l = 0; l < k; l++)
                s += (double)entry(&x, j, l) * (double)entry(&y, l, i);
            near((double)*at(&p, i, j), o + s / 2, k);
        }
    untouched(&c, &old);
    untouched(&h, &old);
    untouched(&p, &old);
    free(a.a), free(b.a), free(c.a), free(old.a), free(h.a), free(p.a);
}

/* The triangle that is meant, the other half of the matrix being noise. */
static double triangle(const Matrix *x, bool upper, bool unit, size_t i,
                       size_t j)
{
    bool there = (upper != x->t) ? i < j : i > j;
    if (i == j)
        return unit ? 1 : (double)entry(x, i, i);
    return there ? (double)entry(x, i, j) : 0;
}

static void solution(const Tiles *d, size_t n, size_t m, bool t, bool upper,
                     bool unit, bool right, Real *work)
{
    Grid a = grid(n, n);
    Grid b = right ? grid(m, n) : grid(n, m), x = copy(&b);
    Matrix tri = {a.a, a.ld, t};
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < n; i++)
            *at(&a, i, j) = i == j ? (Real)1.5 : *at(&a, i, j) / (Real)n;
    d->solve(n, m, tri, upper, unit, right, x.a, x.ld, work);
    for (size_t j = 0; j < b.n; j++)
        for (size_t i = 0; i < b.m; i++) {
            double s = 0;
            for (size_t l = 0; l < n; l++)
                s += right ? (double)*at(&x, i, l) *
                                 triangle(&tri, upper, unit, l, j)
                           : (double)*at(&x, l, j) *
                                 triangle(&tri, upper, unit, i, l);
            near(s, (double)*at(&b, i, j), n);
        }
    untouched(&x, &b);
    free(a.a), free(b.a), free(x.a);
}

static void cholesky(const Tiles *d, size_t n, Real *work)
{
    Real *a = calloc(n * n + 1, sizeof *a), *l = calloc(n * n + 1, sizeof *l);
    Real *z = calloc(n * n + 1, sizeof *z);
    assert_true(a && l && z);
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < n; i++)
            l[j * n + i] = a[j * n + i] = i == j
                                              ? 2
                                              : (Real)(1 /
                                                       (1.0 + (double)(i + j)) /
                                                       (double)n);
    assert_int_equal(d->chol(n, l, n, work), 0);
    d->inverse(n, l, z, work);
    for (size_t j = 0; j < n; j++)
        for (size_t i = j; i < n; i++) {
            double s = 0, e = 0;
            for (size_t k = 0; k <= j; k++)
                s += (double)l[k * n + i] * (double)l[k * n + j];
            near(s, (double)a[j * n + i], n);
            for (size_t k = 0; k < n; k++) /* A*Z, Z by its lower half */
                e += (double)a[k * n + i] *
                     (double)(k > j ? z[j * n + k] : z[k * n + j]);
            near(e, i == j, n);
        }
    for (size_t j = 0; j < n; j += 7) { /* not positive definite from j on */
        for (size_t i = 0; i < n * n; i++)
            l[i] = a[i];
        l[j * n + j] = -1;
        assert_int_equal(d->chol(n, l, n, work), j + 1);
    }
    free(a), free(l), free(z);
}

/* Sizes about those of tiles, of panels and of blocks. */
static void all(const Tiles *d)
{
    static const size_t size[] = {1, 3, 8, 17, 24, 25, 49, 96, 150, 290};
    enum { SIZES = sizeof size / sizeof *size, LARGEST = 290 };
    Real *work = aligned_alloc(
        64, (LARGEST * LARGEST + 64 + dense_work(LARGEST, 2 * LARGEST)) / 16 * 16 *
                sizeof *work);
    assert_non_null(work);
    for (size_t s = 0; d && s < SIZES; s++) {
        size_t n = size[s], m = size[(s + 3) % SIZES],
               k = size[(s + 6) % SIZES];
        for (int bits = 0; bits < 8; bits++)
            product(d, n, bits & 4 ? n : m, k, bits & 1, bits & 2, bits & 4,
                    work);
        for (int bits = 0; bits < 16; bits++)
            solution(d, n, m, bits & 1, bits & 2, bits & 4, bits & 8, work);
        cholesky(d, n, work);
    }
    free(work);
}

static void every_level(void **state)
{
    (void)state;
    all(&NAME(dense_base));
    for (int level = VECTOR_V3; level <= VECTOR_V4; level++)
        if (NAME(vector_at)((VectorLevel)level))
            all(NAME(vector_at)((VectorLevel)level)->dense);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_level)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
