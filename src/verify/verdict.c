/* verdict.c: a claim tried at points: the exact oracle first, then the
 * multi-precision one.
 *
 * One trial: draw sizes and values; move the variables in random directions;
 * take the moved value of the input (its dual part, or a central difference);
 * contract the answer with the same directions; compare.  The two sides share
 * the evaluator and nothing else. */
#include "verify/ring.h"

#include <math.h>
#include <string.h>

typedef enum Outcome { AGREE, DIFFER, NO_POINT, UNABLE } Outcome;

typedef struct Trial {
    Ctx *ctx;
    const Claim *c;
    const Names *names;
    Ring *ring;
    bool exact;
    Eval base;         /* sizes, values at the point */
    Mat *dir[8];       /* directions of the variables */
    double digits;
    double size;       /* of the input's value */
} Trial;

static const Sym *var_sym(const Tree *v)
{
    return v->op == OP_INDEX ? v->kid[0]->sym : v->sym;
}

/* --- the point */

static bool draw_directions(Trial *t)
{
    Ring *r = t->ring;
    for (unsigned i = 0; i < t->c->nvars; i++) {
        const Tree *v = t->c->var[i];
        if (v->op == OP_SYM) {
            t->dir[i] = draw_value(&t->base, v->sym, true);
        } else { /* one entry moves by 1 */
            const Mat *x = ptrmap_get(&t->base.value, v->kid[0]->sym);
            Mat *u = x ? mat_new(r, x->rows, x->cols) : NULL;
            int64_t at_[2] = {1, 1};
            bool ok = u != NULL;
            for (uint32_t k = 1; k < v->nkids && ok; k++) {
                const Tree *ix = v->kid[k];
                ok = ix->op == OP_NUM
                         ? (at_[k - 1] = ix->num.num, true)
                     : ix->op == OP_INT
                         ? eval_dim(&t->base, ix->dim, &at_[k - 1])
                         : eval_lookup(&t->base, ix->sym->name, &at_[k - 1]);
            }
            if (ok && v->nkids == 2 && u->rows == 1) {
                at_[1] = at_[0];
                at_[0] = 1;
            }
            if (!ok || at_[0] < 1 || at_[1] < 1 ||
                (size_t)at_[0] > u->rows || (size_t)at_[1] > u->cols)
                return false;
            r->set_rat(r, at(r, u, (size_t)at_[0] - 1, (size_t)at_[1] - 1),
                       rat_int(1), &ok);
            t->dir[i] = u;
        }
        if (!t->dir[i])
            return false;
    }
    return true;
}

static bool draw_point(Trial *t, unsigned draw)
{
    eval_init(&t->base, t->ring);
    draw_sizes(&t->base, t->names, draw, &t->ring->rng);
    for (unsigned i = 0; i < t->names->nsyms; i++) {
        const Sym *s = t->names->sym[i];
        Mat *m = draw_value(&t->base, s, s->differential);
        if (!m || !ptrmap_put(&t->base.value, s, m))
            return false;
    }
    for (unsigned i = 0; i < t->c->nvars; i++) {
        const Sym *s = var_sym(t->c->var[i]);
        if (ptrmap_get(&t->base.value, s))
            continue;
        Mat *m = draw_value(&t->base, s, false);
        if (!m || !ptrmap_put(&t->base.value, s, m))
            return false;
    }
    return draw_directions(t);
}

/* A fresh evaluation at the same point. */
static void eval_copy(const Trial *t, Eval *e)
{
    eval_init(e, t->ring);
    memcpy(e->env, t->base.env, sizeof e->env);
    e->nenv = t->base.nenv;
    for (size_t i = 0; i < t->base.value.cap; i++)
        if (t->base.value.key[i])
            ptrmap_put(&e->value, t->base.value.key[i],
                       t->base.value.value[i]);
}

/* --- the moved input */

static unsigned order_of(const Claim *c)
{
    return c->form == CLAIM_EQUAL ? 0 : c->order;
}

