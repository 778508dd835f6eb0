/* function.c: compiled functions: arrays in, arrays out. */
#include "api/compile.h"
#include "api/context.h"
#include "out/out.h"
#include "run/frame.h"

#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Use { /* a plan, and its frames that rest */
    const Plan *plan;
    Val input[PROGRAM_INPUTS]; /* PLAN_NONE: not read */
    const char **label;        /* of instructions: what they evaluate */
    _Atomic(Frame *) ready;    /* the one that was used last */
    Frame *spare;
} Use;

struct nb_function {
    nb_context *owner;
    nb_function *next;
    Compiled *c;
    Use use[2]; /* the plan, and the careful one */
    pthread_mutex_t lock;
    bool single, row_major;
    PlanSize hint[PROGRAM_SIZES];
    uint32_t nhints;
    const char *in_shape[PROGRAM_INPUTS + PROGRAM_SIZES];
    const char *out_shape[PLAN_OUTS];
    unsigned free_size[PROGRAM_SIZES]; /* sizes that no array tells: inputs */
    unsigned nfree;
};

/* --- making one */

static bool load_blas(nb_context *c)
{
    const char *missing;
    if (c->has_blas)
        return true;
    c->has_blas = blas_load(&c->blas, &missing);
    if (!c->has_blas)
        ctx_fail(c->ctx, ERR_UNSUPPORTED, (Span){0, 0},
                 "install OpenBLAS (Debian: libopenblas0-pthread), or name "
                 "another in NABLA_BLAS",
                 "BLAS and LAPACK are not found: %s", missing);
    return c->has_blas;
}

static const char *shape_text(Ctx *ctx, const Dim *rows, const Dim *cols)
{
    if (dim_is(rows, 1) && dim_is(cols, 1))
        return "scalar";
    if (dim_is(cols, 1))
        return ctx_printf(ctx, "[%s]", dim_text(ctx, rows));
    return ctx_printf(ctx, "[%s,%s]", dim_text(ctx, rows),
                      dim_text(ctx, cols));
}

/* Does some array's shape tell this size? */
static bool told(const Compiled *c, const char *name)
{
    for (unsigned i = 0; i < c->ninputs; i++) {
        const char *r = dim_symbol(c->input[i]->rows);
        const char *k = dim_symbol(c->input[i]->cols);
        if (r == name || k == name)
            return true;
    }
    return false;
}

static void label_all(Ctx *ctx, Use *u)
{
    u->label = ARENA_ARRAY(ctx->arena, const char *, u->plan->ninsts + 1);
    for (uint32_t i = 0; u->label && i < u->plan->ninsts; i++) {
        const Tree *t = u->plan->inst[i].of;
        const char *s = t && t->size < 200 ? out_print(ctx, t, OUT_TEXT)
                                           : NULL;
        u->label[i] = s && strlen(s) < 200 ? s : "a part of the expression";
    }
}

static bool prepare(nb_function *f, Use *u, const Plan *p)
{
    Ctx *ctx = f->owner->ctx;
    u->plan = p;
    if (!p)
        return true;
    for (unsigned i = 0; i < f->c->ninputs; i++) {
        u->input[i] = PLAN_NONE;
        for (uint32_t k = 0; k < p->ninsts; k++)
            if (p->inst[k].op == PLAN_INPUT &&
                p->inst[k].sym == f->c->input[i])
                u->input[i] = p->inst[k].out;
    }
    label_all(ctx, u);
    return !ctx_failed(ctx);
}

static bool describe(nb_function *f)
{
    Ctx *ctx = f->owner->ctx;
    Compiled *c = f->c;
    for (unsigned i = 0; i < c->ninputs; i++)
        f->in_shape[i] = shape_text(ctx, c->input[i]->rows, c->input[i]->cols);
    for (unsigned i = 0; i < c->nsizes; i++)
        if (!told(c, c->size[i])) {
            f->in_shape[c->ninputs + f->nfree] = "scalar";
            f->free_size[f->nfree++] = i;
        }
    for (uint32_t i = 0; i < c->task.nroots; i++)
        f->out_shape[i] = shape_text(ctx, c->task.root[i]->rows,
                                     c->task.root[i]->cols);
    return !ctx_failed(ctx);
}

