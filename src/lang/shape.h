/* shape.h: shape inference; private to lang/.
 *
 *   names.c   which names are not declared, and the readings tried for them
 *   final.c   the reading that fits, without unknown dimensions
 *   shape.c   the walk; operators          call.c   built-in functions
 *   power.c   quotients and powers
 *   apply.c   derivatives and unknown functions
 *   index.c   indices, exponents, sums over an index
 *   unify.c   equations between dimensions mend.c   what an error says */
#ifndef NB_SHAPE_H
#define NB_SHAPE_H

#include "lang/scope.h"

/* --- unify.c: metas are dimensions still to be found, named "?1", "?2" */

typedef struct Meta {
    const Dim *is; /* NULL while unknown */
    bool many;     /* not 1: else the quantity were of another kind */
} Meta;

typedef struct Equation {
    const Dim *a, *b;
    const Tree *at;
    bool soft; /* only a hint */
} Equation;

typedef struct Unify {
    Ctx *ctx;
    Meta *meta;
    uint32_t n, cap;
    Equation *later; /* what could not be decided yet */
    uint32_t nlater, later_cap;
} Unify;

const Dim *unify_meta(Unify *u, bool many);
const Dim *unify_resolve(Unify *u, const Dim *d);
bool dim_has_meta(const Dim *d);
const char *dim_meta(const Dim *d); /* one of them, or NULL */
/* a = b: false if that cannot be. */
bool unify(Unify *u, const Dim *a, const Dim *b, const Tree *at);
/* a = b if nothing else says what a or b is. */
void unify_hint(Unify *u, const Dim *a, const Dim *b, const Tree *at);
/* Decide what was put off; the first equation that cannot hold, or NULL. */
const Equation *unify_settle(Unify *u);

/* --- names.c */

typedef enum Kind { KIND_SCALAR, KIND_INTEGER, KIND_VECTOR, KIND_MATRIX,
                    KIND_INDEX, KIND_COUNT } Kind;

typedef struct Unknown {
    const char *name;
    unsigned uses;
    Kind usual, kind; /* by its name; in this reading */
    struct Unknown *of; /* dX of an undeclared X */
    const Sym *of_sym;  /* dX of a declared X */
    bool seen;          /* in this reading */
    Sym *sym;
} Unknown;

/* An index bound by a sum. */
typedef struct Bound {
    const char *name;
    Sym *sym;
    const Tree *at;
    struct Bound *outer; /* binder around it */
    struct Bound *next;  /* all binders of this reading */
} Bound;

typedef struct Shaper {
    Ctx *ctx;
    Scope *scope;
    Unify u;
    const Dim *one;
    PtrMap *memo;   /* parsed node -> shaped tree, under the present binders */
    PtrMap unknown; /* name -> Unknown */
    Unknown **list; /* in order of appearance */
    uint32_t nlist, list_cap;
    PtrMap words;   /* all names in the texts */
    unsigned next_dim; /* of n, m, p, ... */
    Bound *inner, *binders;
    const Tree *at; /* the node being shaped, for errors */
    unsigned depth;
    bool quiet;     /* another reading may fit: do not say what is wrong */
    bool failed;
} Shaper;

/* What the name means here: a symbol, or NULL (then maybe a dimension). */
const Sym *name_symbol(Shaper *s, const char *name);

/* A stack of nodes, for walks over deep trees; `use` is the walk's own. */
typedef struct Visit {
    const Tree *t;
    unsigned use;
} Visit;

typedef struct Visits {
    Visit *v;
    size_t n, cap;
} Visits;

bool names_visit(Shaper *s, Visits *q, const Tree *t, unsigned use);

/* --- final.c */

/* Take all remaining metas for n, m, p, ... */
bool name_metas(Shaper *s);
/* Symbols and trees of the reading, without metas, into scope and sources. */
bool names_finish(Shaper *s, Source *src, size_t n);

/* --- shape.c */

const Tree *shape_tree(Shaper *s, const Tree *t);
/* The shaped child i of the parsed t. */
const Tree *shape_kid(Shaper *s, const Tree *t, uint32_t i);
const Tree *shape_node(Shaper *s, const Tree *t);
const Tree *shape_make(Shaper *s, OpId op, uint32_t n, const Tree *const *kid,
                       const Dim *rows, const Dim *cols, const Tree *at);
