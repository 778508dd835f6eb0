/* nabla.c: the public functions: check the arguments, call one thing. */
#include "api/check.h"
#include "api/context.h"
#include "out/out.h"

#include <stdlib.h>
#include <string.h>

static void *take(const AllocHook *h, size_t size)
{
    return h->alloc ? h->alloc(h->user, size) : malloc(size);
}

static void give(const AllocHook *h, void *p)
{
    if (h->release)
        h->release(h->user, p);
    else
        free(p);
}

nb_context *nb_context_new(const nb_options *o)
{
    Limits limits = LIMITS_DEFAULT;
    AllocHook hook = {0};
    if (o && o->alloc && o->release)
        hook = (AllocHook){o->alloc, o->release, o->user};
    if (o && o->memory)
        limits.memory = o->memory;
    if (o && o->steps)
        limits.steps = o->steps;
    nb_context *c = take(&hook, sizeof *c);
    if (!c)
        return NULL;
    memset(c, 0, sizeof *c);
    c->ctx = ctx_new(&hook, &limits);
    c->scope = c->ctx ? scope_new(c->ctx) : NULL;
    if (c->scope)
        return c;
    ctx_free(c->ctx);
    give(&hook, c);
    return NULL;
}

void nb_context_free(nb_context *c)
{
    if (!c)
        return;
    AllocHook hook = c->ctx->hook;
    functions_free(c);
    if (c->has_blas)
        blas_unload(&c->blas);
    ctx_free(c->ctx);
    give(&hook, c);
}

void nb_reset(nb_context *c)
{
    if (!c)
        return;
    functions_free(c);
    ctx_reset(c->ctx);
    c->scope = scope_new(c->ctx);
}

int nb_declare(nb_context *c, const char *text)
{
    if (!c || !c->scope || !text)
        return 0;
    char *copy = arena_text(c->ctx->arena, text, strlen(text));
    if (!copy)
        return 0;
    ctx_source(c->ctx, copy, "declaration");
    return scope_declare(c->scope, copy, strlen(copy));
}

static bool fill(nb_context *c, const nb_request *q, Question *out)
{
    *out = (Question){.verify = !q->unverified,
                      .seed = q->seed ? q->seed : 1};
    out->task.mode = (Mode)q->mode;
    out->task.form = (Form)q->form;
    out->task.structure = (Structure)q->structure;
    out->latex = q->latex != 0;
    out->steps = q->steps != 0;
    if (q->compare)
        out->compare = arena_text(c->ctx->arena, q->compare,
                                  strlen(q->compare));
    out->task.order = q->order == 2 ? 2 : 1;
    out->task.numerator = q->numerator != 0;
    out->expression = q->expression;
    bool simplify = q->mode == NB_SIMPLIFY;
    if (!q->expression || (!simplify && q->nvariables == 0) ||
        q->nvariables > TASK_VARS || q->nindices > TASK_VARS) {
        ctx_fail(c->ctx, ERR_LANGUAGE, (Span){0, 0},
                 "write it as in: nabla diff \"x'*A*x\" x",
                 !q->expression         ? "there is no expression"
                 : q->nvariables == 0 ? "there is no variable"
                                        : "there are too many variables");
        return false;
    }
    for (size_t i = 0; i < q->nvariables; i++)
        out->variable[out->nvariables++] =
            arena_text(c->ctx->arena, q->variables[i],
                       strlen(q->variables[i]));
    for (size_t i = 0; i < q->nindices; i++)
        out->task.index_name[out->task.nindex++] =
            ctx_intern(c->ctx, q->indices[i], strlen(q->indices[i]));
    out->expression = arena_text(c->ctx->arena, q->expression,
                                 strlen(q->expression));
    return !ctx_failed(c->ctx);
}

const nb_result *nb_derive(nb_context *c, const nb_request *q)
{
    Question in;
    if (!c || !q || ctx_failed(c->ctx) || !fill(c, q, &in))
        return NULL;
    Answer *a = answer(c->ctx, c->scope, &in);
    nb_result *r = a ? ARENA_NEW(c->ctx->arena, nb_result) : NULL;
    if (r)
        r->a = a;
    return r;
}

size_t nb_result_count(const nb_result *r)
{
    return r ? r->a->outcome.nitems : 0;
}

static void json_list(Buf *b, const char *key, const char *const *list,
                      unsigned n)
{
    buf_printf(b, "\"%s\": [", key);
    for (unsigned i = 0; i < n; i++) {
        buf_add(b, i ? ", " : "");
        buf_json(b, list[i]);
    }
    buf_add(b, "]");
}

static void json_field(Buf *b, const char *key, const char *value)
{
    buf_printf(b, "\"%s\": ", key);
    if (value)
        buf_json(b, value);
    else
        buf_add(b, "null");
    buf_add(b, ", ");
}

