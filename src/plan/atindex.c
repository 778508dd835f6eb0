/* atindex.c: trees with indices as nodes: an index that no sum binds is an
 * integer that is given. */
#include "plan/fromtree.h"

const Dim *node_bound(const Nodes *g, const Dim *d)
{
    for (const IndexAt *b = g->bound; d && b; b = b->outer)
        if (dim_mentions(d, b->name))
            d = dim_subst(g->ctx, d, b->name, b->at);
    return d;
}

const Dim *node_index(Nodes *g, const Tree *t)
{
    if (t->op == OP_NUM && rat_is_int(t->num))
        return dim_num(g->ctx, t->num.num);
    if (t->op == OP_SYM && t->sym->kind != SYM_QUANTITY)
        return node_bound(g, dim_sym(g->ctx, t->sym->name));
    if (t->op == OP_NEG) {
        const Dim *d = node_index(g, t->kid[0]);
        return d ? dim_sub(g->ctx, dim_num(g->ctx, 0), d) : NULL;
    }
    return t->op == OP_INT ? node_bound(g, t->dim) : NULL;
}

Node *node_of_entry(Nodes *g, const Tree *t)
{
    Node *a = node_of_tree(g, t->kid[0], false);
    const Dim *at[2] = {NULL, NULL};
    for (uint32_t k = 1; a && k < t->nkids; k++) {
        if (t->kid[k]->op == OP_COLON)
            continue;
        at[k - 1] = node_index(g, t->kid[k]);
        if (!at[k - 1])
            return node_none(g, t, "an entry at an index");
    }
    if (!a)
        return NULL;
    if (t->nkids == 2 && dim_is(a->rows, 1))
        return node_slice(g, a, NULL, at[0]);
    return node_slice(g, a, at[0], at[1]);
}

/* A number in 1..n, or an index over 1..n: what else there is may lie
 * outside. */
static bool in_range(const Tree *t, const Dim *d, const Dim *n)
{
    int64_t i, size;
    if (dim_is_num(d, &i))
        return i == 1 || (i > 0 && dim_is_num(n, &size) && i <= size);
    return t->op == OP_SYM && t->sym->kind == SYM_INDEX && t->sym->lo &&
           dim_is(t->sym->lo, 1) && t->sym->hi == n;
}

static Node *unit(Nodes *g, const Tree *at, const Dim *n)
{
    const Dim *i = node_index(g, at);
    bool none = !i || (dim_is(n, 1) && !in_range(at, i, n));
    return none                     ? node_none(g, at, "a unit at this index")
           : in_range(at, i, n) ? node_unit(g, i, n)
                                : node_unsure_unit(g, i, n);
}

Node *node_of_unit(Nodes *g, const Tree *t)
{
    if (t->op == OP_UNITV)
        return unit(g, t->kid[0], t->rows);
    if (t->op == OP_UNITM)
        return node_mul2(g, unit(g, t->kid[0], t->rows),
                         node_t(g, unit(g, t->kid[1], t->cols)));
    const Dim *i = node_index(g, t->kid[0]), *j = node_index(g, t->kid[1]);
    return i && j ? node_delta(g, i, j)
                  : node_none(g, t, "delta at these indices");
}

/* --- sums */

static bool over_all(const Tree *sum, const Dim *n)
{
    return sum->nkids == 1 && sum->sym->hi == n;
}

static bool is_index(const Tree *t, const Sym *s)
{
    return t->op == OP_SYM && t->sym == s;
}

/* sum(i, sum(j, kron(J(i,j,n,m), J(j,i,m,n)))) */
static bool is_commutation(const Tree *t)
{
    const Tree *inner = t->kid[0];
    if (t->nkids != 1 || inner->op != OP_SUMI || inner->nkids != 1 ||
        inner->kid[0]->op != OP_KRON)
        return false;
    const Tree *a = inner->kid[0]->kid[0], *b = inner->kid[0]->kid[1];
    if (a->op != OP_UNITM || b->op != OP_UNITM || a->kid[0] != b->kid[1] ||
        a->kid[1] != b->kid[0] || a->rows != b->cols || a->cols != b->rows)
        return false;
    const Tree *i = is_index(a->kid[0], t->sym) ? t : inner;
    const Tree *j = i == t ? inner : t;
    return is_index(a->kid[0], i->sym) && is_index(a->kid[1], j->sym) &&
           over_all(i, a->rows) && over_all(j, a->cols);
}

