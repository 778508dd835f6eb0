/* interpreter.c: the table's expressions in quadruple precision. */
#include "interpreter.h"
#include <ctype.h>
#include <math.h>
#include <quadmath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Matrix sum(Env *e);

/* ------------------------------------------------------------- operators */

Matrix wrong(Env *e, const char *what)
{
    if (!e->wrong)
        e->wrong = what;
    return matrix_new(&e->pool, 1, 1);
}

static Real apply(char op, Real a, Real b)
{
    return op == '+'   ? a + b
           : op == '-' ? a - b
           : op == '*' ? a * b
           : op == '/' ? a / b
                       : powq(a, b);
}

/* Entry by entry; a single row, column or entry is repeated. */
static Matrix entrywise(Env *e, char op, Matrix a, Matrix b)
{
    int rows = a.rows > b.rows ? a.rows : b.rows;
    int cols = a.cols > b.cols ? a.cols : b.cols;
    if ((a.rows != rows && a.rows != 1) || (b.rows != rows && b.rows != 1) ||
        (a.cols != cols && a.cols != 1) || (b.cols != cols && b.cols != 1))
        return wrong(e, "shapes do not fit");
    Matrix c = matrix_new(&e->pool, rows, cols);
    for (int j = 0; j < cols; j++)
        for (int i = 0; i < rows; i++) {
            Real x = a.v[(a.cols > 1 ? j : 0) * a.rows + (a.rows > 1 ? i : 0)];
            Real y = b.v[(b.cols > 1 ? j : 0) * b.rows + (b.rows > 1 ? i : 0)];
            c.v[j * rows + i] = apply(op, x, y);
        }
    return c;
}

static int single(Matrix a)
{
    return a.rows == 1 && a.cols == 1;
}

static Matrix times(Env *e, Matrix a, Matrix b)
{
    if (single(a) || single(b))
        return entrywise(e, '*', a, b);
    if (a.cols != b.rows)
        return wrong(e, "shapes of a product do not fit");
    return matrix_product(&e->pool, a, b);
}

static Matrix scalar(Env *e, Real v)
{
    Matrix m = matrix_new(&e->pool, 1, 1);
    m.v[0] = v;
    return m;
}

/* ------------------------------------------------------------- functions */

static Matrix map(Env *e, Matrix a, Real (*f)(Real))
{
    Matrix c = matrix_new(&e->pool, a.rows, a.cols);
    for (int i = 0; i < a.rows * a.cols; i++)
        c.v[i] = f(a.v[i]);
    return c;
}

static Matrix total(Env *e, Matrix a, int power)
{
    Real s = 0;
    for (int i = 0; i < a.rows * a.cols; i++)
        s += power == 2 ? a.v[i] * a.v[i] : a.v[i];
    return scalar(e, power == 2 ? sqrtq(s) : s);
}

static Matrix row_sums(Env *e, Matrix a)
{
    Matrix c = matrix_new(&e->pool, a.rows, 1);
    for (int j = 0; j < a.cols; j++)
        for (int i = 0; i < a.rows; i++)
            c.v[i] += a.v[j * a.rows + i];
    return c;
}

static Matrix identity(Env *e, int n)
{
    Matrix c = matrix_new(&e->pool, n, n);
    for (int i = 0; i < n; i++)
        c.v[i * n + i] = 1;
    return c;
}

static Matrix trace(Env *e, Matrix a)
{
    Real s = 0;
    for (int i = 0; i < a.rows; i++)
        s += a.v[i * a.rows + i];
    return scalar(e, s);
}

