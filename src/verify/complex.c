/* complex.c: pairs re + i*im over another ring, so that both oracles have
 * complex numbers: in the field of 2^61-1 elements -1 is no square, so the
 * pairs are the field of its square; over balls they are complex balls.
 * Functions come from those of the base ring by their addition theorems. */
#include "verify/ring.h"

#include <string.h>

typedef struct Pair {
    Ring *base;
} Pair;

static Ring *base_of(const Ring *r)
{
    return ((Pair *)r->state)->base;
}

static void *im(const Ring *r, const void *z)
{
    return (char *)(uintptr_t)z + base_of(r)->size;
}

static void *re(const void *z)
{
    return (void *)(uintptr_t)z;
}

static void *c_vec(Ring *r, size_t n)
{
    return base_of(r)->vec(base_of(r), 2 * (n ? n : 1));
}

static void *temps(Ring *r, unsigned n)
{
    return base_of(r)->vec(base_of(r), n);
}

static void *temp(Ring *r, void *t, unsigned k)
{
    return (char *)t + k * base_of(r)->size;
}

static void c_set(Ring *r, void *z, const void *x)
{
    Ring *b = base_of(r);
    b->set(b, re(z), re(x));
    b->set(b, im(r, z), im(r, x));
}

static void c_rat(Ring *r, void *z, Rat q, bool *ok)
{
    Ring *b = base_of(r);
    b->set_rat(b, re(z), q, ok);
    b->sub(b, im(r, z), im(r, z), im(r, z));
}

static void c_add(Ring *r, void *z, const void *x, const void *y)
{
    Ring *b = base_of(r);
    b->add(b, re(z), re(x), re(y));
    b->add(b, im(r, z), im(r, x), im(r, y));
}

static void c_sub(Ring *r, void *z, const void *x, const void *y)
{
    Ring *b = base_of(r);
    b->sub(b, re(z), re(x), re(y));
    b->sub(b, im(r, z), im(r, x), im(r, y));
}

static void c_mul(Ring *r, void *z, const void *x, const void *y)
{
    Ring *b = base_of(r);
    void *t = temps(r, 4);
    if (!t)
        return;
    void *p = temp(r, t, 0), *q = temp(r, t, 1), *s = temp(r, t, 2),
         *u = temp(r, t, 3);
    b->mul(b, p, re(x), re(y));
    b->mul(b, q, im(r, x), im(r, y));
    b->mul(b, s, re(x), im(r, y));
    b->mul(b, u, im(r, x), re(y));
    b->sub(b, re(z), p, q);
    b->add(b, im(r, z), s, u);
}

/* re^2 + im^2 */
static void norm2(Ring *r, void *t, const void *x)
{
    Ring *b = base_of(r);
    void *s = temps(r, 1);
    if (!s)
        return;
    b->mul(b, s, im(r, x), im(r, x));
    b->mul(b, t, re(x), re(x));
    b->add(b, t, t, s);
}

void ring_conj(Ring *r, void *z, const void *x)
{
    if (r->parts < 2) {
        r->set(r, z, x);
        return;
    }
    Ring *b = base_of(r);
    void *t = temps(r, 1); /* zero */
    b->set(b, re(z), re(x));
    if (t)
        b->sub(b, im(r, z), t, im(r, x));
}

static bool c_inv(Ring *r, void *z, const void *x)
{
    Ring *b = base_of(r);
    void *t = temps(r, 2);
    if (!t)
        return false;
    norm2(r, t, x);
    if (!b->inv(b, temp(r, t, 1), t))
        return false;
    b->mul(b, re(z), re(x), temp(r, t, 1));
    b->mul(b, im(r, z), im(r, x), temp(r, t, 1));
    ring_conj(r, z, z);
    return true;
}

static double c_pivot(Ring *r, const void *x)
{
    Ring *b = base_of(r);
    void *t = temps(r, 1);
    if (!t)
        return 0;
    norm2(r, t, x);
    return b->pivot(b, t);
}

static void c_random(Ring *r, void *z)
{
    Ring *b = base_of(r);
    b->mode = r->mode;
    b->small = r->small;
    b->random(b, re(z));
    if (!r->draws_real)
        b->random(b, im(r, z));
}

static bool is_real(Ring *r, const void *x)
{
    return base_of(r)->is_zero(base_of(r), im(r, x));
}

