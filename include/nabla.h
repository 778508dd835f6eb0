/* nabla.h: matrix calculus: derivatives of matrix expressions in closed form,
 * proved before they are given out.
 *
 * Ownership: an nb_context owns everything that its functions return; a
 * result or a text is valid until nb_reset or nb_context_free on its
 * context.  Nothing else is ever freed.  Two contexts never meet: use one a
 * thread.  The library never prints, exits or aborts.
 *
 * Errors: functions that return a pointer return NULL, those that return int
 * return 0, and nb_error says what happened.  The first error stays until
 * nb_reset.
 *
 *     nb_context *c = nb_context_new(NULL);
 *     nb_declare(c, "A: [n,n] symmetric");
 *     const char *x = "x";
 *     nb_request q = {NB_DIFF};
 *     q.expression = "x'*A*x"; q.variables = &x; q.nvariables = 1;
 *     const nb_result *r = nb_derive(c, &q);
 *     if (r) puts(nb_result_text(r, 0, NB_TEXT));   // 2*A*x
 *     nb_context_free(c);
 */
#ifndef NABLA_H
#define NABLA_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define NB_API __declspec(dllexport)
#elif defined(__GNUC__)
#define NB_API __attribute__((visibility("default")))
#else
#define NB_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define NB_VERSION "0.1.0"

typedef struct nb_context nb_context;
typedef struct nb_result nb_result;

/* ------------------------------------------------------------ tier 1: ask */

/* All members may be 0: the default.  alloc and release are given together;
 * memory is the most bytes that a context may hold, steps the most work that a
 * question may cost.  What they stop ends with code 3. */
typedef struct nb_options {
    void *(*alloc)(void *user, size_t size);
    void (*release)(void *user, void *block);
    void *user;
    size_t memory;
    uint64_t steps;
} nb_options;

/* A new context; options may be NULL.  NULL if there is no memory. */
NB_API nb_context *nb_context_new(const nb_options *options);
NB_API void nb_context_free(nb_context *ctx);
/* Forget declarations, results and the error; texts become invalid. */
NB_API void nb_reset(nb_context *ctx);

/* Declarations such as "X: [n,m]; A: [n,n] symmetric; k: integer".
 * 1, or 0 on an error (unknown property, a name declared twice, ...). */
NB_API int nb_declare(nb_context *ctx, const char *declarations);

typedef enum nb_mode {
    NB_DIFF,         /* derivative by one or two variables */
    NB_GRAD,         /* gradient of a scalar, one answer a variable */
    NB_JAC,          /* Jacobian; of a scalar the row */
    NB_HESS,         /* second derivative of a scalar */
    NB_DIFFERENTIAL, /* total differential */
    NB_SIMPLIFY,
    NB_TAYLOR        /* expansion around the point named X0, of `order` */
} nb_mode;

typedef enum nb_form {
    NB_AUTO,
    NB_AS_GRADIENT,
    NB_AS_DIFFERENTIAL,
    NB_AS_ENTRIES,
    NB_AS_KRON,
    NB_AS_BILINEAR
} nb_form;

typedef enum nb_structure {
    NB_PROJECTION, /* gradient in the space of the variable's structure */
    NB_ENTRIES,    /* derivative by the independent entries */
    NB_NONE,       /* the variable's structure is ignored */
    NB_TANGENT     /* orthogonal: the Riemannian gradient */
} nb_structure;

typedef struct nb_request {
    nb_mode mode;
    nb_form form;
    nb_structure structure;
    int order;                    /* NB_TAYLOR: 1 (default) or 2 */
    int numerator;                /* layout: 0 denominator, 1 numerator */
    const char *expression;
    const char *const *variables; /* names, or entries such as X[i,j] */
    size_t nvariables;
    const char *const *indices;   /* names for NB_AS_ENTRIES, or NULL */
    size_t nindices;
    int latex;                    /* 1: the texts are LaTeX; 0: where they
                                     look like it */
    int steps;                    /* 1: the derivation, too */
    const char *compare;          /* an answer to compare with the first one,
                                     or NULL */
    int unverified;               /* 1: skip the proof */
    uint64_t seed;                /* of the prover's points; 0: 1 */
} nb_request;

