/* nabla.c: Nabla's executor as a rival. */
#include "nabla.h"
#include "rival.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct State {
    nb_context *c;
    nb_function *f;
    nb_array in[MAX_ITEMS], out[MAX_ITEMS];
    char text[MAX_ITEMS][4096];
    char sizes[512], why[400];
} State;

static nb_array array_of(const Array *a)
{
    int rank = a->cols > 1 ? 2 : a->rows > 1 ? 1 : 0;
    return (nb_array){NB_F64, rank, {a->rows, a->cols}, {0, 0}, a->data};
}

/* An asked line, with all that is named before it behind a `where`. */
static void write_text(const Problem *p, int line, char *text)
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

static nb_function *compiled(State *s, Task *t)
{
    const Problem *p = t->problem;
    const char *text[MAX_ITEMS];
    nb_program q = {.sizes = s->sizes, .want = wanted(t->op->kind),
                    .trusted = 1};
    size_t n = 0;
    for (int i = 0; i < p->nlines; i++)
        if (p->line[i].asked) {
            write_text(p, i, s->text[n]);
            text[n] = s->text[n];
            n++;
        }
    q.expression = text[0];
    q.more = text + 1;
    q.nmore = n - 1;
    q.variables = (const char *const *)t->op->by;
    q.nvariables = (size_t)(t->op->kind == HVP ? 1 : t->op->nby);
    if (t->op->kind == VALUE)
        q.nvariables = 0;
    return nb_compile(s->c, &q);
}

static int bind(State *s, Task *t)
{
    const char *name;
    for (size_t k = 0; (name = nb_function_input(s->f, k, NULL)); k++) {
        Array *a = task_find(t, name);
        if (!a && t->op->kind == HVP && name[0] == 'd') /* the direction */
            a = task_find(t, t->op->by[t->op->nby - 1]);
        if (!a)
            return 0;
        s->in[k] = array_of(a);
    }
    for (int k = 0; k < t->nout; k++)
        s->out[k] = array_of(&t->out[k]);
    return 1;
}

static void note_sizes(State *s, const Task *t)
{
    const Problem *p = t->problem;
    size_t n = (size_t)sprintf(s->sizes, "n = %d", t->n);
    for (int i = 0; i < p->nsizes; i++)
        n += (size_t)sprintf(s->sizes + n, "; %s = %.0f", p->size_name[i],
                             table_number(p, p->size_text[i], t->n));
}

static void teardown(void *state)
{
    State *s = state;
    nb_context_free(s->c);
    free(s);
}

static void *setup(Task *t, const char **why)
{
    static char reason[400];
    State *s = calloc(1, sizeof *s);
    nb_status st;
    *why = "no memory";
    if (!s)
        return NULL;
    s->c = nb_context_new(NULL);
    note_sizes(s, t);
    if (!s->c || !nb_declare(s->c, t->problem->declare) ||
        !(s->f = compiled(s, t)) || !bind(s, t)) {
        const char *m = s->c ? nb_error(s->c).message : NULL;
        snprintf(reason, sizeof reason, "%s", m ? m : "an input is missing");
        *why = reason;
        teardown(s);
        return NULL;
    }
    if (!nb_call(s->f, s->in, s->out, &st)) {
        snprintf(reason, sizeof reason, "%s", st.message);
        *why = reason;
        teardown(s);
        return NULL;
    }
    if (getenv("NABLA_PLAN"))
        puts(nb_function_plan(s->f));
    return s;
}

static void call(void *state)
{
    State *s = state;
    nb_call(s->f, s->in, s->out, NULL);
}

const Rival rival_nabla = {"nabla", setup, call, teardown};
