/* real.h: the type that a file of kernels or of the executor is compiled for:
 * as it is for double, and by files of three lines that define NB_FLOAT for
 * float, NB_COMPLEX for complex numbers of double precision. */
#ifndef NB_REAL_H
#define NB_REAL_H

/* Part: of absolute values.  Full: Real in double precision.  Second: of the
 * condition estimators' second work array.  ADJOINT: what LAPACK calls the
 * conjugate transpose, or of real numbers the transpose.  SMALL_ORDER: up to
 * which there are kernels for factors. */
#if defined(NB_COMPLEX)
#include <complex.h>
#undef complex /* a name like others */
typedef double _Complex Real;
typedef double Part, Second;
typedef double _Complex Full;
#define Each Each_c128
#define NAME(x) x##_c128
#define Small SmallTable_c128
#define Tiles Dense_c128
#define Matrix Matrix_c128
#define REAL_EPS 2.220446049250313e-16
#define RE(x) creal(x)
#define CONJ(x) conj(x)
#define ABS(x) cabs(x)
#define SQUARE(x) (creal(x) * creal(x) + cimag(x) * cimag(x))
#define SCALE(x, e) ((x) * ldexp(1, e))
#define ADJOINT "C"
#define IS_COMPLEX 1
#define SMALL_ORDER 0
#else
#ifdef NB_FLOAT
typedef float Real;
#define Each Each_f32
#define NAME(x) x##_f32
#define Small SmallTable_f32
#define Tiles Dense_f32
#define Matrix Matrix_f32
#define REAL_EPS 1.1920929e-07f
#else
typedef double Real;
#define Each Each_f64
#define NAME(x) x##_f64
#define Small SmallTable_f64
#define Tiles Dense_f64
#define Matrix Matrix_f64
#define REAL_EPS 2.220446049250313e-16
#endif
typedef Real Part;
typedef int Second;
typedef double Full;
#define RE(x) (x)
#define CONJ(x) (x)
#define ABS(x) fabs((double)(x))
#define SQUARE(x) ((x) * (x))
#define SCALE(x, e) (Real) ldexp((double)(x), e)
#define ADJOINT "T"
#define IS_COMPLEX 0
#define SMALL_ORDER VECTOR_SMALL
#endif

/* A table of kernels: for a set of instructions (NB_ISA) and this type. */
#define KERNELS3(kind, isa, real) kind##isa##real
#define KERNELS2(kind, isa, real) KERNELS3(kind, isa, real)
#if defined(NB_COMPLEX)
#define KERNELS(kind) KERNELS2(kind, NB_ISA, _c128)
#elif defined(NB_FLOAT)
#define KERNELS(kind) KERNELS2(kind, NB_ISA, _f32)
#else
#define KERNELS(kind) KERNELS2(kind, NB_ISA, _f64)
#endif

#endif
