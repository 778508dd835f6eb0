/* contract.c: the answer contracted with the directions, by the form in which
 * it is to be read. */
#include "verify/structure.h"
#include "verify/trial.h"

static Mat *inner(Ring *r, const Mat *a, const Mat *b)
{
    Mat *m = mat_new(r, 1, 1);
    void *t = r->vec(r, 1);
    if (!m || !t || !a || !b || a->rows * a->cols != b->rows * b->cols)
        return NULL;
    for (size_t i = 0; i < a->rows * a->cols; i++) {
        r->mul(r, t, a->e + i * r->size, b->e + i * r->size);
        r->add(r, m->e, m->e, t);
    }
    return m;
}

/* Of X[i,:] the row that moves: all others stand still. */
static Mat *part_that_moves(Trial *t, const Tree *v, Mat *u)
{
    Ring *r = t->ring;
    if (v->op != OP_INDEX || var_is_entry(v))
        return u;
    bool row = v->kid[2]->op == OP_COLON;
    Mat *m = mat_new(r, row ? 1 : u->rows, row ? u->cols : 1);
    for (size_t i = 0; m && i < u->rows; i++)
        for (size_t j = 0; j < u->cols; j++) {
            void *z = at(r, m, row ? 0 : i, row ? j : 0);
            r->add(r, z, z, at(r, u, i, j));
        }
    return m;
}

/* What a derivative by variable v is contracted with: one by conj(z), as a
 * complex gradient is, with the conjugate of z's direction. */
static Mat *direction_of(Trial *t, unsigned v)
{
    Wirtinger w = v < 2 ? t->c->wirtinger[v] : WIRTINGER_NONE;
    Mat *u = part_that_moves(t, t->c->var[v], t->dir[v]);
    return u && (w == WIRTINGER_CONJ || w == WIRTINGER_GRAD)
               ? mat_conj(t->ring, u)
               : u;
}

Mat *vectorised(Ring *r, const Mat *a)
{
    Mat *m = a ? mat_new(r, a->rows * a->cols, 1) : NULL;
    for (size_t j = 0; m && j < a->cols; j++)
        for (size_t i = 0; i < a->rows; i++)
            r->set(r, at(r, m, j * a->rows + i, 0), at(r, a, i, j));
    return m;
}

static const Mat *answer_at(Trial *t, Eval *e)
{
    const Mat *a = eval(e, t->c->answer);
    t->base.unable = t->base.unable || e->unable;
    return a;
}

/* Sum over the variables' indices of answer times directions, for every
 * value of F's own indices. */
typedef struct Entries {
    Trial *t;
    Eval e;
    size_t size[8], at[8];
    unsigned own; /* indices that are F's */
    const Mat *dir[8];
    Mat *out;
} Entries;

static bool entries_sizes(Entries *x)
{
    const Claim *c = x->t->c;
    unsigned used = 0;
    for (unsigned k = 0; k < c->nindex; k++) {
        int64_t v;
        if (!eval_dim(&x->t->base, c->index[k]->hi, &v))
            return false;
        x->size[k] = (size_t)v;
    }
    for (unsigned i = 0; i < c->nvars; i++)
        used += var_is_entry(c->var[i])
                    ? 0
                    : (unsigned)!dim_is(c->var[i]->rows, 1) +
                          (unsigned)!dim_is(c->var[i]->cols, 1);
    x->own = c->nindex - used;
    return true;
}

static bool entries_add(Entries *x)
{
    Trial *t = x->t;
    Ring *r = t->ring;
    unsigned nenv = x->e.nenv, k = 0;
    size_t pos = 0;
    PtrMap fresh;
    ptrmap_init(&fresh, t->ctx->arena);
    x->e.local = &fresh;
    for (unsigned i = 0; i < t->c->nindex; i++)
        eval_bind(&x->e, t->c->index[i]->name, (int64_t)x->at[i] + 1);
    const Mat *a = answer_at(t, &x->e);
    x->e.nenv = nenv;
    if (!a)
        return false;
    for (; k < x->own; k++)
        pos = pos * x->size[k] + x->at[k];
    void *p = r->vec(r, 1);
    if (!p)
        return false;
    r->set(r, p, a->e);
    for (unsigned v = 0; v < t->c->nvars; v++) {
        const Mat *u = x->dir[v];
        const Tree *var = t->c->var[v];
        size_t i = 0, j = 0;
        if (var_is_entry(var))
            continue;
        if (!dim_is(var->rows, 1))
            i = x->at[k++];
        if (!dim_is(var->cols, 1))
            j = x->at[k++];
        r->mul(r, p, p, at(r, u, i, j));
    }
    r->add(r, x->out->e + pos * r->size, x->out->e + pos * r->size, p);
    return true;
}

