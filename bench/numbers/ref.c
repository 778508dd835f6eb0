/* ref.c: the reference: values in quadruple precision, and their central
 * differences. */
#include "ref.h"
#include "interpreter.h"
#include <stdio.h>
#include <string.h>

/* The value, with the variable's entries moved already. */
static Real value(Env *e)
{
    Real v = evaluate(e, e->task->problem->line[0].text).v[0];
    pool_clear(&e->pool);
    return v;
}

static Matrix variable(Env *e, const char *name)
{
    for (int i = 0; i < e->count; i++)
        if (strcmp(e->named[i].name, name) == 0)
            return e->named[i].value;
    return wrong(e, "an unknown variable");
}

static void gradient(Env *e, const char *name, double *out)
{
    const Real h = (Real)1e-9;
    Matrix x = variable(e, name);
    for (int i = 0; i < x.rows * x.cols; i++) {
        Real kept = x.v[i];
        x.v[i] = kept + h;
        Real up = value(e);
        x.v[i] = kept - h;
        out[i] = (double)((up - value(e)) / (2 * h));
        x.v[i] = kept;
    }
}

/* d2f/dx_i dx_j by four values. */
static Real second(Env *e, Matrix x, int i, int j)
{
    const Real h = (Real)1e-7;
    Real a = x.v[i], b = x.v[j], s = 0;
    for (int p = -1; p <= 1; p += 2)
        for (int q = -1; q <= 1; q += 2) {
            x.v[i] += p * h;
            x.v[j] += q * h;
            s += p * q * value(e);
            x.v[j] = b;
            x.v[i] = a;
        }
    return s / (4 * h * h);
}

static void hessian(Env *e, const char *name, double *out)
{
    Matrix x = variable(e, name);
    int n = x.rows * x.cols;
    for (int j = 0; j < n; j++)
        for (int i = 0; i <= j; i++)
            out[j * n + i] = out[i * n + j] = (double)second(e, x, i, j);
}

/* (g(x + h*v) - g(x - h*v))/(2*h), g itself by differences. */
static void along(Env *e, const char *name, const char *direction,
                  double *out)
{
    Matrix x = variable(e, name), v = variable(e, direction);
    int n = x.rows * x.cols;
    for (int i = 0; i < n; i++) {
        Real s = 0;
        for (int j = 0; j < n; j++)
            s += second(e, x, i, j) * v.v[j];
        out[i] = (double)s;
    }
}

static void values(Env *e)
{
    const Problem *p = e->task->problem;
    int out = 0;
    for (int i = 0; i < p->nlines; i++) {
        Matrix m = evaluate(e, p->line[i].text);
        const char *given = p->line[i].name;
        const Array *a = &e->task->out[out];
        if (!p->line[i].asked) {
            e->named[e->count++] = (Named){given, m};
            continue;
        }
        out++;
        if (m.rows != a->rows || m.cols != a->cols)
            fprintf(stderr, "%s: %s has another shape\n", p->name, given);
        for (size_t k = 0; k < array_count(a) && !e->wrong; k++)
            a->data[k] = (double)m.v[k];
    }
    pool_clear(&e->pool);
}

static void bind_inputs(Env *e)
{
    const Task *t = e->task;
    for (int i = 0; i < t->nin; i++) {
        Matrix m = matrix_new(&e->kept, t->in[i].rows, t->in[i].cols);
        for (size_t k = 0; k < array_count(&t->in[i]); k++)
            m.v[k] = t->in[i].data[k];
        e->named[e->count++] = (Named){t->in[i].name, m};
    }
}

int reference(Task *t)
{
    Env e = {.task = t};
    const Op *op = t->op;
    bind_inputs(&e);
    if (op->kind == VALUE)
        values(&e);
    if (op->kind == HESSIAN)
        hessian(&e, op->by[0], t->out[0].data);
    if (op->kind == HVP)
        along(&e, op->by[0], op->by[1], t->out[0].data);
    if (op->kind == GRADIENT) {
        t->out[0].data[0] = (double)value(&e);
        for (int k = 0; k < op->nby; k++)
            gradient(&e, op->by[k], t->out[k + 1].data);
    }
    pool_clear(&e.pool);
    pool_clear(&e.kept);
    return !e.wrong;
}
