/* derive.c: a task through lowering, calculus and raising.
 *
 * Comes in: shaped trees of an expression and its variables.  Goes out: the
 * answers as shaped trees, each with the claim that the prover has to show,
 * and the assumptions under which it holds. */
#include "api/task.h"
#include "calc/calc.h"
#include "out/out.h"
#include "raise/raise.h"

#include <string.h>

/* A variable of the task: a symbol, or an entry of one, or an invertible
 * transform of one (then `sym` stands for the transform). */
typedef struct Var {
    const Sym *sym;
    const Tree *tree;  /* what the claim names: symbol, or entry */
    const Tree *back;  /* a transform's own text, to put in for sym */
    const Dim *index[2];
    unsigned nindex;
    unsigned axes;     /* of the derivative by it */
} Var;

typedef struct Derive {
    Ctx *ctx;
    Scope *scope;
    const Task *task;
    Outcome *out;
    Lower lower;
    Raise raise;
    const Tree *input;
    Var var[TASK_VARS];
    unsigned nvars;
} Derive;

static void note(const char **list, unsigned *n, const char *text)
{
    for (unsigned i = 0; i < *n; i++)
        if (text && strcmp(list[i], text) == 0)
            return;
    if (text && *n < TASK_NOTES)
        list[(*n)++] = text;
}

/* --- variables */

static unsigned sym_axes(const Sym *s)
{
    return (unsigned)!dim_is(s->rows, 1) + (unsigned)!dim_is(s->cols, 1);
}

static Sym *stand_in(Derive *d, const char *name, const Dim *rows,
                     const Dim *cols)
{
    Sym *s = ARENA_NEW(d->ctx->arena, Sym);
    if (!s)
        return NULL;
    *s = (Sym){.name = ctx_intern(d->ctx, name, strlen(name)),
               .kind = SYM_QUANTITY, .rows = rows, .cols = cols,
               .serial = 0x30000000u + d->nvars};
    return s;
}

/* diff f by T(X): X is T^-1(P), and P is T(X) in the answer. */
static bool transform_var(Derive *d, const Tree *v, Var *out)
{
    OpId op = v->op;
    const Tree *x = v->kid[0];
    Sym *p = stand_in(d, x->sym->name, v->rows, v->cols);
    const Tree *pt = p ? tree_sym(d->ctx, p) : NULL;
    const Tree *inverse = pt ? tree_shaped(d->ctx, op, 1, &pt, x->rows,
                                           x->cols, v->span)
                             : NULL;
    d->input = tree_subst(d->ctx, d->input, x, inverse);
    *out = (Var){.sym = p, .tree = pt, .back = v};
    out->axes = p ? sym_axes(p) : 0;
    return d->input != NULL;
}

/* With --structure none the variable's structure is not seen. */
static bool plain_var(Derive *d, const Tree *v, Var *out)
{
    Sym *p = stand_in(d, v->sym->name, v->rows, v->cols);
    const Tree *pt = p ? tree_sym(d->ctx, p) : NULL;
    d->input = tree_subst(d->ctx, d->input, v, pt);
    *out = (Var){.sym = p, .tree = pt, .back = v};
    out->axes = p ? sym_axes(p) : 0;
    return d->input != NULL;
}

enum { STRUCTURED = PROP_SYMMETRIC | PROP_SKEW | PROP_DIAGONAL | PROP_LOWER |
                    PROP_UPPER | PROP_TOEPLITZ | PROP_HANKEL |
                    PROP_CIRCULANT | PROP_ORTHOGONAL | PROP_IDEMPOTENT };

static bool check_structure(Derive *d, const Sym *s, Span at)
{
    const uint32_t easy = PROP_SYMMETRIC | PROP_SKEW | PROP_DIAGONAL;
    if (!(s->props & STRUCTURED) || dim_is(s->rows, 1))
        return true;
    if (d->task->mode == MODE_DIFFERENTIAL || d->task->mode == MODE_SIMPLIFY)
        return true;
    if (d->task->structure == STRUCTURE_PROJECTION &&
        !(s->props & STRUCTURED & ~easy))
        return true;
    ctx_fail(d->ctx, ERR_UNSUPPORTED, at,
             "ask for --structure none, or for the differential",
             "the derivative by the structured variable %s in this form "
             "comes in a later version",
             s->name);
    return false;
}

