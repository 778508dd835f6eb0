/* product.c: products in normal form. */
#include "plan/node.h"

#include <string.h>

typedef struct Product {
    Nodes *g;
    Node *scalar; /* taken out; NULL: 1 */
    Node **f;
    uint32_t n, cap;
} Product;

static void times(Product *p, Node *s)
{
    p->scalar = p->scalar ? node_had2(p->g, p->scalar, s) : s;
}

static bool push(Product *p, Node *a)
{
    if (!a)
        return false;
    if (p->n == p->cap) {
        Node **f = ARENA_ARRAY(p->g->ctx->arena, Node *, 2 * p->cap + 8);
        if (!f)
            return false;
        if (p->n)
            memcpy(f, p->f, p->n * sizeof *f);
        p->f = f;
        p->cap = 2 * p->cap + 8;
    }
    p->f[p->n++] = a;
    return true;
}

static bool take(Product *p, Node *a);

/* s.*u.*M.*v as s*diag(u)*M*diag(v), and u.*v as u*v: scalars are taken out,
 * columns and rows (one factor each in normal form) scale. */
static bool take_scaled(Product *p, Node *a)
{
    Nodes *g = p->g;
    Node **full = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
    Node *col = NULL, *row = NULL;
    uint32_t n = 0;
    bool vector = node_vector(a);
    for (uint32_t i = 0; full && i < a->nkids; i++) {
        Node *k = a->kid[i];
        if (node_scalar(k))
            times(p, k);
        else if (!vector && dim_is(k->cols, 1))
            col = k;
        else if (!vector && dim_is(k->rows, 1))
            row = k;
        else
            full[n++] = k;
    }
    if (!full)
        return false;
    if (n == 0)
        return push(p, col) && push(p, row);
    if (n == a->nkids)
        return push(p, a);
    Node *m = node_had(g, n, full);
    return m && (!col || push(p, node_diagm(g, col))) && take(p, m) &&
           (!row || push(p, node_diagm(g, row)));
}

static bool take(Product *p, Node *a)
{
    if (!a)
        return false;
    if (node_scalar(a)) {
        times(p, a);
        return true;
    }
    if (node_is_eye(a))
        return true;
    if (a->kind == N_MUL) {
        for (uint32_t i = 0; i < a->nkids; i++)
            if (!take(p, a->kid[i]))
                return false;
        return true;
    }
    if (a->kind == N_EW && a->op == OP_HAD)
        return take_scaled(p, a);
    return push(p, a);
}

/* diag(u)*diag(v) is one diagonal, diag(v)*x a product of entries, A*ones a
 * sum of rows; true if factors i and i+1 became one. */
static bool join(Product *p, uint32_t i)
{
    Nodes *g = p->g;
    Node *a = p->f[i], *b = p->f[i + 1], *r = NULL;
    bool da = a->kind == N_DIAGM, db = b->kind == N_DIAGM;
    if (da && db)
        r = node_diagm(g, node_had2(g, a->kid[0], b->kid[0]));
    else if (da && dim_is(b->cols, 1))
        r = node_had2(g, a->kid[0], b);
    else if (db && dim_is(a->rows, 1))
        r = node_had2(g, a, node_t(g, b->kid[0]));
    else if (b->kind == N_ONES && dim_is(b->cols, 1) && !dim_is(b->rows, 1))
        r = node_fold(g, OP_SUM, OVER_COLS, a);
    else if (a->kind == N_ONES && dim_is(a->rows, 1) && !dim_is(a->cols, 1))
        r = node_fold(g, OP_SUM, OVER_ROWS, b);
    else if (a->kind == N_INV && a->kid[0] == b)
        r = node_eye(g, b->rows);
    else if (b->kind == N_INV && b->kid[0] == a)
        r = node_eye(g, a->rows);
    else
        r = node_selects(g, a, b);
    /* a row takes its Kronecker product where no column does */
    if (!r && (a->kind == N_KRON || i + 2 == p->n))
        r = node_kron_times(g, a, b);
    if (!r)
        return false;
    p->f[i] = r;
    memmove(p->f + i + 1, p->f + i + 2, (p->n - i - 2) * sizeof *p->f);
    p->n--;
    return true;
}

