/* codetext.h: names, numbers, sizes and comments of generated code; private
 * to out/. */
#ifndef NB_CODETEXT_H
#define NB_CODETEXT_H

#include "base/hash.h"
#include "out/code.h"

/* A piece of code, and how tightly it binds. */
typedef enum CodeLevel {
    CODE_SUM = 1,
    CODE_MINUS,   /* -x: a sum to all but products, which take the sign */
    CODE_PRODUCT, /* entrywise */
    CODE_MATMUL,
    CODE_POWER,
    CODE_ATOM
} CodeLevel;

typedef struct Code {
    const char *text; /* NULL after a failure */
    CodeLevel level;
} Code;

/* --- codename.c */

typedef struct Names {
    Ctx *ctx;
    const char *const *reserved; /* lists of words and patterns */
    PtrMap used;                 /* interned name -> itself */
} Names;

void names_init(Names *n, Ctx *ctx, const char *const *reserved);
/* A name that is free, as near to the wanted one as the rules allow; from now
 * on it is taken. */
const char *names_take(Names *n, const char *wanted);

/* --- codetext.c */

/* The plan's inputs in the order in which the user wrote them. */
const Inst *const *code_inputs(Ctx *ctx, const Plan *p, uint32_t *n);
Code code_of(const char *text, CodeLevel level);
/* In brackets if it binds less tightly. */
const char *code_at(Ctx *ctx, Code c, CodeLevel least);
/* The number, to the last bit; `point`: with a decimal point, as in C. */
Code code_number(Ctx *ctx, Rat r, bool point);

/* Sizes by the names that they have in the code. */
typedef struct Size {
    const char *symbol; /* interned */
    const char *name;
    bool used, shape; /* shape: of a value's rows or columns */
    bool own;         /* an index of a loop or min(m,n): nobody gives it */
    const Sym *of;      /* an input that has it as rows or columns, or NULL */
    bool column;
} Size;

typedef struct Sizes {
    Ctx *ctx;
    Size *item;
    uint32_t n, cap;
    bool ternary; /* the smaller of two is m < n ? m : n, not min(m, n) */
} Sizes;

/* All symbols of the plan's sizes: those of inputs in order, then others. */
bool sizes_of_plan(Sizes *s, Names *names, const Plan *p);
/* "n * m"; as_double: "(double)n * (double)m". */
Code size_code(Sizes *s, const Dim *d, bool as_double);

/* The text with nothing in it that could end a comment or a string, in lines
 * of at most 76 columns that begin with `prefix`. */
void code_comment(Buf *b, const char *prefix, const char *text);
/* "A  [n,n] symmetric", "s  a scalar". */
const char *code_shape(Ctx *ctx, const char *name, const Dim *rows,
                       const Dim *cols);
/* ", symmetric", ... */
const char *code_properties(const Sym *s);

/* Has the text the part, at the beginning of a word and, where it ends as one,
 * at its end? */
bool code_has(const char *text, const char *part);

#define CODE_WORD                                                             \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

#define CODE_NO_VECTORS                                                       \
    "eigenvectors of a matrix that is not declared symmetric"

/* --- the languages */

/* C of complex numbers; cz.c */
const char *code_cz(Ctx *ctx, const CodeTask *task);

#define DIALECT(name, print, help)                                            \
    const char *print(Ctx *ctx, const CodeTask *task);
#include "out/dialects.def"
#undef DIALECT

#endif
