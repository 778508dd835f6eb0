/* t-loop.c: fused passes at sizes around those of blocks, groups of columns and
 * panels, by rows and by columns, against loops written out. */
#include "call-test.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct Data {
    int64_t m, n;
    double *X, *Y, *u, *v; /* m x n, n x m, m, n */
} Data;

static double at(const double *x, int64_t rows, int64_t i, int64_t j)
{
    return x[j * rows + i];
}

/* --- what each expression is at i, j */

static double sum_transposed(const Data *d, int64_t i, int64_t j)
{
    return at(d->X, d->m, i, j) + at(d->Y, d->n, j, i);
}

static double product_transposed(const Data *d, int64_t i, int64_t j)
{
    return at(d->X, d->m, i, j) * at(d->Y, d->n, j, i) - d->u[i] * d->v[j];
}

static double scaled(const Data *d, int64_t i, int64_t j)
{
    return d->u[i] * at(d->X, d->m, i, j) * d->v[j];
}

static double function_of(const Data *d, int64_t i, int64_t j)
{
    double x = at(d->X, d->m, i, j);
    return tanh(x) * exp(at(d->Y, d->n, j, i)) + x * x;
}

static double outer(const Data *d, int64_t i, int64_t j)
{
    return d->u[i] * d->v[j];
}

static double three(const Data *d, int64_t i, int64_t j)
{
    return at(d->X, d->m, i, j) * at(d->X, d->m, i, j) * d->v[j] +
           2 * at(d->Y, d->n, j, i);
}

static const struct {
    const char *expression;
    double (*entry)(const Data *d, int64_t i, int64_t j);
} rows[] = {
    {"X + Y'", sum_transposed},
    {"X.*Y' - u*v'", product_transposed},
    {"diag(u)*X*diag(v)", scaled},
    {"tanh(X).*exp(Y') + X.^2", function_of},
    {"u*v'", outer},
    {"(X.*X)*diag(v) + 2*Y'", three},
};
enum { NROWS = sizeof rows / sizeof *rows };

/* --- at sizes */

static void fill(double *x, int64_t n, double phase)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = sin(1.7 * (double)i + phase);
}

static Data make_data(int64_t m, int64_t n)
{
    Data d = {m, n, NULL, NULL, NULL, NULL};
    size_t mn = (size_t)(m * n) * sizeof(double);
    fill(d.X = malloc(mn), m * n, 0.1);
    fill(d.Y = malloc(mn), m * n, 0.7);
    fill(d.u = malloc((size_t)m * sizeof(double)), m, 1.3);
    fill(d.v = malloc((size_t)n * sizeof(double)), n, 2.9);
    return d;
}

static void free_data(Data *d)
{
    free(d->X);
    free(d->Y);
    free(d->u);
    free(d->v);
}

static nb_array input(const Data *d, char name)
{
    return name == 'X'   ? MATRIX(d->X, d->m, d->n)
           : name == 'Y' ? MATRIX(d->Y, d->n, d->m)
           : name == 'u' ? VECTOR(d->u, d->m)
                         : VECTOR(d->v, d->n);
}

/* The matrix, the sum of all, and the sums of rows and of columns. */
static void check(nb_function *f, int row, const Data *d, double slack)
{
    int64_t m = d->m, n = d->n;
    size_t size = (size_t)(m * n + m + n) * sizeof(double);
    double *z = malloc(size), *by_rows = z + m * n, *by_cols = by_rows + m;
    double sum, want = 0;
    nb_array in[4], out[] = {MATRIX(z, m, n), SCALAR(&sum),
                             VECTOR(by_rows, m), VECTOR(by_cols, n)};
    const char *name;
    for (size_t k = 0; (name = nb_function_input(f, k, NULL)); k++)
        in[k] = input(d, *name);
    call(f, in, out);
    for (int64_t i = 0; i < m; i++) {
        double of_row = 0;
        for (int64_t j = 0; j < n; j++) {
            double x = rows[row].entry(d, i, j);
            near(at(z, m, i, j), x, slack);
            of_row += x;
            by_cols[j] -= x;
        }
        near(by_rows[i], of_row, slack * (double)n);
        want += of_row;
    }
    for (int64_t j = 0; j < n; j++)
        near(by_cols[j], 0, slack * (double)m);
    near(sum, want, slack * (double)(m * n));
    free(z);
}

static void each(int row_major, nb_dtype type, double slack)
{
    static const int64_t sizes[][2] = {
        {1, 1}, {1, 2}, {2, 1}, {3, 3}, {1, 257}, {257, 1}, {5, 52}, {10, 26},
        {26, 11}, {63, 5}, {64, 64}, {65, 9}, {100, 17}, {255, 3}, {256, 8},
        {257, 33}, {300, 41}};
    for (int row = 0; row < NROWS; row++) {
        char more[3][80];
        const char *list[] = {more[0], more[1], more[2]};
        const char *e = rows[row].expression;
        nb_context *c = nb_context_new(NULL);
        snprintf(more[0], sizeof more[0], "sum(%s)", e);
        snprintf(more[1], sizeof more[1], "sum(%s,2)", e);
        snprintf(more[2], sizeof more[2], "sum(%s,1)", e);
        nb_function *f = compile_as(
            c, "X: [m,n]; Y: [n,m]; u: [m]; v: [n]",
            (nb_program){.expression = e, .more = list, .nmore = 3,
                         .dtype = type, .row_major = row_major}, NULL);
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            Data d = make_data(sizes[k][0], sizes[k][1]);
            check(f, row, &d, slack);
            free_data(&d);
        }
        nb_context_free(c);
    }
}

static void by_columns(void **state)
{
    (void)state;
    each(0, NB_F64, 1e-13);
}

static void by_rows(void **state)
{
    (void)state;
    each(1, NB_F64, 1e-13);
}

static void in_floats(void **state)
{
    (void)state;
    each(0, NB_F32, 1e-5);
    each(1, NB_F32, 1e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_columns),
                                       cmocka_unit_test(by_rows),
                                       cmocka_unit_test(in_floats)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
