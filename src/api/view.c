/* view.c: the caller's arrays: strides, element types, copies. */
#include "api/function.h"

enum { TILE = 32 };

View view_of(const nb_array *a, const Dim *rows, const Dim *cols)
{
    View v = {.dtype = a->dtype, .m = a->ndim > 0 ? a->dim[0] : 1,
              .n = a->ndim > 1 ? a->dim[1] : 1, .row = a->stride[0],
              .col = a->stride[1], .data = a->data};
    if (a->ndim < 2)
        v.col = 0; /* as if it were not there */
    if (v.row == 0 && v.col == 0) {
        v.row = 1;
        v.col = v.m;
    }
    bool row = dim_is(rows, 1) && v.n == 1;
    bool column = dim_is(cols, 1) && !dim_is(rows, 1) && v.m == 1;
    if (row || column)
        v = (View){v.dtype, v.n, v.m, v.col, v.row, v.data};
    return v;
}

size_t dtype_size(nb_dtype t)
{
    return t == NB_F32 ? sizeof(float) : sizeof(double) << (t == NB_C128);
}

static void *place(const View *v, int64_t i, int64_t j)
{
    return v->data + (i * v->row + j * v->col) * (int64_t)dtype_size(v->dtype);
}

double view_at(const View *v, int64_t i, int64_t j)
{
    void *p = place(v, i, j);
    return v->dtype == NB_F32 ? (double)*(float *)p : *(double *)p;
}

double view_imag(const View *v, int64_t i, int64_t j)
{
    return v->dtype == NB_C128 ? ((double *)place(v, i, j))[1] : 0;
}

void view_set(const View *v, int64_t i, int64_t j, double re, double im)
{
    void *p = place(v, i, j);
    if (v->dtype == NB_F32)
        *(float *)p = (float)re;
    else
        *(double *)p = re;
    if (v->dtype == NB_C128)
        ((double *)p)[1] = im;
}

/* --- where it lies */

/* The bytes from the first to the last entry. */
static void range(const View *v, uintptr_t *from, uintptr_t *to)
{
    int64_t r = (v->m - 1) * v->row, c = (v->n - 1) * v->col;
    int64_t low = (r < 0 ? r : 0) + (c < 0 ? c : 0);
    int64_t high = (r > 0 ? r : 0) + (c > 0 ? c : 0);
    int64_t w = (int64_t)dtype_size(v->dtype);
    *from = (uintptr_t)v->data + (uintptr_t)(low * w);
    *to = (uintptr_t)v->data + (uintptr_t)((high + 1) * w);
}

bool view_meets(const View *a, const View *b)
{
    uintptr_t a0, a1, b0, b1;
    if (a->m * a->n == 0 || b->m * b->n == 0)
        return false;
    range(a, &a0, &a1);
    range(b, &b0, &b1);
    return a0 < b1 && b0 < a1;
}

bool view_folds(const View *v)
{
    int64_t r = v->row < 0 ? -v->row : v->row;
    int64_t c = v->col < 0 ? -v->col : v->col;
    if (v->m < 2 || v->n < 2)
        return (v->m > 1 && r == 0) || (v->n > 1 && c == 0);
    if (r == 0 || c == 0)
        return true;
    while (c) { /* the greatest common divisor: i*row == k*col for small i */
        int64_t rest = r % c;
        r = c;
        c = rest;
    }
    int64_t row = v->row < 0 ? -v->row : v->row;
    int64_t col = v->col < 0 ? -v->col : v->col;
    return col / r < v->m && row / r < v->n;
}

bool view_in_place(const View *v, nb_dtype real, bool by_rows)
{
    if (v->dtype != real || v->m * v->n == 0)
        return false;
    if (v->m == 1 || v->n == 1)
        return v->m * v->n == 1 || (v->m == 1 ? v->col : v->row) == 1;
    return by_rows ? v->col == 1 && v->row == v->n
                   : v->row == 1 && v->col == v->m;
}

/* --- copies, in tiles so that both sides stay in the cache */

typedef struct Walk {
    int64_t m, n;
    int64_t to_row, to_col, from_row, from_col;
} Walk;

#define COPY(name, To, From)                                                  \
    static void name(const Walk *w, To *to, const From *from)                 \
    {                                                                         \
        for (int64_t j0 = 0; j0 < w->n; j0 += TILE)                           \
            for (int64_t i0 = 0; i0 < w->m; i0 += TILE)                       \
                for (int64_t j = j0; j < w->n && j < j0 + TILE; j++)          \
                    for (int64_t i = i0; i < w->m && i < i0 + TILE; i++)      \
                        to[i * w->to_row + j * w->to_col] =                   \
                            (To)from[i * w->from_row + j * w->from_col];      \
    }
COPY(copy_dd, double, double)
COPY(copy_df, double, float)
COPY(copy_fd, float, double)
COPY(copy_ff, float, float)

static void copy(const Walk *w, void *to, bool to_single, const void *from,
                 bool from_single)
{
    if (to_single)
        from_single ? copy_ff(w, to, from) : copy_fd(w, to, from);
    else
        from_single ? copy_df(w, to, from) : copy_dd(w, to, from);
}

/* The numbers that w walks over, in steps of reals: real parts, and where both
 * sides have them the imaginary ones; 0 where only the target does. */
static void copy_parts(Walk w, void *to, nb_dtype t, const void *from,
                       nb_dtype f)
{
    const double none = 0;
    bool out = t == NB_C128, in = f == NB_C128;
    w.to_row *= 1 + out;
    w.to_col *= 1 + out;
    w.from_row *= 1 + in;
    w.from_col *= 1 + in;
    copy(&w, to, t == NB_F32, from, f == NB_F32);
    if (!out)
        return;
    if (!in)
        w.from_row = w.from_col = 0;
    copy_dd(&w, (double *)to + 1, in ? (const double *)from + 1 : &none);
}

void view_gather(const View *v, nb_dtype real, bool by_rows, void *to)
{
    Walk w = {v->m, v->n, by_rows ? v->n : 1, by_rows ? 1 : v->m, v->row,
              v->col};
    copy_parts(w, to, real, v->data, v->dtype);
}

void view_scatter(const View *v, nb_dtype real, bool by_rows, const void *from)
{
    Walk w = {v->m, v->n, v->row, v->col, by_rows ? v->n : 1,
              by_rows ? 1 : v->m};
    copy_parts(w, v->data, v->dtype, from, real);
}
