/* csv.c: tables in text: commas, semicolons, tabs or blanks between the
 * cells, a header line or none, cells in quotes or not.  Every cell is a
 * number: one that is missing, or no number, is an error with its place. */
#include "data/file.h"

#include <stdio.h>
#include <string.h>

typedef struct Table {
    File *f;
    const char *start, *end; /* the text */
    const char *line_start;
    size_t line;
    char between;            /* ',' ';' '\t' or ' ' for blanks */
    size_t rows, cols, first; /* first: the line that set cols */
    bool complex, counting;
    double *to;
} Table;

typedef struct Cell {
    const char *s; /* without blanks and quotes around it */
    size_t n;
    const char *next; /* what ended it: a separator or the line's end */
} Cell;

static const char *line_end(const Table *t, const char *s)
{
    const char *e = memchr(s, '\n', (size_t)(t->end - s));
    return e ? e : t->end;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* A copy of the line for the error, if a terminal can show it as it is. */
static char *shown_line(const Table *t, const char *e)
{
    size_t n = (size_t)(e - t->line_start);
    char *copy = n <= 200 ? arena_alloc(t->f->ctx->arena, n + 2) : NULL;
    if (!copy)
        return NULL;
    memcpy(copy, t->line_start, n);
    copy[n] = ' '; /* where a cell is missing at the end */
    for (size_t i = 0; i < n; i++) {
        copy[i] = is_blank(copy[i]) ? ' ' : copy[i];
        if ((unsigned char)copy[i] < ' ' || copy[i] == 0x7f)
            return NULL;
    }
    return copy;
}

/* An error at the n bytes at s. */
static bool fail_at(Table *t, const char *s, size_t n, const char *what,
                    const char *mend)
{
    size_t at = (size_t)(s - t->line_start);
    char *shown = shown_line(t, line_end(t, s));
    if (shown)
        ctx_source(t->f->ctx, shown, "data");
    file_fail(t->f, ERR_LANGUAGE, mend, "line %zu, column %zu: %s", t->line,
              utf8_width(t->line_start, at) + 1, what);
    if (shown && t->f->ctx->diag.source == shown)
        t->f->ctx->diag.span = (Span){(uint32_t)at, (uint32_t)(at + n)};
    return false;
}

/* The cell at s in a line that ends at e; false: quotes that stay open. */
static bool cell_at(const Table *t, const char *s, const char *e, Cell *c)
{
    while (s < e && is_blank(*s) && *s != t->between)
        s++;
    c->s = s;
    if (s < e && *s == '"') {
        const char *q = memchr(s + 1, '"', (size_t)(e - s - 1));
        if (!q)
            return false;
        c->s = s + 1;
        c->n = (size_t)(q - c->s);
        for (s = q + 1; s < e && is_blank(*s) && *s != t->between;)
            s++;
        c->next = s;
        return true;
    }
    while (s < e && *s != t->between &&
           !(t->between == ' ' && is_blank(*s)))
        s++;
    const char *last = s;
    while (last > c->s && is_blank(last[-1]))
        last--;
    c->n = (size_t)(last - c->s);
    c->next = s;
    return true;
}

/* Where the next cell of the line begins; NULL if c is the last. */
static const char *next_cell(const Table *t, const Cell *c, const char *e)
{
    const char *s = c->next;
    if (t->between != ' ')
        return s < e ? s + 1 : NULL;
    while (s < e && is_blank(*s))
        s++;
    return s < e ? s : NULL;
}

static bool fail_cell(Table *t, const Cell *c)
{
    const char *comma = memchr(c->s, ',', c->n);
    if (c->n == 0)
        return fail_at(t, c->s, 1, "a cell is empty",
                       "write nan for a number that is missing");
    return fail_at(t, c->s, c->n, "this is no number",
                   comma ? "write a decimal point, not a comma" : NULL);
}

static bool fail_columns(Table *t, const char *s, size_t n)
{
    char what[120];
    snprintf(what, sizeof what, "%zu cells, where line %zu has %zu", n,
             t->first, t->cols);
    return fail_at(t, s, 1, what, NULL);
}

static bool take_line(Table *t, const char *s, const char *e)
{
    size_t n = 0;
    Cell c;
    for (const char *p = s; p; p = next_cell(t, &c, e), n++) {
        double v[2];
        bool complex;
        if (!cell_at(t, p, e, &c))
            return fail_at(t, p, 1, "quotes are not closed", NULL);
        if (!number_complex(c.s, c.n, v, &complex))
            return fail_cell(t, &c);
        t->complex = t->complex || complex;
        if (t->counting)
            continue;
        *t->to++ = v[0];
        if (t->complex)
            *t->to++ = v[1];
    }
    if (t->cols == 0) {
        t->cols = n;
        t->first = t->line;
    }
    t->rows++;
    return n == t->cols || fail_columns(t, s, n);
}

/* Names over the columns: no cell is a number, none is empty. */
static bool is_header(Table *t, const char *s, const char *e)
{
    Cell c;
    size_t n = 0;
    for (const char *p = s; p; p = next_cell(t, &c, e), n++) {
        double v[2];
        bool complex;
        if (!cell_at(t, p, e, &c) || c.n == 0 ||
            number_complex(c.s, c.n, v, &complex))
            return false;
    }
    t->cols = n;
    t->first = t->line;
    return true;
}

static char separator(const char *s, const char *e)
{
    bool quote = false;
    char found = ' ';
    for (; s < e; s++) {
        quote ^= *s == '"';
        if (quote)
            continue;
        if (*s == ';')
            return ';';
        if (*s == ',')
            found = ',';
        if (*s == '\t' && found == ' ')
            found = '\t';
    }
    return found;
}

static const char *skip_blanks(const char *s, const char *e)
{
    while (s < e && is_blank(*s))
        s++;
    return s;
}

/* A line with something in it, from `text` on. */
static bool read_line(Table *t, const char *text, const char *e, bool first)
{
    if (first)
        t->between = separator(text, e);
    if (t->between == '\t')
        text = t->line_start; /* it may begin with an empty cell */
    return (first && is_header(t, text, e)) || take_line(t, text, e);
}

/* All lines; comments behind # and empty lines at the ends are left out. */
static bool each_line(Table *t)
{
    size_t empty = 0;
    bool first = true;
    t->line = t->rows = 0;
    for (const char *s = t->start, *e; s < t->end; s = e + (e < t->end)) {
        e = line_end(t, s);
        const char *text = skip_blanks(s, e);
        t->line++;
        t->line_start = s;
        if (text < e && *text == '#')
            continue;
        if (text == e) {
            empty = t->rows && !empty ? t->line : empty;
            continue;
        }
        if (empty)
            return file_fail(t->f, ERR_LANGUAGE, NULL,
                             "line %zu: there is nothing in it", empty);
        if (!read_line(t, text, e, first))
            return false;
        first = false;
    }
    return true;
}

bool csv_read(File *f, Array *out)
{
    const char *text = file_text(f);
    if (!text)
        return false;
    Table t = {.f = f, .start = text, .end = text + f->size};
    const char *nul = memchr(text, 0, f->size);
    if (nul)
        return file_fail(f, ERR_LANGUAGE, "write it in UTF-8",
                         "byte %zu: this is not text",
                         (size_t)(nul - text));
    if (f->size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        t.start += 3;
    Locale l = locale_enter();
    t.counting = true;
    bool ok = each_line(&t);
    if (ok && t.rows == 0)
        ok = file_fail(f, ERR_LANGUAGE, NULL, "there are no numbers");
    ok = ok && array_make(f, out, t.complex ? ARRAY_C128 : ARRAY_F64,
                          (int64_t)t.rows, (int64_t)t.cols, false);
    if (ok) {
        t.counting = false;
        t.to = out->data;
        ok = each_line(&t);
    }
    locale_leave(l);
    return ok;
}
