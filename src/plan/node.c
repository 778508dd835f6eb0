/* node.c: nodes and the constructors that keep their normal form. */
#include "plan/node.h"

#include <string.h>

static bool equal(const void *x, const void *y)
{
    const Node *a = x, *b = y;
    return a->kind == b->kind && a->op == b->op && a->over == b->over &&
           a->rows == b->rows && a->cols == b->cols && a->dim == b->dim &&
           a->lo == b->lo && a->hi == b->hi && a->sym == b->sym &&
           a->nkids == b->nkids &&
           (a->kind != N_NUM || rat_equal(a->num, b->num)) &&
           memcmp(a->kid, b->kid, a->nkids * sizeof a->kid[0]) == 0;
}

void nodes_init(Nodes *g, Ctx *ctx, const PlanTask *task, unsigned form)
{
    *g = (Nodes){.ctx = ctx, .task = task, .form = form,
                 .complex = task->complex};
    hashset_init(&g->set, ctx->arena, equal);
    ptrmap_init(&g->memo[0], ctx->arena);
    ptrmap_init(&g->memo[1], ctx->arena);
}

static uint64_t hash_of(const Node *p, Node *const *kid)
{
    uint64_t h = hash_mix((uint64_t)p->kind * 64 + (uint64_t)p->over,
                          (uint64_t)p->op);
    h = hash_mix(h, p->rows ? p->rows->hash : 0);
    h = hash_mix(h, p->cols ? p->cols->hash : 0);
    h = hash_mix(h, p->dim ? p->dim->hash : 0);
    h = hash_mix(h, (p->lo ? p->lo->hash : 0) + 3 * (p->hi ? p->hi->hash : 0));
    h = hash_mix(h, p->sym ? p->sym->serial : 0);
    if (p->kind == N_NUM)
        h = hash_mix(h, rat_hash(p->num));
    for (uint32_t i = 0; i < p->nkids; i++)
        h = hash_mix(h, kid[i]->hash);
    return h;
}

static uint32_t indices_of(Nodes *g, const Node *p, Node *const *kid)
{
    uint32_t all = dim_indices(p->lo) | dim_indices(p->hi);
    uint32_t own = p->kind == N_REPEAT ? dim_indices(p->dim) : 0;
    if (p->kind == N_NUM)
        all |= dim_indices(p->dim);
    for (uint32_t i = 0; i < p->nkids; i++)
        all |= kid[i]->indices & ~own;
    if (dim_indices(p->rows) | dim_indices(p->cols))
        ctx_fail(g->ctx, ERR_UNSUPPORTED, (Span){0, 0}, NULL,
                 "a matrix whose size goes with an index has no plan");
    return all;
}

Node *node_cons(Nodes *g, const Node *proto, Node *const *kid)
{
    size_t size = sizeof(Node) + proto->nkids * sizeof(Node *);
    for (uint32_t i = 0; i < proto->nkids; i++)
        if (!kid[i])
            return NULL;
    Node *n = ctx_step(g->ctx, 1) ? arena_alloc(g->ctx->arena, size) : NULL;
    if (!n)
        return NULL;
    memcpy(n, proto, sizeof *n);
    if (proto->nkids)
        memcpy(n->kid, kid, proto->nkids * sizeof *kid);
    n->hash = hash_of(proto, kid);
    n->indices = g->indexed ? indices_of(g, proto, kid) : 0;
    Node *old = hashset_find(&g->set, n->hash, n);
    if (old)
        return old;
    n->serial = g->count++;
    return hashset_add(&g->set, n->hash, n) ? n : NULL;
}

static const Dim *one(Nodes *g)
{
    return dim_num(g->ctx, 1);
}

bool node_scalar(const Node *a)
{
    return dim_is(a->rows, 1) && dim_is(a->cols, 1);
}

bool node_vector(const Node *a)
{
    return dim_is(a->rows, 1) != dim_is(a->cols, 1);
}

bool node_is_num(const Node *a, int64_t n)
{
    return a->kind == N_NUM && a->op == OP_NUM && rat_is(a->num, n);
}

bool node_is_eye(const Node *a)
{
    return a->kind == N_BAND && a->rows == a->cols && a->lo && a->hi &&
           dim_is(a->lo, 0) && dim_is(a->hi, 0);
}

Node *node_unary(Nodes *g, NodeKind kind, OpId op, const Dim *rows,
                 const Dim *cols, Node *a)
{
    Node p = {.kind = kind, .op = op, .rows = rows, .cols = cols, .nkids = 1};
    return a ? node_cons(g, &p, &a) : NULL;
}