bool program_of(nb_context *c, const nb_program *in, Program *p)
{
    *p = (Program){.want = in->want, .verify = !in->unverified,
                   .latex = in->latex != 0, .row_major = in->row_major != 0,
                   .seed = in->seed ? in->seed : 1};
    if (!in->expression || in->nvariables > TASK_VARS)
        return ctx_fail(c->ctx, ERR_LANGUAGE, (Span){0, 0}, NULL,
                        in->expression ? "there are too many variables"
                                       : "there is no expression") != NULL;
    p->exact = in->dtype == NB_C128; /* complex numbers have no plan */
    p->expression = arena_text(c->ctx->arena, in->expression,
                               strlen(in->expression));
    if (in->nmore + in->nvariables > 14)
        return ctx_fail(c->ctx, ERR_LANGUAGE, (Span){0, 0}, NULL,
                        "there are more than 14 further expressions") != NULL;
    for (size_t i = 0; i < in->nmore; i++)
        p->more[p->nmore++] = arena_text(c->ctx->arena, in->more[i],
                                         strlen(in->more[i]));
    for (size_t i = 0; i < in->nvariables; i++)
        p->variable[p->nvariables++] =
            arena_text(c->ctx->arena, in->variables[i],
                       strlen(in->variables[i]));
    return !ctx_failed(c->ctx);
}

nb_function *nb_compile(nb_context *c, const nb_program *in)
{
    Program p;
    if (!c || !in || ctx_failed(c->ctx) || !program_of(c, in, &p))
        return NULL;
    nb_function *f = ARENA_NEW(c->ctx->arena, nb_function);
    if (!f)
        return NULL;
    f->owner = c;
    f->single = in->dtype == NB_F32;
    f->row_major = p.row_major;
    if (in->sizes && !read_sizes(c->ctx, in->sizes, f->hint, &f->nhints))
        return NULL;
    f->c = compile(c->ctx, c->scope, &p, f->hint, f->nhints);
    if (!f->c || (f->c->plan && !load_blas(c)) || !prepare(f, &f->use[0], f->c->plan) ||
        (f->c->careful && !prepare(f, &f->use[1], f->c->careful)) ||
        !describe(f) || pthread_mutex_init(&f->lock, NULL) != 0)
        return NULL;
    f->next = c->functions;
    c->functions = f;
    return f;
}

static void use_free(Use *u)
{
    frame_free(atomic_exchange(&u->ready, NULL));
    while (u->spare) {
        Frame *next = u->spare->next;
        frame_free(u->spare);
        u->spare = next;
    }
}

void functions_free(nb_context *c)
{
    for (nb_function *f = c->functions; f; f = f->next) {
        use_free(&f->use[0]);
        use_free(&f->use[1]);
        pthread_mutex_destroy(&f->lock);
    }
    c->functions = NULL;
}

/* --- questions */

const Compiled *function_compiled(const nb_function *f)
{
    return f->c;
}

const char *nb_function_input(const nb_function *f, size_t k,
                              const char **shape)
{
    if (!f || k >= f->c->ninputs + f->nfree)
        return NULL;
    if (shape)
        *shape = f->in_shape[k];
    return k < f->c->ninputs ? f->c->input[k]->name
                             : f->c->size[f->free_size[k - f->c->ninputs]];
}

const char *nb_function_output(const nb_function *f, size_t k,
                               const char **shape)
{
    if (!f || k >= f->c->task.nroots)
        return NULL;
    if (shape)
        *shape = f->out_shape[k];
    return f->c->task.label[k];
}

const char *nb_function_plan(nb_function *f)
{
    if (f && !f->c->plan)
        return ctx_printf(f->owner->ctx,
                          "# no plan (%s): evaluated in multi-precision\n",
                          f->c->why ? f->c->why : "as asked");
    return f ? plan_dump(f->c->plan, f->hint, f->nhints) : NULL;
}

void nb_set_threads(nb_context *c, int threads)
{
    if (c && load_blas(c) && c->blas.set_threads && threads > 0)
        c->blas.set_threads(threads);
}

/* --- shapes */

