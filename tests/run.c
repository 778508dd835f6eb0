/* run.c: the corpus: each case derived, proved, compared with its answers.
 *
 *   corpus EXPECT FILE.cases ...
 *
 * A line a case: ok, wrong, refused (not supported yet, with a message) or
 * longer (right, but longer than the shortest answer known).  EXPECT lists
 * the cases that are refused so far; a refusal that is not listed fails, and
 * so does a listed case that is answered: it comes off the list.  Ends
 * "N passed, N failed". */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *expected_refusals;
static int passed, failed;

static int may_refuse(const char *name)
{
    size_t n = strlen(name);
    for (const char *s = expected_refusals; s && (s = strstr(s, name));
         s += n)
        if ((s == expected_refusals || s[-1] == '\n') &&
            (s[n] == '\n' || s[n] == 0 || s[n] == ' '))
            return 1;
    return 0;
}

static void report(const char *name, const char *verdict, const char *detail)
{
    int listed = may_refuse(name);
    int ok = strcmp(verdict, listed ? "refused" : "ok") == 0;
    if (ok)
        passed++;
    else
        failed++;
    printf("%-8s %s%s%s%s\n", verdict, name, detail ? ": " : "",
           detail ? detail : "", ok ? "" : "   <-- FAILED");
}

static void refused_or_wrong(nb_context *c, const char *name)
{
    nb_error_info e = nb_error(c);
    report(name, e.code == 2 || e.code == 3 ? "refused" : "wrong",
           e.message);
}

/* The LaTeX that is printed must be read as what is printed. */
static int reads_back(nb_context *c, const char *name, const char *answer,
                      const char *latex)
{
    char detail[MAX_TEXT];
    const char *text = latex ? nb_from_latex(c, latex) : NULL;
    if (text && nb_equal(c, answer, text, 1) == 1)
        return 1;
    nb_error_info e = nb_error(c);
    snprintf(detail, sizeof detail, "%s prints as %s, which is read as %s: %s",
             answer, latex ? latex : "nothing", text ? text : "nothing",
             e.message ? e.message : "not equal");
    report(name, "wrong", detail);
    return 0;
}

/* --- the question in LaTeX: read back, it has the same answer */

/* "[n,m] symmetric" as "\\in \\mathbb{R}^{n \\times m} \\text{ symmetric}",
 * up to the separator; the end of what was read. */
static const char *latex_shape(char **to, const char *s)
{
    size_t n = strcspn(s, ";\n"), shape = strcspn(s, "]") + 1;
    *to += sprintf(*to, "\\in \\mathbb{R}");
    if (*s == '[' && shape <= n) {
        *to += sprintf(*to, "^{");
        for (size_t i = 1; i + 1 < shape; i++)
            *to += sprintf(*to, s[i] == ',' ? " \\times " : "%c", s[i]);
        *to += sprintf(*to, "}");
    } else {
        shape = 6; /* scalar */
    }
    if (shape < n)
        *to += sprintf(*to, " \\text{%.*s}", (int)(n - shape), s + shape);
    return s + n;
}

/* Declarations of quantities in LaTeX; the rest as it is. */
static void latex_declarations(char *to, const char *s)
{
    while (*s) {
        size_t n = strcspn(s, ";\n"), colon = strcspn(s, ":(");
        size_t at = colon + 1 + strspn(s + colon + 1, " ");
        int plain = colon < n && s[colon] == ':' &&
                    (s[at] == '[' || strncmp(s + at, "scalar", 6) == 0) &&
                    !memchr(s, '\'', n);
        for (size_t i = at; plain && i + 4 < n; i++) /* of another name */
            plain = strncmp(s + i, "span", 4) != 0;
        if (plain) {
            to += sprintf(to, "%.*s ", (int)colon, s);
            s = latex_shape(&to, s + at);
        } else {
            to += sprintf(to, "%.*s", (int)n, s);
            s += n;
        }
        if (*s)
            *to++ = *s++;
    }
    *to = 0;
}

/* The question's texts, typeset; 0 where one is not. */
static int typeset_question(nb_context *c, const nb_request *q, nb_request *to,
                            const char **var, char (*text)[MAX_TEXT])
{
    for (size_t i = 0; i <= q->nvariables; i++) {
        const char *s = i ? q->variables[i - 1] : q->expression;
        const char *l = nb_typeset(c, s, 0, NB_LATEX);
        if (!l || strlen(l) >= MAX_TEXT)
            return 0;
        strcpy(text[i], l);
        if (i)
            var[i - 1] = text[i];
    }
    *to = *q;
    to->expression = text[0];
    to->variables = var;
    to->latex = 1;
    to->unverified = 1;
    return 1;
}

