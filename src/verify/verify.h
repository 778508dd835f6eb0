/* verify.h: is the answer right?  Evaluates the two trees, and knows nothing
 * of networks, differentials or raising: independent by inclusion.
 *
 * A claim says: `answer`, read in the given form, is the derivative of
 * `input` by var[0] (then by var[1]).  Both are shaped trees over the same
 * symbols. */
#ifndef NB_VERIFY_H
#define NB_VERIFY_H

#include "lang/tree.h"

typedef enum ClaimForm {
    CLAIM_EQUAL,        /* answer == input (simplify, check) */
    CLAIM_GRADIENT,     /* scalar F: <answer, U> = dF.  Shape of the variable,
                           or its transpose in numerator layout */
    CLAIM_JACOBIAN,     /* F scalar or vector, x vector: answer*u = dF
                           (answer [p,n], for scalar F the row [1,n]) */
    CLAIM_DIRECT,       /* variable a scalar or an entry X[i,j] (whose i,j
                           may be symbolic): answer has F's shape */
    CLAIM_ENTRIES,      /* answer is a scalar in index[0..nindex-1]: the
                           derivative's entries, F's own axes first, then the
                           variables' in turn */
    CLAIM_KRON,         /* vec(dF) = answer*vec(U); of a scalar twice:
                           vec(U)'*answer*vec(V), with U for var[0] */
    CLAIM_DIFFERENTIAL, /* answer with dir[v] for the differential of var[v]:
                           the total differential over all variables (order
                           1); or, `of_gradient`, the differential of the
                           gradient by var[0] in the direction dir[1] */
    CLAIM_BILINEAR,     /* second derivative in directions dir[0], dir[1] */
    CLAIM_HESSIAN,      /* scalar F by vectors x, y: u'*answer*v */
    CLAIM_TAYLOR,       /* answer is the expansion of input by var[0] around
                           center[0], of the given order */
    CLAIM_MIXED         /* scalar F by a scalar (or entry) and a vector or
                           matrix, in either order: <answer, direction> times
                           the scalar's move */
} ClaimForm;

/* In which space the answer has to lie, and how a structured var[0] moves. */
typedef enum ClaimSpace {
    SPACE_ANY,
    SPACE_PROJECTED, /* the answer has the variable's structure */
    SPACE_ENTRIES,   /* it is the derivative by the independent entries, each
                        written at all of its places */
    SPACE_TANGENT    /* X'*answer is skew, X orthogonal */
} ClaimSpace;

/* What a derivative by a complex variable is one of. */
typedef enum Wirtinger {
    WIRTINGER_NONE,
    WIRTINGER_Z,    /* by z, conj(z) held */
    WIRTINGER_CONJ, /* by conj(z), z held */
    WIRTINGER_GRAD  /* of a real function: 2*d/dconj(z) */
} Wirtinger;

typedef struct Claim {
    ClaimForm form;
    const Tree *input, *answer;
    unsigned order;       /* 0, 1 or 2 derivatives */
    unsigned nvars;       /* order 1 DIFFERENTIAL, TAYLOR: any number up to 8;
                             else == order */
    const Tree *var[8];   /* OP_SYM, or OP_INDEX of one */
    const Sym *dir[8];    /* DIFFERENTIAL, BILINEAR */
    const Sym *center[8]; /* TAYLOR */
    const Sym *index[8];  /* ENTRIES */
    unsigned nindex;
    bool all;             /* every variable moves, order after order */
    Wirtinger wirtinger[2]; /* of var[0], var[1] */
    ClaimSpace space;     /* GRADIENT; DIRECT by an entry */
    bool transposed;      /* GRADIENT: the answer is the gradient's transpose */
} Claim;

typedef enum Verdict { PROVED, REFUTED, UNDEFINED, UNDECIDED } Verdict;

typedef struct Report {
    Verdict verdict;
    const char *oracle; /* "finite field", "finite field with uninterpreted
                           functions", "multi-precision" */
    unsigned draws;     /* draws of sizes */
    unsigned points;    /* points altogether */
    double log2_error;  /* finite field: bound on the probability that a
                           wrong answer passes, as log2 */
    double digits;      /* multi-precision: digits of agreement */
    const char *where;  /* refuted: sizes and seed that show it */
} Report;

/* Run the oracles in order until one decides.  UNDECIDED leaves no error in
 * ctx; errors (limits, memory) do. */
Report verify_claim(Ctx *ctx, const Claim *claim, uint64_t seed);
/* Where two expressions differ: the smallest sizes and integers that tell them
 * apart, as a person can check by hand. */
typedef struct Counter {
    const char *point;       /* "n = 2, A = [1 0; 2 1]" */
    const char *left, *right; /* values of input and answer */
} Counter;

/* False if none was found within the sizes 1..4 and integers up to 3. */
bool verify_counter(Ctx *ctx, const Claim *equal, uint64_t seed, Counter *out);
/* How many dimensions are free in the equality, and the name of the first. */
unsigned verify_dimensions(Ctx *ctx, const Claim *equal, const char **first);
/* Does the equality hold where every dimension is n? */
bool verify_at_size(Ctx *ctx, const Claim *equal, uint64_t seed, unsigned n);
/* A number for a symbol: rows x cols by columns; im NULL: real. */
typedef struct Given {
    const Sym *sym;
    size_t rows, cols;
    const double *re, *im;
} Given;
/* A size, an integer. */
typedef struct GivenSize {
    const char *name;
    int64_t value;
} GivenSize;
typedef struct Number {
    size_t rows, cols;
    double *re, *im; /* by columns, in ctx's arena */
} Number;
/* The value of an expression, computed in 333 bits and then rounded: slow, and
 * right.  False: it has none there (no error), or an error in ctx. */
bool verify_value(Ctx *ctx, const Tree *t, const Given *given, size_t ngiven,
                  const GivenSize *size, size_t nsizes, Number *out);
/* One oracle alone, for tests. */
Report verify_field(Ctx *ctx, const Claim *claim, uint64_t seed);
Report verify_ball(Ctx *ctx, const Claim *claim, uint64_t seed);

#endif
