/* program.h: a cell as a program in Nabla's language. */
#ifndef NUMBERS_PROGRAM_H
#define NUMBERS_PROGRAM_H

#include "nabla.h"
#include "table.h"

typedef struct Program {
    nb_program ask;
    const char *text[MAX_ITEMS];
    char line[MAX_ITEMS][4096], sizes[512];
} Program;

/* The program points into itself and into the task. */
void program_write(Program *p, const Task *t);
/* The task's array that is called so; of a product with the Hessian the
 * direction is a `d` before the variable's name. */
Array *program_input(Task *t, const char *name);

#endif
