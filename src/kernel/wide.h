/* wide.h: what the files of kernels share: registers of 64 bytes, or what the
 * processor has in place of them, and their ends, sums and transposes. */
#ifndef NB_RUN_WIDE_H
#define NB_RUN_WIDE_H

#include "kernel/real.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Inlined always: what is constant at a call is so for the compiler. */
#if defined(__GNUC__)
#define INLINED static inline __attribute__((always_inline))
#else
#define INLINED static inline
#endif

/* A vector register's worth, or two: 64 bytes. */
typedef Real Wide __attribute__((vector_size(64), aligned(64)));
enum { W = 64 / sizeof(Real) };

#ifdef NB_FLOAT
typedef int32_t Bits __attribute__((vector_size(64)));
#else
typedef int64_t Bits __attribute__((vector_size(64)));
#endif

static inline Wide pick(Bits mask, Wide a, Wide b)
{
    return (Wide)((mask & (Bits)a) | (~mask & (Bits)b));
}

static inline Wide at(const Real *x)
{
    Wide v;
    memcpy(&v, x, sizeof v);
    return v;
}

static inline void set(Real *z, Wide v)
{
    memcpy(z, &v, sizeof v);
}

/* Of the last W of n entries those that whole registers leave over. */
static inline Bits left_over(size_t n)
{
    Bits lane;
    for (size_t k = 0; k < W; k++)
        lane[k] = (int)k;
    return lane >= (int)(W - n % W);
}

/* v where an entry is left over, else 0. */
static inline Wide only(Bits left, Wide v)
{
    return (Wide)(left & (Bits)v);
}

typedef Real Four __attribute__((vector_size(4 * sizeof(Real))));

/* Four sums that together are that of all entries. */
static inline Four four_sums(Wide v)
{
#ifdef NB_FLOAT
    return (__builtin_shufflevector(v, v, 0, 1, 2, 3) +
            __builtin_shufflevector(v, v, 4, 5, 6, 7)) +
           (__builtin_shufflevector(v, v, 8, 9, 10, 11) +
            __builtin_shufflevector(v, v, 12, 13, 14, 15));
#else
    return __builtin_shufflevector(v, v, 0, 1, 2, 3) +
           __builtin_shufflevector(v, v, 4, 5, 6, 7);
#endif
}

/* Of all entries, in a few steps. */
static inline Real total(Wide v)
{
    Four s = four_sums(v);
    s += __builtin_shufflevector(s, s, 2, 3, 0, 1);
    return s[0] + s[1];
}

/* r' */
static inline void turn(Four r[4])
{
    Four t0 = __builtin_shufflevector(r[0], r[1], 0, 4, 2, 6);
    Four t1 = __builtin_shufflevector(r[0], r[1], 1, 5, 3, 7);
    Four t2 = __builtin_shufflevector(r[2], r[3], 0, 4, 2, 6);
    Four t3 = __builtin_shufflevector(r[2], r[3], 1, 5, 3, 7);
    r[0] = __builtin_shufflevector(t0, t2, 0, 1, 4, 5);
    r[1] = __builtin_shufflevector(t1, t3, 0, 1, 4, 5);
    r[2] = __builtin_shufflevector(t0, t2, 2, 3, 6, 7);
    r[3] = __builtin_shufflevector(t1, t3, 2, 3, 6, 7);
}

/* The totals of four. */
static inline Four totals(const Wide s[4])
{
    Four r[4] = {four_sums(s[0]), four_sums(s[1]), four_sums(s[2]),
                 four_sums(s[3])};
    turn(r);
    return (r[0] + r[1]) + (r[2] + r[3]);
}

/* Entries from `at` on of an array of `size`; behind its end: anything. */
INLINED Wide load(const Real *a, size_t at, size_t size)
{
    Wide v;
    Real end[W] = {0};
    if (at + W <= size) {
        memcpy(&v, a + at, sizeof v);
        return v;
    }
    for (size_t i = 0; at + i < size; i++)
        end[i] = a[at + i];
    memcpy(&v, end, sizeof v);
    return v;
}

/* The first `rows` entries of s*v to c, or added to it. */
INLINED void put(Wide v, Real s, size_t rows, Real *c, bool add)
{
    Wide old;
    v *= s;
    if (rows >= W) {
        if (add) {
            memcpy(&old, c, sizeof old);
            v += old;
        }
        memcpy(c, &v, sizeof v);
        return;
    }
    for (size_t i = 0; i < rows; i++)
        c[i] = (add ? c[i] : 0) + v[i];
}

/* Four columns of four entries, lda apart, transposed. */
static inline void turn4(const Real *a, size_t lda, Four c[4])
{
    for (size_t j = 0; j < 4; j++)
        memcpy(c + j, a + j * lda, sizeof *c);
    turn(c);
}

/* Four rows of A' from i, columns from l, to the four registers from p, lanes
 * from q; a row behind the last is the last. */
INLINED void pack4(const Real *a, size_t m, size_t k, size_t i, size_t l,
                         Wide *p, size_t q)
{
    Four c[4];
    for (size_t r = 0; r < 4; r++)
        memcpy(c + r, a + (i + r < m ? i + r : m - 1) * k + l, sizeof *c);
    turn(c);
    for (size_t r = 0; r < 4; r++)
        memcpy((Real *)(p + r) + q, c + r, sizeof *c);
}

/* Entry by entry. */
static inline void pack1(const Real *a, size_t m, size_t k, size_t i, Wide *p)
{
    for (size_t l = 0; l < k; l++)
        for (size_t r = 0; r < W; r++)
            p[l][r] = a[(i + r < m ? i + r : m - 1) * k + l];
}

/* op(A) as panels of W rows, k registers each; rows behind the last hold
 * anything. */
static inline void pack(size_t m, size_t k, const Real *a, bool ta, Wide *p)
{
    for (size_t i = 0; i < m; i += W, p += k)
        if (!ta)
            for (size_t l = 0; l < k; l++)
                p[l] = load(a, l * m + i, m * k);
        else if (k < 4)
            pack1(a, m, k, i, p);
        else
            for (size_t l = 0; l < k; l += 4)
                for (size_t q = 0; q < W && i + q < m; q += 4) {
                    size_t from = l + 4 < k ? l : k - 4;
                    pack4(a, m, k, i + q, from, p + from, q);
                }
}

#endif
