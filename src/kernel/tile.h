/* tile.h: what products and triangular systems of medium size are made of: a
 * block of the result in registers, and operands packed for it.  For the files
 * that are compiled for each set of instructions.
 *
 * After Goto and van de Geijn, ACM TOMS 34(3), 2008. */
#ifndef NB_RUN_TILE_H
#define NB_RUN_TILE_H

#include "kernel/wide.h"

/* As many registers as there are: the block, a column of A, an entry of B. */
#if defined(__AVX512F__)
enum { BYTES = 64, VECS = 3, COLS = 8 };
#elif defined(__AVX2__)
enum { BYTES = 32, VECS = 3, COLS = 4 };
#else
enum { BYTES = 16, VECS = 2, COLS = 4 };
#endif

typedef Real Vec __attribute__((vector_size(BYTES), aligned(BYTES)));
enum { LANES = BYTES / sizeof(Real), ROWS = VECS * LANES };

/* --- operands: panels of so many rows, one column after the other */

/* Four columns of four entries, lda apart, forwards or backwards, transposed.
 */
INLINED void turn_from(const Real *a, ptrdiff_t lda, Four c[4])
{
    for (ptrdiff_t j = 0; j < 4; j++)
        memcpy(c + j, a + j * lda, sizeof *c);
    turn(c);
}

/* The rows of a matrix, or of its transpose, and where they go: columns are
 * `step` apart, backwards where that is negative. */
typedef struct Panel {
    Real *a;
    ptrdiff_t lda;
    bool t;
    size_t rows, k;
    Real *p;
    ptrdiff_t step;
} Panel;

/* Some of the rows, entry by entry. */
INLINED void pack_rows(const Panel *x, size_t from, size_t l0)
{
    for (size_t l = l0; l < x->k; l++)
        for (size_t i = from; i < x->rows; i++)
            x->p[(ptrdiff_t)l * x->step + (ptrdiff_t)i] =
                x->t ? x->a[(ptrdiff_t)i * x->lda + (ptrdiff_t)l]
                     : x->a[(ptrdiff_t)l * x->lda + (ptrdiff_t)i];
}

INLINED void unpack_rows(const Panel *x, size_t from, size_t l0)
{
    for (size_t l = l0; l < x->k; l++)
        for (size_t i = from; i < x->rows; i++) {
            Real y = x->p[(ptrdiff_t)l * x->step + (ptrdiff_t)i];
            if (x->t)
                x->a[(ptrdiff_t)i * x->lda + (ptrdiff_t)l] = y;
            else
                x->a[(ptrdiff_t)l * x->lda + (ptrdiff_t)i] = y;
        }
}

/* Four columns and as many rows at a time; what is left, one by one. */
INLINED void pack_turned(const Panel *x)
{
    Four c[4];
    size_t l = 0, i = 0;
    for (; l + 4 <= x->k; l += 4)
        for (i = 0; i + 4 <= x->rows; i += 4) {
            turn_from(x->a + (ptrdiff_t)i * x->lda + l, x->lda, c);
            for (ptrdiff_t q = 0; q < 4; q++)
                memcpy(x->p + ((ptrdiff_t)l + q) * x->step + i, c + q,
                       sizeof *c);
        }
    Panel rest = *x;
    rest.k = l;
    if (l && i < x->rows)
        pack_rows(&rest, i, 0);
    pack_rows(x, 0, l);
}

INLINED void unpack_turned(const Panel *x)
{
    Four c[4];
    size_t l = 0, i = 0;
    for (; l + 4 <= x->k; l += 4)
        for (i = 0; i + 4 <= x->rows; i += 4) {
            turn_from(x->p + (ptrdiff_t)l * x->step + i, x->step, c);
            for (ptrdiff_t q = 0; q < 4; q++)
                memcpy(x->a + ((ptrdiff_t)i + q) * x->lda + l, c + q,
                       sizeof *c);
        }
    Panel rest = *x;
    rest.k = l;
    if (l && i < x->rows)
        unpack_rows(&rest, i, 0);
    unpack_rows(x, 0, l);
}

INLINED void pack_straight(const Panel *x)
{
    size_t full = x->rows / LANES * LANES;
    for (size_t l = 0; l < x->k; l++)
        for (size_t i = 0; i < full; i += LANES)
            memcpy(x->p + (ptrdiff_t)l * x->step + i,
                   x->a + (ptrdiff_t)l * x->lda + i, sizeof(Vec));
    if (full < x->rows)
        pack_rows(x, full, 0);
}

