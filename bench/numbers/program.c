/* program.c: a cell as a program in Nabla's language. */
#include "program.h"
#include <stdio.h>

/* An asked line, with all that is named before it behind a `where`. */
static void write_line(const Problem *p, int line, char *text)
{
    size_t n = (size_t)sprintf(text, "%s", p->line[line].text);
    int first = 1;
    for (int i = 0; i < line; i++)
        if (p->line[i].name) {
            n += (size_t)sprintf(text + n, "%s %s = %s",
                                 first ? " where" : ";", p->line[i].name,
                                 p->line[i].text);
            first = 0;
        }
}

static unsigned wanted(Kind k)
{
    return k == GRADIENT  ? NB_VALUE | NB_GRADIENT
           : k == HESSIAN ? NB_HESSIAN
           : k == HVP     ? NB_HESSVEC
                          : NB_VALUE;
}

static void note_sizes(Program *s, const Task *t)
{
    const Problem *p = t->problem;
    size_t n = (size_t)sprintf(s->sizes, "n = %d", t->n);
    for (int i = 0; i < p->nsizes; i++)
        n += (size_t)sprintf(s->sizes + n, "; %s = %.0f", p->size_name[i],
                             table_number(p, p->size_text[i], t->n));
}

static size_t variables(const Op *op)
{
    return op->kind == VALUE ? 0 : op->kind == HVP ? 1 : (size_t)op->nby;
}

void program_write(Program *s, const Task *t)
{
    const Problem *p = t->problem;
    size_t n = 0;
    note_sizes(s, t);
    for (int i = 0; i < p->nlines; i++)
        if (p->line[i].asked) {
            write_line(p, i, s->line[n]);
            s->text[n] = s->line[n];
            n++;
        }
    s->ask = (nb_program){.expression = s->text[0],
                          .more = s->text + 1,
                          .nmore = n - 1,
                          .variables = (const char *const *)t->op->by,
                          .nvariables = variables(t->op),
                          .sizes = s->sizes,
                          .want = wanted(t->op->kind),
                          .trusted = 1};
}

Array *program_input(Task *t, const char *name)
{
    Array *a = task_find(t, name);
    if (!a && t->op->kind == HVP && name[0] == 'd')
        a = task_find(t, t->op->by[t->op->nby - 1]);
    return a;
}
