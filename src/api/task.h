/* task.h: a question whose texts are already shaped trees, and its outcome.
 * answer.c makes the task from text and takes the outcome to the prover and
 * the printers; derive.c carries the task through network, calculus and
 * raising. */
#ifndef NB_TASK_H
#define NB_TASK_H

#include "lang/lang.h"
#include "verify/verify.h"

typedef enum Mode {
    MODE_DIFF,
    MODE_GRAD,
    MODE_JAC,
    MODE_HESS,
    MODE_DIFFERENTIAL,
    MODE_SIMPLIFY,
    MODE_TAYLOR
} Mode;

typedef enum Form {
    FORM_AUTO,
    FORM_GRADIENT,
    FORM_DIFFERENTIAL,
    FORM_ENTRIES,
    FORM_KRON,
    FORM_BILINEAR
} Form;

typedef enum Structure {
    STRUCTURE_PROJECTION,
    STRUCTURE_ENTRIES,
    STRUCTURE_NONE,
    STRUCTURE_TANGENT
} Structure;

enum { TASK_VARS = 8, TASK_NOTES = 32 };

typedef struct Task {
    Mode mode;
    Form form;
    Structure structure;
    unsigned order;             /* TAYLOR: 1 or 2 */
    bool numerator;             /* layout */
    const char *text;           /* the expression, for errors; may be NULL */
    const char *var_text[TASK_VARS];
    const Tree *input;          /* shaped */
    unsigned nvars;
    const Tree *var[TASK_VARS]; /* shaped: OP_SYM, or OP_INDEX of one */
    const char *index_name[TASK_VARS]; /* --as entries:k,l,i,j */
    unsigned nindex;
} Task;

typedef struct Item {
    const Tree *answer; /* shaped */
    Claim claim;        /* what the prover has to show */
    const char *label;  /* "X", when there is one answer a variable */
} Item;

typedef struct Outcome {
    Item item[TASK_VARS];
    unsigned nitems;
    Item before[TASK_VARS]; /* lower derivatives that the last is one of */
    unsigned nbefore;
    const char *assumption[TASK_NOTES]; /* "X'*A*X invertible" */
    unsigned nassumptions;
    const char *note[TASK_NOTES]; /* which layout, which structure, ... */
    unsigned nnotes;
} Outcome;

/* False (and an error in ctx) if the task cannot be done. */
bool derive(Ctx *ctx, Scope *scope, const Task *task, Outcome *out);

#endif
