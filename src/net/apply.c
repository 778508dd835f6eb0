/* apply.c: unknown functions and their derivatives as atoms. */
#include "net/lower.h"
#include "net/store.h"

#include <string.h>

const Atom *atom_apply(Ctx *ctx, const Sym *f, const Net *const *arg,
                       const uint8_t *der)
{
    Atom a = {.kind = ATOM_APPLY, .sym = f, .nargs = (uint8_t)f->nargs};
    unsigned n = 0;
    const Dim *dim[NET_AXES + 4];
    if (!dim_is(f->rows, 1))
        dim[n++] = f->rows;
    if (!dim_is(f->cols, 1))
        dim[n++] = f->cols;
    for (unsigned k = 0; k < a.nargs; k++) {
        if (!(a.arg[k] = arg[k]))
            return NULL;
        a.der[k] = der[k];
        for (unsigned d = 0; d < der[k]; d++)
            for (unsigned i = 0; i < arg[k]->naxes && n <= NET_AXES; i++)
                dim[n++] = arg[k]->dim[i];
    }
    if (n > NET_AXES)
        return ctx_fail(ctx, ERR_LIMIT, (Span){0, 0}, NULL,
                        "a derivative of %s has more than %d axes", f->name,
                        NET_AXES);
    a.naxes = (uint8_t)n;
    memcpy(a.dim, dim, n * sizeof *dim);
    return atom_intern(ctx, &a);
}

const Net *net_apply_slope(Ctx *ctx, const Atom *a, unsigned k)
{
    uint8_t der[FUNCTION_ARGS];
    Label lab[NET_AXES];
    const Dim *dim[2 * NET_AXES];
    unsigned at = a->naxes, n = a->naxes, own = a->arg[k]->naxes;
    Work w;
    memcpy(der, a->der, sizeof der);
    der[k]++;
    const Atom *d = atom_apply(ctx, a->sym, a->arg, der);
    if (!d)
        return NULL;
    for (unsigned i = k + 1; i < a->nargs; i++)
        at -= a->der[i] * a->arg[i]->naxes; /* where the new axes go in */
    memcpy(dim, a->dim, n * sizeof *dim);
    for (unsigned i = 0; i < own; i++)
        dim[n + i] = a->arg[k]->dim[i];
    for (unsigned i = 0; i < d->naxes; i++)
        lab[i] = i < at         ? (Label)i
                 : i < at + own ? (Label)(n + i - at)
                                : (Label)(i - own);
    work_init(&w, ctx, n + own, dim);
    work_atom(&w, d, lab);
    return work_net_done(&w);
}

/* Where the axes of the d-th derivative by argument k begin. */
static unsigned block(const Atom *a, unsigned k, unsigned d)
{
    unsigned at = (unsigned)!dim_is(a->sym->rows, 1) +
                  (unsigned)!dim_is(a->sym->cols, 1);
    for (unsigned i = 0; i < k; i++)
        at += a->der[i] * a->arg[i]->naxes;
    return at + d * a->arg[k]->naxes;
}

static unsigned selected(const Tree *by)
{
    const Tree *p = by->op == OP_INDEX ? by->kid[0] : by;
    return (unsigned)p->num.num - 1;
}

/* APPLY, DAPPLY: what it is derived by opens axes in the order written, or
 * fixes them. */
const Net *lower_applied(Lower *l, const Tree *t)
{
    const Sym *f = t->kid[0]->sym;
    const Net *arg[FUNCTION_ARGS];
    uint8_t der[FUNCTION_ARGS] = {0}, met[FUNCTION_ARGS] = {0};
    const Dim *dim[NET_AXES];
    Label lab[NET_AXES];
    Work w;
    for (unsigned k = 0; k < f->nargs; k++)
        arg[k] = lower(l, t->kid[k + 1]);
    for (unsigned i = f->nargs + 1; i < t->nkids; i++)
        der[selected(t->kid[i])]++;
    const Atom *a = atom_apply(l->ctx, f, arg, der);
    if (!a)
        return NULL;
    unsigned open = block(a, 0, 0);
    for (unsigned i = 0; i < open; i++) {
        lab[i] = (Label)i;
        dim[i] = a->dim[i];
    }
    for (unsigned i = f->nargs + 1; i < t->nkids; i++) {
        const Tree *by = t->kid[i];
        unsigned k = selected(by), at = block(a, k, met[k]++);
        for (unsigned x = 0; x < a->arg[k]->naxes; x++, at++) {
            bool entry = by->op == OP_INDEX;
            lab[at] = entry ? net_fixed(l->ctx, lower_dim(l, by->kid[x + 1]))
                            : (Label)open;
            if (!entry)
                dim[open++] = a->dim[at];
        }
    }
    work_init(&w, l->ctx, open, dim);
    work_atom(&w, a, lab);
    return work_net_done(&w);
}
