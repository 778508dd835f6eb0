/* steps.h: the derivation of a first derivative, from the differential of the
 * whole inwards to the read-off. */
#ifndef NB_STEPS_H
#define NB_STEPS_H

#include "api/task.h"

enum { STEPS_MOST = 48 };

typedef struct Step {
    const char *text, *unicode, *latex; /* "d(f) = ..." */
    const char *rule;                   /* "inv: Matrix Cookbook (40), (59)" */
} Step;

typedef struct Steps {
    Step line[STEPS_MOST];
    unsigned n;
} Steps;

/* The lines from the task's input to the answer, each proved equal to the
 * differential that it is; false after an error. */
bool steps_of(Ctx *ctx, Scope *scope, const Task *task, const Tree *answer,
              uint64_t seed, Steps *out);

#endif