/* Which perturbation variable v moves with: e1 for the first derivative, e2
 * for the second. */
static int part_of(const Claim *c, unsigned v)
{
    return c->order == 2 && v == 1 ? 2 : 1;
}

static const Mat *moved_exact(Trial *t)
{
    Ring *r = t->ring;
    Eval e;
    eval_copy(t, &e);
    for (unsigned v = 0; v < t->c->nvars; v++) {
        const Sym *s = var_sym(t->c->var[v]);
        const Mat *x = ptrmap_get(&e.value, s);
        Mat *y = mat_new(r, x->rows, x->cols);
        for (size_t i = 0; y && i < x->rows * x->cols; i++) {
            void *z = y->e + i * r->size;
            r->set(r, z, x->e + i * r->size);
            field_set_part(z, part_of(t->c, v),
                           field_part(t->dir[v]->e + i * r->size, 0));
        }
        if (!y || !ptrmap_put(&e.value, s, y))
            return NULL;
    }
    const Mat *f = eval(&e, t->c->input);
    t->base.unable = t->base.unable || e.unable;
    Mat *d = f ? mat_new(r, f->rows, f->cols) : NULL;
    int part = order_of(t->c) == 0 ? 0 : order_of(t->c) == 1 ? 1 : 3;
    for (size_t i = 0; d && i < f->rows * f->cols; i++)
        field_set_part(d->e + i * r->size, 0,
                       field_part(f->e + i * r->size, part));
    return d;
}

/* The input with variables of e1 moved by s1 steps, of e2 by s2. */
static const Mat *stepped(Trial *t, int s1, int s2)
{
    Ring *r = t->ring;
    Eval e;
    eval_copy(t, &e);
    for (unsigned v = 0; v < t->c->nvars; v++) {
        int s = part_of(t->c, v) == 1 ? s1 : s2;
        const Sym *sym = var_sym(t->c->var[v]);
        const Mat *x = ptrmap_get(&e.value, sym);
        Mat *y = x ? mat_new(r, x->rows, x->cols) : NULL;
        for (size_t i = 0; y && i < x->rows * x->cols; i++)
            ball_set_step(r, y->e + i * r->size, x->e + i * r->size,
                          t->dir[v]->e + i * r->size, s);
        if (!y || !ptrmap_put(&e.value, sym, y))
            return NULL;
    }
    const Mat *f = eval(&e, t->c->input);
    t->base.unable = t->base.unable || e.unable;
    for (size_t i = 0; f && i < f->rows * f->cols; i++)
        t->size = fmax(t->size, ball_size(f->e + i * r->size));
    return f;
}

static const Mat *moved_ball(Trial *t)
{
    Ring *r = t->ring;
    unsigned order = order_of(t->c);
    const Mat *d;
    if (order == 0) {
        Eval e;
        eval_copy(t, &e);
        d = eval(&e, t->c->input);
        t->base.unable = t->base.unable || e.unable;
        return d;
    }
    if (order == 1)
        d = mat_add(r, stepped(t, 1, 1), stepped(t, -1, -1), true);
    else
        d = mat_add(r, mat_add(r, stepped(t, 1, 1), stepped(t, 1, -1), true),
                    mat_add(r, stepped(t, -1, 1), stepped(t, -1, -1), true),
                    true);
    Mat *z = d ? mat_new(r, d->rows, d->cols) : NULL;
    for (size_t i = 0; z && i < d->rows * d->cols; i++)
        ball_unstep(r, z->e + i * r->size, d->e + i * r->size, order);
    return z;
}

/* --- the answer, contracted with the directions */

static Mat *inner(Ring *r, const Mat *a, const Mat *b)
{
    Mat *m = mat_new(r, 1, 1);
    void *t = r->vec(r, 1);
    if (!m || !t || !a || !b || a->rows * a->cols != b->rows * b->cols)
        return NULL;
    for (size_t i = 0; i < a->rows * a->cols; i++) {
        r->mul(r, t, a->e + i * r->size, b->e + i * r->size);
        r->add(r, m->e, m->e, t);
    }
    return m;
}

