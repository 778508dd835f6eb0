/* derive.c: a task through lowering, calculus and raising.
 *
 * Comes in: shaped trees of an expression and its variables.  Goes out: the
 * answers as shaped trees, each with the claim that the prover has to show,
 * and the assumptions under which it holds. */
#include "api/derive.h"
#include "out/out.h"

#include <string.h>

void note(const char **list, unsigned *n, const char *text)
{
    for (unsigned i = 0; i < *n; i++)
        if (text && strcmp(list[i], text) == 0)
            return;
    if (text && *n < TASK_NOTES)
        list[(*n)++] = text;
}

/* --- steps of the calculus */

const Net *dumped(Derive *d, const char *stage, const Net *n)
{
    if (n && d->ctx->dump)
        d->ctx->dump(d->ctx->dump_user, stage, net_dump(d->ctx, n));
    return n;
}

const Tree *raised(Derive *d, const Net *n, bool row)
{
    const Tree *t = n ? raise_best(&d->raise, n, row) : NULL;
    if (t)
        dumped(d, "simplified", d->raise.best);
    return t;
}

static bool is_real(Derive *d, const Net *f)
{
    const Net *c = net_conj(d->ctx, f);
    const Net *gap = c ? net_add(d->ctx, f, net_scale(d->ctx, c, rat_int(-1)))
                       : NULL;
    return gap && gap->nterms == 0;
}

/* Of a real function: twice the derivative by conj(z), the direction in which
 * it grows fastest (Brandwood, IEE Proc. 130 (1983)).  A hermitian matrix is
 * its own leaf: its gradient is projected (structure.c). */
static const Net *complex_gradient(Derive *d, const Net *f, const Var *v)
{
    bool hermitian = v->sym->props & PROP_HERMITIAN;
    const Sym *c = hermitian ? v->sym : sym_conj(d->ctx, v->sym);
    if (!is_real(d, f))
        return ctx_fail(d->ctx, ERR_LANGUAGE, d->input->span,
                        "diff by z and by conj(z) gives its two derivatives",
                        "a complex gradient is one of a real function, and "
                        "this is not seen to be real");
    const Net *n = c ? calc_derivative(d->ctx, f, c) : NULL;
    return n && !hermitian ? net_scale(d->ctx, n, rat_int(2)) : n;
}

/* Is there an expm, logm, ... whose derivative is a Frechet derivative? */
static bool has_matrix_function(Ctx *ctx, const Net *f)
{
    if (!f || f->size > 2000)
        return false;
    for (uint32_t i = 0; i < f->nterms; i++)
        for (uint32_t j = 0; j < f->term[i].nfactors; j++) {
            const Atom *a = f->term[i].factor[j].atom;
            if (a->kind == ATOM_MAT && op_record(a->op)->trace)
                return true;
            for (unsigned k = 0; k < a->nargs; k++)
                if (has_matrix_function(ctx, a->arg[k]))
                    return true;
        }
    return false;
}

/* The derivative of f by variable v: f's axes, then those of v. */
const Net *by(Derive *d, const Net *f, const Var *v)
{
    /* by a scalar, functions of matrices keep their form going forward */
    bool forward = v->axes == 0 && !v->nindex && has_matrix_function(d->ctx, f);
    const Net *n = v->wirtinger == WIRTINGER_GRAD && f->naxes == 0
                       ? complex_gradient(d, f, v)
                   : forward ? calc_differential(d->ctx, f, 1, &v->sym, NULL)
                             : calc_derivative(d->ctx, f, v->sym);
    if (v->nindex == 2 && is_structured(v->sym))
        return dumped(d, "readoff", by_structured_entry(d, n, f->naxes, v));
    for (unsigned k = v->nindex; n && k-- > 0;)
        if (v->index[k] && n->naxes > f->naxes + k)
            n = net_fix(d->ctx, n, f->naxes + k, v->index[k]);
    return dumped(d, "readoff", n);
}

static const Tree *put_back(Derive *d, const Tree *t)
{
    for (unsigned i = 0; t && i < d->nvars; i++)
        if (d->var[i].back)
            t = tree_subst(d->ctx, t, d->var[i].tree, d->var[i].back);
    return t;
}

/* With a transform put back in, what it cancels with goes. */
static const Tree *tidy(Derive *d, const Tree *t)
{
    bool any = d->task->structure == STRUCTURE_TANGENT;
    for (unsigned i = 0; i < d->nvars; i++)
        any = any || (d->var[i].back &&
                      (d->var[i].back->op != OP_SYM ||
                       (d->task->form == FORM_KRON &&
                        d->task->structure != STRUCTURE_NONE)));
    if (!any || !t)
        return t;
    const Net *n = lower(&d->lower, t);
    return n ? raise_best(&d->raise, n,
                          n->naxes == 1 && dim_is(t->rows, 1))
             : NULL;
}

