/* loop.h: a fused pass made ready for its sizes: nodes with registers of a
 * block's length each. */
#ifndef NB_RUN_LOOP_H
#define NB_RUN_LOOP_H

#include "run/frame.h"

enum { LOOP_BLOCK = 256, LOOP_PANEL = 8 };

typedef struct CodeNode {
    LoopLeaf leaf;
    OpId op;
    int32_t a, b, c; /* nodes; fma: a + b*c */
    bool fma;
    bool dead;       /* computed within another */
    bool one;        /* one number in all of a block */
    bool constant;   /* one number in all of a pass */
    int32_t turn;    /* OPERAND, transposed: its panel */
    int32_t reg;     /* where the result goes */
    int32_t arg;     /* OPERAND */
    LoopMode mode;   /* OPERAND */
    Val val;         /* OPERAND */
    double num, imaginary; /* NUM, PI, DIM, IMUNIT: a complex number's parts */
    float single;    /* the same */
    int64_t lo, hi;  /* BAND */
} CodeNode;

/* Nodes by what is to be done with them, in order. */
typedef struct CodeList {
    uint32_t n;
    int32_t *node;
} CodeList;

/* An operation with its kernel; or, without one, a node to be collected. */
typedef struct CodeOp {
    void (*each)(void);
    const void **a, **b, **c, **z; /* where they are, in at */
    uint32_t node;
    bool one;
} CodeOp;

/* An operand that lies as a block wants it, or an output that an operation
 * writes at once. */
typedef struct CodeArray {
    const void **at;
    Val val;
    const void *base;    /* once a pass begins */
    size_t down, across; /* what a row and a column further are */
} CodeArray;

/* An output that is made of a node's values. */
typedef struct CodeOut {
    const LoopOut *out;
    const CodeNode *node;
    void *base;          /* once a pass begins */
    bool dot;            /* the sum of a product that is not made */
    bool look;           /* for NaN and Inf, in every block */
} CodeOut;

/* Whole passes that have a loop of their own. */
typedef enum LoopKernel {
    KERNEL_NONE,
    KERNEL_DOT,   /* sum(x.*y) */
    KERNEL_SUM,   /* sum(x) */
    KERNEL_OUTER, /* factor*x*y' */
    KERNEL_TWICE  /* factor*(x + x') */
} LoopKernel;

typedef struct LoopCode {
    Loop own;          /* the plan's, its outputs those that are made */
    LoopOut *outputs;
    const Loop *loop;
    const Inst *in;
    size_t rows, cols; /* as run: a matrix pass over whole columns may be one
                          column */
    size_t real_rows;
    size_t group;      /* short columns that go together as one block */
    size_t apart;      /* of registers: a block and a little, so that they do
                          not lie at the same places of pages */
    bool flat;
    bool single_block;
    bool linked;       /* there is a kernel for every operation */
    uint32_t nnodes, nregs, nturns;
    LoopKernel kernel;
    Val x, y;          /* of a kernel */
    double factor;     /* of a kernel */
    CodeList scalars;  /* operands that are one number */
    CodeList before;   /* operations on those: once a pass */
    CodeList body;     /* what fills a register in every block */
    uint32_t narrays, nouts;
    CodeArray *array;
    CodeOut *out;
    bool *dot;         /* of outputs: a sum of a product that is not made */
    Val *check;        /* outputs to look at for NaN and Inf at the end */
    uint32_t nchecks;
    CodeOp *op;        /* of `before`, and then of `body` */
    const void **at;   /* of nodes: where its values of the block are */
    CodeNode *node;
} LoopCode;

double loop_number(Rat r);
/* NULL: no memory. */
LoopCode *loop_code_new(const Frame *f, const Inst *in);
/* The numbers of sizes and indices, as they are now. */
void loop_code_renew(const Frame *f, LoopCode *c);
void loop_code_free(LoopCode *c);
/* Numbers of scratch. */
size_t loop_code_work(const LoopCode *c);

/* Once the frame has its memory: kernels and registers. */
void loop_link_f64(const Frame *f, LoopCode *c);
void loop_link_f32(const Frame *f, LoopCode *c);
void loop_link_c128(const Frame *f, LoopCode *c);
/* false: a function has no kernel. */
bool loop_run_f64(Frame *f, LoopCode *c);
bool loop_run_f32(Frame *f, LoopCode *c);
bool loop_run_c128(Frame *f, LoopCode *c);
#endif
