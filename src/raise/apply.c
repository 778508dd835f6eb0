/* apply.c: unknown functions and their derivatives to trees: f(e), D(f)(e),
 * D(F,X[i,j]).
 *
 * A derivative of more than two axes can be written only by entries: what it
 * is derived by is then fixed at indices, and its labels drop out. */
#include "raise/apply.h"

static const Tree *number(Raise *r, unsigned k)
{
    return tree_int(r->ctx, (int64_t)k + 1);
}

static unsigned value_axes(const Atom *a)
{
    return (unsigned)!dim_is(a->sym->rows, 1) +
           (unsigned)!dim_is(a->sym->cols, 1);
}

typedef struct Tall {
    const Tree *kid[FUNCTION_ARGS + 1 + NET_AXES];
    uint32_t n;
} Tall;

static bool arguments(Raise *r, const Atom *a, Tall *t)
{
    t->kid[t->n++] = tree_sym(r->ctx, a->sym);
    for (unsigned k = 0; k < a->nargs; k++) {
        const Tree *e = raise_net(r, a->arg[k]);
        if (e && dim_is(a->sym->args[k]->rows, 1))
            e = mk_transpose(r, e); /* a row */
        t->kid[t->n++] = e;
    }
    return !ctx_failed(r->ctx);
}

static bool derived(const Atom *a)
{
    for (unsigned k = 0; k < a->nargs; k++)
        if (a->der[k])
            return true;
    return false;
}

const Tree *apply_tree(Raise *r, const Atom *a)
{
    Tall t = {.n = 0};
    if (!arguments(r, a, &t))
        return NULL;
    if (!derived(a))
        return mk(r, OP_APPLY, t.n, t.kid, a->sym->rows, a->sym->cols);
    for (unsigned k = 0; k < a->nargs; k++)
        for (unsigned d = 0; d < a->der[k]; d++)
            t.kid[t.n++] = number(r, k);
    return mk(r, OP_DAPPLY, t.n, t.kid, a->naxes > 0 ? a->dim[0] : one(r),
              a->naxes > 1 ? a->dim[1] : one(r));
}

bool apply_by_entries(const Factor *f)
{
    const Atom *a = f->atom;
    if (a->kind != ATOM_APPLY || a->naxes <= 2 || value_axes(a) > 2)
        return false;
    for (unsigned k = value_axes(a); k < a->naxes; k++)
        if (f->lab[k] >= 0)
            return false;
    return true;
}

Label apply_label_to_cut(const Factor *f)
{
    for (unsigned k = f->atom->naxes; k-- > value_axes(f->atom);)
        if (f->atom->naxes > 2 && f->lab[k] >= 0)
            return f->lab[k];
    return -1;
}

const Tree *apply_entries_tree(Raise *r, const Factor *f)
{
    const Atom *a = f->atom;
    Tall t = {.n = 0};
    unsigned at = value_axes(a);
    if (!arguments(r, a, &t))
        return NULL;
    for (unsigned k = 0; k < a->nargs; k++)
        for (unsigned d = 0; d < a->der[k]; d++) {
            const Tree *by[3] = {number(r, k)};
            unsigned n = a->arg[k]->naxes;
            for (unsigned i = 0; i < n; i++)
                by[i + 1] = mk_index(r, net_fixed_index(r->ctx,
                                                        f->lab[at + i]));
            at += n;
            t.kid[t.n++] = n ? mk(r, OP_INDEX, n + 1, by, one(r), one(r))
                             : by[0];
        }
    return mk(r, OP_DAPPLY, t.n, t.kid, a->sym->rows, a->sym->cols);
}
