/* steps.c: a derivation, line by line.
 *
 * The differential of the whole is written with the differentials of its parts
 * left standing, d(E); a line replaces each of them by the rule of its
 * outermost operator.  What is linear passes through without a line.  A rule is
 * applied to letters and the parts are put in for the letters, so that the
 * lines come from the one table of rules; each line is proved. */
#include "api/steps.h"
#include "api/derive.h"
#include "out/out.h"

#include <string.h>

enum { WAITING = 256, TOO_LARGE = 400 };

typedef struct Waiting {
    const Tree *part; /* E of d(E) */
    const Tree *sym;  /* what stands for d(E) */
    const Tree *done; /* its whole differential, for the proof */
} Waiting;

typedef struct Work_ {
    Ctx *ctx;
    Scope *scope;
    Lower lower;
    Raise raise;
    const Sym *x, *dx;
    const Tree *input;
    Waiting w[WAITING];
    unsigned n, letters;
    uint64_t seed;
    Buf rules; /* of the line under way */
    Steps *out;
} Derivation;

static bool moves(Derivation *d, const Tree *t)
{
    return tree_mentions(d->ctx, t, d->x);
}

static const Sym *letter(Derivation *d, const Tree *like, const char *stem)
{
    Sym *s =
        scope_fresh(d->scope, ctx_printf(d->ctx, "%s%u_", stem, ++d->letters),
                    SYM_QUANTITY, like->rows, like->cols);
    if (s) {
        s->differential = true; /* none of the asker's names */
        s->props = like->flags & TREE_COMPLEX ? PROP_COMPLEX : 0;
    }
    return s;
}

/* --- linear operators pass through */

static bool is_linear(const Tree *t)
{
    switch (t->op) {
    case OP_ADD:
    case OP_NEG:
    case OP_TRANSPOSE:
    case OP_TR:
    case OP_SUM:
    case OP_SUM1:
    case OP_SUM2:
    case OP_VEC:
    case OP_RESHAPE:
    case OP_DIAG:
        return true;
    default:
        return false;
    }
}

static unsigned moving_kids(Derivation *d, const Tree *t)
{
    unsigned n = 0;
    for (uint32_t i = 0; i < t->nkids; i++)
        n += moves(d, t->kid[i]);
    return n;
}

static const Tree *waiting_for(Derivation *d, const Tree *t)
{
    for (unsigned i = 0; i < d->n; i++)
        if (d->w[i].part == t)
            return d->w[i].sym;
    const Sym *s = d->n < WAITING ? letter(d, t, "d") : NULL;
    if (!s)
        return NULL;
    d->w[d->n] = (Waiting){.part = t, .sym = tree_sym(d->ctx, s)};
    return d->w[d->n++].sym;
}

static const Tree *differential(Derivation *d, const Tree *t);

/* The op with each moving kid replaced by its differential; sums drop what
 * stands still. */
static const Tree *through(Derivation *d, const Tree *t)
{
    const Tree **kid = ARENA_ARRAY(d->ctx->arena, const Tree *, t->nkids + 1u);
    uint32_t n = 0;
    for (uint32_t i = 0; kid && i < t->nkids; i++) {
        bool m = moves(d, t->kid[i]);
        if (t->op == OP_ADD && !m)
            continue;
        kid[n++] = m ? differential(d, t->kid[i]) : t->kid[i];
    }
    if (!kid)
        return NULL;
    if (t->op == OP_ADD && n == 1)
        return kid[0];
    return tree_shaped(d->ctx, t->op, n, kid, t->rows, t->cols, t->span);
}

/* dt with what is not linear left standing as d(E). */
static const Tree *differential(Derivation *d, const Tree *t)
{
    bool product = t->op == OP_MUL || t->op == OP_HAD || t->op == OP_KRON;
    if (t->op == OP_SYM)
        return tree_sym(d->ctx, d->dx);
    if (is_linear(t) || (product && moving_kids(d, t) == 1))
        return through(d, t);
    return waiting_for(d, t);
}

/* --- one rule, applied to letters */

static const char *rule_name(Derivation *d, const Tree *t)
{
    const OpRecord *r = op_record(t->op);
    const char *name = t->op == OP_MUL    ? "product rule"
                       : t->op == OP_HAD  ? "Hadamard product"
                       : t->op == OP_KRON ? "Kronecker product"
                       : t->op == OP_DIV || t->op == OP_EDIV ? "quotient"
                       : t->op == OP_POW || t->op == OP_EPOW ? "power"
                       : t->op == OP_APPLY                   ? "chain rule"
                                                             : r->name;
    const char *source = t->op == OP_MUL    ? "Matrix Cookbook (37)"
                         : t->op == OP_HAD  ? "Matrix Cookbook (38)"
                         : t->op == OP_KRON ? "Matrix Cookbook (39)"
                                            : r->source;
    return source && t->op != OP_POW
               ? ctx_printf(d->ctx, "%s, %s", name, source)
               : name;
}

