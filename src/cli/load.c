/* load.c: a file of declarations and expressions.
 *
 * A statement ends at the end of its line, declarations also at a semicolon;
 * inside brackets neither counts.  What has a colon outside brackets is a
 * declaration; from the first that has none, the line is an expression (with
 * its `where` and its semicolons).  Declarations keep their places in the
 * text: what is not theirs is blank, so that errors show their line. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TEXT = 64 << 20 };

static const char *read_all(FILE *f, char **text)
{
    size_t n = 0, cap = 4096;
    char *s = malloc(cap);
    size_t k = 1;
    while (s && (k = fread(s + n, 1, cap - n - 1, f)) > 0) {
        n += k;
        if (n > MOST_TEXT) {
            free(s);
            *text = NULL;
            return "this file is longer than 64 MiB: ";
        }
        if (n + 1 < cap)
            continue;
        char *t = realloc(s, cap *= 2);
        if (!t)
            free(s);
        s = t;
    }
    *text = s;
    if (!s)
        return "there is no memory for this file: ";
    s[n] = 0;
    if (ferror(f))
        return "this file cannot be read: ";
    return strlen(s) == n ? NULL : "this file is not a text: ";
}

/* The end of the statement at s, and whether it declares. */
static char *statement(char *s, int *declares)
{
    int depth = 0;
    *declares = 0;
    for (; *s; s++) {
        if (*s == '#')
            s += strcspn(s, "\n");
        if (*s == 0 || (depth <= 0 && (*s == '\n' || *s == ';')))
            break;
        depth += (*s == '(' || *s == '[') - (*s == ')' || *s == ']');
        *declares |= *s == ':' && depth == 0;
    }
    return s;
}

static char *end_of_line(char *s)
{
    int depth = 0;
    for (; *s && !(*s == '\n' && depth <= 0); s++)
        depth += (*s == '(' || *s == '[') - (*s == ')' || *s == ']');
    return s;
}

static int is_empty(const char *s, const char *end)
{
    s += strspn(s, " \t\r");
    return s >= end || *s == '#';
}

/* The expression s..end goes into `exprs`; its place becomes blank. */
static int take(Loaded *l, char *s, char *end, char **exprs)
{
    size_t n = (size_t)(end - s);
    if (l->n == LOAD_EXPRESSIONS)
        return 0;
    memcpy(*exprs, s, n);
    (*exprs)[n] = 0;
    l->expression[l->n++] = *exprs;
    *exprs += n + 1;
    for (; s < end; s++)
        if (*s != '\n')
            *s = ' ';
    return 1;
}

static const char *split(Loaded *l, size_t n)
{
    char *s = l->block, *exprs = l->block + n + 1;
    l->declarations = s;
    while (*s) {
        int declares;
        char *end = statement(s, &declares);
        if (!declares && !is_empty(s, end)) {
            end = end_of_line(s);
            if (!take(l, s, end, &exprs))
                return "there are more than 256 expressions in ";
        }
        s = end + (*end != 0);
    }
    return NULL;
}

const char *load_text(const char *path, char **text)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    *text = NULL;
    if (!f)
        return "this file cannot be read: ";
    const char *bad = read_all(f, text);
    if (f != stdin)
        fclose(f);
    return bad;
}

const char *load_file(const char *path, Loaded *out)
{
    char *text;
    memset(out, 0, sizeof *out);
    const char *bad = load_text(path, &text);
    size_t n = text && !bad ? strlen(text) : 0;
    /* each expression needs its text and a NUL: never more than twice n */
    char *block = text && !bad ? realloc(text, 2 * n + 2) : NULL;
    if (!block) {
        free(text);
        return bad ? bad : "there is no memory for this file: ";
    }
    out->block = block;
    return split(out, n);
}

void load_free(Loaded *l)
{
    free(l->block);
}
