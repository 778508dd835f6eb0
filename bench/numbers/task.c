/* task.c: a cell of the benchmark with its inputs, drawn, and outputs. */
#include "table.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------- drawing
 * Entry i of an input is a function of the problem's and the input's name and
 * of i alone, so that every rival can draw the same. */

static uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static uint64_t seed_of(const char *problem, const char *input)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (const char *s = problem; *s; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3u;
    for (const char *s = input; *s; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3u;
    return h;
}

static double uniform(uint64_t seed, uint64_t i)
{
    uint64_t z = mix(seed + (i + 1) * 0x9e3779b97f4a7c15u);
    return ((double)(z >> 11) + 0.5) * 0x1p-53;
}

static double normal(uint64_t seed, uint64_t i)
{
    double r = sqrt(-2 * log(uniform(seed, 2 * i)));
    return r * cos(6.283185307179586 * uniform(seed, 2 * i + 1));
}

/* Entry (i,j) of an input:
 *   normal       N(0,1) over the root of the larger dimension
 *   invertible   the same and twice the identity
 *   symmetric    its symmetric part
 *   spd          twice that and four times the identity
 *   lower, upper a triangle of it and twice the identity
 *   diagonal     on the diagonal 0.5 to 1.5
 *   positive     0.5 to 1.5
 *   count        3
 *   signs        +1 or -1
 *   distances    squares of distances of points on a line, N(0,1) */
static double draw(char kind, uint64_t seed, const Array *a, int i, int j)
{
    int larger = a->rows > a->cols ? a->rows : a->cols;
    double scale = 1 / sqrt(larger), same = i == j;
    uint64_t k = (uint64_t)j * (uint64_t)a->rows + (uint64_t)i;
    uint64_t flip = (uint64_t)i * (uint64_t)a->rows + (uint64_t)j;
    switch (kind) {
    case 'i':
        return scale * normal(seed, k) + 2 * same;
    case 'y':
        return scale * (normal(seed, k) + normal(seed, flip)) / 2;
    case 's':
        return scale * (normal(seed, k) + normal(seed, flip)) + 4 * same;
    case 'l':
        return i < j ? 0 : scale * normal(seed, k) + 2 * same;
    case 'u':
        return i > j ? 0 : scale * normal(seed, k) + 2 * same;
    case 'd':
        return same * (0.5 + uniform(seed, k));
    case 'p':
        return 0.5 + uniform(seed, k);
    case 'c':
        return 3;
    case '+':
        return uniform(seed, k) < 0.5 ? -1 : 1;
    case 'D': {
        double d = normal(seed, (uint64_t)i) - normal(seed, (uint64_t)j);
        return d * d;
    }
    default:
        return scale * normal(seed, k);
    }
}

/* A letter a kind, where the first one does not tell. */
static char letter(const char *kind)
{
    return strcmp(kind, "symmetric") == 0   ? 'y'
           : strcmp(kind, "signs") == 0     ? '+'
           : strcmp(kind, "distances") == 0 ? 'D'
                                            : kind[0];
}

/* ---------------------------------------------------------------- arrays */

static int size_of(const Problem *p, const char *text, int n)
{
    double v = floor(table_number(p, text, n));
    return v < 1 ? 1 : (int)v;
}

size_t array_count(const Array *a)
{
    return (size_t)a->rows * (size_t)a->cols;
}

static int array_new(Array *a, const char *name, int rows, int cols)
{
    a->name = name;
    a->rows = rows;
    a->cols = cols;
    size_t size = (array_count(a) * sizeof *a->data + 63) / 64 * 64;
    a->data = aligned_alloc(64, size);
    return a->data != NULL;
}

static int array_draw(Array *a, const Problem *p, const Input *in, int n)
{
    if (!array_new(a, in->name, size_of(p, in->rows, n),
                   size_of(p, in->cols, n)))
        return 0;
    uint64_t seed = seed_of(p->name, in->name);
    char kind = letter(in->kind);
    for (int j = 0; j < a->cols; j++)
        for (int i = 0; i < a->rows; i++)
            a->data[(size_t)j * (size_t)a->rows + (size_t)i] =
                draw(kind, seed, a, i, j);
    return 1;
}

Array *task_find(Task *t, const char *name)
{
    for (int i = 0; i < t->nin; i++)
        if (strcmp(t->in[i].name, name) == 0)
            return &t->in[i];
    return NULL;
}

/* --------------------------------------------------------------- a task */

/* The outputs' names and shapes, without memory. */
static void shape_outputs(Task *t)
{
    const Problem *p = t->problem;
    const Op *op = t->op;
    t->nout = 0;
    if (op->kind == GRADIENT)
        t->out[t->nout++] = (Array){"value", 1, 1, NULL};
    for (int k = 0; op->kind == GRADIENT && k < op->nby; k++)
        t->out[t->nout++] = *task_find(t, op->by[k]);
    if (op->kind == HVP)
        t->out[t->nout++] = *task_find(t, op->by[0]);
    if (op->kind == HESSIAN) {
        int size = (int)array_count(task_find(t, op->by[0]));
        t->out[t->nout++] = (Array){"hessian", size, size, NULL};
    }
    for (int i = 0; op->kind == VALUE && i < p->nlines; i++)
        if (p->line[i].asked)
            t->out[t->nout++] = (Array){p->line[i].name,
                                        size_of(p, p->line[i].rows, t->n),
                                        size_of(p, p->line[i].cols, t->n),
                                        NULL};
}

static void shape_inputs(Task *t)
{
    const Problem *p = t->problem;
    for (t->nin = 0; t->nin < p->ninputs; t->nin++) {
        const Input *in = &p->input[t->nin];
        t->in[t->nin] = (Array){in->name, size_of(p, in->rows, t->n),
                                size_of(p, in->cols, t->n), NULL};
    }
}

double task_bytes(const Problem *p, const Op *op, int n)
{
    Task t = {.problem = p, .op = op, .n = n};
    double count = 0;
    shape_inputs(&t);
    shape_outputs(&t);
    for (int i = 0; i < t.nin; i++)
        count += (double)array_count(&t.in[i]);
    for (int i = 0; i < t.nout; i++)
        count += (double)array_count(&t.out[i]);
    return count * sizeof(double);
}

int task_outputs(Task *t, const Task *inputs)
{
    int good = 1;
    *t = *inputs;
    shape_outputs(t);
    for (int i = 0; i < t->nout; i++) {
        Array *a = &t->out[i];
        good &= array_new(a, a->name, a->rows, a->cols);
        for (size_t k = 0; a->data && k < array_count(a); k++)
            a->data[k] = NAN; /* what is not written shows, and is mapped */
    }
    return good;
}

int task_draw(Task *t, const Problem *p, const Op *op, int n)
{
    *t = (Task){.problem = p, .op = op, .n = n};
    t->flops = table_number(p, op->flops, n);
    for (; t->nin < p->ninputs; t->nin++)
        if (!array_draw(&t->in[t->nin], p, &p->input[t->nin], n))
            return 0;
    return task_outputs(t, t);
}

void task_free_outputs(Task *t)
{
    for (int i = 0; i < t->nout; i++)
        free(t->out[i].data);
    t->nout = 0;
}

void task_free(Task *t)
{
    task_free_outputs(t);
    for (int i = 0; i < t->nin; i++)
        free(t->in[i].data);
    t->nin = 0;
}
