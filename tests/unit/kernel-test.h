/* kernel-test.h: the kernels of one type against loops written out.  Included
 * by t-kernels.c for double and for float. */

typedef struct NAME(Data) {
    Real *x, *y, *w, *z, *a, *b, *c;
} NAME(Data);

enum { NAME(ROOM) = 80 };

/* Between 0.5 and 1.5, so that every function has a value. */
static void NAME(draw)(Real *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (Real)(0.5 + drand());
}

static void NAME(near)(Real got, double want, const char *what, size_t n)
{
    double off = fabs((double)got - want);
    if (off > 64 * (double)EPS * (fabs(want) + 1))
        fail_msg("%s of %zu: %.17g, not %.17g", what, n, (double)got, want);
}

static NAME(Data) NAME(data)(void)
{
    size_t n = NAME(ROOM);
    NAME(Data) d = {calloc(n * n, sizeof(Real)), calloc(n * n, sizeof(Real)),
                    calloc(n * n, sizeof(Real)), calloc(n * n, sizeof(Real)),
                    calloc(n * n, sizeof(Real)), calloc(n * n, sizeof(Real)),
                    calloc(n * n, sizeof(Real))};
    Real *all[] = {d.x, d.y, d.w, d.z, d.a, d.b, d.c};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_non_null(all[i]);
        NAME(draw)(all[i], n * n);
    }
    return d;
}

static void NAME(data_free)(NAME(Data) *d)
{
    Real *all[] = {d->x, d->y, d->w, d->z, d->a, d->b, d->c};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
}

/* --- entrywise: at every length, and where the result is the operand */

static void NAME(functions)(const VECTOR *v, NAME(Data) *d)
{
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
        for (size_t n = 1; n < 40; n++) {
            NAME(draw)(d->x, n);
            for (size_t i = 0; i < n; i++)
                d->x[i] *= functions[k].scale;
            memcpy(d->y, d->x, n * sizeof(Real));
            d->z[n] = 77;
            v->each->one(functions[k].op)(d->x, NULL, NULL, d->z, n);
            v->each->one(functions[k].op)(d->y, NULL, NULL, d->y, n);
            assert_true(d->z[n] == 77);
            for (size_t i = 0; i < n; i++) {
                double want = functions[k].f((double)d->x[i]);
                NAME(near)(d->z[i], want, functions[k].name, n);
                NAME(near)(d->y[i], want, functions[k].name, n);
            }
        }
}

static void NAME(operations)(const VECTOR *v, NAME(Data) *d)
{
    for (size_t k = 0; k < sizeof operations / sizeof *operations; k++)
        for (size_t n = 1; n < 40; n++)
            for (int one = 0; one < 3; one++) { /* none, x, y */
                bool xs = one == 1, ys = one == 2;
                NAME(draw)(d->x, n);
                NAME(draw)(d->y, n);
                v->each->two(operations[k].op, xs, ys)(d->x, d->y, NULL, d->z,
                                                       n);
                for (size_t i = 0; i < n; i++)
                    NAME(near)(d->z[i],
                               operations[k].f((double)d->x[xs ? 0 : i],
                                               (double)d->y[ys ? 0 : i]),
                               operations[k].name, n);
            }
}

static void NAME(multiply_add)(const VECTOR *v, NAME(Data) *d)
{
    static const bool one[][3] = {{0, 0, 0}, {0, 0, 1}, {1, 0, 0}, {1, 0, 1},
                                  {0, 1, 1}};
    for (size_t k = 0; k < sizeof one / sizeof *one; k++)
        for (size_t n = 1; n < 40; n++) {
            v->each->fma(one[k][0], one[k][1], one[k][2])(d->x, d->y, d->w,
                                                          d->z, n);
            for (size_t i = 0; i < n; i++)
                NAME(near)(d->z[i],
                           (double)d->x[one[k][0] ? 0 : i] +
                               (double)d->y[one[k][1] ? 0 : i] *
                                   (double)d->w[one[k][2] ? 0 : i],
                           "x + y*w", n);
        }
}

/* --- folds */

static void NAME(folds)(const VECTOR *v, NAME(Data) *d)
{
    for (size_t n = 1; n < NAME(ROOM); n++) {
        double sum = 0, product = 1, most = -INFINITY, least = INFINITY;
        double dot = 0;
        NAME(draw)(d->x, n);
        for (size_t i = 0; i < n; i++) {
            double x = (double)d->x[i];
            sum += x;
            product *= x;
            most = fmax(most, x);
            least = fmin(least, x);
            dot += x * (double)d->y[i];
        }
        NAME(near)(v->fold(OP_SUM, d->x, n), sum, "sum", n);
        NAME(near)(v->fold(OP_PROD, d->x, n), product, "product", n);
        NAME(near)(v->fold(OP_MAXOF, d->x, n), most, "largest", n);
        NAME(near)(v->fold(OP_MINOF, d->x, n), least, "least", n);
        NAME(near)(v->dot(d->x, d->y, n), dot, "dot", n);
        assert_true(v->finite(d->x, n));
    }
}

