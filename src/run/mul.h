/* mul.h: a product with its numbers, and what the files of products make of it
 * alike for every type. */
#ifndef NB_RUN_MUL_H
#define NB_RUN_MUL_H

#include "run/exec.h"

#include <string.h>

typedef struct Mul {
    Frame *f;
    const RunStep *s;
    const Real *a, *b;
    Real *c, alpha, beta;
    int m, n, k, lda, ldb;
    char ta, tb; /* as BLAS has it */
} Mul;

static const int one = 1;

static inline Mul mul_of(Frame *f, const RunStep *s, char ta, char tb)
{
    const Inst *x = s->in;
    Real alpha = (Real)s->alpha;
    if (x->scale != PLAN_NONE)
        alpha *= *(const Real *)f->ptr[x->scale];
    return (Mul){.f = f, .s = s, .a = f->ptr[x->a], .b = f->ptr[x->b],
                 .c = f->ptr[x->out], .alpha = alpha,
                 .beta = x->add ? 1 : 0, .m = s->m, .n = s->n, .k = s->k,
                 .lda = s->lda, .ldb = s->ldb, .ta = ta, .tb = tb};
}

/* Of no entries, or sums of nothing: done with that. */
static inline bool mul_empty(const Mul *u)
{
    if (u->s->count && u->k == 0 && !u->s->in->add)
        memset(u->c, 0, u->s->count * sizeof *u->c);
    return u->s->count == 0 || u->k == 0;
}

/* Rows i.., columns j.. of the product by BLAS; m x n of them. */
static inline void mul_piece(const Mul *u, int i, int j, int m, int n)
{
    size_t row = (size_t)i, col = (size_t)j;
    const Real *a = u->a + (u->ta == 'N' ? row : row * (size_t)u->lda);
    const Real *b = u->b + (u->tb == 'N' ? col * (size_t)u->ldb : col);
    BLAS(u->f).gemm(&u->ta, &u->tb, &m, &n, &u->k, &u->alpha, a, &u->lda, b,
                    &u->ldb, &u->beta, u->c + col * (size_t)u->m + row, &u->m);
}

/* The lower half of a product that is its own adjoint, from i on: two halves
 * of its halves and the block between them; whole where n <= least. */
static inline void mul_lower_half(const Mul *u, int i, int n, int least)
{
    if (n <= least) {
        mul_piece(u, i, i, n, n);
        return;
    }
    int p = (n / 2 + 7) / 8 * 8;
    mul_lower_half(u, i, p, least);
    mul_piece(u, i + p, i, n - p, p);
    mul_lower_half(u, i + p, n - p, least);
}

#endif
