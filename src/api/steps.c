/* steps.c: which differentials a derivation goes through, and what is read off
 * each: the first derivative from the differential of the input, the next one
 * from the differential of that derivative, the structure at the end. */
#include "api/answer.h"
#include "api/derive.h"

#include <string.h>

typedef struct Plan {
    Ctx *ctx;
    Scope *scope;
    Task task;         /* with plain variables where structure is ignored */
    const Outcome *outcome;
    const Tree *input; /* of the differential under way */
    const Sym *base[TASK_VARS]; /* X of the variables X, X[i,j], conj(X) */
    Motion m;
    uint64_t seed;
    Steps *out;
} Plan;

static bool no_derivation(Ctx *ctx, const char *why)
{
    ctx_fail(ctx, ERR_UNSUPPORTED, (Span){0, 0}, NULL, "%s", why);
    return false;
}

/* --- what is read off, in each dialect; %s: the variable */

typedef enum Reading {
    READ_GRADIENT, READ_MATRIX, READ_ROW, READ_NUMERATOR, READ_JACOBIAN,
    READ_RATE, READ_KRON, READ_ENTRIES, READ_FORM, READ_TERMS, READ_CONJ,
    READ_REAL, READ_REAL_MATRIX, READ_HESSIAN, READ_KRON_HESSIAN, READ_SCALED
} Reading;

static const char *const readings[][DIALECTS] = {
    [READ_GRADIENT] = {"df = g'*d%s", "df = gᵀ d%s",
                       "$\\mathrm{d}f = g^{\\top} \\mathrm{d}%s$"},
    [READ_MATRIX] = {"df = tr(G'*d%s)", "df = tr(Gᵀ d%s)",
                     "$\\mathrm{d}f = \\operatorname{tr}(G^{\\top} "
                     "\\mathrm{d}%s)$"},
    [READ_ROW] = {"df = g*d%s", "df = g d%s",
                  "$\\mathrm{d}f = g\\, \\mathrm{d}%s$"},
    [READ_NUMERATOR] = {"df = tr(G*d%s)", "df = tr(G d%s)",
                        "$\\mathrm{d}f = \\operatorname{tr}(G\\, "
                        "\\mathrm{d}%s)$"},
    [READ_JACOBIAN] = {"df = J*d%s", "df = J d%s",
                       "$\\mathrm{d}f = J\\, \\mathrm{d}%s$"},
    [READ_RATE] = {"divided by d%s", "divided by d%s",
                   "divided by $\\mathrm{d}%s$"},
    [READ_KRON] = {"vec(df) = K*vec(d%s)", "vec(df) = K vec(d%s)",
                   "$\\operatorname{vec}(\\mathrm{d}f) = "
                   "K \\operatorname{vec}(\\mathrm{d}%s)$"},
    [READ_ENTRIES] = {"the coefficient of each entry of d%s",
                      "the coefficient of each entry of d%s",
                      "the coefficient of each entry of $\\mathrm{d}%s$"},
    [READ_FORM] = {"U and V for the two movements of %s",
                   "U and V for the two movements of %s",
                   "$U$ and $V$ for the two movements of $%s$"},
    [READ_TERMS] = {"the terms in d%s, conj(d%s) left out",
                    "the terms in d%s, conj(d%s) left out",
                    "the terms in $\\mathrm{d}%s$, "
                    "$\\overline{\\mathrm{d}%s}$ left out"},
    [READ_CONJ] = {"the terms in conj(d%s), d%s left out",
                   "the terms in conj(d%s), d%s left out",
                   "the terms in $\\overline{\\mathrm{d}%s}$, "
                   "$\\mathrm{d}%s$ left out"},
    [READ_REAL] = {"df = real(g^H*d%s)", "df = real(gᴴ d%s)",
                   "$\\mathrm{d}f = \\operatorname{Re}(g^{\\mathrm{H}} "
                   "\\mathrm{d}%s)$"},
    [READ_REAL_MATRIX] = {"df = real(tr(G^H*d%s))", "df = real(tr(Gᴴ d%s))",
                          "$\\mathrm{d}f = \\operatorname{Re}("
                          "\\operatorname{tr}(G^{\\mathrm{H}} "
                          "\\mathrm{d}%s))$"},
    [READ_HESSIAN] = {"dg = H*d%s", "dg = H d%s",
                      "$\\mathrm{d}g = H\\, \\mathrm{d}%s$"},
    [READ_KRON_HESSIAN] = {"vec(dG) = H*vec(d%s)", "vec(dG) = H vec(d%s)",
                           "$\\operatorname{vec}(\\mathrm{d}G) = "
                           "H \\operatorname{vec}(\\mathrm{d}%s)$"},
    [READ_SCALED] = {"the factor of d%s", "the factor of d%s",
                     "the factor of $\\mathrm{d}%s$"},
};

