/* derive.h: a task under way; private to api/. */
#ifndef NB_DERIVE_H
#define NB_DERIVE_H

#include "api/task.h"
#include "calc/calc.h"
#include "raise/raise.h"

/* A variable of the task: a symbol, or an entry of one, or an invertible
 * transform of one (then `sym` stands for the transform). */
typedef struct Var {
    const Sym *sym;
    const Tree *tree;  /* what the claim names: symbol, or entry */
    const Tree *back;  /* a transform's own text, to put in for sym */
    const Dim *index[2]; /* of an entry; NULL: all, of a row or a column */
    unsigned nindex;
    unsigned axes;     /* of the derivative by it */
    Wirtinger wirtinger;
} Var;

typedef struct Derive {
    Ctx *ctx;
    Scope *scope;
    const Task *task;
    Outcome *out;
    Lower lower;
    Raise raise;
    const Tree *input;
    Var var[TASK_VARS];
    unsigned nvars;
} Derive;

/* --- steps (derive.c) */
void note(const char **list, unsigned *n, const char *text);
const Net *dumped(Derive *d, const char *stage, const Net *n);
/* The answer's net as a tree; NULL of NULL. */
const Tree *raised(Derive *d, const Net *n, bool row);
/* The derivative of f by variable v: f's axes, then those of v. */
const Net *by(Derive *d, const Net *f, const Var *v);
bool is_row(const Tree *t);
/* An answer with its claim; NULL after an error. */
Item *add_item(Derive *d, ClaimForm form, const Tree *t, unsigned order);
Item *claim_vars(Item *it, const Var *a, const Var *b);

/* --- variable.c: what may be a variable, and its structure */
bool read_var(Derive *d, const Tree *v, Var *out);

/* --- structure.c */
bool is_structured(const Sym *s);
bool ignores_structure(const Derive *d, const Sym *s);
/* Is the derivative by v one in the space of such matrices? */
bool takes_structure(const Derive *d, const Var *v);
/* The map that takes in the structure of s, in words, as in
 * "(symmetric): (G + G')/2", and which sort it is; NULL if s has none. */
const char *structure_map(Ctx *ctx, Structure how, const Sym *s,
                          const char **space);
/* Can the task be done with this structure?  False after an error. */
bool check_structure(Derive *d, const Sym *s, Span at);
/* The gradient in the space of the variable's structure, or by entries. */
const Net *project(Derive *d, const Net *g, const Var *v);
/* What the prover has to show of the structure. */
void claim_structure(Derive *d, Item *it, const Var *v);
const Net *by_structured_entry(Derive *d, const Net *n, unsigned fa,
                               const Var *v);

/* --- forms.c: differentials, and derivatives of order 3 and 4.  `fa` is the
 * number of f's own axes. */
const Sym *direction(Derive *d, const Var *v, const char *name);
const Sym *differential_of(Derive *d, const Var *v);
bool as_entries(Derive *d, const Net *n, unsigned fa, unsigned order);
bool as_kron(Derive *d, const Net *n, unsigned fa, unsigned order);
bool as_bilinear(Derive *d, const Net *n);
/* The differential of the gradient by the first variable. */
bool as_gradient_differential(Derive *d, const Net *g);
bool total_differential(Derive *d, const Net *f);
/* The differential with dx[i] for x[i], and conj(dx[i]) for conj(x[i]). */
const Net *differential_in(Ctx *ctx, const Net *f, unsigned n,
                           const Sym *const *x, const Sym *const *dx);

/* --- taylor.c */
bool taylor(Derive *d);

/* --- assume.c: what the tree needs, into the outcome's assumptions */
void assumptions_of(Derive *d, PtrMap *seen, const Tree *t);

/* Made of numbers, arithmetic and entrywise functions alone? (domain.c) */
bool is_number(const Tree *t);

#endif