static bool entry_var(Derive *d, const Tree *v, Var *out)
{
    const Tree *x = v->kid[0];
    if (x->op != OP_SYM || (x->sym->props & STRUCTURED)) {
        ctx_fail(d->ctx, ERR_UNSUPPORTED, v->span, NULL,
                 "an entry as a variable is one of a plain matrix or "
                 "vector");
        return false;
    }
    *out = (Var){.sym = x->sym, .tree = v};
    for (uint32_t k = 1; k < v->nkids; k++) {
        if (v->kid[k]->op == OP_COLON) {
            ctx_fail(d->ctx, ERR_UNSUPPORTED, v->span,
                     "take it by X[i,j]",
                     "the derivative by a row or a column comes in a later "
                     "version");
            return false;
        }
        out->index[out->nindex++] = lower_dim(&d->lower, v->kid[k]);
    }
    return true;
}

static bool read_var(Derive *d, const Tree *v, Var *out)
{
    if (v->op == OP_SYM && v->sym->kind == SYM_QUANTITY) {
        *out = (Var){.sym = v->sym, .tree = v, .axes = sym_axes(v->sym)};
        if (d->task->structure == STRUCTURE_NONE &&
            (v->sym->props & STRUCTURED) && !dim_is(v->sym->rows, 1))
            return plain_var(d, v, out);
        return check_structure(d, v->sym, v->span);
    }
    if (v->op == OP_INDEX)
        return entry_var(d, v, out);
    bool whole = (v->op == OP_TRANSPOSE || v->op == OP_INV ||
                  v->op == OP_PINV) &&
                 v->kid[0]->op == OP_SYM &&
                 !(v->kid[0]->sym->props & STRUCTURED);
    if (whole)
        return transform_var(d, v, out);
    ctx_fail(d->ctx, v->op == OP_INT ? ERR_LANGUAGE : ERR_UNSUPPORTED,
             v->span, "the variable is a name, or an entry as in X[i,j]",
             "this cannot be a variable");
    return false;
}

/* --- steps of the calculus */

static const Net *dumped(Derive *d, const char *stage, const Net *n)
{
    if (n && d->ctx->dump)
        d->ctx->dump(d->ctx->dump_user, stage, net_dump(d->ctx, n));
    return n;
}

/* The derivative of f by variable v: f's axes, then those of v. */
static const Net *by(Derive *d, const Net *f, const Var *v)
{
    const Net *n = calc_derivative(d->ctx, f, v->sym);
    for (unsigned k = v->nindex; n && k-- > 0;)
        if (n->naxes > f->naxes)
            n = net_fix(d->ctx, n, n->naxes - 1u, v->index[k]);
    return dumped(d, "readoff", n);
}

/* The gradient in the space of the variable's structure: the orthogonal
 * projection (symmetric: (G + G')/2). */
static const Net *project(Derive *d, const Net *g, const Var *v)
{
    if (v->nindex || !g || dim_is(v->sym->rows, 1))
        return g;
    if (v->sym->props & PROP_DIAGONAL) {
        Work w;
        work_init(&w, d->ctx, 2, (const Dim *[]){g->dim[0], g->dim[0]});
        work_net(&w, g, (Label[]){0});
        work_delta(&w, 0, 1, g->dim[0]);
        return work_net_done(&w);
    }
    Rat half = rat_make(d->ctx, 1, 2);
    if ((v->sym->props & (PROP_SYMMETRIC | PROP_SKEW)) && g->naxes == 2) {
        bool skew = v->sym->props & PROP_SKEW;
        const Net *t = net_transpose(d->ctx, g);
        return net_sum(d->ctx, 2, (const Net *[]){g, t},
                       (Rat[]){half, skew ? rat_neg(d->ctx, half) : half});
    }
    return g;
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
    bool any = false;
    for (unsigned i = 0; i < d->nvars; i++)
        any = any || (d->var[i].back && d->var[i].back->op != OP_SYM);
    if (!any || !t)
        return t;
    const Net *n = lower(&d->lower, t);
    return n ? raise_best(&d->raise, n,
                          n->naxes == 1 && dim_is(t->rows, 1))
             : NULL;
}

static Item *add_item(Derive *d, ClaimForm form, const Tree *t, unsigned order)
{
    if (!t || d->out->nitems == TASK_VARS)
        return NULL;
    Item *it = &d->out->item[d->out->nitems++];
    *it = (Item){.answer = tidy(d, put_back(d, t))};
    it->claim = (Claim){.form = form, .input = d->input, .answer = t,
                        .order = order};
    return it->answer ? it : NULL;
}

