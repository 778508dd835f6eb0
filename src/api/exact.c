/* exact.c: what has no plan is evaluated by its tree, in multi-precision: slow,
 * and right.  Each call has a context of its own, and so may run beside
 * others. */
#include "api/function.h"

#include <math.h>

static bool read_input(Ctx *ctx, const Sym *s, const nb_array *a, Given *g)
{
    View v = view_of(a, s->rows, s->cols);
    size_t m = (size_t)v.m, n = (size_t)v.n;
    double *re = ARENA_ARRAY(ctx->arena, double, m * n + 1), *im = NULL;
    if (a->dtype == NB_C128)
        im = ARENA_ARRAY(ctx->arena, double, m * n + 1);
    for (size_t k = 0; re && k < m * n; k++) {
        int64_t i = (int64_t)(k % m), j = (int64_t)(k / m);
        re[k] = view_at(&v, i, j);
        if (im)
            im[k] = view_imag(&v, i, j);
    }
    *g = (Given){s, m, n, re, im};
    return re && (im || a->dtype != NB_C128);
}

static int write_output(const char *label, const Number *x, const View *v,
                        nb_status *st)
{
    for (size_t k = 0; k < x->rows * x->cols; k++) {
        double re = x->re[k], im = x->im[k];
        if (!isfinite(re) || !isfinite(im))
            return status_fail(st, NB_STATUS_DOMAIN, "%s is not finite",
                               label);
        if (v->dtype != NB_C128 && fabs(im) > 1e-30 * fabs(re))
            return status_fail(st, NB_STATUS_DOMAIN,
                               "%s is complex: its array wants complex "
                               "numbers", label);
        view_set(v, (int64_t)(k % x->rows), (int64_t)(k / x->rows), re, im);
    }
    return 1;
}

static int no_value(const nb_function *f, const Ctx *ctx, const nb_array *in,
                    const char *label, nb_status *st)
{
    if (input_not_finite(f, in, st))
        return 0;
    if (ctx->diag.code == ERR_LIMIT)
        return status_fail(st, NB_STATUS_MEMORY, "%s: %s", label,
                           ctx->diag.message);
    return status_fail(st, NB_STATUS_DOMAIN,
                       "%s has no value here: a singular matrix, or a "
                       "function outside its domain (%s)", label, f->c->why);
}

static int evaluate(const nb_function *f, Ctx *ctx, const PlanSize *size,
                    const nb_array *in, nb_array *out, nb_status *st)
{
    const Compiled *c = f->c;
    GivenSize sizes[PROGRAM_SIZES];
    Given g[PROGRAM_INPUTS];
    for (unsigned i = 0; i < c->nsizes; i++)
        sizes[i] = (GivenSize){size[i].name, size[i].size};
    for (unsigned i = 0; i < c->ninputs; i++)
        if (!read_input(ctx, c->input[i], &in[i], &g[i]))
            return status_fail(st, NB_STATUS_MEMORY, "there is no memory");
    for (uint32_t k = 0; k < c->task.nroots; k++) {
        Number x;
        if (!out[k].data)
            continue;
        if (!verify_value(ctx, c->task.root[k], g, c->ninputs, sizes,
                          c->nsizes, &x))
            return no_value(f, ctx, in, c->task.label[k], st);
        View v = output_view(f, k, &out[k], size);
        if (!write_output(c->task.label[k], &x, &v, st))
            return 0;
    }
    return 1;
}

int call_exact(nb_function *f, const PlanSize *size, const nb_array *in,
               nb_array *out, nb_status *st)
{
    Limits limits = LIMITS_DEFAULT;
    Ctx *ctx = ctx_new(&f->owner->ctx->hook, &limits);
    int good = ctx ? evaluate(f, ctx, size, in, out, st)
                   : status_fail(st, NB_STATUS_MEMORY, "there is no memory");
    ctx_free(ctx);
    return good;
}