/* Columns under one another. */
static Mat *vectorised(Ring *r, const Mat *a)
{
    Mat *m = a ? mat_new(r, a->rows * a->cols, 1) : NULL;
    for (size_t j = 0; m && j < a->cols; j++)
        for (size_t i = 0; i < a->rows; i++)
            r->set(r, at(r, m, j * a->rows + i, 0), at(r, a, i, j));
    return m;
}

static const Mat *answer_at(Trial *t, Eval *e)
{
    const Mat *a = eval(e, t->c->answer);
    t->base.unable = t->base.unable || e->unable;
    return a;
}

/* Sum over the variables' indices of answer times directions, for every
 * value of F's own indices. */
typedef struct Entries {
    Trial *t;
    Eval e;
    size_t size[8], at[8];
    unsigned own; /* indices that are F's */
    Mat *out;
} Entries;

static bool entries_sizes(Entries *x)
{
    const Claim *c = x->t->c;
    unsigned used = 0;
    for (unsigned k = 0; k < c->nindex; k++) {
        int64_t v;
        if (!eval_dim(&x->t->base, c->index[k]->hi, &v))
            return false;
        x->size[k] = (size_t)v;
    }
    for (unsigned i = 0; i < c->nvars; i++)
        used += c->var[i]->op == OP_INDEX
                    ? 0
                    : (unsigned)!dim_is(c->var[i]->rows, 1) +
                          (unsigned)!dim_is(c->var[i]->cols, 1);
    x->own = c->nindex - used;
    return true;
}

static bool entries_add(Entries *x)
{
    Trial *t = x->t;
    Ring *r = t->ring;
    unsigned nenv = x->e.nenv, k = 0;
    size_t pos = 0;
    PtrMap fresh;
    ptrmap_init(&fresh, t->ctx->arena);
    x->e.local = &fresh;
    for (unsigned i = 0; i < t->c->nindex; i++)
        eval_bind(&x->e, t->c->index[i]->name, (int64_t)x->at[i] + 1);
    const Mat *a = answer_at(t, &x->e);
    x->e.nenv = nenv;
    if (!a)
        return false;
    for (; k < x->own; k++)
        pos = pos * x->size[k] + x->at[k];
    void *p = r->vec(r, 1);
    if (!p)
        return false;
    r->set(r, p, a->e);
    for (unsigned v = 0; v < t->c->nvars; v++) {
        const Mat *u = t->dir[v];
        const Tree *var = t->c->var[v];
        size_t i = 0, j = 0;
        if (var->op == OP_INDEX)
            continue;
        if (!dim_is(var->rows, 1))
            i = x->at[k++];
        if (!dim_is(var->cols, 1))
            j = x->at[k++];
        r->mul(r, p, p, at(r, u, i, j));
    }
    r->add(r, x->out->e + pos * r->size, x->out->e + pos * r->size, p);
    return true;
}

static Mat *entries(Trial *t)
{
    Entries *x = ARENA_NEW(t->ctx->arena, Entries);
    size_t n = 1, total = 1;
    if (!x)
        return NULL;
    x->t = t;
    eval_copy(t, &x->e);
    if (!entries_sizes(x))
        return NULL;
    for (unsigned k = 0; k < t->c->nindex; k++) {
        total *= x->size[k];
        if (k < x->own)
            n *= x->size[k];
    }
    x->out = mat_new(t->ring, n, 1);
    for (size_t s = 0; x->out && s < total; s++) {
        size_t rest = s;
        for (unsigned k = t->c->nindex; k-- > 0; rest /= x->size[k])
            x->at[k] = rest % x->size[k];
        if (!entries_add(x))
            return NULL;
    }
    return x->out;
}

