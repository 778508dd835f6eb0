/* counter.c: counter-examples to an equality, small ones first: sizes from 1
 * on, integers from -1..1 on, then as many zeros as it stands; numbers beyond
 * a threshold last. */
#include "verify/trial.h"

#include <string.h>

enum { MOST_SIZE = 4, MOST_INTEGER = 3, DRAWS = 10, MOST_SIZES = 256,
       FAR = 10000 };

typedef struct Search {
    Ctx *ctx;
    const Claim *c;
    Names names;
    Ring *ring;
    bool exact;
    Trial at; /* the point */
} Search;

/* --- one point */

static bool bind_sizes(Search *s, Eval *e, const unsigned *size)
{
    int64_t hi;
    for (unsigned i = 0; i < s->names.ndims; i++)
        eval_bind(e, s->names.dim[i], size[i]);
    for (unsigned i = 0; i < s->names.nintegers; i++)
        eval_bind(e, s->names.integer[i],
                  3 - (int64_t)rng_below(&s->ring->rng, 6));
    for (unsigned i = 0; i < s->names.nindices; i++) {
        const Sym *ix = s->names.index[i];
        if (!ix->hi || !eval_dim(e, ix->hi, &hi) || hi < 1)
            return false;
        eval_bind(e, ix->name,
                  1 + (int64_t)rng_below(&s->ring->rng, (uint64_t)hi));
    }
    return true;
}

static bool draw(Search *s, const unsigned *size)
{
    Eval *e = &s->at.base;
    eval_init(e, s->ring);
    if (!bind_sizes(s, e, size))
        return false;
    for (unsigned i = 0; i < s->names.nsyms; i++) {
        Mat *m = draw_value(e, s->names.sym[i], false);
        if (!m || !ptrmap_put(&e->value, s->names.sym[i], m))
            return false;
    }
    return true;
}

/* Both sides; false where one has no value. */
static bool sides(Search *s, const Mat **a, const Mat **b)
{
    Eval e;
    eval_copy(&s->at, &e);
    *a = eval(&e, s->c->input);
    *b = *a ? eval(&e, s->c->answer) : NULL;
    return *b != NULL;
}

static bool differ(Search *s)
{
    const Mat *a, *b;
    Ring *r = s->ring;
    bool some = false;
    if (!sides(s, &a, &b) || a->rows != b->rows || a->cols != b->cols)
        return false;
    for (size_t i = 0; i < a->rows * a->cols && !some; i++) {
        const void *x = a->e + i * r->size, *y = b->e + i * r->size;
        if (s->exact)
            for (unsigned k = 0; k < r->parts; k++)
                some = some || field_part(ring_part(r, x, k), 0) !=
                                   field_part(ring_part(r, y, k), 0);
        else
            some = ball_digits(r, x, y, ball_size(r, x) + ball_size(r, y) +
                                            1e-9) < 9;
    }
    return some && (s->exact ? !r->hashed : true);
}

/* --- smaller: zeros, then ones, entry by entry */

static void set_entry(Ring *r, Mat *m, size_t i, int64_t v)
{
    bool ok = true;
    r->set_rat(r, m->e + i * r->size, rat_int(v), &ok);
}

static void shrink(Search *s)
{
    Ring *r = s->ring;
    void *old = r->vec(r, 1);
    for (unsigned k = 0; old && k < s->names.nsyms; k++) {
        const Sym *y = s->names.sym[k];
        Mat *m = ptrmap_get(&s->at.base.value, y);
        bool plain = y->kind == SYM_QUANTITY &&
                     !(y->props & ~(uint32_t)PROP_INVERTIBLE);
        for (size_t i = 0; plain && i < m->rows * m->cols; i++)
            for (int64_t v = 0; v < 2; v++) {
                r->set(r, old, m->e + i * r->size);
                set_entry(r, m, i, v);
                if (differ(s))
                    break;
                r->set(r, m->e + i * r->size, old);
            }
    }
}

/* --- printing */

static const char *matrix_text(Search *s, const Mat *m)
{
    Buf b;
    bool scalar = m->rows == 1 && m->cols == 1;
    buf_init(&b, s->ctx->arena);
    buf_add(&b, scalar ? "" : "[");
    for (size_t i = 0; i < m->rows; i++)
        for (size_t j = 0; j < m->cols; j++) {
            buf_add(&b, j ? " " : i ? "; " : "");
            s->ring->print(s->ring, &b, at(s->ring, m, i, j));
        }
    buf_add(&b, scalar ? "" : "]");
    return buf_text(&b);
}

