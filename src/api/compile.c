/* compile.c: value, gradient and Hessian of what was typed, as one plan. */
#include "api/compile.h"
#include "base/hash.h"

#include <string.h>

typedef struct Compile {
    Ctx *ctx;
    Scope *scope;
    const Program *p;
    Compiled *out;
} Compile;

static bool add_root(Compile *c, const Tree *t, const char *label)
{
    PlanTask *k = &c->out->task;
    if (!t || !label)
        return false;
    if (k->nroots == PLAN_OUTS) {
        ctx_fail(c->ctx, ERR_LANGUAGE, (Span){0, 0}, NULL,
                 "there are more than %d outputs", PLAN_OUTS);
        return false;
    }
    k->row_major[k->nroots] = c->p->row_major && !dim_is(t->rows, 1) &&
                              !dim_is(t->cols, 1);
    k->label[k->nroots] = label;
    k->root[k->nroots++] = t;
    return true;
}

/* --- what is wanted, derived and proved */

static Answer *ask(Compile *c, Mode mode, Form form, unsigned first,
                   unsigned n)
{
    Question q = {.task = {.mode = mode, .form = form},
                  .expression = c->p->expression,
                  .nvariables = n,
                  .verify = c->p->verify,
                  .latex = c->p->latex,
                  .seed = c->p->seed};
    for (unsigned i = 0; i < n; i++)
        q.variable[i] = c->p->variable[first + i];
    return answer(c->ctx, c->scope, &q);
}

static const char *labelled(Compile *c, const char *what, unsigned k)
{
    return ctx_printf(c->ctx, "%s %s", what, c->p->variable[k]);
}

static bool is_matrix(const Tree *t)
{
    return !dim_is(t->rows, 1) && !dim_is(t->cols, 1);
}

/* The same where no closed form of the matrix is known. */
static const Tree *matrix_by_columns(Compile *c, Mode mode, unsigned k,
                                     const Tree *v)
{
    Diag before = c->ctx->diag;
    c->ctx->diag = (Diag){0};
    Answer *a = ask(c, mode, FORM_DIFFERENTIAL, k, 1);
    const Tree *t = a && v->op == OP_SYM
                        ? by_columns(c->ctx, c->scope,
                                     a->outcome.item[0].answer, v->sym)
                        : NULL;
    if (!t && (!a || !ctx_failed(c->ctx)))
        c->ctx->diag = before;
    return t;
}

/* The derivative as a matrix, if need be over vec of either. */
static bool add_derivative(Compile *c, const char *what, Mode mode,
                           unsigned k, const Tree *f, const Tree *v)
{
    bool kron = mode == MODE_HESS ? is_matrix(v)
                                  : (is_matrix(f) && !tree_is_scalar(v)) ||
                                        (is_matrix(v) && !tree_is_scalar(f));
    Answer *a = ask(c, mode, kron ? FORM_KRON : FORM_AUTO, k, 1);
    bool none = !a && kron && c->ctx->diag.code == ERR_UNSUPPORTED;
    const Tree *t = a      ? a->outcome.item[0].answer
                    : none ? matrix_by_columns(c, mode, k, v)
                           : NULL;
    return t && add_root(c, t, labelled(c, what, k));
}

static bool add_all(Compile *c, const Tree *f, const Tree *const *v)
{
    unsigned want = c->p->want ? c->p->want : WANT_VALUE;
    if ((want & WANT_VALUE) &&
        !add_root(c, answer_plain(c->ctx, c->scope, f), "value"))
        return false;
    if (want != WANT_VALUE && c->p->nvariables == 0)
        return ctx_fail(c->ctx, ERR_LANGUAGE, (Span){0, 0}, NULL,
                        "a derivative by which variable?") != NULL;
    for (unsigned k = 0; (want & WANT_GRADIENT) && k < c->p->nvariables; k++)
        if (!add_derivative(c, tree_is_scalar(f) ? "gradient" : "jacobian",
                            MODE_DIFF, k, f, v[k]))
            return false;
    if ((want & WANT_HESSIAN) &&
        !add_derivative(c, "hessian", MODE_HESS, 0, f, v[0]))
        return false;
    if (want & WANT_HESSVEC) {
        Answer *a = ask(c, MODE_HESS, FORM_DIFFERENTIAL, 0, 1);
        if (!a || !add_root(c, a->outcome.item[0].answer,
                            labelled(c, "hessvec", 0)))
            return false;
    }
    return true;
}

