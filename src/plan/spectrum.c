/* spectrum.c: eigenvalues at an index, and what derivatives of eigenvectors
 * are made of. */
#include "plan/fromtree.h"

Node *node_of_eigen(Nodes *g, const Tree *t)
{
    Node *a = node_of_tree(g, t->kid[0], false);
    const Dim *at = node_index(g, t->kid[1]);
    bool value = t->op == OP_EIGVAL;
    if (a && !value && !node_real(g, a))
        return node_none(g, t, "an eigenvector of a complex matrix");
    if (!a || !at)
        return a ? node_none(g, t, "an eigenvalue at an index") : NULL;
    Node *all = node_unary(g, N_FUN, value ? OP_EIG : OP_EIGVECS, a->rows,
                           value ? dim_num(g->ctx, 1) : a->cols, a);
    return value ? node_slice(g, all, at, NULL) : node_slice(g, all, NULL, at);
}

static Node *minus(Nodes *g, Node *a)
{
    return node_had2(g, node_num(g, rat_int(-1)), a);
}

/* The eigenvalue s in s*I or -s*I, or NULL. */
static Node *shift_of(const Node *a)
{
    if (a->kind != N_EW || a->op != OP_HAD ||
        !node_is_eye(a->kid[a->nkids - 1]))
        return NULL;
    Node *s = a->kid[a->nkids - 2];
    bool eigenvalue = s->kind == N_SLICE && s->lo &&
                      s->kid[0]->kind == N_FUN && s->kid[0]->op == OP_EIG;
    return eigenvalue ? s : NULL;
}

/* V*diag(1/(s - w))*V' without the term of s, which is entry i of w. */
static Node *reduced(Nodes *g, Node *s)
{
    Node *w = s->kid[0], *m = w->kid[0];
    Node *e = node_unit(g, s->lo, w->rows);
    Node *v = node_unary(g, N_FUN, OP_EIGVECS, m->rows, m->cols, m);
    Node *gap = node_add(g, 3, (Node *[]){s, minus(g, w), e});
    Node *d = node_ew2(g, OP_EDIV, node_ones(g, w->rows, w->cols), gap);
    d = node_add(g, 2, (Node *[]){d, minus(g, e)});
    return node_mul(g, 3, (Node *[]){v, node_diagm(g, d), node_t(g, v)});
}

/* pinv(lambda(A,i)*I - A) of a symmetric A: which singular value is zero is
 * known, where rounding would hide it. */
Node *node_resolvent(Nodes *g, Node *a)
{
    const Node *sum = a->kind == N_EW && a->op == OP_HAD &&
                              node_is_num(a->kid[0], -1)
                          ? a->kid[a->nkids - 1]
                          : a;
    for (uint32_t i = 0; sum->kind == N_EW && i < sum->nkids; i++) {
        Node *s = shift_of(sum->kid[i]), *m = s ? s->kid[0]->kid[0] : NULL;
        if (!m || m->rows != a->rows || !node_symmetric(g, m) ||
            !node_real(g, m))
            continue;
        Node *shift = node_had2(g, s, node_eye(g, m->rows));
        if (node_add(g, 2, (Node *[]){shift, minus(g, m)}) == a)
            return reduced(g, s);
    }
    return NULL;
}
