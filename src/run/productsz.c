/* productsz.c: products of complex matrices, by BLAS. */
#define NB_COMPLEX 1
#include "run/exec.h"

#include <string.h>

typedef struct Mul {
    Frame *f;
    const RunStep *s;
    const Real *a, *b;
    Real *c, alpha, beta;
    int m, n, k, lda, ldb;
    char ta, tb;
} Mul;

static const int one = 1;

static Real alpha_of(const Frame *f, const Inst *x)
{
    double a = x->alpha.den ? (double)x->alpha.num / (double)x->alpha.den : 1;
    return x->scale == PLAN_NONE ? a : a * *(const Real *)f->ptr[x->scale];
}

static void gemm(const Mul *u)
{
    BLAS(u->f).gemm(&u->ta, &u->tb, &u->m, &u->n, &u->k, &u->alpha, u->a,
                    &u->lda, u->b, &u->ldb, &u->beta, u->c, &u->m);
}

static void gemv(const Mul *u, const Real *a, char t, int rows, int cols,
                 const Real *x, Real *y)
{
    BLAS(u->f).gemv(&t, &rows, &cols, &u->alpha, a, &rows, x, &one, &u->beta,
                    y, &one);
}

/* A*x; false: it is none, or the vector, one by its size alone, is
 * conjugated. */
static bool with_vector(const Mul *u)
{
    enum { CACHED = 256 };
    const Inst *x = u->s->in;
    bool symm = x->kind == MAT_SYMM_A;
    if (u->n != 1 || u->tb == 'C' || (x->kind != MAT_GENERAL && !symm))
        return false;
    if (symm && (x->half || u->m > CACHED))
        BLAS(u->f).hemv("L", &u->m, &u->alpha, u->a, &u->lda, u->b, &one,
                        &u->beta, u->c, &one);
    else
        gemv(u, u->a, u->ta, u->lda, u->ta == 'N' ? u->k : u->m, u->b, u->c);
    return true;
}

/* Rows i.., columns j.. of the product; m x n of them. */
static void piece(const Mul *u, int i, int j, int m, int n)
{
    size_t row = (size_t)i, col = (size_t)j;
    const Real *a = u->a + (u->ta == 'N' ? row : row * (size_t)u->lda);
    const Real *b = u->b + (u->tb == 'N' ? col * (size_t)u->ldb : col);
    BLAS(u->f).gemm(&u->ta, &u->tb, &m, &n, &u->k, &u->alpha, a, &u->lda, b,
                    &u->ldb, &u->beta, u->c + col * (size_t)u->m + row, &u->m);
}

/* The lower half of a hermitian product, from i on: two halves of its halves
 * and the block between them. */
static void lower_half(const Mul *u, int i, int n)
{
    enum { LEAST = 32 };
    if (n <= LEAST) {
        piece(u, i, i, n, n);
        return;
    }
    int p = (n / 2 + 7) / 8 * 8;
    lower_half(u, i, p);
    piece(u, i + p, i, n - p, p);
    lower_half(u, i + p, n - p);
}

static void by_kind(const Mul *u)
{
    double alpha = creal(u->alpha), beta = creal(u->beta);
    switch (u->s->in->kind) {
    case MAT_SYRK: /* a number in front of a hermitian one is real */
        BLAS(u->f).herk("L", u->ta == 'N' ? "N" : "C", &u->m, &u->k, &alpha,
                        u->a, &u->lda, &beta, u->c, &u->m);
        break;
    case MAT_HALF:
        lower_half(u, 0, u->m);
        break;
    case MAT_SYMM_A:
        BLAS(u->f).hemm("L", "L", &u->m, &u->n, &u->alpha, u->a, &u->lda,
                        u->b, &u->ldb, &u->beta, u->c, &u->m);
        break;
    case MAT_SYMM_B:
        BLAS(u->f).hemm("R", "L", &u->m, &u->n, &u->alpha, u->b, &u->ldb,
                        u->a, &u->lda, &u->beta, u->c, &u->m);
        break;
    default:
        gemm(u);
    }
}

static char op_of(bool t, bool conj)
{
    return conj ? 'C' : t ? 'T' : 'N';
}

const Dense_c128 *dense_for_c128(const Frame *f, double products)
{
    (void)f;
    (void)products;
    return NULL;
}

bool matmul_two_c128(Frame *f, const RunStep *s)
{
    (void)f;
    (void)s;
    return false;
}

bool matmul_c128(Frame *f, const RunStep *s)
{
    const Inst *x = s->in;
    Mul u = {.f = f, .s = s, .a = f->ptr[x->a], .b = f->ptr[x->b],
             .c = f->ptr[x->out], .alpha = alpha_of(f, x),
             .beta = x->add ? 1 : 0, .m = s->m, .n = s->n, .k = s->k,
             .lda = s->lda, .ldb = s->ldb, .ta = op_of(x->ta, x->ca),
             .tb = op_of(x->tb, x->cb)};
    if (s->count == 0)
        return true;
    if (u.k == 0) {
        if (!x->add)
            memset(u.c, 0, s->count * sizeof *u.c);
        return true;
    }
    if (x->kind == MAT_BOTH) {
        gemv(&u, u.a, 'N', s->lda, u.k, u.b, u.c);
        gemv(&u, u.a, 'T', s->lda, u.k, f->ptr[x->c], f->ptr[x->out2]);
    } else if (!with_vector(&u)) {
        by_kind(&u);
    }
    return true;
}