static Reading reading_of(const Plan *p, const Item *it, const Tree *v,
                          unsigned order)
{
    const Claim *c = &it->claim;
    bool scalar = v->op == OP_INDEX || tree_is_scalar(v);
    bool matrix = !dim_is(v->rows, 1) && !dim_is(v->cols, 1);
    Wirtinger w = c->wirtinger[c->order == 2];
    if (w == WIRTINGER_GRAD)
        return matrix ? READ_REAL_MATRIX : READ_REAL;
    if (w == WIRTINGER_Z || w == WIRTINGER_CONJ)
        return w == WIRTINGER_Z ? READ_TERMS : READ_CONJ;
    switch (c->form) {
    case CLAIM_KRON:
        return order > 1 ? READ_KRON_HESSIAN : READ_KRON;
    case CLAIM_ENTRIES:
        return READ_ENTRIES;
    case CLAIM_BILINEAR:
        return READ_FORM;
    case CLAIM_JACOBIAN:
        return READ_JACOBIAN;
    case CLAIM_HESSIAN:
        return READ_HESSIAN;
    default:
        break;
    }
    if (scalar)
        return READ_RATE;
    if (order > 1)
        return READ_SCALED;
    if (p->task.numerator)
        return matrix ? READ_NUMERATOR : READ_ROW;
    return matrix ? READ_MATRIX : READ_GRADIENT;
}

static bool add_result(Plan *p, const char *name, const Tree *t,
                       const char *const *rule)
{
    const char *line[DIALECTS];
    for (int k = 0; k < DIALECTS; k++)
        line[k] = ctx_printf(p->ctx,
                             k == OUT_LATEX ? "\\text{%s: } %s" : "%s: %s",
                             name, out_print(p->ctx, t, (Dialect)k));
    return add_step(p->ctx, p->out, line, rule);
}

static bool read_off(Plan *p, const char *name, const Item *it, unsigned v,
                     unsigned order)
{
    const char *rule[DIALECTS];
    const Tree *x = tree_sym(p->ctx, p->base[v]);
    const char *const *r =
        readings[reading_of(p, it, p->task.var[v], order)];
    for (int k = 0; k < DIALECTS; k++) {
        const char *s = out_print(p->ctx, x, (Dialect)k);
        const char *how = s ? ctx_printf(p->ctx, r[k], s, s) : "";
        rule[k] = ctx_printf(p->ctx, "read off: %s", how);
    }
    return add_result(p, name, it->answer, rule);
}

/* --- variables */

/* The direction that an answer was given in, else dX. */
static const Sym *moved(Plan *p, const Sym *x, const Sym *given)
{
    const char *name = ctx_printf(p->ctx, "d%s", x->name);
    const Sym *old =
        name ? scope_find(p->scope, ctx_intern(p->ctx, name, strlen(name)))
             : NULL;
    if (given)
        return given;
    if (old && old->differential && old->rows == x->rows &&
        old->cols == x->cols && (!old->of || old->of == x))
        return old;
    Sym *dx = scope_fresh(p->scope, name, SYM_QUANTITY, x->rows, x->cols);
    if (!dx)
        return NULL;
    dx->differential = true;
    dx->of = x;
    dx->props =
        x->props & (PROPS_LINEAR | PROP_COMPLEX | PROP_HERMITIAN | PROP_SPAN);
    dx->span = x->span;
    return dx;
}

