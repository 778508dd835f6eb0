/* ring.h: the arithmetic that an oracle evaluates trees in; one evaluator
 * (eval.c) serves all.  Elements are opaque blocks of `size` bytes. */
#ifndef NB_RING_H
#define NB_RING_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/rng.h"
#include "verify/verify.h"

/* Modes differ in range and sign, from 4 on with matrices near the identity;
 * those from MODE_WIDE on are far out, or very near to 0. */
enum { MODE_WIDE = 12, MODES = 18 };

typedef struct Ring Ring;
struct Ring {
    Ctx *ctx;
    Rng rng;
    size_t size;
    bool hashed; /* an uninterpreted function was met */
    bool rooted; /* a true square root, of either sign */
    bool kinked; /* a function whose domain falls into parts: what holds of
                    its values in one may fail in another */
    double wide, fine; /* thresholds lie within: how far out, how near to 0 */
    int step;    /* differences are taken over 2^-step */
    unsigned parts;   /* real numbers an element is made of: 1, or 2 */
    size_t part_size; /* bytes of each */
    Ring *base;       /* of a complex ring: that of the parts */
    bool values;      /* values are asked for, also at a kink */
    int small;        /* >0: random numbers are integers up to it */
    bool draws_real;  /* random numbers of a complex ring are real */
    int mode;    /* how points are drawn, 0..MODES-1; changed when a domain
                    is missed */
    void *state;
    void *(*vec)(Ring *r, size_t n); /* n zeros; NULL without memory */
    void (*set)(Ring *r, void *z, const void *x);
    void (*set_rat)(Ring *r, void *z, Rat q, bool *ok);
    void (*add)(Ring *r, void *z, const void *x, const void *y);
    void (*sub)(Ring *r, void *z, const void *x, const void *y);
    void (*mul)(Ring *r, void *z, const void *x, const void *y);
    bool (*inv)(Ring *r, void *z, const void *x); /* false: not invertible */
    double (*pivot)(Ring *r, const void *x);      /* 0: cannot divide by */
    bool (*fun)(Ring *r, void *z, OpId op, const void *x, const void *y);
    bool (*pi)(Ring *r, void *z);
    /* as a person writes it: an integer or fraction (field), six digits */
    void (*print)(Ring *r, Buf *b, const void *x);
    bool (*is_zero)(Ring *r, const void *x); /* and no dual parts */
    bool (*is_positive)(Ring *r, const void *x); /* field: always */
    void (*random)(Ring *r, void *z);
    /* a matrix function without a finite algorithm; false: not here */
    bool (*matfun)(Ring *r, OpId op, void *z, const void *x, size_t n);
};

typedef struct Mat {
    size_t rows, cols;
    char *e; /* row-major */
} Mat;

static inline void *at(const Ring *r, const Mat *m, size_t i, size_t j)
{
    return m->e + (i * m->cols + j) * r->size;
}

/* --- mat.c: a new matrix each; NULL for a NULL argument and without memory.
 * That shapes fit is the caller's to see to: shaped trees' do. */
Mat *mat_new(Ring *r, size_t rows, size_t cols); /* zeros */
Mat *mat_mul(Ring *r, const Mat *a, const Mat *b);
Mat *mat_add(Ring *r, const Mat *a, const Mat *b, bool minus); /* a + or - b */
Mat *mat_transpose(Ring *r, const Mat *a);
Mat *mat_conj(Ring *r, const Mat *a);
Mat *mat_adjoint(Ring *r, const Mat *a); /* the transpose of a real ring's */
Mat *mat_eye(Ring *r, size_t n);
Mat *mat_scale(Ring *r, const Mat *a, const void *s);
/* NULL: singular (no error is set). */
Mat *mat_inv(Ring *r, const Mat *a);
/* false: no memory. */
bool mat_det(Ring *r, const Mat *a, void *det);
/* --- charpoly.c: the same without division */
bool charpoly_det(Ring *r, const Mat *a, void *det);
Mat *charpoly_adj(Ring *r, const Mat *a);

Mat *mat_pinv(Ring *r, const Mat *a);
Mat *mat_random(Ring *r, size_t rows, size_t cols);

