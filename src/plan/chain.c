/* chain.c: the order of a product's multiplications, by cost.
 *
 * Dynamic programming over the sub-products (Godbole, IEEE Trans. Comput. C-22
 * (1973)), with what the structure allows: inverses are solves, diagonal
 * matrices scale, a product with its own transpose is half the work, and what
 * several products share is paid once. */
#include "plan/build.h"

#include <string.h>

enum { CHAIN_MAX = 48 };

typedef struct Chain {
    Build *b;
    Node *const *f;
    uint32_t n;
    double cost[CHAIN_MAX][CHAIN_MAX];
    uint8_t cut[CHAIN_MAX][CHAIN_MAX];
} Chain;

static Node *part(Build *b, Node *const *f, uint32_t i, uint32_t j)
{
    if (i == j)
        return f[i];
    Node p = {.kind = N_MUL, .op = OP_MUL, .nkids = j - i + 1,
              .rows = f[i]->rows, .cols = f[j]->cols};
    return node_cons(&b->g, &p, f + i);
}

/* One of a node and its transpose. */
static Node *either(Build *b, Node *n)
{
    Node *t = n ? node_t(&b->g, n) : NULL;
    return t && t->serial < n->serial ? t : n;
}

void chain_count(Build *b, Node *n)
{
    if (n->nkids > CHAIN_MAX)
        return;
    bool pairs = node_symmetric(&b->g, n); /* its parts are two of each */
    bool column = dim_is(n->cols, 1), row = dim_is(n->rows, 1);
    uint32_t last = n->nkids - 1;
    for (uint32_t i = 0; i <= last; i++)
        for (uint32_t j = i + 1; j <= last && j - i < 8; j++) {
            /* and a vector is taken through from its end */
            if ((pairs && i + j > last) || (column && j < last) ||
                (row && i > 0))
                continue;
            Node *p = either(b, part(b, n->kid, i, j));
            uintptr_t c = p ? (uintptr_t)ptrmap_get(&b->shared, p) : 0;
            if (p)
                ptrmap_put(&b->shared, p, (void *)(c + 1));
        }
}

double chain_shares(Build *b, Node *n)
{
    uintptr_t c = n ? (uintptr_t)ptrmap_get(&b->shared, either(b, n)) : 1;
    return c > 1 ? (double)c : 1;
}

/* Flops of the last step: the product of f[i..k] and f[k+1..j]. */
static double step_cost(const Chain *c, uint32_t i, uint32_t k, uint32_t j)
{
    const Node *l = i == k ? c->f[i] : NULL, *r = k + 1 == j ? c->f[j] : NULL;
    double m = build_size(c->b, c->f[i]->rows);
    double n = build_size(c->b, c->f[k]->cols);
    double p = build_size(c->b, c->f[j]->cols);
    bool diagonal = (l && l->kind == N_DIAGM) || (r && r->kind == N_DIAGM);
    if (diagonal || dim_is(c->f[k]->cols, 1))
        return m * p;
    double flops = 2 * m * n * p;
    if ((l && l->kind == N_INV) && (r && r->kind == N_INV))
        return 2 * flops;
    if ((l && node_triangle(l)) || (r && node_triangle(r)))
        flops /= 2;
    /* matrix times vector runs at the speed of memory */
    return m == 1 || p == 1 ? 3 * flops + m * p : flops + m * p;
}

/* Is the product, read from its end, its own conjugate transpose?  (A number is, but
 * its factors need not be.) */
static bool mirrored(Build *b, const Node *n)
{
    for (uint32_t i = 0; i < (n->nkids + 1) / 2; i++)
        if (n->kid[i] != node_adj(&b->g, n->kid[n->nkids - 1 - i]))
            return false;
    return true;
}

static double cell(Chain *c, uint32_t i, uint32_t j)
{
    Node *n = part(c->b, c->f, i, j);
    double best = -1, shared = chain_shares(c->b, n);
    bool half = n && mirrored(c->b, n);
    for (uint32_t k = i; k < j; k++) {
        double last = step_cost(c, i, k, j), x = c->cost[k + 1][j];
        /* of H'*H, H is computed once */
        x += half && k - i == j - k - 1 ? 0 : c->cost[i][k];
        x += half ? last / 2 : last;
        if (best < 0 || x < best) {
            best = x;
            c->cut[i][j] = (uint8_t)k;
        }
    }
    return n && build_has(c->b, n) ? 0 : best / shared;
}

