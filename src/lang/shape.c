/* shape.c: shapes of operators, from the leaves up.
 *
 * Comes in: a parsed tree.  Goes out: a shaped one, whose dimensions may
 * still hold metas.  The walk keeps its own stack, since trees are deep; a
 * binder opens a new memo, since what a name means changes below it. */
#include "lang/shape.h"

#include <string.h>

/* --- the walk */

typedef struct Frame {
    const Tree *t;
    uint32_t next, end; /* children still to be shaped */
} Frame;

/* How many leading children are quantities to be shaped first. */
static uint32_t quantities(Shaper *s, const Tree *t)
{
    switch (t->op) {
    case OP_NAME:
    case OP_NUM:
    case OP_IMUNIT:
    case OP_EYE:
    case OP_COLON:
    case OP_SUMI:
        return 0;
    case OP_INDEX: case OP_POW:
        return 1;
    case OP_APPLY:
        return call_quantities(s, t);
    default:
        return t->nkids;
    }
}

static bool frame_push(Shaper *s, Frame **stack, size_t *n, size_t *cap,
                       const Tree *t)
{
    if (*n == *cap) {
        size_t c = *cap ? 2 * *cap : 32;
        Frame *f = ARENA_ARRAY(s->ctx->arena, Frame, c);
        if (!f)
            return false;
        if (*n)
            memcpy(f, *stack, *n * sizeof *f);
        *stack = f;
        *cap = c;
    }
    uint32_t q = quantities(s, t);
    bool call = t->op == OP_APPLY; /* child 0 is the function's name */
    (*stack)[(*n)++] = (Frame){t, call ? 1 : 0, call ? q + 1 : q};
    return true;
}

const Tree *shape_tree(Shaper *s, const Tree *root)
{
    Frame *stack = NULL;
    size_t n = 0, cap = 0;
    if (!frame_push(s, &stack, &n, &cap, root))
        return NULL;
    while (n > 0) {
        Frame *f = &stack[n - 1];
        if (ptrmap_has(s->memo, f->t)) {
            n--;
        } else if (f->next < f->end) {
            const Tree *k = f->t->kid[f->next++];
            if (!ptrmap_has(s->memo, k) &&
                !frame_push(s, &stack, &n, &cap, k))
                return NULL;
        } else {
            const Tree *r = shape_node(s, f->t);
            if (!r || s->failed ||
                !ptrmap_put(s->memo, f->t, (void *)(uintptr_t)r))
                return NULL;
            n--;
        }
    }
    return ptrmap_get(s->memo, root);
}

const Tree *shape_kid(Shaper *s, const Tree *t, uint32_t i)
{
    return ptrmap_get(s->memo, t->kid[i]);
}

/* --- small questions and constructors */

bool shape_is_one(Shaper *s, const Dim *d)
{
    return unify_resolve(&s->u, d) == s->one;
}

bool shape_is_scalar(Shaper *s, const Tree *k)
{
    return shape_is_one(s, k->rows) && shape_is_one(s, k->cols);
}

bool shape_is_zero(const Tree *k)
{
    return k->op == OP_NUM && rat_sign(k->num) == 0;
}

bool shape_same(Shaper *s, const Dim *a, const Dim *b, const Tree *at)
{
    return unify(&s->u, a, b, at);
}

const Tree *shape_make(Shaper *s, OpId op, uint32_t n, const Tree *const *kid,
                       const Dim *rows, const Dim *cols, const Tree *at)
{
    return tree_shaped(s->ctx, op, n, kid, rows, cols, at->span);
}

const Tree *shape_make1(Shaper *s, OpId op, const Tree *a, const Dim *rows,
                        const Dim *cols, const Tree *at)
{
    return shape_make(s, op, 1, &a, rows, cols, at);
}

const Tree *shape_make2(Shaper *s, OpId op, const Tree *a, const Tree *b,
                        const Dim *rows, const Dim *cols, const Tree *at)
{
    return shape_make(s, op, 2, (const Tree *[]){a, b}, rows, cols, at);
}

/* Room for the children of t and of those of its children that merge. */
enum { MERGE = 64 };

