/* error.c: an error as a person reads it: what, where, how to mend it. */
#include "cli.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Columns of UTF-8 text: the bytes that begin a character, less the marks
 * that combine (U+0300 to U+036F). */
static size_t columns(const char *s, size_t n)
{
    size_t w = 0;
    for (size_t i = 0; i < n && s[i]; i++) {
        unsigned char c = (unsigned char)s[i], d = (unsigned char)s[i + 1];
        int mark = c == 0xcc || (c == 0xcd && d < 0xb0);
        w += (c & 0xc0) != 0x80 && !mark;
    }
    return w;
}

enum { MOST_LINE = 200, AROUND = 70 }; /* bytes of a line that are shown */

/* The start of a character at or after s, below end. */
static size_t whole(const char *s, size_t at, size_t end)
{
    while (at < end && ((unsigned char)s[at] & 0xc0) == 0x80)
        at++;
    return at;
}

/* The line of the error, of a long one the part around it, and the caret. */
static void show_place(const nb_error_info *e, const char *red)
{
    const char *s = e->source;
    size_t from = e->start, end;
    while (from > 0 && s[from - 1] != '\n')
        from--;
    end = from + strcspn(s + from, "\n");
    bool long_ = end - from > MOST_LINE;
    size_t a = long_ && e->start - from > AROUND
                   ? whole(s, e->start - AROUND, end)
                   : from;
    size_t b = long_ && end - e->start > AROUND
                   ? whole(s, e->start + AROUND, end)
                   : end;
    size_t to = e->end < b ? e->end : b;
    fprintf(stderr, "  %s%.*s%s\n  %*s%s^", a > from ? "..." : "",
            (int)(b - a), s + a, b < end ? "..." : "",
            (int)columns(s + a, e->start - a) + (a > from ? 3 : 0), "", red);
    for (size_t w = to > e->start ? columns(s + e->start, to - e->start) : 1;
         w > 1; w--)
        fputc('~', stderr);
}

int show_error(int colour, nb_context *c)
{
    nb_error_info e = nb_error(c);
    const char *red = colour ? "\033[1;31m" : "";
    const char *plain = *red ? "\033[0m" : "";
    fprintf(stderr, "nabla: %serror:%s %s\n", red, plain,
            e.message ? e.message : "there is no answer");
    if (e.source && e.end > 0 && e.end <= strlen(e.source)) {
        show_place(&e, red);
        fprintf(stderr, "%s\n", plain);
    }
    if (e.mend)
        fprintf(stderr, "  %s\n", e.mend);
    return e.code ? e.code : 4;
}
