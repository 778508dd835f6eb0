/* charpoly.c: determinant and adjugate without division, for matrices in which
 * elimination finds no pivot: their value may be zero, its dual parts not. */
#include "verify/ring.h"

/* The coefficients c[0..k] of det(t*I - A_k), highest first, of the leading
 * block A_k = [B q; p s] from those of B: the product with the column of
 * 1, -s, -p*q, -p*B*q, ...  No division (Berkowitz, Inf. Process. Lett. 18
 * (1984)). */
static bool border(Ring *r, const Mat *a, size_t k, Mat **c)
{
    size_t n = k - 1;
    Mat *q = mat_new(r, n, 1), *p = mat_new(r, 1, n), *b = mat_new(r, n, n);
    Mat *col = mat_new(r, k + 1, 1), *next = mat_new(r, k + 1, 1);
    void *t = r->vec(r, 1);
    bool ok = true;
    if (!q || !p || !b || !col || !next || !t)
        return false;
    for (size_t i = 0; i < n; i++) {
        r->set(r, at(r, q, i, 0), at(r, a, i, n));
        r->set(r, at(r, p, 0, i), at(r, a, n, i));
        for (size_t j = 0; j < n; j++)
            r->set(r, at(r, b, i, j), at(r, a, i, j));
    }
    r->set_rat(r, at(r, col, 0, 0), rat_int(1), &ok);
    r->sub(r, at(r, col, 1, 0), at(r, col, 1, 0), at(r, a, n, n));
    for (size_t i = 2; i <= k; i++) {
        const Mat *s = mat_mul(r, p, q);
        if (!s)
            return false;
        r->sub(r, at(r, col, i, 0), at(r, col, i, 0), s->e);
        q = mat_mul(r, b, q);
    }
    for (size_t i = 0; i <= k; i++)
        for (size_t j = 0; j <= n && j <= i; j++) {
            r->mul(r, t, at(r, col, i - j, 0), at(r, *c, j, 0));
            r->add(r, at(r, next, i, 0), at(r, next, i, 0), t);
        }
    *c = next;
    return ok && q;
}

/* 1, c1, ..., cn of det(t*I - A). */
static Mat *charpoly(Ring *r, const Mat *a)
{
    Mat *c = mat_new(r, 1, 1);
    bool ok = c != NULL;
    if (ok)
        r->set_rat(r, c->e, rat_int(1), &ok);
    for (size_t k = 1; ok && k <= a->rows; k++)
        ok = border(r, a, k, &c);
    return ok ? c : NULL;
}

bool charpoly_det(Ring *r, const Mat *a, void *det)
{
    const Mat *c = charpoly(r, a);
    void *zero = r->vec(r, 1);
    if (!c || !zero)
        return false;
    r->set(r, det, at(r, c, a->rows, 0));
    if (a->rows % 2)
        r->sub(r, det, zero, det);
    return true;
}

/* A^(n-1) + c1*A^(n-2) + ... + c(n-1)*I, negated for even n. */
Mat *charpoly_adj(Ring *r, const Mat *a)
{
    const Mat *c = charpoly(r, a);
    Mat *b = c ? mat_eye(r, a->rows) : NULL;
    for (size_t k = 1; b && k < a->rows; k++) {
        b = mat_mul(r, a, b);
        for (size_t i = 0; b && i < a->rows; i++)
            r->add(r, at(r, b, i, i), at(r, b, i, i), at(r, c, k, 0));
    }
    return b && a->rows % 2 == 0
               ? mat_add(r, mat_new(r, a->rows, a->rows), b, true)
               : b;
}
