/* build.c: values, and which instruction makes what. */
#include "plan/build.h"
#include "plan/cost.h"

#include <string.h>

double build_size(const Build *b, const Dim *d)
{
    int64_t v;
    return plan_dim(d, b->task->size, b->task->nsizes, &v) && v > 0
               ? (double)v
               : 100;
}

static bool plan_symbol(const char *name, const PlanSize *size,
                        uint32_t nsizes, int64_t *value)
{
    const Dim *a, *b;
    int64_t v;
    if (dim_min_of(name, &a, &b)) {
        if (!plan_dim(a, size, nsizes, value) ||
            !plan_dim(b, size, nsizes, &v))
            return false;
        *value = v < *value ? v : *value;
        return true;
    }
    for (uint32_t k = 0; k < nsizes; k++)
        if (size[k].name == name) {
            *value = size[k].size;
            return true;
        }
    return false;
}

bool plan_dim(const Dim *d, const PlanSize *size, uint32_t nsizes,
              int64_t *value)
{
    int64_t sum = 0;
    for (unsigned i = 0; i < d->n; i++) {
        int64_t m = d->mono[i].coef, v;
        for (unsigned j = 0; j < d->mono[i].n; j++)
            if (!plan_symbol(d->mono[i].sym[j], size, nsizes, &v) ||
                __builtin_mul_overflow(m, v, &m))
                return false;
        if (__builtin_add_overflow(sum, m, &sum))
            return false;
    }
    *value = sum;
    return true;
}

/* Room for one more in an array that grows. */
static void *grow(Build *b, void *old, uint32_t n, uint32_t *cap, size_t size)
{
    if (n < *cap)
        return old;
    uint32_t more = *cap ? 2 * *cap : 32;
    void *p = arena_array(b->ctx->arena, more, size);
    if (p && n)
        memcpy(p, old, n * size);
    if (p)
        *cap = more;
    return p;
}

Val build_value(Build *b, const Dim *rows, const Dim *cols)
{
    Value *p = grow(b, b->value, b->nvalues, &b->value_cap, sizeof *p);
    if (!p)
        return PLAN_NONE;
    b->value = p;
    p[b->nvalues] = (Value){.rows = rows, .cols = cols, .def = -1};
    return (Val)b->nvalues++;
}

Inst *build_inst(Build *b, PlanOp op, Val out, Node *n)
{
    Inst *p = grow(b, b->inst, b->ninsts, &b->inst_cap, sizeof *p);
    bool mark = op == PLAN_REPEAT || op == PLAN_AGAIN;
    if (!p || (out == PLAN_NONE && !mark))
        return &b->nowhere;
    b->inst = p;
    p += b->ninsts;
    *p = (Inst){.op = op, .out = out, .out2 = PLAN_NONE, .a = PLAN_NONE,
                .b = PLAN_NONE, .c = PLAN_NONE, .alpha = rat_int(1),
                .scale = PLAN_NONE, .whole = PLAN_NONE, .by = PLAN_NONE,
                .of = n ? n->of : NULL};
    if (!mark && b->value[out].def < 0)
        b->value[out].def = (int32_t)b->ninsts;
    b->ninsts++;
    return p;
}

PtrMap *build_map(PtrMap *map, const Node *n)
{
    return map + (n->indices ? __builtin_ctz(n->indices) : 0);
}

void build_set(Build *b, Node *n, Val v)
{
    if (v != PLAN_NONE)
        ptrmap_put(build_map(b->val, n), n, (void *)((uintptr_t)v + 1));
}

static bool known(Build *b, Node *n, Ref *r)
{
    void *v = ptrmap_get(build_map(b->val, n), n);
    Node *t = v ? NULL : node_t(&b->g, n);
    if (!v && t)
        v = ptrmap_get(build_map(b->val, t), t);
    if (v)
        *r = (Ref){(Val)((uintptr_t)v - 1), t != NULL};
    return v != NULL;
}

bool build_has(Build *b, Node *n)
{
    Ref r;
    return known(b, n, &r);
}

bool build_turned(Build *b, Node *n)
{
    Ref r;
    return known(b, n, &r) && r.t;
}

static Val made(Build *b, Node *n, PlanOp op, Inst **in)
{
    Val v = build_value(b, n->rows, n->cols);
    *in = build_inst(b, op, v, n);
    if (v != PLAN_NONE)
        b->value[v].symmetric = node_symmetric(&b->g, n);
    build_set(b, n, v);
    return v;
}