/* Derive, prove, and read back what will be printed.  NULL on an error: the
 * input cannot be read, shapes do not fit, a limit, no proof.  Cost: linear
 * in the distinct parts of the expression, some milliseconds for the proof.
 * Layout: the gradient has the variable's shape, the Jacobian of a p-vector by
 * an n-vector is [p,n]. */
NB_API const nb_result *nb_derive(nb_context *ctx, const nb_request *request);

typedef enum nb_dialect { NB_TEXT, NB_UNICODE, NB_LATEX, NB_JSON } nb_dialect;

NB_API size_t nb_result_count(const nb_result *r);
/* Answer i in a dialect; NULL if i is out of range or on an error. */
NB_API const char *nb_result_text(const nb_result *r, size_t i,
                                  nb_dialect dialect);

typedef struct nb_error_info {
    int code;            /* 0: none; else the exit status: 2, 3 or 4 */
    size_t start, end;   /* bytes of `source`; end 0: nowhere in it */
    const char *source;  /* the text that was read; may be NULL */
    const char *origin;  /* "expression", "variable", "declaration" */
    const char *message; /* what is wrong */
    const char *mend;    /* how to mend it; may be NULL */
} nb_error_info;

NB_API nb_error_info nb_error(nb_context *ctx);
NB_API const char *nb_version(void);

/* -------------------------------------------------------- tier 2: inspect */

/* The variable that answer i belongs to, where there are several answers;
 * else NULL. */
NB_API const char *nb_result_label(const nb_result *r, size_t i);
/* "[n,m]", "[n]" or "scalar". */
NB_API const char *nb_result_shape(const nb_result *r, size_t i);
/* Which form answer i came in: NB_AS_DIFFERENTIAL, _ENTRIES, _KRON or
 * _BILINEAR where it is one of these, asked for or not; else NB_AUTO. */
NB_API nb_form nb_result_form(const nb_result *r, size_t i);
/* Assumptions, notes and inferred declarations: the k-th, NULL at the end. */
NB_API const char *nb_result_assumption(const nb_result *r, size_t k);
NB_API const char *nb_result_note(const nb_result *r, size_t k);
/* Line k of the derivation in a dialect, and the rule that gave it; NULL at the
 * end. */
NB_API const char *nb_result_step(const nb_result *r, size_t k,
                                  nb_dialect dialect, const char **rule);
/* What the answer to compare is ("right", "wrong: it is twice 2*x"); 1 into
 * *right if it is right, in whichever layout; NULL if none was given. */
NB_API const char *nb_result_compared(const nb_result *r, int *right);
NB_API const char *nb_result_inferred(const nb_result *r, size_t k);

typedef struct nb_proof {
    int verified;       /* 1: proved; 0: the proof was skipped */
    const char *oracle; /* "finite field", "multi-precision", ... */
    unsigned draws, points;
    double log2_error;  /* finite field: bound on the chance that a wrong
                           answer passes, as log2 */
    double digits;      /* multi-precision: digits of agreement */
} nb_proof;
NB_API nb_proof nb_result_proof(const nb_result *r, size_t i);

/* An equation, checked.  Texts are valid until nb_reset. */
typedef struct nb_verdict {
    int holds;           /* 1: an identity; 0: a counter-example refutes it */
    const char *how;     /* "the same normal form", or the oracle */
    nb_proof proof;      /* of an oracle */
    const char *point;   /* refuted: sizes and values, as small as they come;
                            NULL if no small ones were found */
    const char *left, *right; /* the two sides there */
    const char *repair;  /* "true if A is symmetric", ...; or NULL */
} nb_verdict;

/* Is "LHS == RHS" an identity?  assume: "A symmetric; X posdef", or NULL.
 * latex as in nb_request.  NULL on an error, or where neither is shown. */
NB_API const nb_verdict *nb_check(nb_context *ctx, const char *equation,
                                  const char *assume, int latex,
                                  uint64_t seed);
