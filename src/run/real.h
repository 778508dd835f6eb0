/* real.h: the type that a file of the executor is compiled for.  Each such
 * file is compiled twice: as it is for double, and by a file of three lines
 * that defines NB_FLOAT for float. */
#ifndef NB_REAL_H
#define NB_REAL_H

#ifdef NB_FLOAT
typedef float Real;
#define Each Each_f32
#define NAME(x) x##_f32
#define Small SmallTable_f32
#define Tiles Dense_f32
#define Matrix Matrix_f32
#define BLAS(frame) ((frame)->blas->s)
#define VECTOR(frame) ((frame)->vector32)
#define REAL_EPS 1.1920929e-07f
#else
typedef double Real;
#define Each Each_f64
#define NAME(x) x##_f64
#define Small SmallTable_f64
#define Tiles Dense_f64
#define Matrix Matrix_f64
#define BLAS(frame) ((frame)->blas->d)
#define VECTOR(frame) ((frame)->vector64)
#define REAL_EPS 2.220446049250313e-16
#endif

/* A table of kernels: for a set of instructions (NB_ISA) and this type. */
#define KERNELS3(kind, isa, real) kind##isa##real
#define KERNELS2(kind, isa, real) KERNELS3(kind, isa, real)
#ifdef NB_FLOAT
#define KERNELS(kind) KERNELS2(kind, NB_ISA, _f32)
#else
#define KERNELS(kind) KERNELS2(kind, NB_ISA, _f64)
#endif

#endif