static const char *shape_of(Ctx *ctx, const Tree *t)
{
    if (tree_is_scalar(t))
        return "scalar";
    if (dim_is(t->cols, 1))
        return ctx_printf(ctx, "[%s]", dim_text(ctx, t->rows));
    return ctx_printf(ctx, "[%s,%s]", dim_text(ctx, t->rows),
                      dim_text(ctx, t->cols));
}

static void json_proof(Buf *b, const Answer *a, size_t i)
{
    const Report *r = &a->report[i];
    if (!a->verified) {
        buf_add(b, "\"verified\": false");
        return;
    }
    buf_add(b, "\"verified\": {");
    json_field(b, "oracle", r->oracle);
    buf_printf(b, "\"draws\": %u, \"points\": %u, ", r->draws, r->points);
    if (strcmp(r->oracle, "multi-precision") == 0)
        buf_printf(b, "\"digits\": %d}", (int)r->digits);
    else
        buf_printf(b, "\"log2_error_bound\": %d}", (int)r->log2_error);
}

static void json_steps(Buf *b, const Steps *s)
{
    buf_add(b, ", \"steps\": [");
    for (unsigned i = 0; i < s->n; i++) {
        buf_add(b, i ? ", {" : "{");
        json_field(b, "text", s->step[i].line[OUT_TEXT]);
        json_field(b, "latex", s->step[i].line[OUT_LATEX]);
        buf_add(b, "\"rule\": ");
        buf_json(b, s->step[i].rule[OUT_TEXT]);
        buf_add(b, "}");
    }
    buf_add(b, "], ");
}

static const char *json(const Answer *a, size_t i)
{
    Ctx *ctx = a->ctx;
    const Item *it = &a->outcome.item[i];
    Buf b;
    buf_init(&b, ctx->arena);
    buf_add(&b, "{");
    json_field(&b, "input", a->input);
    if (it->label)
        json_field(&b, "variable", it->label);
    json_list(&b, "declarations", a->inferred, a->ninferred);
    buf_add(&b, ", ");
    json_field(&b, "result", a->text[i]);
    json_field(&b, "shape", shape_of(ctx, it->answer));
    json_field(&b, "latex", out_print(ctx, it->answer, OUT_LATEX));
    json_list(&b, "assumptions", a->outcome.assumption,
              a->outcome.nassumptions);
    buf_add(&b, ", ");
    json_list(&b, "notes", a->outcome.note, a->outcome.nnotes);
    json_steps(&b, &a->steps);
    json_proof(&b, a, i);
    buf_add(&b, "}");
    return buf_text(&b);
}

const char *nb_result_text(const nb_result *r, size_t i, nb_dialect d)
{
    if (!r || i >= r->a->outcome.nitems)
        return NULL;
    const Tree *t = r->a->outcome.item[i].answer;
    switch (d) {
    case NB_TEXT:
        return r->a->text[i];
    case NB_UNICODE:
        return out_print(r->a->ctx, t, OUT_UNICODE);
    case NB_LATEX:
        return out_print(r->a->ctx, t, OUT_LATEX);
    case NB_JSON:
        return json(r->a, i);
    }
    return NULL;
}

nb_error_info nb_error(nb_context *c)
{
    nb_error_info e = {0};
    if (!c || !ctx_failed(c->ctx))
        return e;
    const Diag *d = &c->ctx->diag;
    static const int status[] = {0, 2, 2, 3, 3, 4, 4};
    e.code = status[d->code];
    e.start = d->span.start;
    e.end = d->span.end;
    e.source = d->source;
    e.origin = d->origin;
    e.message = d->message;
    e.mend = d->mend;
    return e;
}

const char *nb_version(void)
{
    return NB_VERSION;
}

const char *nb_result_label(const nb_result *r, size_t i)
{
    return r && i < r->a->outcome.nitems ? r->a->outcome.item[i].label : NULL;
}

const char *nb_result_shape(const nb_result *r, size_t i)
{
    return r && i < r->a->outcome.nitems
               ? shape_of(r->a->ctx, r->a->outcome.item[i].answer)
               : NULL;
}

nb_form nb_result_form(const nb_result *r, size_t i)
{
    if (!r || i >= r->a->outcome.nitems)
        return NB_AUTO;
    switch (r->a->outcome.item[i].claim.form) {
    case CLAIM_DIFFERENTIAL:
        return NB_AS_DIFFERENTIAL;
    case CLAIM_ENTRIES:
        return NB_AS_ENTRIES;
    case CLAIM_KRON:
        return NB_AS_KRON;
    case CLAIM_BILINEAR:
        return NB_AS_BILINEAR;
    default:
        return NB_AUTO;
    }
}

const char *nb_result_assumption(const nb_result *r, size_t k)
{
    return r && k < r->a->outcome.nassumptions ? r->a->outcome.assumption[k]
                                               : NULL;
}

const char *nb_result_note(const nb_result *r, size_t k)
{
    return r && k < r->a->outcome.nnotes ? r->a->outcome.note[k] : NULL;
}

