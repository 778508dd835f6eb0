/* ball.c: Arb's ball arithmetic as a ring: rigorous enclosures of values.
 * Derivatives are central differences (verdict.c).  A point outside a
 * function's domain, or within 1e-3 of a kink, is refused and drawn anew. */
#include "verify/ballmat.h"

#include <arb.h>
#include <arb_hypgeom.h>
#include <arb_mat.h>
#include <math.h>
#include <string.h>

enum { PREC = BALL_PREC, STEP = 120 };

typedef struct Chunk {
    struct Chunk *next;
    arb_ptr p;
    slong n;
} Chunk;

typedef struct Ball {
    Chunk *chunks;
} Ball;

static void *b_vec(Ring *r, size_t n)
{
    Ball *b = r->state;
    Chunk *c = ARENA_NEW(r->ctx->arena, Chunk);
    if (!c)
        return NULL;
    n = n ? n : 1;
    c->n = (slong)n;
    c->p = arena_array(r->ctx->arena, n, sizeof *c->p);
    if (!c->p)
        return NULL;
    for (size_t i = 0; i < n; i++)
        arb_init(c->p + i);
    c->next = b->chunks;
    b->chunks = c;
    return c->p;
}

void ball_free(Ring *r)
{
    Ball *b = r ? r->state : NULL;
    for (Chunk *c = b ? b->chunks : NULL; c; c = c->next)
        for (slong i = 0; i < c->n; i++)
            arb_clear(c->p + i);
    if (b)
        b->chunks = NULL;
    flint_cleanup();
}

static void b_set(Ring *r, void *z, const void *x)
{
    (void)r;
    arb_set(z, x);
}

static void b_rat(Ring *r, void *z, Rat q, bool *ok)
{
    fmpz_t num, den;
    const char *n = rat_num_text(r->ctx, q), *d = rat_den_text(r->ctx, q);
    *ok = n && d;
    if (!*ok)
        return;
    fmpz_init(num);
    fmpz_init(den);
    fmpz_set_str(num, n, 10);
    fmpz_set_str(den, d, 10);
    arb_set_fmpz(z, num);
    arb_div_fmpz(z, z, den, PREC);
    fmpz_clear(num);
    fmpz_clear(den);
}

static void b_add(Ring *r, void *z, const void *x, const void *y)
{
    (void)r;
    arb_add(z, x, y, PREC);
}

static void b_sub(Ring *r, void *z, const void *x, const void *y)
{
    (void)r;
    arb_sub(z, x, y, PREC);
}

static void b_mul(Ring *r, void *z, const void *x, const void *y)
{
    (void)r;
    arb_mul(z, x, y, PREC);
}

static double magnitude(const void *x)
{
    return fabs(arf_get_d(arb_midref((arb_srcptr)x), ARF_RND_NEAR));
}

double ball_size(Ring *r, const void *x)
{
    double most = 0;
    for (unsigned k = 0; k < r->parts; k++)
        most = fmax(most, magnitude(ring_part(r, x, k)));
    return most;
}

static bool away_from(const void *x, double gap)
{
    return arb_is_finite(x) && magnitude(x) >= gap;
}

/* How far a point has to be from a kink, a pole, the end of a domain. */
static double gap(const Ring *r, double usual)
{
    return r->values ? 0 : usual;
}

void ball_set_double(void *z, double x)
{
    arb_set_d(z, x);
}

double ball_double(const void *x)
{
    return arf_get_d(arb_midref((arb_srcptr)x), ARF_RND_NEAR);
}

static bool b_inv(Ring *r, void *z, const void *x)
{
    if (!away_from(x, gap(r, 1e-12)))
        return false;
    arb_inv(z, x, PREC);
    return arb_is_finite(z);
}

static double b_pivot(Ring *r, const void *x)
{
    return away_from(x, gap(r, 1e-9)) ? magnitude(x) : 0.0;
}

static void dyadic(Ring *r, void *z, double lo, double hi)
{
    double u = (double)(rng_next(&r->rng) >> 11) * 0x1p-53;
    arb_set_d(z, ldexp(rint(ldexp(lo + (hi - lo) * u, 40)), -40));
}

