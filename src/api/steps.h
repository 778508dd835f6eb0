/* steps.h: a derivation: from the differential of the whole inwards to the
 * read-off, and for higher derivatives again from there. */
#ifndef NB_STEPS_H
#define NB_STEPS_H

#include "api/task.h"
#include "out/out.h"

enum { STEPS_MOST = 64, DIALECTS = 3 };

/* In each dialect: "d(f) = ...", and "inv, Matrix Cookbook (40), (59)". */
typedef struct Step {
    const char *line[DIALECTS], *rule[DIALECTS];
} Step;

typedef struct Steps {
    Step step[STEPS_MOST];
    unsigned n;
} Steps;

/* The lines from the task's input to the outcome's answers, each proved equal
 * to the one before.  False after an error: the answer has no derivation, and
 * the error says why. */
bool steps_of(Ctx *ctx, Scope *scope, const Task *task, const Outcome *outcome,
              uint64_t seed, Steps *out);

/* --- derivation.c */

/* Whose movement is looked at: x[i] moves by dx[i]. */
typedef struct Motion {
    const Sym *x[TASK_VARS], *dx[TASK_VARS];
    unsigned n;
} Motion;

/* The lines of d(input); `last` is how the last one is to be written, if that
 * is known.  The differential itself, or NULL after an error. */
const Tree *derivation(Ctx *ctx, Scope *scope, const Motion *m,
                       const Tree *input, const Tree *last, uint64_t seed,
                       Steps *out);
/* A line; its texts are those of one dialect after the other. */
bool add_step(Ctx *ctx, Steps *s, const char *const *line,
              const char *const *rule);

#endif
