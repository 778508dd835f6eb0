/* plan.h: a plan: the straight-line program that evaluates expressions, with
 * shared work done once.
 *
 * A plan is a list of instructions over values.  A value is a column-major
 * rows x cols array of numbers, written by one instruction (or by several that
 * add to it) and read by later ones.  Sizes are symbolic, so that one plan
 * serves many sizes; the numbers at hand only steer the choice of an order.
 * The executor (exec.c) runs a plan, and printers write it as code. */
#ifndef NB_PLAN_H
#define NB_PLAN_H

#include "lang/tree.h"

typedef int32_t Val; /* number of a value; PLAN_NONE: there is none */
enum { PLAN_NONE = -1, PLAN_OUTS = 16 };

typedef enum PlanOp {
    PLAN_INPUT,    /* out = the input `sym` */
    PLAN_LOOP,     /* one fused pass over entries: see Loop */
    PLAN_MATMUL,   /* out = [out +] alpha*scale*op(a)*op(b); op transposes if
                      ta, tb, and conjugates, too, if ca, cb.  One of them may
                      be a vector or both (outer, dot).  kind says which kernel
                      the structure allows */
    PLAN_CHOL,     /* out = lower Cholesky factor of the symmetric a; of a
                      hermitian one where the plan is complex */
    PLAN_LU,       /* out = LU factors of a, with pivots beside */
    PLAN_SOLVE,    /* out = inv(op(M))*b, or b*inv(op(M)) if `right`; a is a
                      CHOL or LU value of M */
    PLAN_TRISOLVE, /* out = inv(op(a))*b, or b*inv(op(a)): a is triangular,
                      lower unless `upper`, or a CHOL value: its factor */
    PLAN_INVERSE,  /* out = inv(M) from its factors a */
    PLAN_LOGDET,   /* out = log|det M| from its factors a; where fun is LOG
                      the determinant must be positive */
    PLAN_DET,      /* out = det M from its factors a */
    PLAN_FACTOR,   /* out = the lower factor in the CHOL value a, zeros above */
    PLAN_TRANSPOSE,/* out = a' */
    PLAN_MIRROR,   /* out = a with its upper half filled from the lower,
                      conjugated */
    PLAN_RESHAPE,  /* out = a with other sizes, the same entries in order */
    PLAN_PART,     /* out = as much of a as it has, from row0, col0 on */
    PLAN_SLICE,    /* out = the entry, row or column of a at row0, col0 */
    PLAN_KRON,     /* out = [out +] alpha*scale*kron(a, b); PLAN_NONE: the
                      identity of the size that fits (eye_a, eye_b) */
    PLAN_COMMUTE,  /* out = K*a, or a*K if `right`: K puts vec of an eye_a x
                      eye_b matrix in the order of its transpose's */
    PLAN_FUN,      /* out = fun(a[, b]): a function of the whole matrix */
    PLAN_REPEAT,   /* what stands before its PLAN_AGAIN is done for each number
                      of `index` from row0 to row1: once, or never, or often */
    PLAN_AGAIN,
    PLAN_COLLECT,  /* out += a: all of it, or at row row0, column col0; as
                      much as a has from there on if `part` */
    PLAN_OP_COUNT
} PlanOp;

/* In a complex plan "symmetric" is hermitian throughout, and a' in the kinds
 * below the conjugate transpose; of BOTH it is the transpose. */
typedef enum MatKind {
    MAT_GENERAL,  /* gemm, gemv, ger or dot, by the sizes */
    MAT_SYRK,     /* op(a)*op(b) with b = a and one of them transposed: the
                     lower half of out is written (out is `half`) */
    MAT_HALF,     /* the product is symmetric: its lower half is written */
    MAT_SYR2K,    /* out = [out +] alpha*scale*(op(a)*op(b) + the transpose of
                     that): its lower half is written */
    MAT_SYMM_A,   /* a is symmetric (perhaps `half`) */
    MAT_SYMM_B,   /* b is */
    MAT_TRMM_A,   /* a is square and triangular: `upper` as it is stored */
    MAT_TRMM_B,   /* b is */
    MAT_BOTH      /* out = a*b and out2 = a'*c in one pass over a; b and c
                     vectors; ta = false */
} MatKind;

/* How an operand of a loop is read at row i, column j. */
typedef enum LoopMode {
    LOOP_FULL,   /* a[i,j] */
    LOOP_TRANS,  /* a[j,i] */
    LOOP_ROW,    /* v[i] */
    LOOP_COL,    /* v[j] */
    LOOP_SCALAR, /* s */
    LOOP_DIAG    /* a[i,i] */
} LoopMode;

typedef enum LoopLeaf {
    LEAF_OP,      /* op of kid[0] (and kid[1]); ADD, HAD, EDIV, EPOW, NEG and
                     entrywise functions, MAX and MIN of two */
    LEAF_NUM,     /* the number num */
    LEAF_PI,
    LEAF_IMUNIT,  /* the imaginary unit */
    LEAF_DIM,     /* the size or integer `dim` as a number */
    LEAF_OPERAND, /* operand[arg] */
    LEAF_DELTA,   /* 1 where i = j, else 0 */
    LEAF_BAND     /* 1 where lo >= i - j and hi >= j - i, else 0; a bound that
                     is NULL does not bind */
} LoopLeaf;