/* --- factors */

static Val straight(Build *b, Node *n);

/* The matrix as it is stored; a hermitian one's transpose is another. */
static Ref to_factor(Build *b, Node *m, bool chol, bool *conj)
{
    if (!chol)
        return build_operand(b, m, conj);
    Ref a = build_ref(b, m);
    return a.t && b->g.complex ? (Ref){straight(b, m), false} : a;
}

static Ref factor_as(Build *b, Node *m, bool chol, bool *conj)
{
    *conj = false;
    Ref a = to_factor(b, m, chol, conj);
    if (a.v == PLAN_NONE)
        return a;
    Val v = build_value(b, m->rows, m->cols);
    Inst *i = build_inst(b, chol ? PLAN_CHOL : PLAN_LU, v, m);
    i->a = a.v;
    if (v == PLAN_NONE)
        return (Ref){PLAN_NONE, false};
    b->value[v].factors = true;
    b->value[v].chol = chol;
    b->value[v].symmetric = node_symmetric(&b->g, m);
    /* of the value as stored: solves take its transpose where m is that */
    Node *stored = *conj ? node_adj(&b->g, m) : a.t ? node_t(&b->g, m) : m;
    ptrmap_put(build_map(b->factors, m), stored, (void *)((uintptr_t)v + 1));
    return (Ref){v, a.t && !chol};
}

/* The factors that serve solves and determinants; of chol(m) the triangle
 * itself is wanted.  *conj: they are of the conjugate transpose. */
static Ref factors_of(Build *b, Node *m, bool triangle, bool *conj)
{
    bool flip;
    Val v = twin_factors(b, m, &flip, conj);
    if (v != PLAN_NONE && (b->value[v].chol || !triangle))
        return (Ref){v, flip};
    bool chol = !b->task->no_chol &&
                (b->task->hope ? node_symmetric(&b->g, m)
                               : node_posdef(&b->g, m));
    return factor_as(b, m, chol || triangle, conj);
}

void build_factors(Build *b, Node *m)
{
    bool conj;
    if (!node_triangle(m))
        factors_of(b, m, false, &conj);
}

/* A triangle to be solved with: the factor itself where it is one. */
static Ref triangle_of(Build *b, Node *m, bool *conj)
{
    bool t = m->kind == N_T && m->kid[0]->kind == N_FACTOR && !b->g.complex;
    if (!t && m->kind != N_FACTOR)
        return build_operand(b, m, conj);
    Ref f = factors_of(b, (t ? m->kid[0] : m)->kid[0], true, conj);
    f.t |= t;
    return f;
}

static Ref inverse_ref(Build *b, Node *n)
{
    Inst *i;
    Node *m = n->kid[0];
    bool conj = false;
    if (node_triangle(m)) {
        Ref a = triangle_of(b, m, &conj);
        Ref e = build_ref(b, node_eye(&b->g, n->rows));
        Val v = made(b, n, PLAN_TRISOLVE, &i);
        i->a = a.v;
        i->ta = a.t;
        i->ca = conj;
        i->upper = (node_triangle(m) > 0) != a.t;
        i->b = e.v;
        return (Ref){v, false};
    }
    Node *sum = b->g.form & FORM_LEMMA ? node_lemma_alone(&b->g, n) : NULL;
    if (sum)
        return build_ref(b, sum);
    Ref f = factors_of(b, m, false, &conj);
    Val v = made(b, conj  ? node_adj(&b->g, n)
                    : f.t ? node_t(&b->g, n)
                          : n, PLAN_INVERSE, &i);
    i->a = f.v;
    if (v != PLAN_NONE && f.v != PLAN_NONE && b->value[f.v].chol)
        b->value[v].half = b->value[v].symmetric = true;
    return conj ? build_ref(b, n) : (Ref){v, f.t};
}

/* inv(m)*x, or x*inv(m). */
bool solve_into(Build *b, Node *m, Node *x, bool right, Val out)
{
    bool tri = node_triangle(m) != 0, conj = false;
    Ref f = tri ? triangle_of(b, m, &conj) : factors_of(b, m, false, &conj);
    Ref r = build_full(b, x);
    if (f.v == PLAN_NONE || r.v == PLAN_NONE)
        return false;
    Inst *i = build_inst(b, tri ? PLAN_TRISOLVE : PLAN_SOLVE, out, m);
    i->a = f.v;
    i->ta = f.t;
    i->ca = conj;
    i->b = r.v;
    i->tb = r.t;
    i->right = right;
    i->upper = tri && (node_triangle(m) > 0) != f.t;
    return true;
}

