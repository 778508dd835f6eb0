/* scope.h: the inside of a scope, and of the elaboration of names to shaped
 * trees; private to lang/. */
#ifndef NB_SCOPE_H
#define NB_SCOPE_H

#include "base/hash.h"
#include "lang/lex.h"

struct Scope {
    Ctx *ctx;
    Sym **sym;
    size_t n, cap;
    PtrMap by_name;
};

Sym *scope_add(Scope *s, const char *name, SymKind kind, const Dim *rows,
               const Dim *cols);
void scope_cut(Scope *s, size_t n); /* forget the symbols after the n-th */
bool scope_is_dim(const Scope *s, const char *name);
/* The property with this name, 0 if none; with what it implies. */
uint32_t prop_find(const char *name);
const char *prop_name(uint32_t bit);

/* --- elaboration */
typedef enum Kind { KIND_SCALAR, KIND_VECTOR, KIND_MATRIX } Kind;

typedef struct Elab {
    Ctx *ctx;
    Scope *scope;
    PtrMap memo;         /* parsed -> shaped with metas */
    PtrMap kinds;        /* name -> Kind + 1, of undeclared names */
    const Dim **bound;   /* meta k is bound to */
    uint32_t nmeta, capmeta;
    const Sym *binder[64]; /* sum's indices in force, innermost last */
    const char *binder_name[64];
    unsigned nbinders;
    Sym **index;         /* of binders that are closed */
    uint32_t nindex, capindex;
    unsigned depth;
} Elab;

const Dim *elab_meta(Elab *e);
const Dim *elab_resolve(Elab *e, const Dim *d);
bool elab_unify(Elab *e, const Dim *a, const Dim *b);
const Tree *elab(Elab *e, const Tree *t);
const Tree *elab_call(Elab *e, const Tree *t);
const Tree *elab_index_arg(Elab *e, const Tree *t, const Dim *range);
/* A bound of a sum: an integer polynomial as OP_NUM or OP_INT. */
const Tree *elab_index_bound(Elab *e, const Tree *t);
/* A binder's index range may hold metas: settled at the end. */
void scope_bind(Elab *e, Sym *index);
/* "[n,m]" of a shaped tree, "scalar" for one by one. */
const char *shape_text(Elab *e, const Tree *t);
/* What was typed for this node, or its name. */
const char *source_text(Elab *e, const Tree *parsed);
const Tree *elab_node(Elab *e, OpId op, uint32_t n, const Tree *const *kid,
                      const Dim *rows, const Dim *cols, Span span);
bool elab_same_shape(Elab *e, const Tree *a, const Tree *b);
const Dim *elab_broadcast(Elab *e, const Dim *a, const Dim *b);

#endif
