/* products.c: matrix products: by BLAS, or by plain loops where the matrices
 * are so small that a call costs more. */
#include "run/mul.h"

enum { SMALL = 24 };

/* What takes longer than `most` is shared among threads, if BLAS has some. */
static bool one_thread(const Frame *f, double products, double most)
{
    return products <= most || (f->blas->threads && f->blas->threads() == 1);
}

const Tiles *NAME(dense_for)(const Frame *f, double products)
{
    return one_thread(f, products, 2e6) ? VECTOR(f)->dense : NULL;
}

/* symv reads half of the matrix; gemv is the faster one where all is there
 * and in the caches. */
enum { CACHED = 128 };

static bool by_half(const Mul *u, int n)
{
    return u->s->in->half || n > CACHED;
}

static void symv(const Mul *u, const Real *a, int n, const Real *x)
{
    BLAS(u->f).symv("L", &n, &u->alpha, a, &n, x, &one, &u->beta, u->c, &one);
}

/* Entries that the caches near the processor hold: of such a matrix a sweep is
 * faster than a call of BLAS. */
enum { NEAR = 40000 };

static void gemv(const Mul *u, const Real *a, int rows, int cols, bool t,
                 const Real *x)
{
    if ((size_t)rows * (size_t)cols <= NEAR ||
        (VECTOR(u->f)->dense && one_thread(u->f, (double)rows * cols, NEAR)))
        VECTOR(u->f)->gemv(a, (size_t)rows, (size_t)cols, t, u->alpha, x, u->c,
                          u->beta != 0);
    else
        BLAS(u->f).gemv(t ? "T" : "N", &rows, &cols, &u->alpha, a, &rows, x,
                        &one, &u->beta, u->c, &one);
}

/* A*x, or x'*B as B'*x. */
static void with_vector(const Mul *u)
{
    const Inst *x = u->s->in;
    if (u->n == 1 && x->kind == MAT_SYMM_A && by_half(u, u->m))
        symv(u, u->a, u->m, u->b);
    else if (u->n == 1)
        gemv(u, u->a, u->lda, u->ta == 'T' ? u->m : u->k, u->ta == 'T', u->b);
    else if (x->kind == MAT_SYMM_B && by_half(u, u->n))
        symv(u, u->b, u->n, u->a);
    else
        gemv(u, u->b, u->ldb, u->tb == 'T' ? u->k : u->n, u->tb != 'T', u->a);
}

static bool small(const Mul *u)
{
    size_t m = (size_t)u->m, n = (size_t)u->n, k = (size_t)u->k;
    size_t wide = 64 / sizeof(Real);
    return m * n * k <= SMALL * SMALL * SMALL &&
           (m + wide - 1) / wide * k <= VECTOR_PANELS;
}

static double products_of(const Mul *u)
{
    return (double)u->m * u->n * u->k;
}

static Matrix left_of(const Mul *u)
{
    return (Matrix){u->a, (size_t)u->lda, u->ta == 'T'};
}

static Matrix right_of(const Mul *u)
{
    return (Matrix){u->b, (size_t)u->ldb, u->tb == 'T'};
}

/* Past the sizes for which BLAS has a kernel that packs nothing, which it has
 * for AVX-512 alone; unless one side is so short that packing is most of the
 * work. */
static bool by_tiles(const Mul *u)
{
    enum { SHORT = 24 };
    const Frame *f = u->f;
    const Tiles *d = NAME(dense_for)(f, 2 * products_of(u));
    bool wider = f->blas->narrow && VECTOR(f) == NAME(vector_at)(VECTOR_V4);
    if (!d || products_of(u) <= (wider ? 1e5 : 1e6) || u->m < SHORT || u->n < SHORT ||
        u->k < SHORT)
        return false;
    d->gemm((size_t)u->m, (size_t)u->n, (size_t)u->k, u->alpha, left_of(u),
            right_of(u), u->c, (size_t)u->m, u->beta != 0, u->f->work);
    return true;
}