Item *add_item(Derive *d, ClaimForm form, const Tree *t, unsigned order)
{
    if (!t || d->out->nitems == TASK_VARS)
        return NULL;
    Item *it = &d->out->item[d->out->nitems++];
    *it = (Item){.answer = tidy(d, put_back(d, t))};
    it->claim = (Claim){.form = form, .input = d->input, .answer = t,
                        .order = order};
    return it->answer ? it : NULL;
}

Item *claim_vars(Item *it, const Var *a, const Var *b)
{
    if (!it)
        return NULL;
    it->claim.wirtinger[0] = a->wirtinger;
    it->claim.wirtinger[1] = b ? b->wirtinger : WIRTINGER_NONE;
    it->claim.var[it->claim.nvars++] = a->tree;
    if (b)
        it->claim.var[it->claim.nvars++] = b->tree;
    return it;
}

/* --- first derivatives */

bool is_row(const Tree *t)
{
    return dim_is(t->rows, 1) && !dim_is(t->cols, 1);
}

/* A scalar's gradient, a vector's Jacobian, anything by a scalar. */
static bool plain_first(Derive *d, const Net *f, const Net *n, bool jacobian)
{
    const Var *v = &d->var[0];
    bool entry = v->axes == 0;
    ClaimForm form = entry                       ? CLAIM_DIRECT
                     : f->naxes == 0 && !jacobian ? CLAIM_GRADIENT
                                                  : CLAIM_JACOBIAN;
    bool row = entry ? is_row(d->input)
               : f->naxes == 0
                   ? jacobian || is_row(v->tree) != d->task->numerator
                   : false;
    bool turn = form == CLAIM_GRADIENT && d->task->numerator;
    if (f->naxes == 0 && !jacobian)
        n = project(d, n, v);
    if (turn && n && n->naxes == 2)
        n = net_transpose(d->ctx, n);
    const Tree *t = raised(d, n, row && n && n->naxes == 1);
    Item *it = claim_vars(add_item(d, form, t, 1), v, NULL);
    if (it)
        it->claim.transposed = turn;
    if (it)
        claim_structure(d, it, v);
    return it != NULL;
}

static bool first_order(Derive *d, const Net *f, bool jacobian)
{
    /* by a hermitian matrix a real function has a gradient, another one only
     * a linear form in the differential */
    if ((d->var[0].sym->props & PROP_HERMITIAN) && f->naxes == 0)
        d->var[0].wirtinger = is_real(d, f) ? WIRTINGER_GRAD : WIRTINGER_NONE;
    Form form = d->task->form;
    bool plain = f->naxes == 0 || d->var[0].axes == 0 ||
                 (f->naxes == 1 && d->var[0].axes == 1);
    if (form == FORM_DIFFERENTIAL ||
        (!plain && form != FORM_ENTRIES && form != FORM_KRON &&
         form != FORM_BILINEAR)) {
        note(d->out->note, &d->out->nnotes,
             "the derivative is a tensor; shown as a differential");
        return total_differential(d, f);
    }
    const Net *n = by(d, f, &d->var[0]);
    if (!n)
        return false;
    if (form == FORM_ENTRIES)
        return as_entries(d, n, f->naxes, 1);
    if (form == FORM_KRON)
        return as_kron(d, n, f->naxes, 1);
    if (form == FORM_BILINEAR) {
        ctx_fail(d->ctx, ERR_LANGUAGE, (Span){0, 0}, "use hess",
                 "a bilinear form is one of a second derivative");
        return false;
    }
    return plain_first(d, f, n, jacobian);
}

/* --- second derivatives */

static bool is_hermitian(const Var *v)
{
    return v->axes == 2 && (v->sym->props & PROP_HERMITIAN);
}

/* The gradient's differential along z, with conj(dz): all second derivatives
 * of a real function.  The second variable moves as a whole. */
static bool complex_gradient_differential(Derive *d, const Net *f)
{
    Var *x = &d->var[0], *y = &d->var[1];
    x->wirtinger = x->sym->props & PROP_COMPLEX ? WIRTINGER_GRAD
                                                : WIRTINGER_NONE;
    y->wirtinger = WIRTINGER_NONE;
    const Net *g = by(d, f, x);
    note(d->out->note, &d->out->nnotes,
         "the differential of the gradient 2*d(f,conj(z))");
    return g && as_gradient_differential(d, project(d, g, x));
}

/* Is this a second derivative with no matrix of its own: by a hermitian
 * matrix, or the Hessian of a complex one? */