/* The factor exp(-max) of a vector; the others in rest. */
static Node *shift_of(Nodes *g, Node *v, Node **rest)
{
    Node **other, *shift = NULL;
    uint32_t n = 0;
    *rest = NULL;
    if (node_is_shift(v)) {
        *rest = node_ones(g, v->rows, v->cols);
        return v;
    }
    if (v->kind == N_EW && v->op == OP_EDIV) {
        shift = shift_of(g, v->kid[0], rest);
        *rest = *rest ? node_ew2(g, OP_EDIV, *rest, v->kid[1]) : NULL;
        return *rest ? shift : NULL;
    }
    if (v->kind != N_EW || v->op != OP_HAD ||
        !(other = ARENA_ARRAY(g->ctx->arena, Node *, v->nkids)))
        return NULL;
    for (uint32_t i = 0; i < v->nkids; i++) {
        if (!shift && node_is_shift(v->kid[i]))
            shift = v->kid[i];
        else
            other[n++] = v->kid[i];
    }
    *rest = shift ? node_had(g, n, other) : NULL;
    return *rest && (*rest)->rows == v->rows && (*rest)->cols == v->cols
               ? shift
               : NULL;
}

static bool has_exp(const Node *a)
{
    if (a->kind == N_EW && a->op == OP_EXP)
        return true;
    for (uint32_t i = 0; a->kind == N_EW && a->op == OP_HAD && i < a->nkids;
         i++)
        if (a->kid[i]->kind == N_EW && a->kid[i]->op == OP_EXP &&
            a->kid[i]->rows == a->rows && a->kid[i]->cols == a->cols)
            return true;
    return false;
}

/* exp(Z)*(exp(-max).*v) as exp(Z - max)*v, from either side. */
static bool absorb(Product *p, uint32_t at, bool left)
{
    Nodes *g = p->g;
    Node *e = p->f[left ? at + 1 : at], *v = p->f[left ? at : at + 1], *rest;
    bool diagonal = v->kind == N_DIAGM;
    if (!has_exp(e) || !(diagonal || node_vector(v)))
        return false;
    Node *x = diagonal ? v->kid[0] : v;
    Node *shift = shift_of(g, x, &rest);
    if (!shift)
        return false;
    /* along the side of e that meets v */
    if (dim_is(shift->cols, 1) != left)
        shift = node_t(g, shift);
    e = node_had2(g, e, shift);
    v = diagonal ? node_diagm(g, rest) : rest;
    if (!e || !v)
        return false;
    p->f[left ? at + 1 : at] = e;
    p->f[left ? at : at + 1] = v;
    return true;
}

static void absorb_all(Product *p)
{
    for (uint32_t i = 0; i + 1 < p->n; i++)
        if (absorb(p, i, false) || absorb(p, i, true))
            i = UINT32_MAX;
}

static bool is_leaf(const Node *a)
{
    return a->kind == N_SYM || a->kind == N_T || a->kind == N_BAND ||
           a->kind == N_DIAGM;
}

/* A sum that is cheaper multiplied out over a vector than formed. */
static bool splits(const Node *a)
{
    if (a->kind != N_EW || a->op != OP_ADD || a->nkids > 3 ||
        node_vector(a) || node_scalar(a))
        return false;
    for (uint32_t i = 0; i < a->nkids; i++) {
        const Node *k = a->kid[i];
        if (k->rows != a->rows || k->cols != a->cols)
            return false;
        if (k->kind == N_EW && k->op == OP_HAD && k->nkids == 2 &&
            node_scalar(k->kid[0]))
            k = k->kid[1];
        if (!is_leaf(k) && k->kind != N_MUL && k->kind != N_INV)
            return false;
    }
    return true;
}

/* Where the product is that of a column and a row, or a number written out
 * stands beside it (x'*A*x*x); 0: nowhere. */
static uint32_t waist(const Product *p)
{
    for (uint32_t i = 1; i < p->n; i++)
        if (dim_is(p->f[i]->rows, 1) || dim_is(p->f[i - 1]->cols, 1))
            return i;
    return 0;
}

static Node *finish(Product *p, const Dim *rows)
{
    Nodes *g = p->g;
    Node *r;
    uint32_t k = waist(p);
    if (k) { /* through one dimension: an outer product */
        r = node_had2(g, node_mul(g, k, p->f),
                      node_mul(g, p->n - k, p->f + k));
        return p->scalar && r ? node_had2(g, p->scalar, r) : r;
    }
    if (p->n == 0)
        r = p->scalar ? NULL : node_eye(g, rows);
    else if (p->n == 1)
        r = p->f[0];
    else {
        Node proto = {.kind = N_MUL, .op = OP_MUL, .nkids = p->n,
                      .rows = p->f[0]->rows, .cols = p->f[p->n - 1]->cols};
        r = node_cons(g, &proto, p->f);
    }
    if (p->n == 0 && p->scalar)
        return dim_is(rows, 1) ? p->scalar
                               : node_had2(g, p->scalar, node_eye(g, rows));
    return p->scalar && r ? node_had2(g, p->scalar, r) : r;
}

