/* obeyz.c: obey.c for what is declared complex. */
#include "api/function.h"

#include <complex.h>
#include <math.h>
#include <stdio.h>

typedef double _Complex Number128;

static Number128 at(const View *v, int64_t i, int64_t j)
{
    return view_at(v, i, j) + view_imag(v, i, j) * csqrt(-1);
}

/* What entry [i,j] has to be by one property. */
static Number128 wanted(const View *v, uint32_t prop, int64_t i, int64_t j)
{
    Number128 x = at(v, i, j);
    switch (prop) {
    case PROP_HERMITIAN:
        return conj(at(v, j, i));
    case PROP_SYMMETRIC:
        return at(v, j, i);
    case PROP_SKEW:
        return -at(v, j, i);
    case PROP_DIAGONAL:
        return i == j ? x : 0;
    case PROP_LOWER:
        return i >= j ? x : 0;
    case PROP_UPPER:
        return i <= j ? x : 0;
    case PROP_TRIDIAGONAL:
        return i <= j + 1 && j <= i + 1 ? x : 0;
    case PROP_TOEPLITZ:
        return i > 0 && j > 0 ? at(v, i - 1, j - 1) : x;
    case PROP_HANKEL:
        return i + 1 < v->m && j > 0 ? at(v, i + 1, j - 1) : x;
    default: /* circulant */
        return j > 0 ? at(v, (i + v->m - 1) % v->m, j - 1) : x;
    }
}

/* Entry [j,k] of U'*U. */
static Number128 of_gram(const View *v, int64_t j, int64_t k)
{
    Number128 z = 0;
    for (int64_t i = 0; i < v->m; i++)
        z += conj(at(v, i, j)) * at(v, i, k);
    return z;
}

static const struct {
    uint32_t prop;
    const char *name;
} rules[] = {
    {PROP_DIAGONAL, "diagonal"},
    {PROP_HERMITIAN, "hermitian"},
    {PROP_SYMMETRIC, "symmetric"},
    {PROP_SKEW, "skew"},
    {PROP_LOWER, "lower triangular"},
    {PROP_UPPER, "upper triangular"},
    {PROP_TRIDIAGONAL, "tridiagonal"},
    {PROP_TOEPLITZ, "a Toeplitz matrix"},
    {PROP_HANKEL, "a Hankel matrix"},
    {PROP_CIRCULANT, "circulant"},
};

static int breach(const Sym *s, const char *what, const char *of, int64_t i,
                  int64_t j, Number128 x, Number128 y, nb_status *st)
{
    return status_fail(st, NB_STATUS_DOMAIN,
                       "%s is declared to be %s, and is not: entry "
                       "[%lld,%lld] of %s%s is %.6g%+.6gi, and should be "
                       "%.6g%+.6gi", s->name, what, (long long)i + 1,
                       (long long)j + 1, s->name, of, creal(x), cimag(x),
                       creal(y), cimag(y));
}

/* The columns have length 1, and are orthogonal to the one before. */
static int is_unitary(const Sym *s, const View *v, double slack, nb_status *st)
{
    for (int64_t j = 0; j < v->n; j++)
        for (int64_t k = j > 0 ? j - 1 : j; k <= j; k++) {
            Number128 x = of_gram(v, j, k);
            if (cabs(x - (j == k)) > slack * (double)(v->m + 1))
                return breach(s, "unitary", "'*itself", j, k, x, j == k, st);
        }
    return 1;
}

int complex_obeys(const Sym *s, const View *v, nb_status *st)
{
    uint32_t some = PROP_UNITARY;
    double most = 0;
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++)
        some |= rules[k].prop;
    if (!(s->props & some))
        return 1;
    for (int64_t j = 0; j < v->n; j++)
        for (int64_t i = 0; i < v->m; i++)
            most = fmax(most, cabs(at(v, i, j)));
    double slack = 1e-9 * most;
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++)
        for (int64_t j = 0; s->props & rules[k].prop && j < v->n; j++)
            for (int64_t i = 0; i < v->m; i++) {
                Number128 y = wanted(v, rules[k].prop, i, j);
                if (cabs(at(v, i, j) - y) > slack)
                    return breach(s, rules[k].name, "", i, j, at(v, i, j), y,
                                  st);
            }
    return !(s->props & PROP_UNITARY) || is_unitary(s, v, 4e-9, st);
}
