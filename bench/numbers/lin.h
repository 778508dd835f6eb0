/* lin.h: linear algebra for the hand-written code: plain loops where the
 * matrices are small, CBLAS and LAPACK above.  Column by column; only the
 * lower triangle of symmetric results is written. */
#ifndef NUMBERS_LIN_H
#define NUMBERS_LIN_H

#include <cblas.h>
#include <stddef.h>

enum { SMALL = 16 };

/* Memory for intermediates, taken from the front. */
typedef struct Work {
    double *at, *end;
    int *pivots;
} Work;
double *take(Work *w, int rows, int cols);

/* C = alpha*op(A)*op(B) + beta*C, op(A) m by k; 'n' or 't'. */
void gemm(char ta, char tb, int m, int n, int k, double alpha,
          const double *A, int lda, const double *B, int ldb, double beta,
          double *C, int ldc);
/* y = alpha*op(A)*x + beta*y, A m by n. */
void gemv(char ta, int m, int n, double alpha, const double *A, int lda,
          const double *x, double beta, double *y);
/* y = A*x and z = A'*x of a square A, read once. */
void gemv_both(int n, const double *A, const double *x, double *y, double *z);
/* y = alpha*A*x + beta*y, A symmetric, both halves stored. */
void symv(int n, double alpha, const double *A, const double *x, double beta,
          double *y);
/* C = alpha*A*B + beta*C, A symmetric m by m. */
void symm(int m, int n, double alpha, const double *A, const double *B,
          double beta, double *C);
/* C = alpha*A*A' + beta*C ('n'; A n by k) or A'*A ('t'; A k by n), half. */
void syrk(char ta, int n, int k, double alpha, const double *A, int lda,
          double beta, double *C, int ldc);
/* C = alpha*A'*B + beta*C known to be symmetric, A and B k by n, half. */
void half_tn(int n, int k, double alpha, const double *A, const double *B,
             double beta, double *C);
/* The same of A*B', A and B n by k. */
void half_nt(int n, int k, double alpha, const double *A, const double *B,
             double beta, double *C);
/* The upper triangle from the lower one. */
void mirror(int n, double *C);
void copy_lower(int n, const double *A, double *B);

/* The lower Cholesky factor in A's lower triangle. */
void chol(int n, double *A);
double chol_logdet(int n, const double *L);
/* From the factor: the lower triangle of the inverse. */
void chol_inverse(int n, double *L);
/* B = op(L)\B ('l') or B/op(L) ('r'); B m by n. */
void trsm(char side, char ta, int m, int n, const double *L, int ldl,
          double *B, int ldb);
void trsv(char ta, int n, const double *L, double *b);
/* A\b, from the factor. */
void chol_solve(int n, int columns, const double *L, double *B);
/* A = P*L*U; then solutions. */
void lu(int n, double *A, int *pivots);
void lu_solve(char ta, int n, int columns, const double *A,
              const int *pivots, double *B);

double dot(size_t n, const double *x, const double *y);

/* The entrywise functions, by vectors of eight. */
__attribute__((simd("notinbranch"), const)) double exp(double);
__attribute__((simd("notinbranch"), const)) double log(double);
__attribute__((simd("notinbranch"), const)) double log1p(double);
__attribute__((simd("notinbranch"), const)) double tanh(double);
double sqrt(double);

#endif
