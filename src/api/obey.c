/* obey.c: what an input was declared to be, it must be: a plan reads one half
 * of a symmetric matrix and takes an orthogonal one's transpose for its
 * inverse, and would give a wrong number.  Each property costs one pass. */
#include "api/function.h"

#include <math.h>
#include <stdio.h>

typedef struct Breach { /* the first entry that breaks a property */
    int64_t i, j;
    double x, y; /* what is there; what should be */
} Breach;

typedef struct Input {
    const View *v;
    double most, slack; /* largest entry; what counts as equal */
    Breach *b;
} Input;

static bool differs(const Input *a, int64_t i, int64_t j, double y)
{
    double x = view_at(a->v, i, j);
    if (fabs(x - y) <= a->slack)
        return false;
    *a->b = (Breach){i, j, x, y};
    return true;
}

/* --- properties: true where it is broken */

static bool not_symmetric(const Input *a)
{
    for (int64_t j = 0; j < a->v->n; j++)
        for (int64_t i = j + 1; i < a->v->m; i++)
            if (differs(a, i, j, view_at(a->v, j, i)))
                return true;
    return false;
}

static bool not_skew(const Input *a)
{
    for (int64_t j = 0; j < a->v->n; j++)
        for (int64_t i = j; i < a->v->m; i++)
            if (differs(a, i, j, i == j ? 0 : -view_at(a->v, j, i)))
                return true;
    return false;
}

/* Nothing but zeros more than lo below and hi above the diagonal. */
static bool outside(const Input *a, int64_t lo, int64_t hi)
{
    for (int64_t j = 0; j < a->v->n; j++)
        for (int64_t i = 0; i < a->v->m; i++)
            if ((i - j > lo || j - i > hi) && differs(a, i, j, 0))
                return true;
    return false;
}

static bool not_diagonal(const Input *a)
{
    return outside(a, 0, 0);
}

static bool not_lower(const Input *a)
{
    return outside(a, INT64_MAX, 0);
}

static bool not_upper(const Input *a)
{
    return outside(a, 0, INT64_MAX);
}

static bool not_tridiagonal(const Input *a)
{
    return outside(a, 1, 1);
}

static bool not_toeplitz(const Input *a)
{
    for (int64_t j = 1; j < a->v->n; j++)
        for (int64_t i = 1; i < a->v->m; i++)
            if (differs(a, i, j, view_at(a->v, i - 1, j - 1)))
                return true;
    return false;
}

static bool not_hankel(const Input *a)
{
    for (int64_t j = 1; j < a->v->n; j++)
        for (int64_t i = 0; i + 1 < a->v->m; i++)
            if (differs(a, i, j, view_at(a->v, i + 1, j - 1)))
                return true;
    return false;
}

static bool not_circulant(const Input *a)
{
    for (int64_t j = 1; j < a->v->n; j++)
        for (int64_t i = 0; i < a->v->m; i++)
            if (differs(a, i, j, view_at(a->v, (i + a->v->m - 1) % a->v->m,
                                         j - 1)))
                return true;
    return false;
}

static bool not_positive(const Input *a)
{
    for (int64_t j = 0; j < a->v->n; j++)
        for (int64_t i = 0; i < a->v->m; i++)
            if (!(view_at(a->v, i, j) > 0)) {
                *a->b = (Breach){i, j, view_at(a->v, i, j), 0};
                return true;
            }
    return false;
}

/* Column j times column k of the transpose of `t`: (A'*A)[j,k] or (A*A)[j,k],
 * of which a pass looks at the diagonal and one beside it. */
static bool product_differs(const Input *a, bool t, int64_t j, int64_t k,
                            double want)
{
    double z = 0;
    for (int64_t i = 0; i < a->v->m; i++)
        z += (t ? view_at(a->v, i, j) : view_at(a->v, j, i)) *
             view_at(a->v, i, k);
    if (fabs(z - want) <= 4 * a->slack * (1 + a->most * (double)a->v->m))
        return false;
    *a->b = (Breach){j, k, z, want};
    return true;
}

static bool not_orthogonal(const Input *a)
{
    for (int64_t j = 0; j < a->v->n; j++)
        if (product_differs(a, true, j, j, 1) ||
            (j > 0 && product_differs(a, true, j, 0, 0)) ||
            (j > 1 && product_differs(a, true, j, j - 1, 0)))
            return true;
    return false;
}