/* f(re)*g(im) */
static bool times(Ring *r, void *z, OpId f, const void *a, OpId g,
                  const void *c)
{
    Ring *b = base_of(r);
    void *t = temps(r, 2);
    if (!t || !b->fun(b, t, f, a, NULL) ||
        !b->fun(b, temp(r, t, 1), g, c, NULL))
        return false;
    b->mul(b, z, t, temp(r, t, 1));
    return true;
}

static void negate(Ring *r, void *x)
{
    void *zero = temps(r, 1);
    if (zero)
        base_of(r)->sub(base_of(r), x, zero, x);
}

/* f(x)/g(x) */
static bool quotient(Ring *r, void *z, OpId f, OpId g, const void *x)
{
    void *t = r->vec(r, 2);
    void *u = t ? (char *)t + r->size : NULL;
    if (!t || !r->fun(r, t, f, x, NULL) || !r->fun(r, u, g, x, NULL) ||
        !r->inv(r, u, u))
        return false;
    r->mul(r, z, t, u);
    return true;
}

static bool half(Ring *r, void *z)
{
    Ring *b = base_of(r);
    bool ok = true;
    void *t = temps(r, 1);
    if (!t)
        return false;
    b->set_rat(b, t, (Rat){.num = 1, .den = 2}, &ok);
    b->mul(b, z, z, t);
    return ok;
}

/* |x| */
static bool modulus(Ring *r, void *z, const void *x)
{
    Ring *b = base_of(r);
    void *t = temps(r, 1);
    if (!t)
        return false;
    norm2(r, t, x);
    return b->fun(b, z, OP_SQRT, t, NULL);
}

/* Principal, right of the imaginary axis: with s = sqrt((|x| + re)/2) it is
 * s + i*im/(2*s). */
static bool c_sqrt(Ring *r, void *z, const void *x)
{
    Ring *b = base_of(r);
    void *t = temps(r, 3);
    void *s = t, *u = t ? temp(r, t, 1) : NULL, *v = t ? temp(r, t, 2) : NULL;
    if (!t || !modulus(r, u, x))
        return false;
    b->add(b, u, u, re(x));
    if (!half(r, u) || !b->fun(b, s, OP_SQRT, u, NULL) || !b->inv(b, v, s))
        return false;
    b->mul(b, v, v, im(r, x));
    b->set(b, re(z), s);
    b->set(b, im(r, z), v);
    return half(r, im(r, z));
}

/* z += pi or z -= pi, by the sign of im. */
static bool half_turn(Ring *r, void *z, const void *im)
{
    Ring *b = base_of(r);
    void *p = temps(r, 2);
    if (!p || !b->pi(b, p) ||
        !b->fun(b, temp(r, p, 1), OP_SIGN, im, NULL))
        return false;
    b->mul(b, p, p, temp(r, p, 1));
    b->add(b, z, z, p);
    return true;
}

/* log|x| + i*atan(im/re), half a turn further left of the imaginary axis.
 * In a field there is no left, and the slope is the same. */
static bool c_log(Ring *r, void *z, const void *x)
{
    Ring *b = base_of(r);
    void *t = temps(r, 4);
    void *q = t ? temp(r, t, 1) : NULL, *y = t ? temp(r, t, 2) : NULL;
    if (!t || !b->inv(b, q, re(x)))
        return false;
    norm2(r, t, x);
    b->mul(b, q, q, im(r, x));
    bool right = b->is_positive(b, re(x));
    b->set(b, y, im(r, x));
    return b->fun(b, re(z), OP_LOG, t, NULL) && half(r, re(z)) &&
           b->fun(b, im(r, z), OP_ATAN, q, NULL) &&
           (right || half_turn(r, im(r, z), y));
}

/* 1 +- y, y - 1 */
static void shift(Ring *r, void *z, int64_t by)
{
    Ring *b = base_of(r);
    bool ok = true;
    void *t = temps(r, 1);
    if (!t)
        return;
    b->set_rat(b, t, rat_int(by), &ok);
    b->add(b, re(z), re(z), t);
}

