/* literal.c: numbers typed on a command line: 2.5, 1+2i, [1 2; 3 4]. */
#include "data/file.h"

#include <string.h>

typedef struct Reading {
    const char *at;
    double *x; /* pairs */
    size_t n, rows, cols, wide;
    bool complex, failed, ragged;
} Reading;

static bool ends(char c)
{
    return c == 0 || strchr(" ,;]\t\n", c) != NULL;
}

/* i, -i, 2+i: a number before it need not be written. */
static bool unit_alone(const char *s, size_t n, double v[2])
{
    bool complex;
    if (n == 0 || (s[n - 1] != 'i' && s[n - 1] != 'j'))
        return false;
    n--;
    size_t sign = n && (s[n - 1] == '+' || s[n - 1] == '-');
    bool minus = sign && s[n - 1] == '-';
    n -= sign;
    v[0] = 0;
    if (n && (!sign || !number_complex(s, n, v, &complex) || complex))
        return false;
    v[1] = minus ? -1 : 1;
    return true;
}

static void take(Reading *r)
{
    size_t n = 0;
    bool complex = false;
    while (!ends(r->at[n]))
        n++;
    double *v = &r->x[2 * r->n];
    bool alone = unit_alone(r->at, n, v);
    if (!alone && !number_complex(r->at, n, v, &complex)) {
        r->failed = true;
        return;
    }
    r->complex |= alone || complex;
    r->n++;
    r->cols++;
    r->at += n;
}

static void next_row(Reading *r)
{
    r->ragged |= r->wide && r->cols != r->wide;
    r->failed |= r->cols == 0 || r->ragged;
    r->wide = r->cols;
    r->cols = 0;
    r->rows++;
    r->at++;
}

static bool read_all(Reading *r)
{
    bool bracket = *r->at == '[';
    r->at += bracket;
    while (!r->failed && *r->at && *r->at != ']') {
        if (*r->at == ';' || *r->at == '\n')
            next_row(r);
        else if (ends(*r->at))
            r->at++;
        else
            take(r);
    }
    if (r->failed || r->n == 0 || (!bracket && r->n > 1))
        return false;
    if (r->cols == 0) /* a ; at the end */
        r->cols = r->wide;
    else
        r->rows++;
    r->ragged = r->wide && r->cols != r->wide;
    return !r->ragged &&
           (bracket ? r->at[0] == ']' && r->at[1] == 0 : *r->at == 0);
}

bool data_literal(Ctx *ctx, const char *text, Array *out)
{
    Reading r = {.at = text};
    r.x = ARENA_ARRAY(ctx->arena, double, strlen(text) + 4);
    if (!r.x)
        return false;
    if (!read_all(&r))
        return ctx_fail(ctx, ERR_LANGUAGE, (Span){0, 0},
                        "write it as 2.5, or as [1 2; 3 4]",
                        r.ragged ? "rows of different lengths: %.100s"
                                 : "this is no number and no matrix: %.100s",
                        text) != NULL;
    *out = (Array){r.complex ? ARRAY_C128 : ARRAY_F64,
                   r.rows == 1 && r.cols == 1 ? 0 : 2,
                   {(int64_t)r.rows, (int64_t)r.cols},
                   {(int64_t)r.cols, 1}, r.x};
    for (size_t i = 0; !r.complex && i < r.n; i++)
        r.x[i] = r.x[2 * i];
    return true;
}