/* What nb_check inferred: the k-th declaration, NULL at the end. */
NB_API const char *nb_verdict_inferred(const nb_verdict *v, size_t k);
/* 1 equal, 0 not equal, -1 undecided or an error.  Both over the context's
 * declarations; proved as derivatives are. */
NB_API int nb_equal(nb_context *ctx, const char *a, const char *b,
                    uint64_t seed);
/* An expression, or "LHS == RHS", as it was typed: read over the context's
 * declarations and printed, neither simplified nor proved.  latex as in
 * nb_request; NB_JSON is no dialect of it.  NULL on an error.
 *
 *     nb_typeset(c, "inv(A)*b", 0, NB_LATEX)    // A^{-1} b
 */
NB_API const char *nb_typeset(nb_context *ctx, const char *text, int latex,
                              nb_dialect dialect);
/* A LaTeX expression in our own language; NULL on an error. */
NB_API const char *nb_from_latex(nb_context *ctx, const char *latex);
/* Operators and function calls in an expression's text; -1 on an error. */
NB_API long nb_weight(nb_context *ctx, const char *expression);

/* Called with each stage's dump: tokens, tree, shapes, network, readoff,
 * simplified, differential, raised, verify.  NULL: none. */
NB_API void nb_set_dump(nb_context *ctx,
                        void (*dump)(void *user, const char *stage,
                                     const char *text),
                        void *user);

/* -------------------------------------------------------- tier 3: numbers */

typedef enum nb_dtype { NB_F64, NB_F32, NB_C128 } nb_dtype;

/* Numbers in the caller's memory.  ndim 0: a scalar; 1: a vector; 2: a matrix.
 * Strides count elements; both 0 means contiguous by columns (as Fortran and
 * MATLAB have it).  By rows (C, NumPy): stride {cols, 1}.  They may be
 * negative, and leave gaps; of an input one may be 0.  Past ndim a dimension
 * is 1; dimensions may be 0.  NB_C128: pairs of doubles, real part first. */
typedef struct nb_array {
    nb_dtype dtype;
    int ndim;
    int64_t dim[2];
    int64_t stride[2];
    void *data;
} nb_array;

enum {
    NB_VALUE = 1,
    NB_GRADIENT = 2,  /* by each variable; of a vector the Jacobian.  By a
                         complex z Wirtinger's derivative; the variable
                         "conj(z)" gives the other one */
    NB_HESSIAN = 4,   /* by the first variable; of a matrix variable the
                         Kronecker form, over vec(X) */
    NB_HESSVEC = 8    /* Hessian times a direction: inputs dX for each
                         variable X that it is by, the first one */
};

/* What to compile.  Members that are 0 take the default. */
typedef struct nb_program {
    const char *expression;
    const char *const *variables; /* those that derivatives are by */
    size_t nvariables;
    const char *const *more;      /* further expressions in the same names, */
    size_t nmore;                 /* whose values are wanted, too (up to 14) */
    unsigned want;                /* NB_VALUE | ...; 0: the value */
    nb_dtype dtype;               /* in which is computed: NB_F64 (default) or
                                     NB_F32; what has complex numbers in it is
                                     computed in NB_C128 whichever is given */
    int row_major;                /* 1: matrices come and go by rows */
    const char *sizes;            /* "n = 1000; m = 10": for which the order of
                                     operations is chosen; any sizes run */
    int unverified;               /* 1: skip the proof of the derivatives */
    int trusted;                  /* 1: inputs are what they are declared to be
                                     (symmetric, lower, ...): not looked at */
    int latex;
    uint64_t seed;
} nb_program;

/* A compiled function.  It belongs to the context and lives until nb_reset or
 * nb_context_free; nb_call may be used from several threads at once. */
typedef struct nb_function nb_function;

/* Derive, prove and plan: value, gradient and Hessian together, shared work
 * done once.  NULL on an error.  Loads BLAS and LAPACK (OpenBLAS; the
 * environment's NABLA_BLAS names another) when first called.  An OpenBLAS
 * that is older than the processor may run at half its speed: set
 * OPENBLAS_CORETYPE (say SkylakeX, for AVX-512) before. */
