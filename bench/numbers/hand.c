/* hand.c: the hand-written code as a rival. */
#include "hand.h"
#include "rival.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct State {
    const Task *task;
    const Hand *hand;
    double *memory;
    Work work;
} State;

static const Hand *find(const Task *t)
{
    const Hand *all[] = {hand_vectors, hand_matrices, hand_models,
                         hand_estimators, hand_updates};
    char cell[64];
    snprintf(cell, sizeof cell, "%s/%s", t->problem->name, t->op->id);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        for (const Hand *h = all[k]; h->cell; h++)
            if (strcmp(h->cell, cell) == 0)
                return h;
    return NULL;
}

/* Enough for any of them; pages that are not touched cost nothing. */
static size_t room(const Task *t)
{
    size_t largest = 0, total = 0;
    for (int i = 0; i < t->nin + t->nout; i++) {
        const Array *a = i < t->nin ? &t->in[i] : &t->out[i - t->nin];
        size_t count = array_count(a);
        total += count;
        largest = count > largest ? count : largest;
    }
    return 6 * largest + total + 4096;
}

static void *setup(Task *task, const char **why)
{
    State *s = calloc(1, sizeof *s);
    *why = "no such code";
    if (!s)
        return NULL;
    s->task = task;
    s->hand = find(task);
    size_t count = (room(task) + 7) / 8 * 8;
    s->memory = s->hand ? aligned_alloc(64, count * sizeof(double)) : NULL;
    s->work.pivots = calloc(1 << 14, sizeof(int));
    if (!s->memory || !s->work.pivots) {
        free(s->memory), free(s->work.pivots), free(s);
        return NULL;
    }
    s->work.end = s->memory + count;
    return s;
}

static void call(void *state)
{
    State *s = state;
    s->work.at = s->memory;
    s->hand->run(s->task, &s->work);
}

static void teardown(void *state)
{
    State *s = state;
    free(s->memory);
    free(s->work.pivots);
    free(s);
}

const Rival rival_hand = {"hand", setup, call, teardown};
