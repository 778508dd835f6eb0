/* size.c: dimensions and counts of operations, as functions of n. */
#include "table.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Scan {
    const char *at;
    const Problem *problem;
    int n;
} Scan;

static double sum(Scan *s);

static double named(Scan *s)
{
    const char *start = s->at;
    while (isalnum((unsigned char)*s->at))
        s->at++;
    size_t length = (size_t)(s->at - start);
    if (length == 3 && strncmp(start, "max", 3) == 0 && *s->at == '(') {
        s->at++;
        double a = sum(s);
        s->at++; /* , */
        double b = sum(s);
        s->at++; /* ) */
        return a > b ? a : b;
    }
    for (int i = 0; i < s->problem->nsizes; i++)
        if (strlen(s->problem->size_name[i]) == length &&
            strncmp(s->problem->size_name[i], start, length) == 0)
            return floor(table_number(s->problem, s->problem->size_text[i],
                                      s->n));
    return length == 1 && *start == 'n' ? (double)s->n : (double)NAN;
}

static double atom(Scan *s)
{
    if (*s->at == '(') {
        s->at++;
        double v = sum(s);
        s->at++;
        return v;
    }
    if (isalpha((unsigned char)*s->at))
        return named(s);
    char *end;
    double v = strtod(s->at, &end);
    s->at = end;
    return v;
}

static double power(Scan *s)
{
    double v = atom(s);
    if (*s->at != '^')
        return v;
    s->at++;
    return pow(v, atom(s));
}

static double product(Scan *s)
{
    double v = power(s);
    while (*s->at == '*' || *s->at == '/') {
        int divide = *s->at++ == '/';
        double w = power(s);
        v = divide ? v / w : v * w;
    }
    return v;
}

static double sum(Scan *s)
{
    double v = product(s);
    while (*s->at == '+' || *s->at == '-') {
        int minus = *s->at++ == '-';
        double w = product(s);
        v = minus ? v - w : v + w;
    }
    return v;
}

double table_number(const Problem *p, const char *text, int n)
{
    return sum(&(Scan){text, p, n});
}