static Item *claim_vars(Item *it, const Var *a, const Var *b)
{
    if (!it)
        return NULL;
    it->claim.var[it->claim.nvars++] = a->tree;
    if (b)
        it->claim.var[it->claim.nvars++] = b->tree;
    return it;
}

/* --- forms of higher order */

static const Sym *direction(Derive *d, const Var *v, const char *name)
{
    const char *s = ctx_intern(d->ctx, name, strlen(name));
    const Sym *old = scope_find(d->scope, s);
    if (old && old->rows == v->sym->rows && old->cols == v->sym->cols)
        return old;
    Sym *y = scope_fresh(d->scope, name, SYM_QUANTITY, v->sym->rows,
                         v->sym->cols);
    if (y) {
        y->differential = true;
        y->of = v->sym;
        y->props = v->sym->props &
                   (PROP_SYMMETRIC | PROP_SKEW | PROP_DIAGONAL);
    }
    return y;
}

static const Sym *differential_of(Derive *d, const Var *v)
{
    return direction(d, v, ctx_printf(d->ctx, "d%s", v->sym->name));
}

/* The net's axes from `first` on contracted with a direction. */
static const Net *contract(Derive *d, const Net *n, unsigned first,
                           const Sym *dir)
{
    const Atom *a = atom_sym(d->ctx, dir);
    Label lab[NET_AXES];
    Work w;
    const Dim *dim[NET_AXES];
    unsigned kept = 0;
    if (!n || !a)
        return NULL;
    for (unsigned k = 0; k < n->naxes; k++)
        if (k < first || k >= first + a->naxes)
            dim[kept++] = n->dim[k];
    work_init(&w, d->ctx, kept, dim);
    kept = 0;
    for (unsigned k = 0; k < n->naxes; k++)
        lab[k] = k < first || k >= first + a->naxes
                     ? (Label)kept++
                     : work_label(&w, n->dim[k]);
    work_net(&w, n, lab);
    work_atom(&w, a, lab + first);
    return work_net_done(&w);
}

static bool as_entries(Derive *d, const Net *n, unsigned fa, unsigned order)
{
    static const char *const standard[2][2] = {{"k", "l"}, {"i", "j"}};
    const Sym *ix[NET_AXES];
    unsigned total = n->naxes;
    if (d->task->nindex && d->task->nindex != total) {
        ctx_fail(d->ctx, ERR_LANGUAGE, (Span){0, 0},
                 ctx_printf(d->ctx, "name %u: --as entries:k,l,i,j", total),
                 "the answer has %u indices, not %u", total,
                 d->task->nindex);
        return false;
    }
    for (unsigned k = 0; k < total; k++) {
        bool own = k < fa;
        const char *name = d->task->nindex ? d->task->index_name[k]
                           : standard[own ? 0 : 1][own ? k : k - fa];
        Sym *y = scope_fresh(d->scope, name, SYM_INDEX, dim_num(d->ctx, 1),
                             dim_num(d->ctx, 1));
        if (!y)
            return false;
        y->lo = dim_num(d->ctx, 1);
        y->hi = n->dim[k];
        ix[k] = y;
    }
    const Net *s = n;
    for (unsigned k = total; k-- > 0;)
        s = net_fix(d->ctx, s, k, dim_sym(d->ctx, ix[k]->name));
    Item *it = add_item(d, CLAIM_ENTRIES, raise_best(&d->raise, s, false),
                        order);
    if (!it)
        return false;
    for (unsigned k = 0; k < total; k++)
        it->claim.index[it->claim.nindex++] = ix[k];
    return claim_vars(it, &d->var[0], order == 2 ? &d->var[1] : NULL);
}

/* Axes first..first+count-1 as one, the later the slower (vec stacks
 * columns). */
static Label fuse_axes(Derive *d, Work *w, const Net *n, unsigned first,
                       unsigned count, Label open, Label *lab)
{
    if (count == 1)
        lab[first] = open;
    if (count == 2) {
        Label i = lab[first] = work_label(w, n->dim[first]);
        Label j = lab[first + 1] = work_label(w, n->dim[first + 1]);
        work_atom(w, atom_fuse(d->ctx, n->dim[first + 1], n->dim[first]),
                  (Label[]){open, j, i});
    }
    return open + (count > 0);
}

