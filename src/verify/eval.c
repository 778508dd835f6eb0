/* eval.c: a tree's value at a point, over any ring.  Knows the operators'
 * meaning and nothing of derivatives.  Nodes are evaluated once each, those
 * with indices once a binding. */
#include "lang/lang.h"
#include "verify/evalfun.h"

#include <string.h>

void eval_init(Eval *e, Ring *r)
{
    memset(e, 0, sizeof *e);
    e->ring = r;
    ptrmap_init(&e->value, r->ctx->arena);
    ptrmap_init(&e->memo, r->ctx->arena);
    ptrmap_init(&e->indexed, r->ctx->arena);
}

void eval_bind(Eval *e, const char *name, int64_t value)
{
    if (e->nenv < ENV_MAX)
        e->env[e->nenv++] = (Binding){name, value};
}

bool eval_lookup(const Eval *e, const char *name, int64_t *value)
{
    for (unsigned i = e->nenv; i-- > 0;)
        if (e->env[i].name == name) {
            *value = e->env[i].value;
            return true;
        }
    return false;
}

static bool eval_symbol(const Eval *e, const char *name, int64_t *value)
{
    const Dim *a, *b;
    int64_t v;
    if (!dim_min_of(name, &a, &b))
        return eval_lookup(e, name, value);
    if (!eval_dim(e, a, value) || !eval_dim(e, b, &v))
        return false;
    *value = v < *value ? v : *value;
    return true;
}

bool eval_dim(const Eval *e, const Dim *d, int64_t *value)
{
    *value = 0;
    for (unsigned i = 0; i < d->n; i++) {
        int64_t p = d->mono[i].coef, v;
        for (unsigned k = 0; k < d->mono[i].n; k++) {
            if (!eval_symbol(e, d->mono[i].sym[k], &v))
                return false;
            p *= v;
        }
        *value += p;
    }
    return true;
}

static bool has_index(Eval *e, const Tree *t)
{
    uintptr_t known = (uintptr_t)ptrmap_get(&e->indexed, t);
    if (known)
        return known == 2;
    bool yes = (t->op == OP_SYM && t->sym->kind == SYM_INDEX) ||
               t->op == OP_INT;
    for (uint32_t i = 0; i < t->nkids && !yes; i++)
        yes = has_index(e, t->kid[i]);
    ptrmap_put(&e->indexed, t, (void *)(uintptr_t)(yes ? 2 : 1));
    return yes;
}

bool eval_size(const Eval *e, const Tree *t, size_t *rows, size_t *cols)
{
    int64_t r, c;
    if (!eval_dim(e, t->rows, &r) || !eval_dim(e, t->cols, &c) || r < 0 ||
        c < 0 || r > 4096 || c > 4096)
        return false;
    *rows = (size_t)r;
    *cols = (size_t)c;
    return true;
}

/* An index or exponent. */
bool eval_integer(Eval *e, const Tree *t, int64_t *v)
{
    switch (t->op) {
    case OP_NUM:
        *v = t->num.num;
        return t->num.den == 1;
    case OP_INT:
        return eval_dim(e, t->dim, v);
    case OP_SYM:
        return eval_lookup(e, t->sym->name, v);
    case OP_NEG:
        if (!eval_integer(e, t->kid[0], v))
            return false;
        *v = -*v;
        return true;
    default:
        return false;
    }
}

Mat *eval_number(Eval *e, Rat q)
{
    bool ok = true;
    Mat *m = mat_new(e->ring, 1, 1);
    if (m)
        e->ring->set_rat(e->ring, m->e, q, &ok);
    return ok ? m : NULL;
}

/* --- broadcasting */

static void *cast(const Ring *r, const Mat *m, size_t i, size_t j)
{
    return at(r, m, m->rows == 1 ? 0 : i, m->cols == 1 ? 0 : j);
}

static bool entry_add(Eval *e, const Tree *t, void *z, const void *x,
                      const void *y)
{
    (void)t;
    e->ring->add(e->ring, z, x, y);
    return true;
}

static bool entry_sub(Eval *e, const Tree *t, void *z, const void *x,
                      const void *y)
{
    (void)t;
    e->ring->sub(e->ring, z, x, y);
    return true;
}

bool eval_entry_mul(Eval *e, const Tree *t, void *z, const void *x,
                      const void *y)
{
    (void)t;
    e->ring->mul(e->ring, z, x, y);
    return true;
}

bool eval_entry_div(Eval *e, const Tree *t, void *z, const void *x,
                      const void *y)
{
    (void)t;
    void *i = e->ring->vec(e->ring, 1);
    if (!i || !e->ring->inv(e->ring, i, y))
        return false;
    e->ring->mul(e->ring, z, x, i);
    return true;
}

bool eval_entry_fun(Eval *e, const Tree *t, void *z, const void *x,
                      const void *y)
{
    return e->ring->fun(e->ring, z, t->op, x, y);
}

