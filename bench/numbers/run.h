/* run.h: what the harness was asked. */
#ifndef NUMBERS_RUN_H
#define NUMBERS_RUN_H

#include "table.h"
#include <stdio.h>

typedef struct Options {
    const char *path, *problems, *sizes, *threads, *rivals;
    int rounds, check, serve;
    FILE *tsv;
    Table table;
} Options;

/* Over a day, or over the memory of a small machine? */
int too_large(const Problem *p, const Op *op, int n);
/* The driver's questions, a line each, until the end of standard input. */
int serve(Options *o);

#endif
