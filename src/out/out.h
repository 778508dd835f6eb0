/* out.h: trees to text, a file a language. */
#ifndef NB_OUT_H
#define NB_OUT_H

#include "base/buf.h"
#include "lang/tree.h"

typedef enum Dialect { OUT_TEXT, OUT_UNICODE, OUT_LATEX } Dialect;

/* The tree in a dialect.  OUT_TEXT is our own language, and reads back to
 * the same tree.  Shared parts that are large, or nesting that is deep, are
 * named: `... where T1 = ...; T2 = ...`.  NULL after an error (output
 * limit). */
const char *out_print(Ctx *ctx, const Tree *t, Dialect d);

/* The same with parts that print as the given names. */
const char *out_print_named(Ctx *ctx, const Tree *t, Dialect d, size_t n,
                            const Tree *const *part, const char *const *name);

#endif