static bool not_idempotent(const Input *a)
{
    for (int64_t j = 0; j < a->v->n; j++)
        if (product_differs(a, false, j, j, view_at(a->v, j, j)) ||
            (j > 0 && product_differs(a, false, j, 0, view_at(a->v, j, 0))))
            return true;
    return false;
}

static const struct {
    uint32_t prop;
    const char *name;
    bool (*broken)(const Input *a);
    const char *what; /* of the number that is wrong; NULL: an entry */
} rules[] = {
    {PROP_DIAGONAL, "diagonal", not_diagonal, NULL},
    {PROP_SYMMETRIC, "symmetric", not_symmetric, NULL},
    {PROP_SKEW, "skew", not_skew, NULL},
    {PROP_LOWER, "lower triangular", not_lower, NULL},
    {PROP_UPPER, "upper triangular", not_upper, NULL},
    {PROP_TRIDIAGONAL, "tridiagonal", not_tridiagonal, NULL},
    {PROP_TOEPLITZ, "a Toeplitz matrix", not_toeplitz, NULL},
    {PROP_HANKEL, "a Hankel matrix", not_hankel, NULL},
    {PROP_CIRCULANT, "circulant", not_circulant, NULL},
    {PROP_POSITIVE, "positive", not_positive, NULL},
    {PROP_ORTHOGONAL, "orthogonal", not_orthogonal, "'*"},
    {PROP_IDEMPOTENT, "idempotent", not_idempotent, "*"},
};

/* --- an input */

static double largest(const View *v)
{
    double most = 0;
    for (int64_t j = 0; j < v->n; j++)
        for (int64_t i = 0; i < v->m; i++) {
            double x = fabs(view_at(v, i, j));
            most = x > most ? x : most;
        }
    return most;
}

static int breach(const Sym *s, size_t k, const Breach *b, nb_status *st)
{
    char of[80];
    snprintf(of, sizeof of, rules[k].what ? "%.30s%s%.30s" : "%.30s", s->name,
             rules[k].what, s->name);
    if (rules[k].prop == PROP_POSITIVE)
        return status_fail(st, NB_STATUS_DOMAIN,
                           "%s is declared positive, and is not: entry "
                           "[%lld,%lld] is %.6g", s->name, (long long)b->i + 1,
                           (long long)b->j + 1, b->x);
    return status_fail(st, NB_STATUS_DOMAIN,
                       "%s is declared to be %s, and is not: entry "
                       "[%lld,%lld] of %s is %.6g, and should be %.6g",
                       s->name, rules[k].name, (long long)b->i + 1,
                       (long long)b->j + 1, of, b->x, b->y);
}

static int obeys(const Sym *s, const View *v, bool single, nb_status *st)
{
    Breach b = {0};
    Input a = {v, 0, 0, &b};
    bool looked = false;
    if (s->props & PROP_COMPLEX)
        return complex_obeys(s, v, st);
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
        if (!(s->props & rules[k].prop))
            continue;
        if (!looked) {
            a.most = largest(v);
            a.slack = a.most * (single || v->dtype == NB_F32 ? 1e-4 : 1e-9);
            looked = true;
        }
        if (rules[k].broken(&a))
            return breach(s, k, &b, st);
    }
    return 1;
}

int inputs_obey(const nb_function *f, const nb_array *in, nb_status *st)
{
    for (unsigned i = 0; i < f->c->ninputs; i++) {
        const Sym *s = f->c->input[i];
        View v = view_of(&in[i], s->rows, s->cols);
        if (s->props && !obeys(s, &v, f->single, st))
            return 0;
    }
    return 1;
}

int input_not_finite(const nb_function *f, const nb_array *in, nb_status *st)
{
    for (unsigned k = 0; k < f->c->ninputs; k++) {
        const Sym *s = f->c->input[k];
        View v = view_of(&in[k], s->rows, s->cols);
        for (int64_t j = 0; j < v.n; j++)
            for (int64_t i = 0; i < v.m; i++) {
                double x = view_at(&v, i, j), y = view_imag(&v, i, j);
                if (!isfinite(x) || !isfinite(y))
                    return !status_fail(
                        st, NB_STATUS_DOMAIN,
                        "the input %s has %s at entry [%lld,%lld]", s->name,
                        isnan(x) || isnan(y) ? "NaN" : "Inf",
                        (long long)i + 1, (long long)j + 1);
            }
    }
    return 0;
}