static const Tree **room(Shaper *s, uint32_t n, const Tree *const *kid,
                         OpId op)
{
    size_t total = 0;
    for (uint32_t i = 0; i < n; i++)
        total += kid[i]->op == op && kid[i]->nkids <= MERGE ? kid[i]->nkids
                                                            : 1;
    return ARENA_ARRAY(s->ctx->arena, const Tree *, total + 1);
}

static const Tree **shaped_kids(Shaper *s, const Tree *t)
{
    const Tree **k = ARENA_ARRAY(s->ctx->arena, const Tree *, t->nkids + 1);
    for (uint32_t i = 0; k && i < t->nkids; i++)
        k[i] = shape_kid(s, t, i);
    return k;
}

/* --- sums */

static const Tree *shape_add(Shaper *s, const Tree *t)
{
    const Tree **kid = shaped_kids(s, t);
    const Tree **all = kid ? room(s, t->nkids, kid, OP_ADD) : NULL;
    uint32_t n = 0;
    for (uint32_t i = 0; all && i < t->nkids; i++) {
        const Tree *k = kid[i];
        if (i > 0 && (!shape_same(s, kid[0]->rows, k->rows, t) ||
                      !shape_same(s, kid[0]->cols, k->cols, t)))
            return fail_sum(s, t, i, kid[0], k);
        bool flat = k->op == OP_ADD && k->nkids <= MERGE;
        for (uint32_t j = 0; flat && j < k->nkids; j++)
            all[n++] = k->kid[j];
        if (!flat)
            all[n++] = k;
    }
    return all ? shape_make(s, OP_ADD, n, all, kid[0]->rows, kid[0]->cols, t)
               : NULL;
}

/* --- products */

typedef struct Product {
    const Tree **factor;
    uint32_t n;
    bool chain; /* holds a factor that is no scalar */
    const Dim *rows, *cols;
} Product;

/* One factor more, from the right.  A chain that has become a scalar
 * (x'*y) before further factors is kept together as one factor. */
static bool multiply(Shaper *s, Product *p, const Tree *k, const Tree *at)
{
    bool scalar = shape_is_scalar(s, k);
    bool so_far = shape_is_one(s, p->rows) && shape_is_one(s, p->cols);
    if (!scalar && so_far) {
        if (p->chain && p->n > 1) {
            p->factor[0] = shape_make(s, OP_MUL, p->n, p->factor, s->one,
                                      s->one, at);
            p->n = 1;
        }
        p->rows = k->rows;
        p->cols = k->cols;
    } else if (!scalar) {
        if (!shape_same(s, p->cols, k->rows, at))
            return false;
        p->cols = k->cols;
    }
    p->chain = p->chain || !scalar;
    p->factor[p->n++] = k;
    return true;
}

const Tree *shape_product(Shaper *s, const Tree *at, uint32_t n,
                          const Tree *const *kid)
{
    Product p = {.rows = s->one, .cols = s->one};
    for (uint32_t i = 0; i < n; i++)
        if (!kid[i])
            return NULL;
    p.factor = room(s, n, kid, OP_MUL);
    for (uint32_t i = 0; p.factor && i < n; i++) {
        const Tree *k = kid[i];
        Product before = p;
        bool fits = true;
        if (k->op == OP_MUL && k->nkids <= MERGE && !shape_is_scalar(s, k))
            for (uint32_t j = 0; fits && j < k->nkids; j++)
                fits = multiply(s, &p, k->kid[j], at);
        else
            fits = multiply(s, &p, k, at);
        if (!fits && ctx_failed(s->ctx))
            return NULL;
        if (!fits) {
            Tree left = {.rows = before.rows, .cols = before.cols};
            return fail_product(s, at, i, &left, k);
        }
    }
    return p.factor ? shape_make(s, OP_MUL, p.n, p.factor, p.rows, p.cols, at)
                    : NULL;
}

static const Tree *shape_mul(Shaper *s, const Tree *t)
{
    const Tree **kid = shaped_kids(s, t);
    return kid ? shape_product(s, t, t->nkids, kid) : NULL;
}

/* --- entrywise operators */

/* The dimension of two that broadcast; NULL if they do not fit. */
static const Dim *broadcast(Shaper *s, const Dim *a, const Dim *b,
                            const Tree *at)
{
    if (shape_is_one(s, a))
        return b;
    return shape_is_one(s, b) || shape_same(s, a, b, at) ? a : NULL;
}