/* One entry that is none is seen wherever it stands. */
static void NAME(not_numbers)(const VECTOR *v, NAME(Data) *d)
{
    const Real bad[] = {(Real)NAN, (Real)INFINITY, -(Real)INFINITY};
    for (size_t n = 1; n < NAME(ROOM); n++)
        for (size_t i = 0; i < n; i++) {
            Real keep = d->x[i];
            for (size_t k = 0; k < 3; k++) {
                d->x[i] = bad[k];
                assert_false(v->finite(d->x, n));
            }
            d->x[i] = (Real)NAN;
            assert_true(isnan(v->fold(OP_MAXOF, d->x, n)));
            assert_true(isnan(v->fold(OP_MINOF, d->x, n)));
            d->x[i] = (Real)INFINITY; /* and is no NaN where it is not */
            assert_true(isinf(v->dot(d->x, d->y, n)));
            d->x[i] = keep;
        }
}

/* --- matrices and vectors */

static double NAME(entry)(const Real *a, size_t rows, size_t i, size_t j,
                          bool t)
{
    return (double)(t ? a[i * rows + j] : a[j * rows + i]);
}

/* Entry i of op(A)*x. */
static double NAME(product)(const Real *a, size_t rows, size_t cols, bool t,
                            const Real *x, size_t i)
{
    double s = 0;
    for (size_t j = 0; j < (t ? rows : cols); j++)
        s += NAME(entry)(a, rows, i, j, t) * (double)x[j];
    return s;
}

static void NAME(vectors_at)(const VECTOR *v, NAME(Data) *d, size_t m, size_t n)
{
    Real *y = d->z, *z = d->z + NAME(ROOM);
    v->both(d->a, m, n, d->x, y, d->w, z);
    for (size_t i = 0; i < m; i++)
        NAME(near)(y[i], NAME(product)(d->a, m, n, false, d->x, i), "A*x", m);
    for (size_t j = 0; j < n; j++)
        NAME(near)(z[j], NAME(product)(d->a, m, n, true, d->w, j), "A'*w", m);
    for (int t = 0; t < 2; t++) {
        size_t count = t ? n : m;
        v->two(d->a, m, n, t, d->x, y, d->w, z);
        for (size_t i = 0; i < count; i++) {
            NAME(near)(y[i], NAME(product)(d->a, m, n, t, d->x, i), "two", m);
            NAME(near)(z[i], NAME(product)(d->a, m, n, t, d->w, i), "two", m);
        }
        for (int add = 0; add < 2; add++) {
            NAME(draw)(y, count);
            memcpy(z, y, count * sizeof *z);
            v->gemv(d->a, m, n, t, (Real)1.5, d->x, y, add);
            for (size_t i = 0; i < count; i++)
                NAME(near)(y[i],
                           1.5 * NAME(product)(d->a, m, n, t, d->x, i) +
                               (add ? (double)z[i] : 0),
                           "gemv", m);
        }
    }
}

static void NAME(vectors)(const VECTOR *v, NAME(Data) *d)
{
    for (size_t m = 1; m < 36; m++)
        for (size_t n = 1; n < 12; n++)
            NAME(vectors_at)(v, d, m, n);
}

static void NAME(products_at)(const VECTOR *v, NAME(Data) *d, size_t m,
                              size_t n, size_t k)
{
    for (int how = 0; how < 8; how++) {
        bool ta = how & 1, tb = how & 2, add = how & 4;
        NAME(draw)(d->c, m * n);
        memcpy(d->z, d->c, m * n * sizeof(Real));
        v->gemm(m, n, k, (Real)0.5, d->a, ta, d->b, tb, d->c, add);
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < n; j++) {
                double s = 0;
                for (size_t l = 0; l < k; l++)
                    s += NAME(entry)(d->a, ta ? k : m, i, l, ta) *
                         NAME(entry)(d->b, tb ? n : k, l, j, tb);
                NAME(near)(d->c[j * m + i],
                           s / 2 + (add ? (double)d->z[j * m + i] : 0),
                           "gemm", m);
            }
    }
}

static void NAME(products)(const VECTOR *v, NAME(Data) *d)
{
    for (size_t m = 1; m < 20; m++)
        for (size_t n = 1; n < 10; n += 2)
            for (size_t k = 1; k < 10; k += 3)
                NAME(products_at)(v, d, m, n, k);
}

static void NAME(moves)(const VECTOR *v, NAME(Data) *d)
{
    for (size_t m = 1; m < 14; m++)
        for (size_t n = 1; n < 14; n++) {
            v->transpose(d->a, m + 2, m, n, d->z, n + 1);
            for (size_t i = 0; i < m; i++)
                for (size_t j = 0; j < n; j++)
                    assert_true(d->z[i * (n + 1) + j] == d->a[j * (m + 2) + i]);
            v->outer(m, n, 2, d->x, d->y, d->z);
            for (size_t i = 0; i < m; i++)
                for (size_t j = 0; j < n; j++)
                    NAME(near)(d->z[j * m + i],
                               2 * (double)d->x[i] * (double)d->y[j], "outer",
                               m);
        }
    for (size_t n = 1; n < 20; n++) {
        v->twice_symmetric(d->a, n, 3, d->z);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                NAME(near)(d->z[j * n + i],
                           3 * ((double)d->a[j * n + i] +
                                (double)d->a[i * n + j]),
                           "A + A'", n);
    }
}