/* A structure that is ignored, or taken in at the end, is not seen before. */
static bool without_structure(Plan *p, unsigned v)
{
    const Tree *t = p->task.var[v];
    Sym *y = ARENA_NEW(p->ctx->arena, Sym);
    if (!y)
        return false;
    *y = *t->sym;
    y->props &= PROP_COMPLEX;
    y->span = NULL;
    y->serial += 0x20000000u;
    const Tree *to = tree_sym(p->ctx, y);
    p->input = to ? tree_subst(p->ctx, p->input, t, to) : NULL;
    p->task.var[v] = to;
    p->base[v] = y;
    return p->input != NULL;
}

static bool ignored(const Plan *p, const Sym *s)
{
    const uint32_t curved =
        PROP_ORTHOGONAL | PROP_UNITARY | PROP_IDEMPOTENT;
    return is_structured(s) && p->task.mode != MODE_DIFFERENTIAL &&
           (p->task.structure == STRUCTURE_NONE || (s->props & curved) ||
            p->task.form == FORM_KRON);
}

static bool read_variables(Plan *p)
{
    for (unsigned i = 0; i < p->task.nvars; i++) {
        const Tree *v = p->task.var[i];
        const Tree *x = v->op == OP_INDEX || v->op == OP_CONJ ? v->kid[0] : v;
        if (v->op == OP_INDEX && !dim_is(v->rows, 1) != !dim_is(v->cols, 1))
            return no_derivation(p->ctx, "the variable is a row or a column");
        if (x->op != OP_SYM || x->sym->kind != SYM_QUANTITY)
            return no_derivation(p->ctx, "the variable is neither a name "
                                         "nor an entry of one");
        p->base[i] = x->sym;
        if (v == x && ignored(p, x->sym) && !without_structure(p, i))
            return false;
    }
    return true;
}

/* Only variable v moves, or all of them. */
static bool set_motion(Plan *p, unsigned first, unsigned last,
                       const Sym *const *given)
{
    p->m.n = 0;
    for (unsigned i = first; i <= last; i++) {
        for (unsigned k = first; k < i; k++)
            if (p->base[k] == p->base[i])
                return no_derivation(p->ctx, "a name occurs twice among its "
                                             "variables");
        p->m.x[p->m.n] = p->base[i];
        p->m.dx[p->m.n] = moved(p, p->base[i], given ? given[i] : NULL);
        if (!p->m.dx[p->m.n++])
            return false;
    }
    return true;
}

/* --- what comes between the differential and the answer */

/* A derivative that the answer goes through, proved. */
static bool between(Plan *p, const Task *task, Outcome *out)
{
    if (!derive(p->ctx, p->scope, task, out))
        return false;
    if (verify_claim(p->ctx, &out->item[0].claim, p->seed).verdict == PROVED)
        return true;
    return !ctx_failed(p->ctx) &&
           no_derivation(p->ctx, "a derivative on its way could not be "
                                 "proved");
}

static bool entry_line(Plan *p, const Tree *v, const Tree *t,
                       const Tree *unit, const char *name)
{
    const char *rule[DIALECTS];
    const Tree *dx = tree_sym(p->ctx, p->m.dx[0]);
    for (int k = 0; k < DIALECTS; k++)
        rule[k] = ctx_printf(p->ctx,
                             k == OUT_LATEX ? "only $%s$ moves: $%s = %s$"
                                            : "only %s moves: %s = %s",
                             out_print(p->ctx, v, (Dialect)k),
                             out_print(p->ctx, dx, (Dialect)k),
                             out_print(p->ctx, unit, (Dialect)k));
    return add_result(p, name, t, rule);
}

