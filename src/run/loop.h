/* loop.h: a fused pass made ready for its sizes: nodes with registers of a
 * block's length each. */
#ifndef NB_RUN_LOOP_H
#define NB_RUN_LOOP_H

#include "run/frame.h"

enum { LOOP_BLOCK = 256, LOOP_MANY = 64 };

typedef struct CodeNode {
    LoopLeaf leaf;
    OpId op;
    int32_t a, b;    /* registers */
    int32_t reg;     /* where the result goes */
    int32_t arg;     /* OPERAND */
    bool constant;   /* the same in every block: computed once a pass */
    double num;      /* NUM, PI, DIM, and what is the same in every block */
    int64_t lo, hi;  /* BAND */
} CodeNode;

/* Whole passes that have a loop of their own. */
typedef enum LoopKernel { KERNEL_NONE, KERNEL_DOT, KERNEL_SUM } LoopKernel;

typedef struct LoopCode {
    const Loop *loop;
    const Inst *in;
    size_t rows, cols; /* as run: a matrix pass over whole columns may be one
                          column */
    size_t real_rows;
    bool flat;
    bool scalar;       /* 1 x 1 */
    uint32_t nnodes, nregs;
    LoopKernel kernel;
    Val x, y;          /* of a kernel */
    double factor;     /* of a kernel */
    CodeNode node[];
} LoopCode;

/* NULL: no memory. */
LoopCode *loop_code_new(const Frame *f, const Inst *in);
/* Numbers of scratch. */
size_t loop_code_work(const LoopCode *c);

bool loop_run_f64(Frame *f, const LoopCode *c);
bool loop_run_f32(Frame *f, const LoopCode *c);
/* z = op(x) over n entries; false: no such function. */
bool vector_op_f64(OpId op, const double *x, double *z, size_t n);
bool vector_op_f32(OpId op, const float *x, float *z, size_t n);
/* z = op(x, y); xs, ys: that one is a single number (not both). */
bool vector_op2_f64(OpId op, const double *x, bool xs, const double *y,
                    bool ys, double *z, size_t n);
bool vector_op2_f32(OpId op, const float *x, bool xs, const float *y, bool ys,
                    float *z, size_t n);
/* sum(x); sum(x.*y). */
double vector_sum_f64(const double *x, size_t n);
float vector_sum_f32(const float *x, size_t n);
double vector_dot_f64(const double *x, const double *y, size_t n);
float vector_dot_f32(const float *x, const float *y, size_t n);
/* Is no entry NaN or Inf? */
bool vector_finite_f64(const double *x, size_t n);
bool vector_finite_f32(const float *x, size_t n);
/* y = A*x and z = A'*w. */
void vector_both_f64(const double *a, size_t rows, size_t cols,
                     const double *x, double *y, const double *w, double *z);
void vector_both_f32(const float *a, size_t rows, size_t cols, const float *x,
                     float *y, const float *w, float *z);
/* Small products, without a call to BLAS. */
void vector_gemv_f64(const double *a, size_t rows, size_t cols, bool t,
                     double s, const double *x, double *y, bool add);
void vector_gemv_f32(const float *a, size_t rows, size_t cols, bool t, float s,
                     const float *x, float *y, bool add);
void vector_gemm_f64(size_t m, size_t n, size_t k, double s, const double *a,
                     const double *b, bool tb, double *c, bool add);
void vector_gemm_f32(size_t m, size_t n, size_t k, float s, const float *a,
                     const float *b, bool tb, float *c, bool add);

#endif
