/* verdict.c: a claim tried at points: the exact oracle first, then the
 * multi-precision one.
 *
 * One trial: draw sizes and values; move the variables in random directions;
 * take the moved value of the input (its dual part, or a central difference);
 * contract the answer with the same directions; compare.  The two sides share
 * the evaluator and nothing else. */
#include "verify/trial.h"

#include <math.h>

typedef enum Outcome { AGREE, DIFFER, NO_POINT, UNABLE } Outcome;

/* --- comparison: kron and entries speak of vec(F), the rest of F itself */

static bool equal_exact(const Ring *r, const Mat *a, const Mat *b)
{
    for (size_t i = 0; i < a->rows * a->cols; i++)
        for (unsigned k = 0; k < r->parts; k++)
            if (field_part(ring_part(r, a->e + i * r->size, k), 0) !=
                field_part(ring_part(r, b->e + i * r->size, k), 0))
                return false;
    return true;
}

/* Relative to the larger of the two.  A zero has no size: below `size` (the
 * input's) by this factor both are what the difference leaves of a zero, whose
 * error is some 2^-230 of the input (step 2^-120, 512 bits). */
#define ZERO_FLOOR 0x1p-100

static double largest_entry(Ring *r, const Mat *a, const Mat *b)
{
    double most = 0;
    for (size_t i = 0; i < a->rows * a->cols; i++)
        most = fmax(most, fmax(ball_size(r, a->e + i * r->size),
                               ball_size(r, b->e + i * r->size)));
    return most;
}

static double equal_digits(Ring *r, const Mat *a, const Mat *b, double size)
{
    double scale = fmax(size * ZERO_FLOOR, largest_entry(r, a, b));
    double least = 1e9;
    const double unclear = 20; /* neither equal nor different */
    if (!isfinite(scale)) /* beyond a double's range */
        return unclear;
    for (size_t i = 0; i < a->rows * a->cols; i++)
        least = fmin(least, ball_digits(r, a->e + i * r->size,
                                        b->e + i * r->size, scale));
    return least;
}

/* Does another step give the same difference?  Where the function moves too
 * wildly for the step, a difference says nothing. */
static bool steady(Trial *t, const Mat *d)
{
    Ring *r = t->ring;
    int step = r->step;
    r->step = step + 7;
    const Mat *e = trial_moved(t);
    r->step = step;
    if (e && t->c->form == CLAIM_KRON && t->c->order == 1)
        e = vectorised(r, e);
    return e && equal_digits(r, d, e, t->size) >= 20;
}

/* Beside 1e40*sin(t), 30 digits say nothing of cos(t). */
static double digits_wanted(const Names *n)
{
    return 30 + (n->largest > 1e9 || n->least < 1e-9
                     ? log10(n->largest) - log10(n->least)
                     : 0);
}

/* A sum of saturated functions may be 0 to all digits and its slope 1e-200:
 * what is as small as that is lost in the differences. */
#define VISIBLE 0x1p-200

/* Are all entries known to so many digits of the largest? */
static bool is_sharp(Ring *r, const Mat *a, double largest)
{
    for (size_t i = 0; i < a->rows * a->cols; i++)
        if (ball_sharpness(r, a->e + i * r->size, largest) < 12)
            return false;
    return true;
}

static bool is_different(Trial *t, const Mat *a, const Mat *d, double digits)
{
    double largest = largest_entry(t->ring, a, d);
    return digits < 12 && largest > VISIBLE &&
           is_sharp(t->ring, a, largest) && is_sharp(t->ring, d, largest) &&
           (t->c->form == CLAIM_TAYLOR || steady(t, d));
}

static Outcome compare(Trial *t, const Mat *a, const Mat *d)
{
    if (a->rows * a->cols != d->rows * d->cols)
        return DIFFER;
    if (t->exact)
        return equal_exact(t->ring, a, d) ? AGREE : DIFFER;
    double digits = equal_digits(t->ring, a, d, t->size);
    if (digits < digits_wanted(t->names)) {
        t->unclear++;
        return is_different(t, a, d, digits) ? DIFFER : NO_POINT;
    }
    t->digits = fmin(t->digits, digits);
    return AGREE;
}

static Outcome try_taylor(Trial *t)
{
    const Mat *a, *b;
    Outcome o = AGREE;
    for (unsigned k = 0; k <= t->c->order + 1 && o == AGREE; k++) {
        bool both = taylor_pair(t, k, &a, &b);
        o = t->base.unable ? UNABLE : both ? compare(t, a, b) : NO_POINT;
    }
    return o;
}