/* Of X[i,j] only one entry moves: dX is J(i,j,n,m), e(i,n) in a vector; t is
 * the differential. */
static bool entry_moves(Plan *p, const Tree *v, const Item *it,
                        const Tree *t, const char *name)
{
    static const char *const simplified[DIALECTS] = {
        "simplified", "simplified", "simplified"};
    const Tree *x = v->kid[0];
    bool vector = v->nkids == 2;
    const Tree *unit =
        tree_shaped(p->ctx, vector ? OP_UNITV : OP_UNITM, v->nkids - 1,
                    v->kid + 1, x->rows, x->cols, v->span);
    const Tree *dx = tree_sym(p->ctx, p->m.dx[0]);
    t = unit ? tree_subst(p->ctx, t, dx, unit) : NULL;
    Claim c = {.form = CLAIM_DIRECT, .input = p->input, .answer = t,
               .order = 1, .nvars = 1, .var = {v}};
    if (t == it->answer)
        return entry_line(p, v, t, unit, name);
    if (!t || verify_claim(p->ctx, &c, p->seed).verdict != PROVED)
        return ctx_failed(p->ctx)
                   ? false
                   : no_derivation(p->ctx, "a line of it could not be proved");
    return entry_line(p, v, t, unit, "entry") &&
           add_result(p, name, it->answer, simplified);
}

/* The gradient before the structure of the variable is taken in; *same if the
 * structure leaves it as it is. */
static bool before_structure(Plan *p, unsigned v, const Item *it, bool *same)
{
    Task t = p->task;
    Outcome *out = ARENA_NEW(p->ctx->arena, Outcome);
    t.mode = t.mode == MODE_HESS ? MODE_DIFF : t.mode;
    t.structure = STRUCTURE_NONE;
    t.input = p->input;
    t.var[0] = p->task.var[v];
    t.nvars = 1;
    if (!out || !between(p, &t, out))
        return false;
    memcpy(out->item[0].claim.wirtinger, it->claim.wirtinger,
           sizeof it->claim.wirtinger);
    *same = out->item[0].answer == it->answer;
    return *same || read_off(p, "without the structure", &out->item[0], v, 1);
}

/* The last line of a structured variable: its map. */
static bool with_structure(Plan *p, unsigned v, const Item *it,
                           const char *name)
{
    const char *space = NULL, *rule[DIALECTS];
    const char *map = structure_map(p->ctx, p->task.structure,
                                    p->task.structure == STRUCTURE_TANGENT
                                        ? it->claim.var[0]->sym
                                        : p->base[v],
                                    &space);
    bool same = false;
    if (!map)
        return read_off(p, name, it, v, 1);
    if (p->task.var[v]->op != OP_SYM) {
        for (int k = 0; k < DIALECTS; k++)
            rule[k] = ctx_printf(p->ctx, "%s: the entries that are tied to "
                                         "this one move with it", space);
        return add_result(p, name, it->answer, rule);
    }
    if (!before_structure(p, v, it, &same))
        return false;
    for (int k = 0; k < DIALECTS; k++)
        rule[k] = ctx_printf(p->ctx, same ? "%s %s, which is G" : "%s %s",
                             space, map);
    return add_result(p, name, it->answer, rule);
}

/* --- one differential and its read-off */

static const char *name_of(Plan *p, unsigned v, unsigned order, bool last)
{
    static const char *const ordinal[TASK_VARS] = {
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh",
        "eighth"};
    const char *x = p->outcome->item[v].label;
    if (p->outcome->nitems > 1)
        return ctx_printf(p->ctx, "derivative by %s", x ? x : "");
    return last && order == 1
               ? "derivative"
               : ctx_printf(p->ctx, "%s derivative", ordinal[order - 1]);
}