/* Does the question in LaTeX, with its declarations, have this answer? */
static int latex_answers(const Case *k, const char *name, const nb_request *q,
                         const char *answer)
{
    static char text[9][MAX_TEXT];
    char let[2 * MAX_TEXT] = "", detail[4 * MAX_TEXT];
    const char *var[8], *own = value_of(k, "let");
    nb_request tex;
    nb_context *c = nb_context_new(NULL), *d = nb_context_new(NULL);
    latex_declarations(let, own ? own : "");
    int ok = (!own || (nb_declare(c, own) && nb_declare(d, let)));
    const nb_result *r = ok && typeset_question(c, q, &tex, var, text)
                             ? nb_derive(d, &tex)
                             : NULL;
    const char *got = r ? nb_result_text(r, 0, NB_TEXT) : NULL;
    ok = got && (strcmp(got, answer) == 0 || nb_equal(d, got, answer, 1) == 1);
    if (!ok) {
        snprintf(detail, sizeof detail, "as %s in LaTeX with %s: %s%s", text[0],
                 let, got ? got : "",
                 nb_error(d).message   ? nb_error(d).message
                 : nb_error(c).message ? nb_error(c).message
                                       : "");
        report(name, "wrong", detail);
    }
    nb_context_free(c);
    nb_context_free(d);
    return ok;
}

static void compare(nb_context *c, const Case *k, const char *name,
                    const nb_request *q, const char *answer,
                    const char *latex)
{
    if (!latex_answers(k, name, q, answer) ||
        !reads_back(c, name, answer, latex))
        return;
    long least = -1, own = nb_weight(c, answer);
    char detail[MAX_TEXT];
    for (int i = 0; i < k->n; i++) {
        int is = strcmp(k->line[i].key, "is") == 0;
        if (!is && strcmp(k->line[i].key, "not") != 0)
            continue;
        int equal = nb_equal(c, answer, k->line[i].value, 1);
        if (equal != is) {
            nb_error_info e = nb_error(c);
            snprintf(detail, sizeof detail, "%s, %s %s%s%s", answer,
                     is ? "not" : "but", k->line[i].value,
                     e.code ? ": " : "", e.code ? e.message : "");
            report(name, "wrong", detail);
            return;
        }
        long w = is ? nb_weight(c, k->line[i].value) : -1;
        if (is && (least < 0 || w < least))
            least = w;
    }
    snprintf(detail, sizeof detail, "%s  (%ld, known %ld)", answer, own,
             least);
    report(name, least >= 0 && own > least ? "longer" : "ok", detail);
}

/* The input is wrong on purpose: the message must say so. */
static void must_fail(nb_context *c, const char *name, const char *answer,
                      const char *word)
{
    nb_error_info e = nb_error(c);
    const char *message = e.message ? e.message : answer ? answer : "";
    int told = e.code == 2 && strstr(message, word);
    report(name, told ? "ok" : "wrong", message);
}

static void run_derivative(const Case *k, const char *name)
{
    CaseRequest *q = case_request(k);
    nb_context *c = nb_context_new(NULL);
    const char *let = value_of(k, "let");
    const nb_result *r = (!let || nb_declare(c, let)) ? nb_derive(c, &q->q)
                                                      : NULL;
    if (value_of(k, "fails"))
        must_fail(c, name, r ? nb_result_text(r, 0, NB_TEXT) : NULL,
                  value_of(k, "fails"));
    else if (r)
        compare(c, k, name, &q->q, nb_result_text(r, 0, NB_TEXT),
                nb_result_text(r, 0, NB_LATEX));
    else
        refused_or_wrong(c, name);
    nb_context_free(c);
    free(q);
}

static void run_check(const Case *k, const char *name, const char *value,
                      int want)
{
    char text[MAX_TEXT];
    snprintf(text, sizeof text, "%s", value);
    char *eq = strstr(text, "==");
    nb_context *c = nb_context_new(NULL);
    const char *let = value_of(k, "let");
    int ok = eq && (!let || nb_declare(c, let));
    if (eq)
        *eq = 0;
    int equal = ok ? nb_equal(c, text, eq + 2, 1) : -1;
    if (nb_error(c).code)
        refused_or_wrong(c, name);
    else
        report(name, equal == want ? "ok" : "wrong", value);
    nb_context_free(c);
}

static void run_case(const Case *k)
{
    const char *name = value_of(k, "case");
    if (!name)
        return;
    if (is_derivative(k)) {
        run_derivative(k, name);
        return;
    }
    if (value_of(k, "check"))
        run_check(k, name, value_of(k, "check"), 1);
    else if (value_of(k, "refute"))
        run_check(k, name, value_of(k, "refute"), 0);
    else
        report(name, "refused", "it asks nothing: no diff, check, refute, ...");
}

int main(int argc, char **argv)
{
    int bad = argc < 3;
    if (!bad)
        expected_refusals = case_text(argv[1]);
    for (int i = 2; i < argc && !bad; i++)
        bad = cases_read(argv[i], run_case);
    free(expected_refusals);
    printf("%d passed, %d failed\n", passed, failed);
    return bad || failed;
}