/* --- inputs and sizes */

static bool add_size(void *user, const char *name)
{
    Compiled *out = user;
    for (unsigned i = 0; i < out->nsizes; i++)
        if (out->size[i] == name)
            return true;
    if (out->nsizes < PROGRAM_SIZES)
        out->size[out->nsizes++] = name;
    return true;
}

static void add_sizes(Compiled *out, const Dim *d)
{
    if (d)
        dim_each(d, add_size, out);
}

static bool add_input(Compile *c, const Sym *s)
{
    Compiled *out = c->out;
    for (unsigned i = 0; i < out->ninputs; i++)
        if (out->input[i] == s)
            return true;
    if (out->ninputs == PROGRAM_INPUTS)
        return ctx_fail(c->ctx, ERR_LANGUAGE, (Span){0, 0}, NULL,
                        "there are more than %d inputs", PROGRAM_INPUTS) !=
               NULL;
    out->input[out->ninputs++] = s;
    return true;
}

static bool told(const Compiled *out, const char *size)
{
    for (unsigned i = 0; i < out->ninputs; i++)
        if (dim_symbol(out->input[i]->rows) == size ||
            dim_symbol(out->input[i]->cols) == size)
            return true;
    return false;
}

/* A Hessian may be of a size that only what is not in it has: the array of a
 * name in the expression, or of the variable, tells it. */
static bool add_tellers(Compile *c, PtrMap *seen, const Tree *t)
{
    Compiled *out = c->out;
    const Sym *s = t->op == OP_SYM && t->sym->kind == SYM_QUANTITY ? t->sym
                                                                    : NULL;
    if (ptrmap_has(seen, t) || !ptrmap_put(seen, t, seen))
        return !ctx_failed(c->ctx);
    for (unsigned i = 0; s && i < out->nsizes; i++) {
        const char *size = out->size[i];
        bool tells = dim_symbol(s->rows) == size ||
                     dim_symbol(s->cols) == size;
        if (tells && !told(out, size) && !add_input(c, s))
            return false;
    }
    for (uint32_t i = 0; i < t->nkids; i++)
        if (!add_tellers(c, seen, t->kid[i]))
            return false;
    return true;
}

/* The indices of the sums around a tree. */
typedef struct Around {
    const Sym *index;
    const struct Around *outer;
} Around;

typedef struct Integers {
    Compiled *out;
    const Around *around;
} Integers;

static bool add_integer(void *user, const char *name)
{
    Integers *k = user;
    for (const Around *a = k->around; a; a = a->outer)
        if (a->index->name == name)
            return true;
    return add_size(k->out, name);
}

/* An index that no sum binds is given as a number. */
static void add_index(Compile *c, const Around *around, const Sym *s)
{
    Compiled *out = c->out;
    for (const Around *a = around; a; a = a->outer)
        if (a->index == s)
            return;
    add_size(out, s->name);
    for (unsigned i = 0; i < out->nindices; i++)
        if (out->index[i] == s)
            return;
    if (out->nindices < PROGRAM_SIZES)
        out->index[out->nindices++] = s;
}

static bool collect(Compile *c, PtrMap *seen, const Around *around,
                    const Tree *t);

/* What is bound in one sum may be free in another: not seen yet. */
static bool collect_sum(Compile *c, const Around *around, const Tree *t)
{
    Around inner = {t->sym, around};
    PtrMap seen;
    ptrmap_init(&seen, c->ctx->arena);
    if (t->nkids == 1)
        add_sizes(c->out, t->sym->hi);
    for (uint32_t i = 0; i < t->nkids; i++)
        if (!collect(c, &seen, i + 1 == t->nkids ? &inner : around,
                     t->kid[i]))
            return false;
    return true;
}