/* --- what names are at one point */
typedef struct Binding {
    const char *name;
    int64_t value;
} Binding;

enum { ENV_MAX = 128 };

typedef struct Eval {
    Ring *ring;
    Binding env[ENV_MAX]; /* dimensions, integers, indices */
    unsigned nenv;
    PtrMap value;  /* Sym -> Mat */
    PtrMap memo;   /* Tree -> Mat, of trees without indices */
    PtrMap *local; /* of trees with indices, for the binding in force */
    PtrMap indexed; /* Tree -> 1 (no) or 2 (yes) */
    bool unable;   /* an operation that this oracle does not have */
    unsigned depth;
    bool narrow;   /* a quantity would have no entries at these sizes */
    unsigned sums; /* sums over an index that this is inside of */
} Eval;

/* Nothing is bound yet, and nothing known. */
void eval_init(Eval *e, Ring *r);
/* The name, interned, is the value from now on. */
void eval_bind(Eval *e, const char *name, int64_t value);
/* false: the name, or one in d, is not bound. */
bool eval_lookup(const Eval *e, const char *name, int64_t *value);
bool eval_dim(const Eval *e, const Dim *d, int64_t *value);
/* NULL: outside the domain, or unable (e->unable), or an error in ctx. */
const Mat *eval(Eval *e, const Tree *t);

/* An index, exponent or bound: an integer. */
bool eval_integer(Eval *e, const Tree *t, int64_t *v);
/* APPLY and DAPPLY, of the given size (unknown.c). */
Mat *eval_applied(Eval *e, const Tree *t, size_t rows, size_t cols);

Ring *field_ring(Ctx *ctx, uint64_t seed);
/* Components of a field element: 0 value, 1 e1, 2 e2, 3 e1*e2. */
uint64_t field_part(const void *x, int k);
void field_set_part(void *z, int k, uint64_t v);

Ring *ball_ring(Ctx *ctx, uint64_t seed);
void ball_free(Ring *r);
/* digits to which x and y agree, relative to scale */
double ball_digits(Ring *r, const void *x, const void *y, double scale);
/* Digits of scale that x is known to. */
double ball_sharpness(Ring *r, const void *x, double scale);
double ball_size(Ring *r, const void *x);
/* z = x + steps*h*u */
void ball_set_step(Ring *r, void *z, const void *x, const void *u, int steps);
/* z = x / (2h)^order */
void ball_unstep(Ring *r, void *z, const void *x, unsigned order);

/* A ball that is the number x; the number in the middle of a ball. */
void ball_set_double(void *z, double x);
double ball_double(const void *x);

/* --- complex numbers over a ring (complex.c) */
Ring *complex_ring(Ring *base);
void ring_conj(Ring *r, void *z, const void *x);
void ring_make_real(Ring *r, void *z);
void ring_set_imaginary(Ring *r, void *z); /* z = i */

/* The k-th real part of an element. */
static inline void *ring_part(const Ring *r, const void *z, unsigned k)
{
    return (char *)(uintptr_t)z + k * r->part_size;
}

/* --- points (sample.c) */
typedef struct Names {
    const char *dim[64];
    unsigned ndims;
    const char *integer[32];
    unsigned nintegers;
    const Sym *index[32]; /* free indices */
    unsigned nindices;
    const Sym **sym;      /* quantities */
    unsigned nsyms, capsyms;
    double largest, least; /* of the numbers, without sign and zero; or 1 */
} Names;
bool names_of(Ctx *ctx, const Claim *c, Names *n);
/* Sizes and integers of the k-th draw, indices of a pattern, into e. */
void draw_sizes(Eval *e, const Names *n, unsigned draw, unsigned pattern,
                Rng *rng);
/* How many draws show all the ways in which free indices may be equal, and
 * integers odd. */
unsigned draw_patterns(const Names *n);
/* A value of the symbol; its direction if `tangent`. */
Mat *draw_value(Eval *e, const Sym *s, bool tangent);
/* The coefficients of a random function. */
Mat *draw_function(Eval *e, const Sym *f);
double degree_of(Eval *e, const Tree *t);

#endif
