/* sample.c: where claims are tried: sizes, integers, indices, and values with
 * the declared structure.
 *
 * Small matrices satisfy identities that larger ones do not (trace identities
 * from degree n+1 on), so one draw has every dimension at 3 or more, and
 * draws differ in parity and in which of two dimensions is the larger. */
#include "verify/structure.h"

unsigned draw_patterns(const Names *n)
{
    static const unsigned factorial[] = {1, 3, 2, 6, 24};
    unsigned indices = n->nindices < 5 ? factorial[n->nindices] : 48;
    unsigned parities = n->nintegers && n->ndims + n->nintegers > 2 ? 14 : 1;
    return parities > indices ? parities : indices;
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

/* Is the j-th of the dimensions and integers odd in this draw?  Three of them
 * are odd and even in all ways within 14 draws, as those of det(-A)^k. */
static unsigned is_odd(unsigned draw, unsigned j)
{
    unsigned code = draw - (draw + 1) / 5 + draw / 5;
    return draw % 5 == 3 || !(code >> j % 3 & 1);
}

static unsigned draw_size(unsigned draw, unsigned i, Rng *rng)
{
    unsigned odd = is_odd(draw, i);
    switch (draw % 5) {
    case 0: /* large enough for trace identities to fail */
        return 4 - odd;
    case 1: /* of two, the first the smaller */
        return 2 + 2 * (i % 2) + odd;
    case 2: /* the first the larger */
        return 4 - 2 * (i % 2) + odd;
    case 3: /* what holds of matrices may fail of numbers */
        return 1;
    default:
        return 2 * (1 + (unsigned)rng_below(rng, 2)) + odd -
               (odd && rng_below(rng, 2) ? 2 : 0);
    }
}

/* Powers are drawn by all signs; where a sum runs up to k, a k below 0 has no
 * value. */
static int64_t draw_integer(unsigned draw, unsigned i, unsigned odd, Rng *rng)
{
    int64_t k = 2 * (int64_t)rng_below(rng, 2) + odd;
    return draw % 5 == 1 + i % 3 ? -k : k + 2 * !odd;
}

void draw_sizes(Eval *e, const Names *n, unsigned draw, unsigned pattern,
                Rng *rng)
{
    for (unsigned i = 0; i < n->ndims; i++)
        eval_bind(e, n->dim[i], (int64_t)draw_size(draw, i, rng));
    for (unsigned i = 0; i < n->nintegers; i++)
        eval_bind(e, n->integer[i],
                  draw_integer(draw, i, is_odd(draw, n->ndims + i), rng));
    draw_indices(e, n, pattern, rng);
}

/* --- values */

/* What is drawn is of one of several sorts, as with a root of either sign. */
static void is_of_a_sort(Ring *r)
{
    r->rooted = r->kinked = true;
    if (r->base)
        r->base->rooted = r->base->kinked = true;
}

/* Some rows negated: reflections, too, not rotations alone. */
static Mat *reflected(Ring *r, Mat *q)
{
    void *zero = r->vec(r, 1);
    is_of_a_sort(r);
    for (size_t i = 0; q && zero && i < q->rows; i++)
        for (size_t j = 0, turn = rng_below(&r->rng, 2);
             turn && j < q->cols; j++)
            r->sub(r, at(r, q, i, j), zero, at(r, q, i, j));
    return q;
}

static Mat *cayley(Ring *r, size_t n)
{
    Mat *a = mat_random(r, n, n), *one_ = mat_eye(r, n);
    Mat *s = mat_add(r, a, mat_adjoint(r, a), true);
    return reflected(r, mat_mul(r, mat_add(r, one_, s, true),
                                mat_inv(r, mat_add(r, one_, s, false))));
}

/* Of any rank; zero and the identity, which commute with everything, only
 * where there is no other. */
static Mat *idempotent(Ring *r, size_t n)
{
    is_of_a_sort(r);
    if (n < 2)
        return rng_below(&r->rng, 2) ? mat_eye(r, n) : mat_new(r, n, n);
    size_t k = 1 + (size_t)rng_below(&r->rng, n - 1);
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

/* (M'*M + I)/2^k: no eigenvalue is sure to be above 1, or below. */
static Mat *positive_definite(Ring *r, size_t n)
{
    Mat *m = mat_random(r, n, n);
    void *scale = r->vec(r, 1);
    bool ok;
    if (!m || !scale)
        return NULL;
    r->set_rat(r, scale,
               (Rat){.num = 1, .den = 1 << rng_below(&r->rng, 6)}, &ok);
    return mat_scale(r, near_identity(r, mat_mul(r, mat_adjoint(r, m), m)),
                     scale);
}

/* Of rank n - 1, and symmetric if that is asked for. */
static Mat *singular(Ring *r, uint32_t p, size_t n)
{
    if (n < 2)
        return mat_new(r, n, n);
    Mat *a = mat_random(r, n, n - 1);
    Mat *b = p & PROP_SYMMETRIC
                 ? mat_mul(r, structured_random(r, PROP_SYMMETRIC, n - 1),
                           mat_transpose(r, a))
                 : mat_random(r, n - 1, n);
    return mat_mul(r, a, b);
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
        rows > 512 || cols > 512)
        return NULL;
    if (rows < 1 || cols < 1) { /* [n-10] asks for a larger n */
        e->narrow = true;
        return NULL;
    }
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
    bool structured = p & (PROPS_LINEAR | PROP_ORTHOGONAL | PROP_UNITARY |
                           PROP_IDEMPOTENT | PROP_POSDEF | PROP_HERMITIAN |
                           PROP_SINGULAR);
    if (rows != cols || !structured) {
        Mat *m = mat_random(r, n, (size_t)cols);
        return r->mode >= (rows == cols ? 4 : 8) && r->mode < MODE_WIDE &&
                       !tangent && rows > 1 && cols > 1
                   ? near_identity(r, m)
                   : m;
    }
    if (!tangent && (p & (PROP_ORTHOGONAL | PROP_UNITARY)))
        return cayley(r, n);
    if (!tangent && (p & PROP_IDEMPOTENT))
        return idempotent(r, n);
    if ((p & PROP_POSDEF) && !tangent)
        return positive_definite(r, n);
    if ((p & PROP_SINGULAR) && !tangent &&
        !(p & PROPS_LINEAR & ~(uint32_t)PROP_SYMMETRIC))
        return singular(r, p, n);
    Mat *m = p & PROPS_LINEAR ? structured_random(r, p, n)
                              : mat_random(r, n, n);
    if (p & PROP_HERMITIAN)
        m = mat_add(r, m, mat_adjoint(r, m), false);
    return r->mode >= 4 && r->mode < MODE_WIDE && !tangent &&
                   !(p & PROP_SKEW)
               ? near_identity(r, m)
               : m;
}
