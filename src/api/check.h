/* check.h: is an equation an identity, and if not, why and what would be. */
#ifndef NB_CHECK_H
#define NB_CHECK_H

#include "api/answer.h"
#include "out/out.h"

typedef struct Checked {
    Ctx *ctx;
    Verdict verdict;
    const char *how;     /* "the same normal form", or the oracle */
    Report report;
    Counter counter;     /* REFUTED: point is NULL if no small one was found */
    const char *repair;  /* "true if A is symmetric"; NULL: none found */
    const char *inferred[TASK_NOTES];
    unsigned ninferred;
} Checked;

/* text: "LHS == RHS"; assume: "A symmetric; X posdef" or NULL.  NULL after an
 * error. */
Checked *check_equation(Ctx *ctx, Scope *scope, const char *text,
                        const char *assume, bool latex, uint64_t seed);
/* The sides of an equation, read and shaped together; false after an error. */
bool check_sides(Ctx *ctx, Scope *scope, const char *text, bool latex,
                 const Tree **a, const Tree **b);
/* An expression or an equation as it was typed, in a dialect (typeset.c). */
const char *check_typeset(Ctx *ctx, Scope *scope, const char *text, bool latex,
                          Dialect dialect);
/* What q->compare is beside the first answer, into a->compared; false after an
 * error. */
bool compare_answer(Ctx *ctx, Scope *scope, const Question *q, Answer *a);

/* --- repair.c */
typedef struct Wrong {
    const Tree *a, *b;         /* two sides that differ */
    const Tree *left, *right;  /* as they were asked, with their d(e,X); NULL:
                                  they are a and b */
    const Sym *variable;       /* what a is a derivative by; or NULL */
} Wrong;
/* The nearest true statement to a == b, in words; NULL if none is known. */
const char *check_repair(Ctx *ctx, const Wrong *w, uint64_t seed);
/* Both sides with the symbol known to have more properties. */
bool check_assume(Ctx *ctx, const Sym *s, uint32_t props, const Tree **a,
                  const Tree **b);

#endif
