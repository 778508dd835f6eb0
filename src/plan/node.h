/* node.h: what a plan computes, in a normal form made for planning: transposes
 * at the leaves, products flat, scalars outside products, everything that goes
 * entry by entry as EW nodes that broadcast.  Consed: equal is pointer-equal,
 * so shared work is found by construction. */
#ifndef NB_NODE_H
#define NB_NODE_H

#include "base/hash.h"
#include "plan/plan.h"

typedef enum NodeKind {
    N_SYM,
    N_NUM,     /* a number (num), pi (op PI), the imaginary unit (op IMUNIT)
                  or size (dim): a scalar */
    N_ONES,    /* all entries 1 */
    N_BAND,    /* 1 where lo >= i - j and hi >= j - i (NULL: no bound), else 0;
                  the identity is n x n with lo = hi = 0, a unit vector and
                  delta(i,j) have lo = -hi */
    N_EW,      /* op of the kids, entry by entry; a kid may be a scalar, or a
                  row or a column of a matrix.  ADD and HAD are n-ary */
    N_DIAGM,   /* vector -> diagonal matrix */
    N_DIAGV,   /* matrix -> its diagonal */
    N_MUL,     /* product of two or more: no scalars, no products inside */
    N_T,       /* transpose of a leaf */
    N_INV,
    N_FACTOR,  /* lower Cholesky factor */
    N_LOGDET,
    N_DET,
    N_FOLD,    /* SUM, PROD, MAXOF, MINOF (op) over all, rows or columns */
    N_FUN,     /* op: a function of the whole matrix */
    N_KRON,
    N_RESHAPE,
    N_SLICE,   /* entry, row or column at row0, col0 (from 1; NULL: all) */
    N_PART,    /* rows and columns of the kid from lo, hi (from 1; NULL: all) */
    N_REPEAT,  /* the sum of the kid for the index `dim` from lo to hi */
    N_COMMUTE  /* over ROWS: each column, vec of a lo x hi matrix, becomes vec
                  of the transpose: K*A, K the commutation matrix; over COLS:
                  A*K */
} NodeKind;

typedef struct Node {
    NodeKind kind;
    OpId op;
    LoopOver over;
    uint32_t nkids, serial;
    uint32_t indices;     /* that it depends on: bit k, of level k */
    uint32_t uses;        /* parents among what the roots need */
    uint64_t hash;
    const Dim *rows, *cols;
    Rat num;
    const Dim *dim, *lo, *hi; /* NUM; BAND; SLICE: row0 in lo, col0 in hi */
    const Sym *sym;
    const Tree *of;       /* an expression that is this; may be NULL */
    struct Node *t;       /* its transpose, once known */
    struct Node *conj;    /* its conjugate, once known */
    struct Node *kid[];
} Node;

/* Rules that pay at some sizes only, or where nothing is shared; plan_make
 * compares the plans with and without. */
enum { FORM_SPREAD = 1, /* products over sums: (A + u*v')*B = A*B + u*(v'*B) */
       FORM_LEMMA = 2,  /* inv(P + U*C*V) by the matrix inversion lemma */
       FORM_LAST_FIRST = 4, /* derivatives before the value: what they need
                               may make it cheap */
       FORM_PAIRS = 8 /* symmetric sums as rest + K*R' + R*K' */ };

/* The number that an index has in a term of a sum written out. */
typedef struct IndexAt {
    const char *name;
    const Dim *at;
    const struct IndexAt *outer;
} IndexAt;

typedef struct Nodes {
    Ctx *ctx;
    const IndexAt *bound;
    bool indexed;    /* there are sums as loops */
    unsigned form;   /* the rules that may be used */
    unsigned chosen; /* those that were */
    HashSet set;
    PtrMap memo[2];       /* Tree -> Node, Node of its transpose */
    const PlanTask *task;
    uint32_t count;
    bool complex;
} Nodes;

void nodes_init(Nodes *g, Ctx *ctx, const PlanTask *task, unsigned form);
/* Every constructor gives NULL for a NULL argument. */
Node *node_of_tree(Nodes *g, const Tree *t, bool transposed);
Node *node_num(Nodes *g, Rat r);
Node *node_dim(Nodes *g, const Dim *d);
Node *node_eye(Nodes *g, const Dim *n);
Node *node_ones(Nodes *g, const Dim *rows, const Dim *cols);
Node *node_t(Nodes *g, Node *a);
/* The conjugate, and the conjugate transpose; where there are no complex
 * numbers, a and its transpose.  conj.c */