/* (A + B)*x as A*x + B*x: the end of the product is a vector. */
static Node *distribute(Product *p, bool left)
{
    Nodes *g = p->g;
    uint32_t at = left ? 1 : p->n - 2;
    Node *sum = p->f[at], *end = p->f[left ? 0 : p->n - 1];
    Node **part = ARENA_ARRAY(g->ctx->arena, Node *, sum->nkids);
    for (uint32_t i = 0; part && i < sum->nkids; i++)
        part[i] = left ? node_mul2(g, end, sum->kid[i])
                       : node_mul2(g, sum->kid[i], end);
    Node *v = part ? node_add(g, sum->nkids, part) : NULL;
    if (!v)
        return NULL;
    p->f[left ? 0 : p->n - 2] = v;
    if (left)
        memmove(p->f + 1, p->f + 2, (p->n - 2) * sizeof *p->f);
    p->n--;
    Node *r = p->n == 1 ? p->f[0] : node_mul(g, p->n, p->f);
    return p->scalar && r ? node_had2(g, p->scalar, r) : r;
}

/* --- over sums, where that costs less */

static bool sum_of_matrices(const Node *a)
{
    if (a->kind != N_EW || a->op != OP_ADD || a->nkids > 6)
        return false;
    for (uint32_t i = 0; i < a->nkids; i++)
        if (a->kid[i]->rows != a->rows || a->kid[i]->cols != a->cols)
            return false;
    return true;
}

/* Factors lo..hi with the sum at `at` multiplied out. */
typedef struct Spread {
    uint32_t at, lo, hi;
    double weight; /* of the whole product */
} Spread;

/* Factors lo..hi, k in the place of the sum. */
static double term_weight(const Product *p, const Spread *s, Node *k)
{
    Product q = {.g = p->g};
    double w = 0;
    for (uint32_t i = s->lo; i <= s->hi; i++)
        if (i == s->at ? !take(&q, k) : !push(&q, p->f[i]))
            return 1e300;
    for (uint32_t i = 0; i < q.n; i++)
        if (i >= s->at - s->lo && i + s->hi - s->at < q.n)
            w += node_products(p->g, q.f[i]);
    return w + chain_weight(p->g, q.n, q.f);
}

static double spread_weight(const Product *p, const Spread *s)
{
    Nodes *g = p->g;
    const Node *sum = p->f[s->at];
    uint32_t n = 0;
    Node **f = ARENA_ARRAY(g->ctx->arena, Node *, p->n);
    Node whole = {.kind = N_EW, .op = OP_ADD, .rows = p->f[s->lo]->rows,
                  .cols = p->f[s->hi]->cols};
    if (!f)
        return 1e300;
    whole.t = &whole; /* only weighed */
    for (uint32_t i = 0; i < p->n; i++)
        if (i < s->lo || i > s->hi)
            f[n++] = p->f[i];
        else if (i == s->at)
            f[n++] = &whole;
    double w = chain_weight(g, n, f) + node_products(g, &whole);
    for (uint32_t k = 0; k < sum->nkids; k++)
        w += term_weight(p, s, sum->kid[k]);
    return w;
}

static void try_spreads(const Product *p, uint32_t at, Spread *best)
{
    for (uint32_t lo = 0; lo <= at; lo++)
        for (uint32_t hi = at; hi < p->n; hi++) {
            Spread s = {at, lo, hi, 0};
            if (lo == hi)
                continue;
            s.weight = spread_weight(p, &s);
            if (s.weight < best->weight)
                *best = s;
        }
}