static bool fill(Chain *c)
{
    memset(c->cost, 0, sizeof c->cost);
    for (uint32_t len = 1; len < c->n; len++)
        for (uint32_t i = 0; i + len < c->n; i++)
            c->cost[i][i + len] = cell(c, i, i + len);
    return !ctx_failed(c->b->ctx);
}

/* What the product needs whatever its order: what is made for that is at hand
 * when the order is chosen. */
static void make_factors(Build *b, Node *n)
{
    if (twin_better(b, n))
        return;
    for (uint32_t i = 0; i < n->nkids; i++) {
        Node *k = n->kid[i];
        if (k->kind == N_INV && !build_has(b, k))
            build_factors(b, k->kid[0]);
        else if (k->kind == N_EW && k->op == OP_ADD && !node_vector(k))
            build_ref(b, k);
    }
}

/* Where the product is split last; a long one in the middle. */
static uint32_t split(Build *b, Node *n)
{
    uintptr_t k = (uintptr_t)ptrmap_get(&b->orders, n);
    if (k)
        return (uint32_t)k - 1;
    make_factors(b, n);
    uint32_t cut = 0;
    if (n->nkids > CHAIN_MAX) {
        cut = dim_is(n->cols, 1) ? 0 : n->nkids - 2;
    } else if (n->nkids > 2) {
        Chain *c = ARENA_NEW(b->ctx->arena, Chain);
        if (!c)
            return 0;
        c->b = b;
        c->f = n->kid;
        c->n = n->nkids;
        if (fill(c))
            cut = c->cut[0][n->nkids - 1];
    }
    ptrmap_put(&b->orders, n, (void *)((uintptr_t)cut + 1));
    return cut;
}

/* H with H'*H the middle of a product: L\ for inv(L*L'), the root of a
 * diagonal; NULL: it has none. */
static Node *root_of(Build *b, Node *c, bool scalar)
{
    Nodes *g = &b->g;
    if (c->kind == N_DIAGM && node_nonneg(g, c) && !scalar)
        return node_diagm(g, node_ew1(g, OP_SQRT, c->kid[0]));
    if (c->kind != N_INV || b->task->no_chol ||
        !(b->task->hope ? node_symmetric(g, c) : node_posdef(g, c)))
        return NULL;
    return node_inv(g, node_unary(g, N_FACTOR, OP_CHOL, c->rows, c->cols,
                                  c->kid[0]));
}

/* H where the product is H'*H: L\P for P'*inv(M)*P with M = L*L', where
 * inv(M)*P is not wanted too; P'*diag(v)*P so too.  NULL: none. */
static Node *half_of(Build *b, Node *n)
{
    uint32_t mid = n->nkids / 2;
    Nodes *g = &b->g;
    if (!mirrored(b, n))
        return NULL;
    if (n->nkids % 2 == 0)
        return part(b, n->kid, mid, n->nkids - 1);
    if (chain_shares(b, part(b, n->kid, mid, mid + 1)) > 1)
        return NULL;
    Node *root = root_of(b, n->kid[mid], node_scalar(n));
    return root ? node_mul2(g, root, part(b, n->kid, mid + 1, n->nkids - 1))
                : NULL;
}

typedef struct Halves {
    Node *l, *r;
} Halves;

static Halves halves(Build *b, Node *n)
{
    Node *half = half_of(b, n);
    if (half)
        return (Halves){node_adj(&b->g, half), half};
    uint32_t k = split(b, n);
    return (Halves){part(b, n->kid, 0, k), part(b, n->kid, k + 1,
                                                n->nkids - 1)};
}

Node *chain_expand(Build *b, Node *n)
{
    Halves h = halves(b, n);
    Nodes *g = &b->g;
    if (!h.l || !h.r)
        return NULL;
    if (node_scalar(n))
        return node_fold(g, OP_SUM, OVER_ALL,
                         node_had2(g, node_t(g, h.l), h.r));
    if (h.l->kind == N_DIAGM)
        return node_had2(g, h.l->kid[0], h.r);
    if (h.r->kind == N_DIAGM)
        return node_had2(g, h.l, node_t(g, h.r->kid[0]));
    return dim_is(h.l->cols, 1) ? node_had2(g, h.l, h.r) : NULL;
}

bool chain_is_matmul(Build *b, Node *n)
{
    if (chain_expand(b, n))
        return false;
    Halves h = halves(b, n);
    return h.l && h.r && h.l->kind != N_INV && h.r->kind != N_INV;
}

double chain_depth(Build *b, Node *n)
{
    Node *l = halves(b, n).l;
    return l ? build_size(b, l->cols) : 0;
}

