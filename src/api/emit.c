/* emit.c: programs as source code. */
#include "api/compile.h"
#include "api/context.h"
#include "out/code.h"

/* "value, gradient X of x'*A*x" */
static const char *about(Ctx *ctx, const Compiled *c, const Program *p)
{
    Buf b;
    buf_init(&b, ctx->arena);
    for (uint32_t k = 0; k < c->task.nroots; k++)
        buf_printf(&b, "%s%s", k ? ", " : "", c->task.label[k]);
    buf_printf(&b, " of %s", p->expression);
    return buf_text(&b);
}

/* Code is of one plan, in which Cholesky is where it must exist; C tries it on
 * what is symmetric, too, before it takes LU. */
static const Plan *sure_plan(Ctx *ctx, const Compiled *c)
{
    const Plan *p = c->careful ? c->careful : c->plan;
    if (p)
        return p;
    return ctx_fail(ctx, ERR_UNSUPPORTED, (Span){0, 0},
                    c->why ? c->why : "it is not in real arithmetic",
                    "no code can be written for this expression; nabla eval "
                    "computes it");
}

const char *nb_emit(nb_context *c, const nb_program *in, const char *language,
                    const char *name)
{
    Program p;
    PlanSize size[PROGRAM_SIZES];
    uint32_t n = 0;
    if (!c || !in || !language || ctx_failed(c->ctx) ||
        !program_of(c, in, &p) ||
        (in->sizes && !read_sizes(c->ctx, in->sizes, size, &n)))
        return NULL;
    Compiled *done = compile(c->ctx, c->scope, &p, size, n);
    CodeTask task = {.plan = done ? sure_plan(c->ctx, done) : NULL,
                     .name = name};
    if (!task.plan)
        return NULL;
    task.about = about(c->ctx, done, &p);
    return code_print(c->ctx, &task, language);
}

const char *nb_emit_language(size_t k, const char **help)
{
    const char *unused;
    return code_language(k, help ? help : &unused);
}