/* The factors with some of them as a sum of products. */
static Node *spread_out(const Product *p, const Spread *s)
{
    Nodes *g = p->g;
    Node *sum = p->f[s->at];
    Node **part = ARENA_ARRAY(g->ctx->arena, Node *, sum->nkids);
    Node **f = ARENA_ARRAY(g->ctx->arena, Node *, p->n);
    uint32_t n = 0;
    if (!part || !f)
        return NULL;
    memcpy(f, p->f, p->n * sizeof *f);
    for (uint32_t k = 0; k < sum->nkids; k++) {
        f[s->at] = sum->kid[k];
        part[k] = node_mul(g, s->hi - s->lo + 1, f + s->lo);
    }
    unsigned form = g->form;
    g->form &= ~(unsigned)FORM_SPREAD; /* not put together again */
    Node *r = node_add(g, sum->nkids, part);
    g->form = form;
    for (uint32_t i = 0; i < p->n; i++)
        if (i < s->lo || i > s->hi)
            f[n++] = p->f[i];
        else if (i == s->lo)
            f[n++] = r;
    return n > 1 ? node_mul(g, n, f) : r;
}

/* The product, or a part of it, as a sum of products, if that is cheaper; or
 * NULL. */
static Node *spread(Product *p)
{
    Nodes *g = p->g;
    enum { MOST = 12, NODES = 20000 };
    /* what the terms share is paid once: a little more may be less */
    const double SHARED = 1.1;
    Spread best = {.weight = chain_weight(g, p->n, p->f)};
    bool any = false;
    for (uint32_t i = 0; i < p->n; i++) {
        best.weight += node_products(g, p->f[i]);
        any |= sum_of_matrices(p->f[i]);
    }
    if (!any || p->n < 2 || p->n > MOST || g->count > NODES)
        return NULL;
    double keep = best.weight, inner;
    best.weight *= SHARED;
    best.hi = UINT32_MAX;
    for (uint32_t i = 0; i < p->n; i++) {
        if (!sum_of_matrices(p->f[i]))
            continue;
        /* the other factors are made all the same */
        inner = keep - chain_weight(g, p->n, p->f) -
                node_products(g, p->f[i]);
        Spread s = {.weight = best.weight - inner};
        s.hi = UINT32_MAX;
        try_spreads(p, i, &s);
        if (s.hi != UINT32_MAX) {
            best = s;
            best.weight += inner;
        }
    }
    if (best.hi == UINT32_MAX)
        return NULL;
    g->chosen |= FORM_SPREAD;
    return spread_out(p, &best);
}

/* The last factor of a number written out among other factors, as x'*A*x in
 * x'*A*x*eye(n), that begins with factor i; else i. */
static uint32_t number_end(uint32_t n, Node *const *kid, uint32_t i)
{
    if (!kid[i] || !dim_is(kid[i]->rows, 1))
        return i;
    for (uint32_t k = i; k < n && kid[k]; k++)
        if (dim_is(kid[k]->cols, 1))
            return k - i + 1 == n ? i : k;
    return i;
}

Node *node_mul(Nodes *g, uint32_t n, Node *const *kid)
{
    Product p = {.g = g};
    const Dim *rows = n && kid[0] ? kid[0]->rows : NULL;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t last = number_end(n, kid, i);
        Node *k = last > i ? node_mul(g, last - i + 1, kid + i) : kid[i];
        if (!take(&p, k))
            return NULL;
        i = last;
    }
    for (uint32_t i = n; i-- > 0;) /* lam*eye(n) is n by n */
        if (!node_scalar(kid[i]))
            rows = kid[i]->rows;
    absorb_all(&p);
    for (uint32_t i = 0; i + 1 < p.n;) {
        if (!join(&p, i)) {
            i++;
            continue;
        }
        if (node_scalar(p.f[i]) || node_is_eye(p.f[i]) ||
            p.f[i]->kind == N_MUL || p.f[i]->kind == N_EW)
            return node_had2(g, p.scalar ? p.scalar : node_num(g, rat_int(1)),
                             node_mul(g, p.n, p.f));
        i = i ? i - 1 : 0;
    }
    if (p.n >= 2 && dim_is(p.f[p.n - 1]->cols, 1) && splits(p.f[p.n - 2]))
        return distribute(&p, false);
    if (p.n >= 2 && dim_is(p.f[0]->rows, 1) && splits(p.f[1]))
        return distribute(&p, true);
    Node *r = g->form & FORM_LEMMA ? node_lemma(g, p.n, p.f) : NULL;
    if (!r && g->form & FORM_SPREAD)
        r = spread(&p);
    if (r)
        return p.scalar ? node_had2(g, p.scalar, r) : r;
    return finish(&p, rows);
}

Node *node_mul2(Nodes *g, Node *a, Node *b)
{
    return node_mul(g, 2, (Node *[]){a, b});
}
