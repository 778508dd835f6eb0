/* ballmat.c: matrix functions that are no finite formula: exponential, sine,
 * cosine, root, logarithm, eigenvalues and eigenvectors, the generalised
 * inverse of a matrix without full rank. */
#include "verify/ballmat.h"

#include <acb_mat.h>
#include <arb_mat.h>
#include <math.h>

enum { PREC = BALL_PREC, ROOT_STEPS = 24, LOG_ROOTS = 12, LOG_TERMS = 72 };

static double middle(arb_srcptr x)
{
    return arf_get_d(arb_midref(x), ARF_RND_NEAR);
}

/* Of norm 16 at most: 16^240/240! is below 2^-590. */
static bool is_moderate(const arb_mat_t a)
{
    mag_t m;
    mag_init(m);
    arb_mat_bound_inf_norm(m, a);
    bool ok = mag_cmp_2exp_si(m, 4) <= 0;
    mag_clear(m);
    return ok;
}

/* The sine and cosine series, for matrices of moderate size. */
static bool sine_series(arb_mat_t z, const arb_mat_t a, bool cosine)
{
    arb_mat_t p, a2;
    slong n = arb_mat_nrows(a);
    if (!is_moderate(a))
        return false;
    arb_mat_init(p, n, n);
    arb_mat_init(a2, n, n);
    arb_mat_mul(a2, a, a, PREC);
    if (cosine)
        arb_mat_one(p);
    else
        arb_mat_set(p, a);
    arb_mat_set(z, p);
    for (slong k = cosine ? 1 : 2; k < 240; k += 2) {
        arb_mat_mul(p, p, a2, PREC);
        arb_mat_scalar_div_si(p, p, -k * (k + 1), PREC);
        arb_mat_add(z, z, p, PREC);
    }
    arb_mat_clear(p);
    arb_mat_clear(a2);
    return true;
}

/* Midpoints only: Newton's iterations correct themselves, and balls would
 * grow at each step. */
static void take_middles(arb_mat_t a)
{
    for (slong i = 0; i < arb_mat_nrows(a); i++)
        for (slong j = 0; j < arb_mat_ncols(a); j++)
            mag_zero(arb_radref(arb_mat_entry(a, i, j)));
}

/* Is a the square of x, to nearly all digits?  Then x is the root that the
 * iteration converges to: the principal one. */
static bool squares_to(const arb_mat_t x, const arb_mat_t a)
{
    arb_mat_t s;
    arf_t bound;
    bool ok = true;
    arb_mat_init(s, arb_mat_nrows(a), arb_mat_ncols(a));
    arf_init(bound);
    arb_mat_mul(s, x, x, PREC);
    arb_mat_sub(s, s, a, PREC);
    for (slong i = 0; i < arb_mat_nrows(a); i++)
        for (slong j = 0; j < arb_mat_ncols(a); j++) {
            arb_get_abs_ubound_arf(bound, arb_mat_entry(s, i, j), 30);
            ok = ok && arf_cmpabs_2exp_si(bound, 40 - PREC) < 0;
        }
    arf_clear(bound);
    arb_mat_clear(s);
    return ok;
}

/* Have y and inv(x) become the same, to half of the digits?  The next step
 * doubles them. */
static bool is_settled(const arb_mat_t y, const arb_mat_t ix)
{
    arb_t d;
    bool ok = true;
    arb_init(d);
    for (slong i = 0; ok && i < arb_mat_nrows(y); i++)
        for (slong j = 0; ok && j < arb_mat_ncols(y); j++) {
            arb_sub(d, arb_mat_entry(y, i, j), arb_mat_entry(ix, i, j), 64);
            ok = arf_cmpabs_2exp_si(arb_midref(d), -PREC / 2 - 20) < 0;
        }
    arb_clear(d);
    return ok;
}

/* Denman and Beavers, Appl. Math. Comput. 2 (1976): X -> (X + inv(Y))/2,
 * Y -> (Y + inv(X))/2 from X = A, Y = I. */
