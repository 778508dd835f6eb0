/* interpreter.h: the table's expressions in quadruple precision. */
#ifndef NUMBERS_INTERPRETER_H
#define NUMBERS_INTERPRETER_H

#include "real.h"
#include "table.h"

typedef struct Named {
    const char *name;
    Matrix value;
} Named;

typedef struct Env {
    const Task *task;
    Pool kept, pool; /* the inputs; one evaluation */
    int count;
    Named named[2 * MAX_ITEMS];
    const char *at; /* the text that is being read */
    const char *wrong;
} Env;

/* The value, in e->pool; what is wrong is said in e->wrong. */
Matrix evaluate(Env *e, const char *text);
/* Notes what is wrong, unless something is already; a placeholder. */
Matrix wrong(Env *e, const char *what);

#endif