INLINED void unpack_straight(const Panel *x)
{
    size_t full = x->rows / LANES * LANES;
    for (size_t l = 0; l < x->k; l++)
        for (size_t i = 0; i < full; i += LANES)
            memcpy(x->a + (ptrdiff_t)l * x->lda + i,
                   x->p + (ptrdiff_t)l * x->step + i, sizeof(Vec));
    if (full < x->rows)
        unpack_rows(x, full, 0);
}

/* Rows that are not there are zeros. */
INLINED void pack_panel(const Panel *x, size_t wide)
{
    for (size_t l = 0; x->rows < wide && l < x->k; l++)
        memset(x->p + (ptrdiff_t)l * x->step, 0, wide * sizeof(Real));
    if (x->t)
        pack_turned(x);
    else
        pack_straight(x);
}

/* --- a block of the result */

/* c = [c +] s*a*b: rows of a panel, COLS columns, k terms.  b is packed, or
 * as it is stored: ldb apart. */
typedef struct Tile {
    size_t k;
    const Real *a, *b;
    size_t ldb; /* 0: packed */
    Real s;
    Real *c;
    size_t ldc, rows, cols;
    bool add;
} Tile;

INLINED void put_vec(Vec y, Real *c, bool add)
{
    Vec old;
    if (add) {
        memcpy(&old, c, sizeof old);
        y += old;
    }
    memcpy(c, &y, sizeof y);
}

/* Where the block reaches over the edge. */
static void put_some(const Tile *t, const Real *z, size_t wide)
{
    for (size_t j = 0; j < t->cols; j++, z += wide)
        for (size_t i = 0; i < t->rows && i < wide; i++)
            t->c[j * t->ldc + i] = (t->add ? t->c[j * t->ldc + i] : 0) + z[i];
}

INLINED void block_of(const Tile *t, size_t vecs, bool packed)
{
    Vec z[COLS][VECS], x[VECS];
    const Real *a = t->a, *b = t->b;
    size_t down = packed ? COLS : 1, across = packed ? 1 : t->ldb;
#pragma GCC unroll 8
    for (size_t j = 0; j < COLS; j++)
        for (size_t v = 0; v < vecs; v++)
            z[j][v] = (Vec){0};
    for (size_t l = 0; l < t->k; l++, a += ROWS, b += down) {
#pragma GCC unroll 4
        for (size_t v = 0; v < vecs; v++)
            memcpy(x + v, a + v * LANES, sizeof *x);
#pragma GCC unroll 8
        for (size_t j = 0; j < COLS; j++)
#pragma GCC unroll 4
            for (size_t v = 0; v < vecs; v++)
                z[j][v] += x[v] * b[j * across];
    }
    if (t->rows >= vecs * LANES && t->cols == COLS) {
#pragma GCC unroll 8
        for (size_t j = 0; j < COLS; j++)
#pragma GCC unroll 4
            for (size_t v = 0; v < vecs; v++)
                put_vec(z[j][v] * t->s, t->c + j * t->ldc + v * LANES, t->add);
        return;
    }
    Vec keep[COLS * VECS];
#pragma GCC unroll 8
    for (size_t j = 0; j < COLS; j++)
#pragma GCC unroll 4
        for (size_t v = 0; v < vecs; v++)
            keep[j * vecs + v] = z[j][v] * t->s;
    put_some(t, (const Real *)keep, vecs * LANES);
}

#define BLOCK(vecs)                                                            \
    static __attribute__((noinline)) void block_##vecs(const Tile *t)          \
    {                                                                          \
        if (t->ldb)                                                            \
            block_of(t, vecs, false);                                          \
        else                                                                   \
            block_of(t, vecs, true);                                           \
    }
BLOCK(1)
BLOCK(2)
#if defined(__AVX2__)
BLOCK(3)
#else
#define block_3 block_2
#endif

/* At most ROWS rows. */
INLINED void tile(const Tile *t)
{
    if (t->rows <= LANES)
        block_1(t);
    else if (t->rows <= 2 * LANES)
        block_2(t);
    else
        block_3(t);
}

#endif
