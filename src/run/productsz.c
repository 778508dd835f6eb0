/* productsz.c: products of complex matrices, by BLAS. */
#define NB_COMPLEX 1
#include "run/mul.h"

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

static void by_kind(const Mul *u)
{
    enum { LEAST = 32 };
    double alpha = creal(u->alpha), beta = creal(u->beta);
    switch (u->s->in->kind) {
    case MAT_SYRK: /* a number in front of a hermitian one is real */
        BLAS(u->f).herk("L", u->ta == 'N' ? "N" : "C", &u->m, &u->k, &alpha,
                        u->a, &u->lda, &beta, u->c, &u->m);
        break;
    case MAT_HALF:
        mul_lower_half(u, 0, u->m, LEAST);
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
        mul_piece(u, 0, 0, u->m, u->n);
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
    Mul u = mul_of(f, s, op_of(x->ta, x->ca), op_of(x->tb, x->cb));
    if (mul_empty(&u))
        return true;
    if (x->kind == MAT_BOTH) {
        gemv(&u, u.a, 'N', s->lda, u.k, u.b, u.c);
        gemv(&u, u.a, 'T', s->lda, u.k, f->ptr[x->c], f->ptr[x->out2]);
    } else if (!with_vector(&u)) {
        by_kind(&u);
    }
    return true;
}