static void b_random(Ring *r, void *z)
{
    if (r->small) {
        arb_set_si(z, (slong)rng_below(&r->rng, 2 * (uint64_t)r->small + 1) -
                          r->small);
        return;
    }
    const double lo[MODES - MODE_WIDE] = {-r->wide, 0.1, -4, -4 * r->fine, -12,
                                          -4};
    static const double from[] = {-1.5, 0.1, -0.3, 0.02};
    static const double to[] = {1.5, 1.2, 0.3, 0.2};
    int far = r->mode - MODE_WIDE;
    if (far < 0)
        dyadic(r, z, from[r->mode % 4], to[r->mode % 4]);
    else
        dyadic(r, z, lo[far], far == 1 ? r->wide : -lo[far]);
}

static bool positive(const Ring *r, const void *x)
{
    return arb_is_positive(x) && away_from(x, gap(r, 1e-6));
}

static bool inside_one(const Ring *r, const void *x)
{
    return arb_is_finite(x) && magnitude(x) <= (r->values ? 1 : 0.999);
}

static void set_sign(void *z, const void *x)
{
    arb_set_si(z, arf_sgn(arb_midref((arb_srcptr)x)));
}

static bool b_two(Ring *r, void *z, OpId op, const void *x, const void *y)
{
    arb_t d;
    bool ok = true;
    arb_init(d);
    arb_sub(d, x, y, PREC);
    r->kinked = true;
    if (op == OP_EPOW) {
        ok = positive(r, x);
        if (ok)
            arb_pow(z, x, y, PREC);
    } else {
        ok = away_from(d, gap(r, 1e-3 * r->fine));
        bool first = (arf_sgn(arb_midref(d)) > 0) == (op == OP_MAX);
        arb_set(z, first ? (arb_srcptr)x : (arb_srcptr)y);
    }
    arb_clear(d);
    return ok;
}

/* 1/(1+exp(-x)) and log(1+exp(x)). */
static void logistic(void *z, OpId op, const void *x)
{
    arb_t t;
    arb_init(t);
    arb_set(t, x);
    if (op == OP_SIGMOID)
        arb_neg(t, t);
    arb_exp(t, t, PREC);
    arb_add_ui(t, t, 1, PREC);
    if (op == OP_SIGMOID)
        arb_inv(z, t, PREC);
    else
        arb_log(z, t, PREC);
    arb_clear(t);
}

static bool b_fun(Ring *r, void *z, OpId op, const void *x, const void *y)
{
    r->kinked |= op == OP_SQRT || op == OP_ABS || op == OP_SIGN ||
                 op == OP_RELU || op == OP_LOG || op == OP_LOG1P ||
                 op == OP_ASIN || op == OP_ACOS || op == OP_ATAN;
    switch (op) {
    case OP_EXP: arb_exp(z, x, PREC); break;
    case OP_LOG:
        if (!positive(r, x))
            return false;
        arb_log(z, x, PREC);
        break;
    case OP_SQRT:
        if (!positive(r, x))
            return false;
        arb_sqrt(z, x, PREC);
        break;
    case OP_ABS:
        if (!away_from(x, gap(r, 1e-3 * r->fine)))
            return false;
        arb_abs(z, x);
        break;
    case OP_SIGN: /* x - x: the largest entry, less the largest entry */
        if (!arb_is_zero(x) && !away_from(x, gap(r, 1e-3 * r->fine)))
            return false;
        set_sign(z, x);
        break;
    case OP_RELU:
        if (!away_from(x, gap(r, 1e-3 * r->fine)))
            return false;
        if (arf_sgn(arb_midref((arb_srcptr)x)) > 0)
            arb_set(z, x);
        else
            arb_zero(z);
        break;
    case OP_SIN: arb_sin(z, x, PREC); break;
    case OP_COS: arb_cos(z, x, PREC); break;
    case OP_TAN: arb_tan(z, x, PREC); break;
    case OP_ASIN:
        if (!inside_one(r, x))
            return false;
        arb_asin(z, x, PREC);
        break;
    case OP_ACOS:
        if (!inside_one(r, x))
            return false;
        arb_acos(z, x, PREC);
        break;
    case OP_ATAN: arb_atan(z, x, PREC); break;
    case OP_SINH: arb_sinh(z, x, PREC); break;
    case OP_COSH: arb_cosh(z, x, PREC); break;
    case OP_TANH: arb_tanh(z, x, PREC); break;
    case OP_LOG1P: {
        bool ok;
        arb_t t;
        arb_init(t);
        arb_add_ui(t, x, 1, PREC);
        ok = positive(r, t);
        arb_clear(t);
        if (!ok)
            return false;
        arb_log1p(z, x, PREC);
        break;
    }
    case OP_EXPM1: arb_expm1(z, x, PREC); break;
    case OP_SIGMOID: case OP_SOFTPLUS: logistic(z, op, x); break;
    case OP_ERF: arb_hypgeom_erf(z, x, PREC); break;
    case OP_MAX: case OP_MIN: case OP_EPOW: return b_two(r, z, op, x, y);
    default: return false;
    }
    /* sign(0) of a relu's argument is met by sign itself */
    return arb_is_finite(z);
}

