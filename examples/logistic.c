/* logistic.c: a model fitted with NLopt: at what temperature do the O-rings of
 * the space shuttle fail?  Nabla derives, proves and evaluates the gradient.
 *
 *     make && ./logistic data/orings.csv
 */
#include <math.h>
#include <nabla.h>
#include <nlopt.h>
#include <stdio.h>

enum { FLIGHTS = 1000 };

typedef struct Model {
    nb_function *f;
    nb_array in[3]; /* in the order that the function wants */
    size_t b;       /* which of them is the vector of coefficients */
    nb_status status;
} Model;

/* What an optimiser calls: the objective at b, and its gradient. */
static double objective(unsigned n, const double *b, double *gradient,
                        void *user)
{
    Model *m = user;
    double value = HUGE_VAL;
    nb_array out[] = {{NB_F64, 0, {1, 1}, {0, 0}, &value},
                      {NB_F64, 1, {n, 1}, {0, 0}, gradient}}; /* or NULL */
    m->in[m->b].data = (void *)(uintptr_t)b;
    return nb_call(m->f, m->in, out, &m->status) ? value : HUGE_VAL;
}

static int prepare(nb_context *c, Model *m, nb_array X, nb_array y)
{
    const char *name, *b = "b";
    nb_program p = {.expression = "sum(log1p(exp(X*b))) - y'*X*b",
                    .variables = &b, .nvariables = 1,
                    .want = NB_VALUE | NB_GRADIENT, .row_major = 1};
    if (!nb_declare(c, "X: [n,k]; y: [n]; b: [k]"))
        return 0;
    m->f = nb_compile(c, &p);
    for (size_t k = 0; m->f && (name = nb_function_input(m->f, k, NULL)); k++)
        if (*name == 'b')
            m->in[m->b = k] = (nb_array){NB_F64, 1, {2, 1}, {0, 0}, NULL};
        else
            m->in[k] = *name == 'X' ? X : y;
    return m->f != NULL;
}

static int fit(nb_context *c, nb_array table)
{
    static double X[FLIGHTS][2];
    Model m = {0};
    int64_t n = table.dim[0];
    double b[2] = {0, 0}, least;
    const double *t = table.data;
    for (int64_t i = 0; i < n; i++) { /* a column of ones, and temperatures */
        X[i][0] = 1;
        X[i][1] = t[i * table.stride[0]];
    }
    nb_array y = {NB_F64, 1, {n, 1}, {table.stride[0], 0},
                  (double *)table.data + table.stride[1]};
    if (!prepare(c, &m, (nb_array){NB_F64, 2, {n, 2}, {2, 1}, X}, y))
        return 0;
    nlopt_opt o = nlopt_create(NLOPT_LD_SLSQP, 2);
    nlopt_set_min_objective(o, objective, &m);
    nlopt_set_xtol_rel(o, 1e-10);
    nlopt_result r = nlopt_optimize(o, b, &least);
    if (r > 0)
        printf("log-odds of distress: %.4f %+.4f*temperature\n"
               "deviance %.3f after %d evaluations\n"
               "at 31 degrees: %.4f\n", b[0], b[1], 2 * least,
               nlopt_get_numevals(o), 1 / (1 + exp(-b[0] - 31 * b[1])));
    else
        fprintf(stderr, "%s %s\n", nlopt_result_to_string(r),
                m.status.message);
    nlopt_destroy(o);
    return r > 0;
}

int main(int argc, char **argv)
{
    nb_context *c = nb_context_new(NULL);
    nb_array table;
    int ok = c && nb_read(c, argc > 1 ? argv[1] : "data/orings.csv", NULL,
                          &table) &&
             table.ndim == 2 && table.dim[0] <= FLIGHTS &&
             table.dim[1] == 2 && fit(c, table);
    if (c && !ok && nb_error(c).message)
        fprintf(stderr, "%s\n", nb_error(c).message);
    nb_context_free(c);
    return !ok;
}