static bool by_parts(Ring *r, void *z, OpId op, const void *x)
{
    const void *a = re(x), *b = im(r, x);
    switch (op) {
    case OP_EXP:
        return times(r, re(z), OP_EXP, a, OP_COS, b) &&
               times(r, im(r, z), OP_EXP, a, OP_SIN, b);
    case OP_SIN:
        return times(r, re(z), OP_SIN, a, OP_COSH, b) &&
               times(r, im(r, z), OP_COS, a, OP_SINH, b);
    case OP_COS:
        if (!times(r, re(z), OP_COS, a, OP_COSH, b) ||
            !times(r, im(r, z), OP_SIN, a, OP_SINH, b))
            return false;
        negate(r, im(r, z));
        return true;
    case OP_SINH:
        return times(r, re(z), OP_SINH, a, OP_COS, b) &&
               times(r, im(r, z), OP_COSH, a, OP_SIN, b);
    case OP_COSH:
        return times(r, re(z), OP_COSH, a, OP_COS, b) &&
               times(r, im(r, z), OP_SINH, a, OP_SIN, b);
    case OP_ABS:
        return modulus(r, re(z), x);
    case OP_SQRT:
        return c_sqrt(r, z, x);
    case OP_LOG:
        return c_log(r, z, x);
    default:
        return false;
    }
}

static bool c_fun(Ring *r, void *z, OpId op, const void *x, const void *y)
{
    Ring *b = base_of(r);
    void *t = r->vec(r, 1);
    bool ok;
    b->step = r->step;
    if (!t)
        return false;
    if (is_real(r, x) && (!y || is_real(r, y))) {
        ok = b->fun(b, re(t), op, re(x), y ? re(y) : NULL);
    } else if (op == OP_TAN) {
        ok = quotient(r, t, OP_SIN, OP_COS, x);
    } else if (op == OP_TANH) {
        ok = quotient(r, t, OP_SINH, OP_COSH, x);
    } else if (op == OP_EXPM1) {
        ok = by_parts(r, t, OP_EXP, x);
        shift(r, t, -1);
    } else if (op == OP_LOG1P) {
        c_set(r, t, x);
        shift(r, t, 1);
        ok = by_parts(r, t, OP_LOG, t);
    } else if (op == OP_SIGMOID) { /* 1/(1 + exp(-x)) */
        void *m = r->vec(r, 1);
        if (m)
            c_sub(r, m, m, x);
        ok = m && by_parts(r, t, OP_EXP, m);
        shift(r, t, 1);
        ok = ok && c_inv(r, t, t);
    } else {
        ok = by_parts(r, t, op, x);
    }
    if (ok)
        c_set(r, z, t);
    r->hashed = b->hashed;
    r->rooted = b->rooted;
    return ok;
}

static bool c_pi(Ring *r, void *z)
{
    Ring *b = base_of(r);
    bool ok = b->pi(b, re(z));
    r->hashed = b->hashed;
    r->rooted = b->rooted;
    return ok;
}

static void c_print(Ring *r, Buf *b, const void *x)
{
    Ring *base = base_of(r);
    Buf i;
    base->print(base, b, re(x));
    buf_init(&i, r->ctx->arena);
    base->print(base, &i, im(r, x));
    const char *s = buf_text(&i);
    if (s && strcmp(s, "0") != 0)
        buf_printf(b, " %c %si", *s == '-' ? '-' : '+', s + (*s == '-'));
}

static bool c_zero(Ring *r, const void *x)
{
    Ring *b = base_of(r);
    return b->is_zero(b, re(x)) && b->is_zero(b, im(r, x));
}

static bool c_positive(Ring *r, const void *x)
{
    return is_real(r, x) && base_of(r)->is_positive(base_of(r), re(x));
}

void ring_make_real(Ring *r, void *z)
{
    if (r->parts == 2)
        base_of(r)->sub(base_of(r), im(r, z), im(r, z), im(r, z));
}

void ring_set_imaginary(Ring *r, void *z)
{
    void *one = r->vec(r, 1);
    bool ok = r->parts == 2 && one;
    if (!ok)
        return;
    c_rat(r, one, rat_int(1), &ok);
    c_rat(r, z, rat_int(0), &ok);
    base_of(r)->set(base_of(r), im(r, z), re(one));
}

Ring *complex_ring(Ring *base)
{
    Ring *r = base ? ARENA_NEW(base->ctx->arena, Ring) : NULL;
    Pair *p = base ? ARENA_NEW(base->ctx->arena, Pair) : NULL;
    if (!r || !p)
        return NULL;
    p->base = base;
    *r = (Ring){.ctx = base->ctx, .rng = base->rng, .size = 2 * base->size,
                .parts = 2, .part_size = base->size, .state = p,
                .base = base, .step = base->step, .vec = c_vec, .set = c_set,
                .set_rat = c_rat, .add = c_add, .sub = c_sub, .mul = c_mul,
                .inv = c_inv, .pivot = c_pivot, .fun = c_fun, .pi = c_pi,
                .random = c_random, .is_zero = c_zero, .print = c_print,
                .is_positive = c_positive};
    return r;
}
