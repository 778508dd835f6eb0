/* kron.c: Kronecker products times vectors, without the large matrix:
 * kron(A, B)*vec(Y) = vec(B*Y*A'). */
#include "plan/node.h"

/* The entries in order, with these sizes. */
static Node *resized(Nodes *g, Node *a, const Dim *rows, const Dim *cols)
{
    if (!a || (a->rows == rows && a->cols == cols))
        return a;
    if (a->kind == N_RESHAPE)
        return resized(g, a->kid[0], rows, cols);
    if (node_vector(a) && (dim_is(rows, 1) || dim_is(cols, 1)))
        return node_t(g, a);
    if (dim_is(a->rows, 1))
        a = node_t(g, a);
    return node_unary(g, N_RESHAPE, OP_RESHAPE, rows, cols, a);
}

/* k*v of a Kronecker product and a column. */
static Node *times_column(Nodes *g, Node *k, Node *v)
{
    Node *a = k->kid[0], *b = k->kid[1];
    Node *y = resized(g, v, b->cols, a->cols);
    Node *list[3] = {b, y, node_t(g, a)};
    Node *x = y ? node_mul(g, 3, list) : NULL;
    return resized(g, x, k->rows, dim_num(g->ctx, 1));
}

Node *node_kron_times(Nodes *g, Node *a, Node *b)
{
    Node *x;
    if (a->kind == N_KRON && dim_is(b->cols, 1))
        return times_column(g, a, b);
    if (b->kind == N_KRON && dim_is(a->rows, 1)) {
        x = node_t(g, b);
        return node_t(g, x ? times_column(g, x, node_t(g, a)) : NULL);
    }
    if (dim_is(a->rows, 1) && dim_is(b->cols, 1)) { /* vec(X)'*vec(Y) */
        x = node_t(g, a);
        if (x && x->kind == N_RESHAPE && b->kind == N_RESHAPE &&
            x->kid[0]->rows == b->kid[0]->rows &&
            x->kid[0]->cols == b->kid[0]->cols)
            return node_fold(g, OP_SUM, OVER_ALL,
                             node_had2(g, x->kid[0], b->kid[0]));
    }
    return NULL;
}
