/* net.h: the network: sums of terms over shared index labels.
 *
 * A Net of k axes is a function of k indices: a sum of terms, each a rational
 * coefficient times factors.  A factor is an atom with a label on each of its
 * axes.  Label l >= 0 is an open axis of the net for l < k and a summed index
 * for l >= k; label l < 0 is a fixed index (the symbol i of X[i,j], or a
 * number), entry -l-1 of the context's table.  An open label that no factor
 * carries is a broadcast.  Scalars have no axes; an axis of dimension 1 does
 * not exist.
 *
 * Transposition is the order of labels; trace, product, Hadamard product,
 * diag, sum, outer product are patterns of shared labels; a Kronecker index
 * is a FUSE atom, 1 where c is the pair (j,l), so that kron and vec need no
 * rules of their own.
 *
 * Nets and atoms are immutable and consed: bound labels are numbered by
 * canonical labelling (canon.c), so equal is pointer-equal, up to what lies
 * inside sums that are not multiplied out. */
#ifndef NB_NET_H
#define NB_NET_H

#include "base/hash.h"
#include "lang/tree.h"

enum { NET_AXES = 8 }; /* most axes of an atom or a net */

typedef int32_t Label;
typedef struct Net Net;
typedef struct Atom Atom;

typedef enum AtomKind {
    ATOM_SYM,   /* a symbol; axes by its shape (a diagonal matrix: 1 axis) */
    ATOM_INT,   /* an integer polynomial as a number */
    ATOM_PI,
    ATOM_IMUNIT, /* the imaginary unit */
    ATOM_DELTA, /* 2 axes */
    ATOM_FUSE,  /* 3 axes (c, j, l): 1 iff c = (j, l), j the slower */
    ATOM_MASK,  /* 2 axes (i, j): 1 where op keeps the entry: TRIL i >= j;
                   BAND lo >= i - j and hi >= j - i */
    ATOM_SAME,  /* 4 axes (i, j, k, l): 1 where (i,j) and (k,l) are on the same
                   diagonal (DIAGSUMS), antidiagonal, wrapped diagonal */
    ATOM_FUN,   /* entrywise op of nets with the same axes as the atom */
    ATOM_POW,   /* entrywise power arg[0] ^ arg[1] (arg[1] may be scalar) */
    ATOM_MPOW,  /* arg[0] ^ exponent, a matrix power; 2 axes */
    ATOM_MAT,   /* a matrix function op(arg[0]); FRECHET: arg[0] is f(A) */
    ATOM_APPLY, /* an unknown function of its arguments, derived der[k] times
                   by argument k: the value's axes, then those of argument 0
                   der[0] times, ... */
    ATOM_SUM,   /* the net arg[0] as one factor */
    ATOM_SUMI   /* sum of arg[0] over index = lo..hi */
} AtomKind;

/* (i,j,k,l) is (k,l,i,j) and (j,i,l,k); FLIP: and (j,i,k,l). */
enum { SAME_TURN = 2, SAME_FLIP = 3 };

struct Atom {
    AtomKind kind;
    OpId op;          /* FUN, MAT */
    int8_t symmetry;  /* of 2 axes: 1 symmetric, -1 skew, 0 neither; of the 4
                         of SAME: SAME_TURN, SAME_FLIP */
    uint8_t naxes, nargs;
    uint32_t serial;
    uint64_t hash;
    const Dim *dim[NET_AXES];
    const Sym *sym;       /* SYM; APPLY: the function */
    uint8_t der[FUNCTION_ARGS]; /* APPLY */
    const Dim *expo;      /* MPOW: exponent; INT: the number */
    const char *index;    /* SUMI: the index's name */
    const Dim *lo, *hi;   /* SUMI, MASK of BAND */
    const Net *arg[FUNCTION_ARGS];
};

typedef struct Factor {
    const Atom *atom;
    Label lab[NET_AXES];
} Factor;

typedef struct Term {
    Rat coef; /* never 0 */
    uint32_t nfactors, nbound;
    const Factor *factor;
    const Dim *const *bdim; /* of bound labels naxes .. naxes+nbound-1 */
    uint64_t hash;          /* of the factors, without coef */
} Term;