static bool is_differential(const Item *it)
{
    return it->claim.form == CLAIM_DIFFERENTIAL;
}

/* d(input) by variable v, and what `it` makes of it. */
static bool stage(Plan *p, unsigned v, const Item *it, unsigned order,
                  bool last)
{
    const Sym *given[TASK_VARS] = {NULL};
    if (is_differential(it))
        given[v] = it->claim.dir[it->claim.order == 2 ? 1 : 0];
    if (!set_motion(p, v, v, given))
        return false;
    const Tree *t = derivation(p->ctx, p->scope, &p->m, p->input,
                               is_differential(it) ? it->answer : NULL,
                               p->seed, p->out);
    if (!t || is_differential(it))
        return t != NULL;
    const char *name = name_of(p, v, order, last);
    const Tree *x = p->task.var[v];
    if (x->op == OP_INDEX && it->claim.form == CLAIM_DIRECT &&
        !is_structured(p->base[v]) && dim_is(x->kid[0]->cols, 1) ==
                                          (x->nkids == 2))
        return entry_moves(p, x, it, t, name);
    return order == 1 ? with_structure(p, v, it, name)
                      : read_off(p, name, it, v, order);
}

/* One derivative after the other: the last is the answer. */
static bool successive(Plan *p)
{
    unsigned order = p->task.nvars;
    Task t = p->task;
    for (unsigned k = 0; k < order; k++) {
        Outcome *out = ARENA_NEW(p->ctx->arena, Outcome);
        const Item *it = &p->outcome->item[0];
        if (!out)
            return false;
        if (k + 1 < order) {
            t.mode = it->claim.wirtinger[0] == WIRTINGER_GRAD ? MODE_GRAD
                                                              : MODE_DIFF;
            t.form = FORM_AUTO;
            t.input = p->input;
            t.nvars = 1;
            t.var[0] = p->task.var[k];
            if (!between(p, &t, out))
                return false;
            it = &out->item[0];
            if (is_differential(it))
                return no_derivation(p->ctx, "its first derivative is a "
                                             "tensor");
        }
        if (!stage(p, k, it, k + 1, k + 1 == order))
            return false;
        p->input = it->answer;
    }
    return true;
}

/* All variables move at once; each has its answer, or they share one. */
static bool together(Plan *p)
{
    const Item *it = p->outcome->item;
    bool total = is_differential(it);
    if (!set_motion(p, 0, p->task.nvars - 1, total ? it->claim.dir : NULL) ||
        !derivation(p->ctx, p->scope, &p->m, p->input,
                    total ? it->answer : NULL, p->seed, p->out))
        return false;
    for (unsigned i = 0; !total && i < p->outcome->nitems; i++)
        if (!with_structure(p, i, &it[i], name_of(p, i, 1, true)))
            return false;
    return true;
}

bool steps_of(Ctx *ctx, Scope *scope, const Task *task, const Outcome *outcome,
              uint64_t seed, Steps *out)
{
    Plan *p = ARENA_NEW(ctx->arena, Plan);
    if (!p)
        return false;
    *p = (Plan){.ctx = ctx, .scope = scope, .task = *task, .outcome = outcome,
                .seed = seed, .out = out};
    out->n = 0;
    if (task->mode == MODE_TAYLOR || task->mode == MODE_SIMPLIFY)
        return no_derivation(ctx, task->mode == MODE_TAYLOR
                                      ? "an expansion has none"
                                      : "a simplification has none");
    if (!(p->input = answer_plain(ctx, scope, task->input)) ||
        !read_variables(p))
        return false;
    if (task->mode == MODE_HESS && task->nvars == 1) {
        p->task.var[1] = p->task.var[0];
        p->base[1] = p->base[0];
        p->task.nvars = 2;
    }
    bool each = task->mode == MODE_GRAD || task->mode == MODE_DIFFERENTIAL;
    return each ? together(p) : successive(p);
}
