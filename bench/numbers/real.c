/* real.c: the plainest loops, so that they need no reference themselves. */
#include "real.h"
#include <quadmath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Matrix matrix_new(Pool *p, int rows, int cols)
{
    Matrix m = {rows, cols, calloc((size_t)(rows * cols), sizeof *m.v)};
    if (p->count == p->room) {
        p->room = 2 * p->room + 16;
        p->block = realloc(p->block, p->room * sizeof *p->block);
    }
    if (!m.v || !p->block) {
        fputs("numbers: no memory for the reference\n", stderr);
        exit(1);
    }
    p->block[p->count++] = m.v;
    return m;
}

void pool_clear(Pool *p)
{
    for (size_t i = 0; i < p->count; i++)
        free(p->block[i]);
    free(p->block);
    *p = (Pool){0};
}

Matrix matrix_product(Pool *p, Matrix a, Matrix b)
{
    Matrix c = matrix_new(p, a.rows, b.cols);
    for (int j = 0; j < b.cols; j++)
        for (int l = 0; l < a.cols; l++)
            for (int i = 0; i < a.rows; i++)
                c.v[j * a.rows + i] +=
                    a.v[l * a.rows + i] * b.v[j * b.rows + l];
    return c;
}

Matrix matrix_transpose(Pool *p, Matrix a)
{
    Matrix c = matrix_new(p, a.cols, a.rows);
    for (int j = 0; j < a.cols; j++)
        for (int i = 0; i < a.rows; i++)
            c.v[i * a.cols + j] = a.v[j * a.rows + i];
    return c;
}

/* Brings the largest of column k to row k in both. */
static void pivot(Matrix a, Matrix b, int k)
{
    int n = a.rows, p = k;
    for (int i = k + 1; i < n; i++)
        if (fabsq(a.v[k * n + i]) > fabsq(a.v[k * n + p]))
            p = i;
    for (int j = 0; p != k && j < n; j++) {
        Real s = a.v[j * n + k], t = b.v[j * n + k];
        a.v[j * n + k] = a.v[j * n + p], a.v[j * n + p] = s;
        b.v[j * n + k] = b.v[j * n + p], b.v[j * n + p] = t;
    }
}

static void subtract_row(Matrix a, int i, int k, Real s)
{
    for (int j = 0; j < a.cols; j++)
        a.v[j * a.rows + i] -= s * a.v[j * a.rows + k];
}

Matrix matrix_inverse(Pool *p, Matrix given, Real *logdet)
{
    int n = given.rows;
    Matrix a = matrix_new(p, n, n), b = matrix_new(p, n, n);
    memcpy(a.v, given.v, (size_t)(n * n) * sizeof *a.v);
    *logdet = 0;
    for (int i = 0; i < n; i++)
        b.v[i * n + i] = 1;
    for (int k = 0; k < n; k++) {
        pivot(a, b, k);
        Real d = a.v[k * n + k];
        *logdet += logq(fabsq(d));
        for (int j = 0; j < n; j++)
            a.v[j * n + k] /= d, b.v[j * n + k] /= d;
        for (int i = 0; i < n; i++)
            if (i != k) {
                Real s = a.v[k * n + i];
                subtract_row(a, i, k, s);
                subtract_row(b, i, k, s);
            }
    }
    return b;
}
