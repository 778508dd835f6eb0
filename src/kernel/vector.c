/* vector.c: folds, small products and moves of arrays, at the speed of the
 * machine's vector units.  Compiled for each set of instructions (NB_ISA) and
 * for double and float. */
#include "kernel/vector.h"
#include "kernel/wide.h"

#include <math.h>

/* NaN wins. */
static inline Real larger1(Real a, Real b)
{
    return a > b || a != a ? a : b;
}

static inline Wide larger(Wide a, Wide b)
{
    return pick((a > b) | (a != a), a, b);
}

static inline Real smaller1(Real a, Real b)
{
    return a < b || a != a ? a : b;
}

static inline Wide smaller(Wide a, Wide b)
{
    return pick((a < b) | (a != a), a, b);
}

static inline Real add1(Real a, Real b)
{
    return a + b;
}

static inline Wide add(Wide a, Wide b)
{
    return a + b;
}

static inline Real times1(Real a, Real b)
{
    return a * b;
}

static inline Wide times(Wide a, Wide b)
{
    return a * b;
}

/* Four registers at a time, one at a time, and the end. */
#define FOLD(name, start, step)                                               \
    static Real name(const Real *x, size_t n)                                 \
    {                                                                         \
        Real t[W], r = (start);                                               \
        Wide all = (start) - (Wide){0}, s = all, u = s, v = s, w = s;         \
        size_t i = 0;                                                         \
        if (n < W) {                                                          \
            for (; i < n; i++)                                                \
                r = step##1(r, x[i]);                                         \
            return r;                                                         \
        }                                                                     \
        for (; i + 4 * W <= n; i += 4 * W) {                                  \
            s = step(s, at(x + i));                                           \
            u = step(u, at(x + i + W));                                       \
            v = step(v, at(x + i + 2 * W));                                   \
            w = step(w, at(x + i + 3 * W));                                   \
        }                                                                     \
        for (; i + W <= n; i += W)                                            \
            s = step(s, at(x + i));                                           \
        if (i < n)                                                            \
            u = step(u, pick(left_over(n), at(x + n - W), all));              \
        s = step(step(s, u), step(v, w));                                     \
        memcpy(t, &s, sizeof t);                                              \
        for (size_t half = W / 2; half; half /= 2)                            \
            for (size_t k = 0; k < half; k++)                                 \
                t[k] = step##1(t[k], t[k + half]);                            \
        return t[0];                                                          \
    }

FOLD(fold_sum, 0, add)
FOLD(fold_prod, 1, times)
FOLD(fold_max, -(Real)INFINITY, larger)
FOLD(fold_min, (Real)INFINITY, smaller)

static Real fold(OpId op, const Real *x, size_t n)
{
    switch (op) {
    case OP_PROD:
        return fold_prod(x, n);
    case OP_MAXOF:
        return fold_max(x, n);
    case OP_MINOF:
        return fold_min(x, n);
    default:
        return fold_sum(x, n);
    }
}

#define GATHER(e)                                                             \
    for (size_t i = 0; i < n; i++) {                                          \
        Real a = z[i], b = x[i];                                              \
        z[i] = (e);                                                           \
    }                                                                         \
    break

static void gather(OpId op, const Real *x, Real *z, size_t n)
{
    switch (op) {
    case OP_PROD:
        GATHER(a * b);
    case OP_MAXOF:
        GATHER(larger1(a, b));
    case OP_MINOF:
        GATHER(smaller1(a, b));
    default:
        GATHER(a + b);
    }
}

static Real dot(const Real *x, const Real *y, size_t n)
{
    Wide s = {0}, u = {0}, v = {0}, w = {0};
    Real r = 0;
    size_t i = 0;
    if (n < W) {
        for (; i < n; i++)
            r += x[i] * y[i];
        return r;
    }
    for (; i + 4 * W <= n; i += 4 * W) {
        s += at(x + i) * at(y + i);
        u += at(x + i + W) * at(y + i + W);
        v += at(x + i + 2 * W) * at(y + i + 2 * W);
        w += at(x + i + 3 * W) * at(y + i + 3 * W);
    }
    for (; i + W <= n; i += W)
        s += at(x + i) * at(y + i);
    if (i < n)
        u += only(left_over(n), at(x + n - W) * at(y + n - W));
    return total((s + u) + (v + w));
}

