/* run.c: the harness.  Alternates the rivals of its own process in rounds,
 * or answers the driver's questions (serve.c). */
#include "run.h"
#include "cell.h"
#include "ref.h"
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Is the word in a list separated by commas?  Of "quad/hess" the "quad"
 * will do.  An empty list holds all. */
static int listed(const char *list, const char *word)
{
    size_t whole = strlen(word), head = strcspn(word, "/");
    if (!list)
        return 1;
    while (*list) {
        size_t n = strcspn(list, ",");
        if ((n == whole || n == head) && strncmp(list, word, n) == 0)
            return 1;
        list += n + (list[n] == ',');
    }
    return 0;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v, int n)
{
    qsort(v, (size_t)n, sizeof *v, by_size);
    return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* ---------------------------------------------------------------- a cell */

enum { MAX_RIVALS = 8, MAX_ROUNDS = 99 };

typedef struct Contest {
    const Options *options;
    const char *cell;
    int n, threads, count, bad;
    Cell side[MAX_RIVALS];
    double time[MAX_RIVALS][MAX_ROUNDS];
} Contest;

static void open_sides(Contest *c, const Task *inputs)
{
    const Rival *all[MAX_RIVALS];
    size_t n = rivals(all, MAX_RIVALS);
    for (size_t i = 0; i < n; i++) {
        const char *why = "";
        if (!listed(c->options->rivals, all[i]->name))
            continue;
        if (cell_open(&c->side[c->count], all[i], inputs, &why))
            c->count++;
        else
            printf("%-14s %6d %-8s skipped: %s\n", c->cell, c->n,
                   all[i]->name, why);
    }
}

/* Against the reference, which takes hours above some tens. */
static void check(Contest *c, Task *inputs)
{
    if (c->n > 10 || !reference(inputs))
        return;
    for (int i = 0; i < c->count; i++) {
        Cell *s = &c->side[i];
        s->rival->call(s->state);
        double d = cell_difference(&s->task, inputs);
        int good = d <= 1e-8;
        c->bad += !good;
        if (c->options->check || !good)
            printf("%-14s %6d %-8s %s: %.1e from the reference\n", c->cell,
                   c->n, s->rival->name, good ? "ok" : "WRONG", d);
    }
}

static void time_rounds(Contest *c)
{
    int rounds = c->options->rounds;
    for (int r = 0; r < rounds; r++)
        for (int i = 0; i < c->count; i++)
            c->time[i][r] = cell_time(&c->side[i]);
    double first = 0;
    for (int i = 0; i < c->count; i++) {
        double us = median(c->time[i], rounds);
        first = i == 0 ? us : first;
        printf("%-14s %6d %2d thr %-8s %12.4g us %8.3f x %8.2f Gflop/s\n",
               c->cell, c->n, c->threads, c->side[i].rival->name, us,
               us / first, c->side[i].task.flops / us * 1e-3);
        if (c->options->tsv)
            fprintf(c->options->tsv, "%s\t%d\t%d\t%s\t%.6g\t%.4f\n", c->cell,
                    c->n, c->threads, c->side[i].rival->name, us, us / first);
    }
    fflush(stdout);
}

int too_large(const Problem *p, const Op *op, int n)
{
    return table_number(p, op->flops, n) > 1e12 ||
           8 * task_bytes(p, op, n) > 16e9;
}

static int run_cell(const Options *o, const Problem *p, const Op *op, int n)
{
    char cell[64];
    Task inputs;
    snprintf(cell, sizeof cell, "%s/%s", p->name, op->id);
    if (!listed(o->problems, cell))
        return 0;
    if (too_large(p, op, n)) {
        printf("%-14s %6d skipped: too large\n", cell, n);
        return 0;
    }
    Contest *c = calloc(1, sizeof *c);
    if (!c || !task_draw(&inputs, p, op, n))
        return 1;
    *c = (Contest){.options = o, .cell = cell, .n = n};
    open_sides(c, &inputs);
    check(c, &inputs);
    for (const char *s = o->threads; *s && !o->check; s++)
        if (*s >= '1' && *s <= '9') {
            c->threads = *s - '0';
            openblas_set_num_threads(c->threads);
            time_rounds(c);
        }
    int bad = c->bad;
    for (int i = 0; i < c->count; i++)
        cell_close(&c->side[i]);
    task_free(&inputs);
    free(c);
    return bad;
}

/* The sizes asked for; "full" is that of the publication. */
static int run_sizes(const Options *o, const Problem *p, const Op *op)
{
    int bad = 0;
    for (const char *s = o->sizes; *s; s += strcspn(s, ","), s += *s == ',') {
        int n = strncmp(s, "full", 4) == 0 ? p->full : atoi(s);
        if (n > 0)
            bad += run_cell(o, p, op, n);
    }
    return bad;
}

static int run(const Options *o)
{
    int bad = 0;
    printf("BLAS: %s, %s kernels\n", openblas_get_config(),
           openblas_get_corename());
    for (int i = 0; i < o->table.count; i++) {
        const Problem *p = &o->table.problem[i];
        for (int k = 0; k < p->nops; k++)
            bad += run_sizes(o, p, &p->op[k]);
    }
    if (o->check)
        printf("%s\n", bad ? "some are wrong" : "all agree");
    return bad != 0;
}

/* --------------------------------------------------------------- options */

static const char help[] =
    "numbers [--table FILE] [--problems quad,logit/hess] [--n 10,100,full]\n"
    "        [--threads 1,2] [--rivals hand,nabla] [--rounds 3] [--tsv FILE]\n"
    "        [--check]     compare with the reference, time nothing\n"
    "        [--serve]     answer the driver on standard input\n";

static int option(Options *o, const char *name, const char *value)
{
    if (strcmp(name, "--table") == 0)
        o->path = value;
    else if (strcmp(name, "--problems") == 0)
        o->problems = value;
    else if (strcmp(name, "--n") == 0)
        o->sizes = value;
    else if (strcmp(name, "--threads") == 0)
        o->threads = value;
    else if (strcmp(name, "--rivals") == 0)
        o->rivals = value;
    else if (strcmp(name, "--rounds") == 0)
        o->rounds = atoi(value);
    else if (strcmp(name, "--tsv") == 0)
        o->tsv = fopen(value, "w");
    else
        return 0;
    return o->rounds >= 1 && o->rounds <= MAX_ROUNDS;
}

static int options(Options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--check") == 0)
            o->check = 1;
        else if (strcmp(argv[i], "--serve") == 0)
            o->serve = 1;
        else if (i + 1 < argc && option(o, argv[i], argv[i + 1]))
            i++;
        else
            return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    static Options o = {.path = "bench/numbers/problems.txt",
                        .sizes = "10,100,1000",
                        .threads = "1,2",
                        .rounds = 3};
    if (!options(&o, argc, argv)) {
        fputs(help, stderr);
        return 2;
    }
    if (o.check)
        o.sizes = "10";
    if (!table_read(&o.table, o.path))
        return 2;
    int status = o.serve ? serve(&o) : run(&o);
    if (o.tsv)
        fclose(o.tsv);
    table_free(&o.table);
    return status;
}
