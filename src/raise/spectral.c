/* spectral.c: eigenvalues and eigenvectors to trees: a fixed index on eig(A)
 * is lambda(A,i), on the columns of eigvecs(A) eigvec(A,i). */
#include "raise/spectral.h"

static bool is_mat(const Atom *a, OpId op)
{
    return a->kind == ATOM_MAT && a->op == op;
}

bool spectral_fixed(const Factor *f)
{
    const Atom *a = f->atom;
    return (is_mat(a, OP_EIG) && f->lab[0] < 0) ||
           (is_mat(a, OP_EIGVECS) && f->lab[1] < 0);
}

/* sqrt(lambda(A'*A,m)) is norm(A,2). */
const Tree *spectral_norm(Raise *r, const Net *base)
{
    const Term *t = base->term;
    if (base->naxes || base->nterms != 1 || t->nfactors != 1 ||
        !rat_is(t->coef, 1) || !is_mat(t->factor[0].atom, OP_EIG) ||
        t->factor[0].lab[0] >= 0)
        return NULL;
    const Net *gram = t->factor[0].atom->arg[0];
    const Term *g = gram->term;
    if (net_fixed_index(r->ctx, t->factor[0].lab[0]) != gram->dim[0] ||
        gram->nterms != 1 || g->nfactors != 2 || !rat_is(g->coef, 1) ||
        g->factor[0].atom != g->factor[1].atom ||
        g->factor[0].atom->naxes != 2 || g->nbound != 1)
        return NULL;
    for (unsigned k = 0; k < 2; k++)
        if (g->factor[0].lab[k] == g->factor[1].lab[k]) {
            const Tree *a = atom_tree(r, g->factor[0].atom);
            if (k == 1)
                a = mk_transpose(r, a);
            return a ? mk_fun(r, OP_NORMSPEC, a, one(r), one(r)) : NULL;
        }
    return NULL;
}

const Tree *spectral_tree(Raise *r, const Factor *f)
{
    const Atom *a = f->atom;
    bool value = a->op == OP_EIG;
    const Tree *kid[2] = {
        raise_net(r, a->arg[0]),
        mk_index(r, net_fixed_index(r->ctx, f->lab[value ? 0 : 1]))};
    return mk(r, value ? OP_EIGVAL : OP_EIGVEC, 2, kid,
              value ? one(r) : a->dim[0], one(r));
}