/* Of a matrix with this diagonal.  The sign apart: the product of the entries
 * could overflow where its logarithm does not. */
static Node *diagonal_det(Nodes *g, const Node *n, Node *d)
{
    if (n->kind == N_DET)
        return node_fold(g, OP_PROD, OVER_ALL, d);
    Node *size = node_fold(g, OP_SUM, OVER_ALL,
                           node_ew1(g, OP_LOG, node_ew1(g, OP_ABS, d)));
    if (n->op != OP_LOG)
        return size;
    Node *one = g->complex ? node_ew2(g, OP_EDIV, d, node_ew1(g, OP_ABS, d))
                           : node_ew1(g, OP_SIGN, d);
    Node *sign = node_fold(g, OP_PROD, OVER_ALL, one);
    Node *z = node_add(g, 2, (Node *[]){size, node_ew1(g, OP_LOG, sign)});
    if (z && !z->of)
        z->of = n->of;
    return z;
}

static Ref det_ref(Build *b, Node *n)
{
    Inst *i;
    Node *m = n->kid[0];
    if (node_triangle(m) || m->kind == N_DIAGM)
        return build_ref(b, diagonal_det(&b->g, n, node_diagv(&b->g, m)));
    bool conj;
    Ref f = factors_of(b, m, false, &conj);
    bool other = conj && !(n->kind == N_LOGDET && n->op == OP_LOGDET);
    Val v = made(b, other ? node_conj(&b->g, n) : n,
                 n->kind == N_DET ? PLAN_DET : PLAN_LOGDET, &i);
    i->a = f.v;
    i->fun = n->op;
    return other ? build_ref(b, n) : (Ref){v, false};
}

/* --- what is left */

Ref kron_ref(Build *b, Node *whole, Node *n, Node *scale)
{
    Inst *i;
    Ref by = {PLAN_NONE, false};
    Rat alpha = rat_int(1);
    if (scale && scale->kind == N_NUM && scale->op == OP_NUM && scale->num.den)
        alpha = scale->num;
    else if (scale)
        by = build_ref(b, scale);
    bool ea = node_is_eye(n->kid[0]), eb = node_is_eye(n->kid[1]);
    Ref x = {PLAN_NONE, false}, y = x;
    if (!ea)
        x = build_full(b, n->kid[0]);
    if (!eb)
        y = build_full(b, n->kid[1]);
    Val v = made(b, whole, PLAN_KRON, &i);
    i->alpha = alpha;
    i->scale = by.v;
    i->a = x.v;
    i->b = y.v;
    i->ta = x.t;
    i->tb = y.t;
    i->eye_a = ea ? n->kid[0]->rows : NULL;
    i->eye_b = eb ? n->kid[1]->rows : NULL;
    return (Ref){v, false};
}

/* A value that is stored as it is meant: not transposed. */
static Val straight(Build *b, Node *n)
{
    Ref r = build_full(b, n);
    if (!r.t || r.v == PLAN_NONE || node_vector(n) || node_scalar(n))
        return r.v;
    Val v = build_value(b, n->rows, n->cols);
    Inst *i = build_inst(b, PLAN_TRANSPOSE, v, n);
    i->a = r.v;
    return v;
}

static Ref slice_ref(Build *b, Node *n)
{
    Inst *i;
    Ref r = build_full(b, n->kid[0]);
    Val v = made(b, n, PLAN_SLICE, &i);
    i->a = r.v;
    i->row0 = r.t ? n->hi : n->lo;
    i->col0 = r.t ? n->lo : n->hi;
    if (!i->row0 && !i->col0) /* all of it */
        i->row0 = NULL;
    i->ta = r.t;
    return (Ref){v, false};
}

static Ref part_ref(Build *b, Node *n)
{
    Inst *i;
    Ref r = build_full(b, n->kid[0]);
    bool flip = r.t && !node_vector(n->kid[0]);
    if (flip)
        n = node_t(&b->g, n);
    if (!n || r.v == PLAN_NONE)
        return (Ref){PLAN_NONE, false};
    Val v = made(b, n, PLAN_PART, &i);
    i->a = r.v;
    i->row0 = n->lo;
    i->col0 = n->hi;
    return (Ref){v, flip};
}