struct Net {
    uint8_t naxes;
    uint32_t serial; /* later than everything inside */
    uint32_t nterms;
    uint32_t size;   /* factors, nested ones too, shared counted once a net */
    uint32_t depth;
    uint64_t hash;
    const Dim *dim[NET_AXES];
    const Term *term;
};

/* --- fixed indices */
Label net_fixed(Ctx *ctx, const Dim *index);
const Dim *net_fixed_index(Ctx *ctx, Label l); /* l < 0 */

/* --- atoms (consed; canonical choices are made here) */
const Atom *atom_sym(Ctx *ctx, const Sym *s);
const Atom *atom_int(Ctx *ctx, const Dim *d);
const Atom *atom_pi(Ctx *ctx);
const Atom *atom_imunit(Ctx *ctx);
const Atom *atom_delta(Ctx *ctx, const Dim *d);
const Atom *atom_fuse(Ctx *ctx, const Dim *slow, const Dim *fast);
const Atom *atom_pattern(Ctx *ctx, OpId op, const Dim *n);
const Atom *atom_fun(Ctx *ctx, OpId op, const Net *a, const Net *b);
const Atom *atom_pow(Ctx *ctx, const Net *base, const Net *expo);
const Atom *atom_mpow(Ctx *ctx, const Net *base, const Dim *expo);
const Atom *atom_mat(Ctx *ctx, OpId op, const Net *arg, unsigned naxes,
                     const Dim *const *dim);
/* The derivative of the matrix function f at a in the direction e. */
const Net *net_frechet(Ctx *ctx, OpId f, const Net *a, const Net *e);
/* A symbol declared so, or the eigenvectors of a symmetric matrix. */
bool atom_is_orthogonal(Ctx *ctx, const Atom *a);
/* Singular vectors: a matrix with V'*V = I. */
bool atom_has_unit_columns(const Atom *a);
const Atom *atom_apply(Ctx *ctx, const Sym *f, const Net *const *arg,
                       const uint8_t *der);
const Atom *atom_sum(Ctx *ctx, const Net *n);
const Atom *atom_sumi(Ctx *ctx, const char *index, const Dim *lo,
                      const Dim *hi, const Net *body);

/* --- a term under construction: labels 0..naxes-1 are open, work_label
 * makes bound ones; work_term simplifies, labels canonically, and resets
 * nothing (a Work is used once). */
typedef struct Work {
    Ctx *ctx;
    unsigned naxes;
    Rat coef;
    bool zero, failed;
    Factor *f;
    uint32_t nf, capf;
    const Dim **dim; /* of labels */
    uint32_t nl, capl;
} Work;

void work_init(Work *w, Ctx *ctx, unsigned naxes, const Dim *const *dim);
Label work_label(Work *w, const Dim *dim);
void work_atom(Work *w, const Atom *a, const Label *lab);
void work_scale(Work *w, Rat c);
/* Multiply by a net: one of a single small term is spliced in, a sum becomes
 * one factor. */
void work_net(Work *w, const Net *n, const Label *lab);
/* Multiply by one term of a net of `naxes` axes. */
void work_term_of(Work *w, const Net *n, const Term *t, const Label *lab,
                  int64_t skip_factor, Label *skip_labels);
void work_delta(Work *w, Label a, Label b, const Dim *d);
/* tril, triu or band as a factor between labels i and j. */
void work_mask(Work *w, OpId op, const Dim *lo, const Dim *hi, Label i,
               Label j, const Dim *n);
/* The finished net (one term, or none). */
const Net *work_net_done(Work *w);

/* --- nets */
const Net *net_zero(Ctx *ctx, unsigned naxes, const Dim *const *dim);
const Net *net_num(Ctx *ctx, Rat r);
const Net *net_one(Ctx *ctx, unsigned naxes, const Dim *const *dim);
const Net *net_atom(Ctx *ctx, const Atom *a); /* its axes in order */
/* c[0]*n[0] + c[1]*n[1] + ..., like terms collected. */
const Net *net_sum(Ctx *ctx, uint32_t n, const Net *const *part,
                   const Rat *c);