/* May the kernel for symmetric matrices take l as it is stored?  It takes
 * hermitian ones for what they are, not for their transposes. */
static bool by_symm(const Build *b, const Inst *i, bool left, bool vector)
{
    const Value *v = &b->value[left ? i->a : i->b];
    bool t = left ? i->ta : i->tb, other = left ? i->tb : i->ta;
    if (b->g.complex && (t || (vector && !left)))
        return false;
    return v->symmetric && ((v->half && !other) || vector);
}

static bool kind_of(Build *b, Inst *i, bool half, bool same)
{
    bool vector = dim_is(b->value[i->out].rows, 1) ||
                  dim_is(b->value[i->out].cols, 1);
    if (half && !vector) {
        i->kind = same ? MAT_SYRK : MAT_HALF;
        return true;
    }
    /* the kernels for symmetric matrices take the other one as it is stored */
    if (by_symm(b, i, true, vector))
        i->kind = MAT_SYMM_A;
    else if (by_symm(b, i, false, vector))
        i->kind = MAT_SYMM_B;
    return false;
}

/* A triangular factor that is an input: half of the work. */
static void by_triangle(Inst *i, const Node *l, const Node *r, bool lt,
                        bool rt)
{
    bool left = (l->kind == N_SYM || l->kind == N_T) && node_triangle(l);
    bool right = (r->kind == N_SYM || r->kind == N_T) && node_triangle(r);
    if (!left && !right)
        return;
    i->kind = left ? MAT_TRMM_A : MAT_TRMM_B;
    i->upper = left ? (node_triangle(l) > 0) != lt
                    : (node_triangle(r) > 0) != rt;
}

/* Is a value that is half written one that the kernel at hand can read? */
static Ref operand(Build *b, Node *n, bool symm, bool *conj)
{
    *conj = false;
    if (!symm)
        return build_operand(b, n, conj);
    Ref r = build_ref(b, n);
    return r.t && b->g.complex ? build_full(b, n) : r;
}

/* op(l)*op(r) into i; of H'*H the H first.  false after an error. */
static bool operands(Build *b, Inst *i, const Halves *h, bool half)
{
    bool one = !half && node_symmetric(&b->g, h->l);
    bool same = b->g.complex && h->l == node_adj(&b->g, h->r);
    Ref l, r = {PLAN_NONE, false};
    if (same)
        r = operand(b, h->r, !half && !one, &i->cb);
    l = operand(b, h->l, one, &i->ca);
    if (!same)
        r = operand(b, h->r, !half && !one, &i->cb);
    i->a = l.v;
    i->b = r.v;
    i->ta = l.t;
    i->tb = r.t;
    return l.v != PLAN_NONE && r.v != PLAN_NONE;
}

bool chain_into(Build *b, Node *n, Node *scale, Val out, bool add,
                ChainPart how)
{
    Nodes *g = &b->g;
    Halves h = halves(b, n);
    if (!h.l || !h.r)
        return false;
    if (h.l->kind == N_INV && !build_has(b, h.l))
        return !add && !scale && solve_into(b, h.l->kid[0], h.r, false, out);
    if (h.r->kind == N_INV && !build_has(b, h.r))
        return !add && !scale && solve_into(b, h.r->kid[0], h.l, true, out);
    bool half = how == CHAIN_PAIR ||
                (how == CHAIN_HALF && node_symmetric(g, n) &&
                 (!scale || node_real(g, scale)));
    Inst x = {.op = PLAN_MATMUL, .out = out, .out2 = PLAN_NONE,
              .c = PLAN_NONE, .add = add, .alpha = rat_int(1),
              .scale = PLAN_NONE, .of = n->of};
    if (scale && scale->kind == N_NUM && scale->op == OP_NUM)
        x.alpha = scale->num;
    else if (scale)
        x.scale = build_ref(b, scale).v;
    if (!operands(b, &x, &h, half))
        return false;
    bool same = h.r == node_adj(g, h.l) &&
                (!g->complex || (x.a == x.b && !(x.ta && x.tb)));
    Inst *i = build_inst(b, PLAN_MATMUL, out, n);
    *i = x;
    bool halved = kind_of(b, i, half, same);
    if (how == CHAIN_PAIR)
        i->kind = MAT_SYR2K;
    if (i->kind == MAT_GENERAL && !half && !add && !node_vector(n) &&
        !node_scalar(n))
        by_triangle(i, h.l, h.r, i->ta, i->tb);
    i->half = (i->kind == MAT_SYMM_A && b->value[x.a].half) ||
              (i->kind == MAT_SYMM_B && b->value[x.b].half);
    /* reading a half with a general kernel is wrong: write it out first */
    if ((b->value[x.a].half && i->kind != MAT_SYMM_A) ||
        (b->value[x.b].half && i->kind != MAT_SYMM_B)) {
        Inst keep = *i;
        b->ninsts--;
        build_full(b, h.l);
        build_full(b, h.r);
        *build_inst(b, PLAN_MATMUL, out, n) = keep;
    }
    if (halved && out != PLAN_NONE)
        b->value[out].half = true;
    return true;
}