static unsigned depth_of(PtrMap *seen, const Tree *t)
{
    void *done = ptrmap_get(seen, t);
    unsigned most = 0;
    if (done)
        return (unsigned)((uintptr_t)done - 1);
    for (uint32_t i = 0; i < t->nkids; i++) {
        unsigned d = depth_of(seen, t->kid[i]);
        most = d > most ? d : most;
    }
    most += t->op == OP_SUMI;
    ptrmap_put(seen, t, (void *)((uintptr_t)most + 1));
    return most;
}

/* How deep sums stand in sums; 1: this has none in it. */
static unsigned depth(const Nodes *g, const Tree *t)
{
    PtrMap seen;
    ptrmap_init(&seen, g->ctx->arena);
    return depth_of(&seen, t);
}

/* The term at i = at.  Trees mean something else there than elsewhere. */
static Node *term(Nodes *g, const Tree *sum, const Dim *at)
{
    IndexAt here = {sum->sym->name, at, g->bound};
    PtrMap memo[2] = {g->memo[0], g->memo[1]};
    if (!here.at)
        return NULL;
    ptrmap_init(&g->memo[0], g->ctx->arena);
    ptrmap_init(&g->memo[1], g->ctx->arena);
    g->bound = &here;
    Node *n = node_of_tree(g, sum->kid[sum->nkids - 1], false);
    g->bound = here.outer;
    g->memo[0] = memo[0];
    g->memo[1] = memo[1];
    return n;
}

/* The term at an index of its own. */
static Node *loop(Nodes *g, const Tree *t)
{
    bool bounds = t->nkids == 3;
    const Dim *lo = bounds ? node_index(g, t->kid[0]) : dim_num(g->ctx, 1);
    const Dim *hi = bounds ? node_index(g, t->kid[1])
                           : node_bound(g, t->sym->hi);
    unsigned level = depth(g, t);
    if (!lo || !hi || level >= INDEX_LEVELS)
        return node_none(g, t, "sum over an index");
    g->indexed = true;
    Node *a = term(g, t, node_index_of(g->ctx, level));
    return a ? node_repeat(g, a, level, lo, hi) : NULL;
}

/* Few terms, one by one. */
static Node *written_out(Nodes *g, const Tree *t)
{
    enum { MOST = 32 };
    bool bounds = t->nkids == 3;
    const Dim *first = bounds ? node_index(g, t->kid[0]) : dim_num(g->ctx, 1);
    const Dim *last = bounds ? node_index(g, t->kid[1]) : t->sym->hi;
    int64_t lo, hi;
    Node *kid[MOST];
    uint32_t n = 0;
    if (!first || !last || !dim_is_num(first, &lo) || !dim_is_num(last, &hi) ||
        hi < lo || hi - lo >= MOST)
        return g->task->repeat ? loop(g, t)
                               : node_none(g, t, "sum over an index");
    for (int64_t i = lo; i <= hi; i++)
        if (!(kid[n++] = term(g, t, dim_num(g->ctx, i))))
            return NULL;
    return n > 1 ? node_add(g, n, kid) : kid[0];
}

Node *node_of_sum(Nodes *g, const Tree *t)
{
    if (is_commutation(t)) {
        const Tree *unit = t->kid[0]->kid[0]->kid[0];
        return node_commute(g, node_eye(g, t->rows), unit->rows, unit->cols,
                            false);
    }
    Node *powers = node_of_powers(g, t);
    return powers || ctx_failed(g->ctx)
               ? powers
               : written_out(g, t);
}
