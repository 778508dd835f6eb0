/* sizes.c: the sizes that the inputs' shapes tell, and which arrays fit. */
#include "api/function.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

int status_fail(nb_status *s, int code, const char *fmt, ...)
{
    va_list ap;
    if (!s)
        return 0;
    s->code = code;
    va_start(ap, fmt);
    vsnprintf(s->message, sizeof s->message, fmt, ap);
    va_end(ap);
    return 0;
}

/* --- an array by itself */

static int array_makes_sense(const nb_array *a, const char *name,
                             nb_status *st)
{
    if (a->ndim < 0 || a->ndim > 2 || (int)a->dtype < NB_F64 ||
        a->dtype > NB_C128)
        return status_fail(st, NB_STATUS_SHAPE,
                           "%s: an array of %d dimensions and of type %d "
                           "cannot be used", name, a->ndim, (int)a->dtype);
    int64_t n = 1;
    for (int k = 0; k < a->ndim; k++) {
        if (a->dim[k] < 0)
            return status_fail(st, NB_STATUS_SHAPE,
                               "%s: dimension %d is %lld", name, k + 1,
                               (long long)a->dim[k]);
        n = a->dim[k] && n ? n : 0;
    }
    return n == 0 || a->data ||
           status_fail(st, NB_STATUS_SHAPE, "there are no data for %s", name);
}

static View input_view(const nb_function *f, unsigned i, const nb_array *in)
{
    return view_of(&in[i], f->c->input[i]->rows, f->c->input[i]->cols);
}

/* A whole number for a size or an integer that no array tells. */
static int whole(const nb_array *a, const char *name, int64_t *k,
                 nb_status *st)
{
    if (!array_makes_sense(a, name, st))
        return 0;
    double x = 0;
    for (int d = 0; d < a->ndim; d++)
        if (a->dim[d] != 1)
            return status_fail(st, NB_STATUS_SHAPE,
                               "%s is one number; an array is given", name);
    x = a->dtype == NB_F32 ? (double)*(const float *)a->data
                           : *(const double *)a->data;
    if (!(fabs(x) < 1e9) || x != floor(x))
        return status_fail(st, NB_STATUS_SHAPE,
                           "%s is a whole number below 10^9; %.17g is given",
                           name, x);
    *k = (int64_t)x;
    return 1;
}

/* --- all of them */

typedef struct Sizing {
    const nb_function *f;
    const nb_array *in;
    PlanSize *size;
    int teller[PROGRAM_SIZES]; /* the input that told it; -1: none */
    nb_status *st;
} Sizing;

static void learn(Sizing *z, unsigned input, const Dim *d, int64_t n)
{
    const char *name = dim_symbol(d);
    for (uint32_t i = 0; name && i < z->f->c->nsizes; i++)
        if (z->size[i].name == name && z->size[i].size < 0) {
            z->size[i].size = n;
            z->teller[i] = (int)input;
        }
}

/* The input that told the size that d is; -1 if d is more than a name. */
static int teller_of(const Sizing *z, const Dim *d)
{
    const char *name = dim_symbol(d);
    for (uint32_t i = 0; name && i < z->f->c->nsizes; i++)
        if (z->size[i].name == name)
            return z->teller[i];
    return -1;
}

/* Input i is m x n, where d should be `got`, and is not. */
static int misfit(const Sizing *z, unsigned i, const View *v, const Dim *d)
{
    const Compiled *c = z->f->c;
    const char *name = c->input[i]->name, *shape = z->f->in_shape[i];
    long long m = v->m, n = v->n;
    int64_t want;
    int by = teller_of(z, d);
    if (by >= 0 && (unsigned)by != i) {
        View b = input_view(z->f, (unsigned)by, z->in);
        return status_fail(z->st, NB_STATUS_SHAPE,
                           "%s: %s is given as %lld x %lld, but %s: %s is "
                           "%lld x %lld", name, shape, m, n,
                           c->input[by]->name, z->f->in_shape[by],
                           (long long)b.m, (long long)b.n);
    }
    if (by >= 0)
        return status_fail(z->st, NB_STATUS_SHAPE,
                           "%s: %s is square, and is given as %lld x %lld",
                           name, shape, m, n);
    if (dim_is(d, 1))
        return status_fail(z->st, NB_STATUS_SHAPE,
                           "%s is a %s, and is given as %lld x %lld", name,
                           *shape == '[' ? "vector" : "number", m, n);
    if (plan_dim(d, z->size, c->nsizes, &want))
        return status_fail(z->st, NB_STATUS_SHAPE,
                           "%s: %s is given as %lld x %lld, where a dimension "
                           "should be %lld", name, shape, m, n,
                           (long long)want);
    return status_fail(z->st, NB_STATUS_SHAPE,
                       "%s: %s is given as %lld x %lld: its sizes cannot be "
                       "found from the inputs", name, shape, m, n);
}

static int fits(const Sizing *z, unsigned i)
{
    const Compiled *c = z->f->c;
    const Sym *s = c->input[i];
    View v = input_view(z->f, i, z->in);
    int64_t r;
    if (v.dtype == NB_C128 && c->plan && !(s->props & PROP_COMPLEX))
        return status_fail(z->st, NB_STATUS_SHAPE,
                           "%s is given as complex numbers: declare it "
                           "complex, as in %s: %s complex", s->name, s->name,
                           z->f->in_shape[i]);
    if (!plan_dim(s->rows, z->size, c->nsizes, &r) || r != v.m)
        return misfit(z, i, &v, s->rows);
    if (!plan_dim(s->cols, z->size, c->nsizes, &r) || r != v.n)
        return misfit(z, i, &v, s->cols);
    return 1;
}