static Mat *contracted(Trial *t)
{
    Ring *r = t->ring;
    const Claim *c = t->c;
    Eval e;
    const Mat *a;
    if (c->form == CLAIM_ENTRIES)
        return entries(t);
    eval_copy(t, &e);
    for (unsigned v = 0; v < c->nvars; v++)
        if (c->dir[v])
            ptrmap_put(&e.value, c->dir[v], t->dir[v]);
    a = answer_at(t, &e);
    if (!a)
        return NULL;
    Mat *u = t->dir[0], *w = t->dir[1];
    switch (c->form) {
    case CLAIM_EQUAL:
        return (Mat *)(uintptr_t)a;
    case CLAIM_GRADIENT:
        if (c->transposed)
            a = mat_transpose(r, a);
        if (!a || a->rows != u->rows || a->cols != u->cols)
            return NULL;
        return inner(r, a, u);
    case CLAIM_JACOBIAN:
        return mat_mul(r, a, vectorised(r, u));
    case CLAIM_DIRECT:
        for (unsigned v = 0; a && v < c->nvars; v++)
            if (c->var[v]->op == OP_SYM)
                a = mat_scale(r, a, t->dir[v]->e);
        return (Mat *)(uintptr_t)a;
    case CLAIM_KRON:
        if (c->order == 1)
            return mat_mul(r, a, vectorised(r, u));
        return mat_mul(r, mat_transpose(r, vectorised(r, u)),
                       mat_mul(r, a, vectorised(r, w)));
    case CLAIM_DIFFERENTIAL:
        return c->order == 1 ? (Mat *)(uintptr_t)a : inner(r, a, u);
    case CLAIM_BILINEAR:
        return (Mat *)(uintptr_t)a;
    case CLAIM_HESSIAN:
        return mat_mul(r, mat_transpose(r, vectorised(r, u)),
                       mat_mul(r, a, vectorised(r, w)));
    case CLAIM_MIXED: {
        bool first = u->rows * u->cols == 1 || c->var[0]->op == OP_INDEX;
        Mat *m = inner(r, a, first ? w : u);
        const Mat *s = first ? u : w;
        if (m && c->var[first ? 0 : 1]->op == OP_SYM)
            m = mat_scale(r, m, s->e);
        return m;
    }
    case CLAIM_ENTRIES:
        break;
    }
    return NULL;
}

/* --- comparison: kron and entries speak of vec(F), the rest of F itself */

static bool equal_exact(const Ring *r, const Mat *a, const Mat *b)
{
    for (size_t i = 0; i < a->rows * a->cols; i++)
        if (field_part(a->e + i * r->size, 0) !=
            field_part(b->e + i * r->size, 0))
            return false;
    return true;
}

/* Relative to the larger of the two.  A zero has no size: below `size` (the
 * input's) by this factor both are what the difference leaves of a zero, whose
 * error is some 2^-230 of the input (step 2^-120, 512 bits). */
#define ZERO_FLOOR 0x1p-100

static double equal_digits(Ring *r, const Mat *a, const Mat *b, double size)
{
    double scale = size * ZERO_FLOOR, least = 1e9;
    for (size_t i = 0; i < a->rows * a->cols; i++)
        scale = fmax(scale, fmax(ball_size(a->e + i * r->size),
                                 ball_size(b->e + i * r->size)));
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
    const Mat *e = moved_ball(t);
    r->step = step;
    if (e && t->c->form == CLAIM_KRON && t->c->order == 1)
        e = vectorised(r, e);
    return e && equal_digits(r, d, e, t->size) >= 20;
}