static Ref commute_ref(Build *b, Node *n)
{
    Inst *i;
    Val a = straight(b, n->kid[0]);
    Val v = made(b, n, PLAN_COMMUTE, &i);
    i->a = a;
    i->right = n->over == OVER_COLS;
    i->eye_a = n->lo;
    i->eye_b = n->hi;
    return (Ref){v, false};
}

static Ref fun_ref(Build *b, Node *n)
{
    Inst *i;
    if (n->op == OP_TR)
        return build_ref(b, chain_trace(b, n->kid[0]));
    Val a = straight(b, n->kid[0]);
    Val c = n->nkids > 1 ? straight(b, n->kid[1]) : PLAN_NONE;
    Val v = made(b, n, PLAN_FUN, &i);
    i->fun = n->op;
    i->a = a;
    i->b = c;
    return (Ref){v, false};
}

static Ref input_ref(Build *b, Node *n)
{
    Inst *i;
    Val v = made(b, n, PLAN_INPUT, &i);
    i->sym = n->sym;
    return (Ref){v, false};
}

static Ref unary_ref(Build *b, Node *n, PlanOp op)
{
    Inst *i;
    bool conj;
    Val a = op == PLAN_FACTOR ? factors_of(b, n->kid[0], true, &conj).v
                              : straight(b, n->kid[0]);
    Val v = made(b, n, op, &i);
    i->a = a;
    return (Ref){v, false};
}

static Ref make(Build *b, Node *n)
{
    Ref twin = twin_ref(b, n);
    if (twin.v != PLAN_NONE || ctx_failed(b->ctx))
        return twin;
    switch (n->kind) {
    case N_SYM:
        return input_ref(b, n);
    case N_T: {
        Ref r = build_ref(b, n->kid[0]);
        return (Ref){r.v, !r.t};
    }
    case N_MUL:
        return chain_ref(b, n);
    case N_INV:
        return inverse_ref(b, n);
    case N_FACTOR:
        return unary_ref(b, n, PLAN_FACTOR);
    case N_LOGDET:
    case N_DET:
        return det_ref(b, n);
    case N_FUN:
        return fun_ref(b, n);
    case N_KRON:
        return kron_ref(b, n, n, NULL);
    case N_RESHAPE:
        return unary_ref(b, n, PLAN_RESHAPE);
    case N_SLICE:
        return slice_ref(b, n);
    case N_PART:
        return part_ref(b, n);
    case N_COMMUTE:
        return commute_ref(b, n);
    case N_REPEAT:
        return repeat_ref(b, n);
    case N_BAND:
        return node_is_unsure(n) ? unit_ref(b, n) : loop_ref(b, n);
    case N_DIAGV:
        if (n->kid[0]->kind == N_MUL && !build_has(b, n->kid[0]))
            return build_ref(b, chain_diagonal(b, n->kid[0]));
        return loop_ref(b, n);
    default:
        return loop_ref(b, n);
    }
}

Ref build_ref(Build *b, Node *n)
{
    Ref r = {PLAN_NONE, false};
    if (!n || ctx_failed(b->ctx) || known(b, n, &r))
        return r;
    if (dim_is(n->rows, 1) && !dim_is(n->cols, 1)) { /* a row: its column */
        r = build_ref(b, node_t(&b->g, n));
        return (Ref){r.v, !r.t};
    }
    return make(b, n);
}

Ref build_full(Build *b, Node *n)
{
    Ref r = build_ref(b, n);
    if (r.v == PLAN_NONE || !b->value[r.v].half)
        return r;
    Inst *i = build_inst(b, PLAN_MIRROR, r.v, n);
    i->a = r.v;
    b->value[r.v].half = false;
    return r;
}

/* --- the whole */

static void count_uses(Build *b, Node *n)
{
    n->uses++;
    if (n->uses > 1 || ptrmap_has(&b->counted, n))
        return;
    ptrmap_put(&b->counted, n, n);
    if (n->kind == N_MUL)
        chain_count(b, n);
    /* a trace takes what products there are */
    bool trace = n->kind == N_FUN && n->op == OP_TR &&
                 n->kid[0]->kind == N_MUL;
    Node *const *kid = trace ? n->kid[0]->kid : n->kid;
    for (uint32_t i = 0; i < (trace ? n->kid[0]->nkids : n->nkids); i++)
        count_uses(b, kid[i]);
}

