/* rat.c: exact rationals: 64 bits while they fit, else GMP within the call
 * and decimal text in between. */
#include "base/rat.h"
#include "base/hash.h"

#include <gmp.h>
#include <string.h>


__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

Rat rat_int(int64_t n)
{
    return (Rat){n, 1, NULL};
}

static void to_mpq(mpq_t q, Rat a)
{
    if (a.den) {
        mpq_set_si(q, a.num, (unsigned long)a.den);
        mpq_canonicalize(q);
    } else {
        mpq_set_str(q, a.big, 10);
    }
}


/* The value of q, 64 bits where it fits. */
static Rat from_mpq(Ctx *ctx, mpq_t q)
{
    if (mpz_fits_slong_p(mpq_numref(q)) && mpz_fits_slong_p(mpq_denref(q)) &&
        mpz_cmp_si(mpq_numref(q), INT64_MIN) != 0)
        return (Rat){mpz_get_si(mpq_numref(q)), mpz_get_si(mpq_denref(q)),
                     NULL};
    size_t n = mpz_sizeinbase(mpq_numref(q), 10) +
               mpz_sizeinbase(mpq_denref(q), 10) + 4;
    if (n > 2u * ctx->limits.digits + 64) {
        ctx_fail(ctx, ERR_LIMIT, (Span){0, 0}, NULL,
                 "a number of more than digits = %u digits",
                 ctx->limits.digits);
        return rat_int(0);
    }
    char *s = arena_alloc(ctx->arena, n);
    if (!s) {
        return rat_int(0);
    }
    mpq_get_str(s, 10, q);
    return (Rat){0, 0, ctx_intern(ctx, s, strlen(s))};
}

typedef void MpqOp(mpq_ptr, mpq_srcptr, mpq_srcptr);

static Rat big_op(Ctx *ctx, Rat a, Rat b, MpqOp *op)
{
    mpq_t p, q;
    mpq_inits(p, q, NULL);
    to_mpq(p, a);
    to_mpq(q, b);
    op(p, p, q);
    Rat r = from_mpq(ctx, p);
    mpq_clears(p, q, NULL);
    return r;
}

static bool small(Rat a)
{
    return a.den != 0;
}

static bool make_small(int128 num, int128 den, Rat *r)
{
    if (den < 0) {
        num = -num;
        den = -den;
    }
    int128 a = num < 0 ? -num : num, b = den;
    while (b) {
        int128 t = a % b;
        a = b;
        b = t;
    }
    if (a > 1) {
        num /= a;
        den /= a;
    }
    if (num > INT64_MAX || num < -INT64_MAX || den > INT64_MAX)
        return false;
    *r = (Rat){(int64_t)num, (int64_t)den, NULL};
    return true;
}

Rat rat_make(Ctx *ctx, int64_t num, int64_t den)
{
    Rat r;
    if (make_small(num, den, &r))
        return r;
    return rat_div(ctx, rat_int(num), rat_int(den));
}

Rat rat_add(Ctx *ctx, Rat a, Rat b)
{
    Rat r;
    if (small(a) && small(b)) {
        int64_t s;
        if (a.den == 1 && b.den == 1 &&
            !__builtin_add_overflow(a.num, b.num, &s))
            return rat_int(s);
        int128 x = (int128)a.num * b.den, y = (int128)b.num * a.den, z;
        if (!__builtin_add_overflow(x, y, &z) &&
            make_small(z, (int128)a.den * b.den, &r))
            return r;
    }
    return big_op(ctx, a, b, mpq_add);
}

Rat rat_neg(Ctx *ctx, Rat a)
{
    if (small(a))
        return (Rat){-a.num, a.den, NULL};
    return big_op(ctx, rat_int(0), a, mpq_sub);
}

Rat rat_sub(Ctx *ctx, Rat a, Rat b)
{
    return rat_add(ctx, a, rat_neg(ctx, b));
}

Rat rat_mul(Ctx *ctx, Rat a, Rat b)
{
    Rat r;
    if (small(a) && small(b) &&
        make_small((int128)a.num * b.num, (int128)a.den * b.den, &r))
        return r;
    return big_op(ctx, a, b, mpq_mul);
}

Rat rat_div(Ctx *ctx, Rat a, Rat b)
{
    Rat r;
    if (rat_sign(b) == 0) {
        ctx_fail(ctx, ERR_LANGUAGE, (Span){0, 0}, NULL, "division by zero");
        return rat_int(0);
    }
    if (small(a) && small(b) &&
        make_small((int128)a.num * b.den, (int128)a.den * b.num, &r))
        return r;
    return big_op(ctx, a, b, mpq_div);
}

