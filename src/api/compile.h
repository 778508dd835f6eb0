/* compile.h: from a question about numbers to the trees that its plan
 * evaluates. */
#ifndef NB_COMPILE_H
#define NB_COMPILE_H

#include "api/answer.h"
#include "plan/plan.h"

enum { WANT_VALUE = 1, WANT_GRADIENT = 2, WANT_HESSIAN = 4, WANT_HESSVEC = 8 };

typedef struct Program {
    const char *expression;
    const char *variable[TASK_VARS];
    const char *more[PLAN_OUTS]; /* further values */
    unsigned nvariables, nmore, want;
    bool verify, latex, row_major;
    bool complex; /* asked for, though nothing be declared so */
    uint64_t seed;
} Program;

enum { PROGRAM_INPUTS = 64, PROGRAM_SIZES = 64 };

typedef struct Compiled {
    Ctx *ctx;
    PlanTask task;
    const Sym *input[PROGRAM_INPUTS]; /* in order of appearance */
    unsigned ninputs;
    const char *size[PROGRAM_SIZES];  /* names of dimensions and integers */
    unsigned nsizes;
    const Sym *index[PROGRAM_SIZES];  /* those of them that are indices */
    unsigned nindices;
    Plan *plan; /* NULL: something has none, and the trees are evaluated */
    const char *why;      /* it has none */
    Plan *careful;        /* Cholesky only where it must exist; NULL:
                             the plan has none that may fail */
} Compiled;

/* Derive and plan; NULL after an error.  `sizes` steer the order. */
Compiled *compile(Ctx *ctx, Scope *scope, const Program *p,
                  const PlanSize *size, uint32_t nsizes);
/* The matrix of a differential by x over vec of either, column by column;
 * NULL: there is none of this kind.  columns.c */
const Tree *by_columns(Ctx *ctx, Scope *scope, const Tree *differential,
                       const Sym *x);
/* What a public function is made of; for tests. */
struct nb_function;
const Compiled *function_compiled(const struct nb_function *f);
/* "n = 10; m = 4": false after an error. */
bool read_sizes(Ctx *ctx, const char *text, PlanSize *size, uint32_t *n);

#endif
