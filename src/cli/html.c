/* html.c: the book as one page.  Formulas stand as text, with their LaTeX
 * beside it: where KaTeX lies in the folder katex, the page's script sets
 * them; without scripts the page is complete, too. */
#include "book.h"

#include <ctype.h>
#include <string.h>

/* --- text */

static void put(FILE *f, const char *s)
{
    for (; s && *s; s++)
        switch (*s) {
        case '&':
            fputs("&amp;", f);
            break;
        case '<':
            fputs("&lt;", f);
            break;
        case '>':
            fputs("&gt;", f);
            break;
        case '"':
            fputs("&quot;", f);
            break;
        default:
            fputc(*s, f);
        }
}

static void wrap(FILE *f, const char *before, const char *s,
                 const char *after)
{
    fputs(before, f);
    put(f, s);
    fputs(after, f);
}

/* A name as the page's anchor: other bytes than these as -hh. */
static void put_id(FILE *f, const char *s)
{
    for (; *s; s++)
        if (isalnum((unsigned char)*s) || strchr("-._", *s))
            fputc(*s, f);
        else
            fprintf(f, "-%02x", (unsigned char)*s);
}

static void put_formula(FILE *f, const char *tag, const char *class,
                        Formula m)
{
    fprintf(f, "<%s class=\"%s\"", tag, m.latex ? class : "raw");
    if (m.latex)
        wrap(f, " data-tex=\"", m.latex, "\"");
    wrap(f, ">", m.text, "</");
    fprintf(f, "%s>", tag);
}

static void put_values(FILE *f, Book *b, const char *s)
{
    put_formula(f, "span", "m", (Formula){words_values(&b->pool, s), s});
}

static void row(FILE *f, const char *name, const char *s)
{
    if (!s)
        return;
    fprintf(f, "<dt>%s</dt><dd>", name);
    wrap(f, "<code>", s, "</code></dd>\n");
}

/* --- an entry */

static void put_proof(FILE *f, const Entry *e)
{
    const nb_proof *p = &e->proof;
    if (e->state != ENTRY_HOLDS || (!p->oracle && !e->how))
        return;
    fputs("<dt>Proved</dt><dd>", f);
    if (!p->oracle)
        put(f, e->how);
    else if (strcmp(p->oracle, "multi-precision") == 0)
        fprintf(f, "%s, %u points, to %d digits", p->oracle, p->points,
                (int)p->digits);
    else
        fprintf(f, "%s, %u points, error below 2<sup>%d</sup>", p->oracle,
                p->points, (int)p->log2_error);
    fputs("</dd>\n", f);
}

static void put_facts(FILE *f, const Entry *e)
{
    const char *words[BOOK_WORDS];
    size_t n = words_conventions(e->of, words, BOOK_WORDS);
    fputs("<dl>\n", f);
    row(f, "With", e->of->let);
    row(f, "Under", e->of->under);
    for (size_t i = 0; i < e->nassumptions; i++)
        row(f, i ? "and" : "Assuming", e->assumption[i]);
    for (size_t i = 0; i < n; i++)
        wrap(f, "<dt>Meant</dt><dd>", words[i], "</dd>\n");
    for (size_t i = 0; i < e->nnotes; i++)
        wrap(f, "<dt>Note</dt><dd>", e->note[i], "</dd>\n");
    put_proof(f, e);
    fputs("</dl>\n", f);
}

static void put_others(FILE *f, const Entry *e)
{
    for (size_t i = 0; i < e->nothers; i++) {
        fprintf(f, "<p class=\"also\">%s ", i ? "and" : "Also written as");
        put_formula(f, "span", "m", e->other[i]);
        fputs("</p>\n", f);
    }
}

static void put_side(FILE *f, const char *class, const char *name, Formula m)
{
    fprintf(f, "<tr class=\"%s\"><th scope=\"row\">%s</th><td>", class, name);
    put_formula(f, "span", "m", m);
    fputs("</td></tr>\n", f);
}

