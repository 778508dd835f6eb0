/* emit.c: what Nabla emits for a cell, compiled to a shared library. */
#define _POSIX_C_SOURCE 200809L
#include "emitted.h"
#include "program.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "build/bench/emitted"

/* ------------------------------------------------------------- parameters */

/* One parameter, as in `const double *restrict A`. */
static int read_parameter(Emitted *e, const char *text, size_t n)
{
    char word[128];
    size_t end = n, start;
    if (n >= sizeof word)
        return 0;
    memcpy(word, text, n);
    word[n] = 0;
    while (end > 0 && isspace((unsigned char)word[end - 1]))
        word[--end] = 0;
    for (start = end; start > 0 && (isalnum((unsigned char)word[start - 1]) ||
                                    word[start - 1] == '_');)
        start--;
    const char *name = word + start;
    if (end - start >= sizeof e->size[0] || e->nin == EMITTED_MOST ||
        e->nsizes == EMITTED_MOST)
        return 0;
    if (strncmp(word, "size_t", 6) == 0) {
        strcpy(e->size[e->nsizes++], name);
    } else if (strncmp(word, "const", 5) == 0 || !strchr(word, '*')) {
        strcpy(e->in[e->nin].name, name);
        e->in[e->nin++].scalar = !strchr(word, '*');
    } else if (strcmp(name, "work") != 0) {
        e->nout++;
    }
    return 1;
}

/* The prototype `int f(...);`. */
static int read_prototype(Emitted *e, const char *code)
{
    const char *at = strstr(code, "\nint f(");
    if (!at)
        return 0;
    for (at += strlen("\nint f("); *at != ')';) {
        at += strspn(at, " \n");
        size_t n = strcspn(at, ",)");
        if (!at[n] || !read_parameter(e, at, n))
            return 0;
        at += n + (at[n] == ',');
    }
    return 1;
}

/* Functions of one signature for every cell. */
static void write_wrapper(FILE *f, const Emitted *e)
{
    fputs("\nsize_t numbers_room(const size_t *s);\n"
          "int numbers_run(const size_t *s, double *const *in,\n"
          "                double *const *out, double *work);\n"
          "size_t numbers_room(const size_t *s)\n{\n    return f_work(", f);
    for (int i = 0; i < e->nsizes; i++)
        fprintf(f, "%ss[%d]", i ? ", " : "", i);
    fputs(");\n}\n\n"
          "int numbers_run(const size_t *s, double *const *in,\n"
          "                double *const *out, double *work)\n{\n"
          "    return f(", f);
    for (int i = 0; i < e->nsizes; i++)
        fprintf(f, "s[%d], ", i);
    for (int i = 0; i < e->nin; i++)
        fprintf(f, "%sin[%d], ", e->in[i].scalar ? "*" : "", i);
    for (int i = 0; i < e->nout; i++)
        fprintf(f, "out[%d], ", i);
    fputs("work);\n}\n", f);
}

/* ------------------------------------------------------------------ files */

static int same(const char *path, const char *other)
{
    FILE *a = fopen(path, "r"), *b = fopen(other, "r");
    int x = a && b ? 0 : -1, y = 0;
    while (x == y && x != EOF) {
        x = getc(a);
        y = getc(b);
    }
    if (a)
        fclose(a);
    if (b)
        fclose(b);
    return a && b && x == y;
}

/* With the flags of the line ` * cc FLAGS file.c LIBRARIES`. */
static int compile(const char *code, const char *path, const char *library)
{
    char command[1024];
    const char *line = strstr(code, "\n * cc ");
    const char *file = line ? strstr(line, " file.c") : NULL;
    if (!file)
        return 0;
    line += strlen("\n * cc ");
    const char *rest = file + strlen(" file.c");
    snprintf(command, sizeof command,
             "cc -shared -fPIC -o %s %.*s %s%.*s 2> %s.log", library,
             (int)(file - line), line, path, (int)strcspn(rest, "\n"), rest,
             library);
    return system(command) == 0;
}

static int write_code(const Emitted *e, const char *code, const char *path)
{
    mkdir("build/bench", 0777);
    mkdir(FOLDER, 0777);
    FILE *f = fopen(path, "w");
    if (!f)
        return 0;
    fputs(code, f);
    write_wrapper(f, e);
    return fclose(f) == 0;
}

/* The library, made where it is not there for this very text. */
static int build(const Emitted *e, const char *code, const Task *t,
                 char *library, size_t room)
{
    char fresh[256], kept[256];
    const char *stem = t->problem->name, *op = t->op->id;
    snprintf(fresh, sizeof fresh, FOLDER "/%s-%s-%d.%d.c", stem, op, t->n,
             (int)getpid());
    snprintf(kept, sizeof kept, FOLDER "/%s-%s-%d.c", stem, op, t->n);
    snprintf(library, room, "./" FOLDER "/%s-%s-%d.so", stem, op, t->n);
    if (!write_code(e, code, fresh))
        return 0;
    if (same(fresh, kept) && access(library, R_OK) == 0)
        return remove(fresh) == 0;
    remove(library);
    return rename(fresh, kept) == 0 && compile(code, kept, library);
}

int emitted_build(Emitted *e, const Task *t, char *path, size_t room,
                  char *reason, size_t rroom)
{
    Program *p = calloc(1, sizeof *p);
    nb_context *c = nb_context_new(NULL);
    const char *code = NULL;
    int good = 0;
    if (p && c) {
        program_write(p, t);
        if (nb_declare(c, t->problem->declare))
            code = nb_emit(c, &p->ask, "c", "f");
    }
    if (!code)
        snprintf(reason, rroom, "%s",
                 p && c ? nb_error(c).message : "no memory");
    else if (!read_prototype(e, code))
        snprintf(reason, rroom, "its prototype cannot be read");
    else if (!(good = build(e, code, t, path, room)))
        snprintf(reason, rroom, "it cannot be compiled: see %s.log", path);
    nb_context_free(c);
    free(p);
    return good;
}
