/* serve.c: the driver's questions, the same for rivals in every language:
 *
 *     blas                     which BLAS, on which kernels
 *     open RIVAL CELL N        "ok" or "skip REASON"
 *     time                     "us MICROSECONDS"
 *     write FILE               the outputs as doubles, one after another
 *     close
 */
#include "cell.h"
#include "ref.h"
#include "run.h"
#include <cblas.h>
#include <stdlib.h>
#include <string.h>

typedef struct Server {
    Options *options;
    Task inputs;
    Cell cell;
    int drawn, open; /* open 2: the reference */
} Server;

static void reset(Server *s)
{
    if (s->open == 1)
        cell_close(&s->cell);
    if (s->drawn)
        task_free(&s->inputs);
    s->open = s->drawn = 0;
}

/* Draws the inputs of "problem/op" at n. */
static const char *draw(Server *s, const char *name, int n)
{
    size_t head = strcspn(name, "/");
    Table *t = &s->options->table;
    for (int i = 0; i < t->count; i++) {
        const Problem *p = &t->problem[i];
        if (strlen(p->name) != head || strncmp(p->name, name, head) != 0)
            continue;
        for (int k = 0; k < p->nops && name[head]; k++) {
            if (strcmp(p->op[k].id, name + head + 1) != 0)
                continue;
            if (too_large(p, &p->op[k], n))
                return "too large";
            s->drawn = 1;
            return task_draw(&s->inputs, p, &p->op[k], n) ? NULL
                                                          : "no memory";
        }
    }
    return "no such cell";
}

static const char *open_cell(Server *s, const char *rival, const char *name,
                             int n)
{
    const Rival *all[8];
    size_t count = rivals(all, 8);
    reset(s);
    const char *why = draw(s, name, n);
    if (why)
        return why;
    if (strcmp(rival, "ref") == 0) {
        s->open = 2;
        return n > 10             ? "only at n = 10"
               : reference(&s->inputs) ? NULL
                                       : "no reference";
    }
    why = "no such rival";
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i]->name, rival) == 0)
            s->open = cell_open(&s->cell, all[i], &s->inputs, &why);
    return s->open ? NULL : why;
}

static void write_outputs(Server *s, const char *path)
{
    const Task *t = s->open == 1 ? &s->cell.task : &s->inputs;
    FILE *f = fopen(path, "wb");
    if (s->open == 1)
        s->cell.rival->call(s->cell.state);
    for (int i = 0; f && i < t->nout; i++)
        fwrite(t->out[i].data, sizeof(double), array_count(&t->out[i]), f);
    puts(f && fclose(f) == 0 ? "ok" : "skip cannot write");
}

static void answer(Server *s, char *line)
{
    char a[256] = "", b[64] = "";
    int n = 0;
    if (sscanf(line, "open %63s %255s %d", b, a, &n) == 3) {
        const char *why = open_cell(s, b, a, n);
        printf(why ? "skip %s\n" : "ok\n", why);
    } else if (strcmp(line, "time\n") == 0 && s->open == 1)
        printf("us %.9g\n", cell_time(&s->cell));
    else if (sscanf(line, "write %255s", a) == 1 && s->open)
        write_outputs(s, a);
    else if (strcmp(line, "blas\n") == 0)
        printf("%s (%s kernels)\n", openblas_get_config(),
               openblas_get_corename());
    else if (strcmp(line, "close\n") == 0) {
        reset(s);
        puts("ok");
    } else
        puts("skip cannot be read");
    fflush(stdout);
}

int serve(Options *o)
{
    char line[512];
    Server s = {.options = o};
    while (fgets(line, sizeof line, stdin))
        answer(&s, line);
    reset(&s);
    return 0;
}