/* Both values at the counter-example. */
static void put_counter(FILE *f, Book *b, const Misprint *m,
                        const char *left, const char *right)
{
    if (m->point) {
        fputs("<p class=\"counter\">At ", f);
        put_values(f, b, m->point);
        fprintf(f, " %s is ", left);
        put_values(f, b, m->left);
        fprintf(f, ", %s ", right);
        put_values(f, b, m->value);
        fputs(".</p>\n", f);
    }
}

/* The misprint beside the right form. */
static void put_misprint(FILE *f, Book *b, const Misprint *m)
{
    fputs("<div class=\"wide\"><table><caption>Misprint</caption>\n", f);
    put_side(f, "bad", "printed", m->printed);
    put_side(f, "good", "right", m->right);
    fputs("</table></div>\n", f);
    put_counter(f, b, m, "the right form", "the printed one");
    if (m->repair)
        wrap(f, "<p class=\"repair\">The printed form is ", m->repair,
             ".</p>\n");
}

/* Why an equation is none. */
static void put_refuted(FILE *f, Book *b, const Misprint *m)
{
    put_counter(f, b, m, "the left side", "the right side");
    if (m->repair)
        wrap(f, "<p class=\"repair\">It is ", m->repair, ".</p>\n");
}

static void put_steps(FILE *f, const Entry *e)
{
    if (e->nsteps == 0 && e->no_steps)
        wrap(f, "<p class=\"none\">No derivation: ", e->no_steps, "</p>\n");
    if (e->nsteps == 0)
        return;
    fprintf(f, "<details><summary>Derivation, %zu line%s</summary>"
               "<ol class=\"steps\">\n", e->nsteps, e->nsteps > 1 ? "s" : "");
    for (size_t i = 0; i < e->nsteps; i++) {
        fputs("<li>", f);
        put_formula(f, "span", "m", e->step[i].line);
        wrap(f, " <span class=\"rule\">", e->step[i].rule, "</span></li>\n");
    }
    fputs("</ol></details>\n", f);
}

static void put_source_text(FILE *f, const Entry *e)
{
    if (!e->command)
        return;
    wrap(f, "<details><summary>In Nabla’s language</summary>\n"
            "<pre><code>", e->command, "</code></pre>\n");
    for (size_t i = 0; i < e->nanswers; i++)
        wrap(f, "<pre><code>", e->answer[i], "</code></pre>\n");
    fputs("</details>\n", f);
}

static void put_entry(FILE *f, Book *b, const Entry *e)
{
    static const char *const class[] = {"holds", "refuted", "declined",
                                        "failed"};
    fputs("<article id=\"", f);
    put_id(f, e->of->name);
    fprintf(f, "\" class=\"%s\">\n<h4><a href=\"#", class[e->state]);
    put_id(f, e->of->name);
    wrap(f, "\">", e->of->name, "</a>");
    fprintf(f, " <span class=\"state\">%s</span></h4>\n", words_state(e));
    wrap(f, "<p class=\"source\">", e->of->source, "</p>\n");
    for (size_t i = 0; i < e->nlines; i++) {
        put_formula(f, "div", "m d", e->line[i]);
        fputc('\n', f);
    }
    if (e->why)
        wrap(f, "<p class=\"why\">", e->why, "</p>\n");
    if (e->mend)
        wrap(f, "<p class=\"why\">", e->mend, "</p>\n");
    put_others(f, e);
    for (size_t i = 0; i < e->nwrong; i++)
        if (e->of->nnot)
            put_misprint(f, b, &e->wrong[i]);
        else
            put_refuted(f, b, &e->wrong[i]);
    put_facts(f, e);
    put_steps(f, e);
    put_source_text(f, e);
    fputs("</article>\n", f);
}

/* --- the page */

static void put_lines(FILE *f, const char *const *line)
{
    for (; *line; line++)
        fprintf(f, "%s\n", *line);
}

static void put_head(FILE *f)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
          "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
          "content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<title>The verified cookbook of matrix calculus</title>\n"
          "<link rel=\"stylesheet\" href=\"katex/katex.min.css\">\n"
          "<style>\n", f);
    put_lines(f, page_style);
    fputs("</style>\n</head>\n<body>\n"
          "<a class=\"skip\" href=\"#main\">To the identities</a>\n", f);
}