static bool collect(Compile *c, PtrMap *seen, const Around *around,
                    const Tree *t)
{
    Integers integers = {c->out, around};
    bool symbol = t->op == OP_SYM && t->sym->kind == SYM_QUANTITY;
    if (t->op == OP_IMUNIT || (symbol && t->sym->props & PROP_COMPLEX))
        c->out->task.complex = true;
    if (ptrmap_has(seen, t) || !ptrmap_put(seen, t, seen))
        return !ctx_failed(c->ctx);
    if (t->op == OP_SYM && t->sym->kind == SYM_FUNCTION)
        return ctx_fail(c->ctx, ERR_UNSUPPORTED, t->span,
                        "write what it is in its place",
                        "%s is an unknown function: it has no numbers",
                        t->sym->name) != NULL;
    add_sizes(c->out, t->rows);
    add_sizes(c->out, t->cols);
    if (t->op == OP_INT)
        dim_each(t->dim, add_integer, &integers);
    if (symbol && !add_input(c, t->sym))
        return false;
    if (t->op == OP_SYM && (t->sym->kind == SYM_INTEGER ||
                            t->sym->kind == SYM_DIMENSION))
        add_size(c->out, t->sym->name);
    if (t->op == OP_SYM && t->sym->kind == SYM_INDEX)
        add_index(c, around, t->sym);
    if (t->op == OP_SUMI)
        return collect_sum(c, around, t);
    for (uint32_t i = 0; i < t->nkids; i++)
        if (!collect(c, seen, around, t->kid[i]))
            return false;
    return true;
}

/* The expression, its variables, and what else is to be evaluated. */
static bool read(Compile *c, const Tree **f, const Tree **v, const Tree **more)
{
    Source src[TASK_VARS + PLAN_OUTS + 1];
    unsigned nv = c->p->nvariables, n = 1 + nv + c->p->nmore;
    memset(src, 0, sizeof src);
    c->ctx->latex = c->p->latex;
    for (unsigned i = 0; i < n; i++) {
        bool var = i > 0 && i <= nv;
        src[i].text = i == 0 ? c->p->expression
                      : var  ? c->p->variable[i - 1]
                             : c->p->more[i - 1 - nv];
        src[i].origin = var ? "variable" : "expression";
        ctx_source(c->ctx, src[i].text, src[i].origin);
        src[i].parsed = lang_parse(c->ctx, src[i].text, strlen(src[i].text));
        if (!src[i].parsed)
            return false;
    }
    c->ctx->latex = false;
    if (!lang_shape(c->scope, src, n))
        return false;
    for (unsigned i = 0; i < c->p->nmore; i++)
        more[i] = src[1 + nv + i].shaped;
    ctx_source(c->ctx, c->p->expression, "expression");
    *f = src[0].shaped;
    for (unsigned i = 0; i < c->p->nvariables; i++)
        v[i] = src[i + 1].shaped;
    return true;
}

/* --- sums over an index, in closed form where there is a plan for that */

static unsigned sums_in(PtrMap *seen, const Tree *t)
{
    unsigned n = t->op == OP_SUMI;
    if (ptrmap_has(seen, t) || !ptrmap_put(seen, t, seen))
        return 0;
    for (uint32_t i = 0; i < t->nkids; i++)
        n += sums_in(seen, t->kid[i]);
    return n;
}

static unsigned count_sums(Compile *c, const Tree *t)
{
    PtrMap seen;
    ptrmap_init(&seen, c->ctx->arena);
    return sums_in(&seen, t);
}

/* The tree without sums, or with fewer of them, proved equal; NULL: none was
 * found. */
static const Tree *closed(Compile *c, const Tree *t)
{
    Outcome out;
    Diag before = c->ctx->diag;
    Task task = {.mode = MODE_SIMPLIFY, .input = t};
    unsigned sums = count_sums(c, t);
    if (!sums)
        return t;
    const Tree *z = derive(c->ctx, c->scope, &task, &out) &&
                            verify_claim(c->ctx, &out.item[0].claim,
                                         c->p->seed).verdict == PROVED
                        ? out.item[0].answer
                        : NULL;
    c->ctx->diag = before;
    return z && count_sums(c, z) < sums ? z : NULL;
}

/* The plan of the roots with sums in closed form, or as loops; the roots stay
 * if it has none either. */
static Plan *closed_plan(Compile *c)
{
    PlanTask *t = &c->out->task, old = *t;
    Diag before = c->ctx->diag;
    bool any = false;
    c->ctx->diag = (Diag){0};
    for (uint32_t i = 0; i < t->nroots; i++) {
        const Tree *z = closed(c, t->root[i]);
        any |= z && z != t->root[i];
        t->root[i] = z ? z : t->root[i];
    }
    Plan *p = any ? plan_make(c->ctx, t) : NULL;
    if (!p && (!any || c->ctx->diag.code == ERR_UNSUPPORTED)) {
        c->ctx->diag = (Diag){0};
        t->repeat = true; /* what is left, term by term */
        p = plan_make(c->ctx, t);
    }
    if (!p) {
        *t = old;
        c->ctx->diag = before;
    }
    return p;
}

