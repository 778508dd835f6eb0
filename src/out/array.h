/* array.h: plans in languages that have whole arrays as values: Python with
 * its libraries, Julia, MATLAB.  A language is a record of templates; the
 * walk over the plan is written once.  Private to out/.
 *
 *   array.c      values: names, what is written inside what it is used in
 *   arrayop.c    products, factors, solves
 *   arrayloop.c  entrywise passes as broadcasting expressions
 *   arrayrepeat.c  loops over an index
 *   arrayline.c  lines
 *   arrayz.c     what is another for complex numbers
 *   python.c, julia.c, matlab.c    the languages
 *
 * In a template $k is argument k, and $*k, $@k, $^k, $.k bracket it unless it
 * binds as tightly as an entrywise product, a matrix product, a power, a
 * name.  The empty template is its first argument as it stands. */
#ifndef NB_ARRAY_H
#define NB_ARRAY_H

#include "out/codetext.h"

typedef enum Form {
    /* entrywise; the B forms are for two arrays that broadcast */
    F_ADD, F_SUB, F_HAD, F_EDIV, F_EPOW, F_NEG, F_SQUARE,
    F_BADD, F_BSUB, F_BHAD, F_BEDIV, F_BEPOW,
    F_MAX, F_MIN,
    F_MAX_NUM, F_MIN_NUM, /* $2 is a number */
    F_PI, F_IMUNIT,
    F_CONJ,
    F_CPOW,    /* the principal value of any power */
    F_REAL,    /* what is real by form, as real numbers */
    F_PROMOTE, /* a real input as complex numbers, where the language asks */
    /* products; DOT is of two columns, DOTS of matrices; VDOT, and of complex
       numbers DOTS, take the first's conjugate */
    F_MATMUL, F_DOT, F_DOTS, F_VDOT, F_OUTER, F_KRON, F_NORM, F_NORM_V,
    /* shapes: T of a matrix, VT of a vector, H conjugated, too; COLUMN makes
       one-axis texts broadcast along rows; FILL: $1 everywhere in [$2,$3] */
    F_T, F_VT, F_H, F_COLUMN, F_ROW, F_FILL, F_FILL1, F_ZEROS, F_ZEROS1,
    F_EYE, F_EYES, F_ONES,
    F_TRIL, F_TRIU, F_TRIL0, F_TRIU0, F_DIAGM, F_DIAGV,
    F_TRACE, F_VEC, F_RESHAPE, F_RESHAPE1, F_COPY,
    F_DENSE, /* in memory as it stands, where Kronecker products want that */
    F_SLICE_COL, F_SLICE_ROW, F_SLICE_ONE, F_ENTRY_OF_VEC,
    F_UNIT, /* the unit vector of $1 numbers with its 1 at $2 */
    F_SAME, /* 1 if $1 is $2, else 0 */
    F_COMMUTE, F_COMMUTE_RIGHT, /* K*$1, $1*K of a matrix, K of $2 x $3 */
    F_UNIFORM, /* an identity of any size, where it is added to a matrix */
    F_SIZE, F_SIZE1, /* $2: the axis, from 0 or 1; SIZE1 of a vector */
    /* Cholesky: $1 the factor.  _V: $2 is a vector */
    F_CHOL, F_CHOL_SOLVE, F_CHOL_SOLVE_V, F_CHOL_RSOLVE, F_CHOL_INV,
    F_CHOL_LOGDET, F_CHOL_DET, F_CHOL_LOWER, F_CHOL_ONCE,
    /* LU: $1 $2 $3 its names; LU_SET is the statement, $4 the matrix */
    F_LU_SET, F_LU_SOLVE, F_LU_SOLVE_V, F_LU_TSOLVE, F_LU_TSOLVE_V,
    F_LU_HSOLVE, F_LU_HSOLVE_V,
    F_LU_INV, F_LU_LOGDET, F_LU_DET,
    F_LU_LOG, /* log(det), which is no number where det is negative */
    /* of a matrix whose factors are used once */
    F_SOLVE, F_SOLVE_V, F_POSSOLVE, F_POSSOLVE_V, F_INV, F_LOGDET, F_DET,
    F_LOG,
    /* triangles; T: with its transpose, H: and conjugate */
    F_LOWER, F_LOWER_V, F_LOWER_T, F_LOWER_TV, F_LOWER_H, F_LOWER_HV,
    F_UPPER, F_UPPER_V, F_UPPER_T, F_UPPER_TV, F_UPPER_H, F_UPPER_HV,
    F_ASSIGN,
    F_COUNT
} Form;

