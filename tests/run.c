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

static void compare(nb_context *c, const Case *k, const char *name,
                    const char *answer, const char *latex)
{
    if (!reads_back(c, name, answer, latex))
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
        compare(c, k, name, nb_result_text(r, 0, NB_TEXT),
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
        report(name, "refused", "this kind of case comes in a later version");
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
