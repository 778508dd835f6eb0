/* forms.c: derivatives as differentials, by entries, as Kronecker matrices and
 * as bilinear forms. */
#include "api/derive.h"
#include "out/out.h"

#include <string.h>

const Sym *direction(Derive *d, const Var *v, const char *name)
{
    const char *s = ctx_intern(d->ctx, name, strlen(name));
    const Sym *old = scope_find(d->scope, s);
    if (old && old->rows == v->sym->rows && old->cols == v->sym->cols)
        return old;
    Sym *y = scope_fresh(d->scope, name, SYM_QUANTITY, v->sym->rows,
                         v->sym->cols);
    if (y) {
        y->differential = true;
        y->of = v->wirtinger == WIRTINGER_CONJ ? sym_conj(d->ctx, v->sym)
                                               : v->sym;
        y->props = v->sym->props &
                   (PROPS_LINEAR | PROP_COMPLEX | PROP_HERMITIAN | PROP_SPAN);
        y->span = v->sym->span;
    }
    return y;
}

const Sym *differential_of(Derive *d, const Var *v)
{
    if (v->back && v->back->op != OP_SYM)
        note(d->out->note, &d->out->nnotes,
             ctx_printf(d->ctx, "d%s is the differential of %s", v->sym->name,
                        out_print(d->ctx, v->back, OUT_TEXT)));
    return direction(d, v, ctx_printf(d->ctx, "d%s", v->sym->name));
}

/* By conj(z) it is the conjugate of z's direction that counts. */
static const Sym *turned(Derive *d, const Var *v, const Sym *dir)
{
    return v->wirtinger == WIRTINGER_CONJ ? sym_conj(d->ctx, dir) : dir;
}