Node *node_num(Nodes *g, Rat r)
{
    Node p = {.kind = N_NUM, .op = OP_NUM, .rows = one(g), .cols = one(g),
              .num = r};
    return node_cons(g, &p, NULL);
}

Node *node_dim(Nodes *g, const Dim *d)
{
    int64_t v;
    Node p = {.kind = N_NUM, .op = OP_INT, .rows = one(g), .cols = one(g),
              .num = rat_int(0), .dim = d};
    if (d && dim_is_num(d, &v))
        return node_num(g, rat_int(v));
    return d ? node_cons(g, &p, NULL) : NULL;
}

Node *node_eye(Nodes *g, const Dim *n)
{
    const Dim *zero = dim_num(g->ctx, 0);
    Node p = {.kind = N_BAND, .rows = n, .cols = n, .lo = zero, .hi = zero};
    return dim_is(n, 1) ? node_num(g, rat_int(1)) : node_cons(g, &p, NULL);
}

Node *node_ones(Nodes *g, const Dim *rows, const Dim *cols)
{
    Node p = {.kind = N_ONES, .rows = rows, .cols = cols};
    return dim_is(rows, 1) && dim_is(cols, 1) ? node_num(g, rat_int(1))
                                              : node_cons(g, &p, NULL);
}

/* --- transposes */

static Node *t_kids(Nodes *g, const Node *a, bool reverse)
{
    Node p = *a;
    Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
    p.t = p.conj = NULL;
    p.of = NULL;
    p.rows = a->cols;
    p.cols = a->rows;
    for (uint32_t i = 0; kid && i < a->nkids; i++)
        if (!(kid[reverse ? a->nkids - 1 - i : i] = node_t(g, a->kid[i])))
            return NULL;
    return kid ? node_cons(g, &p, kid) : NULL;
}

static Node *t_fold(Nodes *g, Node *a)
{
    return a->over == OVER_ALL
               ? a
               : node_fold(g, a->op,
                           a->over == OVER_ROWS ? OVER_COLS : OVER_ROWS,
                           node_t(g, a->kid[0]));
}

static Node *t_sym(Nodes *g, Node *a)
{
    uint32_t props = a->sym->props;
    bool hermitian = g->complex && props & PROP_COMPLEX &&
                     props & (PROP_HERMITIAN | PROP_POSDEF);
    if (!hermitian && props & (PROP_SYMMETRIC | PROP_DIAGONAL | PROP_POSDEF))
        return a;
    if (props & PROP_SKEW)
        return node_had2(g, node_num(g, rat_int(-1)), a);
    return node_unary(g, N_T, OP_TRANSPOSE, a->cols, a->rows, a);
}

static Node *t_new(Nodes *g, Node *a)
{
    Node p = *a;
    p.t = p.conj = NULL;
    p.of = NULL;
    switch (a->kind) {
    case N_SYM:
        return t_sym(g, a);
    case N_T:
        return a->kid[0];
    case N_NUM:
    case N_DIAGM:
    case N_LOGDET:
    case N_DET:
        return a;
    case N_ONES:
        return node_ones(g, a->cols, a->rows);
    case N_BAND:
        p.rows = a->cols;
        p.cols = a->rows;
        p.lo = a->hi;
        p.hi = a->lo;
        return node_cons(g, &p, NULL);
    case N_EW: {
        Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
        for (uint32_t i = 0; kid && i < a->nkids; i++)
            kid[i] = node_t(g, a->kid[i]);
        if (!kid)
            return NULL;
        return a->op == OP_ADD   ? node_add(g, a->nkids, kid)
               : a->op == OP_HAD ? node_had(g, a->nkids, kid)
               : a->nkids == 1   ? node_ew1(g, a->op, kid[0])
                                 : node_ew2(g, a->op, kid[0], kid[1]);
    }
    case N_MUL:
        return t_kids(g, a, true);
    case N_INV:
    case N_KRON:
        return t_kids(g, a, false);
    case N_FOLD:
        return t_fold(g, a);
    case N_SLICE: { /* of the transpose, so that a row has a column */
        Node *whole = node_t(g, a->kid[0]);
        p = (Node){.kind = N_SLICE, .rows = a->cols, .cols = a->rows,
                   .nkids = 1, .lo = a->hi, .hi = a->lo};
        return whole ? node_cons(g, &p, &whole) : NULL;
    }
    case N_REPEAT:
        return t_kids(g, a, false);
    case N_PART:
        return node_part(g, node_t(g, a->kid[0]), a->hi, a->cols, a->lo,
                         a->rows);
    case N_COMMUTE: {
        Node *whole = node_t(g, a->kid[0]);
        return node_commute(g, whole, a->hi, a->lo, a->over == OVER_ROWS);
    }
    case N_FUN:
        if (a->op == OP_EXPM || a->op == OP_LOGM || a->op == OP_SQRTM ||
            a->op == OP_SINM || a->op == OP_COSM || a->op == OP_PINV ||
            a->op == OP_ADJ || a->op == OP_DIAGSUMS || a->op == OP_CIRCSUMS ||
            a->op == OP_ANTIDIAGSUMS)
            return t_kids(g, a, false);
        break;
    default:
        break;
    }
    return node_unary(g, N_T, OP_TRANSPOSE, a->cols, a->rows, a);
}

