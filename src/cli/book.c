/* book.c: nabla book: every case in a context of its own, then the page, which
 * takes the place of an old one only when it is whole. */
#include "book.h"
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int ends_in(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);
    return n > m && strcmp(s + n - m, suffix) == 0;
}

static int refuse(const char *message, const char *what, const char *mend)
{
    fprintf(stderr, "nabla: error: %s%s\n", message, what);
    if (mend)
        fprintf(stderr, "  %s\n", mend);
    return 2;
}

/* Does KaTeX lie in the folder katex beside the page? */
static int has_katex(Book *b, const char *out)
{
    const char *slash = strrchr(out, '/');
    int folder = slash ? (int)(slash - out) + 1 : 0;
    const char *path = pool_printf(&b->pool, "%.*skatex/katex.min.js", folder,
                                   out);
    return path && access(path, R_OK) == 0;
}

static int prove_all(Book *b)
{
    nb_context *c = nb_context_new(NULL);
    int status = 0;
    b->entry = calloc(b->cases.n + 1, sizeof *b->entry);
    if (!c || !b->entry) {
        nb_context_free(c);
        return refuse("out of memory", "", NULL) + 1;
    }
    for (size_t i = 0; i < b->cases.n; i++) {
        Entry *e = &b->entry[i];
        e->of = &b->cases.item[i];
        prove_case(c, b, e);
        if (e->status)
            fprintf(stderr, "nabla: %s: %s\n", e->of->name,
                    e->why ? e->why : "");
        if (e->status > status)
            status = e->status;
    }
    nb_context_free(c);
    return status;
}

/* Beside it first: an old page stays until the new one is whole. */
static int write_out(Book *b, const char *out)
{
    const char *part = pool_printf(&b->pool, "%s.part", out);
    FILE *f = part ? fopen(part, "wb") : NULL;
    int ok = f != NULL;
    if (ok)
        ok = ends_in(out, ".tex") ? tex_write(f, b) : html_write(f, b);
    if (f && fclose(f) != 0)
        ok = 0;
    if (ok && rename(part, out) == 0)
        return 0;
    int why = errno;
    if (f)
        remove(part);
    return refuse("the book cannot be written: ", out, strerror(why)) + 1;
}

static void report(const Book *b, const char *out)
{
    Counts n = words_count(b);
    fprintf(stderr, "%s: %zu cases: %zu identities proved, %zu refuted or "
                    "declined as they should be, %zu misprints, %zu failed\n",
            out, b->cases.n, n.holds, n.refuted, n.wrong, n.failed);
    if (!b->katex && ends_in(out, ".html"))
        fprintf(stderr, "note: there is no katex/katex.min.js beside this "
                        "page: until it is there\n      the formulas show as "
                        "text (make book puts it there)\n");
}

int book(char *const *file, int n, const char *out, uint64_t seed)
{
    Book b = {.seed = seed ? seed : 1};
    int status = 0;
    if (!out || !(ends_in(out, ".html") || ends_in(out, ".tex")))
        return refuse("a book is a page or a LaTeX text: ", out ? out : "",
                      "name it as in: nabla book FILE.cases -o book.html");
    if (n == 0)
        return refuse("there is no file of cases", "",
                      "name some as in: nabla book FILE.cases -o book.html");
    for (int i = 0; i < n && !status; i++)
        status = cases_read(&b.cases, file[i]);
    if (!status) {
        b.katex = has_katex(&b, out);
        status = prove_all(&b);
        int written = write_out(&b, out);
        if (!written)
            report(&b, out);
        status = written > status ? written : status;
    }
    free(b.entry);
    pool_free(b.pool);
    cases_free(&b.cases);
    return status;
}
