/* table.h: the table of problems, and inputs drawn for one of them. */
#ifndef NUMBERS_TABLE_H
#define NUMBERS_TABLE_H

#include <stddef.h>

enum { MAX_ITEMS = 16, MAX_OPS = 4, MAX_PROBLEMS = 64 };

typedef enum Kind { VALUE, GRADIENT, HESSIAN, HVP } Kind;

typedef struct Input {
    char *name, *kind, *rows, *cols;
} Input;

typedef struct Op {
    char *id;
    Kind kind;
    int nby;
    char *by[MAX_ITEMS]; /* hvp: the last is the direction */
    char *flops;
} Op;

typedef struct Line {
    int asked; /* 0: an intermediate */
    char *name; /* NULL: a scalar to derive */
    char *rows, *cols, *text;
} Line;

typedef struct Problem {
    char *name, *title, *declare;
    int full, nsizes, ninputs, nlines, nops;
    char *size_name[MAX_ITEMS], *size_text[MAX_ITEMS];
    Input input[MAX_ITEMS];
    Line line[MAX_ITEMS];
    Op op[MAX_OPS];
} Problem;

typedef struct Table {
    int count;
    Problem problem[MAX_PROBLEMS];
} Table;

/* A dense matrix, column by column, its leading dimension its rows; vectors
 * have one column, scalars one entry. */
typedef struct Array {
    const char *name;
    int rows, cols;
    double *data;
} Array;

/* One cell of the benchmark: a problem and an operation at a size, with its
 * inputs drawn.  The outputs: the value, then a gradient a variable; or the
 * Hessian; or the product; or the values in their order. */
typedef struct Task {
    const Problem *problem;
    const Op *op;
    int n, nin, nout;
    double flops;
    Array in[MAX_ITEMS], out[MAX_ITEMS];
} Task;

/* 1, or 0 with a message on standard error. */
int table_read(Table *t, const char *path);
void table_free(Table *t);
/* A dimension or a count of operations, at n. */
double table_number(const Problem *p, const char *text, int n);
/* Memory that a task's arrays take, in bytes. */
double task_bytes(const Problem *p, const Op *op, int n);
/* 1, or 0 if there is no memory. */
int task_draw(Task *t, const Problem *p, const Op *op, int n);
/* A second set of outputs for the same inputs; 1, or 0. */
int task_outputs(Task *t, const Task *inputs);
void task_free_outputs(Task *t);
void task_free(Task *t);
size_t array_count(const Array *a);
Array *task_find(Task *t, const char *name);

#endif
