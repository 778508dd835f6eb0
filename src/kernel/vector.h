/* vector.h: the kernels: loops over arrays that the compiler vectorises, built
 * once for each set of instructions that processors have; one table each. */
#ifndef NB_RUN_VECTOR_H
#define NB_RUN_VECTOR_H

#include "know/op.h"
#include "kernel/dense.h"

#include <stdbool.h>
#include <stddef.h>

/* What gemm below can hold of op(A): rows, rounded up to 64 bytes, times
 * columns, in 64 bytes. */
enum { VECTOR_PANELS = 160 };

/* z = f(x[, y[, w]]) entry by entry, n of them; z may be x, y or w.  Functions
 * for x, y or w that are one number for all read the first. */
#define EACH_TYPES(Real, Each, EachTable)                                     \
    typedef void (*Each)(const Real *x, const Real *y, const Real *w,         \
                         Real *z, size_t n);                                  \
    typedef struct EachTable {                                                \
        Each (*one)(OpId op); /* NULL: no such function */                    \
        Each (*two)(OpId op, bool xs, bool ys); /* not both one number */     \
        /* x + y.*w; where y is one number, so is w, and x is none */         \
        Each (*fma)(bool xs, bool ys, bool ws);                               \
    } EachTable

EACH_TYPES(double, Each_f64, EachTable_f64);
EACH_TYPES(float, Each_f32, EachTable_f32);
EACH_TYPES(double _Complex, Each_c128, EachTable_c128);

/* The largest order of what follows. */
enum { VECTOR_SMALL = 24 };

/* Of matrices of order n <= VECTOR_SMALL. */
#define SMALL_TYPES(Real, SmallTable)                                         \
    typedef struct SmallTable {                                               \
        /* op(T)*Z = Z in place, or Z*op(T) if right; Z is m x cols; unit: T's \
           diagonal is ones */                                                \
        void (*solve)(const Real *t, size_t n, bool lower, bool trans,        \
                      bool unit, bool right, Real *z, size_t m, size_t cols); \
        /* the lower Cholesky factor in place; 0, or the order of the first   \
           leading minor that is not positive */                              \
        size_t (*chol)(Real *a, size_t n);                                    \
        /* LU factors in place, pivots from 1; 0, or the first that is zero */ \
        size_t (*lu)(Real *a, size_t n, int *pivot);                          \
    } SmallTable

SMALL_TYPES(double, SmallTable_f64);
SMALL_TYPES(float, SmallTable_f32);
SMALL_TYPES(double _Complex, SmallTable_c128);

#define VECTOR_TABLE(Real, Each, Small, Dense, Table)                         \
    typedef struct Table {                                                    \
        const Each *each;                                                     \
        const Small *small;                                                   \
        const Dense *dense; /* NULL: BLAS is the better one */                \
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

VECTOR_TABLE(double, EachTable_f64, SmallTable_f64, Dense_f64, Vector_f64);
VECTOR_TABLE(float, EachTable_f32, SmallTable_f32, Dense_f32, Vector_f32);
/* Products and factors of complex matrices are BLAS's: NULL. */
VECTOR_TABLE(double _Complex, EachTable_c128, SmallTable_c128, Dense_c128,
             Vector_c128);

/* x86-64 levels: with AVX2, with AVX-512. */
typedef enum VectorLevel { VECTOR_BASE, VECTOR_V3, VECTOR_V4 } VectorLevel;

/* NULL: not on this processor, or not in this build. */
const Vector_f64 *vector_at_f64(VectorLevel level);
const Vector_f32 *vector_at_f32(VectorLevel level);
/* The best that this processor can run. */
const Vector_f64 *vector_best_f64(void);
const Vector_f32 *vector_best_f32(void);
const Vector_c128 *vector_best_c128(void);

extern const Vector_f64 vector_base_f64, vector_v3_f64, vector_v4_f64;
extern const Vector_f32 vector_base_f32, vector_v3_f32, vector_v4_f32;
extern const Vector_c128 vector_base_c128, vector_v3_c128, vector_v4_c128;
extern const EachTable_c128 each_base_c128, each_v3_c128, each_v4_c128;
extern const EachTable_f64 each_base_f64, each_v3_f64, each_v4_f64;
extern const SmallTable_f64 small_base_f64, small_v3_f64, small_v4_f64;
extern const SmallTable_f32 small_base_f32, small_v3_f32, small_v4_f32;
extern const EachTable_f32 each_base_f32, each_v3_f32, each_v4_f32;

#endif
