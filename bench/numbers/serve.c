/* serve.c: the driver's questions, the same for rivals in every language:
 *
 *     blas                     which BLAS, on which kernels
 *     open RIVAL CELL N        "ok" or "skip REASON"
 *     time RIVAL               "us MICROSECONDS"
 *     write RIVAL FILE         the outputs as doubles: how many there are,
 *                              the entries of each, then all entries
 *     close
 *
 * Several rivals may be open at one cell; they share its inputs.
 */
#include "cell.h"
#include "ref.h"
#include "run.h"
#include <cblas.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 8 };

typedef struct Server {
    Options *options;
    char name[64]; /* of the cell; "" where none is drawn */
    int n;
    Task inputs; /* and the reference's outputs */
    const Rival *rival[MOST];
    Cell cell[MOST];
    size_t count;
} Server;

static void reset(Server *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->cell[i].state)
            cell_close(&s->cell[i]);
    if (*s->name)
        task_free(&s->inputs);
    *s->name = 0;
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
            snprintf(s->name, sizeof s->name, "%s", name);
            s->n = n;
            return task_draw(&s->inputs, p, &p->op[k], n) ? NULL
                                                          : "no memory";
        }
    }
    return "no such cell";
}

/* The place of a rival in the list, or MOST. */
static size_t place(const Server *s, const char *rival)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->rival[i]->name, rival) == 0)
            return i;
    return MOST;
}

static const char *open_cell(Server *s, const char *rival, const char *name,
                             int n)
{
    const char *why = NULL;
    size_t i = place(s, rival);
    if (strcmp(s->name, name) != 0 || s->n != n) {
        reset(s);
        why = draw(s, name, n);
    }
    if (why)
        return why;
    if (strcmp(rival, "ref") == 0)
        return n > 10                  ? "only at n = 10"
               : reference(&s->inputs) ? NULL
                                       : "no reference";
    if (i == MOST)
        return "no such rival";
    if (s->cell[i].state)
        cell_close(&s->cell[i]);
    return cell_open(&s->cell[i], s->rival[i], &s->inputs, &why) ? NULL : why;
}

static int write_outputs(const Task *t, const char *path)
{
    FILE *f = fopen(path, "wb");
    double count = t->nout;
    if (!f)
        return 0;
    fwrite(&count, sizeof count, 1, f);
    for (int i = 0; i < t->nout; i++) {
        count = (double)array_count(&t->out[i]);
        fwrite(&count, sizeof count, 1, f);
    }
    for (int i = 0; i < t->nout; i++)
        fwrite(t->out[i].data, sizeof(double), array_count(&t->out[i]), f);
    return fclose(f) == 0;
}

static int write_side(Server *s, const char *rival, const char *path)
{
    size_t i = place(s, rival);
    if (strcmp(rival, "ref") == 0)
        return *s->name && write_outputs(&s->inputs, path);
    if (i == MOST || !s->cell[i].state)
        return 0;
    s->rival[i]->call(s->cell[i].state);
    return write_outputs(&s->cell[i].task, path);
}

static void answer(Server *s, char *line)
{
    char a[256] = "", b[64] = "";
    int n = 0;
    size_t i;
    if (sscanf(line, "open %63s %255s %d", b, a, &n) == 3) {
        const char *why = open_cell(s, b, a, n);
        printf(why ? "skip %s\n" : "ok\n", why);
    } else if (sscanf(line, "time %63s", b) == 1 &&
               (i = place(s, b)) != MOST && s->cell[i].state)
        printf("us %.9g\n", cell_time(&s->cell[i]));
    else if (sscanf(line, "write %63s %255s", b, a) == 2)
        puts(write_side(s, b, a) ? "ok" : "skip cannot write");
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
    s.count = rivals(s.rival, MOST);
    while (fgets(line, sizeof line, stdin))
        answer(&s, line);
    reset(&s);
    return 0;
}