/* X'*diag(d.^2)*X where diag(d)*X would have been made for the product. */
static bool scaled_by_tiles(const Mul *u)
{
    const Inst *x = u->s->in;
    const Tiles *t = NAME(dense_for)(u->f, products_of(u) / 2);
    const Real *by = u->f->ptr[x->by];
    Mul v = *u;
    Real *d = u->f->work;
    size_t k = (size_t)u->k;
    if (!t)
        return false;
    for (size_t l = 0; l < k; l++)
        d[l] = by[l] * by[l];
    v.a = v.b = u->f->ptr[x->whole];
    t->half((size_t)u->m, k, u->alpha, left_of(&v), d, right_of(&v), u->c,
            (size_t)u->m, u->beta != 0, d + (k + 63) / 64 * 64);
    return true;
}

/* What the pass before would have made. */
static void make_scaled(const Mul *u)
{
    const Inst *x = u->s->in;
    const Real *by = u->f->ptr[x->by], *a = u->f->ptr[x->whole];
    Real *z = u->f->ptr[x->a];
    for (int j = 0; j < (u->ta == 'T' ? u->m : u->k); j++)
        for (int i = 0; i < u->lda; i++)
            *z++ = *a++ * by[u->ta == 'T' ? i : j];
}

static bool half_by_tiles(const Mul *u)
{
    const Tiles *d = NAME(dense_for)(u->f, products_of(u) / 2);
    if (d)
        d->half((size_t)u->m, (size_t)u->k, u->alpha, left_of(u), NULL,
                right_of(u), u->c, (size_t)u->m, u->beta != 0, u->f->work);
    return d != NULL;
}

/* Of few terms, or few entries: column by column, as packing would be most of
 * the work. */
static bool thin(const Mul *u)
{
    enum { FEW = 8, MANY = 64 };
    bool terms = u->ta == 'N' && u->k <= FEW && u->m >= MANY;
    bool sums = u->ta == 'T' && u->tb == 'N' && u->m <= 2 * FEW &&
                u->n <= FEW && u->k >= MANY;
    Real x[FEW];
    size_t rows = (size_t)(terms ? u->m : u->k);
    size_t cols = (size_t)(terms ? u->k : u->m);
    if (!terms && !sums)
        return false;
    for (int j = 0; j < u->n; j++) {
        const Real *b = u->tb == 'T' ? x : u->b + (size_t)j * (size_t)u->ldb;
        for (int l = 0; u->tb == 'T' && l < u->k; l++)
            x[l] = u->b[(size_t)l * (size_t)u->ldb + (size_t)j];
        VECTOR(u->f)->gemv(u->a, rows, cols, sums, u->alpha, b,
                           u->c + (size_t)j * (size_t)u->m, u->beta != 0);
    }
    return true;
}

static bool pair_by_tiles(const Mul *u)
{
    const Tiles *d = NAME(dense_for)(u->f, products_of(u));
    if (d && u->m > SMALL / 2)
        d->pair((size_t)u->m, (size_t)u->k, u->alpha, left_of(u), right_of(u),
                u->c, (size_t)u->m, u->beta != 0, u->f->work);
    return d && u->m > SMALL / 2;
}

static void gemm(const Mul *u)
{
    if (small(u))
        VECTOR(u->f)->gemm((size_t)u->m, (size_t)u->n, (size_t)u->k, u->alpha,
                           u->a, u->ta == 'T', u->b, u->tb == 'T', u->c,
                           u->beta != 0);
    else if (!thin(u) && !by_tiles(u))
        mul_piece(u, 0, 0, u->m, u->n);
}

static void half(const Mul *u)
{
    if (u->m <= SMALL / 2)
        gemm(u);
    else if (half_by_tiles(u))
        return;
    else if (u->m <= 2 * SMALL)
        gemm(u);
    else
        mul_lower_half(u, 0, u->m, 2 * SMALL);
}

/* One is square and triangular; the other is copied to where the product
 * goes. */