static bool report(Search *s, Counter *out)
{
    Buf b;
    const Mat *l, *r;
    const Eval *e = &s->at.base;
    if (!sides(s, &l, &r))
        return false;
    buf_init(&b, s->ctx->arena);
    for (unsigned i = 0; i < e->nenv; i++)
        buf_printf(&b, "%s%s = %ld", i ? ", " : "", e->env[i].name,
                   (long)e->env[i].value);
    for (unsigned k = 0; k < s->names.nsyms; k++) {
        const Sym *y = s->names.sym[k];
        if (y->kind != SYM_QUANTITY)
            continue;
        buf_printf(&b, "%s%s = %s", b.len ? ", " : "", y->name,
                   matrix_text(s, ptrmap_get(&e->value, y)));
    }
    out->point = buf_text(&b);
    out->left = matrix_text(s, l);
    out->right = matrix_text(s, r);
    return !ctx_failed(s->ctx);
}

/* --- the search */

/* The next sizes of the same largest one; false when there are no more. */
static bool next_sizes(unsigned *size, unsigned n, unsigned largest)
{
    for (;;) {
        unsigned i = 0, most = 0;
        while (i < n && size[i] == largest)
            size[i++] = 1;
        if (i == n)
            return false;
        size[i]++;
        for (unsigned k = 0; k < n; k++)
            most = size[k] > most ? size[k] : most;
        if (most == largest)
            return true;
    }
}

static bool search_sizes(Search *s, const unsigned *size, bool far)
{
    for (int small = far ? MOST_INTEGER * 4 : 1;
         small <= (far ? FAR : MOST_INTEGER); small = far ? small * 5
                                                          : small + 1) {
        s->ring->small = small;
        for (int k = 0; k < DRAWS; k++)
            if (draw(s, size) && differ(s))
                return true;
        if (ctx_failed(s->ctx) || s->at.base.unable)
            return false;
    }
    return false;
}

static bool search(Search *s, Counter *out, bool far)
{
    unsigned n = s->names.ndims, tried = 0;
    for (unsigned largest = 1; largest <= (far ? 2 : MOST_SIZE);
         largest++) {
        unsigned size[64];
        for (unsigned i = 0; i < n; i++)
            size[i] = 1;
        if (largest > 1 && (n == 0 || !next_sizes(size, n, largest)))
            return false;
        do {
            if (search_sizes(s, size, far)) {
                shrink(s);
                return report(s, out);
            }
            if (ctx_failed(s->ctx))
                return false;
        } while (++tried < MOST_SIZES && next_sizes(size, n, largest));
    }
    return false;
}

static bool is_complex(const Claim *c)
{
    return (c->input->flags | c->answer->flags) & TREE_COMPLEX;
}

static Search *search_new(Ctx *ctx, const Claim *c, Ring *base, bool exact)
{
    Search *s = ARENA_NEW(ctx->arena, Search);
    if (!s || !base)
        return NULL;
    s->ctx = ctx;
    s->c = c;
    s->exact = exact;
    s->ring = is_complex(c) ? complex_ring(base) : base;
    s->at.ring = s->ring;
    s->at.ctx = ctx;
    return s->ring && names_of(ctx, c, &s->names) ? s : NULL;
}

bool verify_counter(Ctx *ctx, const Claim *equal, uint64_t seed, Counter *out)
{
    Search *s = search_new(ctx, equal, field_ring(ctx, seed), true);
    if (s && search(s, out, false))
        return true;
    if (!s || ctx_failed(ctx))
        return false;
    Ring *balls = ball_ring(ctx, seed);
    s = search_new(ctx, equal, balls, false);
    bool found = s && (search(s, out, false) || search(s, out, true));
    ball_free(balls);
    return found;
}

unsigned verify_dimensions(Ctx *ctx, const Claim *equal, const char **first)
{
    Names *n = ARENA_NEW(ctx->arena, Names);
    if (!n || !names_of(ctx, equal, n) || n->ndims == 0)
        return 0;
    *first = n->dim[0];
    return n->ndims;
}

bool verify_at_size(Ctx *ctx, const Claim *equal, uint64_t seed, unsigned n)
{
    Ring *balls = ball_ring(ctx, seed);
    Search *s = search_new(ctx, equal, balls, false);
    unsigned size[64], agreed = 0, failed = 0;
    for (unsigned i = 0; i < 64; i++)
        size[i] = n;
    for (int k = 0; s && k < 60 && agreed < 24 && !failed; k++) {
        const Mat *a, *b;
        s->ring->mode = k % MODES;
        if (!draw(s, size) || !sides(s, &a, &b))
            continue;
        if (differ(s))
            failed++;
        else
            agreed++;
    }
    ball_free(balls);
    return !failed && agreed >= 8;
}
