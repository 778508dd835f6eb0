/* build.h: shaped trees put together with the trivial cases taken out;
 * private to raise/. */
#ifndef NB_RAISE_BUILD_H
#define NB_RAISE_BUILD_H

#include "raise/raise.h"

/* A product of more factors than this is one factor of another: it may stand
 * in many terms. */
enum { JOIN_MOST = 64 };

uint32_t weight_of(Raise *r, const Tree *t); /* as tree_weight counts */
const Tree *mk(Raise *r, OpId op, uint32_t n, const Tree *const *kid,
               const Dim *rows, const Dim *cols);
const Tree *mk_transpose(Raise *r, const Tree *t);
/* tril(A)' = triu(A'), diagsums(A)' = diagsums(A'). */
const Tree *turn_linear(Raise *r, const Tree *t);
/* Is the transpose of the linear function no longer than it is? */
bool turns_free(const Tree *t);
const Tree *mk_conj(Raise *r, const Tree *t);
const Tree *mk_neg(Raise *r, const Tree *t);
/* a*b, flattened; rows of a, cols of b, or those of the non-scalar. */
const Tree *mk_mul(Raise *r, const Tree *a, const Tree *b);
/* The product of n > 0 scalars, or of n matrices, made at once. */
const Tree *mk_product(Raise *r, const Tree *const *t, uint32_t n,
                       const Dim *rows, const Dim *cols);
const Tree *mk_div(Raise *r, const Tree *a, const Tree *scalar);
/* a./b, or a/b for a scalar b: sigmoid(x) where it is exp(x)/(1 + exp(x)). */
const Tree *mk_over(Raise *r, OpId op, const Tree *a, const Tree *b);
const Tree *mk_had(Raise *r, const Tree *a, const Tree *b);
const Tree *mk_fun(Raise *r, OpId op, const Tree *a, const Dim *rows,
                   const Dim *cols);
bool is_mask(const Tree *t); /* tril, triu or band of ones */
const Tree *mk_diag(Raise *r, const Tree *v);
const Tree *mk_eye(Raise *r, const Dim *n);
const Tree *mk_ones(Raise *r, const Dim *rows, const Dim *cols);
const Tree *mk_index(Raise *r, const Dim *d); /* an index as a tree */
const Sym *index_sym(Raise *r, const char *name, const Dim *hi);
bool tree_is_col(const Tree *t);
const Dim *one(Raise *r);

/* --- a product of matrices as a list (chain.c) */
typedef struct Elem {
    const Tree *t;
    bool tr;   /* the transpose of t */
    bool symm; /* t is symmetric: tr means nothing */
    bool diag; /* diag(t) for a vector t */
} Elem;

typedef struct Chain {
    Elem *e;
    uint32_t n, cap;
} Chain;

bool chain_add(Raise *r, Chain *c, Elem e);
bool chain_append(Raise *r, Chain *c, const Chain *d);
Chain chain_reversed(Raise *r, const Chain *c); /* the transpose */
Chain chain_of(Raise *r, const Tree *t, bool tr, bool symm);
/* The shortest tree of the product; NULL chain: NULL. */
const Tree *chain_tree(Raise *r, const Chain *c);
/* The shorter of the product and its transpose: for scalars and traces. */
const Tree *chain_scalar(Raise *r, const Chain *c);
/* M'*M: the square of M's norm, Frobenius' for a matrix; else NULL. */
const Tree *chain_square(Raise *r, const Chain *c);
bool elem_same(const Elem *a, const Elem *b);
bool chain_same(const Chain *a, const Chain *b);
/* M, inv(M'*M) -> pinv(M)' and such. */
void chain_tidy(Raise *r, Chain *c);

/* A product v'*...*w that has become a scalar. */
typedef struct Inner {
    Chain c;
    const Tree *t;
} Inner;

/* Is a = -b, as it is written? */
bool is_opposite(Raise *r, const Tree *a, const Tree *b);
/* Is a = conj(b), factor by factor? */
bool is_conjugate(Raise *r, const Tree *a, const Tree *b);
/* The e of e + 1; NULL if t is nothing like it. */
const Tree *one_more(const Tree *t);

/* --- one term as a record that sums can factor (term.c) */
typedef struct Scal {
    const Tree *t;
    bool den; /* in the denominator */
} Scal;

typedef struct FTerm {
    Rat coef;
    Scal *s;
    uint32_t ns, caps;
    Chain chain;   /* empty: a scalar (or a broadcast of one) */
    Inner *in;     /* of the scalars those that are inner products */
    uint32_t nin, capin;
    bool failed;
} FTerm;

bool fterm_scalar(Raise *r, FTerm *f, const Tree *t, bool den);
bool fterm_inner(Raise *r, FTerm *f, const Chain *c, const Tree *t);
const Tree *fterm_tree(Raise *r, const FTerm *f, const Dim *rows,
                       const Dim *cols);

/* --- what scalars make together (scalars.c) */
/* The whole power that t is of its base. */
uint32_t fterm_power(const Tree *t, const Tree **base);
/* f without its scalar i. */
void fterm_drop(FTerm *f, uint32_t i);
/* exp(x)/(1 + exp(x)) becomes sigmoid(x). */
bool fterm_logistic(Raise *r, FTerm *f);
/* v*v^(e - 1) becomes v^e, v*(1 + q/v) becomes v + q. */
void fterm_pairs(Raise *r, FTerm *f);
/* exp(x)/sum(exp(x)) becomes softmax(x). */
void fterm_softmaxes(Raise *r, FTerm *f);

/* --- sum.c: the tree of a sum of terms that have the given shape */
const Tree *sum_tree(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                     const Dim *cols);
/* The same if it has been read before, else NULL; for next time (memo.c). */
const Tree *sum_known(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                      const Dim *cols);
void sum_note(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
              const Dim *cols, const Tree *t);
void sum_memo_init(Raise *r);
FTerm *copy_terms(Raise *r, const FTerm *f, uint32_t n);
const Tree *sum_best(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                     const Dim *cols);
/* --- what terms have in common, pulled out; NULL if nothing (common.c) */
const Tree *sum_common(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                       const Dim *cols);
const Tree *sum_by_end(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                       const Dim *cols);
const Tree *sum_by_chain(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                         const Dim *cols);
const Tree *sum_by_scalar(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                          const Dim *cols);
const Tree *sum_by_entrywise(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                             const Dim *cols);
/* --- linear.c: other readings of a sum, NULL if there is none: scalars as
 * products of 1 by 1 that share their ends; tril(A) + tril(B) as tril(A + B);
 * sum(A,2) as A*ones */
const Tree *sum_ones(Raise *r, const FTerm *f, uint32_t n, const Dim *rows,
                     const Dim *cols);
const Tree *sum_inner(Raise *r, const FTerm *f, uint32_t n);
const Tree *sum_linear(Raise *r, const FTerm *f, uint32_t n, const Dim *rows,
                       const Dim *cols);

/* --- a term's graph, reduced (reduce.c) */
bool reduce_term(Raise *r, const Net *n, const Term *t, FTerm *out);
const Tree *atom_tree(Raise *r, const Atom *a); /* atoms.c */

#endif