static void put_title(FILE *f, const Book *b)
{
    Counts n = words_count(b);
    fputs("<header class=\"top\">\n<h1>The verified cookbook</h1>\n", f);
    fprintf(f, "<p>%zu identities of matrix calculus, each derived or checked "
               "by Nabla %s and proved by oracles that know no rule of "
               "calculus", n.holds, nb_version());
    fprintf(f, "; %zu statements refuted or declined; %zu misprints beside "
               "the right form.", n.refuted, n.wrong);
    if (n.failed)
        fprintf(f, " <strong>%zu refused.</strong>", n.failed);
    fputs("</p>\n<form role=\"search\" hidden><label>Search "
          "<input type=\"search\" id=\"q\" autocomplete=\"off\" "
          "placeholder=\"inv(X), trace, MC-057 …\"></label> "
          "<output id=\"found\" for=\"q\"></output></form>\n</header>\n", f);
}

static void put_misprint_list(FILE *f, const Book *b)
{
    int any = 0;
    for (size_t i = 0; i < b->cases.n; i++) {
        const Case *k = &b->cases.item[i];
        if (!k->nnot)
            continue;
        fputs(any ? "" : "<li>Misprints\n<ol>\n", f);
        any = 1;
        fputs("<li><a href=\"#", f);
        put_id(f, k->name);
        wrap(f, "\">", k->name, "</a></li>\n");
    }
    fputs(any ? "</ol></li>\n" : "", f);
}

static void put_contents(FILE *f, const Book *b)
{
    int open = 0;
    fputs("<nav aria-labelledby=\"contents\">\n"
          "<h2 id=\"contents\">Contents</h2>\n<ol>\n", f);
    for (size_t i = 0; i < b->cases.nheadings; i++) {
        const Heading *h = &b->cases.heading[i];
        fputs(h->level == 1 && open > 1 ? "</ol>" : "", f);
        fputs(h->level == 1 && open ? "</li>\n" : "", f);
        fputs(h->level == 2 && open == 1 ? "\n<ol>\n" : "", f);
        open = h->level;
        fprintf(f, "<li><a href=\"#s%zu\">", i + 1);
        wrap(f, "", h->title, "</a>");
        if (h->cases)
            fprintf(f, " <span class=\"count\">%zu</span>", h->cases);
        fputs(h->level == 2 ? "</li>\n" : "", f);
    }
    fputs(open > 1 ? "</ol></li>\n" : open ? "</li>\n" : "", f);
    put_misprint_list(f, b);
    fputs("</ol>\n</nav>\n", f);
}

static void put_heading(FILE *f, const Heading *h, size_t i)
{
    fprintf(f, "<section id=\"s%zu\">\n<h%d>", i + 1, h->level + 1);
    put(f, h->title);
    fprintf(f, "</h%d>\n", h->level + 1);
    if (h->intro)
        wrap(f, "<p class=\"intro\">", h->intro, "</p>\n");
}

static void put_main(FILE *f, Book *b)
{
    int open = 0;
    size_t k = 0;
    fputs("<main id=\"main\">\n", f);
    for (size_t i = 0; i < b->cases.nheadings; i++) {
        const Heading *h = &b->cases.heading[i];
        for (; open >= h->level; open--)
            fputs("</section>\n", f);
        put_heading(f, h, i);
        open = h->level;
        for (size_t n = 0; n < h->cases; n++)
            put_entry(f, b, &b->entry[k++]);
    }
    for (; open > 0; open--)
        fputs("</section>\n", f);
    fputs("</main>\n", f);
}

int html_write(FILE *f, Book *b)
{
    put_head(f);
    put_title(f, b);
    put_contents(f, b);
    put_main(f, b);
    fputs("<script src=\"katex/katex.min.js\"></script>\n<script>\n", f);
    put_lines(f, page_script);
    fputs("</script>\n</body>\n</html>\n", f);
    return !ferror(f);
}