typedef struct LoopNode {
    LoopLeaf leaf;
    OpId op;
    int32_t kid[2]; /* earlier nodes; -1: none */
    Rat num;
    const Dim *dim, *lo, *hi;
    uint32_t arg;
} LoopNode;

typedef struct LoopOperand {
    Val val;
    LoopMode mode;
} LoopOperand;

typedef enum LoopOver {
    OVER_NONE, /* out[i,j] = node */
    OVER_ALL,  /* out = fold of all entries: a scalar */
    OVER_ROWS, /* out[j] = fold over i */
    OVER_COLS  /* out[i] = fold over j */
} LoopOver;

typedef struct LoopOut {
    Val out;
    int32_t node;
    LoopOver over;
    OpId fold; /* OP_SUM, OP_PROD, OP_MAXOF, OP_MINOF */
} LoopOut;

/* One pass over rows x cols: nodes in order, each output written once. */
typedef struct Loop {
    const Dim *rows, *cols;
    uint32_t nnodes, noperands, nouts;
    const LoopNode *node;
    const LoopOperand *operand;
    const LoopOut *out;
} Loop;

typedef struct Inst {
    PlanOp op;
    Val out, out2;
    Val a, b, c;
    Val whole, by;     /* SYRK: a, which nobody else reads, is diag(by)*whole
                          if ta, else whole*diag(by); or PLAN_NONE */
    bool ta, tb, right, upper;
    bool ca, cb;       /* with ta, tb: the conjugate transpose */
    bool add;          /* out is added to, not set */
    bool part;         /* COLLECT */
    bool half;         /* MATMUL: the symmetric one's lower half is read */
    MatKind kind;
    Rat alpha;         /* 1 by default */
    Val scale;         /* a scalar value, or PLAN_NONE */
    OpId fun;          /* FUN, LOGDET */
    const Dim *eye_a, *eye_b;   /* KRON: sizes of identities; COMMUTE */
    const Dim *row0, *col0;     /* SLICE, COLLECT: from 1; NULL: all */
    const Dim *row1;            /* REPEAT */
    const char *index;          /* REPEAT: a symbol of dimensions within */
    const Loop *loop;  /* LOOP */
    const Sym *sym;    /* INPUT */
    const Tree *of;    /* the expression that it evaluates, for messages; may
                          be NULL */
} Inst;

typedef struct Value {
    const Dim *rows, *cols;
    bool symmetric;
    bool half;   /* only the lower half is written */
    bool factors;/* CHOL or LU: read by SOLVE, INVERSE, LOGDET, DET, FACTOR */
    bool chol;
    int32_t def; /* the first instruction that writes it */
    uint32_t uses;
} Value;

typedef struct PlanOut {
    Val val;
    bool transposed;     /* the output is val, transposed */
    bool real;           /* its numbers are real, by form */
    const char *label;   /* "value", "gradient X", ... */
    const Dim *rows, *cols;
} PlanOut;

typedef struct Plan {
    Ctx *ctx;
    uint32_t ninsts, nvalues, nouts, nloops; /* loops: PLAN_REPEAT */
    const Inst *inst;
    const Value *value;
    PlanOut out[PLAN_OUTS];
    bool complex;      /* values are complex numbers; else real ones */
} Plan;

/* Numbers for dimension symbols: what the planner takes for the sizes. */
typedef struct PlanSize {
    const char *name; /* interned */
    int64_t size;
} PlanSize;

typedef struct PlanTask {
    uint32_t nroots;
    const Tree *root[PLAN_OUTS]; /* shaped, plain */
    const char *label[PLAN_OUTS];
    bool row_major[PLAN_OUTS];   /* the output is wanted transposed */
    const PlanSize *size;        /* those not named count 100 */
    uint32_t nsizes;
    const Sym *const *row_sym;   /* inputs that come transposed: row-major */
    uint32_t nrow_syms;
    bool no_chol;                /* trust no matrix to be positive definite */
    bool repeat;                 /* sums may be loops over their index */
    bool hope;                   /* try Cholesky on every symmetric one */
    bool complex;                /* something in it is complex */
} PlanTask;

/* The plan for all roots together; NULL with an error where something has no
 * numeric form. */
Plan *plan_make(Ctx *ctx, const PlanTask *task);
/* Is it one of REPEAT's symbols? */
bool plan_is_index(const char *name);
/* Has one of the instruction's numbers the index in it?  NULL: any index. */
bool plan_indexed(const Inst *i, const char *index);
/* Until which instruction v must last if the one at i reads or writes it. */
uint32_t plan_until(const Plan *p, Val v, uint32_t i);
/* A program to read: operation, operands, shapes, flops, bytes. */
const char *plan_dump(const Plan *p, const PlanSize *size, uint32_t nsizes);
/* d at the given sizes; false where a symbol has none. */
bool plan_dim(const Dim *d, const PlanSize *size, uint32_t nsizes,
              int64_t *value);

#endif
