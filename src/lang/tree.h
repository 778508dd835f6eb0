/* tree.h: the tree: what the parser makes, what raising makes, what printers
 * and the prover read.
 *
 * Nodes are immutable and consed in the context: the same operator over the
 * same children is the same pointer, so trees are DAGs and a walk needs a
 * memo by pointer where cost matters.  The span of a node is that of its
 * first occurrence in the source; it takes no part in equality.
 *
 * Every node of a shaped tree has rows and cols (1,1 a scalar; n,1 a vector;
 * 1,n a row); a tree fresh from the parser has NULL there and names in place
 * of symbols. */
#ifndef NB_TREE_H
#define NB_TREE_H

#include "base/rat.h"
#include "know/op.h"
#include "lang/sym.h"

/* Tree.flags */
enum { TREE_COMPLEX = 1 }; /* a complex symbol or 1i inside */

typedef struct Tree {
    OpId op;
    uint16_t flags;
    uint32_t nkids;
    uint32_t serial;       /* order of making: later than all its children */
    uint32_t size;         /* nodes, counted as a tree, saturating */
    uint32_t depth;
    Span span;
    uint64_t hash;
    const Dim *rows, *cols; /* NULL until shaped */
    Rat num;               /* OP_NUM; OP_NAME: which source it stands in */
    const char *name;      /* OP_NAME (unresolved) */
    const Sym *sym;        /* OP_SYM; the bound index of OP_SUMI */
    const Dim *dim;        /* OP_INT: an integer polynomial as a number */
    const struct Tree *kid[];
} Tree;

/* --- constructors: no simplification, n-ary nodes are not flattened.
 * NULL if any child is NULL or there is no memory. */
const Tree *tree_make(Ctx *ctx, OpId op, uint32_t n, const Tree *const *kid,
                      Span span);
const Tree *tree_make1(Ctx *ctx, OpId op, const Tree *a);
const Tree *tree_make2(Ctx *ctx, OpId op, const Tree *a, const Tree *b);
/* The same with a shape. */
const Tree *tree_shaped(Ctx *ctx, OpId op, uint32_t n,
                        const Tree *const *kid, const Dim *rows,
                        const Dim *cols, Span span);
const Tree *tree_num(Ctx *ctx, Rat r);
const Tree *tree_int(Ctx *ctx, int64_t n);
const Tree *tree_dim(Ctx *ctx, const Dim *d); /* OP_INT, or OP_NUM if number */
/* Names of different sources differ, so that spans point into their own. */
const Tree *tree_name(Ctx *ctx, const char *name, uint32_t source, Span span);
const Tree *tree_sym(Ctx *ctx, const Sym *s);
/* sum(i, e) and sum(i=lo:hi, e): sym bound, kids: e, or lo, hi, e. */
const Tree *tree_sum(Ctx *ctx, const Sym *index, const Tree *lo,
                     const Tree *hi, const Tree *body, Span span);

/* --- questions */
bool tree_is_scalar(const Tree *t); /* shaped, 1 by 1 */
bool tree_mentions(Ctx *ctx, const Tree *t, const Sym *s);
/* The number of operators and function calls in its text form;
 * a shared part counts each time it would be printed. */
size_t tree_weight(Ctx *ctx, const Tree *t);
/* An unknown function at its own arguments, printed without them: Y of Y(t). */
bool tree_is_bare(const Tree *applied);
/* The operators of the node alone. */
uint32_t tree_own_weight(const Tree *t);
/* t with every occurrence of `from` replaced by `to` (same shape). */
const Tree *tree_subst(Ctx *ctx, const Tree *t, const Tree *from,
                       const Tree *to);

/* An indented dump: one node a line, with shape (dump.c). */
const char *tree_dump(Ctx *ctx, const Tree *t);
/* The tree that such a text is of, over the symbols given: read back in its
 * own context, the same pointer.  NULL after an error. */
const Tree *tree_read(Ctx *ctx, const char *text, const Sym *const *sym,
                      size_t nsyms);

#endif
