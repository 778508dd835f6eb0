/* table.c: reads problems.txt; draws the inputs. */
#include "table.h"
#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------- sizes as functions */

typedef struct Scan {
    const char *at;
    const Problem *problem;
    int n;
} Scan;

static double sum(Scan *s);

static double named(Scan *s)
{
    const char *start = s->at;
    while (isalnum((unsigned char)*s->at))
        s->at++;
    size_t length = (size_t)(s->at - start);
    if (length == 3 && strncmp(start, "max", 3) == 0 && *s->at == '(') {
        s->at++;
        double a = sum(s);
        s->at++; /* , */
        double b = sum(s);
        s->at++; /* ) */
        return a > b ? a : b;
    }
    for (int i = 0; i < s->problem->nsizes; i++)
        if (strlen(s->problem->size_name[i]) == length &&
            strncmp(s->problem->size_name[i], start, length) == 0)
            return floor(table_number(s->problem, s->problem->size_text[i],
                                      s->n));
    return length == 1 && *start == 'n' ? (double)s->n : (double)NAN;
}

static double atom(Scan *s)
{
    if (*s->at == '(') {
        s->at++;
        double v = sum(s);
        s->at++;
        return v;
    }
    if (isalpha((unsigned char)*s->at))
        return named(s);
    char *end;
    double v = strtod(s->at, &end);
    s->at = end;
    return v;
}

static double power(Scan *s)
{
    double v = atom(s);
    if (*s->at != '^')
        return v;
    s->at++;
    return pow(v, atom(s));
}

static double product(Scan *s)
{
    double v = power(s);
    while (*s->at == '*' || *s->at == '/') {
        int divide = *s->at++ == '/';
        double w = power(s);
        v = divide ? v / w : v * w;
    }
    return v;
}

static double sum(Scan *s)
{
    double v = product(s);
    while (*s->at == '+' || *s->at == '-') {
        int minus = *s->at++ == '-';
        double w = product(s);
        v = minus ? v - w : v + w;
    }
    return v;
}

double table_number(const Problem *p, const char *text, int n)
{
    return sum(&(Scan){text, p, n});
}

static int size_of(const Problem *p, const char *text, int n)
{
    double v = floor(table_number(p, text, n));
    return v < 1 ? 1 : (int)v;
}

/* -------------------------------------------------------------- the table */

static char *copy(const char *s)
{
    char *c = malloc(strlen(s) + 1);
    return c ? strcpy(c, s) : NULL;
}

/* The next word of a line, or the whole rest of it. */
static char *word(char **at)
{
    *at += strspn(*at, " ");
    char *start = *at;
    *at += strcspn(*at, " ");
    if (**at)
        *(*at)++ = 0;
    return start;
}

static Kind kind_of(const char *s)
{
    return strcmp(s, "gradient") == 0  ? GRADIENT
           : strcmp(s, "hessian") == 0 ? HESSIAN
           : strcmp(s, "hvp") == 0     ? HVP
                                       : VALUE;
}

static void read_op(Op *op, char *rest)
{
    op->id = copy(word(&rest));
    op->kind = kind_of(word(&rest));
    char *by = word(&rest);
    for (char *v = strtok(by, ","); v; v = strtok(NULL, ","))
        if (strcmp(v, "-") != 0 && op->nby < MAX_ITEMS)
            op->by[op->nby++] = copy(v);
    op->flops = copy(word(&rest));
}

static void read_line(Line *line, int asked, char *rest)
{
    char *equals = strstr(rest, " = ");
    line->asked = asked;
    if (equals) {
        *equals = 0;
        line->name = copy(word(&rest));
        line->rows = copy(word(&rest));
        line->cols = copy(word(&rest));
        rest = equals + 3;
    }
    line->text = copy(rest);
}

static int read_key(Problem *p, const char *key, char *rest)
{
    if (strcmp(key, "declare") == 0)
        p->declare = copy(rest);
    else if (strcmp(key, "full") == 0)
        p->full = atoi(rest);
    else if (strcmp(key, "size") == 0 && p->nsizes < MAX_ITEMS) {
        p->size_name[p->nsizes] = copy(word(&rest));
        p->size_text[p->nsizes++] = copy(rest);
    } else if (strcmp(key, "input") == 0 && p->ninputs < MAX_ITEMS) {
        Input *in = &p->input[p->ninputs++];
        in->name = copy(word(&rest));
        in->kind = copy(word(&rest));
        in->rows = copy(word(&rest));
        in->cols = copy(word(&rest));
    } else if (strcmp(key, "op") == 0 && p->nops < MAX_OPS)
        read_op(&p->op[p->nops++], rest);
    else if ((strcmp(key, "let") == 0 || strcmp(key, "value") == 0) &&
             p->nlines < MAX_ITEMS)
        read_line(&p->line[p->nlines++], key[0] == 'v', rest);
    else
        return 0;
    return 1;
}

static int read_head(Table *t, char *text)
{
    char *end = strchr(text, ']');
    if (!end || t->count == MAX_PROBLEMS)
        return 0;
    *end = 0;
    Problem *p = &t->problem[t->count++];
    p->name = copy(text + 1);
    p->title = copy(end[1] ? end + 2 : "");
    return 1;
}

static int read_text(Table *t, char *text)
{
    text[strcspn(text, "\n")] = 0;
    if (!*text || *text == '#')
        return 1;
    if (*text == '[')
        return read_head(t, text);
    char *rest = text;
    const char *key = word(&rest);
    return t->count && read_key(&t->problem[t->count - 1], key, rest);
}

int table_read(Table *t, const char *path)
{
    char text[1024];
    int number = 0, good = 1;
    memset(t, 0, sizeof *t);
    FILE *f = fopen(path, "r");
    if (!f) {
        perror(path);
        return 0;
    }
    while (good && fgets(text, sizeof text, f)) {
        number++;
        good = read_text(t, text);
    }
    fclose(f);
    if (!good)
        fprintf(stderr, "%s:%d: cannot be read\n", path, number);
    return good;
}

static void free_problem(Problem *p)
{
    free(p->name), free(p->title), free(p->declare);
    for (int i = 0; i < p->nsizes; i++)
        free(p->size_name[i]), free(p->size_text[i]);
    for (int i = 0; i < p->ninputs; i++) {
        Input *in = &p->input[i];
        free(in->name), free(in->kind), free(in->rows), free(in->cols);
    }
    for (int i = 0; i < p->nlines; i++)
        free(p->line[i].name), free(p->line[i].text),
            free(p->line[i].rows), free(p->line[i].cols);
    for (int i = 0; i < p->nops; i++) {
        free(p->op[i].id), free(p->op[i].flops);
        for (int k = 0; k < p->op[i].nby; k++)
            free(p->op[i].by[k]);
    }
}

void table_free(Table *t)
{
    for (int i = 0; i < t->count; i++)
        free_problem(&t->problem[i]);
}

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
