/* number.c: numbers in text, with a decimal point whatever the locale.
 *
 * A mantissa below 2^53 and a power of ten that is exact in a double give
 * the nearest double by one operation (Clinger); the rest is strtod's,
 * which then has to be called between locale_enter and locale_leave. */
#include "data/file.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Locale locale_enter(void)
{
    locale_t c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    return (Locale){c, c ? uselocale(c) : NULL};
}

void locale_leave(Locale l)
{
    if (!l.mine)
        return;
    uselocale(l.old);
    freelocale(l.mine);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool same_word(const char *s, size_t n, const char *word)
{
    size_t k = 0;
    for (; k < n && word[k]; k++)
        if (s[k] != word[k] && !(s[k] >= 'A' && s[k] <= 'Z' &&
                                 s[k] + ('a' - 'A') == word[k]))
            return false;
    return k == n && !word[k];
}

static size_t special(const char *s, size_t n, double *value)
{
    static const struct {
        const char *word;
        size_t n;
        double value;
    } words[] = {{"nan", 3, (double)NAN},
                 {"infinity", 8, (double)INFINITY},
                 {"inf", 3, (double)INFINITY}};
    for (int i = 0; i < 3; i++)
        if (n >= words[i].n && same_word(s, words[i].n, words[i].word)) {
            *value = words[i].value;
            return words[i].n;
        }
    return 0;
}

typedef struct Digits {
    uint64_t mantissa;
    int count, exponent; /* of ten */
} Digits;

static size_t digits(const char *s, size_t n, Digits *d)
{
    size_t i = 0, points = 0, any = 0;
    for (; i < n && (is_digit(s[i]) || (s[i] == '.' && !points)); i++) {
        if (s[i] == '.') {
            points = 1;
            continue;
        }
        any = 1;
        if (d->count < 19) {
            d->mantissa = 10 * d->mantissa + (uint64_t)(s[i] - '0');
            d->exponent -= points != 0;
        }
        d->count += d->count > 0 || s[i] != '0';
    }
    return any ? i : 0;
}

/* e+12, d-3 (Fortran's): its length, 0 if there is none. */
static size_t exponent(const char *s, size_t n, int *e)
{
    size_t i = 0;
    if (n < 2 || !strchr("eEdD", s[0]) || !s[0])
        return 0;
    bool minus = s[1] == '-';
    i = minus || s[1] == '+' ? 2 : 1;
    if (i >= n || !is_digit(s[i]))
        return 0;
    int v = 0;
    for (; i < n && is_digit(s[i]); i++)
        v = v < 100000 ? 10 * v + (s[i] - '0') : v;
    *e = minus ? -v : v;
    return i;
}

static bool quick(const Digits *d, double *value)
{
    static const double ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,
                                 1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
                                 1e18, 1e19, 1e20, 1e21, 1e22};
    if (FLT_EVAL_METHOD != 0 || d->count > 19 || d->mantissa >> 53 ||
        d->exponent < -22 || d->exponent > 22)
        return false;
    double m = (double)d->mantissa;
    *value = d->exponent < 0 ? m / ten[-d->exponent] : m * ten[d->exponent];
    return true;
}

/* strtod, on a copy with an `e`; 767 digits decide any rounding, and no
 * number in earnest has more. */
static size_t slow(const char *s, size_t n, size_t at, double *value)
{
    char text[800];
    if (n >= sizeof text)
        return 0;
    memcpy(text, s, n);
    text[n] = 0;
    if (at < n)
        text[at] = 'e';
    *value = strtod(text, NULL);
    return n;
}

size_t number_read(const char *s, size_t n, double *value)
{
    Digits d = {0};
    int e = 0;
    size_t sign = n && (s[0] == '-' || s[0] == '+');
    size_t k = special(s + sign, n - sign, value);
    if (!k) {
        size_t m = digits(s + sign, n - sign, &d);
        if (!m)
            return 0;
        k = m + exponent(s + sign + m, n - sign - m, &e);
        d.exponent += e;
        if (!quick(&d, value) && !slow(s + sign, k, m, value))
            return 0;
    }
    if (s[0] == '-')
        *value = -*value;
    return sign + k;
}

static bool unit(const char *s, size_t n)
{
    return n == 1 && (*s == 'i' || *s == 'j');
}

bool number_complex(const char *s, size_t n, double v[2], bool *complex)
{
    size_t wrapped = n > 2 && s[0] == '(' && s[n - 1] == ')';
    s += wrapped;
    n -= 2 * wrapped;
    size_t k = number_read(s, n, &v[0]);
    v[1] = 0;
    *complex = k && k < n;
    if (k == 0 || k == n)
        return k != 0;
    if (unit(s + k, n - k)) {
        v[1] = v[0];
        v[0] = 0;
        return true;
    }
    size_t m = s[k] == '+' || s[k] == '-' ? number_read(s + k, n - k, &v[1])
                                          : 0;
    return m && unit(s + k + m, n - k - m);
}

static bool reads_back(const char *s, double x, bool single)
{
    double y;
    if (!number_read(s, strlen(s), &y))
        return false;
    return single ? strtof(s, NULL) == (float)x : y == x;
}

int number_print(double x, bool single, char text[NUMBER_SIZE])
{
    if (isnan(x) || isinf(x))
        return snprintf(text, NUMBER_SIZE, "%s",
                        isnan(x) ? "nan" : x < 0 ? "-inf" : "inf");
    /* up to here trailing zeros are all that more digits bring, but for
     * numbers below the normal range */
    bool tiny = fabs(x) < (single ? (double)FLT_MIN : DBL_MIN);
    int n = 0, p = tiny ? 1 : single ? FLT_DIG : DBL_DIG;
    for (; p <= 17; p++) {
        n = snprintf(text, NUMBER_SIZE, "%.*g", p, x);
        if (reads_back(text, x, single))
            break;
    }
    return n;
}