static bool hopes(const Plan *p)
{
    for (uint32_t i = 0; i < p->ninsts; i++)
        if (p->inst[i].op == PLAN_CHOL)
            return true;
    return false;
}

static bool make_plans(Compile *c, const PlanSize *size, uint32_t n)
{
    PlanTask *t = &c->out->task;
    t->size = size;
    t->nsizes = n;
    if (c->p->row_major) {
        t->row_sym = c->out->input;
        t->nrow_syms = c->out->ninputs;
    }
    Diag before = c->ctx->diag;
    t->hope = true;
    t->complex |= c->p->complex;
    c->out->plan = plan_make(c->ctx, t);
    if (!c->out->plan && c->ctx->diag.code == ERR_UNSUPPORTED)
        c->out->plan = closed_plan(c);
    t->hope = false;
    if (c->out->plan && hopes(c->out->plan))
        c->out->careful = plan_make(c->ctx, t);
    if (!c->out->plan && c->ctx->diag.code == ERR_UNSUPPORTED) {
        c->out->why = c->ctx->diag.message;
        c->ctx->diag = before; /* exact.c evaluates the trees themselves */
    }
    return !ctx_failed(c->ctx);
}

Compiled *compile(Ctx *ctx, Scope *scope, const Program *p,
                  const PlanSize *size, uint32_t nsizes)
{
    Compile c = {.ctx = ctx, .scope = scope, .p = p,
                 .out = ARENA_NEW(ctx->arena, Compiled)};
    const Tree *f, *v[TASK_VARS], *more[PLAN_OUTS];
    PtrMap seen;
    if (!c.out)
        return NULL;
    c.out->ctx = ctx;
    if (!read(&c, &f, v, more) || !add_all(&c, f, v))
        return NULL;
    for (unsigned i = 0; i < p->nmore; i++)
        if (!add_root(&c, answer_plain(ctx, scope, more[i]), "value"))
            return NULL;
    ptrmap_init(&seen, ctx->arena);
    for (uint32_t i = 0; i < c.out->task.nroots; i++)
        if (!collect(&c, &seen, NULL, c.out->task.root[i]))
            return NULL;
    ptrmap_init(&seen, ctx->arena);
    for (unsigned i = 0; i < p->nvariables; i++)
        if (!add_tellers(&c, &seen, v[i]))
            return NULL;
    if (!add_tellers(&c, &seen, f))
        return NULL;
    for (unsigned i = 0; i < c.out->ninputs; i++) {
        add_sizes(c.out, c.out->input[i]->rows);
        add_sizes(c.out, c.out->input[i]->cols);
    }
    return make_plans(&c, size, nsizes) ? c.out : NULL;
}

static bool is_blank(char ch)
{
    return ch == ' ' || ch == ';' || ch == ',' || ch == '\n' || ch == '\t';
}

bool read_sizes(Ctx *ctx, const char *s, PlanSize *size, uint32_t *n)
{
    const char *whole = s;
    *n = 0;
    while (s && *s) {
        while (is_blank(*s))
            s++;
        size_t k = strcspn(s, " =;,");
        if (!*s)
            break;
        const char *v = s + k + strspn(s + k, " ");
        int64_t x = 0;
        if (*v == '=')
            v += 1 + strspn(v + 1, " ");
        if (k == 0 || *v < '0' || *v > '9' || *n == PROGRAM_SIZES) {
            ctx_source(ctx, whole, "sizes");
            return ctx_fail(ctx, ERR_LANGUAGE,
                            (Span){(uint32_t)(s - whole),
                                   (uint32_t)(s - whole + 1)},
                            "write them as in: n = 1000; m = 10",
                            "this is no size") != NULL;
        }
        while (*v >= '0' && *v <= '9' && x < INT32_MAX)
            x = 10 * x + (*v++ - '0');
        size[(*n)++] = (PlanSize){ctx_intern(ctx, s, k), x};
        s = v;
    }
    return true;
}
