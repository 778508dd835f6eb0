/* print.h: the walker that the dialects share; private to out/. */
#ifndef NB_PRINT_H
#define NB_PRINT_H

#include "base/hash.h"
#include "out/out.h"

/* How tightly a text binds: sums, products, powers and postfix, atoms. */
typedef enum Level { LEVEL_SUM = 1, LEVEL_PRODUCT, LEVEL_POWER, LEVEL_ATOM }
    Level;

typedef struct Printer {
    Ctx *ctx;
    Buf buf;
    Dialect dialect;
    PtrMap name; /* Tree -> const char *: parts named by `where` */
} Printer;

bool print_enter(Printer *p);
Level print_level(const Tree *t);
void print_tree(Printer *p, const Tree *t, Level least);
void print_latex(Printer *p, const Tree *t, Level least);
/* Which parts to name, users first; their number. */
size_t share_parts(Printer *p, const Tree *t, const Tree ***part);
/* Unknown functions, in any dialect (applied.c). */
void print_applied(Printer *p, const Tree *t);
/* A name in the dialect: Greek in Unicode, subscripts in LaTeX. */
void print_name(Printer *p, const char *name);

#endif
