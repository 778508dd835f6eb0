/* function.c: compiled functions: making one, and questions about it. */
#include "api/function.h"
#include "out/out.h"

#include <string.h>

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
    p->complex = in->dtype == NB_C128;
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
    f->trusted = in->trusted != 0;
    if (in->sizes && !read_sizes(c->ctx, in->sizes, f->hint, &f->nhints))
        return NULL;
    f->c = compile(c->ctx, c->scope, &p, f->hint, f->nhints);
    if (f->c)
        f->dtype = f->c->task.complex ? NB_C128
                   : f->single        ? NB_F32
                                      : NB_F64;
    if (!f->c || (f->c->plan && !load_blas(c)) ||
        !prepare(f, &f->use[0], f->c->plan) ||
        !prepare(f, &f->use[1], f->c->careful) ||
        !describe(f) || pthread_mutex_init(&f->lock, NULL) != 0)
        return NULL;
    f->next = c->functions;
    c->functions = f;
    return f;
}

static void use_free(Use *u)
{
    while (u->frames) {
        Frame *next = u->frames->next;
        frame_free(u->frames);
        u->frames = next;
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

int nb_function_complex(const nb_function *f, size_t k)
{
    if (!f || k >= f->c->task.nroots || !f->c->task.complex)
        return 0;
    return !f->c->plan || !f->c->plan->out[k].real;
}

const char *nb_function_plan(nb_function *f)
{
    if (f && !f->c->plan)
        return ctx_printf(f->owner->ctx,
                          "# no plan (%s): evaluated in multi-precision\n",
                          f->c->why);
    return f ? plan_dump(f->c->plan, f->hint, f->nhints) : NULL;
}

void nb_set_threads(nb_context *c, int threads)
{
    if (c && load_blas(c) && c->blas.set_threads && threads > 0)
        c->blas.set_threads(threads);
}
