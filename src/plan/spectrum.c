/* spectrum.c: eigenvalues at an index, and what derivatives of eigenvectors
 * are made of. */
#include "plan/fromtree.h"

Node *node_of_eigen(Nodes *g, const Tree *t)
{
    Node *a = node_of_tree(g, t->kid[0], false);
    const Dim *at = node_index(g, t->kid[1]);
    bool value = t->op == OP_EIGVAL;
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

/* -A, its sum's terms one by one. */
static Node *minus_terms(Nodes *g, const Node *a)
{
    Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
    for (uint32_t i = 0; kid && i < a->nkids; i++)
        kid[i] = minus(g, a->kid[i]);
    return kid ? node_add(g, a->nkids, kid) : NULL;
}

/* The eigenvalue s in s*I, or NULL. */
static Node *shift_of(const Node *a)
{
    if (a->kind != N_EW || a->op != OP_HAD || a->nkids != 2 ||
        !node_is_eye(a->kid[1]))
        return NULL;
    Node *s = a->kid[0];
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
    Node *rest[2];
    if (a->kind != N_EW || a->op != OP_ADD)
        return NULL;
    for (uint32_t i = 0; i < a->nkids; i++) {
        Node *s = shift_of(a->kid[i]), *m = s ? s->kid[0]->kid[0] : NULL;
        if (!m || m->rows != a->rows || !node_symmetric(g, m))
            continue;
        rest[0] = a->kid[i];
        rest[1] = minus(g, m);
        if (node_add(g, 2, rest) == a)
            return reduced(g, s);
        rest[1] = m->kind == N_EW && m->op == OP_ADD ? minus_terms(g, m)
                                                     : NULL;
        if (rest[1] && node_add(g, 2, rest) == a)
            return reduced(g, s);
    }
    return NULL;
}
