/* mat.c: small dense matrices over a ring: products, elimination. */
#include "verify/ring.h"

Mat *mat_new(Ring *r, size_t rows, size_t cols)
{
    Mat *m = ARENA_NEW(r->ctx->arena, Mat);
    if (!m)
        return NULL;
    m->rows = rows;
    m->cols = cols;
    m->e = r->vec(r, rows * cols);
    return m->e ? m : NULL;
}

Mat *mat_mul(Ring *r, const Mat *a, const Mat *b)
{
    Mat *m = a && b ? mat_new(r, a->rows, b->cols) : NULL;
    void *t = r->vec(r, 1);
    if (!m || !t)
        return NULL;
    for (size_t i = 0; i < a->rows; i++)
        for (size_t j = 0; j < b->cols; j++)
            for (size_t k = 0; k < a->cols; k++) {
                r->mul(r, t, at(r, a, i, k), at(r, b, k, j));
                r->add(r, at(r, m, i, j), at(r, m, i, j), t);
            }
    return m;
}

Mat *mat_add(Ring *r, const Mat *a, const Mat *b, bool minus)
{
    Mat *m = a && b ? mat_new(r, a->rows, a->cols) : NULL;
    for (size_t i = 0; m && i < a->rows * a->cols; i++)
        (minus ? r->sub : r->add)(r, m->e + i * r->size, a->e + i * r->size,
                                  b->e + i * r->size);
    return m;
}

Mat *mat_conj(Ring *r, const Mat *a)
{
    Mat *m = a ? mat_new(r, a->rows, a->cols) : NULL;
    for (size_t i = 0; m && i < a->rows * a->cols; i++)
        ring_conj(r, m->e + i * r->size, a->e + i * r->size);
    return m;
}

Mat *mat_adjoint(Ring *r, const Mat *a)
{
    return mat_conj(r, mat_transpose(r, a));
}

Mat *mat_transpose(Ring *r, const Mat *a)
{
    Mat *m = a ? mat_new(r, a->cols, a->rows) : NULL;
    for (size_t i = 0; m && i < m->rows; i++)
        for (size_t j = 0; j < m->cols; j++)
            r->set(r, at(r, m, i, j), at(r, a, j, i));
    return m;
}

Mat *mat_eye(Ring *r, size_t n)
{
    Mat *m = mat_new(r, n, n);
    bool ok;
    for (size_t i = 0; m && i < n; i++)
        r->set_rat(r, at(r, m, i, i), rat_int(1), &ok);
    return m;
}

Mat *mat_scale(Ring *r, const Mat *a, const void *s)
{
    Mat *m = a ? mat_new(r, a->rows, a->cols) : NULL;
    for (size_t i = 0; m && i < a->rows * a->cols; i++)
        r->mul(r, m->e + i * r->size, a->e + i * r->size, s);
    return m;
}

Mat *mat_random(Ring *r, size_t rows, size_t cols)
{
    Mat *m = mat_new(r, rows, cols);
    for (size_t i = 0; m && i < rows * cols; i++)
        r->random(r, m->e + i * r->size);
    return m;
}

static void swap_rows(Ring *r, Mat *m, size_t i, size_t j, void *t)
{
    for (size_t k = 0; i != j && k < m->cols; k++) {
        r->set(r, t, at(r, m, i, k));
        r->set(r, at(r, m, i, k), at(r, m, j, k));
        r->set(r, at(r, m, j, k), t);
    }
}

/* Gauss-Jordan on [a | b] in place; det and sign on the way.  False: no
 * pivot (singular), with det 0. */
static bool eliminate(Ring *r, Mat *a, Mat *b, void *det)
{
    void *t = r->vec(r, 1), *p = r->vec(r, 1), *zero = r->vec(r, 1);
    bool ok;
    if (!t || !p || !zero)
        return false;
    r->set_rat(r, det, rat_int(1), &ok);
    for (size_t c = 0; c < a->rows; c++) {
        size_t best = c;
        double most = 0;
        for (size_t i = c; i < a->rows; i++) {
            double w = r->pivot(r, at(r, a, i, c));
            if (w > most) {
                most = w;
                best = i;
            }
        }
        if (most == 0 || !r->inv(r, p, at(r, a, best, c))) {
            r->set(r, det, zero);
            return false;
        }
        if (best != c) {
            swap_rows(r, a, c, best, t);
            if (b)
                swap_rows(r, b, c, best, t);
            r->sub(r, det, zero, det);
        }
        r->mul(r, det, det, at(r, a, c, c));
        for (size_t k = 0; k < a->cols; k++)
            r->mul(r, at(r, a, c, k), at(r, a, c, k), p);
        for (size_t k = 0; b && k < b->cols; k++)
            r->mul(r, at(r, b, c, k), at(r, b, c, k), p);
        for (size_t i = b ? 0 : c + 1; i < a->rows; i++) {
            if (i == c)
                continue;
            r->set(r, p, at(r, a, i, c));
            for (size_t k = 0; k < a->cols; k++) {
                r->mul(r, t, p, at(r, a, c, k));
                r->sub(r, at(r, a, i, k), at(r, a, i, k), t);
            }
            for (size_t k = 0; b && k < b->cols; k++) {
                r->mul(r, t, p, at(r, b, c, k));
                r->sub(r, at(r, b, i, k), at(r, b, i, k), t);
            }
        }
    }
    return true;
}

static Mat *copy(Ring *r, const Mat *a)
{
    Mat *m = a ? mat_new(r, a->rows, a->cols) : NULL;
    for (size_t i = 0; m && i < a->rows * a->cols; i++)
        r->set(r, m->e + i * r->size, a->e + i * r->size);
    return m;
}

Mat *mat_inv(Ring *r, const Mat *a)
{
    Mat *l = copy(r, a), *b = a ? mat_eye(r, a->rows) : NULL;
    void *det = r->vec(r, 1);
    if (!l || !b || !det)
        return NULL;
    return eliminate(r, l, b, det) ? b : NULL;
}

bool mat_det(Ring *r, const Mat *a, void *det)
{
    Mat *l = copy(r, a);
    return l && (eliminate(r, l, NULL, det) || charpoly_det(r, a, det));
}

/* Of full rank, by the normal equations of the shorter side. */
Mat *mat_pinv(Ring *r, const Mat *a)
{
    Mat *t = mat_adjoint(r, a);
    if (!t)
        return NULL;
    if (a->rows >= a->cols)
        return mat_mul(r, mat_inv(r, mat_mul(r, t, a)), t);
    return mat_mul(r, t, mat_inv(r, mat_mul(r, a, t)));
}