static void mention_rule(Derivation *d, const Tree *t)
{
    const char *name = rule_name(d, t), *have = buf_text(&d->rules);
    if (!name || !have || strstr(have, name))
        return;
    buf_add(&d->rules, *have ? "; " : "");
    buf_add(&d->rules, name);
}

static const Tree *by_rule(Derivation *d, const Tree *t)
{
    const Sym *p[8], *dp[8];
    const Tree *of[8], *e = t;
    unsigned n = 0;
    for (uint32_t i = 0; i < t->nkids && e; i++) {
        bool known = false;
        for (unsigned k = 0; k < n; k++)
            known = known || of[k] == t->kid[i];
        if (known || !moves(d, t->kid[i]))
            continue;
        if (n == 8)
            return NULL;
        of[n] = t->kid[i];
        p[n] = letter(d, of[n], "p");
        dp[n] = letter(d, of[n], "q");
        if (!p[n] || !dp[n])
            return NULL;
        e = tree_subst(d->ctx, e, of[n], tree_sym(d->ctx, p[n]));
        n++;
    }
    const Net *f = e ? lower(&d->lower, e) : NULL;
    const Net *g = f ? calc_differential(d->ctx, f, n, p, dp) : NULL;
    const Tree *r =
        g ? raise_best(&d->raise, g, g->naxes == 1 && is_row(t)) : NULL;
    for (unsigned k = 0; k < n && r; k++) {
        r = tree_subst(d->ctx, r, tree_sym(d->ctx, p[k]), of[k]);
        r = r ? tree_subst(d->ctx, r, tree_sym(d->ctx, dp[k]),
                           differential(d, of[k]))
              : NULL;
    }
    return r;
}

/* --- a line: printed, and proved */

static const char *print_line(Derivation *d, const Tree *t, Dialect dialect,
                              bool first)
{
    const Tree *part[WAITING];
    const char *name[WAITING];
    for (unsigned i = 0; i < d->n; i++) {
        const char *e = out_print(d->ctx, d->w[i].part, dialect);
        part[i] = d->w[i].sym;
        name[i] = ctx_printf(
            d->ctx,
            dialect == OUT_LATEX ? "\\mathrm{d}\\left(%s\\right)" : "d(%s)",
            e ? e : "");
    }
    const char *text = out_print_named(d->ctx, t, dialect, d->n, part, name);
    if (!text || !first)
        return text ? ctx_printf(d->ctx, "  = %s", text) : NULL;
    const char *f = out_print(d->ctx, d->input, dialect);
    return ctx_printf(d->ctx,
                      dialect == OUT_LATEX ? "\\mathrm{d}\\left(%s\\right) = %s"
                                           : "d(%s) = %s",
                      f ? f : "", text);
}

/* What every d(E) that stands in t is in full. */
static const Tree *in_full(Derivation *d, const Tree *t)
{
    for (unsigned i = 0; i < d->n && t; i++) {
        Waiting *w = &d->w[i];
        if (!tree_mentions(d->ctx, t, w->sym->sym))
            continue;
        if (!w->done) {
            const Net *f = lower(&d->lower, w->part);
            const Net *g =
                f ? calc_differential(d->ctx, f, 1, &d->x, &d->dx) : NULL;
            w->done =
                g ? raise_best(&d->raise, g, g->naxes == 1 && is_row(w->part))
                  : NULL;
        }
        t = w->done ? tree_subst(d->ctx, t, w->sym, w->done) : NULL;
    }
    return t;
}

static bool add_line(Derivation *d, const Tree *t, const char *rule)
{
    Steps *s = d->out;
    if (s->n == STEPS_MOST || !t)
        return ctx_failed(d->ctx) ? false : true;
    Claim c = {.form = CLAIM_DIFFERENTIAL,
               .input = d->input,
               .answer = in_full(d, t),
               .order = 1,
               .nvars = 1};
    c.var[0] = tree_sym(d->ctx, d->x);
    c.dir[0] = d->dx;
    if (!c.answer)
        return false;
    if (verify_claim(d->ctx, &c, d->seed).verdict != PROVED)
        return ctx_failed(d->ctx)
                   ? false
                   : ctx_fail(d->ctx, ERR_UNPROVED, (Span){0, 0},
                              "this is a defect of ours: please report it",
                              "a step of the derivation could not be "
                              "proved") != NULL;
    s->line[s->n] = (Step){print_line(d, t, OUT_TEXT, s->n == 0),
                           print_line(d, t, OUT_UNICODE, s->n == 0),
                           print_line(d, t, OUT_LATEX, s->n == 0), rule};
    return s->line[s->n++].text != NULL;
}