static Outcome try_once(Trial *t, unsigned draw, unsigned pattern)
{
    Ring *r = t->ring;
    t->size = 0;
    if (!draw_point(t, draw, pattern)) {
        t->larger += t->base.narrow && draw % 5 != 3 && t->larger < 24;
        return NO_POINT;
    }
    if (t->c->form == CLAIM_TAYLOR)
        return try_taylor(t);
    const Mat *d = trial_moved(t);
    const Mat *a = d ? contracted(t) : NULL;
    if (t->base.unable)
        return UNABLE;
    if (!d || !a)
        return NO_POINT;
    if (t->c->form == CLAIM_KRON && t->c->order == 1)
        d = vectorised(r, d);
    if (!d)
        return NO_POINT;
    Outcome o = compare(t, a, d);
    if (o != AGREE || t->c->space == SPACE_ANY ||
        t->c->form != CLAIM_GRADIENT)
        return o;
    const Mat *p = NULL, *q = NULL;
    return residual(t, &p, &q) ? compare(t, p, q) : NO_POINT;
}

/* Is a dimension 1 at this point? */
static bool has_ones(const Trial *t)
{
    bool ones = false;
    for (unsigned i = 0; i < t->names->ndims; i++)
        ones = ones || t->base.env[i].value == 1;
    return ones;
}

/* Where a dimension is 1 many an equation holds: of such points a fourth, at
 * most, counts. */
static bool is_wanted(Trial *t, unsigned draws)
{
    bool ones = has_ones(t), large = true;
    for (unsigned i = 0; i < t->names->ndims; i++)
        large = large && t->base.env[i].value >= 3;
    t->large = t->large || large;
    if (ones && t->ones > draws / 4)
        return false;
    t->ones += ones;
    return true;
}

static const char *where(Trial *t, uint64_t seed)
{
    Buf b;
    buf_init(&b, t->ctx->arena);
    for (unsigned i = 0; i < t->base.nenv; i++)
        buf_printf(&b, "%s%s = %lld", i ? ", " : "", t->base.env[i].name,
                   (long long)t->base.env[i].value);
    buf_printf(&b, "%sseed = %llu", t->base.nenv ? ", " : "",
               (unsigned long long)seed);
    return buf_text(&b);
}

enum { DRAWS = 4, TRIES = 40, ROOT_DRAWS = 40, SIGN_DRAWS = 24 };
/* A pattern of free indices (draw_patterns) is tried until it has a point, or
 * that often. */
enum { PATIENCE = 8 };

