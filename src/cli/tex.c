/* tex.c: the book as a LaTeX text: amsmath, graphicx and hyperref are all it
 * needs.  Formulas that are wider than a line are scaled to it. */
#include "book.h"

#include <ctype.h>
#include <string.h>

static const char *const preamble[] = {
    "\\documentclass[10pt]{article}",
    "\\usepackage[T1]{fontenc}",
    "\\usepackage[utf8]{inputenc}",
    "\\usepackage[margin=25mm]{geometry}",
    "\\usepackage{amsmath,amssymb,graphicx}",
    "\\usepackage[hidelinks]{hyperref}",
    "\\setlength{\\parindent}{0pt}",
    "\\newsavebox{\\formulabox}",
    "\\newcommand{\\fitted}[2]{\\sbox{\\formulabox}{$\\displaystyle #2$}%",
    "  \\ifdim\\wd\\formulabox>#1\\resizebox{#1}{!}{\\usebox{\\formulabox}}%",
    "  \\else\\usebox{\\formulabox}\\fi}",
    "\\newcommand{\\formula}[1]{\\begin{center}\\fitted{\\linewidth}{#1}"
    "\\end{center}}",
    "\\newcommand{\\entry}[3]{\\medskip\\hrule\\smallskip"
    "\\hypertarget{#1}{\\textbf{#2}}\\hfill{\\small #3}\\par}",
    "\\newcommand{\\source}[1]{{\\small\\itshape #1}\\par}",
    "\\newcommand{\\fact}[2]{{\\small #1: \\ttfamily #2}\\par}",
    "\\newcommand{\\remark}[1]{{\\small #1}\\par}",
    "\\newcommand{\\form}[2]{#1 \\fitted{.8\\linewidth}{#2}\\par}",
    "\\newcommand{\\step}[2]{\\hspace*{1em}\\fitted{.68\\linewidth}{#1}"
    "\\hfill{\\footnotesize #2}\\par}",
    "\\title{The verified cookbook of matrix calculus}",
    "\\date{}",
    "\\begin{document}",
    "\\maketitle",
    NULL};

static void put(FILE *f, const char *s)
{
    for (; s && *s; s++)
        switch (*s) {
        case '\\':
            fputs("\\textbackslash{}", f);
            break;
        case '~': case '^':
            fprintf(f, "\\%c{}", *s);
            break;
        case '<': case '>': case '|':
            fprintf(f, "\\ensuremath{%s}",
                    *s == '|' ? "\\vert" : (char[]){*s, 0});
            break;
        case '"':
            fputs("\\textquotedbl{}", f);
            break;
        case '\'':
            fputs("\\textquotesingle{}", f);
            break;
        case '-':
            fputs("{-}", f);
            break;
        case '{': case '}': case '$': case '&': case '#': case '%': case '_':
            fprintf(f, "\\%c", *s);
            break;
        default:
            fputc(*s, f);
        }
}

static void wrap(FILE *f, const char *before, const char *s,
                 const char *after)
{
    if (!s)
        return;
    fputs(before, f);
    put(f, s);
    fputs(after, f);
}

static void put_id(FILE *f, const char *s)
{
    for (; *s; s++)
        if (isalnum((unsigned char)*s) || strchr("-.", *s))
            fputc(*s, f);
        else
            fprintf(f, "-%02x", (unsigned char)*s);
}

/* \command{LaTeX}; what has none stands as text. */
static void put_formula(FILE *f, const char *command, Formula m)
{
    if (m.latex)
        fprintf(f, "%s{%s}\n", command, m.latex);
    else
        wrap(f, "\\fact{as it stands}{", m.text, "}\n");
}

/* --- an entry */

static void put_proof(FILE *f, const Entry *e)
{
    const nb_proof *p = &e->proof;
    if (e->state != ENTRY_HOLDS)
        return;
    if (!p->oracle)
        wrap(f, "\\remark{Proved: ", e->how, "}\n");
    else if (strcmp(p->oracle, "multi-precision") == 0)
        fprintf(f, "\\remark{Proved: %s, %u points, to %d digits}\n",
                p->oracle, p->points, (int)p->digits);
    else
        fprintf(f, "\\remark{Proved: %s, %u points, error below $2^{%d}$}\n",
                p->oracle, p->points, (int)p->log2_error);
}

