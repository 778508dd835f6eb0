/* field.c: hyper-dual numbers a + b*e1 + c*e2 + d*e1*e2 modulo 2^61-1, with
 * ei^2 = 0.
 *
 * A rational expression evaluated at X + U*e1 + V*e2 carries its exact
 * derivatives in the directions U and V; no rule of calculus is used.
 * Functions that a field does not have are uninterpreted: the value is a
 * keyed hash of name and argument, the dual parts come from the slope in the
 * operator table.  A square root is a true root where there is one.
 * (Schwartz, J. ACM 27 (1980); Fike and Alonso, AIAA 2011-886.) */
#include "lang/lang.h"
#include "verify/ring.h"

#include <string.h>

static const uint64_t P = ((uint64_t)1 << 61) - 1;

typedef struct Num {
    uint64_t c[4];
} Num;

typedef struct Field {
    uint64_t key;
    PtrMap slopes; /* text -> Tree */
} Field;

uint64_t field_part(const void *x, int k)
{
    return ((const Num *)x)->c[k];
}

void field_set_part(void *z, int k, uint64_t v)
{
    ((Num *)z)->c[k] = v;
}

static uint64_t add61(uint64_t a, uint64_t b)
{
    uint64_t s = a + b;
    return s >= P ? s - P : s;
}

static uint64_t sub61(uint64_t a, uint64_t b)
{
    return a >= b ? a - b : a + P - b;
}

static uint64_t mul61(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 Wide;
    Wide w = (Wide)a * b;
    uint64_t s = ((uint64_t)w & P) + (uint64_t)(w >> 61);
    return s >= P ? s - P : s;
}

static uint64_t pow61(uint64_t a, uint64_t n)
{
    uint64_t r = 1;
    for (; n; n >>= 1) {
        if (n & 1)
            r = mul61(r, a);
        a = mul61(a, a);
    }
    return r;
}

static void *f_vec(Ring *r, size_t n)
{
    return arena_array(r->ctx->arena, n ? n : 1, sizeof(Num));
}

static void f_set(Ring *r, void *z, const void *x)
{
    (void)r;
    memmove(z, x, sizeof(Num));
}

static void f_rat(Ring *r, void *z, Rat q, bool *ok)
{
    (void)r;
    *(Num *)z = (Num){{rat_mod(q, P, ok), 0, 0, 0}};
}

static void f_add(Ring *r, void *z, const void *x, const void *y)
{
    const Num *a = x, *b = y;
    Num s;
    (void)r;
    for (int k = 0; k < 4; k++)
        s.c[k] = add61(a->c[k], b->c[k]);
    *(Num *)z = s;
}

static void f_sub(Ring *r, void *z, const void *x, const void *y)
{
    const Num *a = x, *b = y;
    Num s;
    (void)r;
    for (int k = 0; k < 4; k++)
        s.c[k] = sub61(a->c[k], b->c[k]);
    *(Num *)z = s;
}

static Num mul(const Num *a, const Num *b)
{
    Num s;
    s.c[0] = mul61(a->c[0], b->c[0]);
    if (!(a->c[1] | a->c[2] | a->c[3] | b->c[1] | b->c[2] | b->c[3])) {
        s.c[1] = s.c[2] = s.c[3] = 0;
        return s;
    }
    s.c[1] = add61(mul61(a->c[0], b->c[1]), mul61(a->c[1], b->c[0]));
    s.c[2] = add61(mul61(a->c[0], b->c[2]), mul61(a->c[2], b->c[0]));
    s.c[3] = add61(add61(mul61(a->c[0], b->c[3]), mul61(a->c[3], b->c[0])),
                   add61(mul61(a->c[1], b->c[2]), mul61(a->c[2], b->c[1])));
    return s;
}

static void f_mul(Ring *r, void *z, const void *x, const void *y)
{
    (void)r;
    *(Num *)z = mul(x, y);
}