static int fail(nb_status *s, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static int fail(nb_status *s, int code, const char *fmt, ...)
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

/* Rows and columns of an array that stands for a symbol of this shape. */
static void extent(const nb_array *a, const Dim *rows, int64_t *m, int64_t *n)
{
    *m = a->ndim > 0 ? a->dim[0] : 1;
    *n = a->ndim > 1 ? a->dim[1] : 1;
    if (dim_is(rows, 1) && *n == 1) { /* a row given as a vector */
        *n = *m;
        *m = 1;
    }
}

static bool learn(const Dim *d, int64_t n, PlanSize *size, uint32_t nsizes)
{
    const char *name = dim_symbol(d);
    for (uint32_t i = 0; name && i < nsizes; i++)
        if (size[i].name == name && size[i].size < 0)
            size[i].size = n;
    return true;
}

static double number_of(const nb_array *a)
{
    return a->dtype == NB_F32 ? (double)*(const float *)a->data
                              : *(const double *)a->data;
}

static bool vector_as_row(const Sym *s, int64_t m, int64_t n)
{
    return dim_is(s->cols, 1) && !dim_is(s->rows, 1) && m == 1 && n > 1;
}

static int sizes_of(nb_function *f, const nb_array *in, PlanSize *size,
                    nb_status *st)
{
    Compiled *c = f->c;
    int64_t m, n, r, k;
    for (unsigned i = 0; i < c->nsizes; i++)
        size[i] = (PlanSize){c->size[i], -1};
    for (unsigned i = 0; i < f->nfree; i++) {
        const nb_array *a = &in[c->ninputs + i];
        size[f->free_size[i]].size = a->data ? (int64_t)number_of(a) : 0;
    }
    for (unsigned i = 0; i < c->ninputs; i++) {
        extent(&in[i], c->input[i]->rows, &m, &n);
        if (vector_as_row(c->input[i], m, n)) {
            m = n;
            n = 1;
        }
        learn(c->input[i]->rows, m, size, c->nsizes);
        learn(c->input[i]->cols, n, size, c->nsizes);
    }
    for (unsigned i = 0; i < c->ninputs; i++) {
        const Sym *s = c->input[i];
        extent(&in[i], s->rows, &m, &n);
        if (vector_as_row(s, m, n)) {
            m = n;
            n = 1;
        }
        if (plan_dim(s->rows, size, c->nsizes, &r) &&
            plan_dim(s->cols, size, c->nsizes, &k) && r == m && k == n &&
            in[i].data &&
            (in[i].dtype != NB_C128 || !f->c->plan))
            continue;
        if (!in[i].data)
            return fail(st, NB_STATUS_SHAPE, "there are no data for %s",
                        s->name);
        if (in[i].dtype == NB_C128 && f->c->plan)
            return fail(st, NB_STATUS_SHAPE,
                        "%s is given as complex numbers: declare it complex, "
                        "as in %s: %s complex", s->name, s->name,
                        f->in_shape[i]);
        char want[64] = "other sizes";
        if (plan_dim(s->rows, size, c->nsizes, &r) &&
            plan_dim(s->cols, size, c->nsizes, &k))
            snprintf(want, sizeof want, "%lld x %lld", (long long)r,
                     (long long)k);
        return fail(st, NB_STATUS_SHAPE,
                    "%s: %s is given as %lld x %lld, where the other inputs "
                    "make it %s", s->name, f->in_shape[i], (long long)m,
                    (long long)n, want);
    }
    return 1;
}

int nb_function_shape(nb_function *f, size_t k, const nb_array *in,
                      int64_t dim[2])
{
    PlanSize size[PROGRAM_SIZES];
    if (!f || k >= f->c->task.nroots || !sizes_of(f, in, size, NULL))
        return -1;
    const Tree *o = f->c->task.root[k];
    if (!plan_dim(o->rows, size, f->c->nsizes, &dim[0]) ||
        !plan_dim(o->cols, size, f->c->nsizes, &dim[1]))
        return -1;
    return !dim_is(o->cols, 1) ? 2 : !dim_is(o->rows, 1) ? 1 : 0;
}

/* --- frames */

static bool same_sizes(const Frame *f, const PlanSize *size, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (f->size[i].size != size[i].size)
            return false;
    return true;
}

/* One of these sizes that rests, else a new one. */
static Frame *borrow(nb_function *f, Use *u, const PlanSize *size,
                     bool *too_big)
{
    uint32_t n = f->c->nsizes;
    Frame *x = atomic_exchange(&u->ready, NULL);
    if (x && same_sizes(x, size, n))
        return x;
    pthread_mutex_lock(&f->lock);
    if (x) {
        x->next = u->spare;
        u->spare = x;
    }
    Frame **p = &u->spare;
    while (*p && !same_sizes(*p, size, n))
        p = &(*p)->next;
    x = *p;
    if (x)
        *p = x->next;
    pthread_mutex_unlock(&f->lock);
    return x ? x
             : frame_new(u->plan, &f->owner->blas, size, n,
                         f->single ? sizeof(float) : sizeof(double), too_big);
}

static void give_back(nb_function *f, Use *u, Frame *x)
{
    Frame *none = NULL;
    if (atomic_compare_exchange_strong(&u->ready, &none, x))
        return;
    pthread_mutex_lock(&f->lock);
    x->next = u->spare;
    u->spare = x;
    pthread_mutex_unlock(&f->lock);
}

/* --- arrays in and out */

typedef struct Shape {
    int64_t m, n;   /* as the frame stores it: by columns */
    bool flip;      /* the array is stored the other way round */
} Shape;

static bool in_place(const nb_function *f, const nb_array *a, int64_t m,
                     int64_t n)
{
    bool vector = m == 1 || n == 1;
    int64_t s0 = a->stride[0], s1 = a->stride[1];
    if (a->dtype != (f->single ? NB_F32 : NB_F64))
        return false;
    if (s0 == 0 && s1 == 0)
        return vector || !f->row_major;
    if (vector)
        return (a->ndim < 2 || m != 1 ? s0 : s1) == 1 || m * n == 1;
    return f->row_major ? s1 == 1 && s0 == n : s0 == 1 && s1 == m;
}

static size_t offset_of(const nb_array *a, int64_t m, int64_t i, int64_t j)
{
    int64_t s0 = a->stride[0], s1 = a->stride[1];
    if (s0 == 0 && s1 == 0) {
        s0 = 1;
        s1 = m;
    }
    if (a->ndim < 2 && i == 0)
        return (size_t)(j * s0);
    return (size_t)(i * s0 + j * s1);
}

static double load(const nb_array *a, size_t at)
{
    if (a->dtype == NB_C128)
        at *= 2;
    return a->dtype == NB_F32 ? (double)((const float *)a->data)[at]
                              : ((const double *)a->data)[at];
}

static void store(const nb_array *a, size_t at, double x)
{
    if (a->dtype == NB_C128)
        at *= 2;
    if (a->dtype == NB_F32)
        ((float *)a->data)[at] = (float)x;
    else
        ((double *)a->data)[at] = x;
}

/* Room beside the frame for one value, kept with it. */
static void *packed(Frame *x, Val v, size_t real)
{
    if (!x->pack[v])
        x->pack[v] = malloc((x->entries[v] + 1) * real);
    return x->pack[v];
}

static double real_at(const nb_function *f, const void *p, size_t i)
{
    return f->single ? (double)((const float *)p)[i] : ((const double *)p)[i];
}

static void set_real(const nb_function *f, void *p, size_t i, double x)
{
    if (f->single)
        ((float *)p)[i] = (float)x;
    else
        ((double *)p)[i] = x;
}

static bool bind_input(nb_function *f, Frame *x, Val v, const Sym *s,
                       const nb_array *a)
{
    int64_t m, n;
    extent(a, s->rows, &m, &n);
    if (in_place(f, a, m, n)) {
        x->ptr[v] = a->data;
        return true;
    }
    void *p = packed(x, v, f->single ? sizeof(float) : sizeof(double));
    bool rows = f->row_major && m > 1 && n > 1;
    for (int64_t j = 0; p && j < n; j++)
        for (int64_t i = 0; i < m; i++)
            set_real(f, p, (size_t)(rows ? i * n + j : j * m + i),
                     load(a, offset_of(a, m, i, j)));
    x->ptr[v] = p;
    return p != NULL;
}

static bool earlier(const Plan *p, uint32_t k)
{
    for (uint32_t i = 0; i < k; i++)
        if (p->out[i].val == p->out[k].val)
            return true;
    return p->inst[p->value[p->out[k].val].def].op == PLAN_INPUT;
}

static void out_size(const nb_function *f, uint32_t k, const PlanSize *size,
                     int64_t *m, int64_t *n)
{
    const Tree *o = f->c->task.root[k];
    plan_dim(o->rows, size, f->c->nsizes, m);
    plan_dim(o->cols, size, f->c->nsizes, n);
}

static bool bind_output(nb_function *f, Frame *x, uint32_t k,
                        const nb_array *a, bool *direct)
{
    const PlanOut *o = &x->plan->out[k];
    int64_t m, n;
    *direct = false;
    if (earlier(x->plan, k))
        return true;
    out_size(f, k, x->size, &m, &n);
    if (a->data && !o->transposed && in_place(f, a, m, n)) {
        x->ptr[o->val] = a->data;
        *direct = true;
        return true;
    }
    x->ptr[o->val] = packed(x, o->val,
                            f->single ? sizeof(float) : sizeof(double));
    return x->ptr[o->val] != NULL;
}

static void copy_output(const nb_function *f, const Frame *x, uint32_t k,
                        const nb_array *a)
{
    const PlanOut *o = &x->plan->out[k];
    const void *p = x->ptr[o->val];
    int64_t m, n;
    out_size(f, k, x->size, &m, &n);
    bool turned = (o->transposed != f->row_major) && m > 1 && n > 1;
    for (int64_t j = 0; a->data && j < n; j++)
        for (int64_t i = 0; i < m; i++)
            store(a, offset_of(a, m, i, j),
                  real_at(f, p, (size_t)(turned ? i * n + j : j * m + i)));
}

/* --- a call */

static int check_outputs(const nb_function *f, const nb_array *out,
                         const PlanSize *size, nb_status *st)
{
    for (uint32_t k = 0; k < f->c->task.nroots; k++) {
        int64_t m = 1, n = 1, am, an;
        if (!out[k].data)
            continue;
        out_size(f, k, size, &m, &n);
        extent(&out[k], f->c->task.root[k]->rows, &am, &an);
        if (am * an != m * n || (am != m && m != 1 && n != 1))
            return fail(st, NB_STATUS_SHAPE,
                        "the output %s is %lld x %lld; there is room for "
                        "%lld x %lld", f->c->task.label[k], (long long)m,
                        (long long)n, (long long)am, (long long)an);
    }
    return 1;
}

static int input_not_finite(nb_function *f, const nb_array *in, nb_status *st)
{
    for (unsigned i = 0; i < f->c->ninputs; i++) {
        int64_t m, n;
        extent(&in[i], f->c->input[i]->rows, &m, &n);
        for (int64_t j = 0; j < n; j++)
            for (int64_t k = 0; k < m; k++) {
                double x = load(&in[i], offset_of(&in[i], m, k, j));
                if (!isfinite(x))
                    return fail(st, NB_STATUS_DOMAIN,
                                "the input %s has %s at entry [%lld,%lld]",
                                f->c->input[i]->name,
                                isnan(x) ? "NaN" : "Inf", (long long)k + 1,
                                (long long)j + 1) + 1;
            }
    }
    return 0;
}

/* --- without a plan: in multi-precision, in a context of its own */

static bool given(const nb_function *f, Ctx *ctx, const nb_array *in,
                  Given *g)
{
    for (unsigned k = 0; k < f->c->ninputs; k++) {
        const Sym *s = f->c->input[k];
        const nb_array *a = &in[k];
        int64_t m, n;
        extent(a, s->rows, &m, &n);
        size_t count = (size_t)(m * n);
        double *re = ARENA_ARRAY(ctx->arena, double, count + 1);
        double *im = a->dtype == NB_C128
                         ? ARENA_ARRAY(ctx->arena, double, count + 1)
                         : NULL;
        for (size_t i = 0; re && i < count; i++) {
            size_t at = offset_of(a, m, (int64_t)i % m, (int64_t)i / m);
            re[i] = load(a, at);
            if (im)
                im[i] = ((const double *)a->data)[2 * at + 1];
        }
        bool row = vector_as_row(s, m, n);
        g[k] = (Given){s, (size_t)(row ? n : m), (size_t)(row ? m : n), re,
                       im};
        if (!re || (a->dtype == NB_C128 && !im))
            return false;
    }
    return true;
}

static int take_exact(const nb_function *f, uint32_t k, const Number *x,
                      const nb_array *a, nb_status *st)
{
    int64_t m = (int64_t)x->rows;
    for (size_t i = 0; a->data && i < x->rows * x->cols; i++) {
        size_t at = offset_of(a, m, (int64_t)i % m, (int64_t)i / m);
        if (!isfinite(x->re[i]) || !isfinite(x->im[i]))
            return fail(st, NB_STATUS_DOMAIN, "%s is not finite",
                        f->c->task.label[k]);
        if (a->dtype != NB_C128 && fabs(x->im[i]) > 1e-30 * fabs(x->re[i]))
            return fail(st, NB_STATUS_DOMAIN,
                        "%s is complex: its array wants complex numbers",
                        f->c->task.label[k]);
        store(a, at, x->re[i]);
        if (a->dtype == NB_C128)
            ((double *)a->data)[2 * at + 1] = x->im[i];
    }
    return 1;
}

static int call_exact(nb_function *f, const PlanSize *size,
                      const nb_array *in, nb_array *out, nb_status *st)
{
    Limits limits = LIMITS_DEFAULT;
    Ctx *ctx = ctx_new(&f->owner->ctx->hook, &limits);
    GivenSize sizes[PROGRAM_SIZES];
    Given g[PROGRAM_INPUTS];
    int good = ctx && given(f, ctx, in, g);
    for (unsigned i = 0; i < f->c->nsizes; i++)
        sizes[i] = (GivenSize){size[i].name, size[i].size};
    if (!good)
        fail(st, NB_STATUS_MEMORY, "there is no memory");
    for (uint32_t k = 0; good && k < f->c->task.nroots; k++) {
        Number x;
        if (!out[k].data)
            continue;
        if (!verify_value(ctx, f->c->task.root[k], g, f->c->ninputs, sizes,
                          f->c->nsizes, &x))
            good = input_not_finite(f, in, st) ? 0
                   : fail(st, NB_STATUS_DOMAIN,
                          "%s has no value here: a singular matrix, a "
                          "function outside its domain, or work beyond the "
                          "limits", f->c->task.label[k]);
        else
            good = take_exact(f, k, &x, &out[k], st);
    }
    ctx_free(ctx);
    return good;
}

static int report(nb_function *f, Use *u, Frame *x, const nb_array *in,
                  nb_status *st)
{
    const Inst *i = x->failed;
    const char *what = i ? u->label[i - u->plan->inst] : "the expression";
    bool posdef = x->report.code == RUN_NOT_POSDEF;
    if (input_not_finite(f, in, st))
        return 0;
    if (x->report.code == RUN_DOMAIN || !i)
        return fail(st, NB_STATUS_DOMAIN, "%s %s", what, x->report.message);
    return fail(st, x->report.code == RUN_MEMORY ? NB_STATUS_MEMORY
                                                 : NB_STATUS_SINGULAR,
                "%s %s%s", what, x->report.message,
                posdef && i->of && i->of->op == OP_SYM ? ", as declared" : "");
}

static bool run(const nb_function *f, Frame *x)
{
    return f->single ? frame_run_f32(x) : frame_run_f64(x);
}

static int call_with(nb_function *f, Use *u, const PlanSize *size,
                     const nb_array *in, nb_array *out, nb_status *st)
{
    bool too_big = false, direct[PLAN_OUTS];
    Frame *x = borrow(f, u, size, &too_big);
    if (!x)
        return fail(st, NB_STATUS_MEMORY,
                    too_big ? "the sizes are larger than BLAS can count"
                            : "there is no memory for these sizes");
    bool ok = true;
    for (unsigned i = 0; ok && i < f->c->ninputs; i++)
        ok = u->input[i] == PLAN_NONE ||
             bind_input(f, x, u->input[i], f->c->input[i], &in[i]);
    for (uint32_t k = 0; ok && k < u->plan->nouts; k++)
        ok = bind_output(f, x, k, &out[k], &direct[k]);
    int good = ok ? run(f, x)
                  : fail(st, NB_STATUS_MEMORY, "there is no memory");
    if (st && ok)
        st->rcond = x->report.rcond;
    if (ok && good && x->bad) {
        x->trace = true; /* again, looking at every operation */
        run(f, x);
        x->trace = false;
        good = false;
    }
    for (uint32_t k = 0; good && k < u->plan->nouts; k++)
        if (!direct[k])
            copy_output(f, x, k, &out[k]);
    int code = x->report.code;
    if (ok && !good)
        report(f, u, x, in, st);
    give_back(f, u, x);
    return good ? 1 : ok && code == RUN_NOT_POSDEF ? -1 : 0;
}

int nb_call(nb_function *f, const nb_array *in, nb_array *out, nb_status *st)
{
    PlanSize size[PROGRAM_SIZES];
    nb_status mine;
    if (!f || !in || !out)
        return 0;
    if (!st)
        st = &mine;
    st->code = NB_STATUS_OK;
    st->rcond = 1;
    st->message[0] = '\0';
    if (!sizes_of(f, in, size, st) || !check_outputs(f, out, size, st))
        return 0;
    if (!f->c->plan)
        return call_exact(f, size, in, out, st);
    int r = call_with(f, &f->use[0], size, in, out, st);
    if (r < 0 && f->use[1].plan) { /* not definite: by LU, then */
        st->code = NB_STATUS_OK;
        st->message[0] = '\0';
        r = call_with(f, &f->use[1], size, in, out, st);
    }
    return r > 0;
}