/* An index has its range. */
static int in_range(const Sizing *z, const Sym *s)
{
    const Compiled *c = z->f->c;
    int64_t i = 1, lo = 1, hi = INT64_MAX;
    for (unsigned k = 0; k < c->nsizes; k++)
        if (z->size[k].name == s->name)
            i = z->size[k].size;
    if (s->lo)
        plan_dim(s->lo, z->size, c->nsizes, &lo);
    if (s->hi)
        plan_dim(s->hi, z->size, c->nsizes, &hi);
    if (i >= lo && i <= hi)
        return 1;
    if (hi == INT64_MAX)
        return status_fail(z->st, NB_STATUS_SHAPE,
                           "the index %s is %lld: indices count from %lld",
                           s->name, (long long)i, (long long)lo);
    return status_fail(z->st, NB_STATUS_SHAPE,
                       "the index %s is %lld: it runs over %lld..%lld",
                       s->name, (long long)i, (long long)lo, (long long)hi);
}

int sizes_of(const nb_function *f, const nb_array *in, PlanSize *size,
             nb_status *st)
{
    Sizing z = {.f = f, .in = in, .size = size, .st = st};
    const Compiled *c = f->c;
    for (unsigned i = 0; i < c->nsizes; i++) {
        size[i] = (PlanSize){c->size[i], -1};
        z.teller[i] = -1;
    }
    for (unsigned i = 0; i < f->nfree; i++) {
        PlanSize *s = &size[f->free_size[i]];
        if (!whole(&in[c->ninputs + i], s->name, &s->size, st))
            return 0;
    }
    for (unsigned i = 0; i < c->ninputs; i++) {
        if (!array_makes_sense(&in[i], c->input[i]->name, st))
            return 0;
        View v = input_view(f, i, in);
        learn(&z, i, c->input[i]->rows, v.m);
        learn(&z, i, c->input[i]->cols, v.n);
    }
    for (unsigned i = 0; i < c->ninputs; i++)
        if (!fits(&z, i))
            return 0;
    for (unsigned i = 0; i < c->nindices; i++)
        if (!in_range(&z, c->index[i]))
            return 0;
    return 1;
}

/* --- outputs */

static void output_size(const nb_function *f, uint32_t k, const PlanSize *size,
                        int64_t *m, int64_t *n)
{
    const Tree *o = f->c->task.root[k];
    *m = *n = -1;
    plan_dim(o->rows, size, f->c->nsizes, m);
    plan_dim(o->cols, size, f->c->nsizes, n);
}

int nb_function_shape(nb_function *f, size_t k, const nb_array *in,
                      int64_t dim[2])
{
    PlanSize size[PROGRAM_SIZES];
    if (!f || k >= f->c->task.nroots || !sizes_of(f, in, size, NULL))
        return -1;
    const Tree *o = f->c->task.root[k];
    output_size(f, (uint32_t)k, size, &dim[0], &dim[1]);
    if (dim[0] < 0 || dim[1] < 0)
        return -1;
    return !dim_is(o->cols, 1) ? 2 : !dim_is(o->rows, 1) ? 1 : 0;
}

View output_view(const nb_function *f, uint32_t k, const nb_array *a,
                 const PlanSize *size)
{
    const Tree *o = f->c->task.root[k];
    View v = view_of(a, o->rows, o->cols);
    int64_t m, n;
    output_size(f, k, size, &m, &n);
    if (v.m != m && v.m == n && v.n == m && (m == 1 || n == 1))
        v = (View){v.dtype, v.n, v.m, v.col, v.row, v.data};
    return v;
}

static int output_fits(const nb_function *f, uint32_t k, const nb_array *a,
                       const PlanSize *size, nb_status *st)
{
    const char *label = f->c->task.label[k];
    int64_t m, n;
    if (!array_makes_sense(a, label, st))
        return 0;
    View v = output_view(f, k, a, size);
    output_size(f, k, size, &m, &n);
    if (v.m != m || v.n != n)
        return status_fail(st, NB_STATUS_SHAPE,
                           "the output %s is %lld x %lld; there is room for "
                           "%lld x %lld", label, (long long)m, (long long)n,
                           (long long)v.m, (long long)v.n);
    return !view_folds(&v) ||
           status_fail(st, NB_STATUS_SHAPE,
                       "the output %s: by its strides several entries have "
                       "one place", label);
}

int outputs_fit(const nb_function *f, const nb_array *out,
                const PlanSize *size, nb_status *st)
{
    for (uint32_t k = 0; k < f->c->task.nroots; k++) {
        if (!out[k].data)
            continue;
        if (!output_fits(f, k, &out[k], size, st))
            return 0;
        View v = output_view(f, k, &out[k], size);
        for (uint32_t j = 0; j < k; j++) {
            View w = output_view(f, j, &out[j], size);
            if (out[j].data && v.data == w.data && view_meets(&v, &w))
                return status_fail(st, NB_STATUS_SHAPE,
                                   "the outputs %s and %s are given the same "
                                   "place", f->c->task.label[j],
                                   f->c->task.label[k]);
        }
    }
    return 1;
}