/* --- small systems: solved, and multiplied again */

/* Entry i,j of the triangle that is meant. */
static double NAME(of_triangle)(const Real *t, size_t n, int how, size_t i,
                                size_t j)
{
    bool lower = how & 1, unit = how & 4;
    size_t r = how & 2 ? j : i, c = how & 2 ? i : j;
    if (r == c && unit)
        return 1;
    return (lower ? r >= c : r <= c) ? (double)t[c * n + r] : 0;
}

static void NAME(solve_at)(const VECTOR *v, NAME(Data) *d, size_t n,
                           size_t other, int how)
{
    bool right = how & 8;
    size_t m = right ? other : n, cols = right ? n : other;
    for (size_t i = 0; i < n; i++) /* far from singular */
        d->a[i * (n + 1)] = (Real)(1.5 * (double)n + drand());
    for (size_t i = 0; how & 4 && i < n * n; i++)
        d->a[i] /= (Real)n;
    NAME(draw)(d->b, m * cols);
    memcpy(d->z, d->b, m * cols * sizeof(Real));
    v->small->solve(d->a, n, how & 1, how & 2, how & 4, right, d->z, m, cols);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < cols; j++) {
            double s = 0;
            for (size_t l = 0; l < n; l++)
                s += right ? (double)d->z[l * m + i] *
                                 NAME(of_triangle)(d->a, n, how, l, j)
                           : NAME(of_triangle)(d->a, n, how, i, l) *
                                 (double)d->z[j * m + l];
            NAME(near)((Real)s, (double)d->b[j * m + i], "a triangular system",
                       n);
        }
    NAME(draw)(d->a, n * n);
}

static void NAME(systems)(const VECTOR *v, NAME(Data) *d)
{
    for (size_t n = 1; n <= VECTOR_SMALL; n++)
        for (size_t other = 1; other < 20; other += 3)
            for (int how = 0; how < 16; how++)
                NAME(solve_at)(v, d, n, other, how);
}

/* L*U of A, and its rows as they were swapped. */
static void NAME(lu_at)(const VECTOR *v, NAME(Data) *d, size_t n)
{
    int pivot[VECTOR_SMALL];
    NAME(draw)(d->a, n * n);
    memcpy(d->b, d->a, n * n * sizeof(Real));
    assert_int_equal(v->small->lu(d->a, n, pivot), 0);
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < n; k++) {
            size_t p = (size_t)pivot[j] - 1;
            Real keep = d->b[k * n + j];
            d->b[k * n + j] = d->b[k * n + p];
            d->b[k * n + p] = keep;
        }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double s = 0;
            for (size_t l = 0; l <= i && l <= j; l++)
                s += (l == i ? 1 : (double)d->a[l * n + i]) *
                     (double)d->a[j * n + l];
            NAME(near)((Real)s, (double)d->b[j * n + i], "LU", n);
        }
}

static void NAME(chol_at)(const VECTOR *v, NAME(Data) *d, size_t n)
{
    for (size_t i = 0; i < n; i++)
        d->a[i * (n + 1)] = (Real)(2 * n) + d->x[i];
    memcpy(d->b, d->a, n * n * sizeof(Real));
    assert_int_equal(v->small->chol(d->a, n), 0);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double s = 0;
            for (size_t l = 0; l <= j; l++)
                s += (double)d->a[l * n + i] * (double)d->a[l * n + j];
            NAME(near)((Real)s, (double)d->b[j * n + i], "Cholesky", n);
        }
    d->b[(n - 1) * (n + 1)] = -1;
    assert_int_equal(v->small->chol(d->b, n), n);
}

static void NAME(factors)(const VECTOR *v, NAME(Data) *d)
{
    Real zero[4] = {0};
    int pivot[2];
    for (size_t n = 1; n <= VECTOR_SMALL; n++) {
        NAME(lu_at)(v, d, n);
        NAME(chol_at)(v, d, n);
    }
    assert_int_equal(v->small->lu(zero, 2, pivot), 1);
}

static void NAME(all)(void **state)
{
    int levels = 0;
    (void)state;
    for (VectorLevel l = VECTOR_BASE; l <= VECTOR_V4; l++) {
        const VECTOR *v = NAME(vector_at)(l);
        if (!v)
            continue;
        NAME(Data) d = NAME(data)();
        NAME(functions)(v, &d);
        NAME(operations)(v, &d);
        NAME(multiply_add)(v, &d);
        NAME(folds)(v, &d);
        NAME(not_numbers)(v, &d);
        NAME(vectors)(v, &d);
        NAME(products)(v, &d);
        NAME(moves)(v, &d);
        NAME(systems)(v, &d);
        NAME(factors)(v, &d);
        NAME(data_free)(&d);
        levels++;
    }
    assert_true(levels > 0);
}
