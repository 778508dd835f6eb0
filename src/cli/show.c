/* show.c: answers on standard output, remarks on standard error. */
#include "cli.h"
#include "nabla.h"

#include <stdio.h>
#include <string.h>

nb_proof show_weakest(const nb_result *r)
{
    nb_proof w = nb_result_proof(r, 0);
    for (size_t i = 1; i < nb_result_count(r); i++) {
        nb_proof p = nb_result_proof(r, i);
        int balls = p.verified && strcmp(p.oracle, "multi-precision") == 0;
        int less = balls ? w.digits == 0 || p.digits < w.digits
                         : w.digits == 0 && p.log2_error > w.log2_error;
        if (!p.verified || (w.verified && less))
            w = p;
    }
    return w;
}

static void remarks(const nb_result *r)
{
    const char *s;
    for (size_t k = 0; (s = nb_result_inferred(r, k)); k++)
        fprintf(stderr, "%s%s", k ? "; " : "inferred: ", s);
    if (nb_result_inferred(r, 0))
        fputc('\n', stderr);
    for (size_t k = 0; (s = nb_result_note(r, k)); k++)
        fprintf(stderr, "note: %s\n", s);
    for (size_t k = 0; (s = nb_result_assumption(r, k)); k++)
        fprintf(stderr, "%s%s", k ? "; " : "assuming: ", s);
    if (nb_result_assumption(r, 0))
        fputc('\n', stderr);
    nb_proof p = show_weakest(r);
    if (!p.verified)
        fputs("not verified\n", stderr);
    else if (strcmp(p.oracle, "multi-precision") == 0)
        fprintf(stderr, "verified: %s, %u points, %d digits\n", p.oracle,
                p.points, (int)p.digits);
    else
        fprintf(stderr, "verified: %s, %u points, error below 2^%d\n",
                p.oracle, p.points, (int)p.log2_error);
}

/* The derivation: aligned in LaTeX, else each line with its rule. */
static void show_steps(const nb_result *r, nb_dialect d)
{
    const char *rule, *s;
    if (!nb_result_step(r, 0, d, &rule) || d == NB_JSON)
        return;
    if (d == NB_LATEX)
        puts("\\begin{align*}");
    for (size_t k = 0; (s = nb_result_step(r, k, d, &rule)); k++)
        if (d == NB_LATEX) {
            const char *eq = strncmp(s, "\\text", 5) ? strstr(s, "= ") : NULL;
            int n = eq ? (int)(eq - s) : 0;
            printf("%s%.*s&%s && \\text{%s}", k ? " \\\\\n" : "", n, s, s + n,
                   rule);
        } else {
            printf("%s    # %s\n", s, rule);
        }
    if (d == NB_LATEX)
        puts("\n\\end{align*}");
}

int show_result(const nb_result *r, nb_dialect d)
{
    show_steps(r, d);
    for (size_t i = 0; i < nb_result_count(r); i++) {
        const char *text = nb_result_text(r, i, d);
        const char *label = nb_result_label(r, i);
        if (!text)
            return 0;
        if (label && d != NB_JSON)
            printf("%s: ", label);
        puts(text);
    }
    if (d != NB_JSON)
        remarks(r);
    return 1;
}