/* 1/(a + n) = 1/a - n/a^2 + n^2/a^3, n nilpotent with n^3 = 0. */
static bool f_inv(Ring *r, void *z, const void *x)
{
    const Num *a = x;
    (void)r;
    if (a->c[0] == 0)
        return false;
    uint64_t i = pow61(a->c[0], P - 2);
    uint64_t i2 = mul61(i, i), i3 = mul61(i2, i);
    uint64_t bc = mul61(a->c[1], a->c[2]);
    Num s = {{i, sub61(0, mul61(a->c[1], i2)), sub61(0, mul61(a->c[2], i2)),
              sub61(mul61(add61(bc, bc), i3), mul61(a->c[3], i2))}};
    *(Num *)z = s;
    return true;
}

static double f_pivot(Ring *r, const void *x)
{
    (void)r;
    return ((const Num *)x)->c[0] ? 1.0 : 0.0;
}

static void f_random(Ring *r, void *z)
{
    if (r->small) {
        uint64_t k = rng_below(&r->rng, 2 * (uint64_t)r->small + 1);
        *(Num *)z = (Num){{add61(k, P - (uint64_t)r->small), 0, 0, 0}};
        return;
    }
    *(Num *)z = (Num){{rng_below(&r->rng, P), 0, 0, 0}};
}

/* --- functions */

static uint64_t hashed(Ring *r, const char *name, uint64_t x, uint64_t y)
{
    Field *f = r->state;
    r->hashed = true;
    uint64_t h = hash_mix(hash_mix(hash_mix(f->key, hash_bytes(name,
                                                               strlen(name))),
                                   x),
                          y);
    return h % P;
}

static const Tree *slope_tree(Ring *r, const char *text)
{
    Field *f = r->state;
    const char *key = ctx_intern(r->ctx, text, strlen(text));
    const Tree *t = key ? ptrmap_get(&f->slopes, key) : NULL;
    if (t || !key)
        return t;
    Scope *s = scope_new(r->ctx);
    Source src = {.text = key, .origin = "rule"};
    if (!s || !scope_declare(s, "a: scalar; b: scalar", 20))
        return NULL;
    src.parsed = lang_parse(r->ctx, key, strlen(key));
    if (!src.parsed || !lang_shape(s, &src, 1))
        return NULL;
    ptrmap_put(&f->slopes, key, (void *)(uintptr_t)src.shaped);
    return src.shaped;
}

/* The slope's value at a (and b), which have at most e1 parts. */
static bool slope_at(Ring *r, const char *text, const Num *a, const Num *b,
                     Num *z)
{
    const Tree *t = text ? slope_tree(r, text) : NULL;
    Eval e;
    if (!t)
        return false;
    eval_init(&e, r);
    size_t n = 0;
    const Tree *stack[64];
    stack[n++] = t;
    while (n) { /* bind the symbols a and b where they occur */
        const Tree *u = stack[--n];
        if (u->op == OP_SYM) {
            Mat *m = mat_new(r, 1, 1);
            const Num *v = u->sym->name[0] == 'a' ? a : b;
            if (!m || !v)
                return false;
            *(Num *)m->e = *v;
            ptrmap_put(&e.value, u->sym, m);
        }
        for (uint32_t k = 0; k < u->nkids && n < 60; k++)
            stack[n++] = u->kid[k];
    }
    const Mat *m = eval(&e, t);
    if (!m)
        return false;
    *z = *(const Num *)m->e;
    return true;
}

static bool pure(const Num *a)
{
    return !(a->c[1] | a->c[2] | a->c[3]);
}

/* f(x) of one argument: f(a) + f'(a)(b e1 + c e2 + d e12) + f''(a) b c e12,
 * where slope(a + b e1) = f'(a) + f''(a) b e1. */
static bool f_one(Ring *r, Num *z, const OpRecord *rec, const Num *x,
                  uint64_t value)
{
    /* The slope's own e1 part is needed only beside an e2 part. */
    Num low = {{x->c[0], x->c[2] ? x->c[1] : 0, 0, 0}}, g;
    *z = (Num){{value, 0, 0, 0}};
    if (pure(x))
        return true;
    if (!slope_at(r, rec->slope, &low, NULL, &g))
        return false;
    z->c[1] = mul61(g.c[0], x->c[1]);
    z->c[2] = mul61(g.c[0], x->c[2]);
    z->c[3] = add61(mul61(g.c[0], x->c[3]), mul61(g.c[1], x->c[2]));
    return true;
}