const char *nb_result_inferred(const nb_result *r, size_t k)
{
    return r && k < r->a->ninferred ? r->a->inferred[k] : NULL;
}

nb_proof nb_result_proof(const nb_result *r, size_t i)
{
    nb_proof p = {0};
    if (!r || i >= r->a->outcome.nitems || !r->a->verified)
        return p;
    const Report *s = &r->a->report[i];
    p = (nb_proof){1, s->oracle, s->draws, s->points, s->log2_error,
                   s->digits};
    return p;
}

const char *nb_result_step(const nb_result *r, size_t k, nb_dialect d,
                           const char **rule)
{
    if (!r || k >= r->a->steps.n)
        return NULL;
    const Step *s = &r->a->steps.step[k];
    Dialect in = d == NB_LATEX     ? OUT_LATEX
                 : d == NB_UNICODE ? OUT_UNICODE
                                   : OUT_TEXT;
    if (rule)
        *rule = s->rule[in];
    return s->line[in];
}

const char *nb_result_compared(const nb_result *r, int *right)
{
    if (right)
        *right = r && r->a->compared_right;
    return r ? r->a->compared : NULL;
}

typedef struct VerdictBox {
    nb_verdict v; /* first: the box is found by it */
    Checked *c;
} VerdictBox;

const nb_verdict *nb_check(nb_context *c, const char *equation,
                           const char *assume, int latex, uint64_t seed)
{
    if (!c || !equation || ctx_failed(c->ctx))
        return NULL;
    char *text = arena_text(c->ctx->arena, equation, strlen(equation));
    char *with = assume ? arena_text(c->ctx->arena, assume, strlen(assume))
                        : NULL;
    Checked *k = text ? check_equation(c->ctx, c->scope, text, with,
                                       latex != 0, seed ? seed : 1)
                      : NULL;
    VerdictBox *b = k ? ARENA_NEW(c->ctx->arena, VerdictBox) : NULL;
    if (!b)
        return NULL;
    b->c = k;
    b->v = (nb_verdict){.holds = k->verdict == PROVED, .how = k->how,
                        .point = k->counter.point, .left = k->counter.left,
                        .right = k->counter.right, .repair = k->repair};
    if (k->report.oracle)
        b->v.proof = (nb_proof){.verified = k->verdict == PROVED,
                                .oracle = k->report.oracle,
                                .draws = k->report.draws,
                                .points = k->report.points,
                                .log2_error = k->report.log2_error,
                                .digits = k->report.digits};
    return &b->v;
}

const char *nb_verdict_inferred(const nb_verdict *v, size_t k)
{
    const Checked *c = v ? ((const VerdictBox *)v)->c : NULL;
    return c && k < c->ninferred ? c->inferred[k] : NULL;
}

int nb_equal(nb_context *c, const char *a, const char *b, uint64_t seed)
{
    if (!c || !a || !b || ctx_failed(c->ctx))
        return -1;
    char *x = arena_text(c->ctx->arena, a, strlen(a));
    char *y = arena_text(c->ctx->arena, b, strlen(b));
    if (!x || !y)
        return -1;
    Report r = answer_equal(c->ctx, c->scope, x, y, seed ? seed : 1);
    return r.verdict == PROVED ? 1 : r.verdict == REFUTED ? 0 : -1;
}

const char *nb_typeset(nb_context *c, const char *text, int latex,
                       nb_dialect d)
{
    if (!c || !text || d == NB_JSON || ctx_failed(c->ctx))
        return NULL;
    char *copy = arena_text(c->ctx->arena, text, strlen(text));
    return copy ? check_typeset(c->ctx, c->scope, copy, latex != 0,
                                d == NB_LATEX     ? OUT_LATEX
                                : d == NB_UNICODE ? OUT_UNICODE
                                                  : OUT_TEXT)
                : NULL;
}

const char *nb_from_latex(nb_context *c, const char *latex)
{
    if (!c || !latex || ctx_failed(c->ctx))
        return NULL;
    char *copy = arena_text(c->ctx->arena, latex, strlen(latex));
    if (!copy)
        return NULL;
    ctx_source(c->ctx, copy, "expression");
    return lang_from_latex(c->ctx, copy, strlen(copy));
}

long nb_weight(nb_context *c, const char *expression)
{
    if (!c || !expression || ctx_failed(c->ctx))
        return -1;
    char *x = arena_text(c->ctx->arena, expression, strlen(expression));
    const Tree *t = x ? answer_read(c->ctx, c->scope, x, "expression") : NULL;
    return t ? (long)tree_weight(c->ctx, t) : -1;
}

void nb_set_dump(nb_context *c,
                 void (*dump)(void *, const char *, const char *), void *user)
{
    if (!c)
        return;
    c->ctx->dump = dump;
    c->ctx->dump_user = user;
}
