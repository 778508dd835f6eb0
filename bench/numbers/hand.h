/* hand.h: the hand-written code, a function a cell of the table. */
#ifndef NUMBERS_HAND_H
#define NUMBERS_HAND_H

#include "lin.h"
#include "table.h"

typedef struct Hand {
    const char *cell; /* problem/operation */
    void (*run)(const Task *t, Work *w);
} Hand;

/* Each ends with a nameless one. */
extern const Hand hand_vectors[], hand_matrices[], hand_models[],
    hand_estimators[], hand_updates[];

#define IN(k) (t->in[k].data)
#define OUT(k) (t->out[k].data)
#define ROWS(k) (t->in[k].rows)
#define COLS(k) (t->in[k].cols)

#endif
