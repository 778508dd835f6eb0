/* answer.h: from the texts of a question to its proved, printed answers. */
#ifndef NB_ANSWER_H
#define NB_ANSWER_H

#include "api/steps.h"

typedef struct Answer {
    Ctx *ctx;
    const char *input;
    Outcome outcome;
    Report report[TASK_VARS];
    bool verified;
    const char *text[TASK_VARS];     /* in our own language */
    Steps steps;                     /* if asked for */
    const char *compared;            /* what the asker's own answer is */
    bool compared_right;
    const char *inferred[TASK_NOTES];
    unsigned ninferred;
} Answer;

typedef struct Question {
    Task task;                       /* mode, form, layout, index names */
    const char *expression;
    const char *variable[TASK_VARS];
    unsigned nvariables;
    bool verify;
    bool steps;
    const char *compare;             /* the asker's own answer, or NULL */
    bool latex;
    uint64_t seed;
} Question;

/* NULL after an error. */
Answer *answer(Ctx *ctx, Scope *scope, const Question *q);
/* Parse and shape one text in the scope. */
const Tree *answer_read(Ctx *ctx, Scope *scope, const char *text,
                        const char *origin);
/* The tree with d(e,X) done: the prover reads plain expressions. */
const Tree *answer_plain(Ctx *ctx, Scope *scope, const Tree *t);
/* Are the two expressions equal, and by which proof? */
Report answer_equal(Ctx *ctx, Scope *scope, const char *a, const char *b,
                    uint64_t seed);

/* Do all functions of numbers in it have a value?  Else an error (domain.c). */
bool has_values(Ctx *ctx, const Tree *input);

#endif