Rat rat_pow(Ctx *ctx, Rat a, int64_t n)
{
    Rat r = rat_int(1);
    if (n < 0) {
        a = rat_div(ctx, r, a);
        n = -n;
    }
    for (; n > 0 && !ctx_failed(ctx); n >>= 1) {
        if (n & 1)
            r = rat_mul(ctx, r, a);
        if (n > 1)
            a = rat_mul(ctx, a, a);
    }
    return r;
}

int rat_sign(Rat a)
{
    if (small(a))
        return (a.num > 0) - (a.num < 0);
    return a.big && a.big[0] == '-' ? -1 : 1;
}

bool rat_equal(Rat a, Rat b)
{
    return a.num == b.num && a.den == b.den && a.big == b.big;
}

int rat_compare(Ctx *ctx, Rat a, Rat b)
{
    return rat_sign(rat_sub(ctx, a, b));
}

bool rat_is(Rat a, int64_t n)
{
    return a.den == 1 && a.num == n;
}

bool rat_is_int(Rat a)
{
    return a.den == 1 || (a.den == 0 && !strchr(a.big, '/'));
}

uint64_t rat_hash(Rat a)
{
    if (small(a))
        return hash_mix((uint64_t)a.num, (uint64_t)a.den);
    return hash_bytes(a.big, strlen(a.big));
}

const char *rat_num_text(Ctx *ctx, Rat a)
{
    if (small(a))
        return ctx_printf(ctx, "%lld", (long long)a.num);
    const char *slash = strchr(a.big, '/');
    return slash ? arena_text(ctx->arena, a.big, (size_t)(slash - a.big))
                 : a.big;
}

const char *rat_den_text(Ctx *ctx, Rat a)
{
    if (small(a))
        return ctx_printf(ctx, "%lld", (long long)a.den);
    const char *slash = strchr(a.big, '/');
    return slash ? slash + 1 : "1";
}

/* Digits with a point and an exponent: mantissa * 10^exponent. */
Rat rat_read(Ctx *ctx, const char *s, size_t n)
{
    char *digits = arena_alloc(ctx->arena, n + 2);
    size_t nd = 0, i = 0;
    long scale = 0, e = 0;
    bool point = false;
    if (!digits)
        return rat_int(0);
    for (; i < n && s[i] != 'e' && s[i] != 'E'; i++) {
        if (s[i] == '.') {
            point = true;
            continue;
        }
        digits[nd++] = s[i];
        scale -= point;
    }
    if (i < n) {
        bool neg = s[++i] == '-';
        i += s[i] == '-' || s[i] == '+';
        for (; i < n && e < 100000; i++)
            e = 10 * e + (s[i] - '0');
        scale += neg ? -e : e;
    }
    if (nd > ctx->limits.digits || scale > 9999 || scale < -9999) {
        ctx_fail(ctx, ERR_LIMIT, (Span){0, 0}, NULL,
                 "a number of more than digits = %u digits",
                 ctx->limits.digits);
        return rat_int(0);
    }
    mpq_t q;
    mpz_t p;
    mpq_init(q);
    mpz_init(p);
    mpz_set_str(mpq_numref(q), nd ? digits : "0", 10);
    mpz_ui_pow_ui(p, 10, (unsigned long)(scale < 0 ? -scale : scale));
    if (scale < 0)
        mpz_set(mpq_denref(q), p);
    else
        mpz_mul(mpq_numref(q), mpq_numref(q), p);
    mpq_canonicalize(q);
    Rat r = from_mpq(ctx, q);
    mpq_clear(q);
    mpz_clear(p);
    return r;
}

static uint64_t pow_mod(uint64_t a, uint64_t e, uint64_t p)
{
    uint64_t r = 1;
    for (; e; e >>= 1) {
        if (e & 1)
            r = (uint64_t)((uint128)r * a % p);
        a = (uint64_t)((uint128)a * a % p);
    }
    return r;
}

uint64_t rat_mod(Rat a, uint64_t p, bool *ok)
{
    uint64_t num, den;
    *ok = true;
    if (small(a)) {
        uint64_t m = (uint64_t)(a.num < 0 ? -a.num : a.num) % p;
        num = a.num < 0 && m ? p - m : m;
        den = (uint64_t)a.den % p;
    } else {
        mpq_t q;
        mpq_init(q);
        to_mpq(q, a);
        num = mpz_fdiv_ui(mpq_numref(q), p);
        den = mpz_fdiv_ui(mpq_denref(q), p);
        mpq_clear(q);
    }
    if (den == 0) {
        *ok = false;
        return 0;
    }
    return (uint64_t)((uint128)num * pow_mod(den, p - 2, p) % p);
}