/* x - x is NaN where x is NaN or Inf, else 0; NaN stays in a sum. */
static bool finite_(const Real *x, size_t n)
{
    Wide s = {0}, u = {0}, v = {0}, w = {0};
    Real r = 0;
    size_t i = 0;
    if (n < W) {
        for (; i < n; i++)
            r += x[i] - x[i];
        return r == 0;
    }
    for (; i + 4 * W <= n; i += 4 * W) {
        s += at(x + i) - at(x + i);
        u += at(x + i + W) - at(x + i + W);
        v += at(x + i + 2 * W) - at(x + i + 2 * W);
        w += at(x + i + 3 * W) - at(x + i + 3 * W);
    }
    for (; i + W <= n; i += W)
        s += at(x + i) - at(x + i);
    u += at(x + n - W) - at(x + n - W); /* some of them again */
    return total((s + u) + (v + w)) == 0;
}

/* What a pass over columns of A reads and makes: y = A*x, v = A*u and z = A'*w,
 * or some of them; the rows that whole registers leave over are kept apart. */
typedef struct Sweep {
    const Real *a;
    size_t rows;
    Bits left;
    const Real *x, *u, *w;
    Real *y, *v, *z;
    Wide end_y, end_v;
} Sweep;

/* `count` columns, four or one; which of y, v and z is known when this is
 * compiled. */
INLINED void sweep(Sweep *p, size_t count, bool y, bool v, bool z)
{
    const Real *a = p->a;
    size_t rows = p->rows, i = 0;
    Real by_x[4], by_u[4];
    Wide s[4] = {{0}};
    for (size_t c = 0; c < count; c++) {
        by_x[c] = y ? p->x[c] : 0;
        by_u[c] = v ? p->u[c] : 0;
    }
    for (; i + W <= rows; i += W) {
        Wide to_y = y ? at(p->y + i) : s[0], to_v = v ? at(p->v + i) : s[0];
        for (size_t c = 0; c < count; c++) {
            Wide e = at(a + c * rows + i);
            if (y)
                to_y += e * by_x[c];
            if (v)
                to_v += e * by_u[c];
            if (z)
                s[c] += e * at(p->w + i);
        }
        if (y)
            set(p->y + i, to_y);
        if (v)
            set(p->v + i, to_v);
    }
    for (size_t c = 0; c < count && i < rows; c++) {
        Wide e = at(a + (c + 1) * rows - W);
        if (y)
            p->end_y += e * by_x[c];
        if (v)
            p->end_v += e * by_u[c];
        if (z)
            s[c] += only(p->left, e * at(p->w + rows - W));
    }
    if (z && count == 4) {
        Four t = totals(s);
        memcpy(p->z, &t, sizeof t);
    } else if (z) {
        *p->z = total(s[0]);
    }
    p->a += count * rows;
    p->x += y ? count : 0;
    p->u += v ? count : 0;
    p->z += z ? count : 0;
}

static inline void clear(Real *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = 0;
}

/* The rows that were left over into their places. */
static inline void put_left(const Sweep *p, Real *y, Wide end)
{
    Real *z = y + p->rows - W;
    if (p->rows % W)
        set(z, pick(p->left, end, at(z)));
}

/* A register's rows and then fewer than that: their sums stay in registers. */
typedef struct Short {
    Wide y, v, w, end_w;
} Short;

INLINED void short_columns(Sweep *p, Short *r, size_t j, size_t count,
                                 bool y, bool v, bool z)
{
    Wide s[4] = {{0}};
    for (size_t c = 0; c < count; c++) {
        const Real *a = p->a + (j + c) * p->rows;
        Wide e = at(a), end = at(a + p->rows - W);
        if (y) {
            r->y += e * p->x[j + c];
            p->end_y += end * p->x[j + c];
        }
        if (v) {
            r->v += e * p->u[j + c];
            p->end_v += end * p->u[j + c];
        }
        if (z)
            s[c] = e * r->w + only(p->left, end * r->end_w);
    }
    if (!z)
        return;
    Four t = totals(s);
    for (size_t c = 0; c < count; c++)
        p->z[j + c] = t[c];
}

