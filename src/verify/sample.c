/* sample.c: where claims are tried: sizes, integers, indices, and values with
 * the declared structure.
 *
 * Small matrices satisfy identities that larger ones do not (trace identities
 * from degree n+1 on), so one draw has every dimension at 3 or more, and
 * draws differ in parity and in which of two dimensions is the larger. */
#include "verify/structure.h"

static void add_name(const char **list, unsigned *n, unsigned max,
                     const char *name)
{
    for (unsigned i = 0; i < *n; i++)
        if (list[i] == name)
            return;
    if (*n < max)
        list[(*n)++] = name;
}

typedef struct Walk {
    Ctx *ctx;
    Names *n;
    PtrMap seen;
    const char *bound[64]; /* names that a sum binds somewhere */
    unsigned nbound;
    const Dim *poly[256];  /* integer polynomials met */
    unsigned npoly;
} Walk;

static bool walk_dim_name(void *walk, const char *name)
{
    Names *n = ((Walk *)walk)->n;
    add_name(n->dim, &n->ndims, 64, name);
    return true;
}

static void walk_dim(Walk *w, const Dim *d)
{
    if (d)
        dim_each(d, walk_dim_name, w);
}

static void walk(Walk *w, const Tree *t)
{
    if (!t || ptrmap_has(&w->seen, t) || !ptrmap_put(&w->seen, t, w))
        return;
    if (t->op == OP_SUMI) {
        add_name(w->bound, &w->nbound, 64, t->sym->name);
        if (t->nkids == 1)
            walk_dim(w, t->sym->hi);
    } else {
        walk_dim(w, t->rows);
        walk_dim(w, t->cols);
    }
    if (t->op == OP_INT && w->npoly < 256)
        w->poly[w->npoly++] = t->dim;
    if (t->op == OP_SYM && t->sym->kind == SYM_FUNCTION)
        for (unsigned i = 0; i < t->sym->nargs; i++) {
            walk_dim(w, t->sym->args[i]->rows);
            walk_dim(w, t->sym->args[i]->cols);
        }
    if (t->op == OP_SYM && t->sym->span) {
        walk_dim(w, t->sym->span->rows);
        walk_dim(w, t->sym->span->cols);
    }
    if (t->op == OP_SYM && (t->sym->kind == SYM_QUANTITY ||
                            t->sym->kind == SYM_FUNCTION)) {
        bool known = false;
        for (unsigned i = 0; i < w->n->nsyms; i++)
            known = known || w->n->sym[i] == t->sym;
        if (!known && w->n->nsyms < 64)
            w->n->sym[w->n->nsyms++] = t->sym;
    }
    if (t->op == OP_SYM && t->sym->kind == SYM_INDEX) {
        bool known = false;
        for (unsigned i = 0; i < w->n->nindices; i++)
            known = known || w->n->index[i]->name == t->sym->name;
        if (!known && w->n->nindices < 32)
            w->n->index[w->n->nindices++] = t->sym;
        if (t->sym->hi)
            walk_dim(w, t->sym->hi);
    }
    if (t->op == OP_SYM && t->sym->kind == SYM_INTEGER)
        add_name(w->n->integer, &w->n->nintegers, 32, t->sym->name);
    for (uint32_t i = 0; i < t->nkids; i++)
        walk(w, t->kid[i]);
}

static bool listed(const char *const *list, unsigned n, const char *name)
{
    for (unsigned i = 0; i < n; i++)
        if (list[i] == name)
            return true;
    return false;
}

static bool walk_integer(void *walk, const char *name)
{
    Walk *w = walk;
    Names *n = w->n;
    bool index = listed(w->bound, w->nbound, name);
    for (unsigned q = 0; q < n->nindices; q++)
        index = index || n->index[q]->name == name;
    if (!index && !listed(n->dim, n->ndims, name))
        add_name(n->integer, &n->nintegers, 32, name);
    return true;
}

/* Symbols in polynomials that are neither dimensions nor bound: integers. */
static void walk_integers(Walk *w)
{
    for (unsigned p = 0; p < w->npoly; p++)
        dim_each(w->poly[p], walk_integer, w);
}