/* Of scalars the plain operator, which everybody knows. */
static OpId plain(OpId op)
{
    switch (op) {
    case OP_HAD: return OP_MUL;
    case OP_EADD: case OP_ESUB: return OP_ADD;
    case OP_EDIV: return OP_DIV;
    case OP_EPOW: return OP_POW;
    default: return op;
    }
}

const Tree *shape_broadcast(Shaper *s, const Tree *at, OpId op,
                            const Tree *a, const Tree *b)
{
    if (!a || !b)
        return NULL;
    const Dim *rows = broadcast(s, a->rows, b->rows, at);
    const Dim *cols = rows ? broadcast(s, a->cols, b->cols, at) : NULL;
    if (!rows || !cols)
        return fail_entrywise(s, at, op, a, b);
    if (shape_is_scalar(s, a) && shape_is_scalar(s, b)) {
        if (op == OP_ESUB)
            b = shape_make1(s, OP_NEG, b, s->one, s->one, at);
        op = plain(op);
        if (op == OP_DIV && shape_is_zero(b))
            return shape_fail(s, at, NULL, "division by zero");
        if (op == OP_DIV && a->op == OP_NUM && b->op == OP_NUM)
            return tree_num(s->ctx, rat_div(s->ctx, a->num, b->num));
    }
    return shape_make2(s, op, a, b, rows, cols, at);
}

static const Tree *shape_had(Shaper *s, const Tree *t)
{
    const Tree **kid = shaped_kids(s, t);
    const Tree **all = kid ? room(s, t->nkids, kid, OP_HAD) : NULL;
    uint32_t n = 0;
    bool scalars = true;
    if (!all)
        return NULL;
    const Dim *rows = s->one, *cols = s->one;
    for (uint32_t i = 0; i < t->nkids; i++) {
        const Tree *k = kid[i];
        Tree left = {.rows = rows, .cols = cols};
        rows = broadcast(s, rows, k->rows, t);
        cols = rows ? broadcast(s, cols, k->cols, t) : NULL;
        if (!rows || !cols)
            return fail_entrywise(s, t, OP_HAD, i == 1 ? kid[0] : &left, k);
        scalars = scalars && shape_is_scalar(s, k);
        bool flat = k->op == OP_HAD && k->nkids <= MERGE;
        for (uint32_t j = 0; flat && j < k->nkids; j++)
            all[n++] = k->kid[j];
        if (!flat)
            all[n++] = k;
    }
    return shape_make(s, scalars ? OP_MUL : OP_HAD, n, all, rows, cols, t);
}

/* --- the rest */

static const Tree *shape_transpose(Shaper *s, const Tree *t)
{
    const Tree *a = shape_kid(s, t, 0);
    OpId op = t->op == OP_ADJOINT && s->scope->has_complex ? OP_ADJOINT
                                                           : OP_TRANSPOSE;
    if (shape_is_scalar(s, a) && op == OP_TRANSPOSE)
        return a;
    return shape_make1(s, op, a, a->cols, a->rows, t);
}

const Tree *shape_kron(Shaper *s, const Tree *t)
{
    const Tree *a = shape_kid(s, t, t->op == OP_APPLY ? 1 : 0);
    const Tree *b = shape_kid(s, t, t->op == OP_APPLY ? 2 : 1);
    if (shape_is_scalar(s, a) || shape_is_scalar(s, b))
        return shape_product(s, t, 2, (const Tree *[]){a, b});
    return shape_make2(s, OP_KRON, a, b,
                       dim_mul(s->ctx, unify_resolve(&s->u, a->rows),
                               unify_resolve(&s->u, b->rows)),
                       dim_mul(s->ctx, unify_resolve(&s->u, a->cols),
                               unify_resolve(&s->u, b->cols)),
                       t);
}

/* A bare I is an identity of a size of its own. */
static const Tree *shape_eye(Shaper *s, const Tree *t)
{
    const Sym *y = name_symbol(s, t->kid[0]->name);
    if (y)
        return tree_sym(s->ctx, y);
    const Dim *n = unify_meta(&s->u, false);
    return shape_make(s, OP_EYE, 0, NULL, n, n, t);
}

