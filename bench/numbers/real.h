/* real.h: matrices of quadruple precision, an arena of them. */
#ifndef NUMBERS_REAL_H
#define NUMBERS_REAL_H

#include <stddef.h>

__extension__ typedef __float128 Real;

typedef struct Matrix {
    int rows, cols;
    Real *v; /* column by column */
} Matrix;

/* Everything made in one evaluation; released together. */
typedef struct Pool {
    void **block;
    size_t count, room;
} Pool;

Matrix matrix_new(Pool *p, int rows, int cols);
void pool_clear(Pool *p);
Matrix matrix_product(Pool *p, Matrix a, Matrix b);
Matrix matrix_transpose(Pool *p, Matrix a);
/* The inverse by Gauss-Jordan with row pivots; log|det| into *logdet. */
Matrix matrix_inverse(Pool *p, Matrix a, Real *logdet);

#endif