static bool b_pi(Ring *r, void *z)
{
    (void)r;
    arb_const_pi(z, PREC);
    return true;
}

void ball_set_step(Ring *r, void *z, const void *x, const void *u, int steps)
{
    void *t = r->vec(r, 1);
    for (unsigned k = 0; t && k < r->parts; k++) {
        arb_ptr d = ring_part(r, t, k);
        arb_mul_si(d, ring_part(r, u, k), steps, PREC);
        arb_mul_2exp_si(d, d, -r->step);
        arb_add(ring_part(r, z, k), ring_part(r, x, k), d, PREC);
    }
}

void ball_unstep(Ring *r, void *z, const void *x, unsigned order)
{
    for (unsigned k = 0; k < r->parts; k++)
        arb_mul_2exp_si(ring_part(r, z, k), ring_part(r, x, k),
                        (slong)order * (r->step - 1));
}

static double part_digits(const void *x, const void *y, double scale)
{
    arb_t d;
    double digits = 0;
    arb_init(d);
    arb_sub(d, x, y, PREC);
    if (arb_is_finite(d)) {
        mag_t m;
        mag_init(m);
        arb_get_mag(m, d);
        double l = mag_is_zero(m) ? -400.0
                                  : mag_get_d_log2_approx(m) * 0.30103;
        digits = (scale > 1e-300 ? log10(scale) : 0) - l;
        mag_clear(m);
    }
    arb_clear(d);
    return digits;
}

double ball_digits(Ring *r, const void *x, const void *y, double scale)
{
    double least = 1e9;
    for (unsigned k = 0; k < r->parts; k++)
        least = fmin(least, part_digits(ring_part(r, x, k),
                                        ring_part(r, y, k), scale));
    return least;
}

double ball_sharpness(Ring *r, const void *x, double scale)
{
    double least = 1e9;
    for (unsigned k = 0; k < r->parts; k++) {
        arb_srcptr p = ring_part(r, (void *)x, k);
        double l = mag_is_zero(arb_radref(p))
                       ? -400.0
                       : mag_get_d_log2_approx(arb_radref(p)) * 0.30103;
        least = fmin(least, (scale > 1e-300 ? log10(scale) : -300) - l);
    }
    return least;
}

static void b_print(Ring *r, Buf *b, const void *x)
{
    double d = arf_get_d(arb_midref((arb_srcptr)x), ARF_RND_NEAR);
    bool nil = arb_contains_zero((arb_srcptr)x) && fabs(d) < 1e-30;
    (void)r;
    buf_printf(b, "%g", nil ? 0.0 : d);
}

static bool b_zero(Ring *r, const void *x)
{
    (void)r;
    return arb_is_zero(x);
}

static bool b_positive(Ring *r, const void *x)
{
    return positive(r, x);
}

Ring *ball_ring(Ctx *ctx, uint64_t seed)
{
    Ring *r = ARENA_NEW(ctx->arena, Ring);
    Ball *b = ARENA_NEW(ctx->arena, Ball);
    if (!r || !b)
        return NULL;
    *r = (Ring){.ctx = ctx, .rng = {seed}, .size = sizeof(arb_struct),
                .state = b, .vec = b_vec, .set = b_set, .set_rat = b_rat,
                .add = b_add, .sub = b_sub, .mul = b_mul, .inv = b_inv,
                .pivot = b_pivot, .fun = b_fun, .pi = b_pi,
                .random = b_random, .matfun = ball_matfun,
                .step = STEP, .wide = 16, .fine = 1, .parts = 1,
                .part_size = sizeof(arb_struct),
                .is_zero = b_zero, .print = b_print, .is_positive = b_positive};
    return r;
}