const Net *net_add(Ctx *ctx, const Net *a, const Net *b);
const Net *net_scale(Ctx *ctx, const Net *a, Rat c);
/* Axis k of the result is axis perm[k] of n. */
const Net *net_permute(Ctx *ctx, const Net *n, const uint8_t *perm);
const Net *net_transpose(Ctx *ctx, const Net *n); /* 2 axes */
/* The product of two nets, entry by entry (broadcasting scalars). */
const Net *net_pointwise(Ctx *ctx, const Net *a, const Net *b);
/* The slope of an unknown function's atom by argument k: the atom's axes, then
 * the argument's. */
const Net *net_apply_slope(Ctx *ctx, const Atom *a, unsigned k);
/* --- complex nets (conj.c): conj(X) is a leaf of its own, so that Wirtinger
 * derivatives are plain ones (Hjorungnes and Gesbert, IEEE Trans. Signal
 * Process. 55 (2007)). */
/* The symbol that stands for conj(s); s itself if it is real. */
const Sym *sym_conj(Ctx *ctx, const Sym *s);
const Net *net_conj(Ctx *ctx, const Net *n);
bool net_is_complex(Ctx *ctx, const Net *n);
/* n^p, entry by entry. */
const Net *net_power(Ctx *ctx, const Net *n, Rat p);
const Net *net_power_net(Ctx *ctx, const Net *n, const Net *expo);
/* A constant number? */
bool net_is_num(const Net *n, Rat *r);
/* Questions about what is inside, memoised over many nets. */
typedef struct NetAsk {
    const Sym *sym;
    const char *index;
    PtrMap memo;
} NetAsk;
void net_ask_init(NetAsk *q, Ctx *ctx, const Sym *sym, const char *index);
bool net_asks(Ctx *ctx, NetAsk *q, const Net *n);
bool factor_asks(Ctx *ctx, NetAsk *q, const Factor *f);
/* Does n depend on the symbol (anywhere inside)? */
bool net_mentions(Ctx *ctx, const Net *n, const Sym *s);
bool net_mentions_index(Ctx *ctx, const Net *n, const char *index);
/* n with index name replaced by the polynomial e, also in exponents. */
const Net *net_subst_index(Ctx *ctx, const Net *n, const char *index,
                           const Dim *e);
/* n with the fixed index opened as one more axis (the last) of dimension d;
 * NULL without an error if it stands where an axis cannot go. */
const Net *net_abstract(Ctx *ctx, const Net *n, const char *index,
                        const Dim *d);
/* sum of body over index = lo..hi; (hi-lo+1)*body if it does not depend on
 * the index, terms that do not are taken out. */
const Net *net_sumi(Ctx *ctx, const char *index, const Dim *lo, const Dim *hi,
                    const Net *body);
/* The term with its factors taken into its j-th factor, a sum over an index:
 * the net of that sum alone. */
const Net *net_into_sum(Ctx *ctx, const Net *n, const Term *t, uint32_t j);
/* n with axis `axis` fixed at the index. */
const Net *net_fix(Ctx *ctx, const Net *n, unsigned axis, const Dim *index);
/* The same for a net of one atom, with the axis fixed inside its arguments,
 * so that the atom has one axis less. */
const Net *net_fix_inside(Ctx *ctx, const Net *n, unsigned axis,
                          const Dim *index);
/* n with products of sums multiplied out, up to `limit` terms (else n as it
 * is). */
const Net *net_expand(Ctx *ctx, const Net *n, uint32_t limit);
/* +1 symmetric, -1 skew, 0 neither or unknown. */
int net_symmetry(Ctx *ctx, const Net *n);
/* A readable form, one term a line, for --dump network (dump.c). */
const char *net_dump(Ctx *ctx, const Net *n);
/* The net that such a text is of, over the symbols given: read back in its
 * own context, the same pointer.  NULL after an error. */
const Net *net_read(Ctx *ctx, const char *text, const Sym *const *sym,
                    size_t nsyms);

/* canon.c: renumber bound labels and sort factors; sign of skew swaps goes
 * into *coef. */
bool canon_term(Ctx *ctx, unsigned naxes, Factor *f, uint32_t nf,
                const Dim **dim, uint32_t nl, uint32_t *nbound, Rat *coef);

/* simplify.c: contractions on a term under construction, to a fixed point. */
void work_simplify(Work *w);

#endif