static bool root(arb_mat_t x, const arb_mat_t a)
{
    slong n = arb_mat_nrows(a);
    arb_mat_t y, ix, iy;
    bool ok = true;
    arb_mat_init(y, n, n);
    arb_mat_init(ix, n, n);
    arb_mat_init(iy, n, n);
    arb_mat_set(x, a);
    arb_mat_one(y);
    for (int k = 0, last = 0; ok && k < ROOT_STEPS && last < 2; k++) {
        ok = arb_mat_inv(ix, x, PREC) && arb_mat_inv(iy, y, PREC);
        last += ok && (last || is_settled(y, ix));
        arb_mat_add(x, x, iy, PREC);
        arb_mat_add(y, y, ix, PREC);
        arb_mat_scalar_mul_2exp_si(x, x, -1);
        arb_mat_scalar_mul_2exp_si(y, y, -1);
        take_middles(x);
        take_middles(y);
    }
    arb_mat_clear(y);
    arb_mat_clear(ix);
    arb_mat_clear(iy);
    return ok && squares_to(x, a);
}

/* Roots until the matrix is near the identity, then the series of
 * log(1+x) = 2*artanh(x/(2+x)); Higham, Functions of Matrices, chapter 11. */
static bool logarithm(arb_mat_t z, const arb_mat_t a)
{
    slong n = arb_mat_nrows(a);
    arb_mat_t x, one, num, den, p, t;
    bool ok = true;
    arb_mat_init(x, n, n);
    arb_mat_init(one, n, n);
    arb_mat_init(num, n, n);
    arb_mat_init(den, n, n);
    arb_mat_init(p, n, n);
    arb_mat_init(t, n, n);
    arb_mat_set(x, a);
    arb_mat_one(one);
    for (int k = 0; ok && k < LOG_ROOTS; k++) {
        ok = root(t, x);
        arb_mat_set(x, t);
    }
    if (ok) {
        arb_mat_sub(num, x, one, PREC);
        arb_mat_add(den, x, one, PREC);
        ok = arb_mat_inv(t, den, PREC);
        arb_mat_mul(p, num, t, PREC);
        arb_mat_mul(num, p, p, PREC);
        arb_mat_set(z, p);
        for (slong k = 3; k < LOG_TERMS; k += 2) {
            arb_mat_mul(p, p, num, PREC);
            arb_mat_scalar_div_si(t, p, k, PREC);
            arb_mat_add(z, z, t, PREC);
        }
        arb_mat_scalar_mul_2exp_si(z, z, LOG_ROOTS + 1);
    }
    arb_mat_clear(x);
    arb_mat_clear(one);
    arb_mat_clear(num);
    arb_mat_clear(den);
    arb_mat_clear(p);
    arb_mat_clear(t);
    return ok;
}

/* --- eigenvalues */

typedef struct Spectrum {
    acb_ptr value;
    acb_mat_t vector;
    slong n;
    slong order[64]; /* ascending */
} Spectrum;

static void spectrum_clear(Spectrum *s)
{
    _acb_vec_clear(s->value, s->n);
    acb_mat_clear(s->vector);
}

static bool is_real(const acb_struct *z)
{
    return arb_contains_zero(acb_imagref(z)) &&
           mag_cmp_2exp_si(arb_radref(acb_imagref(z)), -200) < 0 &&
           fabs(middle(acb_imagref(z))) < 1e-60;
}

/* Real eigenvalues at least `gap` apart, in order. */
static bool sorted(Spectrum *s, double gap)
{
    for (slong i = 0; i < s->n; i++) {
        if (!is_real(s->value + i))
            return false;
        slong k = i;
        for (; k > 0 && arf_cmp(arb_midref(acb_realref(s->value + i)),
                                arb_midref(acb_realref(
                                    s->value + s->order[k - 1]))) < 0;
             k--)
            s->order[k] = s->order[k - 1];
        s->order[k] = i;
    }
    for (slong i = 1; i < s->n; i++)
        if (middle(acb_realref(s->value + s->order[i])) -
                middle(acb_realref(s->value + s->order[i - 1])) < gap)
            return false;
    return true;
}

/* Enclosures of simple eigenvalues (Rump, via Arb). */
static bool spectrum(Spectrum *s, const arb_mat_t a)
{
    slong n = arb_mat_nrows(a);
    acb_mat_t c, right;
    acb_ptr near = _acb_vec_init(n);
    s->n = n;
    s->value = _acb_vec_init(n);
    acb_mat_init(s->vector, n, n);
    acb_mat_init(c, n, n);
    acb_mat_init(right, n, n);
    acb_mat_set_arb_mat(c, a);
    bool ok = n <= 64 &&
              acb_mat_approx_eig_qr(near, NULL, right, c, NULL, 0, PREC) &&
              acb_mat_eig_simple(s->value, NULL, s->vector, c, near, right,
                                 PREC) &&
              sorted(s, 1e-4);
    _acb_vec_clear(near, n);
    acb_mat_clear(c);
    acb_mat_clear(right);
    if (!ok)
        spectrum_clear(s);
    return ok;
}