Node *node_conj(Nodes *g, Node *a);
Node *node_adj(Nodes *g, Node *a);
/* Are all entries real, by form? */
bool node_real(Nodes *g, Node *a);
Node *node_add(Nodes *g, uint32_t n, Node *const *kid);
Node *node_had(Nodes *g, uint32_t n, Node *const *kid);
Node *node_had2(Nodes *g, Node *a, Node *b);
Node *node_ew1(Nodes *g, OpId op, Node *a);
/* sigmoid(z).*sigmoid(-z), by one exponential.  stable.c */
Node *node_logistic_slope(Nodes *g, Node *z);
Node *node_ew2(Nodes *g, OpId op, Node *a, Node *b);
Node *node_mul(Nodes *g, uint32_t n, Node *const *kid);
Node *node_mul2(Nodes *g, Node *a, Node *b);
/* a*b where one is a Kronecker product and the other a vector, or both are
 * matrices as vectors; NULL: no such thing.  kron.c */
Node *node_kron_times(Nodes *g, Node *a, Node *b);
Node *node_inv(Nodes *g, Node *a);
/* The factors with inverses by the matrix inversion lemma where it applies;
 * NULL: nowhere.  inverse.c */
Node *node_lemma(Nodes *g, uint32_t n, Node *const *f);
Node *node_lemma_alone(Nodes *g, Node *inverse);
Node *node_det_lemma(Nodes *g, Node *a);
/* The sum as rest + K*R' + R*K' where that is fewer products, or the sum.
 * pairs.c */
Node *node_pairs(Nodes *g, Node *sum);
Node *node_fold(Nodes *g, OpId op, LoopOver over, Node *a);
Node *node_trace(Nodes *g, Node *a);
Node *node_diagm(Nodes *g, Node *v);
Node *node_diagv(Nodes *g, Node *a);
Node *node_unary(Nodes *g, NodeKind kind, OpId op, const Dim *rows,
                 const Dim *cols, Node *a);
/* Raw: a node of these parts, consed. */
Node *node_cons(Nodes *g, const Node *proto, Node *const *kid);

/* index.c: the sum of a for the index of that level (from 1; a sum has a
 * higher one than those in it) from lo to hi. */
enum { INDEX_LEVELS = 16 };
const Dim *node_index_of(Ctx *ctx, unsigned level);
Node *node_repeat(Nodes *g, Node *a, unsigned level, const Dim *lo,
                  const Dim *hi);
uint32_t dim_indices(const Dim *d);
/* What a sum runs over, and where a term stands in it: at a row, a column;
 * NULL: all. */
typedef struct Range {
    const Dim *index, *lo, *hi;
} Range;
typedef struct Spot {
    const Dim *row, *col;
} Spot;
/* stack.c: the terms a side by side, or their sum where no row or column of
 * theirs is given; *at: where the first is.  NULL: they are computed one by
 * one. */
Node *node_stacked_sum(Nodes *g, Node *a, const Range *over, const Dim *row,
                       const Dim *col, Spot *at);
/* The term without its unit vectors, whose places *at says. */
Node *node_stripped(Nodes *g, Node *a, Spot *at);
/* rows x cols of a from row, col on (NULL: all of them). */
Node *node_part(Nodes *g, Node *a, const Dim *row, const Dim *rows,
                const Dim *col, const Dim *cols);

/* weigh.c: about what it costs, in flops of a matrix product, alone; the
 * chain's own products only, the factors made. */
double node_size(const Nodes *g, const Dim *d);
double node_products(Nodes *g, const Node *a);
double chain_weight(Nodes *g, uint32_t n, Node *const *f);

/* select.c: entries, rows and columns (from 1; NULL: all of them); unit
 * vectors, and K(lo,hi)*a or (`right`) a*K(lo,hi). */
Node *node_slice(Nodes *g, Node *a, const Dim *row, const Dim *col);
Node *node_unit(Nodes *g, const Dim *at, const Dim *n);
/* The same where `at` may lie outside of 1..n, which the plan then says. */
Node *node_unsure_unit(Nodes *g, const Dim *at, const Dim *n);
bool node_is_unsure(const Node *a);
/* The row of the 1 in a unit vector (a row: the column); NULL: it is none. */
const Dim *node_unit_at(Nodes *g, const Node *a);
Node *node_delta(Nodes *g, const Dim *i, const Dim *j);
Node *node_commute(Nodes *g, Node *a, const Dim *lo, const Dim *hi,
                   bool right);
/* a*b where one of them is a unit vector or a commutation matrix; or NULL. */
Node *node_selects(Nodes *g, Node *a, Node *b);

bool node_scalar(const Node *a);
bool node_vector(const Node *a); /* a column, or a row */
bool node_is_num(const Node *a, int64_t n);
bool node_is_eye(const Node *a);
/* exp(-max(..)), or exp(r - max(..)) of one shape: what keeps a sum of
 * exponentials in range. */
bool node_is_shift(const Node *a);
/* Is it equal to its conjugate transpose, by form? */
bool node_symmetric(Nodes *g, Node *a);
/* Positive (semi)definite by declaration or form. */
bool node_posdef(Nodes *g, Node *a);
bool node_nonneg(Nodes *g, Node *a); /* real, and no entry below 0 */
int node_triangle(const Node *a); /* -1 lower, +1 upper, 0 neither */

#endif
