/* build.h: from nodes to instructions; private to plan/.
 *
 *   build.c   values, and which instruction makes what
 *   twin.c    values that are there already, conjugated
 *   chain.c   the order of a product's multiplications
 *   repeat.c  sums as loops over their index
 *   loop.c    entrywise work as fused passes
 *   tidy.c    passes over the finished list: fusion, dead code, counts */
#ifndef NB_BUILD_H
#define NB_BUILD_H

#include "plan/node.h"

typedef struct Ref {
    Val v;
    bool t; /* what is meant is the value's transpose */
} Ref;

typedef struct Build {
    Nodes g;
    Ctx *ctx;
    const PlanTask *task;
    Inst *inst;
    uint32_t ninsts, inst_cap;
    Value *value;
    uint32_t nvalues, value_cap;
    /* by the innermost index that the node depends on, 0: none */
    PtrMap val[INDEX_LEVELS];     /* Node -> Val + 1 */
    PtrMap factors[INDEX_LEVELS]; /* Node -> Val + 1 */
    Node *const *scope[INDEX_LEVELS]; /* what is asked for: the roots, or the
                                         terms in the loop over that index */
    uint32_t nscope[INDEX_LEVELS];
    PtrMap shared;  /* sub-product Node -> how many products hold it, + 1 */
    PtrMap orders;  /* product Node -> where it is split, + 1 */
    PtrMap counted;
    Inst nowhere;   /* written after a failure */
} Build;

/* --- build.c */
/* The value that the node is (or is the transpose of), made if need be;
 * v is PLAN_NONE after an error. */
Ref build_ref(Build *b, Node *n);
/* The same with all entries written, not a lower half alone. */
Ref build_full(Build *b, Node *n);
bool build_has(Build *b, Node *n);
bool build_turned(Build *b, Node *n); /* there is a value: of its transpose */
/* The same for a product or a solve, which may take the conjugate of what is
 * stored where it takes its transpose. */
Ref build_operand(Build *b, Node *n, bool *conj);
/* Of the maps of values or factors, the one for the innermost loop that
 * changes the node. */
PtrMap *build_map(PtrMap *map, const Node *n);
Val build_value(Build *b, const Dim *rows, const Dim *cols);
Inst *build_inst(Build *b, PlanOp op, Val out, Node *n);
void build_set(Build *b, Node *n, Val v);
double build_size(const Build *b, const Dim *d);

/* What a solve with m needs, made now. */
void build_factors(Build *b, Node *m);
/* out = inv(m)*x, or x*inv(m) if `right`. */
bool solve_into(Build *b, Node *m, Node *x, bool right, Val out);

/* `whole` = scale*kron, scale a scalar node or NULL. */
Ref kron_ref(Build *b, Node *whole, Node *kron, Node *scale);

/* --- twin.c */
/* Is n better made as the conjugate of its conjugate? */
bool twin_better(Build *b, Node *n);
/* n as the conjugate of another value where that is at hand or costs less;
 * v is PLAN_NONE: it is not. */
Ref twin_ref(Build *b, Node *n);
/* The factors of m, or of its transpose (t), or of that one's conjugate (t
 * and c). */
Val twin_factors(Build *b, Node *m, bool *t, bool *c);

/* --- chain.c */
/* Count the sub-products that several products share. */
void chain_count(Build *b, Node *n);
/* How many there are that hold this one, or its transpose; itself, too. */
double chain_shares(Build *b, Node *mul);
/* The node as an entrywise or folded one where its last step is one (an outer
 * product, a scaling by a diagonal, an inner product), else NULL. */
Node *chain_expand(Build *b, Node *mul);
Ref chain_ref(Build *b, Node *mul);
/* The cut of a trace or a diagonal of a product: as a sum of entries. */
Node *chain_trace(Build *b, Node *mul);
Node *chain_diagonal(Build *b, Node *mul);
/* out [+]= scale*product, scale a scalar node or NULL; false: it is no matrix
 * product at its last step.  The half that is wanted of one that is symmetric
 * by form, or with its transpose, is the lower one. */
typedef enum ChainPart { CHAIN_WHOLE, CHAIN_HALF, CHAIN_PAIR } ChainPart;
bool chain_into(Build *b, Node *mul, Node *scale, Val out, bool add,
                ChainPart how);
bool chain_is_matmul(Build *b, Node *mul);
/* How many terms its entries have at the last step. */
double chain_depth(Build *b, Node *mul);

/* --- loop.c */
Ref loop_ref(Build *b, Node *n);

/* --- repeat.c */
Ref repeat_ref(Build *b, Node *n);
/* A unit vector that there may not be. */
Ref unit_ref(Build *b, Node *n);

/* --- tidy.c */
Plan *tidy(Build *b, const PlanOut *out, uint32_t nouts);

#endif