INLINED void sweep_short(Sweep *p, size_t cols, bool y, bool v, bool z)
{
    size_t j = 0;
    Short r = {.y = {0}};
    if (z) {
        r.w = at(p->w);
        r.end_w = at(p->w + p->rows - W);
    }
    for (; j + 4 <= cols; j += 4)
        short_columns(p, &r, j, 4, y, v, z);
    for (; j < cols; j++)
        short_columns(p, &r, j, 1, y, v, z);
    if (y)
        set(p->y, r.y);
    if (v)
        set(p->v, r.v);
}

INLINED void sweep_long(Sweep *p, size_t cols, bool y, bool v, bool z)
{
    size_t j = 0;
    if (y)
        clear(p->y, p->rows);
    if (v)
        clear(p->v, p->rows);
    for (; j + 4 <= cols; j += 4)
        sweep(p, 4, y, v, z);
    for (; j < cols; j++)
        sweep(p, 1, y, v, z);
}

INLINED void sweep_all(Sweep *p, size_t cols, bool y, bool v, bool z)
{
    p->left = left_over(p->rows);
    if (p->rows < 2 * W)
        sweep_short(p, cols, y, v, z);
    else
        sweep_long(p, cols, y, v, z);
    if (y)
        put_left(p, p->y, p->end_y);
    if (v)
        put_left(p, p->v, p->end_v);
}

/* Column by column, where one is no register long: y += A*x, z = A'*w. */
static void both_short(const Real *a, size_t rows, size_t cols, const Real *x,
                       Real *y, const Real *w, Real *z)
{
    clear(y, rows);
    for (size_t j = 0; j < cols; j++, a += rows) {
        Real s = 0;
        for (size_t i = 0; i < rows; i++) {
            y[i] += a[i] * x[j];
            s += a[i] * w[i];
        }
        z[j] = s;
    }
}

/* y = A*x and z = A'*w in one pass over A. */
static void both(const Real *a, size_t rows, size_t cols, const Real *x,
                 Real *y, const Real *w, Real *z)
{
    Sweep p = {.a = a, .rows = rows, .x = x, .w = w, .y = y, .z = z};
    if (rows < W)
        both_short(a, rows, cols, x, y, w, z);
    else
        sweep_all(&p, cols, true, false, true);
}

static void two_short(const Real *a, size_t rows, size_t cols, bool t,
                      const Real *x, Real *y, const Real *w, Real *z)
{
    clear(y, t ? cols : rows);
    clear(z, t ? cols : rows);
    for (size_t j = 0; j < cols; j++, a += rows)
        for (size_t i = 0; i < rows; i++) {
            size_t from = t ? i : j, to = t ? j : i;
            y[to] += a[i] * x[from];
            z[to] += a[i] * w[from];
        }
}

/* y = A*x and z = A*w, or with A', in one pass over A. */
static void two(const Real *a, size_t rows, size_t cols, bool t, const Real *x,
                Real *y, const Real *w, Real *z)
{
    Sweep p = {.a = a, .rows = rows, .x = x, .u = w, .y = y, .v = z};
    if (rows < W)
        two_short(a, rows, cols, t, x, y, w, z);
    else if (!t)
        sweep_all(&p, cols, true, true, false);
    for (size_t j = 0; t && rows >= W && j < cols; j++, a += rows) {
        y[j] = dot(a, x, rows);
        z[j] = dot(a, w, rows);
    }
}

/* y = [y +] s*A'*x, four columns at a time. */
static void gemv_t(const Real *a, size_t rows, size_t cols, Real s,
                   const Real *x, Real *y, bool add)
{
    size_t j = 0;
    Real z[4];
    Sweep p = {.a = a, .rows = rows, .left = left_over(rows), .w = x, .z = y};
    if (rows >= W && rows < 2 * W && !add) {
        sweep_short(&p, cols, false, false, true);
        for (; s != 1 && j < cols; j++)
            y[j] *= s;
        return;
    }
    for (; rows >= W && j + 4 <= cols; j += 4) {
        p.z = z;
        sweep(&p, 4, false, false, true);
        for (size_t c = 0; c < 4; c++)
            y[j + c] = (add ? y[j + c] : 0) + s * z[c];
    }
    for (; j < cols; j++)
        y[j] = (add ? y[j] : 0) + s * dot(a + j * rows, x, rows);
}