static const Dim *fused_dim(Derive *d, const Net *n, unsigned first,
                            unsigned count)
{
    const Dim *p = dim_num(d->ctx, 1);
    for (unsigned k = 0; k < count; k++)
        p = dim_mul(d->ctx, p, n->dim[first + k]);
    return p;
}

static bool as_kron(Derive *d, const Net *n, unsigned fa, unsigned order)
{
    const Dim *dim[2];
    unsigned axes = 0;
    Label lab[NET_AXES], open = 0;
    Work w;
    unsigned split[2] = {fa, n->naxes - fa};
    for (unsigned k = 0, at = 0; k < 2; at += split[k++])
        if (split[k])
            dim[axes++] = fused_dim(d, n, at, split[k]);
    work_init(&w, d->ctx, axes, dim);
    open = fuse_axes(d, &w, n, 0, split[0], open, lab);
    fuse_axes(d, &w, n, split[0], split[1], open, lab);
    work_net(&w, net_expand(d->ctx, n, 64), lab);
    const Net *m = net_expand(d->ctx, work_net_done(&w), 64);
    bool row = fa == 0;
    Item *it = add_item(d, CLAIM_KRON, raise_best(&d->raise, m, row && axes == 1),
                        order);
    return claim_vars(it, &d->var[0], order == 2 ? &d->var[1] : NULL);
}

static bool as_bilinear(Derive *d, const Net *n)
{
    const Sym *u = direction(d, &d->var[0], "U");
    const Sym *v = direction(d, &d->var[1], "V");
    if (!u || !v)
        return false;
    const Net *b = contract(d, contract(d, n, 0, u), 0, v);
    Item *it = add_item(d, CLAIM_BILINEAR,
                        b ? raise_best(&d->raise, b, false) : NULL, 2);
    if (!it)
        return false;
    it->claim.dir[0] = u;
    it->claim.dir[1] = v;
    return claim_vars(it, &d->var[0], &d->var[1]);
}

/* The differential of the gradient by the first variable. */
static bool as_gradient_differential(Derive *d, const Net *g)
{
    const Var *x = &d->var[0], *y = &d->var[1];
    const Sym *dy = differential_of(d, y);
    if (!dy)
        return false;
    const Net *n = calc_differential(d->ctx, g, 1, &y->sym, &dy);
    Item *it = n ? add_item(d, CLAIM_DIFFERENTIAL,
                            raise_best(&d->raise, n, false), 2)
                 : NULL;
    if (!it)
        return false;
    it->claim.dir[1] = dy;
    return claim_vars(it, x, y);
}

static bool total_differential(Derive *d, const Net *f)
{
    const Sym *x[TASK_VARS], *dx[TASK_VARS];
    for (unsigned i = 0; i < d->nvars; i++) {
        if (d->var[i].nindex) {
            ctx_fail(d->ctx, ERR_UNSUPPORTED, d->var[i].tree->span,
                     "take the differential by the whole matrix",
                     "a differential by an entry is not supported");
            return false;
        }
        x[i] = d->var[i].sym;
        if (!(dx[i] = differential_of(d, &d->var[i])))
            return false;
    }
    const Net *n = calc_differential(d->ctx, f, d->nvars, x, dx);
    dumped(d, "differential", n);
    bool row = d->input->rows && dim_is(d->input->rows, 1) && n &&
               n->naxes == 1;
    Item *it = n ? add_item(d, CLAIM_DIFFERENTIAL,
                            raise_best(&d->raise, n, row), 1)
                 : NULL;
    if (!it)
        return false;
    for (unsigned i = 0; i < d->nvars; i++) {
        it->claim.dir[i] = dx[i];
        it->claim.var[it->claim.nvars++] = d->var[i].tree;
    }
    return true;
}

/* --- first derivatives */

static bool is_row(const Tree *t)
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
    const Tree *t = n ? raise_best(&d->raise, n, row && n->naxes == 1) : NULL;
    Item *it = claim_vars(add_item(d, form, t, 1), v, NULL);
    if (it)
        it->claim.transposed = turn;
    return it != NULL;
}