static bool wants_whole_differential(const Derive *d, const Net *f)
{
    const Var *x = &d->var[0], *y = &d->var[1];
    bool shown = d->task->form == FORM_DIFFERENTIAL ||
                 (d->task->form == FORM_AUTO && x->axes + y->axes > 2);
    if (f->naxes || (!x->wirtinger && !y->wirtinger))
        return false;
    return is_hermitian(x) || is_hermitian(y) ||
           (shown && d->task->mode == MODE_HESS && d->task->nvars == 1);
}

static bool second_order(Derive *d, const Net *f)
{
    if (d->nvars == 1)
        d->var[d->nvars++] = d->var[0];
    const Var *x = &d->var[0], *y = &d->var[1];
    if (wants_whole_differential(d, f))
        return complex_gradient_differential(d, f);
    if (x->wirtinger && d->task->mode == MODE_HESS && d->task->nvars == 1)
        note(d->out->note, &d->out->nnotes,
             "by z and z with conj(z) held; hess by conj(z), z gives the "
             "mixed derivatives, --as differential all of them");
    Form form = d->task->form;
    const Net *g = by(d, f, x);
    if (form == FORM_ENTRIES && f->naxes == 0 && takes_structure(d, x))
        g = project(d, g, x);
    unsigned total = x->axes + y->axes;
    bool wide = form == FORM_ENTRIES || form == FORM_KRON ||
                form == FORM_BILINEAR; /* more than two axes fit in */
    if (g && (form == FORM_DIFFERENTIAL ||
              (!wide && f->naxes == 0 && total > 2)))
        return f->naxes == 0 ? as_gradient_differential(d, project(d, g, x))
                             : total_differential(d, g);
    const Net *n = g ? by(d, g, y) : NULL;
    if (!n)
        return false;
    if (form == FORM_ENTRIES)
        return as_entries(d, n, f->naxes + x->axes, 2);
    if (form == FORM_KRON)
        return as_kron(d, n, f->naxes + x->axes, 2);
    if (form == FORM_BILINEAR && f->naxes == 0 && x->axes && y->axes)
        return as_bilinear(d, n);
    if (f->naxes && total) {
        ctx_fail(d->ctx, ERR_UNSUPPORTED, d->input->span,
                 "ask for --as entries",
                 "the second derivative of a %s is a tensor of order 3 or "
                 "more",
                 f->naxes == 1 ? "vector" : "matrix");
        return false;
    }
    ClaimForm claim = total == 0                        ? CLAIM_DIRECT
                      : x->axes == 1 && y->axes == 1 ? CLAIM_HESSIAN
                                                       : CLAIM_BILINEAR;
    if (claim == CLAIM_BILINEAR) /* one of them a scalar */
        claim = CLAIM_MIXED;
    bool row = total == 0 && is_row(d->input);
    const Tree *t = raised(d, n, row && n->naxes == 1);
    return claim_vars(add_item(d, claim, t, 2), x, y) != NULL;
}

/* --- the whole */

/* d(e,X) inside the input, done: the prover reads plain expressions. */
static const Tree *resolve_derivatives(Derive *d, PtrMap *memo, const Tree *t)
{
    const Tree *done = ptrmap_get(memo, t);
    if (done || t->nkids == 0)
        return done ? done : t;
    const Tree *r = t;
    if (t->op == OP_DERIV) {
        const Net *n = lower(&d->lower, t);
        r = n ? raise_best(&d->raise, n, n->naxes == 1 && is_row(t)) : NULL;
    } else {
        for (uint32_t i = 0; r && i < t->nkids; i++) {
            const Tree *k = resolve_derivatives(d, memo, t->kid[i]);
            if (k != t->kid[i])
                r = k ? tree_subst(d->ctx, r, t->kid[i], k) : NULL;
        }
    }
    if (r)
        ptrmap_put(memo, t, (void *)(uintptr_t)r);
    return r;
}

static bool run_mode(Derive *d, const Net *f)
{
    const Task *t = d->task;
    switch (t->mode) {
    case MODE_SIMPLIFY:
        return add_item(d, CLAIM_EQUAL,
                        raised(d, f, f->naxes == 1 && is_row(d->input)),
                        0) != NULL;
    case MODE_DIFFERENTIAL:
        return total_differential(d, f);
    case MODE_GRAD:
        if (f->naxes > 0) {
            ctx_fail(d->ctx, ERR_LANGUAGE, d->input->span, "use jac",
                     "a gradient is one of a scalar; this is a %s",
                     f->naxes == 1 ? "vector" : "matrix");
            return false;
        }
        return first_order(d, f, false);
    case MODE_JAC:
        return first_order(d, f, true);
    case MODE_HESS:
        if (f->naxes > 0) {
            ctx_fail(d->ctx, ERR_LANGUAGE, d->input->span,
                     "use diff with the variable twice",
                     "a Hessian is one of a scalar; this is a %s",
                     f->naxes == 1 ? "vector" : "matrix");
            return false;
        }
        return second_order(d, f);
    case MODE_TAYLOR:
        return taylor(d);
    case MODE_DIFF:
        break;
    }
    return d->nvars == 1 ? first_order(d, f, false) : second_order(d, f);
}