bool names_of(Ctx *ctx, const Claim *c, Names *n)
{
    Walk *w = ARENA_NEW(ctx->arena, Walk);
    if (!w)
        return false;
    *n = (Names){0};
    w->ctx = ctx;
    w->n = n;
    ptrmap_init(&w->seen, ctx->arena);
    walk(w, c->input);
    walk(w, c->answer);
    for (unsigned i = 0; i < c->nvars; i++)
        walk(w, c->var[i]);
    for (unsigned i = 0; i < 8; i++) {
        if (c->dir[i]) {
            walk_dim(w, c->dir[i]->rows);
            walk_dim(w, c->dir[i]->cols);
        }
        if (i < c->nindex)
            walk_dim(w, c->index[i]->hi);
    }
    walk_integers(w);
    /* bound indices are drawn by their sums */
    unsigned kept = 0;
    for (unsigned i = 0; i < n->nindices; i++)
        if (!listed(w->bound, w->nbound, n->index[i]->name))
            n->index[kept++] = n->index[i];
    n->nindices = kept;
    return !ctx_failed(ctx);
}

unsigned draw_patterns(const Names *n)
{
    static const unsigned factorial[] = {1, 3, 2, 6, 24};
    return n->nindices < 5 ? factorial[n->nindices] : 48;
}

static int64_t index_range(const Eval *e, const Sym *s)
{
    int64_t v;
    int64_t hi = s->hi && eval_dim(e, s->hi, &v) ? v : 2;
    return hi > 0 ? hi : 1;
}

/* What holds at indices that differ may fail where two are equal, or where
 * one is first or last.  The digits of the pattern to the bases 2, 3, ... say
 * which index each one equals: an earlier one, or none. */
static void draw_indices(Eval *e, const Names *n, unsigned pattern, Rng *rng)
{
    int64_t value[32], least = INT64_MAX;
    unsigned code = pattern;
    for (unsigned i = 0; i < n->nindices; i++) {
        int64_t hi = index_range(e, n->index[i]);
        least = hi < least ? hi : least;
    }
    int64_t first = (int64_t)rng_below(rng, (uint64_t)least);
    if (pattern % 3 < 2)
        first = pattern % 3 ? least - 1 : 0;
    for (unsigned i = 0; i < n->nindices; code /= ++i) {
        unsigned like = i - code % (i + 1); /* itself: none */
        int64_t hi = index_range(e, n->index[i]);
        value[i] = like < i ? value[like] : 1 + (first + i) % least;
        if (like == i && hi > least && rng_below(rng, 2))
            value[i] = least + 1 + (int64_t)rng_below(rng,
                                                      (uint64_t)(hi - least));
        if (value[i] > hi)
            value[i] = hi;
        eval_bind(e, n->index[i]->name, value[i]);
    }
}

void draw_sizes(Eval *e, const Names *n, unsigned draw, unsigned pattern,
                Rng *rng)
{
    for (unsigned i = 0; i < n->ndims; i++) {
        uint64_t k;
        switch (draw % 4) {
        case 0: /* large enough for trace identities to fail */
            k = 3 + (i + rng_below(rng, 2)) % 2;
            break;
        case 1: /* of two, the first the smaller */
            k = 2 + i % 4;
            break;
        case 2: /* the first the larger */
            k = 5 - i % 4;
            break;
        default:
            k = 2 + rng_below(rng, 4);
        }
        eval_bind(e, n->dim[i], (int64_t)k);
    }
    for (unsigned i = 0; i < n->nintegers; i++)
        eval_bind(e, n->integer[i], 1 + (int64_t)((draw + rng_below(rng, 4)) %
                                                  5));
    draw_indices(e, n, pattern, rng);
}

/* --- values */

static Mat *cayley(Ring *r, size_t n)
{
    Mat *a = mat_random(r, n, n), *one_ = mat_eye(r, n);
    Mat *s = mat_add(r, a, mat_adjoint(r, a), true);
    return mat_mul(r, mat_add(r, one_, s, true),
                   mat_inv(r, mat_add(r, one_, s, false)));
}

static Mat *idempotent(Ring *r, size_t n)
{
    size_t k = n > 1 ? n / 2 : 1;
    Mat *a = mat_random(r, n, k), *q = mat_random(r, k, n);
    return mat_mul(r, a, mat_mul(r, mat_inv(r, mat_mul(r, q, a)), q));
}

static Mat *near_identity(Ring *r, Mat *m)
{
    bool ok;
    void *one_ = r->vec(r, 1);
    if (!m || !one_)
        return NULL;
    r->set_rat(r, one_, rat_int(1), &ok);
    for (size_t i = 0; i < m->rows && i < m->cols; i++)
        r->add(r, at(r, m, i, i), at(r, m, i, i), one_);
    return m;
}

