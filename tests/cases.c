#include "cases.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *value_of(const Case *c, const char *key)
{
    for (int i = 0; i < c->n; i++)
        if (strcmp(c->line[i].key, key) == 0)
            return c->line[i].value;
    return NULL;
}

/* "EXPR wrt A, B[i,j]": the expression, and the variables cut at commas. */
static int split_variables(char *text, char **expr, const char **var)
{
    char *last = NULL;
    for (char *s = strstr(text, " wrt "); s; s = strstr(s + 1, " wrt "))
        last = s;
    if (!last)
        return 0;
    *last = 0;
    *expr = text;
    int n = 0, depth = 0;
    char *start = last + 5;
    for (char *s = start;; s++) {
        depth += (*s == '[' || *s == '(') - (*s == ']' || *s == ')');
        if (*s && !(*s == ',' && depth == 0))
            continue;
        int end = *s == 0;
        *s = 0;
        while (isspace((unsigned char)*start))
            start++;
        var[n++] = start;
        start = s + 1;
        if (end || n == 8)
            return n;
    }
}

static const struct {
    const char *key;
    nb_mode mode;
    int order;
} modes[] = {{"diff", NB_DIFF, 0}, {"grad", NB_GRAD, 0},
             {"jac", NB_JAC, 0}, {"hess", NB_HESS, 0},
             {"differential", NB_DIFFERENTIAL, 0},
             {"taylor1", NB_TAYLOR, 1}, {"taylor2", NB_TAYLOR, 2}};
enum { NMODES = sizeof modes / sizeof *modes };

static int mode_of(const Case *k)
{
    for (int i = 0; i < NMODES; i++)
        if (value_of(k, modes[i].key))
            return i;
    return -1;
}

int is_derivative(const Case *k)
{
    return mode_of(k) >= 0;
}

static void request_form(CaseRequest *r, const Case *k)
{
    static const char *const forms[] = {"auto", "gradient", "differential",
                                        "entries", "kron", "bilinear"};
    const char *text = value_of(k, "as");
    snprintf(r->as, sizeof r->as, "%s", text ? text : "");
    char *as = strtok(r->as, " ");
    for (int i = 0; as && i < 6; i++)
        if (strcmp(as, forms[i]) == 0)
            r->q.form = (nb_form)i;
    for (char *s = strtok(NULL, ", "); as && s && r->q.nindices < 8;
         s = strtok(NULL, ", "))
        r->names[r->q.nindices++] = s;
    r->q.indices = r->names;
}

CaseRequest *case_request(const Case *k)
{
    CaseRequest *r = calloc(1, sizeof *r);
    int m = mode_of(k);
    char *expr = NULL;
    if (!r || m < 0)
        return r;
    snprintf(r->text, sizeof r->text, "%s", value_of(k, modes[m].key));
    r->q = (nb_request){.mode = modes[m].mode, .order = modes[m].order};
    r->q.nvariables = (size_t)split_variables(r->text, &expr, r->var);
    r->q.expression = expr;
    r->q.variables = r->var;
    request_form(r, k);
    const char *layout = value_of(k, "layout");
    r->q.numerator = layout && strcmp(layout, "numerator") == 0;
    const char *st = value_of(k, "structure");
    r->q.structure = st && strcmp(st, "entries") == 0 ? NB_ENTRIES
                     : st && strcmp(st, "none") == 0  ? NB_NONE
                                                      : NB_PROJECTION;
    return r;
}

char *case_text(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    long n = ftell(f);
    rewind(f);
    char *s = malloc((size_t)n + 1);
    if (s) {
        n = (long)fread(s, 1, (size_t)n, f);
        s[n] = 0;
    }
    fclose(f);
    return s;
}

static void end_case(Case *k, void (*each)(const Case *))
{
    if (k->n)
        each(k);
    for (int i = 0; i < k->n; i++)
        free(k->line[i].value);
    k->n = 0;
}

static void add_line(Case *k, const char *s, size_t n)
{
    if (isspace((unsigned char)s[0]) && k->n) { /* goes on from above */
        char *old = k->line[k->n - 1].value;
        char *both = malloc(strlen(old) + n + 2);
        sprintf(both, "%s %.*s", old, (int)n, s);
        free(old);
        k->line[k->n - 1].value = both;
        return;
    }
    size_t key = strcspn(s, " \n");
    if (k->n == MAX_LINES || key >= sizeof k->line[0].key)
        return;
    Line *l = &k->line[k->n++];
    snprintf(l->key, sizeof l->key, "%.*s", (int)key, s);
    l->value = malloc(n + 1);
    size_t skip = key < n ? key + 1 : n;
    sprintf(l->value, "%.*s", (int)(n - skip), s + skip);
}

int cases_read(const char *path, void (*each)(const Case *))
{
    char *text = case_text(path);
    Case k = {.n = 0};
    if (!text) {
        fprintf(stderr, "cannot read %s\n", path);
        return 1;
    }
    for (char *s = text; *s;) {
        size_t n = strcspn(s, "\n");
        if (n == 0)
            end_case(&k, each);
        else if (*s != '#')
            add_line(&k, s, n);
        s += n + (s[n] == '\n');
    }
    end_case(&k, each);
    free(text);
    return 0;
}
