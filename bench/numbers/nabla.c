/* nabla.c: Nabla's executor as a rival. */
#include "program.h"
#include "rival.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct State {
    nb_context *c;
    nb_function *f;
    nb_array in[MAX_ITEMS], out[MAX_ITEMS];
    Program program;
} State;

static nb_array array_of(const Array *a)
{
    int rank = a->cols > 1 ? 2 : a->rows > 1 ? 1 : 0;
    return (nb_array){NB_F64, rank, {a->rows, a->cols}, {0, 0}, a->data};
}

static int bind(State *s, Task *t)
{
    const char *name;
    for (size_t k = 0; (name = nb_function_input(s->f, k, NULL)); k++) {
        Array *a = program_input(t, name);
        if (!a)
            return 0;
        s->in[k] = array_of(a);
    }
    for (int k = 0; k < t->nout; k++)
        s->out[k] = array_of(&t->out[k]);
    return 1;
}

static void teardown(void *state)
{
    State *s = state;
    nb_context_free(s->c);
    free(s);
}

/* 1, or 0 with the reason. */
static int prepare(State *s, Task *t, char *reason, size_t room)
{
    nb_status st = {.code = 0};
    program_write(&s->program, t);
    if (!nb_declare(s->c, t->problem->declare) ||
        !(s->f = nb_compile(s->c, &s->program.ask)))
        snprintf(reason, room, "%s", nb_error(s->c).message);
    else if (!bind(s, t))
        snprintf(reason, room, "an input is missing");
    else if (!nb_call(s->f, s->in, s->out, &st))
        snprintf(reason, room, "%s", st.message);
    else
        return 1;
    return 0;
}

static void *setup(Task *t, const char **why)
{
    static char reason[400];
    State *s = calloc(1, sizeof *s);
    *why = "no memory";
    if (!s || !(s->c = nb_context_new(NULL))) {
        free(s);
        return NULL;
    }
    *why = reason;
    if (!prepare(s, t, reason, sizeof reason)) {
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