typedef struct Template {
    const char *text;
    CodeLevel level;
} Template;

/* Folds of a vector, of a matrix, over its rows (a row comes out, or a column
 * is wanted), over its columns (a column, or a row). */
typedef struct FoldForms {
    const char *vector, *matrix, *rows, *rows_turned, *cols, *cols_turned;
} FoldForms;

/* 8 points of Gauss-Legendre on [0,1], in Python. */
#define LOGM_POINTS                                                           \
    "    for p, w in ((0.019855071751231884, 0.05061426814518813),\n"         \
    "                 (0.10166676129318663, 0.11119051722668724),\n"          \
    "                 (0.2372337950418355, 0.15685332293894363),\n"           \
    "                 (0.4082826787521751, 0.181341891689181),\n"             \
    "                 (0.5917173212478249, 0.181341891689181),\n"             \
    "                 (0.7627662049581645, 0.15685332293894363),\n"           \
    "                 (0.8983332387068134, 0.11119051722668724),\n"           \
    "                 (0.9801449282487681, 0.05061426814518813)):\n"

typedef struct Need {
    const char *word, *text; /* if the code (or the text of another that it
                                needs) has the word, the text above it */
} Need;

struct ArrayCode;

/* What is another for complex numbers; a text that is NULL is none. */
typedef struct ArrayComplex {
    const Template *form;
    const char *const *fun, *const *matfun;
    const FoldForms *fold;
    const Need *needs;
} ArrayComplex;

typedef struct ArrayDialect {
    const char *name;
    bool flat;             /* a vector has one axis, a row is no other thing */
    const char *prefix;    /* of functions: "np."; ~ in a template */
    const char *linalg;    /* "scipy.linalg."; ` in a template */
    const char *unchecked; /* ", check_finite=False": | in a template */
    const char *constants; /* of functions of numbers that are no arrays:
                              "math."; NULL: as of arrays */
    const char *more;      /* at the end of a line that goes on */
    bool brackets;         /* which it may within brackets alone */
    const char *many;      /* between a function and arrays: "." in Julia */
    const Template *form;  /* [F_COUNT] */
    const char *const *fun;      /* [OP_COUNT]: where it is no plain call */
    const char *const *matfun;   /* [OP_COUNT]: functions of the matrix */
    const char *const *reserved;
    const FoldForms *fold;       /* SUM, PROD, MAXOF, MINOF */
    const Need *needs;
    void (*frame)(struct ArrayCode *c, Buf *b);
    const char *repeat, *again;  /* for $1 from $2 to $3; its end, or NULL */
    bool open;                   /* up to $3, but not $3 itself */
    const char *put, *put_entry; /* add $4 to $1 at row $2, column $3, of which
                                    one may be all; at $2 of a vector */
    const char *put_row;         /* where that is written otherwise; or NULL */
    const ArrayComplex *complex;
    const char *like, *like_none; /* the statement that says of which kind new
                                     arrays are, $1 an input; NULL: none */
} ArrayDialect;

