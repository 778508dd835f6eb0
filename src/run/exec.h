/* exec.h: what the files of the executor share. */
#ifndef NB_EXEC_H
#define NB_EXEC_H

#include "kernel/real.h"
#include "run/loop.h"

/* Of this file's type. */
#if defined(NB_COMPLEX)
#define BLAS(frame) ((frame)->blas->z)
#define VECTOR(frame) ((frame)->vector128)
#elif defined(NB_FLOAT)
#define BLAS(frame) ((frame)->blas->s)
#define VECTOR(frame) ((frame)->vector32)
#else
#define BLAS(frame) ((frame)->blas->d)
#define VECTOR(frame) ((frame)->vector64)
#endif

/* The first failure is reported; always false. */
bool run_fail(Frame *f, int code, const RunStep *s, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* products.c */
bool matmul_f64(Frame *f, const RunStep *s);
bool matmul_f32(Frame *f, const RunStep *s);
bool matmul_c128(Frame *f, const RunStep *s); /* productsz.c */
/* This product and the next, where both are of one matrix; false: they are
 * not. */
bool matmul_two_f64(Frame *f, const RunStep *s);
bool matmul_two_f32(Frame *f, const RunStep *s);
bool matmul_two_c128(Frame *f, const RunStep *s);
/* The kernels of dense.h, where they beat BLAS for so many multiplications;
 * or NULL. */
const Dense_f64 *dense_for_f64(const Frame *f, double products);
const Dense_f32 *dense_for_f32(const Frame *f, double products);
const Dense_c128 *dense_for_c128(const Frame *f, double products);
/* factors.c: CHOL, LU, SOLVE, TRISOLVE, INVERSE, LOGDET, DET, FACTOR */
bool factor_f64(Frame *f, const RunStep *s);
bool factor_f32(Frame *f, const RunStep *s);
bool factor_c128(Frame *f, const RunStep *s);
/* kron.c */
bool kron_f64(Frame *f, const RunStep *s);
bool kron_f32(Frame *f, const RunStep *s);
bool kron_c128(Frame *f, const RunStep *s);
/* matfun.c */
bool matrix_fun_f64(Frame *f, const RunStep *s);
bool matrix_fun_f32(Frame *f, const RunStep *s);
bool matrix_fun_c128(Frame *f, const RunStep *s);
/* spectral.c, spectralz.c: eigenvalues, singular values, the pseudoinverse */
bool spectral_f64(Frame *f, const RunStep *s);
bool spectral_f32(Frame *f, const RunStep *s);
bool spectral_c128(Frame *f, const RunStep *s);

#endif