/* f(x, y): the parts by both slopes; the second order by their e1 parts. */
static bool f_two(Ring *r, Num *z, const OpRecord *rec, const Num *x,
                  const Num *y)
{
    bool both = x->c[2] || y->c[2];
    Num lx = {{x->c[0], both ? x->c[1] : 0, 0, 0}};
    Num ly = {{y->c[0], both ? y->c[1] : 0, 0, 0}};
    Num g, h;
    *z = (Num){{hashed(r, rec->name, x->c[0], y->c[0]), 0, 0, 0}};
    if (pure(x) && pure(y))
        return true;
    if (!slope_at(r, rec->slope, &lx, &ly, &g) ||
        !slope_at(r, rec->slope2, &lx, &ly, &h))
        return false;
    for (int k = 1; k < 4; k++)
        z->c[k] = add61(mul61(g.c[0], x->c[k]), mul61(h.c[0], y->c[k]));
    z->c[3] = add61(z->c[3], add61(mul61(g.c[1], x->c[2]),
                                   mul61(h.c[1], y->c[2])));
    return true;
}

/* A true root where the argument is a square (p = 3 mod 4). */
static uint64_t root(Ring *r, uint64_t a)
{
    uint64_t s = pow61(a, (P + 1) / 4);
    if (mul61(s, s) != a)
        return hashed(r, "sqrt", a, 0);
    r->hashed = r->rooted = true;
    return hashed(r, "sign", a, 0) & 1 ? P - s : s;
}

static bool f_fun(Ring *r, void *z, OpId op, const void *x, const void *y)
{
    const OpRecord *rec = op_record(op);
    const Num *a = x;
    Num out;
    bool two = op == OP_MAX || op == OP_MIN || op == OP_EPOW;
    if (two ? !f_two(r, &out, rec, a, y)
            : !f_one(r, &out, rec, a,
                     op == OP_SQRT ? root(r, a->c[0])
                                   : hashed(r, rec->name, a->c[0], 0)))
        return false;
    *(Num *)z = out;
    return true;
}

static bool f_pi(Ring *r, void *z)
{
    *(Num *)z = (Num){{hashed(r, "pi", 0, 0), 0, 0, 0}};
    return true;
}

/* The fraction of small terms that is x modulo p: the continued fraction of
 * x/p, stopped at the root of p (Wang, SYMSAC 1981). */
static void f_print(Ring *r, Buf *b, const void *x)
{
    int64_t r0 = (int64_t)P, r1 = (int64_t)((const Num *)x)->c[0];
    int64_t s0 = 0, s1 = 1;
    (void)r;
    while (r1 >= (int64_t)1 << 30) {
        int64_t q = r0 / r1, t = r0 - q * r1;
        r0 = r1;
        r1 = t;
        t = s0 - q * s1;
        s0 = s1;
        s1 = t;
    }
    if (s1 < 0) {
        s1 = -s1;
        r1 = -r1;
    }
    buf_printf(b, s1 == 1 ? "%ld" : "%ld/%ld", (long)r1, (long)s1);
}

static bool f_zero(Ring *r, const void *x)
{
    (void)r;
    return pure(x) && ((const Num *)x)->c[0] == 0;
}

static bool f_positive(Ring *r, const void *x)
{
    (void)r;
    (void)x;
    return true;
}

Ring *field_ring(Ctx *ctx, uint64_t seed)
{
    Ring *r = ARENA_NEW(ctx->arena, Ring);
    Field *f = ARENA_NEW(ctx->arena, Field);
    if (!r || !f)
        return NULL;
    *r = (Ring){.ctx = ctx,
                .rng = {seed},
                .size = sizeof(Num),
                .state = f,
                .vec = f_vec,
                .set = f_set,
                .set_rat = f_rat,
                .add = f_add,
                .sub = f_sub,
                .mul = f_mul,
                .inv = f_inv,
                .pivot = f_pivot,
                .fun = f_fun,
                .pi = f_pi,
                .random = f_random,
                .parts = 1,
                .part_size = sizeof(Num),
                .is_zero = f_zero,
                .print = f_print,
                .is_positive = f_positive};
    f->key = rng_next(&r->rng);
    ptrmap_init(&f->slopes, ctx->arena);
    return r;
}