/* Every d(E) of t by the rule of E. */
static const Tree *next_line(Derivation *d, const Tree *t)
{
    unsigned before = d->n;
    buf_init(&d->rules, d->ctx->arena);
    for (unsigned i = 0; i < before && t; i++) {
        if (!tree_mentions(d->ctx, t, d->w[i].sym->sym))
            continue;
        mention_rule(d, d->w[i].part);
        const Tree *e = by_rule(d, d->w[i].part);
        t = e ? tree_subst(d->ctx, t, d->w[i].sym, e) : NULL;
    }
    return t;
}

static bool is_waiting(Derivation *d, const Tree *t)
{
    for (unsigned i = 0; i < d->n; i++)
        if (tree_mentions(d->ctx, t, d->w[i].sym->sym))
            return true;
    return false;
}

static bool finish(Derivation *d, const Tree *last, const Tree *answer)
{
    const Net *f = lower(&d->lower, d->input);
    const Net *g = f ? calc_differential(d->ctx, f, 1, &d->x, &d->dx) : NULL;
    const Tree *t =
        g ? raise_best(&d->raise, g, g->naxes == 1 && is_row(d->input)) : NULL;
    if (!t || (t != last && !add_line(d, t, "simplified")))
        return false;
    if (d->out->n == STEPS_MOST || t == answer)
        return true;
    bool scalar = tree_is_scalar(d->input), flat = tree_is_scalar(answer);
    d->out->line[d->out->n++] =
        (Step){ctx_printf(d->ctx, "derivative: %s",
                          out_print(d->ctx, answer, OUT_TEXT)),
               ctx_printf(d->ctx, "derivative: %s",
                          out_print(d->ctx, answer, OUT_UNICODE)),
               ctx_printf(d->ctx, "\\text{derivative: } %s",
                          out_print(d->ctx, answer, OUT_LATEX)),
               ctx_printf(d->ctx,
                          flat     ? "read off: df = f'*d%s"
                          : scalar ? "read off: df = tr(G'*d%s)"
                                   : "read off: df = J*d%s",
                          d->x->name)};
    return true;
}

bool steps_of(Ctx *ctx, Scope *scope, const Task *task, const Tree *answer,
              uint64_t seed, Steps *out)
{
    Derivation *d = ARENA_NEW(ctx->arena, Derivation);
    const Tree *v = task->nvars == 1 ? task->var[0] : NULL;
    if (!d)
        return false;
    if (!v || v->op != OP_SYM || v->sym->kind != SYM_QUANTITY ||
        task->mode == MODE_HESS || task->mode == MODE_TAYLOR)
        return ctx_fail(ctx, ERR_UNSUPPORTED, (Span){0, 0},
                        "ask for the first derivative by a whole variable",
                        "the steps of this derivative come in a later "
                        "version") != NULL;
    *d = (Derivation){.ctx = ctx,
                      .scope = scope,
                      .x = v->sym,
                      .seed = seed,
                      .input = task->input,
                      .out = out};
    *out = (Steps){.n = 0};
    calc_lower_init(&d->lower, ctx);
    raise_init(&d->raise, ctx, scope);
    Sym *dx = scope_fresh(scope, ctx_printf(ctx, "d%s", v->sym->name),
                          SYM_QUANTITY, v->rows, v->cols);
    const Sym *old =
        scope_find(scope, ctx_intern(ctx, ctx_printf(ctx, "d%s", v->sym->name),
                                     strlen(v->sym->name) + 1));
    if (!dx)
        return false;
    dx->differential = true;
    dx->of = v->sym;
    dx->props = v->sym->props & (PROPS_LINEAR | PROP_COMPLEX | PROP_HERMITIAN);
    d->dx =
        old && old->differential && old->rows == v->rows && old->cols == v->cols
            ? old
            : dx;
    if (!moves(d, task->input) || task->input->size > TOO_LARGE)
        return true;
    const Tree *t = differential(d, task->input);
    bool trivial = t == d->w[0].sym;
    if (t && !trivial && !add_line(d, t, "linear"))
        return false;
    while (t && is_waiting(d, t) && out->n < STEPS_MOST - 3) {
        t = next_line(d, t);
        if (!t || !add_line(d, t, buf_text(&d->rules)))
            return false;
    }
    return t && finish(d, t, answer);
}
