/* words.c: what a book says of an entry, whatever it is written in. */
#include "book.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char *words_state(const Entry *e)
{
    static const char *const words[] = {
        [ENTRY_HOLDS] = "proved",
        [ENTRY_REFUTED] = "no identity",
        [ENTRY_DECLINED] = "declined, rightly",
        [ENTRY_FAILED] = "refused"};
    return words[e->state];
}

size_t words_conventions(const Case *k, const char **out, size_t most)
{
    static const struct {
        const char *value, *words;
    } rows[] = {{"entries", "by the independent entries"},
                {"none", "the structure of the variable is ignored"},
                {"tangent", "in the tangent space"},
                {"numerator", "numerator layout"}};
    size_t n = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && n < most; i++) {
        const char *v = i < 3 ? k->structure : k->layout;
        if (v && strcmp(v, rows[i].value) == 0)
            out[n++] = rows[i].words;
    }
    return n;
}

Counts words_count(const Book *b)
{
    Counts n = {0};
    for (size_t i = 0; i < b->cases.n; i++) {
        const Entry *e = &b->entry[i];
        n.holds += e->state == ENTRY_HOLDS;
        n.refuted += e->state == ENTRY_REFUTED || e->state == ENTRY_DECLINED;
        n.failed += e->state == ENTRY_FAILED;
        n.wrong += e->of->nnot;
    }
    return n;
}

/* --- a point as LaTeX */

/* theta_1 -> \theta_{1}; its bytes. */
static size_t put_name(FILE *f, const char *s)
{
    static const char greek[] =
        " alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu "
        "xi pi rho sigma tau upsilon phi chi psi omega Gamma Delta Theta Lambda "
        "Xi Pi Sigma Upsilon Phi Psi Omega ";
    char known[16];
    size_t stem = 0, n;
    while (isalpha((unsigned char)s[stem]) || (s[stem] & 0x80))
        stem++;
    n = stem;
    while (isalnum((unsigned char)s[n]) || s[n] == '_')
        n++;
    size_t sub = stem + (s[stem] == '_');
    snprintf(known, sizeof known, " %.*s ", (int)stem, s);
    fprintf(f, stem < 12 && strstr(greek, known) ? "\\%.*s"
               : stem > 1                        ? "\\mathit{%.*s}"
                                                 : "%.*s",
            (int)stem, s);
    if (n > sub)
        fprintf(f, "_{%.*s}", (int)(n - sub), s + sub);
    return n;
}

/* 7.4e-155 -> 7.4 \cdot 10^{-155}, 2i -> 2\mathrm{i}; its bytes. */
static size_t put_number(FILE *f, const char *s)
{
    size_t n = strspn(s, "0123456789.");
    fprintf(f, "%.*s", (int)n, s);
    if (s[n] == 'e') {
        size_t sign = strspn(s + n + 1, "+-");
        size_t digits = strspn(s + n + 1 + sign, "0123456789");
        fprintf(f, " \\cdot 10^{%s%.*s}", s[n + 1] == '-' ? "-" : "",
                (int)digits, s + n + 1 + sign);
        n += 1 + sign + digits;
    }
    if (s[n] != 'i')
        return n;
    fputs("\\mathrm{i}", f);
    return n + 1;
}

/* A mark between names and numbers; its bytes.  In brackets a blank parts
 * entries where no sign stands beside it. */
static size_t put_mark(FILE *f, const char *s, int *depth, int after_sign)
{
    *depth += (*s == '[') - (*s == ']');
    if (strncmp(s, " + -", 4) == 0) {
        fputs(" - ", f);
        return 4;
    }
    if (*s == ' ' && *depth > 0 && s[1] != '+' && !after_sign)
        fputs(" & ", f);
    else if (*s == ',' && *depth <= 0)
        fputs(",\\ ", f);
    else if (strchr("[];", *s))
        fputs(*s == '[' ? "\\begin{bmatrix}"
              : *s == ']' ? "\\end{bmatrix}" : " \\\\", f);
    else
        fputc(*s, f);
    return *s == ';' && s[1] == ' ' ? 2 : 1;
}

const char *words_values(Pool **p, const char *s)
{
    char *text = NULL;
    size_t size;
    int depth = 0;
    FILE *f = s ? open_memstream(&text, &size) : NULL;
    if (!f)
        return NULL;
    for (const char *at = s; *at;)
        if (isalpha((unsigned char)*at) || (*at & 0x80))
            at += put_name(f, at);
        else if (isdigit((unsigned char)*at))
            at += put_number(f, at);
        else
            at += put_mark(f, at, &depth, at > s && at[-1] == '+');
    int bad = fclose(f);
    const char *copy = bad ? NULL : pool_copy(p, text);
    free(text);
    return copy;
}
