/* dense.c: products, triangular systems and Cholesky factors from tiles.
 * Compiled for each set of instructions (NB_ISA) and for double and float. */
#include "kernel/dense.h"

#include "kernel/tile.h"

#include <math.h>

#ifdef NB_FLOAT
#define ROOT sqrtf
#else
#define ROOT sqrt
#endif

/* Terms at a time; rows of A that stay in the second cache; the order of a
 * triangle that does. */
enum { DEPTH = 256, HEIGHT = 6 * ROWS, TRIANGLE = 256, SMALLEST = 16 };

static const Real *entry(Matrix x, size_t i, size_t j)
{
    return x.a + (x.t ? i * x.ld + j : j * x.ld + i);
}

static Matrix part(Matrix x, size_t i, size_t j)
{
    x.a = entry(x, i, j);
    return x;
}

static Matrix turned(Matrix x)
{
    x.t = !x.t;
    return x;
}

static size_t rounded(size_t n, size_t to)
{
    return (n + to - 1) / to * to;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Panels of `wide` rows of x, of which k columns go to the front of `depth`. */
static void pack_front(size_t rows, size_t k, Matrix x, size_t wide,
                       size_t depth, Real *p)
{
    for (size_t i = 0; i < rows; i += wide, p += wide * depth) {
        Panel y = {.a = (Real *)entry(x, i, 0), .lda = (ptrdiff_t)x.ld,
                   .t = x.t, .rows = least(rows - i, wide), .k = k, .p = p,
                   .step = (ptrdiff_t)wide};
        if (wide == ROWS)
            pack_panel(&y, ROWS);
        else
            pack_panel(&y, COLS);
    }
}

static void pack_all(size_t rows, size_t k, Matrix x, size_t wide, Real *p)
{
    pack_front(rows, k, x, wide, k, p);
}

/* --- products */

enum {
    HALF = 1, /* the product's lower half */
    UPPER = 2 /* row i of A begins with the i-th term */
};

typedef struct Product {
    size_t m, n, k, from; /* rows from `from` of the product */
    Real s;
    const Real *a, *b; /* packed */
    const Real *d;     /* between a and b; NULL: the identity */
    Matrix stored;     /* b where full panels of it are not packed */
    unsigned parts;    /* HALF, UPPER */
    size_t first;      /* of the terms */
    Real *c;
    size_t ldc;
    bool add;
} Product;

static void column(const Product *x, size_t j, size_t cols)
{
    size_t i = 0;
    if (x->parts & HALF && j > x->from)
        i = (j - x->from) / LANES * LANES;
    while (i < x->m) {
        size_t panel = i / ROWS, end = least((panel + 1) * ROWS, x->m);
        size_t row = x->from + panel * ROWS;
        size_t skip = x->parts & UPPER && row > x->first ? row - x->first : 0;
        Tile t = {.k = x->k - skip,
                  .s = x->s,
                  .ldc = x->ldc,
                  .cols = cols,
                  .rows = end - i,
                  .add = x->add};
        t.a = x->a + panel * ROWS * x->k + i % ROWS + skip * ROWS;
        t.c = x->c + j * x->ldc + i;
        if (x->stored.a && cols == COLS) {
            t.b = entry(x->stored, skip, j);
            t.ldb = x->stored.ld;
        } else
            t.b = x->b + j * x->k + skip * COLS;
        tile(&t);
        i = end;
    }
}

static void columns(const Product *x)
{
    for (size_t j = 0; j < x->n; j += COLS)
        column(x, j, least(x->n - j, COLS));
}

/* b is used as it is stored where its columns are together in the caches. */
static bool as_stored(Matrix b, size_t k, size_t n)
{
    return !b.t && k <= DEPTH && k * n <= 16384;
}

/* b's rows, `depth` of them. */
static void pack_right(Product *x, Matrix b, size_t n, size_t depth, Real *work)
{
    size_t full = n / COLS * COLS;
    x->b = work;
    if (!as_stored(b, depth, n)) {
        pack_all(n, depth, turned(b), COLS, work);
        return;
    }
    x->stored = b;
    pack_all(n - full, depth, turned(part(b, 0, full)), COLS,
             work + full * depth);
}

/* Panels of A, their columns times the entries of d. */
static void scale_panels(size_t rows, size_t k, const Real *d, Real *p)
{
    for (size_t i = 0; i < rows; i += ROWS)
        for (size_t l = 0; l < k; l++, p += ROWS)
            for (size_t r = 0; r < ROWS; r++)
                p[r] *= d[l];
}

/* The terms from `first` on, at most DEPTH of them. */
static void terms(size_t m, size_t n, size_t depth, Matrix a, Matrix b,
                  const Product *of, Real *work)
{
    Product x = *of;
    Real *p = work + rounded(rounded(n, COLS) * depth, ROWS);
    x.k = depth;
    x.a = p;
    pack_right(&x, part(b, x.first, 0), n, depth, work);
    for (size_t i = 0; i < m; i += HEIGHT) {
        x.from = i;
        x.m = least(m - i, HEIGHT);
        x.n = x.parts & HALF ? i + x.m : n;
        x.c = of->c + i;
        pack_all(x.m, depth, part(a, i, x.first), ROWS, p);
        if (x.d)
            scale_panels(x.m, depth, x.d + x.first, p);
        columns(&x);
    }
}

static void product(size_t m, size_t n, size_t k, Matrix a, Matrix b, Product x,
                    Real *work)
{
    for (x.first = 0; x.first < k; x.first += DEPTH, x.add = true)
        terms(m, n, least(k - x.first, DEPTH), a, b, &x, work);
}

static void gemm(size_t m, size_t n, size_t k, Real s, Matrix a, Matrix b,
                 Real *c, size_t ldc, bool add, Real *work)
{
    Product x = {.s = s, .c = c, .ldc = ldc, .add = add};
    product(m, n, k, a, b, x, work);
}

static void half(size_t m, size_t k, Real s, Matrix a, const Real *d, Matrix b,
                 Real *c, size_t ldc, bool add, Real *work)
{
    Product x = {.s = s, .c = c, .ldc = ldc, .add = add, .parts = HALF, .d = d};
    product(m, m, k, a, b, x, work);
}

/* Some of the terms of a*b + (a*b)', as one product of twice as many. */
static void pair_terms(size_t m, size_t k, Matrix a, Matrix b,
                       const Product *of, Real *work)
{
    Product x = *of;
    Real *q = work, *p = work + rounded(rounded(m, COLS) * 2 * k, ROWS);
    x.k = 2 * k;
    x.a = p;
    x.b = q;
    pack_front(m, k, turned(b), COLS, 2 * k, q);
    pack_front(m, k, a, COLS, 2 * k, q + k * COLS);
    for (size_t i = 0; i < m; i += HEIGHT) {
        x.from = i;
        x.m = least(m - i, HEIGHT);
        x.n = i + x.m;
        x.c = of->c + i;
        pack_front(x.m, k, part(a, i, 0), ROWS, 2 * k, p);
        pack_front(x.m, k, part(turned(b), i, 0), ROWS, 2 * k, p + k * ROWS);
        columns(&x);
    }
}

static void pair(size_t m, size_t k, Real s, Matrix a, Matrix b, Real *c,
                 size_t ldc, bool add, Real *work)
{
    Product x = {.s = s, .c = c, .ldc = ldc, .add = add, .parts = HALF};
    for (size_t l = 0; l < k; l += DEPTH / 2, x.add = true)
        pair_terms(m, least(k - l, DEPTH / 2), part(a, 0, l), part(b, l, 0),
                   &x, work);
}

/* --- triangular systems: rows of x with x*U = b, U upper triangular, are
 * solved for in panels; the other three are this one transposed or with rows
 * and columns in reverse */

typedef struct System {
    size_t n;
    Matrix u;
    bool reverse, unit;
    Real *q; /* U packed */
} System;

static Real entry_of(const System *s, size_t i, size_t j)
{
    return s->reverse ? *entry(s->u, s->n - 1 - i, s->n - 1 - j)
                      : *entry(s->u, i, j);
}

/* A column of U above its diagonal, COLS numbers apart. */
static void pack_column(const System *s, size_t j, size_t k, Real *q)
{
    ptrdiff_t down = (ptrdiff_t)(s->u.t ? s->u.ld : 1) * (s->reverse ? -1 : 1);
    const Real *a = s->reverse ? entry(s->u, s->n - 1, s->n - 1 - j)
                               : entry(s->u, 0, j);
    for (size_t i = 0; i < k; i++, a += down)
        q[i * COLS] = *a;
}

/* COLS columns of U at a time as far as the diagonal, whose entries are
 * inverted. */
static void pack_system(const System *s)
{
    Real *q = s->q;
    for (size_t j = 0; j < s->n; q += (j + COLS) * COLS, j += COLS)
        for (size_t r = 0; r < COLS; r++) {
            bool there = j + r < s->n;
            for (size_t i = there ? j + r + 1 : 0; i < j + COLS; i++)
                q[i * COLS + r] = 0;
            if (there)
                pack_column(s, j + r, j + r, q + r);
            q[(j + r) * COLS + r] = there && !s->unit
                                        ? 1 / entry_of(s, j + r, j + r)
                                        : 1;
        }
}

/* x*U = x for COLS columns of a panel. */
static void substitute(const Real *u, Real *p, size_t vecs)
{
    for (size_t v = 0; v < vecs; v++, p += LANES) {
        Vec x[COLS];
#pragma GCC unroll 8
        for (size_t j = 0; j < COLS; j++) {
            memcpy(x + j, p + j * ROWS, sizeof *x);
#pragma GCC unroll 8
            for (size_t i = 0; i < j; i++)
                x[j] -= x[i] * u[i * COLS + j];
            x[j] *= u[j * COLS + j];
            memcpy(p + j * ROWS, x + j, sizeof *x);
        }
    }
}

static void solve_panel(const System *s, Real *p, size_t rows)
{
    const Real *q = s->q;
    size_t vecs = (rows + LANES - 1) / LANES;
    for (size_t j = 0; j < s->n; q += (j + COLS) * COLS, j += COLS) {
        Tile t = {.k = j,
                  .a = p,
                  .b = q,
                  .s = -1,
                  .c = p + j * ROWS,
                  .ldc = ROWS,
                  .rows = vecs * LANES,
                  .cols = COLS,
                  .add = true};
        if (j)
            tile(&t);
        substitute(q + j * COLS, p + j * ROWS, vecs);
    }
}

/* With one triangle that the caches hold. */
static void solve_few(size_t n, size_t m, Matrix tri, bool lower, bool unit,
                      bool right, Real *b, size_t ldb, Real *work)
{
    System s = {n, right ? tri : turned(tri), lower == right, unit, work};
    Real *p = work + rounded((n + COLS) * (n + COLS), ROWS);
    pack_system(&s);
    memset(p + n * ROWS, 0, COLS * ROWS * sizeof *p);
    for (size_t i = 0; i < m; i += ROWS) {
        size_t rows = least(m - i, ROWS);
        Panel x = {.a = right ? b + i : b + i * ldb, .lda = (ptrdiff_t)ldb,
                   .t = !right, .rows = rows, .k = n, .p = p, .step = ROWS};
        if (s.reverse) {
            x.p += (n - 1) * ROWS;
            x.step = -ROWS;
        }
        pack_panel(&x, ROWS);
        solve_panel(&s, p, rows);
        if (right)
            unpack_straight(&x);
        else
            unpack_turned(&x);
    }
}

/* op(tri) is lower triangular. */
static void solve_op(size_t n, size_t m, Matrix tri, bool lower, bool unit,
                     bool right, Real *b, size_t ldb, Real *work)
{
    if (n <= TRIANGLE) {
        solve_few(n, m, tri, lower, unit, right, b, ldb, work);
        return;
    }
    size_t k = rounded(n / 2, COLS), r = n - k;
    Real *first = b, *second = right ? b + k * ldb : b + k;
    Matrix block = lower ? part(tri, k, 0) : part(tri, 0, k);
    bool forward = lower != right;
    if (!forward)
        solve_op(r, m, part(tri, k, k), lower, unit, right, second, ldb, work);
    else
        solve_op(k, m, tri, lower, unit, right, first, ldb, work);
    Matrix done = {forward ? first : second, ldb, false};
    Real *to = forward ? second : first;
    size_t have = forward ? k : r, want = forward ? r : k;
    if (right)
        gemm(m, want, have, -1, done, block, to, ldb, true, work);
    else
        gemm(want, m, have, -1, block, done, to, ldb, true, work);
    if (!forward)
        solve_op(k, m, tri, lower, unit, right, first, ldb, work);
    else
        solve_op(r, m, part(tri, k, k), lower, unit, right, second, ldb, work);
}

static void solve(size_t n, size_t m, Matrix tri, bool upper, bool unit,
                  bool right, Real *b, size_t ldb, Real *work)
{
    solve_op(n, m, tri, upper == tri.t, unit, right, b, ldb, work);
}

/* --- Cholesky */

static size_t chol_few(size_t n, Real *a, size_t lda)
{
    for (size_t j = 0; j < n; j++) {
        Real *c = a + j * lda;
        if (!(c[j] > 0))
            return j + 1;
        c[j] = ROOT(c[j]);
        Real r = 1 / c[j];
        for (size_t i = j + 1; i < n; i++)
            c[i] *= r;
        for (size_t k = j + 1; k < n; k++) {
            Real *z = a + k * lda, x = c[k];
#pragma omp simd
            for (size_t i = k; i < n; i++)
                z[i] -= c[i] * x;
        }
    }
    return 0;
}

static size_t chol(size_t n, Real *a, size_t lda, Real *work)
{
    if (n <= SMALLEST)
        return chol_few(n, a, lda);
    size_t k = rounded(n / 2, COLS);
    size_t bad = chol(k, a, lda, work);
    if (bad)
        return bad;
    Real *below = a + k, *rest = a + k * lda + k;
    Matrix l = {below, lda, false};
    solve(k, n - k, (Matrix){a, lda, true}, false, false, true, below, lda,
          work);
    half(n - k, k, -1, l, NULL, turned(l), rest, lda, true, work);
    bad = chol(n - k, rest, lda, work);
    return bad ? bad + k : 0;
}

/* l becomes its inverse, zeros above. */
static void invert(size_t n, Real *l, size_t ldl, Real *work)
{
    if (n <= ROWS) {
        Real eye[ROWS * ROWS] = {0};
        for (size_t j = 0; j < n; j++)
            eye[j * n + j] = 1;
        solve(n, n, (Matrix){l, ldl, false}, false, false, false, eye, n, work);
        for (size_t j = 0; j < n; j++)
            memcpy(l + j * ldl, eye + j * n, n * sizeof *l);
        return;
    }
    size_t k = rounded(n / 2, ROWS), r = n - k;
    Real *below = l + k, *rest = l + k * ldl + k;
    solve(k, r, (Matrix){l, ldl, false}, false, false, true, below, ldl, work);
    solve(r, k, (Matrix){rest, ldl, false}, false, false, false, below, ldl,
          work);
    for (size_t j = 0; j < k; j++)
        for (size_t i = 0; i < r; i++)
            below[j * ldl + i] = -below[j * ldl + i];
    invert(k, l, ldl, work);
    invert(r, rest, ldl, work);
    for (size_t j = 0; j < r; j++)
        memset(l + (j + k) * ldl, 0, k * sizeof *l);
}

/* z's lower half = w'*w, w lower triangular with zeros above: the last terms
 * first, as they reach every entry. */
static void gram(size_t n, const Real *w, Real *z, Real *work)
{
    Matrix x = {w, n, false};
    Product y = {.s = 1, .c = z, .ldc = n, .parts = HALF | UPPER};
    for (size_t l = (n - 1) / DEPTH * DEPTH;; l -= DEPTH, y.add = true) {
        size_t m = least(l + DEPTH, n);
        y.first = l;
        terms(m, m, m - l, turned(x), x, &y, work);
        if (l == 0)
            return;
    }
}

static void inverse(size_t n, const Real *l, Real *z, Real *work)
{
    Real *w = work;
    work += rounded(n * n, ROWS);
    for (size_t j = 0; j < n; j++) {
        memset(w + j * n, 0, j * sizeof *w);
        memcpy(w + j * n + j, l + j * n + j, (n - j) * sizeof *w);
    }
    invert(n, w, n, work);
    gram(n, w, z, work);
}

const Tiles KERNELS(dense_) = {gemm, half, pair, solve, chol, inverse};
