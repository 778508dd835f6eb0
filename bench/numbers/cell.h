/* cell.h: one rival at one cell: set up, checked, timed. */
#ifndef NUMBERS_CELL_H
#define NUMBERS_CELL_H

#include "rival.h"

typedef struct Cell {
    const Rival *rival; /* NULL: the reference */
    Task task;          /* the shared inputs, its own outputs */
    void *state;
    long calls; /* in a batch; 0: not known yet */
} Cell;

/* The rivals that are linked in; the number of them. */
size_t rivals(const Rival **list, size_t room);

/* 1, or 0 with a reason. */
int cell_open(Cell *c, const Rival *rival, const Task *inputs,
              const char **why);
void cell_close(Cell *c);
/* Microseconds a call: the best of twenty batches of a millisecond. */
double cell_time(Cell *c);
/* The largest difference of the outputs, relative to the largest entry. */
double cell_difference(const Task *a, const Task *b);

#endif
