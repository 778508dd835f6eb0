/* table.c: reads problems.txt. */
#include "table.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