Ref chain_ref(Build *b, Node *n)
{
    Node *e = chain_expand(b, n);
    if (e) {
        Ref r = build_ref(b, e);
        if (r.v != PLAN_NONE && !r.t)
            build_set(b, n, r.v);
        return r;
    }
    if (ctx_failed(b->ctx))
        return (Ref){PLAN_NONE, false};
    /* the operands first: they may make the product itself known */
    Val v = build_value(b, n->rows, n->cols);
    if (v == PLAN_NONE || !chain_into(b, n, NULL, v, false, CHAIN_HALF))
        return (Ref){PLAN_NONE, false};
    b->value[v].symmetric = node_symmetric(&b->g, n);
    build_set(b, n, v);
    return (Ref){v, false};
}

/* --- traces and diagonals of products: entries of one half times the other */

/* tr(l*r); where one is an inverse that is not at hand, of the solution. */
static Node *trace_of(Build *b, Node *l, Node *r)
{
    Nodes *g = &b->g;
    if (!l || !r)
        return NULL;
    bool solve = (l->kind == N_INV && !build_has(b, l)) ||
                 (r->kind == N_INV && !build_has(b, r));
    if (!solve && r->uses > 0) /* r as it is wanted elsewhere */
        return node_fold(g, OP_SUM, OVER_ALL, node_had2(g, node_t(g, l), r));
    if (!solve)
        return node_fold(g, OP_SUM, OVER_ALL, node_had2(g, l, node_t(g, r)));
    Node *x = node_mul2(g, l, r);
    if (!x || build_ref(b, x).v == PLAN_NONE)
        return NULL;
    return node_fold(g, OP_SUM, OVER_ALL,
                     node_unary(g, N_DIAGV, OP_DIAG, x->rows,
                                dim_num(b->ctx, 1), x));
}

/* What the factors i..j cost; nothing where their product is wanted anyhow. */
static double half_cost(const Chain *c, uint32_t i, uint32_t j)
{
    Node *p = i < j ? part(c->b, c->f, i, j) : NULL;
    Node *t = p ? node_t(&c->b->g, p) : NULL;
    bool wanted = p && (p->uses > 0 || (t && t->uses > 0));
    return wanted ? 0 : c->cost[i][j];
}

Node *chain_trace(Build *b, Node *n)
{
    Chain *c = ARENA_NEW(b->ctx->arena, Chain);
    Node **f = ARENA_ARRAY(b->ctx->arena, Node *, n->nkids);
    Node *left = NULL, *right = NULL;
    double least = -1;
    if (!c || !f || n->nkids > CHAIN_MAX)
        return ctx_fail(b->ctx, ERR_LIMIT, (Span){0, 0}, NULL,
                        "a product of more than %d factors under a trace",
                        CHAIN_MAX);
    for (uint32_t turn = 0; turn < n->nkids; turn++) {
        for (uint32_t i = 0; i < n->nkids; i++)
            f[i] = n->kid[(i + turn) % n->nkids];
        *c = (Chain){.b = b, .f = f, .n = n->nkids};
        if (!fill(c))
            return NULL;
        for (uint32_t k = 0; k + 1 < n->nkids; k++) {
            double x = half_cost(c, 0, k) + half_cost(c, k + 1, n->nkids - 1) +
                       2 * build_size(b, f[0]->rows) *
                           build_size(b, f[k]->cols);
            if (least >= 0 && x >= least)
                continue;
            least = x;
            left = part(b, f, 0, k);
            right = part(b, f, k + 1, n->nkids - 1);
        }
    }
    return trace_of(b, left, right);
}

Node *chain_diagonal(Build *b, Node *n)
{
    Halves h = halves(b, n);
    if (!h.l || !h.r)
        return NULL;
    return node_fold(&b->g, OP_SUM, OVER_COLS,
                     node_had2(&b->g, h.l, node_t(&b->g, h.r)));
}
