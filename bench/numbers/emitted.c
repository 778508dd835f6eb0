/* emitted.c: the C that Nabla emits as a rival: written, compiled as its own
 * header says, and loaded; kept in build/bench/emitted, and compiled anew
 * where the text has changed. */
#define _POSIX_C_SOURCE 200809L
#include "emitted.h"
#include "program.h"
#include "rival.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct State {
    void *library;
    Emitted *code;
    size_t size[EMITTED_MOST];
    double *in[EMITTED_MOST], *out[EMITTED_MOST], *work;
    int (*run)(const size_t *, double *const *, double *const *, double *);
} State;

static size_t size_named(const Task *t, const char *name)
{
    return strcmp(name, "n") == 0
               ? (size_t)t->n
               : (size_t)table_number(t->problem, name, t->n);
}

/* A name that the code needs for itself goes with a prefix. */
static Array *input_named(Task *t, const char *name)
{
    Array *a = program_input(t, name);
    return a || strncmp(name, "v_", 2) != 0 ? a : program_input(t, name + 2);
}

static int bind(State *s, Task *t)
{
    const Emitted *e = s->code;
    for (int i = 0; i < e->nsizes; i++)
        s->size[i] = size_named(t, e->size[i]);
    for (int i = 0; i < e->nin; i++) {
        Array *a = input_named(t, e->in[i].name);
        if (!a)
            return 0;
        s->in[i] = a->data;
    }
    for (int i = 0; i < t->nout; i++)
        s->out[i] = t->out[i].data;
    return e->nout == t->nout;
}

/* A symbol as a pointer to a function, which C does not cast. */
static int find(void *library, const char *name, void *pointer)
{
    void *p = dlsym(library, name);
    memcpy(pointer, &p, sizeof p);
    return p != NULL;
}

static int load(State *s, const char *path)
{
    size_t (*room)(const size_t *);
    s->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!s->library || !find(s->library, "numbers_run", &s->run) ||
        !find(s->library, "numbers_room", &room))
        return 0;
    size_t count = room(s->size);
    count = (count > 0 ? count + 7 : 8) / 8 * 8;
    s->work = aligned_alloc(64, count * sizeof(double));
    return s->work != NULL;
}

static void teardown(void *state)
{
    State *s = state;
    if (s->library)
        dlclose(s->library);
    free(s->work);
    free(s->code);
    free(s);
}

/* 1, or 0 with the reason. */
static int prepare(State *s, Task *t, char *reason, size_t room)
{
    char path[256];
    if (!emitted_build(s->code, t, path, sizeof path, reason, room))
        return 0;
    snprintf(reason, room, "its arguments are not the table's");
    if (!bind(s, t))
        return 0;
    snprintf(reason, room, "%s cannot be loaded", path);
    if (!load(s, path))
        return 0;
    int code = s->run(s->size, s->in, s->out, s->work);
    snprintf(reason, room, "it returns %d", code);
    return code == 0;
}

static void *setup(Task *t, const char **why)
{
    static char reason[400];
    State *s = calloc(1, sizeof *s);
    *why = "no memory";
    if (!s || !(s->code = calloc(1, sizeof *s->code))) {
        free(s);
        return NULL;
    }
    *why = reason;
    if (prepare(s, t, reason, sizeof reason))
        return s;
    teardown(s);
    return NULL;
}

static void call(void *state)
{
    State *s = state;
    s->run(s->size, s->in, s->out, s->work);
}

const Rival rival_emitted = {"emitted", setup, call, teardown};