/* x[i], A[i,j], A[i,:], A[:,j], x[:]. */
static const Tree *shape_entry(Shaper *s, const Tree *t)
{
    const Tree *a = shape_kid(s, t, 0), *kid[3] = {a};
    bool row = shape_is_one(s, a->rows), col = shape_is_one(s, a->cols);
    uint32_t axes = (row ? 0u : 1u) + (col ? 0u : 1u);
    if (axes == 0)
        return shape_fail(s, t, declare_advice(s, t),
                          "%s is a scalar and has no entries",
                          part_text(s, t->kid[0]));
    if (axes != t->nkids - 1)
        return shape_fail(s, t, declare_advice(s, t),
                          "%s is %s: it takes %s, not %u",
                          part_text(s, t->kid[0]), shape_text(s, a),
                          axes == 1 ? "one index" : "two indices",
                          t->nkids - 1);
    const Dim *range[2] = {axes == 1 && row ? a->cols : a->rows, a->cols};
    const Dim *left[2] = {s->one, s->one};
    for (uint32_t i = 0; i < axes; i++) {
        kid[i + 1] = shape_index(s, t->kid[i + 1], range[i]);
        if (!kid[i + 1])
            return NULL;
        if (kid[i + 1]->op == OP_COLON)
            left[i] = range[i];
    }
    if (axes == 1 && kid[1]->op == OP_COLON)
        return a;
    if (axes == 2 && kid[1]->op == OP_COLON && kid[2]->op == OP_COLON)
        return a;
    return shape_make(s, OP_INDEX, axes + 1, kid, left[0], left[1], t);
}

static const Tree *shape_name(Shaper *s, const Tree *t)
{
    const Sym *y = name_symbol(s, t->name);
    if (y && y->kind == SYM_INTEGER)
        return tree_dim(s->ctx, dim_sym(s->ctx, y->name));
    if (y && y->kind == SYM_FUNCTION)
        return call_bare(s, t, y);
    if (y)
        return tree_sym(s->ctx, y);
    if (ptrmap_has(&s->scope->dims, t->name))
        return tree_dim(s->ctx, dim_sym(s->ctx, t->name));
    if (strcmp(t->name, "pi") == 0)
        return shape_make(s, OP_PI, 0, NULL, s->one, s->one, t);
    return shape_fail(s, t, NULL, "%s is not declared", t->name);
}

static const Tree *shape_negative(Shaper *s, const Tree *t)
{
    const Tree *a = shape_kid(s, t, 0);
    return shape_make1(s, OP_NEG, a, a->rows, a->cols, t);
}

const Tree *shape_node(Shaper *s, const Tree *t)
{
    if (!ctx_step(s->ctx, 1))
        return NULL;
    s->at = t;
    switch (t->op) {
    case OP_NUM: return t;
    case OP_IMUNIT:
        return shape_make(s, t->op, 0, NULL, s->one, s->one, t);
    case OP_NAME: return shape_name(s, t);
    case OP_EYE: return shape_eye(s, t);
    case OP_ADD: return shape_add(s, t);
    case OP_NEG: return shape_negative(s, t);
    case OP_MUL: return shape_mul(s, t);
    case OP_DIV: return shape_quotient(s, t, 1);
    case OP_SOLVE: return shape_quotient(s, t, 0);
    case OP_HAD: return shape_had(s, t);
    case OP_EADD: case OP_ESUB: case OP_EDIV:
        return shape_broadcast(s, t, t->op, shape_kid(s, t, 0),
                               shape_kid(s, t, 1));
    case OP_EPOW: return shape_epow(s, t);
    case OP_POW: return shape_power(s, t);
    case OP_TRANSPOSE: case OP_ADJOINT: return shape_transpose(s, t);
    case OP_KRON: return shape_kron(s, t);
    case OP_INDEX: return shape_entry(s, t);
    case OP_APPLY: return shape_call(s, t);
    case OP_COLON:
        return shape_fail(s, t, NULL, "a : means nothing here");
    default:
        return shape_fail(s, t, "write it as in sum(r=0:k-1, X^r)",
                          "r=a:b means something in sum(...) only");
    }
}