/* The symbol that moves when v does. */
static const Sym *moving(Derive *d, const Var *v)
{
    return turned(d, v, v->sym);
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

/* The indices of the answer: `fa` axes of what is derived last, and those of
 * the variable as it is declared (a diagonal matrix is a vector inside). */
static bool entry_indices(Derive *d, const Net *n, unsigned fa, const Var *v,
                          unsigned total, const Sym **ix)
{
    static const char *const standard[2][2] = {{"k", "l"}, {"i", "j"}};
    for (unsigned k = 0; k < total; k++) {
        bool own = k < fa;
        const char *name = d->task->nindex ? d->task->index_name[k]
                           : standard[own ? 0 : 1][own ? k : k - fa];
        Sym *y = scope_fresh(d->scope, name, SYM_INDEX, dim_num(d->ctx, 1),
                             dim_num(d->ctx, 1));
        if (!y)
            return false;
        y->lo = dim_num(d->ctx, 1);
        y->hi = own || !takes_structure(d, v) ? n->dim[k]
                : k == fa                     ? v->sym->rows
                                              : v->sym->cols;
        ix[k] = y;
    }
    return true;
}

bool as_entries(Derive *d, const Net *n, unsigned fa, unsigned order)
{
    const Sym *ix[NET_AXES];
    const Var *v = &d->var[order - 1];
    bool space = takes_structure(d, v);
    unsigned total = space ? fa + 2 : n->naxes;
    if (d->task->nindex && d->task->nindex != total) {
        ctx_fail(d->ctx, ERR_LANGUAGE, (Span){0, 0},
                 ctx_printf(d->ctx, "name %u: --as entries:k,l,i,j", total),
                 "the answer has %u indices, not %u", total,
                 d->task->nindex);
        return false;
    }
    if (!entry_indices(d, n, fa, v, total, ix))
        return false;
    const Net *s = n;
    for (unsigned k = fa; s && k-- > 0;)
        s = net_fix(d->ctx, s, k, dim_sym(d->ctx, ix[k]->name));
    s = s && space ? project(d, s, v) : s;
    for (unsigned k = total; s && k-- > fa;)
        s = net_fix(d->ctx, s, k - fa, dim_sym(d->ctx, ix[k]->name));
    Item *it = s ? add_item(d, CLAIM_ENTRIES, raised(d, s, false), order)
                 : NULL;
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

/* A name with a structure, which stands behind its stand-in. */
static bool is_structured_name(const Var *v)
{
    return v->back && v->back->op == OP_SYM && is_structured(v->back->sym);
}

bool as_kron(Derive *d, const Net *n, unsigned fa, unsigned order)
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
    for (unsigned k = 0; k < order; k++)
        if (is_structured_name(&d->var[k]) &&
            d->task->structure != STRUCTURE_NONE)
            note(d->out->note, &d->out->nnotes,
                 "it acts on vec(dX), of any dX; times the duplication "
                 "matrix D of symmetric matrices, vec(X) = D*vech(X), it "
                 "acts on vech(dX)");
    Item *it = add_item(d, CLAIM_KRON,
                        raised(d, m, row && axes == 1), order);
    return claim_vars(it, &d->var[0], order == 2 ? &d->var[1] : NULL);
}

bool as_bilinear(Derive *d, const Net *n)
{
    if (d->var[0].nindex || d->var[1].nindex) {
        ctx_fail(d->ctx, ERR_UNSUPPORTED, d->input->span,
                 "leave --as out, for the matrix that it has",
                 "the bilinear form by a row or a column is not supported");
        return false;
    }
    const Sym *u = direction(d, &d->var[0], "U");
    const Sym *v = direction(d, &d->var[1], "V");
    if (!u || !v)
        return false;
    const Net *b = contract(d, contract(d, n, 0, turned(d, &d->var[0], u)), 0,
                            turned(d, &d->var[1], v));
    Item *it = add_item(d, CLAIM_BILINEAR, raised(d, b, false), 2);
    if (!it)
        return false;
    it->claim.dir[0] = u;
    it->claim.dir[1] = v;
    return claim_vars(it, &d->var[0], &d->var[1]);
}

/* The differential of the gradient by the first variable. */
bool as_gradient_differential(Derive *d, const Net *g)
{
    const Var *x = &d->var[0], *y = &d->var[1];
    const Sym *dy = differential_of(d, y), *along = dy;
    if (!dy || !(along = turned(d, y, dy)))
        return false;
    const Net *n = y->wirtinger
                       ? calc_differential(d->ctx, g, 1, &y->sym, &along)
                       : differential_in(d->ctx, g, 1, &y->sym, &dy);
    Item *it = add_item(d, CLAIM_DIFFERENTIAL, raised(d, n, false), 2);
    if (!it)
        return false;
    it->claim.dir[1] = dy;
    return claim_vars(it, x, y);
}

const Net *differential_in(Ctx *ctx, const Net *f, unsigned n,
                           const Sym *const *x, const Sym *const *dx)
{
    const Sym *y[2 * TASK_VARS], *dy[2 * TASK_VARS];
    unsigned m = 0;
    for (unsigned i = 0; i < n; i++) {
        y[m] = x[i];
        dy[m++] = dx[i];
        if (sym_conj(ctx, x[i]) == x[i] ||
            (x[i]->props & PROP_HERMITIAN))
            continue;
        y[m] = sym_conj(ctx, x[i]);
        dy[m++] = sym_conj(ctx, dx[i]);
    }
    return calc_differential(ctx, f, m, y, dy);
}

bool total_differential(Derive *d, const Net *f)
{
    const Sym *x[TASK_VARS], *dx[TASK_VARS];
    for (unsigned i = 0; i < d->nvars; i++) {
        if (d->var[i].nindex) {
            ctx_fail(d->ctx, ERR_UNSUPPORTED, d->var[i].tree->span,
                     d->var[i].axes ? "ask for --as entries, or take the "
                                      "differential by the whole matrix"
                                    : "take the differential by the whole "
                                      "matrix",
                     "a differential by an entry, a row or a column is not "
                     "supported");
            return false;
        }
        x[i] = moving(d, &d->var[i]);
        if (!(dx[i] = differential_of(d, &d->var[i])))
            return false;
    }
    const Net *n = differential_in(d->ctx, f, d->nvars, x, dx);
    bool row = d->input->rows && dim_is(d->input->rows, 1) && n &&
               n->naxes == 1;
    Item *it = add_item(d, CLAIM_DIFFERENTIAL, raised(d, n, row), 1);
    if (!it)
        return false;
    for (unsigned i = 0; i < d->nvars; i++) {
        it->claim.dir[i] = dx[i];
        it->claim.var[it->claim.nvars++] = d->var[i].tree;
    }
    return true;
}