static unsigned larger(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

/* With true roots, whose signs are random, a claim might hold for the signs
 * that were drawn: sqrt(x^2) = x at half of the points. */
static unsigned draws_wanted(const Ring *r, const Names *n)
{
    return larger(r->rooted ? ROOT_DRAWS : DRAWS, draw_patterns(n));
}

/* So it is with functions that ask for a sign or have a domain in parts; and
 * an equality of functions must hold for both signs of everything. */
static unsigned points_wanted(const Ring *base, const Claim *c, const Names *n)
{
    unsigned want = base->kinked               ? SIGN_DRAWS
                    : c->form == CLAIM_EQUAL ? SIGN_DRAWS / 2
                                             : DRAWS;
    return larger(want, draw_patterns(n));
}

/* Thresholds such as that of relu(t - 100) lie within some range. */
static double range_of(const Names *n)
{
    return fmax(16, 4 * fmin(n->largest, 1e6));
}

static bool has_complex(const Claim *c)
{
    uint32_t flags = c->input->flags | c->answer->flags;
    for (unsigned i = 0; i < c->nvars; i++)
        flags |= c->var[i]->flags;
    return flags & TREE_COMPLEX;
}

/* Have the two sides values only where a dimension is 1, as pinv(x*y') and
 * adj(0) have?  There formulas for all sizes are not held against anything. */
static bool is_alone(const Trial *t, const Report *rep)
{
    return t->c->form != CLAIM_EQUAL && has_ones(t) && !t->large &&
           rep->draws == t->ones;
}

Report verify_field(Ctx *ctx, const Claim *c, uint64_t seed)
{
    Report rep = {.verdict = UNDECIDED, .oracle = "finite field"};
    Names *names = ARENA_NEW(ctx->arena, Names);
    Trial *t = ARENA_NEW(ctx->arena, Trial);
    Ring *r = field_ring(ctx, seed);
    if (has_complex(c))
        r = complex_ring(r);
    if (!names || !t || !r || !names_of(ctx, c, names))
        return rep;
    *t = (Trial){.ctx = ctx, .c = c, .names = names, .ring = r,
                 .exact = true};
    double degree = 0;
    unsigned vain = 0;
    bool alone = false;
    for (unsigned k = 0; k < TRIES + draws_wanted(r, names) &&
                         (rep.draws < draws_wanted(r, names) || !t->large);
         k++) {
        Outcome o = try_once(t, k, rep.draws + vain / PATIENCE);
        if (o == AGREE && !is_wanted(t, rep.draws))
            o = NO_POINT;
        vain += o == NO_POINT;
        if (ctx_failed(ctx) || o == UNABLE)
            return rep;
        if (o == NO_POINT)
            continue;
        rep.points++;
        if (o == DIFFER) {
            rep.where = where(t, seed);
            if ((alone = is_alone(t, &rep)))
                continue;
            rep.verdict = r->hashed ? UNDECIDED : REFUTED;
            return rep;
        }
        rep.draws++;
        degree = fmax(degree, degree_of(&t->base, c->input) +
                                  degree_of(&t->base, c->answer));
    }
    if (alone) {
        rep.verdict = !t->large ? UNDEFINED : r->hashed ? UNDECIDED : REFUTED;
        return rep;
    }
    rep.verdict = rep.draws >= draws_wanted(r, names) && t->large ? PROVED
                  : rep.points > t->ones ? UNDECIDED
                                     : UNDEFINED;
    rep.log2_error = rep.draws * (log2(2 * degree + 2) - 61);
    if (r->rooted) /* the signs alone */
        rep.log2_error = fmax(rep.log2_error, -(double)rep.draws);
    if (rep.log2_error > -40)
        rep.verdict = UNDECIDED;
    if (r->hashed)
        rep.oracle = "finite field with uninterpreted functions";
    return rep;
}

/* Where the domain is narrow, half of the points will do; not where the two
 * sides were mostly neither equal nor different. */
static bool is_enough(const Trial *t, const Report *rep, const Ring *base)
{
    unsigned want = points_wanted(base, t->c, t->names);
    return t->large && rep->draws >= DRAWS && 2 * rep->draws >= want &&
           rep->draws >= draw_patterns(t->names) && t->unclear <= rep->draws;
}

Report verify_ball(Ctx *ctx, const Claim *c, uint64_t seed)
{
    Report rep = {.verdict = UNDECIDED, .oracle = "multi-precision"};
    Names *names = ARENA_NEW(ctx->arena, Names);
    Trial *t = ARENA_NEW(ctx->arena, Trial);
    Ring *base = ball_ring(ctx, seed);
    Ring *r = has_complex(c) ? complex_ring(base) : base;
    if (!names || !t || !r || !names_of(ctx, c, names))
        return rep;
    *t = (Trial){.ctx = ctx, .c = c, .names = names, .ring = r,
                 .digits = 1e9};
    unsigned vain = 0, differ = 0;
    bool alone = false;
    /* a difference may be unlucky at one point, and then nothing is shown */
    unsigned differences = c->form == CLAIM_EQUAL ? 1 : 2;
    base->wide = range_of(names);
    base->fine = fmax(names->least, 1e-6);
    for (unsigned k = 0; k < TRIES + points_wanted(base, c, names) &&
                         (rep.draws < points_wanted(base, c, names) ||
                          !t->large);
         k++) {
        r->mode = (int)(k * 7 % MODES); /* all of them, mixed */
        Outcome o = try_once(t, k, rep.draws + vain / PATIENCE);
        if (o == AGREE && !is_wanted(t, rep.draws))
            o = NO_POINT;
        vain += o == NO_POINT;
        if (ctx_failed(ctx) || o == UNABLE)
            break;
        if (o == NO_POINT)
            continue;
        rep.points++;
        if (o == DIFFER) {
            rep.where = where(t, seed);
            if ((alone = is_alone(t, &rep)) || ++differ < differences) {
                rep.points -= !alone;
                continue;
            }
            rep.verdict = REFUTED;
            break;
        }
        rep.draws++;
    }
    ball_free(base);
    rep.digits = t->digits > 400 ? 100 : t->digits;
    if (alone && rep.verdict == UNDECIDED)
        rep.verdict = t->large ? REFUTED : UNDEFINED;
    else if (rep.verdict == UNDECIDED && !differ && is_enough(t, &rep, base))
        rep.verdict = PROVED;
    else if (rep.points == t->ones && !t->base.unable && !t->unclear)
        rep.verdict = UNDEFINED;
    return rep;
}

Report verify_claim(Ctx *ctx, const Claim *c, uint64_t seed)
{
    Report a = verify_field(ctx, c, seed);
    if (ctx_failed(ctx) || a.verdict == PROVED || a.verdict == REFUTED)
        return a;
    Report b = verify_ball(ctx, c, seed + 1);
    if (a.verdict == UNDEFINED && b.verdict == UNDECIDED)
        b.verdict = UNDEFINED; /* pinv(x*y'), which has no full rank */
    return b;
}