typedef struct ArrayValue {
    Code code;             /* what it is; a name once assigned */
    /* of one that has no name yet, or a NULL text: */
    Code under;            /* it is 1 divided by this */
    Code minus;            /* it is this, negated */
    Code uniform;          /* it is a multiple of the identity: as it is added
                              to a matrix */
    Code turned;           /* its transpose, of a product */
    Code root;             /* it is the square of the norm of this */
    bool constant;         /* a number that no input changes */
    const char *name[3];   /* LU has three in some languages */
    uint32_t reads, writes; /* writes still to come */
    int out;               /* index among the outputs, -1: none */
    bool pending;          /* factors: code is still the matrix */
    bool carried;          /* a loop adds to it: always a name */
} ArrayValue;

typedef struct ArrayCode {
    Ctx *ctx;
    const ArrayDialect *d;
    const CodeTask *task;
    const Plan *plan;
    Names names;
    Sizes sizes;
    ArrayValue *value;
    const Inst *const *input; /* in the order in which they were written */
    uint32_t ninputs;
    const char *function;
    const char *out[PLAN_OUTS];
    Code result[PLAN_OUTS];
    Buf body;
    uint32_t statements, numbered;
    uint32_t depth;        /* of loops */
} ArrayCode;

extern const ArrayComplex complex_numpy, complex_jax, complex_torch,
    complex_julia, complex_matlab;

const char *array_print(Ctx *ctx, const CodeTask *task,
                        const ArrayDialect *d);
/* python.c: the frame of a function in Python. */
void python_frame(ArrayCode *c, Buf *b);

/* --- what the files share */

Code array_form(ArrayCode *c, Form f, Code a, Code b, Code e);
/* A template by its text, with up to four arguments. */
Code array_text(ArrayCode *c, const char *text, CodeLevel level,
                const Code *arg);
bool array_has(const ArrayCode *c, Form f);
Code array_none(void);
/* The form in this language, and for these numbers; its text may be NULL. */
const Template *array_template(const ArrayCode *c, Form f);
/* Of a function of entries, of a matrix; NULL: there is none. */
const char *array_fun(const ArrayCode *c, OpId op);
const char *array_matfun(const ArrayCode *c, OpId op);
Code array_read(ArrayCode *c, Val v);
Code array_dim(ArrayCode *c, const Dim *d);
/* A statement, in as many lines as it needs; the head of a function. */
void array_line(ArrayCode *c, Buf *b, const char *s);
void array_head(ArrayCode *c, Buf *b, const char *s);
/* "name = code" as a line of the body. */
void array_assign(ArrayCode *c, const char *name, Code code);
/* Its name, after an assignment where it has none yet: the wanted one, or
 * (NULL) T1, t2, ..., small for scalars and vectors. */
Code array_named(ArrayCode *c, bool matrix, const char *wanted, Code code);
const char *array_number(ArrayCode *c, bool matrix);
/* "    n = A.shape[0]" for each size that the body has. */
void array_sizes(ArrayCode *c, Buf *b);
/* "A, X", and the sizes that no input has. */
const char *array_inputs(ArrayCode *c);
const char *array_results(ArrayCode *c);
/* Is the part in the code, at the beginning of a word? */
bool array_uses(ArrayCode *c, const char *part);
/* The texts for those words that the code has. */
void array_needs(ArrayCode *c, const Need *n, Buf *b);
/* What it computes, takes and gives, a line each. */
void array_about(ArrayCode *c, Buf *b, const char *prefix);
/* The value v is this (if `add`: this more). */
void array_set(ArrayCode *c, Val v, bool add, Code code);
/* From now on it is a name. */
void array_settle(ArrayCode *c, Val v);
void array_lacks(ArrayCode *c, const char *what);
bool array_is_scalar(const Value *v);
bool array_is_vector(const Value *v);

void array_inst(ArrayCode *c, const Inst *in);
void array_loop(ArrayCode *c, const Loop *l);
void array_repeat(ArrayCode *c, const Inst *in);
void array_again(ArrayCode *c, const Inst *in);
/* out += op(a), at its place, of which `where` are the row and the column. */
void array_collect(ArrayCode *c, const Inst *in, Code a, const Code where[2]);

#endif
