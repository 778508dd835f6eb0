/* rival.h: what takes part in the benchmark within the harness's process.
 *
 * A rival is a Rival named rival_NAME in a file of its own; run.c lists the
 * names, and one that no file defines is left out (the references there are
 * weak).  `setup` does all that may be done once: compile, plan, allocate.
 * `call` is what is timed: it reads task->in[].data and writes
 * task->out[].data, column by column (see Task); it must not rely on what
 * was there before.  The task outlives the state.
 */
#ifndef NUMBERS_RIVAL_H
#define NUMBERS_RIVAL_H

#include "table.h"

typedef struct Rival {
    const char *name;
    /* NULL, with a reason in *why, where the rival cannot do the task. */
    void *(*setup)(Task *task, const char **why);
    void (*call)(void *state);
    void (*teardown)(void *state);
} Rival;

#endif