static Mat *entries(Trial *t)
{
    Entries *x = ARENA_NEW(t->ctx->arena, Entries);
    size_t n = 1, total = 1;
    if (!x)
        return NULL;
    x->t = t;
    eval_copy(t, &x->e);
    if (!entries_sizes(x))
        return NULL;
    for (unsigned k = 0; k < t->c->nindex; k++) {
        total *= x->size[k];
        if (k < x->own)
            n *= x->size[k];
    }
    x->out = mat_new(t->ring, n, 1);
    for (unsigned v = 0; x->out && v < t->c->nvars; v++)
        if (!(x->dir[v] = direction_of(t, v)))
            return NULL;
    for (size_t s = 0; x->out && s < total; s++) {
        size_t rest = s;
        for (unsigned k = t->c->nindex; k-- > 0; rest /= x->size[k])
            x->at[k] = rest % x->size[k];
        if (!entries_add(x))
            return NULL;
    }
    return x->out;
}

/* The answer a, read in the claim's form. */
static Mat *contract(Trial *t, const Mat *a)
{
    Ring *r = t->ring;
    const Claim *c = t->c;
    Mat *u = c->nvars > 0 ? direction_of(t, 0) : NULL;
    Mat *w = c->nvars > 1 ? direction_of(t, 1) : NULL;
    switch (c->form) {
    case CLAIM_GRADIENT:
        if (c->transposed)
            a = mat_transpose(r, a);
        if (!a || a->rows != u->rows || a->cols != u->cols)
            return NULL;
        if (c->space == SPACE_ENTRIES)
            u = independent_part(r, c->var[0]->sym->props & PROPS_LINEAR, u);
        return inner(r, a, u);
    case CLAIM_JACOBIAN:
        return mat_mul(r, a, vectorised(r, u));
    case CLAIM_DIRECT:
        for (unsigned v = 0; a && v < c->nvars; v++)
            if (!var_is_entry(c->var[v]))
                a = mat_scale(r, a, v ? w->e : u->e);
        return (Mat *)(uintptr_t)a;
    case CLAIM_KRON:
        if (c->order == 1)
            return mat_mul(r, a, vectorised(r, u));
        return mat_mul(r, mat_transpose(r, vectorised(r, u)),
                       mat_mul(r, a, vectorised(r, w)));
    case CLAIM_HESSIAN:
        return mat_mul(r, mat_transpose(r, vectorised(r, u)),
                       mat_mul(r, a, vectorised(r, w)));
    case CLAIM_MIXED: {
        bool first = u->rows * u->cols == 1 || var_is_entry(c->var[0]);
        Mat *m = inner(r, a, first ? w : u);
        const Mat *s = first ? u : w;
        if (m && !var_is_entry(c->var[first ? 0 : 1]))
            m = mat_scale(r, m, s->e);
        return m;
    }
    case CLAIM_DIFFERENTIAL:
        return c->order == 1 ? (Mat *)(uintptr_t)a : inner(r, a, u);
    case CLAIM_EQUAL: case CLAIM_BILINEAR:
        return (Mat *)(uintptr_t)a;
    case CLAIM_ENTRIES: case CLAIM_TAYLOR:
        break;
    }
    return NULL;
}

/* A complex gradient moves a real function by the real part. */
static Mat *real_part(Ring *r, Mat *m)
{
    for (size_t i = 0; m && i < m->rows * m->cols; i++)
        ring_make_real(r, m->e + i * r->size);
    return m;
}

const Mat *contracted(Trial *t)
{
    const Claim *c = t->c;
    Eval e;
    Mat *m;
    if (c->form == CLAIM_ENTRIES) {
        m = entries(t);
    } else {
        eval_copy(t, &e);
        for (unsigned v = 0; v < c->nvars; v++)
            if (c->dir[v])
                ptrmap_put(&e.value, c->dir[v], t->dir[v]);
        const Mat *a = answer_at(t, &e);
        m = a ? contract(t, a) : NULL;
    }
    return c->wirtinger[0] == WIRTINGER_GRAD ? real_part(t->ring, m) : m;
}

bool residual(Trial *t, const Mat **a, const Mat **b)
{
    Ring *r = t->ring;
    const Claim *c = t->c;
    Eval e;
    eval_copy(t, &e);
    *a = answer_at(t, &e);
    if (*a && c->space == SPACE_TANGENT) {
        const Mat *x = ptrmap_get(&t->base.value, c->var[0]->sym);
        *a = mat_mul(r, mat_transpose(r, x), *a);
        *b = *a ? structured_part(r, PROP_SKEW, *a) : NULL;
    } else if (*a && (c->var[0]->sym->props & PROP_SPAN)) {
        const Mat *basis = ptrmap_get(&t->base.value, c->var[0]->sym->span);
        *a = vectorised(r, *a); /* its own projection on the basis */
        *b = *a ? mat_mul(r, basis, mat_mul(r, mat_pinv(r, basis), *a)) : NULL;
    } else if (*a) {
        *b = structured_part(r, c->var[0]->sym->props & PROPS_LINEAR, *a);
    }
    return *a && *b;
}
