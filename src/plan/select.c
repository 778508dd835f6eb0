/* select.c: nodes that pick entries, rows and columns, and those that put them
 * in another order. */
#include "plan/node.h"

const Dim *node_unit_at(Nodes *g, const Node *a)
{
    const Dim *one = dim_num(g->ctx, 1);
    if (a->kind != N_BAND || !node_vector(a) || !a->lo || !a->hi)
        return NULL;
    return dim_add(g->ctx, dim_is(a->cols, 1) ? a->lo : a->hi, one);
}

static Node *unit(Nodes *g, const Dim *at, const Dim *n, OpId op)
{
    const Dim *one = dim_num(g->ctx, 1);
    Node p = {.kind = N_BAND, .op = op, .rows = n, .cols = one};
    p.lo = dim_sub(g->ctx, at, one);
    p.hi = dim_sub(g->ctx, one, at);
    return p.lo && p.hi ? node_cons(g, &p, NULL) : NULL;
}

Node *node_unit(Nodes *g, const Dim *at, const Dim *n)
{
    return dim_is(n, 1) ? node_num(g, rat_int(1))
                        : unit(g, at, n, (OpId)0);
}

Node *node_unsure_unit(Nodes *g, const Dim *at, const Dim *n)
{
    return unit(g, at, n, OP_UNITV);
}

bool node_is_unsure(const Node *a)
{
    return a->kind == N_BAND && a->op == OP_UNITV;
}

Node *node_delta(Nodes *g, const Dim *i, const Dim *j)
{
    const Dim *one = dim_num(g->ctx, 1);
    int64_t d;
    Node p = {.kind = N_BAND, .rows = one, .cols = one};
    p.lo = dim_sub(g->ctx, i, j);
    p.hi = dim_sub(g->ctx, j, i);
    if (!p.lo || !p.hi)
        return NULL;
    return dim_is_num(p.lo, &d) ? node_num(g, rat_int(d == 0))
                                : node_cons(g, &p, NULL);
}

Node *node_slice(Nodes *g, Node *a, const Dim *row, const Dim *col)
{
    const Dim *one = dim_num(g->ctx, 1);
    if (!a || node_scalar(a) || (!row && !col))
        return a;
    if (a->kind == N_SLICE) { /* of a column, or of a row */
        if (row && !a->lo)
            return node_slice(g, a->kid[0], row, a->hi);
        if (col && !a->hi)
            return node_slice(g, a->kid[0], a->lo, col);
    }
    Node p = {.kind = N_SLICE, .rows = row ? one : a->rows,
              .cols = col ? one : a->cols, .nkids = 1, .lo = row, .hi = col};
    return node_cons(g, &p, &a);
}

/* vec(unvec(x)'), unvec(x) of lo x hi. */
static Node *turned_vector(Nodes *g, Node *x, const Dim *lo, const Dim *hi)
{
    Node *m = node_unary(g, N_RESHAPE, OP_RESHAPE, lo, hi, x);
    return node_unary(g, N_RESHAPE, OP_RESHAPE, x->rows, x->cols,
                      node_t(g, m));
}

Node *node_commute(Nodes *g, Node *a, const Dim *lo, const Dim *hi, bool right)
{
    if (!a || dim_is(lo, 1) || dim_is(hi, 1))
        return a;
    LoopOver over = right ? OVER_COLS : OVER_ROWS;
    if (a->kind == N_COMMUTE && a->over == over &&
        (right ? a->lo == hi && a->hi == lo : a->hi == lo && a->lo == hi))
        return a->kid[0]; /* there and back */
    if (node_vector(a))
        return right ? node_t(g, turned_vector(g, node_t(g, a), hi, lo))
                     : turned_vector(g, a, lo, hi);
    Node p = {.kind = N_COMMUTE, .over = over, .rows = a->rows,
              .cols = a->cols, .nkids = 1, .lo = lo, .hi = hi};
    return node_cons(g, &p, &a);
}

static bool commutation(const Node *a)
{
    return a->kind == N_COMMUTE && node_is_eye(a->kid[0]);
}

/* K or I*K as K(lo,hi)*b or a*K(lo,hi). */
static Node *commuted(Nodes *g, const Node *k, Node *a, bool right)
{
    return node_commute(g, a, k->lo, k->hi, right);
}

Node *node_selects(Nodes *g, Node *a, Node *b)
{
    const Dim *col = dim_is(b->cols, 1) ? node_unit_at(g, b) : NULL;
    const Dim *row = dim_is(a->rows, 1) ? node_unit_at(g, a) : NULL;
    if (commutation(a))
        return commuted(g, a, b, false);
    if (commutation(b))
        return commuted(g, b, a, true);
    if (col && a->kind != N_INV) /* one solve makes a column */
        return node_slice(g, a, NULL, col);
    return row && b->kind != N_INV ? node_slice(g, b, row, NULL) : NULL;
}