Node *node_t(Nodes *g, Node *a)
{
    if (!a || node_scalar(a))
        return a;
    if (!a->t) {
        a->t = t_new(g, a);
        if (a->t && !a->t->t)
            a->t->t = a;
    }
    return a->t;
}

/* --- folds */

/* Is it the same for all that one entry of a fold is made of? */
static bool same_along(const Node *a, LoopOver over)
{
    return (over == OVER_ROWS || dim_is(a->cols, 1)) &&
           (over == OVER_COLS || dim_is(a->rows, 1));
}

/* max(r + z) = r + max(z), r the same along what is folded, as what stands
 * before a sum of exponentials; NULL: there is none. */
static Node *fold_beside(Nodes *g, OpId op, LoopOver over, Node *a)
{
    uint32_t n = 0;
    bool sum = a->kind == N_EW && a->op == OP_ADD;
    Node **rest = sum ? ARENA_ARRAY(g->ctx->arena, Node *, a->nkids) : NULL;
    Node *r = node_num(g, rat_int(0));
    for (uint32_t i = 0; rest && i < a->nkids; i++)
        if (same_along(a->kid[i], over))
            r = node_add(g, 2, (Node *[]){r, a->kid[i]});
        else
            rest[n++] = a->kid[i];
    Node *z = n && n < a->nkids ? node_add(g, n, rest) : NULL;
    if (!z || !r || z->rows != a->rows || z->cols != a->cols)
        return NULL;
    return node_add(g, 2, (Node *[]){r, node_fold(g, op, over, z)});
}

/* A number times a sum of rows or columns? */
static bool is_partial_sum(const Node *a)
{
    if (a->kind == N_EW && a->op == OP_HAD && a->nkids == 2 &&
        a->kid[0]->kind == N_NUM)
        a = a->kid[1];
    return a->kind == N_FOLD && a->op == OP_SUM && a->over != OVER_ALL;
}

/* sum(z + c*sum(y,2)) = sum(z) + c*sum(y); NULL: nothing of the kind. */
static Node *sum_of_sums(Nodes *g, Node *a)
{
    uint32_t n = 0;
    bool sum = a->kind == N_EW && a->op == OP_ADD;
    Node **rest = sum ? ARENA_ARRAY(g->ctx->arena, Node *, a->nkids) : NULL;
    Node *r = node_num(g, rat_int(0));
    for (uint32_t i = 0; rest && i < a->nkids; i++)
        if (is_partial_sum(a->kid[i]))
            r = node_add(g, 2, (Node *[]){r, node_fold(g, OP_SUM, OVER_ALL,
                                                       a->kid[i])});
        else
            rest[n++] = a->kid[i];
    Node *z = n && n < a->nkids ? node_add(g, n, rest) : NULL;
    if (!z || !r || z->rows != a->rows || z->cols != a->cols)
        return NULL;
    return node_add(g, 2, (Node *[]){r, node_fold(g, OP_SUM, OVER_ALL, z)});
}

Node *node_fold(Nodes *g, OpId op, LoopOver over, Node *a)
{
    if (!a)
        return NULL;
    bool col = dim_is(a->cols, 1), row = dim_is(a->rows, 1);
    if ((row && col) || (over == OVER_COLS && col) ||
        (over == OVER_ROWS && row))
        return a;
    if (col || row)
        over = OVER_ALL;
    if (over == OVER_ALL && row)
        a = node_t(g, a);
    Node *beside = a && (op == OP_MAXOF || op == OP_MINOF)
                       ? fold_beside(g, op, over, a) : NULL;
    if (a && op == OP_SUM && over == OVER_ALL)
        beside = sum_of_sums(g, a);
    if (beside)
        return beside;
    if (op == OP_SUM && over == OVER_ALL && a && a->kind == N_FOLD &&
        a->op == OP_SUM)
        return node_fold(g, op, over, a->kid[0]);
    if (op == OP_SUM && a && a->kind == N_EW && a->op == OP_HAD) {
        Node *s = node_num(g, rat_int(1)), *rest = NULL;
        for (uint32_t i = 0; i < a->nkids; i++) {
            Node **to = node_scalar(a->kid[i]) ? &s : &rest;
            *to = *to ? node_had2(g, *to, a->kid[i]) : a->kid[i];
        }
        if (rest != a && rest && rest->rows == a->rows &&
            rest->cols == a->cols)
            return node_had2(g, s, node_fold(g, op, over, rest));
    }
    if (op == OP_SUM && over == OVER_ALL && a && a->kind == N_MUL) {
        Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
        if (!kid)
            return NULL;
        memcpy(kid, a->kid, a->nkids * sizeof *kid);
        kid[0] = node_fold(g, op, OVER_ROWS, kid[0]);
        kid[a->nkids - 1] = node_fold(g, op, OVER_COLS, kid[a->nkids - 1]);
        return node_mul(g, a->nkids, kid);
    }
    Node p = {.kind = N_FOLD, .op = op, .over = over, .nkids = 1,
              .rows = over == OVER_COLS && a ? a->rows : one(g),
              .cols = over == OVER_ROWS && a ? a->cols : one(g)};
    return a ? node_cons(g, &p, &a) : NULL;
}