/* reshape(B*theta, n, m) with a random theta. */
static Mat *spanned(Eval *e, const Sym *s, size_t n, size_t m)
{
    Ring *r = e->ring;
    const Mat *b = ptrmap_get(&e->value, s->span);
    Mat *x = mat_new(r, n, m), *theta, *v;
    if (!b) {
        Mat *drawn = draw_value(e, s->span, false);
        if (!drawn || !ptrmap_put(&e->value, s->span, drawn))
            return NULL;
        b = drawn;
    }
    theta = mat_random(r, b->cols, 1);
    v = mat_mul(r, b, theta);
    for (size_t j = 0; v && x && j < m; j++)
        for (size_t i = 0; i < n; i++)
            r->set(r, at(r, x, i, j), v->e + (j * n + i) * r->size);
    return v ? x : NULL;
}

Mat *draw_value(Eval *e, const Sym *s, bool tangent)
{
    Ring *r = e->ring;
    int64_t rows, cols;
    r->draws_real = !(s->props & PROP_COMPLEX);
    if (s->kind == SYM_FUNCTION)
        return draw_function(e, s);
    if (!eval_dim(e, s->rows, &rows) || !eval_dim(e, s->cols, &cols) ||
        rows < 0 || cols < 0 || rows > 512 || cols > 512)
        return NULL;
    size_t n = (size_t)rows;
    uint32_t p = s->props;
    if (p & PROP_SPAN)
        return spanned(e, s, n, (size_t)cols);
    if ((p & PROP_POSITIVE) && !tangent) {
        Mat *m = mat_random(r, n, (size_t)cols);
        for (size_t i = 0; m && i < n * (size_t)cols; i++)
            r->mul(r, m->e + i * r->size, m->e + i * r->size,
                   m->e + i * r->size);
        return m;
    }
    if (rows == 1 || cols == 1 || rows != cols) {
        Mat *m = mat_random(r, n, (size_t)cols);
        return r->mode >= 8 && !tangent && rows > 1 && cols > 1
                   ? near_identity(r, m)
                   : m;
    }
    if (!tangent && (p & (PROP_ORTHOGONAL | PROP_UNITARY)))
        return cayley(r, n);
    if (!tangent && (p & PROP_IDEMPOTENT))
        return idempotent(r, n);
    if ((p & PROP_POSDEF) && !tangent) {
        Mat *m = mat_random(r, n, n);
        return near_identity(r, mat_mul(r, mat_adjoint(r, m), m));
    }
    Mat *m = p & PROPS_LINEAR ? structured_random(r, p, n)
                              : mat_random(r, n, n);
    if (p & PROP_HERMITIAN)
        m = mat_add(r, m, mat_adjoint(r, m), false);
    return r->mode >= 4 && !tangent && !(p & PROP_SKEW) ? near_identity(r, m)
                                                        : m;
}

/* --- a bound on the total degree of numerator and denominator, for the
 * chance that a wrong answer passes */

static double degree(Eval *e, PtrMap *memo, const Tree *t)
{
    uintptr_t known = (uintptr_t)ptrmap_get(memo, t);
    if (known)
        return (double)known;
    double most = 0, sum = 0, d;
    int64_t n = 1;
    for (uint32_t i = 0; i < t->nkids; i++) {
        d = degree(e, memo, t->kid[i]);
        most = d > most ? d : most;
        sum += d;
    }
    switch (t->op) {
    case OP_SYM:
        d = 1;
        break;
    case OP_INV: case OP_DET: case OP_ADJ: case OP_PINV: case OP_LOGDET:
        if (!eval_dim(e, t->kid[0]->rows, &n))
            n = 8;
        d = 2 * (double)n * (most + 1) + 2;
        break;
    case OP_APPLY: case OP_DAPPLY:
        d = 8 * (most + 2);
        break;
    case OP_POW: case OP_EPOW:
        d = 16 * (most + 1);
        break;
    case OP_ADD: case OP_EADD: case OP_ESUB: /* common denominators */
    case OP_MUL: case OP_HAD: case OP_KRON: case OP_DIV: case OP_EDIV:
        d = sum;
        break;
    default:
        d = most + 1;
    }
    if (d < 1)
        d = 1;
    if (d > 1e15)
        d = 1e15;
    ptrmap_put(memo, t, (void *)(uintptr_t)d);
    return d;
}

double degree_of(Eval *e, const Tree *t)
{
    PtrMap memo;
    ptrmap_init(&memo, e->ring->ctx->arena);
    return degree(e, &memo, t);
}
