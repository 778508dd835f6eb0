/* spectral.c: eigenvalues and eigenvectors to trees: a fixed index on eig(A)
 * is lambda(A,i), on the columns of eigvecs(A) eigvec(A,i); svd(A)[1] is
 * norm(A,2). */
#include "raise/spectral.h"

static bool is_mat(const Atom *a, OpId op)
{
    return a->kind == ATOM_MAT && a->op == op;
}

static bool is_first(Raise *r, Label l)
{
    return dim_is(net_fixed_index(r->ctx, l), 1);
}

bool spectral_fixed(Raise *r, const Factor *f)
{
    const Atom *a = f->atom;
    return (is_mat(a, OP_EIG) && f->lab[0] < 0) ||
           (is_mat(a, OP_EIGVECS) && f->lab[1] < 0) ||
           (is_mat(a, OP_SVD) && f->lab[0] < 0 && is_first(r, f->lab[0]));
}

const Tree *spectral_tree(Raise *r, const Factor *f)
{
    const Atom *a = f->atom;
    bool value = a->op == OP_EIG;
    if (a->op == OP_SVD) {
        const Tree *m = raise_net(r, a->arg[0]);
        return m ? mk_fun(r, OP_NORMSPEC, m, one(r), one(r)) : NULL;
    }
    const Tree *kid[2] = {
        raise_net(r, a->arg[0]),
        mk_index(r, net_fixed_index(r->ctx, f->lab[value ? 0 : 1]))};
    return mk(r, value ? OP_EIGVAL : OP_EIGVEC, 2, kid,
              value ? one(r) : a->dim[0], one(r));
}
