/* loop.h: a fused pass made ready for its sizes: nodes with registers of a
 * block's length each. */
#ifndef NB_RUN_LOOP_H
#define NB_RUN_LOOP_H

#include "run/frame.h"

enum { LOOP_BLOCK = 256, LOOP_MANY = 64, LOOP_PANEL = 8 };

typedef struct CodeNode {
    LoopLeaf leaf;
    OpId op;
    int32_t a, b, c; /* nodes; fma: a + b*c */
    bool fma;
    bool dead;       /* computed within another */
    int32_t turn;    /* OPERAND, transposed: its panel */
    int32_t reg;     /* where the result goes */
    int32_t arg;     /* OPERAND */
    bool constant;   /* the same in every block: computed once a pass */
    double num;      /* NUM, PI, DIM, and what is the same in every block */
    int64_t lo, hi;  /* BAND */
} CodeNode;

/* Whole passes that have a loop of their own. */
typedef enum LoopKernel {
    KERNEL_NONE,
    KERNEL_DOT,   /* sum(x.*y) */
    KERNEL_SUM,   /* sum(x) */
    KERNEL_OUTER, /* factor*x*y' */
    KERNEL_TWICE  /* factor*(x + x') */
} LoopKernel;

typedef struct LoopCode {
    const Loop *loop;
    const Inst *in;
    size_t rows, cols; /* as run: a matrix pass over whole columns may be one
                          column */
    size_t real_rows;
    bool flat;
    bool scalar;       /* 1 x 1 */
    uint32_t nnodes, nregs, nturns;
    LoopKernel kernel;
    Val x, y;          /* of a kernel */
    double factor;     /* of a kernel */
    CodeNode node[];
} LoopCode;

/* NULL: no memory. */
LoopCode *loop_code_new(const Frame *f, const Inst *in);
/* The numbers of sizes and indices, as they are now. */
void loop_code_renew(const Frame *f, LoopCode *c);
/* Numbers of scratch. */
size_t loop_code_work(const LoopCode *c);

bool loop_run_f64(Frame *f, const LoopCode *c);
bool loop_run_f32(Frame *f, const LoopCode *c);
#endif