/* grad by several variables: an answer each. */
static bool each_variable(Derive *d, const Net *f)
{
    unsigned n = d->nvars;
    Var all[TASK_VARS];
    memcpy(all, d->var, sizeof all);
    d->nvars = 1;
    for (unsigned i = 0; i < n; i++) {
        d->var[0] = all[i];
        if (!run_mode(d, f))
            return false;
        d->out->item[i].label = out_print(d->ctx, all[i].back ? all[i].back
                                                              : all[i].tree,
                                          OUT_TEXT);
    }
    memcpy(d->var, all, sizeof all);
    d->nvars = n;
    return true;
}

/* The total differential, which no answer but a differential goes through. */
static void dump_differential(Derive *d, const Net *f)
{
    const Sym *x[TASK_VARS], *dx[TASK_VARS];
    unsigned n = 0;
    Diag before = d->ctx->diag;
    for (unsigned i = 0; d->ctx->dump && i < d->nvars; i++) {
        bool twice = false;
        for (unsigned k = 0; k < n; k++)
            twice = twice || x[k] == d->var[i].sym;
        x[n] = d->var[i].sym;
        dx[n] = differential_of(d, &d->var[i]);
        if (dx[n] && !twice)
            n++;
    }
    if (n)
        dumped(d, "differential", differential_in(d->ctx, f, n, x, dx));
    d->ctx->diag = before; /* it is shown where there is one */
}

static bool start(Derive *d)
{
    unsigned most = d->task->mode == MODE_GRAD ||
                            d->task->mode == MODE_DIFFERENTIAL ||
                            d->task->mode == MODE_TAYLOR
                        ? TASK_VARS
                        : 2;
    if (d->task->nvars > most) {
        ctx_fail(d->ctx, ERR_UNSUPPORTED, (Span){0, 0}, NULL,
                 "at most %u variables here", most);
        return false;
    }
    for (unsigned i = 0; i < d->task->nvars; i++) {
        if (d->task->var_text[i])
            ctx_source(d->ctx, d->task->var_text[i], "variable");
        if (!read_var(d, d->task->var[i], &d->var[i]))
            return false;
        d->nvars++;
    }
    if (d->task->text)
        ctx_source(d->ctx, d->task->text, "expression");
    return true;
}

static bool derive_once(Ctx *ctx, Scope *scope, const Task *task,
                        Outcome *out)
{
    Derive *d = ARENA_NEW(ctx->arena, Derive);
    PtrMap memo, seen;
    if (!d)
        return false;
    *d = (Derive){.ctx = ctx, .scope = scope, .task = task, .out = out,
                  .input = task->input};
    *out = (Outcome){0};
    calc_lower_init(&d->lower, ctx);
    raise_init(&d->raise, ctx, scope);
    ptrmap_init(&memo, ctx->arena);
    ptrmap_init(&seen, ctx->arena);
    d->input = resolve_derivatives(d, &memo, task->input);
    if (!d->input || !start(d))
        return false;
    const Net *f = lower(&d->lower, d->input);
    if (!f)
        return false;
    dumped(d, "network", f);
    bool ok = d->nvars > 1 && task->mode == MODE_GRAD ? each_variable(d, f)
                                                      : run_mode(d, f);
    if (!ok)
        return false;
    dump_differential(d, f);
    assumptions_of(d, &seen, task->input);
    for (unsigned i = 0; i < out->nitems; i++)
        assumptions_of(d, &seen, out->item[i].answer);
    return !ctx_failed(ctx);
}

/* By three and more variables: by the last, of the derivative by the others,
 * which is proved by itself. */
bool derive(Ctx *ctx, Scope *scope, const Task *task, Outcome *out)
{
    Task lower = *task, last = *task;
    Outcome *inner;
    if (task->mode != MODE_DIFF || task->nvars <= 2)
        return derive_once(ctx, scope, task, out);
    inner = ARENA_NEW(ctx->arena, Outcome);
    lower.nvars--;
    lower.form = FORM_AUTO;
    if (!inner || !derive(ctx, scope, &lower, inner))
        return false;
    last.input = inner->item[0].answer;
    last.nvars = 1;
    last.var[0] = task->var[lower.nvars];
    last.var_text[0] = task->var_text[lower.nvars];
    if (!derive_once(ctx, scope, &last, out))
        return false;
    memcpy(out->before, inner->before, sizeof out->before);
    out->nbefore = inner->nbefore;
    out->before[out->nbefore++] = inner->item[0];
    for (unsigned i = 0; i < inner->nassumptions; i++)
        note(out->assumption, &out->nassumptions, inner->assumption[i]);
    return true;
}
