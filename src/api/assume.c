/* assume.c: what the input and the answers need to have a value. */
#include "api/derive.h"
#include "out/out.h"

#include <string.h>

static void assume(Derive *d, const Tree *t, const char *fmt)
{
    while (strcmp(fmt, "nonzero") == 0 && t->op == OP_POW &&
           t->kid[1]->op == OP_NUM) /* a power is, where its base is */
        t = t->kid[0];
    if (t->size < 200 && is_number(t)) /* known, and seen to */
        return;
    const char *s = out_print(d->ctx, t, OUT_TEXT);
    if (s && strlen(s) < 120)
        note(d->out->assumption, &d->out->nassumptions,
             ctx_printf(d->ctx, "%s %s", s, fmt));
}

/* Small trees only: what stands inside a generalised inverse. */
static bool tree_has_op(const Tree *t, OpId op)
{
    bool has = t->op == op;
    for (uint32_t i = 0; t->size < 200 && i < t->nkids && !has; i++)
        has = tree_has_op(t->kid[i], op);
    return has;
}

void assumptions_of(Derive *d, PtrMap *seen, const Tree *t)
{
    if (!t || ptrmap_has(seen, t) || !ptrmap_put(seen, t, seen))
        return;
    const Tree *a = t->nkids ? t->kid[0] : NULL;
    uint32_t sure = PROP_INVERTIBLE | PROP_POSDEF | PROP_ORTHOGONAL;
    bool known = a && a->op == OP_SYM && (a->sym->props & sure);
    if (t->op == OP_INV && !known)
        assume(d, a, "invertible");
    if (t->op == OP_PINV && !tree_has_op(a, OP_EIGVAL))
        assume(d, a, "of full rank");
    if (t->op == OP_EIG || t->op == OP_EIGVECS)
        assume(d, a, "of simple eigenvalues");
    if (t->op == OP_EIGVAL || t->op == OP_EIGVEC)
        assume(d, t, t->op == OP_EIGVAL ? "a simple eigenvalue"
                                        : "of a simple eigenvalue");
    if (t->op == OP_NORMSPEC)
        assume(d, t, "a simple singular value");
    if (t->op == OP_SVD || t->op == OP_SVDU || t->op == OP_SVDV)
        assume(d, a, "of simple singular values, none zero");
    if (t->op == OP_LOGM || t->op == OP_SQRTM)
        assume(d, a, "without eigenvalues at or below 0");
    if (t->op == OP_LOG)
        assume(d, a, a->flags & TREE_COMPLEX ? "off the negative real axis"
                                             : "positive");
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