static void trmm(const Mul *u, bool left)
{
    const Real *a = left ? u->a : u->b, *b = left ? u->b : u->a;
    const char *t = left ? &u->ta : &u->tb;
    bool turn = (left ? u->tb : u->ta) == 'T';
    size_t m = (size_t)u->m, n = (size_t)u->n;
    if (turn)
        VECTOR(u->f)->transpose(b, n, n, m, u->c, m);
    else
        memcpy(u->c, b, m * n * sizeof *b);
    BLAS(u->f).trmm(left ? "L" : "R", u->s->in->upper ? "U" : "L", t, "N",
                    &u->m, &u->n, &u->alpha, a, left ? &u->m : &u->n, u->c,
                    &u->m);
}

static void by_kind(const Mul *u)
{
    const Inst *x = u->s->in;
    switch (x->kind) {
    case MAT_SYRK:
        if (u->f->unmade[x->a] && scaled_by_tiles(u))
            break;
        if (u->f->unmade[x->a])
            make_scaled(u);
        if (u->m <= SMALL / 2)
            gemm(u);
        else if (!half_by_tiles(u))
            BLAS(u->f).syrk("L", &u->ta, &u->m, &u->k, &u->alpha, u->a,
                            &u->lda, &u->beta, u->c, &u->m);
        break;
    case MAT_HALF:
        half(u);
        break;
    case MAT_SYR2K:
        if (pair_by_tiles(u))
            break;
        half(u);
        half(&(Mul){.f = u->f, .s = u->s, .a = u->b, .b = u->a, .c = u->c,
                    .alpha = u->alpha, .beta = 1, .m = u->n, .n = u->m,
                    .k = u->k, .lda = u->ldb, .ldb = u->lda,
                    .ta = u->tb == 'T' ? 'N' : 'T',
                    .tb = u->ta == 'T' ? 'N' : 'T'});
        break;
    case MAT_SYMM_A:
        BLAS(u->f).symm("L", "L", &u->m, &u->n, &u->alpha, u->a, &u->lda,
                        u->b, &u->ldb, &u->beta, u->c, &u->m);
        break;
    case MAT_SYMM_B:
        BLAS(u->f).symm("R", "L", &u->m, &u->n, &u->alpha, u->b, &u->ldb,
                        u->a, &u->lda, &u->beta, u->c, &u->m);
        break;
    case MAT_TRMM_A:
    case MAT_TRMM_B:
        if (u->m * u->n <= SMALL * SMALL || u->beta != 0)
            gemm(u);
        else
            trmm(u, x->kind == MAT_TRMM_A);
        break;
    default:
        gemm(u);
    }
}

bool NAME(matmul_two)(Frame *f, const RunStep *s)
{
    const Inst *x = s->in, *y = s[1].in;
    if (f->ptr[y->out] == f->ptr[x->b] || f->ptr[x->out] == f->ptr[y->b])
        return false;
    VECTOR(f)->two(f->ptr[x->a], (size_t)s->lda,
                   (size_t)(x->ta ? s->m : s->k), x->ta, f->ptr[x->b],
                   f->ptr[x->out], f->ptr[y->b], f->ptr[y->out]);
    return true;
}

bool NAME(matmul)(Frame *f, const RunStep *s)
{
    const Inst *x = s->in;
    Mul u = mul_of(f, s, x->ta ? 'T' : 'N', x->tb ? 'T' : 'N');
    if (mul_empty(&u))
        return true;
    if (x->kind == MAT_SYR2K && u.m == 1)
        u.alpha *= 2; /* a number and its transpose */
    /* a vector may be meant as its transpose: it is stored the same */
    if (x->kind == MAT_BOTH)
        VECTOR(f)->both(u.a, (size_t)s->lda, (size_t)u.k, u.b, u.c,
                          f->ptr[x->c], f->ptr[x->out2]);
    else if (u.n == 1 || u.m == 1)
        with_vector(&u);
    else
        by_kind(&u);
    return true;
}