static bool first_order(Derive *d, const Net *f, bool jacobian)
{
    const Net *n = by(d, f, &d->var[0]);
    Form form = d->task->form;
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
    bool plain = n->naxes <= 2 && (f->naxes == 0 || d->var[0].axes == 0 ||
                                   (f->naxes == 1 && d->var[0].axes == 1));
    if (form == FORM_DIFFERENTIAL || !plain) {
        note(d->out->note, &d->out->nnotes,
             "the derivative is a tensor; shown as a differential");
        return total_differential(d, f);
    }
    return plain_first(d, f, n, jacobian);
}

/* --- second derivatives */

static bool second_order(Derive *d, const Net *f)
{
    if (d->nvars == 1)
        d->var[d->nvars++] = d->var[0];
    const Var *x = &d->var[0], *y = &d->var[1];
    const Net *g = by(d, f, x), *n = g ? by(d, g, y) : NULL;
    Form form = d->task->form;
    if (!n)
        return false;
    if (form == FORM_ENTRIES)
        return as_entries(d, n, f->naxes + x->axes, 2);
    if (form == FORM_KRON)
        return as_kron(d, n, f->naxes + x->axes, 2);
    if (form == FORM_BILINEAR && f->naxes == 0)
        return as_bilinear(d, n);
    unsigned total = x->axes + y->axes;
    if (form == FORM_DIFFERENTIAL || (f->naxes == 0 && total > 2))
        return f->naxes == 0 ? as_gradient_differential(d, g)
                             : total_differential(d, g);
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
    const Tree *t = raise_best(&d->raise, n, row && n->naxes == 1);
    return claim_vars(add_item(d, claim, t, 2), x, y) != NULL;
}

/* --- assumptions: what the input and the answers need */

static void assume(Derive *d, const Tree *t, const char *fmt)
{
    const char *s = out_print(d->ctx, t, OUT_TEXT);
    if (s && strlen(s) < 120)
        note(d->out->assumption, &d->out->nassumptions,
             ctx_printf(d->ctx, "%s %s", s, fmt));
}

static void assumptions_of(Derive *d, PtrMap *seen, const Tree *t)
{
    if (!t || ptrmap_has(seen, t) || !ptrmap_put(seen, t, seen))
        return;
    const Tree *a = t->nkids ? t->kid[0] : NULL;
    uint32_t sure = PROP_INVERTIBLE | PROP_POSDEF | PROP_ORTHOGONAL;
    bool known = a && a->op == OP_SYM && (a->sym->props & sure);
    if (t->op == OP_INV && !known)
        assume(d, a, "invertible");
    if (t->op == OP_PINV)
        assume(d, a, "of full rank");
    if (t->op == OP_LOG)
        assume(d, a, "positive");
    if (t->op == OP_ABS || t->op == OP_SIGN || t->op == OP_RELU)
        assume(d, a, "nonzero");
    if ((t->op == OP_DIV || t->op == OP_EDIV) && t->kid[1]->op != OP_NUM &&
        t->kid[1]->op != OP_INT)
        assume(d, t->kid[1], "nonzero");
    if (t->op == OP_SUMI && t->nkids == 3 && t->kid[1]->op == OP_INT)
        note(d->out->assumption, &d->out->nassumptions,
             ctx_printf(d->ctx, "%s >= 0",
                        dim_text(d->ctx, dim_add(d->ctx, t->kid[1]->dim,
                                                 dim_num(d->ctx, 1)))));
    for (uint32_t i = 0; i < t->nkids; i++)
        assumptions_of(d, seen, t->kid[i]);
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
                        raise_best(&d->raise, f,
                                   f->naxes == 1 && is_row(d->input)),
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
    return true;
}

static bool start(Derive *d)
{
    unsigned most = d->task->mode == MODE_GRAD ||
                            d->task->mode == MODE_DIFFERENTIAL
                        ? TASK_VARS
                        : 2;
    if (d->task->nvars > most) {
        ctx_fail(d->ctx, ERR_UNSUPPORTED, (Span){0, 0}, NULL,
                 "at most %u variables here", most);
        return false;
    }
    for (unsigned i = 0; i < d->task->nvars; i++) {
        if (!read_var(d, d->task->var[i], &d->var[i]))
            return false;
        d->nvars++;
    }
    return true;
}

bool derive(Ctx *ctx, Scope *scope, const Task *task, Outcome *out)
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
    assumptions_of(d, &seen, task->input);
    for (unsigned i = 0; i < out->nitems; i++)
        assumptions_of(d, &seen, out->item[i].answer);
    return !ctx_failed(ctx);
}