static void put_facts(FILE *f, const Entry *e)
{
    const char *words[BOOK_WORDS];
    size_t n = words_conventions(e->of, words, BOOK_WORDS);
    wrap(f, "\\fact{With}{", e->of->let, "}\n");
    wrap(f, "\\fact{Under}{", e->of->under, "}\n");
    for (size_t i = 0; i < e->nassumptions; i++)
        wrap(f, "\\fact{Assuming}{", e->assumption[i], "}\n");
    for (size_t i = 0; i < n; i++)
        wrap(f, "\\remark{Meant: ", words[i], "}\n");
    for (size_t i = 0; i < e->nnotes; i++)
        wrap(f, "\\remark{Note: ", e->note[i], "}\n");
    put_proof(f, e);
    for (size_t i = 0; i < e->nanswers; i++)
        wrap(f, "\\fact{Nabla}{", e->answer[i], "}\n");
}

static void put_counter(FILE *f, Book *b, const Misprint *m,
                        const char *left, const char *right)
{
    if (m->point)
        fprintf(f, "\\remark{At $%s$ the %s is $%s$, the %s $%s$.}\n",
                words_values(&b->pool, m->point), left,
                words_values(&b->pool, m->left), right,
                words_values(&b->pool, m->value));
}

static void put_wrong(FILE *f, Book *b, const Entry *e, const Misprint *m)
{
    if (e->of->nnot) {
        put_formula(f, "\\form{Printed:}", m->printed);
        put_formula(f, "\\form{Right:}", m->right);
    }
    put_counter(f, b, m, e->of->nnot ? "right form" : "left side",
                e->of->nnot ? "printed one" : "right side");
    wrap(f, e->of->nnot ? "\\remark{The printed form is " : "\\remark{It is ",
         m->repair, ".}\n");
}

static void put_steps(FILE *f, const Entry *e)
{
    if (e->nsteps)
        fputs("\\remark{Derivation:}\n", f);
    for (size_t i = 0; i < e->nsteps; i++) {
        put_formula(f, "\\step", e->step[i].line);
        wrap(f, "{", e->step[i].rule, "}\n");
    }
}

static void put_entry(FILE *f, Book *b, const Entry *e)
{
    fputs("\n\\entry{", f);
    put_id(f, e->of->name);
    wrap(f, "}{", e->of->name, "}");
    wrap(f, "{", words_state(e), "}\n");
    wrap(f, "\\source{", e->of->source, "}\n");
    for (size_t i = 0; i < e->nlines; i++)
        put_formula(f, "\\formula", e->line[i]);
    wrap(f, "\\remark{", e->why, "}\n");
    wrap(f, "\\remark{", e->mend, "}\n");
    for (size_t i = 0; i < e->nothers; i++)
        put_formula(f, "\\form{Also}", e->other[i]);
    for (size_t i = 0; i < e->nwrong; i++)
        put_wrong(f, b, e, &e->wrong[i]);
    put_facts(f, e);
    put_steps(f, e);
}

int tex_write(FILE *f, Book *b)
{
    Counts n = words_count(b);
    size_t k = 0;
    for (const char *const *s = preamble; *s; s++)
        fprintf(f, "%s\n", *s);
    fprintf(f, "%zu identities, each derived or checked by Nabla %s and proved "
               "by oracles that know\nno rule of calculus; %zu statements "
               "refuted or declined; %zu misprints beside the right\nform; %zu "
               "refused.\n\\tableofcontents\n", n.holds, nb_version(),
            n.refuted, n.wrong, n.failed);
    for (size_t i = 0; i < b->cases.nheadings; i++) {
        const Heading *h = &b->cases.heading[i];
        wrap(f, h->level == 1 ? "\n\\section{" : "\n\\subsection{", h->title,
             "}\n");
        wrap(f, "", h->intro, "\\par\n");
        for (size_t j = 0; j < h->cases; j++)
            put_entry(f, b, &b->entry[k++]);
    }
    fputs("\\end{document}\n", f);
    return !ferror(f);
}