/* Column k, of unit length, its first entry positive. */
static bool unit_column(const Spectrum *s, slong k, arb_mat_t z, slong to)
{
    arb_t sum;
    acb_t q;
    bool ok;
    arb_init(sum);
    acb_init(q);
    for (slong i = 0; i < s->n; i++) {
        acb_div(q, acb_mat_entry(s->vector, i, k),
                acb_mat_entry(s->vector, 0, k), PREC);
        arb_set(arb_mat_entry(z, i, to), acb_realref(q));
        arb_addmul(sum, acb_realref(q), acb_realref(q), PREC);
    }
    ok = arb_is_finite(sum) && middle(sum) < 1e6;
    arb_sqrt(sum, sum, PREC);
    for (slong i = 0; i < s->n; i++)
        arb_div(arb_mat_entry(z, i, to), arb_mat_entry(z, i, to), sum, PREC);
    arb_clear(sum);
    acb_clear(q);
    return ok;
}

static bool eigenvectors(arb_mat_t z, const arb_mat_t a)
{
    Spectrum s;
    bool ok = spectrum(&s, a);
    if (!ok)
        return false;
    for (slong k = 0; ok && k < s.n; k++)
        ok = unit_column(&s, s.order[k], z, k);
    spectrum_clear(&s);
    return ok;
}

static bool eigenvalues(arb_ptr z, const arb_mat_t a)
{
    Spectrum s;
    if (!spectrum(&s, a))
        return false;
    for (slong k = 0; k < s.n; k++)
        arb_set(z + k, acb_realref(s.value + s.order[k]));
    spectrum_clear(&s);
    return true;
}

/* Of a symmetric matrix, with eigenvalues that may be zero taken as zero:
 * V*diag(1/lambda)*V'. */
static bool symmetric_pinv(arb_mat_t z, const arb_mat_t a)
{
    Spectrum s;
    slong n = arb_mat_nrows(a);
    arb_mat_t v, t;
    if (!spectrum(&s, a))
        return false;
    arb_mat_init(v, n, n);
    arb_mat_init(t, n, n);
    bool ok = true;
    for (slong k = 0; ok && k < n; k++) {
        arb_srcptr l = acb_realref(s.value + s.order[k]);
        ok = unit_column(&s, s.order[k], v, k) &&
             (arb_contains_zero(l) || fabs(middle(l)) > 1e-24);
        for (slong i = 0; ok && i < n; i++)
            if (arb_contains_zero(l))
                arb_zero(arb_mat_entry(t, i, k));
            else
                arb_div(arb_mat_entry(t, i, k), arb_mat_entry(v, i, k), l,
                        PREC);
    }
    arb_mat_transpose(v, v);
    arb_mat_mul(z, t, v, PREC);
    arb_mat_clear(v);
    arb_mat_clear(t);
    spectrum_clear(&s);
    return ok;
}

bool ball_matfun(Ring *r, OpId op, void *z, const void *x, size_t n)
{
    arb_mat_t a, f;
    bool ok = true;
    r->kinked |= op == OP_SQRTM || op == OP_LOGM;
    arb_mat_init(a, (slong)n, (slong)n);
    arb_mat_init(f, (slong)n, (slong)n);
    for (size_t i = 0; i < n * n; i++)
        arb_set(arb_mat_entry(a, (slong)(i / n), (slong)(i % n)),
                (arb_srcptr)x + i);
    switch (op) {
    case OP_EXPM: arb_mat_exp(f, a, PREC); break;
    case OP_SINM: case OP_COSM: ok = sine_series(f, a, op == OP_COSM); break;
    case OP_SQRTM: ok = root(f, a); break;
    case OP_LOGM: ok = logarithm(f, a); break;
    case OP_EIG: ok = eigenvalues(z, a); break;
    case OP_EIGVECS: ok = eigenvectors(f, a); break;
    case OP_PINV: ok = symmetric_pinv(f, a); break;
    default: ok = false;
    }
    for (size_t i = 0; ok && op != OP_EIG && i < n * n; i++)
        arb_set((arb_ptr)z + i,
                arb_mat_entry(f, (slong)(i / n), (slong)(i % n)));
    arb_mat_clear(a);
    arb_mat_clear(f);
    return ok;
}
