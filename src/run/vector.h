/* vector.h: the kernels: loops over arrays that the compiler vectorises, built
 * once for each set of instructions that processors have; one table each. */
#ifndef NB_RUN_VECTOR_H
#define NB_RUN_VECTOR_H

#include "know/op.h"

#include <stdbool.h>
#include <stddef.h>

/* What gemm below can hold of op(A): rows, rounded up to 64 bytes, times
 * columns, in 64 bytes. */
enum { VECTOR_PANELS = 160 };

/* xs, ys, ws: that operand is a single number. */
#define VECTOR_TABLE(Real, Table)                                             \
    typedef struct Table {                                                    \
        /* z = op(x) over n entries; false: no such function */               \
        bool (*op)(OpId op, const Real *x, Real *z, size_t n);                \
        /* z = op(x, y), not both numbers */                                  \
        bool (*op2)(OpId op, const Real *x, bool xs, const Real *y, bool ys,  \
                    Real *z, size_t n);                                       \
        /* z = x + y.*w; y is no number */                                    \
        void (*fma)(const Real *x, bool xs, const Real *y, const Real *w,     \
                    bool ws, Real *z, size_t n);                              \
        /* sum, prod, maxof or minof of x; and of z and x, entry by entry */  \
        Real (*fold)(OpId fold, const Real *x, size_t n);                     \
        void (*gather)(OpId fold, const Real *x, Real *z, size_t n);          \
        Real (*dot)(const Real *x, const Real *y, size_t n);                  \
        bool (*finite)(const Real *x, size_t n); /* no entry NaN or Inf */    \
        /* y = A*x and z = A'*w */                                            \
        void (*both)(const Real *a, size_t rows, size_t cols, const Real *x,  \
                     Real *y, const Real *w, Real *z);                        \
        /* y = A*x and z = A*w, or with A' if t */                             \
        void (*two)(const Real *a, size_t rows, size_t cols, bool t,          \
                    const Real *x, Real *y, const Real *w, Real *z);          \
        /* small products, without a call to BLAS: y = [y +] s*A*x, A'*x if   \
           t; C = [C +] s*op(A)*op(B), A in VECTOR_PANELS */                  \
        void (*gemv)(const Real *a, size_t rows, size_t cols, bool t, Real s, \
                     const Real *x, Real *y, bool add);                       \
        void (*gemm)(size_t m, size_t n, size_t k, Real s, const Real *a,     \
                     bool ta, const Real *b, bool tb, Real *c, bool add);     \
        /* z = x', x has m rows (lda apart) and n columns; z's columns are    \
           ldz apart */                                                       \
        void (*transpose)(const Real *x, size_t lda, size_t m, size_t n,      \
                          Real *z, size_t ldz);                               \
        /* z = s*x*y', m x n; z = s*(a + a'), n x n */                        \
        void (*outer)(size_t m, size_t n, Real s, const Real *x,              \
                      const Real *y, Real *z);                                \
        void (*twice_symmetric)(const Real *a, size_t n, Real s, Real *z);    \
    } Table

VECTOR_TABLE(double, Vector_f64);
VECTOR_TABLE(float, Vector_f32);

/* The best that this processor can run. */
const Vector_f64 *vector_best_f64(void);
const Vector_f32 *vector_best_f32(void);

extern const Vector_f64 vector_base_f64, vector_v3_f64, vector_v4_f64;
extern const Vector_f32 vector_base_f32, vector_v3_f32, vector_v4_f32;

#endif