/* Of at most two registers' rows: y stays in them.  What is read behind a
 * column is the next one's; where there is none, the last columns go entry by
 * entry. */
static void gemv_short(const Real *a, size_t rows, size_t cols, Real s,
                       const Real *x, Real *y, bool add)
{
    size_t reach = rows > W ? 2 * W : W, size = rows * cols, j = 0;
    size_t safe = size < reach ? 0 : (size - reach) / rows + 1;
    Wide y0 = {0}, y1 = {0}, z0 = {0}, z1 = {0}, v[4];
    for (; j + 2 <= safe; j += 2, a += 2 * rows) {
        memcpy(v, a, sizeof *v);
        memcpy(v + 2, a + rows, sizeof *v);
        y0 += v[0] * x[j];
        z0 += v[2] * x[j + 1];
        if (rows <= W)
            continue;
        memcpy(v + 1, a + W, sizeof *v);
        memcpy(v + 3, a + rows + W, sizeof *v);
        y1 += v[1] * x[j];
        z1 += v[3] * x[j + 1];
    }
    put(y0 + z0, s, rows, y, add);
    if (rows > W)
        put(y1 + z1, s, rows - W, y + W, add);
    for (; j < cols; j++, a += rows) {
        Real xj = s * x[j];
        for (size_t i = 0; i < rows; i++)
            y[i] += a[i] * xj;
    }
}

static void gemv(const Real *a, size_t rows, size_t cols, bool t, Real s,
                 const Real *x, Real *y, bool add)
{
    size_t j = 0;
    if (t) {
        gemv_t(a, rows, cols, s, x, y, add);
        return;
    }
    if (rows <= 2 * W) {
        gemv_short(a, rows, cols, s, x, y, add);
        return;
    }
    if (s == 1 && !add) {
        Sweep p = {.a = a, .rows = rows, .x = x, .y = y};
        sweep_all(&p, cols, true, false, false);
        return;
    }
    for (size_t i = 0; i < rows && !add; i++)
        y[i] = 0;
    for (; j + 4 <= cols; j += 4, a += 4 * rows) {
        Real x0 = s * x[j], x1 = s * x[j + 1], x2 = s * x[j + 2],
             x3 = s * x[j + 3];
#pragma omp simd
        for (size_t i = 0; i < rows; i++)
            y[i] += a[i] * x0 + a[rows + i] * x1 + a[2 * rows + i] * x2 +
                    a[3 * rows + i] * x3;
    }
    for (; j < cols; j++, a += rows) {
        Real x0 = s * x[j];
#pragma omp simd
        for (size_t i = 0; i < rows; i++)
            y[i] += a[i] * x0;
    }
}

static void transpose(const Real *x, size_t lda, size_t m, size_t n, Real *z,
                      size_t ldz)
{
    Four c[4];
    for (size_t j0 = 0; j0 < n; j0 += 4)
        for (size_t i0 = 0; i0 < m; i0 += 4) {
            size_t rows = m - i0 < 4 ? m - i0 : 4;
            size_t cols = n - j0 < 4 ? n - j0 : 4;
            const Real *a = x + j0 * lda + i0;
            Real *to = z + i0 * ldz + j0;
            if (rows == 4 && cols == 4) {
                turn4(a, lda, c);
                for (size_t i = 0; i < 4; i++)
                    memcpy(to + i * ldz, c + i, sizeof *c);
                continue;
            }
            for (size_t i = 0; i < rows; i++)
                for (size_t j = 0; j < cols; j++)
                    to[i * ldz + j] = a[j * lda + i];
        }
}

