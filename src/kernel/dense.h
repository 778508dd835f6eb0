/* dense.h: products of which half is wanted, triangular systems and Cholesky
 * factors of medium size, at which BLAS and LAPACK lose half of their speed.
 * One processor. */
#ifndef NB_RUN_DENSE_H
#define NB_RUN_DENSE_H

#include <stdbool.h>
#include <stddef.h>

/* Column by column; a matrix's columns are ld apart; t: its transpose. */
#define DENSE_TABLE(Real, Table, Matrix)                                      \
    typedef struct Matrix {                                                   \
        const Real *a;                                                        \
        size_t ld;                                                            \
        bool t;                                                               \
    } Matrix;                                                                 \
    typedef struct Table {                                                    \
        /* c = [c +] s*a*b, m x k and k x n */                                \
        void (*gemm)(size_t m, size_t n, size_t k, Real s, Matrix a, Matrix b,\
                     Real *c, size_t ldc, bool add, Real *work);              \
        /* the lower half of it, m x m; with diag(d) between a and b unless   \
           that is NULL */                                                    \
        void (*half)(size_t m, size_t k, Real s, Matrix a, const Real *d,     \
                     Matrix b, Real *c, size_t ldc, bool add, Real *work);    \
        /* the lower half of [c +] s*(a*b + (a*b)') */                        \
        void (*pair)(size_t m, size_t k, Real s, Matrix a, Matrix b, Real *c, \
                     size_t ldc, bool add, Real *work);                       \
        /* b = inv(op(T))*b or b*inv(op(T)) if `right`, T n x n lower (or     \
           `upper`) triangular with 1 on its diagonal if `unit`; m columns or \
           rows */                                                            \
        void (*solve)(size_t n, size_t m, Matrix tri, bool upper, bool unit,  \
                      bool right, Real *b, size_t ldb, Real *work);           \
        /* a's lower half becomes its Cholesky factor: 0, or the order of     \
           the leading minor that is not positive */                          \
        size_t (*chol)(size_t n, Real *a, size_t lda, Real *work);            \
        /* z's lower half = inv(l*l') */                                      \
        void (*inverse)(size_t n, const Real *l, Real *z, Real *work);        \
    } Table

DENSE_TABLE(double, Dense_f64, Matrix_f64);
DENSE_TABLE(float, Dense_f32, Matrix_f32);
DENSE_TABLE(double _Complex, Dense_c128, Matrix_c128); /* there is none */

/* Numbers of scratch, where n is the largest of the sizes and k the number of
 * terms, or twice that for `pair`; `inverse` needs n*n more. */
size_t dense_work(size_t n, size_t k);

extern const Dense_f64 dense_base_f64, dense_v3_f64, dense_v4_f64;
extern const Dense_f32 dense_base_f32, dense_v3_f32, dense_v4_f32;

#endif