Node *node_diagm(Nodes *g, Node *v)
{
    if (v && dim_is(v->rows, 1))
        v = node_t(g, v);
    if (!v || node_scalar(v))
        return v;
    if (v->kind == N_ONES)
        return node_eye(g, v->rows);
    return node_unary(g, N_DIAGM, OP_DIAG, v->rows, v->rows, v);
}

Node *node_diagv(Nodes *g, Node *a)
{
    if (!a || node_scalar(a))
        return a;
    if (a->kind == N_DIAGM)
        return a->kid[0];
    if (node_is_eye(a))
        return node_ones(g, a->rows, one(g));
    if (a->kind == N_T)
        a = a->kid[0];
    if (a->kind == N_MUL && a->nkids == 2) /* rows times columns */
        return node_fold(g, OP_SUM, OVER_COLS,
                         node_had2(g, a->kid[0], node_t(g, a->kid[1])));
    if (a->kind != N_EW)
        return node_unary(g, N_DIAGV, OP_DIAG, a->rows, one(g), a);
    Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
    for (uint32_t i = 0; kid && i < a->nkids; i++) {
        Node *k = a->kid[i];
        kid[i] = dim_is(k->cols, 1)   ? k
                 : dim_is(k->rows, 1) ? node_t(g, k)
                                      : node_diagv(g, k);
    }
    if (!kid)
        return NULL;
    return a->op == OP_ADD   ? node_add(g, a->nkids, kid)
           : a->op == OP_HAD ? node_had(g, a->nkids, kid)
           : a->nkids == 1   ? node_ew1(g, a->op, kid[0])
                             : node_ew2(g, a->op, kid[0], kid[1]);
}

static Node *trace_chain(Nodes *g, Node *a)
{
    for (uint32_t i = 1; i < a->nkids; i++)
        if (dim_is(a->kid[i]->rows, 1)) { /* begin where it is a vector */
            Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
            for (uint32_t j = 0; kid && j < a->nkids; j++)
                kid[j] = a->kid[(i + j) % a->nkids];
            return kid ? node_mul(g, a->nkids, kid) : NULL;
        }
    bool inverse = a->kid[0]->kind == N_INV || a->kid[1]->kind == N_INV;
    if (a->nkids == 2 && !inverse)
        return node_fold(g, OP_SUM, OVER_ALL,
                         node_had2(g, a->kid[0], node_t(g, a->kid[1])));
    return node_unary(g, N_FUN, OP_TR, one(g), one(g), a);
}

Node *node_trace(Nodes *g, Node *a)
{
    if (!a || node_scalar(a))
        return a;
    if (a->kind == N_EW && a->op == OP_ADD) {
        Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
        for (uint32_t i = 0; kid && i < a->nkids; i++)
            kid[i] = a->kid[i]->rows == a->rows && a->kid[i]->cols == a->cols
                         ? node_trace(g, a->kid[i])
                         : node_fold(g, OP_SUM, OVER_ALL,
                                     node_had2(g, a->kid[i],
                                               node_ones(g, a->rows,
                                                         one(g))));
        return kid ? node_add(g, a->nkids, kid) : NULL;
    }
    if (a->kind == N_EW && a->op == OP_HAD && node_scalar(a->kid[0])) {
        Node *rest = node_had(g, a->nkids - 1, a->kid + 1);
        return node_had2(g, a->kid[0], node_trace(g, rest));
    }
    if (a->kind == N_MUL)
        return trace_chain(g, a);
    return node_fold(g, OP_SUM, OVER_ALL, node_diagv(g, a));
}
