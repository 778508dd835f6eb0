/* t-products.c: products of which half is made, systems and inverses at sizes
 * at which tiles take over, with one thread and with more, against loops
 * written out. */
#include "call-test.h"

#include <stdbool.h>
#include <stdlib.h>

typedef struct Data {
    int64_t m, n;
    double *X, *Y, *S, *u; /* m x n, m x n, m x m positive definite, m */
} Data;

static double at(const double *x, int64_t rows, int64_t i, int64_t j)
{
    return x[j * rows + i];
}

/* --- what each expression is at i, j */

static double scaled_rows(const Data *d, int64_t i, int64_t j)
{
    double s = 0;
    for (int64_t k = 0; k < d->m; k++)
        s += at(d->X, d->m, k, i) * exp(d->u[k]) * at(d->X, d->m, k, j);
    return s;
}

static double scaled_and_more(const Data *d, int64_t i, int64_t j)
{
    return (i == j ? 3 : 0) - 2 * scaled_rows(d, i, j);
}

static double scaled_columns(const Data *d, int64_t i, int64_t j)
{
    double s = 0;
    for (int64_t k = 0; k < d->n; k++)
        s += at(d->X, d->m, i, k) * exp(d->u[k]) * at(d->X, d->m, j, k);
    return s;
}

static double pair(const Data *d, int64_t i, int64_t j)
{
    double s = at(d->S, d->m, i, j);
    for (int64_t k = 0; k < d->n; k++)
        s += at(d->X, d->m, i, k) * at(d->Y, d->m, j, k) +
             at(d->Y, d->m, i, k) * at(d->X, d->m, j, k);
    return s;
}

static const struct {
    const char *expression;
    double (*entry)(const Data *d, int64_t i, int64_t j);
    bool tall; /* m x m, else n x n */
} rows[] = {
    {"X'*diag(exp(u))*X", scaled_rows, false},
    {"3*eye(n) - 2*X'*diag(exp(u))*X", scaled_and_more, false},
    {"X*diag(exp(v))*X'", scaled_columns, true},
    {"S + X*Y' + Y*X'", pair, true},
};
enum { NROWS = sizeof rows / sizeof *rows };

/* --- at sizes */

static double *filled(int64_t n, double phase)
{
    double *x = malloc((size_t)(n + 1) * sizeof *x);
    assert_non_null(x);
    for (int64_t i = 0; i < n; i++)
        x[i] = sin(1.7 * (double)i + phase);
    return x;
}

static Data make_data(int64_t m, int64_t n)
{
    Data d = {m, n, filled(m * n, 0.1), filled(m * n, 0.7), filled(m * m, 2),
              filled(m > n ? m : n, 1.3)};
    for (int64_t j = 0; j < m; j++)
        for (int64_t i = j; i < m; i++)
            d.S[j * m + i] = d.S[i * m + j] =
                i == j ? 3 : cos((double)(i * j)) / (double)m;
    return d;
}

static void free_data(Data *d)
{
    free(d->X);
    free(d->Y);
    free(d->S);
    free(d->u);
}

static nb_array input(const Data *d, char name)
{
    return name == 'X'   ? MATRIX(d->X, d->m, d->n)
           : name == 'Y' ? MATRIX(d->Y, d->m, d->n)
           : name == 'S' ? MATRIX(d->S, d->m, d->m)
           : name == 'u' ? VECTOR(d->u, d->m)
                         : VECTOR(d->u, d->n);
}

static void inputs(nb_function *f, const Data *d, nb_array *in)
{
    const char *name;
    for (size_t k = 0; (name = nb_function_input(f, k, NULL)); k++)
        in[k] = input(d, *name);
}

static const char declared[] =
    "X: [m,n]; Y: [m,n]; S: [m,m] posdef; u: [m]; v: [n]";

static const int64_t sizes[][2] = {{3, 2},   {25, 12}, {26, 27}, {60, 24},
                                   {97, 49}, {51, 130}, {130, 7}};
enum { NSIZES = sizeof sizes / sizeof *sizes };

static void check(int row, int threads)
{
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile_as(
        c, declared,
        (nb_program){.expression = rows[row].expression, .want = NB_VALUE,
                     .sizes = "m = 100; n = 20"}, NULL);
    nb_set_threads(c, threads);
    for (int k = 0; k < NSIZES; k++) {
        Data d = make_data(sizes[k][0], sizes[k][1]);
        int64_t n = rows[row].tall ? d.m : d.n;
        double *z = filled(n * n, 0);
        nb_array in[4], out[] = {MATRIX(z, n, n)};
        inputs(f, &d, in);
        call(f, in, out);
        for (int64_t j = 0; j < n; j++)
            for (int64_t i = 0; i < n; i++)
                near(at(z, n, i, j), rows[row].entry(&d, i, j), 1e-12);
        free(z);
        free_data(&d);
    }
    nb_context_free(c);
}

static void halves(void **state)
{
    (void)state;
    for (int row = 0; row < NROWS; row++)
        for (int threads = 1; threads <= 2; threads++)
            check(row, threads);
}

/* S*inv(S)*X is X; else S times what is found. */
static void systems(void **state)
{
    static const char *const list[] = {"S*(S\\X)", "(X'/S)'", "inv(S)*X"};
    (void)state;
    for (size_t e = 0; e < sizeof list / sizeof *list; e++) {
        nb_context *c = nb_context_new(NULL);
        nb_function *f = compile(c, declared, list[e], NULL, NB_VALUE);
        for (int k = 0; k < NSIZES; k++) {
            Data d = make_data(sizes[k][0], sizes[k][1]);
            double *z = filled(d.m * d.n, 0);
            nb_array in[4], out[] = {MATRIX(z, d.m, d.n)};
            inputs(f, &d, in);
            call(f, in, out);
            for (int64_t j = 0; j < d.n; j++)
                for (int64_t i = 0; i < d.m; i++) {
                    double s = 0, x = at(d.X, d.m, i, j);
                    for (int64_t l = 0; l < d.m; l++)
                        s += at(d.S, d.m, i, l) * at(z, d.m, l, j);
                    if (e == 0)
                        near(at(z, d.m, i, j), x, 1e-11);
                    else
                        near(s, x, 1e-11);
                }
            free(z);
            free_data(&d);
        }
        nb_context_free(c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(halves),
                                       cmocka_unit_test(systems)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
