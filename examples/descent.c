/* descent.c: a loop of one's own: Newton's method, with value, gradient and
 * Hessian from one call, for a logistic regression.
 *
 *     make && ./descent data/vaso.csv
 */
#include <math.h>
#include <nabla.h>
#include <stdio.h>
#include <stdlib.h>

enum { K = 3 };

/* H*d = g by elimination; H is positive definite. */
static void solve(double H[K][K], const double g[K], double d[K])
{
    for (int i = 0; i < K; i++)
        d[i] = g[i];
    for (int p = 0; p < K; p++)
        for (int i = p + 1; i < K; i++) {
            double q = H[i][p] / H[p][p];
            for (int j = p; j < K; j++)
                H[i][j] -= q * H[p][j];
            d[i] -= q * d[p];
        }
    for (int i = K - 1; i >= 0; i--) {
        for (int j = i + 1; j < K; j++)
            d[i] -= H[i][j] * d[j];
        d[i] /= H[i][i];
    }
}

static int descend(nb_function *f, const nb_array *in, double b[K])
{
    double value, last = HUGE_VAL, g[K], H[K][K], d[K];
    nb_array out[] = {{NB_F64, 0, {1, 1}, {0, 0}, &value},
                      {NB_F64, 1, {K, 1}, {0, 0}, g},
                      {NB_F64, 2, {K, K}, {K, 1}, H}};
    nb_status st;
    for (int step = 0; step < 50; step++) {
        if (!nb_call(f, in, out, &st))
            return fprintf(stderr, "%s\n", st.message) < 0;
        printf("%2d  deviance %.9f\n", step, 2 * value);
        if (last - value < 1e-12 * value)
            return 1;
        last = value;
        solve(H, g, d);
        for (int i = 0; i < K; i++)
            b[i] -= d[i];
    }
    return 0;
}

static nb_function *model(nb_context *c)
{
    const char *b = "b";
    nb_program p = {.expression = "sum(log1p(exp(X*b))) - y'*X*b",
                    .variables = &b, .nvariables = 1,
                    .want = NB_VALUE | NB_GRADIENT | NB_HESSIAN};
    nb_declare(c, "X: [n,k]; y: [n]; b: [k]");
    return nb_compile(c, &p); /* NULL, too, if that failed */
}

static int fit(nb_context *c, nb_array table)
{
    nb_function *f = model(c);
    int64_t n = table.dim[0];
    const double *t = table.data;
    double *X = malloc((size_t)(n * K) * sizeof *X), b[K] = {0};
    nb_array in[3];
    const char *name;
    for (int64_t i = 0; X && i < n; i++) { /* by columns */
        X[i] = 1;
        for (int j = 1; j < K; j++)
            X[j * n + i] = log(t[i * table.stride[0] +
                                 (j - 1) * table.stride[1]]);
    }
    nb_array y = {NB_F64, 1, {n, 1}, {table.stride[0], 0},
                  (double *)table.data + 2 * table.stride[1]};
    for (size_t k = 0; f && (name = nb_function_input(f, k, NULL)); k++)
        in[k] = *name == 'X'   ? (nb_array){NB_F64, 2, {n, K}, {0, 0}, X}
                : *name == 'b' ? (nb_array){NB_F64, 1, {K, 1}, {0, 0}, b}
                               : y;
    int ok = X && f && descend(f, in, b);
    if (ok)
        printf("log-odds: %.3f %+.3f*log(volume) %+.3f*log(rate)\n", b[0],
               b[1], b[2]);
    free(X);
    return ok;
}

int main(int argc, char **argv)
{
    nb_context *c = nb_context_new(NULL);
    nb_array table;
    int ok = c && nb_read(c, argc > 1 ? argv[1] : "data/vaso.csv", NULL,
                          &table) && table.dim[1] == K && fit(c, table);
    if (c && !ok && nb_error(c).message)
        fprintf(stderr, "%s\n", nb_error(c).message);
    nb_context_free(c);
    return !ok;
}