static Matrix call(Env *e, const char *name, Matrix a)
{
    Real logdet = 0;
    if (strcmp(name, "exp") == 0)
        return map(e, a, expq);
    if (strcmp(name, "log") == 0)
        return map(e, a, logq);
    if (strcmp(name, "tanh") == 0)
        return map(e, a, tanhq);
    if (strcmp(name, "sum") == 0)
        return total(e, a, 1);
    if (strcmp(name, "normF") == 0)
        return total(e, a, 2);
    if (strcmp(name, "eye") == 0)
        return identity(e, (int)a.v[0]);
    if (a.rows != a.cols)
        return wrong(e, "a square matrix is needed");
    if (strcmp(name, "tr") == 0)
        return trace(e, a);
    Matrix inverse = matrix_inverse(&e->pool, a, &logdet);
    if (strcmp(name, "inv") == 0)
        return inverse;
    if (strcmp(name, "logdet") == 0)
        return scalar(e, logdet);
    if (strcmp(name, "det") == 0)
        return scalar(e, expq(logdet)); /* positive in the table */
    return wrong(e, "an unknown function");
}

/* ------------------------------------------------------------ the reader */

static char peek(Env *e)
{
    e->at += strspn(e->at, " ");
    return *e->at;
}

static int accept(Env *e, const char *token)
{
    size_t n = strlen(token);
    peek(e);
    if (strncmp(e->at, token, n) != 0)
        return 0;
    e->at += n;
    return 1;
}

static Matrix lookup(Env *e, const char *name)
{
    for (int i = 0; i < e->count; i++)
        if (strcmp(e->named[i].name, name) == 0)
            return e->named[i].value;
    double v = table_number(e->task->problem, name, e->task->n);
    return isnan(v) ? wrong(e, "an unknown name") : scalar(e, v);
}

static Matrix name(Env *e)
{
    char text[32];
    size_t n = 0;
    while (isalnum((unsigned char)*e->at) && n + 1 < sizeof text)
        text[n++] = *e->at++;
    text[n] = 0;
    if (!accept(e, "("))
        return lookup(e, text);
    Matrix a = sum(e);
    if (accept(e, ",")) { /* sum(A,2) */
        sum(e);
        a = row_sums(e, a);
        return accept(e, ")") ? a : wrong(e, ") is missing");
    }
    return accept(e, ")") ? call(e, text, a) : wrong(e, ") is missing");
}

static Matrix atom(Env *e)
{
    char c = peek(e);
    if (isalpha((unsigned char)c))
        return name(e);
    if (accept(e, "(")) {
        Matrix a = sum(e);
        return accept(e, ")") ? a : wrong(e, ") is missing");
    }
    char *end;
    double v = strtod(e->at, &end);
    if (end == e->at)
        return wrong(e, "a number or a name is missing");
    e->at = end;
    return scalar(e, v);
}

static Matrix postfix(Env *e)
{
    Matrix a = atom(e);
    for (;;) {
        if (accept(e, "'"))
            a = matrix_transpose(&e->pool, a);
        else if (accept(e, "^") || accept(e, ".^"))
            a = entrywise(e, '^', a, atom(e)); /* of scalars only, or .^ */
        else
            return a;
    }
}

static Matrix unary(Env *e)
{
    if (accept(e, "-"))
        return entrywise(e, '-', scalar(e, 0), unary(e));
    return postfix(e);
}

static Matrix product(Env *e)
{
    Matrix a = unary(e);
    while (!e->wrong) {
        if (accept(e, ".*"))
            a = entrywise(e, '*', a, unary(e));
        else if (accept(e, "*"))
            a = times(e, a, unary(e));
        else if (accept(e, "/"))
            a = entrywise(e, '/', a, unary(e));
        else
            return a;
    }
    return a;
}

static Matrix sum(Env *e)
{
    Matrix a = product(e);
    while (!e->wrong) {
        if (accept(e, ".+") || accept(e, "+"))
            a = entrywise(e, '+', a, product(e));
        else if (accept(e, ".-") || accept(e, "-"))
            a = entrywise(e, '-', a, product(e));
        else
            return a;
    }
    return a;
}

Matrix evaluate(Env *e, const char *text)
{
    e->at = text;
    Matrix a = sum(e);
    if (!e->wrong && peek(e))
        wrong(e, "text is left over");
    if (e->wrong)
        fprintf(stderr, "%s: %s: %s\n", e->task->problem->name, text,
                e->wrong);
    return a;
}
