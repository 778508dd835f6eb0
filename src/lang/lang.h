/* lang.h: text to shaped trees: the stage's door.
 *
 *   text --lex--> tokens --parse--> tree of names --decl, shape--> shaped tree
 *
 * A Scope holds what names mean.  It is filled by declarations, then by
 * inference over all expressions of a question together (the expression and
 * its variables), because what `x` is may follow from either. */
#ifndef NB_LANG_H
#define NB_LANG_H

#include "lang/tree.h"

typedef struct Scope Scope;

Scope *scope_new(Ctx *ctx);
/* "X: [n,m]; A: [n,n] symmetric"; false (and an error in ctx) if wrong. */
bool scope_declare(Scope *s, const char *text, size_t n);
/* A symbol of that name, or NULL. */
const Sym *scope_find(const Scope *s, const char *name);
/* A fresh symbol that no text names yet: wanted, or wanted2, wanted3 ... */
Sym *scope_fresh(Scope *s, const char *wanted, SymKind kind, const Dim *rows,
                 const Dim *cols);
/* Property words ("symmetric posdef") for a symbol, as bits with what they
 * imply; false after an error. */
bool scope_properties(Ctx *ctx, const Sym *s, const char *words,
                      uint32_t *props);
/* All symbols, in order of appearance; for the list of inferred ones. */
const Sym *const *scope_symbols(const Scope *s, size_t *n);
/* A declaration that says what a symbol is: "X: [n,m] symmetric". */
const char *sym_declaration(Ctx *ctx, const Sym *s);

/* Parse one expression: a tree of OP_NAME leaves, no shapes.  A trailing
 * `where T1 = ...; T2 = ...` is substituted (sharing its parts). */
const Tree *lang_parse(Ctx *ctx, const char *text, size_t n);
/* Resolve and infer shapes of n parsed trees together, in one scope; out[i]
 * are the shaped trees.  n may be 0..16.  The origins' sources are given so
 * that errors point into the right text. */
typedef struct Source {
    const char *text;
    const char *origin; /* "expression", "variable" */
    const Tree *parsed;
    const Tree *shaped; /* out */
    bool entry;         /* X[i,j] as a variable: fresh names inside brackets
                           are indices (they always are) */
} Source;
bool lang_shape(Scope *s, Source *src, size_t n);
/* The tokens, one a line, for --dump tokens. */
const char *lang_dump_tokens(Ctx *ctx, const char *text, size_t n);
/* The parsed or shaped tree as our own text (precedence-aware, minimal
 * brackets); out/text.c uses the same. */

/* LaTeX in our own language; NULL after an error. */
const char *lang_from_latex(Ctx *ctx, const char *latex, size_t n);
/* From now on ' means the adjoint, as where a complex name is declared. */
void scope_make_complex(Scope *s);

#endif