static bool integer_power(Ring *r, void *z, const void *x, int64_t n)
{
    void *b = r->vec(r, 1);
    bool ok = true;
    if (!b)
        return false;
    r->set(r, b, x);
    if (n < 0 && !r->inv(r, b, x))
        return false;
    n = n < 0 ? -n : n;
    r->set_rat(r, z, rat_int(1), &ok);
    for (; n; n >>= 1) {
        if (n & 1)
            r->mul(r, z, z, b);
        if (n > 1)
            r->mul(r, b, b, b);
    }
    return ok;
}

/* x^y: integers by multiplication, halves by a root, else the function. */
static bool entry_pow(Eval *e, const Tree *t, void *z, const void *x,
                      const void *y)
{
    Ring *r = e->ring;
    const Tree *k = t->kid[1];
    int64_t n;
    if (eval_integer(e, k, &n))
        return integer_power(r, z, x, n);
    if (k->op == OP_NUM && k->num.den == 2) {
        void *s = r->vec(r, 1);
        return s && r->fun(r, s, OP_SQRT, x, NULL) &&
               integer_power(r, z, s, k->num.num);
    }
    return r->fun(r, z, OP_EPOW, x, y);
}

Mat *eval_entrywise(Eval *e, const Tree *t, const Mat *a, const Mat *b,
                      Entry *f)
{
    if (!a || !b)
        return NULL;
    size_t rows = a->rows > b->rows ? a->rows : b->rows;
    size_t cols = a->cols > b->cols ? a->cols : b->cols;
    Mat *m = mat_new(e->ring, rows, cols);
    for (size_t i = 0; m && i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            if (!f(e, t, at(e->ring, m, i, j), cast(e->ring, a, i, j),
                   cast(e->ring, b, i, j)))
                return NULL;
    return m;
}

static Mat *fold(Eval *e, const Tree *t, Entry *f)
{
    const Mat *m = eval(e, t->kid[0]);
    for (uint32_t i = 1; m && i < t->nkids; i++)
        m = eval_entrywise(e, t, m, eval(e, t->kid[i]), f);
    return (Mat *)(uintptr_t)m;
}

/* --- products: scalars aside, segments as lowering reads them */

static Mat *product(Eval *e, const Tree *t)
{
    Ring *r = e->ring;
    const Mat *acc = NULL, *scale = NULL;
    for (uint32_t i = 0; i < t->nkids; i++) {
        const Mat *k = eval(e, t->kid[i]);
        if (!k)
            return NULL;
        bool one_k = tree_is_scalar(t->kid[i]);
        if (one_k) {
            scale = scale ? mat_mul(r, scale, k) : k;
        } else if (!acc) {
            acc = k;
        } else if (acc->cols == k->rows) {
            acc = mat_mul(r, acc, k);
        } else if (acc->rows == 1 && acc->cols == 1) {
            acc = mat_scale(r, k, acc->e);
        } else if (k->rows == 1) { /* A*(x'*y), flattened */
            const Mat *s = k;
            while (i + 1 < t->nkids && s && !(s->rows == 1 && s->cols == 1))
                s = mat_mul(r, s, eval(e, t->kid[++i]));
            acc = s ? mat_scale(r, acc, s->e) : NULL;
        }
        if ((acc == NULL && !one_k) || (one_k && !scale))
            return NULL;
    }
    if (acc && scale)
        acc = mat_scale(r, acc, scale->e);
    return (Mat *)(uintptr_t)(acc ? acc : scale);
}

static Mat *matrix_power(Eval *e, const Mat *a, int64_t n)
{
    Ring *r = e->ring;
    const Mat *b = n < 0 ? mat_inv(r, a) : a;
    Mat *m = a ? mat_eye(r, a->rows) : NULL;
    n = n < 0 ? -n : n;
    for (; n && m && b; n >>= 1) {
        if (n & 1)
            m = mat_mul(r, m, b);
        if (n > 1)
            b = mat_mul(r, b, b);
    }
    return b ? m : NULL;
}

static Mat *power(Eval *e, const Tree *t)
{
    const Mat *a = eval(e, t->kid[0]);
    int64_t n;
    if (!a)
        return NULL;
    if (t->op == OP_POW && !tree_is_scalar(t->kid[0]))
        return eval_integer(e, t->kid[1], &n) ? matrix_power(e, a, n) : NULL;
    const Mat *k = eval_integer(e, t->kid[1], &n) ? eval_number(e, rat_int(n))
                                             : eval(e, t->kid[1]);
    return eval_entrywise(e, t, a, k, entry_pow);
}

static Mat *kron(Ring *r, const Mat *a, const Mat *b)
{
    Mat *m = a && b ? mat_new(r, a->rows * b->rows, a->cols * b->cols) : NULL;
    for (size_t i = 0; m && i < m->rows; i++)
        for (size_t j = 0; j < m->cols; j++)
            r->mul(r, at(r, m, i, j), at(r, a, i / b->rows, j / b->cols),
                   at(r, b, i % b->rows, j % b->cols));
    return m;
}

static const Mat *symbol(Eval *e, const Tree *t)
{
    int64_t v;
    const Mat *m = ptrmap_get(&e->value, t->sym);
    if (m)
        return m;
    if (t->sym->kind != SYM_QUANTITY && eval_lookup(e, t->sym->name, &v))
        return eval_number(e, rat_int(v));
    e->unable = true;
    return NULL;
}

static const Mat *eval_op(Eval *e, const Tree *t)
{
    Ring *r = e->ring;
    const Mat *a;
    int64_t v;
    switch (t->op) {
    case OP_NUM:
        return eval_number(e, t->num);
    case OP_INT:
        return eval_dim(e, t->dim, &v) ? eval_number(e, rat_int(v)) : NULL;
    case OP_SYM:
        return symbol(e, t);
    case OP_PI: {
        Mat *m = mat_new(r, 1, 1);
        return m && r->pi(r, m->e) ? m : NULL;
    }
    case OP_EYE: case OP_ONES: case OP_ZEROS: case OP_UNITM: case OP_UNITV:
    case OP_DELTA:
        return eval_filled(e, t);
    case OP_ADD: case OP_EADD:
        return fold(e, t, entry_add);
    case OP_ESUB:
        return fold(e, t, entry_sub);
    case OP_NEG:
        a = eval(e, t->kid[0]);
        return a ? mat_add(r, mat_new(r, a->rows, a->cols), a, true) : NULL;
    case OP_MUL:
        return product(e, t);
    case OP_HAD:
        return fold(e, t, eval_entry_mul);
    case OP_DIV: case OP_EDIV:
        return fold(e, t, eval_entry_div);
    case OP_POW: case OP_EPOW:
        return power(e, t);
    case OP_KRON:
        return kron(r, eval(e, t->kid[0]), eval(e, t->kid[1]));
    case OP_TRANSPOSE:
        return mat_transpose(r, eval(e, t->kid[0]));
    case OP_ADJOINT:
        return mat_adjoint(r, eval(e, t->kid[0]));
    case OP_CONJ:
        return mat_conj(r, eval(e, t->kid[0]));
    case OP_REAL: case OP_IMAG:
        return eval_real_part(r, eval(e, t->kid[0]), t->op == OP_IMAG);
    case OP_IMUNIT: {
        Mat *m = mat_new(r, 1, 1);
        if (m)
            ring_set_imaginary(r, m->e);
        return m;
    }
    case OP_INDEX:
        return eval_indexed(e, t);
    case OP_SUMI:
        return eval_sum_over(e, t);
    case OP_TR: case OP_SUM: case OP_SUM1: case OP_SUM2:
        return eval_sums(e, t->op, eval(e, t->kid[0]));
    case OP_VEC:
        a = eval(e, t->kid[0]);
        return a ? eval_vec(e, a) : NULL;
    case OP_RESHAPE:
        a = eval(e, t->kid[0]);
        return a ? eval_reshape(e, t, a) : NULL;
    case OP_TRIL: case OP_TRIU: case OP_BAND:
        a = eval(e, t->kid[0]);
        return a ? eval_kept(e, t, a) : NULL;
    case OP_DIAGSUMS: case OP_ANTIDIAGSUMS: case OP_CIRCSUMS:
        a = eval(e, t->kid[0]);
        return a && a->rows == a->cols ? eval_diagonals(e, t->op, a) : NULL;
    case OP_EIGVAL: case OP_EIGVEC:
        return eval_eigen(e, t);
    case OP_FRECHET:
        return eval_frechet(e, t);
    case OP_APPLY: case OP_DAPPLY: {
        size_t rows, cols;
        return eval_size(e, t, &rows, &cols) ? eval_applied(e, t, rows, cols)
                                           : NULL;
    }
    case OP_DIAG: {
        a = eval(e, t->kid[0]);
        bool grows = t->cols != t->kid[0]->cols || t->rows != t->kid[0]->rows;
        return a && grows ? eval_diag(e, a) : a;
    }
    default:
        break;
    }
    if (op_record(t->op)->cls == CLASS_ENTRYWISE) {
        a = eval(e, t->kid[0]);
        return eval_entrywise(e, t, a, t->nkids > 1 ? eval(e, t->kid[1]) : a,
                         eval_entry_fun);
    }
    if (op_record(t->op)->cls == CLASS_MATRIX)
        return eval_function(e, t);
    e->unable = true;
    return NULL;
}

const Mat *eval(Eval *e, const Tree *t)
{
    bool local = e->local && has_index(e, t);
    PtrMap *memo = local ? e->local : &e->memo;
    const Mat *done = ptrmap_get(memo, t);
    if (done || ctx_failed(e->ring->ctx))
        return done;
    if (++e->depth > e->ring->ctx->limits.depth || !ctx_step(e->ring->ctx, 4))
        return NULL;
    const Mat *m = eval_op(e, t);
    e->depth--;
    if (m && (local || !e->local || !has_index(e, t)))
        ptrmap_put(memo, t, (void *)(uintptr_t)m);
    return m;
}