/* Four rows from i and columns from j of s*(a + a'), and those across. */
INLINED void twice_block(const Real *a, size_t n, size_t i, size_t j,
                               Real s, Real *z)
{
    Four u[4], v[4], w;
    turn4(a + j * n + i, n, u);
    turn4(a + i * n + j, n, v);
    for (size_t k = 0; k < 4; k++) {
        memcpy(&w, a + (i + k) * n + j, sizeof w);
        w = s * (w + u[k]);
        memcpy(z + (i + k) * n + j, &w, sizeof w);
    }
    for (size_t k = 0; k < 4 && i != j; k++) {
        memcpy(&w, a + (j + k) * n + i, sizeof w);
        w = s * (w + v[k]);
        memcpy(z + (j + k) * n + i, &w, sizeof w);
    }
}

/* z = s*(a + a'), n x n: a block and the one across the diagonal together; the
 * last ones begin where they fit, on entries that were made already. */
static void twice_symmetric(const Real *a, size_t n, Real s, Real *z)
{
    for (size_t j = 0; n >= 4 && j < n; j += 4)
        for (size_t i = j; i < n; i += 4)
            twice_block(a, n, i + 4 < n ? i : n - 4, j + 4 < n ? j : n - 4, s,
                        z);
    for (size_t j = 0; n < 4 && j < n; j++)
        for (size_t i = 0; i < n; i++)
            z[j * n + i] = s * (a[j * n + i] + a[i * n + j]);
}

/* z = s*x*y' */
static void outer(size_t m, size_t n, Real s, const Real *x, const Real *y,
                  Real *z)
{
    for (size_t j = 0; j < n; j++, z += m) {
        Real by = s * y[j];
        for (size_t i = 0; i < m; i++)
            z[i] = x[i] * by;
    }
}

/* One or two panels times `cols` columns, at most four. */
INLINED void panels(size_t k, const Wide *p, bool two, const Real *b,
                          size_t down, size_t across, size_t cols, Wide z[8])
{
    for (size_t j = 0; j < 8; j++)
        z[j] = (Wide){0};
    for (size_t l = 0; l < k; l++, b += down) {
        Wide p0 = p[l], p1 = two ? p[k + l] : p0;
        for (size_t j = 0; j < cols; j++) {
            z[2 * j] += p0 * b[j * across];
            if (two)
                z[2 * j + 1] += p1 * b[j * across];
        }
    }
}

static void gemm(size_t m, size_t n, size_t k, Real s, const Real *a, bool ta,
                 const Real *b, bool tb, Real *c, bool add)
{
    Wide p[VECTOR_PANELS], z[8];
    size_t down = tb ? n : 1, across = tb ? 1 : k;
    pack(m, k, a, ta, p);
    for (size_t i = 0; i < m; i += 2 * W)
        for (size_t j = 0; j < n; j += 4) {
            const Wide *q = p + i / W * k;
            const Real *x = b + j * across;
            size_t cols = n - j < 4 ? n - j : 4;
            bool two = m - i > W;
            if (two && cols == 4) /* constants for the compiler */
                panels(k, q, true, x, down, across, 4, z);
            else if (two)
                panels(k, q, true, x, down, across, cols, z);
            else if (cols == 4)
                panels(k, q, false, x, down, across, 4, z);
            else
                panels(k, q, false, x, down, across, cols, z);
            for (size_t r = 0; r < cols; r++) {
                put(z[2 * r], s, m - i, c + (j + r) * m + i, add);
                if (two)
                    put(z[2 * r + 1], s, m - i - W, c + (j + r) * m + i + W,
                        add);
            }
        }
}

#ifdef NB_FLOAT
typedef Vector_f32 Vector;
#else
typedef Vector_f64 Vector;
#endif

const Vector KERNELS(vector_) = {
#ifdef __AVX2__ /* BLAS knows more of processors than the compiler's base */
    .dense = &KERNELS(dense_),
#endif
    .each = &KERNELS(each_), .small = &KERNELS(small_), .fold = fold,
    .gather = gather, .dot = dot, .finite = finite_, .both = both, .two = two,
    .gemv = gemv, .gemm = gemm, .transpose = transpose, .outer = outer,
    .twice_symmetric = twice_symmetric};