static Outcome try_once(Trial *t, unsigned draw)
{
    Ring *r = t->ring;
    t->size = 0;
    if (!draw_point(t, draw))
        return NO_POINT;
    const Mat *d = t->exact ? moved_exact(t) : moved_ball(t);
    const Mat *a = d ? contracted(t) : NULL;
    if (t->base.unable)
        return UNABLE;
    if (!d || !a)
        return NO_POINT;
    if (t->c->form == CLAIM_KRON && t->c->order == 1)
        d = vectorised(r, d);
    if (!d || a->rows * a->cols != d->rows * d->cols)
        return DIFFER;
    if (t->exact)
        return equal_exact(r, a, d) ? AGREE : DIFFER;
    double digits = equal_digits(r, a, d, t->size);
    if (digits < 30)
        return digits < 12 && steady(t, d) ? DIFFER : NO_POINT;
    t->digits = fmin(t->digits, digits);
    return AGREE;
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

enum { DRAWS = 3, TRIES = 40 };

Report verify_field(Ctx *ctx, const Claim *c, uint64_t seed)
{
    Report rep = {.verdict = UNDECIDED, .oracle = "finite field"};
    Names *names = ARENA_NEW(ctx->arena, Names);
    Trial *t = ARENA_NEW(ctx->arena, Trial);
    Ring *r = field_ring(ctx, seed);
    if (!names || !t || !r || !names_of(ctx, c, names))
        return rep;
    *t = (Trial){.ctx = ctx, .c = c, .names = names, .ring = r,
                 .exact = true};
    double degree = 0;
    for (unsigned k = 0; k < TRIES && rep.draws < DRAWS; k++) {
        Outcome o = try_once(t, k);
        if (ctx_failed(ctx) || o == UNABLE)
            return rep;
        if (o == NO_POINT)
            continue;
        rep.points++;
        if (o == DIFFER) {
            rep.verdict = r->hashed ? UNDECIDED : REFUTED;
            rep.where = where(t, seed);
            return rep;
        }
        rep.draws++;
        degree = fmax(degree, degree_of(&t->base, c->input) +
                                  degree_of(&t->base, c->answer));
    }
    rep.verdict = rep.draws == DRAWS ? PROVED
                  : rep.points       ? UNDECIDED
                                     : UNDEFINED;
    rep.log2_error = rep.draws * (log2(2 * degree + 2) - 61);
    if (rep.log2_error > -40)
        rep.verdict = UNDECIDED;
    if (r->hashed)
        rep.oracle = "finite field with uninterpreted functions";
    return rep;
}

Report verify_ball(Ctx *ctx, const Claim *c, uint64_t seed)
{
    Report rep = {.verdict = UNDECIDED, .oracle = "multi-precision"};
    Names *names = ARENA_NEW(ctx->arena, Names);
    Trial *t = ARENA_NEW(ctx->arena, Trial);
    Ring *r = ball_ring(ctx, seed);
    if (!names || !t || !r || !names_of(ctx, c, names))
        return rep;
    *t = (Trial){.ctx = ctx, .c = c, .names = names, .ring = r,
                 .digits = 1e9};
    for (unsigned k = 0; k < TRIES && rep.draws < DRAWS; k++) {
        r->mode = (int)(k % 12);
        Outcome o = try_once(t, k);
        if (ctx_failed(ctx) || o == UNABLE)
            break;
        if (o == NO_POINT)
            continue;
        rep.points++;
        if (o == DIFFER) {
            rep.verdict = REFUTED;
            rep.where = where(t, seed);
            break;
        }
        rep.draws++;
    }
    ball_free(r);
    rep.digits = t->digits > 400 ? 100 : t->digits;
    if (rep.verdict == UNDECIDED && rep.draws == DRAWS)
        rep.verdict = PROVED;
    else if (rep.points == 0 && !t->base.unable)
        rep.verdict = UNDEFINED;
    return rep;
}

Report verify_claim(Ctx *ctx, const Claim *c, uint64_t seed)
{
    Report a = verify_field(ctx, c, seed);
    if (ctx_failed(ctx) || a.verdict == PROVED || a.verdict == REFUTED)
        return a;
    Report b = verify_ball(ctx, c, seed + 1);
    return b;
}