const Tree *shape_make1(Shaper *s, OpId op, const Tree *a, const Dim *rows,
                        const Dim *cols, const Tree *at);
const Tree *shape_make2(Shaper *s, OpId op, const Tree *a, const Tree *b,
                        const Dim *rows, const Dim *cols, const Tree *at);
bool shape_is_zero(const Tree *k); /* the number 0 */
/* a = b, of the parsed `at`. */
bool shape_same(Shaper *s, const Dim *a, const Dim *b, const Tree *at);
bool shape_is_scalar(Shaper *s, const Tree *k);
bool shape_is_one(Shaper *s, const Dim *d);
/* Product of shaped kids, of parsed `at`'s. */
const Tree *shape_product(Shaper *s, const Tree *at, uint32_t n,
                          const Tree *const *kid);
const Tree *shape_broadcast(Shaper *s, const Tree *at, OpId op,
                            const Tree *a, const Tree *b);
/* A ⊗ B of an operator or a call. */
const Tree *shape_kron(Shaper *s, const Tree *t);

/* --- power.c */

/* A/B; `by` is the position of the divisor, 0 in A\B. */
const Tree *shape_quotient(Shaper *s, const Tree *t, uint32_t by);
const Tree *shape_power(Shaper *s, const Tree *t);
const Tree *shape_epow(Shaper *s, const Tree *t); /* A.^B */

/* --- index.c */

/* The integer polynomial that t is; all its names must be integers. */
const Dim *shape_integer(Shaper *s, const Tree *t, const char *what);
/* The same for an index of the range 1..range (NULL: any), as a tree. */
const Tree *shape_index(Shaper *s, const Tree *t, const Dim *range);
/* A bound index over lo..hi for the body; a new memo while it holds. */
const Tree *shape_sum(Shaper *s, const Tree *at, const Tree *name,
                      const Tree *lo, const Tree *hi, const Tree *body);

/* --- call.c */

/* How many leading arguments of the call are quantities. */
uint32_t call_quantities(Shaper *s, const Tree *t);
const Tree *shape_call(Shaper *s, const Tree *t);
/* What the arguments of a call are used for, to find names by. */
typedef enum Use { USE_PLAIN = 1, USE_EXPONENT = 2, USE_INDEX = 4,
                   USE_DIM = 8, USE_BOUND = 16, USE_LIMIT = 32,
                   USE_NONE = 64 } Use;
Use call_use(Shaper *s, const Tree *t, uint32_t i);

/* What a callee is declared as, or NULL. */
const Sym *call_symbol(Shaper *s, const Tree *callee);
bool call_is_named(const Tree *t, const char *name);

/* --- apply.c */

const Tree *call_derivative(Shaper *s, const Tree *t);
const Tree *call_declared(Shaper *s, const Tree *t, const Sym *f); /* f(e) */
const Tree *call_bare(Shaper *s, const Tree *t, const Sym *f); /* Y of Y(t) */
const Tree *call_applied(Shaper *s, const Tree *t); /* D(f)(e) */
const Tree *call_big_d(Shaper *s, const Tree *t);   /* D(Y,t) */

/* --- mend.c; all return NULL */

void *shape_fail(Shaper *s, const Tree *at, const char *mend, const char *fmt,
                 ...) __attribute__((format(printf, 4, 5)));
const char *shape_text(Shaper *s, const Tree *k); /* "scalar", "[n,m]" */
const char *part_text(Shaper *s, const Tree *parsed);
/* "declare c, as in c: scalar" if the part holds an undeclared name. */
const char *declare_advice(Shaper *s, const Tree *parsed);
void *fail_product(Shaper *s, const Tree *t, uint32_t i, const Tree *left,
                   const Tree *right);
void *fail_sum(Shaper *s, const Tree *t, uint32_t i, const Tree *left,
               const Tree *right);
void *fail_entrywise(Shaper *s, const Tree *t, OpId op, const Tree *left,
                     const Tree *right);
void *fail_power(Shaper *s, const Tree *t, const Tree *base);

#endif
