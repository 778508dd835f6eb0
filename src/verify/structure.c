/* structure.c: the places of a structured matrix, from what the structure says
 * of two places at a time: equal, opposite, zero.  Classes are found by
 * joining pairs; nothing is taken from the maps that derive (and that are
 * proved by this). */
#include "verify/structure.h"

/* Place p is sign[p] times its parent; zero classes are marked at the root. */
static size_t root_of(Places *s, size_t p, int *sign)
{
    *sign = 1;
    while (s->parent[p] != p) {
        *sign *= s->sign[p];
        p = s->parent[p];
    }
    return p;
}

static void join(Places *s, size_t p, size_t q, int sign)
{
    int sp, sq;
    size_t a = root_of(s, p, &sp), b = root_of(s, q, &sq);
    if (a == b) {
        s->zero[a] = s->zero[a] || sp != sq * sign;
        return;
    }
    s->parent[b] = a; /* q = sign*p, with p = sp*a and q = sq*b */
    s->sign[b] = (signed char)(sign * sp * sq);
    s->zero[a] = s->zero[a] || s->zero[b];
}

static bool dropped(uint32_t props, size_t i, size_t j)
{
    size_t gap = i > j ? i - j : j - i;
    return ((props & PROP_LOWER) && i < j) || ((props & PROP_UPPER) && i > j) ||
           ((props & PROP_DIAGONAL) && i != j) ||
           ((props & PROP_TRIDIAGONAL) && gap > 1);
}

static void join_place(Places *s, uint32_t props, size_t i, size_t j)
{
    size_t n = s->n, p = i * n + j;
    if (props & PROP_SYMMETRIC)
        join(s, p, j * n + i, 1);
    if (props & PROP_SKEW)
        join(s, p, j * n + i, -1);
    if ((props & PROP_TOEPLITZ) && i + 1 < n && j + 1 < n)
        join(s, p, (i + 1) * n + j + 1, 1);
    if ((props & PROP_HANKEL) && i + 1 < n && j > 0)
        join(s, p, (i + 1) * n + j - 1, 1);
    if (props & PROP_CIRCULANT)
        join(s, p, (i + 1) % n * n + (j + 1) % n, 1);
    if (dropped(props, i, j)) {
        int sign;
        s->zero[root_of(s, p, &sign)] = true;
    }
}

bool places_of(Ctx *ctx, uint32_t props, size_t n, Places *s)
{
    s->n = n;
    s->parent = ARENA_ARRAY(ctx->arena, size_t, n * n + 1);
    s->sign = ARENA_ARRAY(ctx->arena, signed char, n * n + 1);
    s->zero = ARENA_ARRAY(ctx->arena, bool, n * n + 1);
    if (!s->parent || !s->sign || !s->zero)
        return false;
    for (size_t p = 0; p < n * n; p++) {
        s->parent[p] = p;
        s->sign[p] = 1;
    }
    for (size_t p = 0; p < n * n; p++)
        join_place(s, props, p / n, p % n);
    return true;
}

int place_class(Places *s, size_t p, size_t *root)
{
    int sign;
    *root = root_of(s, p, &sign);
    return s->zero[*root] ? 0 : sign;
}

Mat *structured_part(Ring *r, uint32_t props, const Mat *a)
{
    Places s;
    size_t n = a ? a->rows : 0;
    Mat *m = a && a->cols == n ? mat_new(r, n, n) : NULL;
    if (!m || !places_of(r->ctx, props, n, &s))
        return NULL;
    for (size_t p = 0; p < n * n; p++) {
        size_t root;
        int sign = place_class(&s, p, &root);
        void *z = m->e + p * r->size;
        if (sign > 0)
            r->set(r, z, a->e + root * r->size);
        else if (sign < 0)
            r->sub(r, z, z, a->e + root * r->size);
    }
    return m;
}

Mat *structured_random(Ring *r, uint32_t props, size_t n)
{
    return structured_part(r, props, mat_random(r, n, n));
}

Mat *structured_unit(Ring *r, uint32_t props, size_t n, size_t i, size_t j,
                     bool mean)
{
    Places s;
    size_t root, want, count = 0;
    Mat *m = mat_new(r, n, n);
    void *one_ = r->vec(r, 1);
    bool ok = true;
    if (!m || !one_ || !places_of(r->ctx, props, n, &s))
        return NULL;
    int own = place_class(&s, i * n + j, &want);
    for (size_t p = 0; p < n * n; p++)
        count += place_class(&s, p, &root) != 0 && root == want;
    r->set_rat(r, one_,
               (Rat){.num = 1, .den = mean && count ? (int64_t)count : 1},
               &ok);
    for (size_t p = 0; own && p < n * n; p++) {
        int sign = place_class(&s, p, &root);
        void *z = m->e + p * r->size;
        if (root != want || sign == 0)
            continue;
        if (sign == own)
            r->set(r, z, one_);
        else
            r->sub(r, z, z, one_);
    }
    return ok ? m : NULL;
}

Mat *independent_part(Ring *r, uint32_t props, const Mat *u)
{
    Places s;
    size_t n = u ? u->rows : 0;
    Mat *m = u && u->cols == n ? mat_new(r, n, n) : NULL;
    if (!m || !places_of(r->ctx, props, n, &s))
        return NULL;
    for (size_t p = 0; p < n * n; p++) {
        size_t root;
        if (place_class(&s, p, &root) && root == p)
            r->set(r, m->e + p * r->size, u->e + p * r->size);
    }
    return m;
}
