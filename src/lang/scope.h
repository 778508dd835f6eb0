/* scope.h: what names mean; private to lang/. */
#ifndef NB_SCOPE_H
#define NB_SCOPE_H

#include "lang/lex.h"

struct Scope {
    Ctx *ctx;
    PtrMap by_name; /* interned name -> Sym */
    PtrMap dims;    /* names of dimensions -> their Sym */
    Sym **sym;      /* in order of appearance */
    size_t n, cap;
    uint32_t serial;
    bool has_complex;
};

/* A symbol that is not listed yet. */
Sym *sym_new(Scope *s, const char *name, SymKind kind, const Dim *rows,
             const Dim *cols);
/* Lists it, under its name if that is free. */
bool scope_add(Scope *s, Sym *sym);
/* The symbol of dimension `name`, listed if it is new. */
Sym *scope_dimension(Scope *s, const char *name);
/* Does any quantity, index or dimension have that name? */
bool scope_uses(const Scope *s, const char *name);
/* d, and all names in it, as dimensions. */
bool scope_note_dim(Scope *s, const Dim *d);

/* A parsed tree as an integer polynomial; NULL if it is none (no error).
 * Every name counts as a symbol; `bad`, if given, gets the part that is
 * none. */
const Dim *tree_polynomial(Ctx *ctx, const Tree *t, const Tree **bad);

/* The name nearest to s in a list separated by spaces, or NULL. */
const char *nearest_word(Ctx *ctx, const char *words, const char *s);

#endif