NB_API nb_function *nb_compile(nb_context *ctx, const nb_program *program);

/* The k-th input: its name, in the order that nb_call wants; NULL at the end.
 * Its shape into *shape ("[n,m]") unless that is NULL. */
NB_API const char *nb_function_input(const nb_function *f, size_t k,
                                     const char **shape);
/* The k-th output: "value", "gradient X", "hessian X", "hessvec X". */
NB_API const char *nb_function_output(const nb_function *f, size_t k,
                                      const char **shape);
/* 1 if the k-th output is complex, for all that its form tells: its array is
 * to be NB_C128 then.  Real numbers may go into either. */
NB_API int nb_function_complex(const nb_function *f, size_t k);
/* The plan, to read: operations, operands, shapes, flops and bytes at the
 * sizes of nb_program.  In the context's memory. */
NB_API const char *nb_function_plan(nb_function *f);

typedef struct nb_status {
    int code;          /* 0: all is well; else NB_STATUS_... */
    double rcond;      /* smallest reciprocal condition number met, estimated
                          where a factor's diagonal gave cause; else 1 */
    char message[400]; /* what is wrong, and which expression */
} nb_status;

enum {
    NB_STATUS_OK,
    NB_STATUS_SHAPE,    /* an array does not fit its declaration */
    NB_STATUS_SINGULAR, /* a system has no solution, or none to be trusted */
    NB_STATUS_DOMAIN,   /* NaN or Inf: which operation made it */
    NB_STATUS_MEMORY
};

/* out[k] = the k-th output, for in[k] the k-th input.  Arrays that are
 * contiguous in the program's order, and of its type, are used where they are;
 * others are copied.  An output may have no data: it is left out.  No memory is
 * allocated once a call with these sizes has been made (by as many threads at
 * once).  Inputs are not changed, but by outputs that lie where they lie, which
 * is allowed.  After an error outputs hold nothing of use.  1, or 0 with
 * *status, which may be NULL. */
NB_API int nb_call(nb_function *f, const nb_array *in, nb_array *out,
                   nb_status *status);
/* The shape of output k for these inputs into dim[0..1]; its rank, or -1. */
NB_API int nb_function_shape(nb_function *f, size_t k, const nb_array *in,
                             int64_t dim[2]);
/* The program as source code in a language: "c", "numpy", "jax", "torch",
 * "julia", "matlab".  A function of the inputs, called `name` (NULL: f), that
 * gives the outputs; its comment says shapes and how it is called.  In C the
 * caller gives all memory.  NULL on an error. */
NB_API const char *nb_emit(nb_context *ctx, const nb_program *program,
                           const char *language, const char *name);
/* The k-th of these languages, and what it is; NULL at the end. */
NB_API const char *nb_emit_language(size_t k, const char **help);
/* How many threads BLAS may use, where it can be told; in the whole process. */
NB_API void nb_set_threads(nb_context *ctx, int threads);
/* The array in a file, by its name: .npy .npz .csv .tsv .txt .dat .mtx .mat
 * .h5 .hdf5; "-" is standard input, a pipe is known by its first bytes.
 * member: which array of an .npz, .mat or HDF5 file; NULL: the only one, or
 * the one behind the colon in FILE:NAME.  float32 stays so, other real
 * numbers become NB_F64.  The data belong to the context.  1, or 0 on an
 * error. */
NB_API int nb_read(nb_context *ctx, const char *path, const char *member,
                   nb_array *out);
/* Numbers as they are typed: 2.5, 1+2i, [1 2; 3 4].  1, or 0 on an error. */
NB_API int nb_read_literal(nb_context *ctx, const char *text, nb_array *out);
/* The array into a .npy, .csv, .mtx or .txt file, written beside it and
 * renamed; "-" is text on standard output.  Texts have the fewest digits that
 * read back the same.  1, or 0 on an error. */
NB_API int nb_write(nb_context *ctx, const char *path, const nb_array *array);

#ifdef __cplusplus
}
#endif

#endif