static bool outputs(Build *b, Node *const *root, PlanOut *out)
{
    bool last_first = b->g.form & FORM_LAST_FIRST;
    for (uint32_t k = 0; k < b->task->nroots; k++) {
        uint32_t i = last_first ? b->task->nroots - 1 - k : k;
        const Tree *t = b->task->root[i];
        Ref r = build_full(b, root[i]);
        if (r.v == PLAN_NONE)
            return false;
        out[i] = (PlanOut){.val = r.v, .label = b->task->label[i],
                           .rows = t->rows, .cols = t->cols};
        bool vector = node_vector(root[i]) || node_scalar(root[i]);
        out[i].transposed = r.t && !vector;
        out[i].real = node_real(&b->g, root[i]);
    }
    return true;
}

/* With these forms; those that were of use in *chosen. */
static Plan *plan_in(Ctx *ctx, const PlanTask *task, unsigned form,
                     unsigned *chosen)
{
    Build *b = ARENA_NEW(ctx->arena, Build);
    Node *root[PLAN_OUTS];
    PlanOut out[PLAN_OUTS];
    if (!b)
        return NULL;
    *b = (Build){.ctx = ctx, .task = task};
    nodes_init(&b->g, ctx, task, form);
    for (unsigned k = 0; k < INDEX_LEVELS; k++) {
        ptrmap_init(&b->val[k], ctx->arena);
        ptrmap_init(&b->factors[k], ctx->arena);
    }
    ptrmap_init(&b->shared, ctx->arena);
    ptrmap_init(&b->orders, ctx->arena);
    ptrmap_init(&b->counted, ctx->arena);
    for (uint32_t i = 0; i < task->nroots; i++) {
        root[i] = node_of_tree(&b->g, task->root[i], task->row_major[i]);
        if (!root[i])
            return NULL;
    }
    b->scope[0] = root;
    b->nscope[0] = task->nroots;
    for (uint32_t i = 0; i < task->nroots; i++)
        count_uses(b, root[i]);
    if (!outputs(b, root, out))
        return NULL;
    *chosen = b->g.chosen;
    Plan *p = tidy(b, out, task->nroots);
    if (p)
        p->complex = task->complex;
    return ctx_failed(ctx) ? NULL : p;
}

/* About the seconds that it takes, times 4e10. */
static double total(const Plan *p, const PlanTask *task)
{
    double sum = 0;
    for (uint32_t i = 0; p && i < p->ninsts; i++) {
        Cost c = plan_cost(p, &p->inst[i], task->size, task->nsizes);
        const Loop *l = p->inst[i].loop;
        double turned = 0; /* what is read across is read slowly */
        for (uint32_t k = 0; l && k < l->noperands; k++)
            turned += l->operand[k].mode == LOOP_TRANS;
        sum += c.flops + c.bytes * (1 + turned) + 4000;
    }
    return sum;
}

/* Is a square matrix wanted? */
static bool may_pair(const PlanTask *task)
{
    bool some = false;
    for (uint32_t i = 0; i < task->nroots; i++)
        some |= task->root[i]->rows == task->root[i]->cols &&
                !dim_is(task->root[i]->rows, 1);
    return some;
}

Plan *plan_make(Ctx *ctx, const PlanTask *task)
{
    unsigned chosen = 0, none = 0;
    unsigned all = FORM_SPREAD | FORM_LEMMA | FORM_LAST_FIRST | FORM_PAIRS;
    Plan *best = plan_in(ctx, task, all, &chosen);
    if (task->nroots > 1)
        chosen |= FORM_LAST_FIRST;
    if (best && may_pair(task)) { /* spread out, pairs are not seen */
        plan_in(ctx, task, FORM_PAIRS, &none);
        chosen |= none & FORM_PAIRS;
    }
    for (unsigned form = all; best && form-- > 0;) {
        if (form & ~chosen || form == chosen)
            continue; /* no other plan */
        Plan *p = plan_in(ctx, task, form, &none);
        if (p && total(p, task) <= total(best, task))
            best = p;
    }
    return ctx_failed(ctx) ? NULL : best;
}
