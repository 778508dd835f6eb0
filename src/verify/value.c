/* value.c: the value of an expression at given numbers, in multi-precision. */
#include "verify/ring.h"

#include <string.h>

static bool set_given(Eval *e, const Given *g)
{
    Ring *r = e->ring;
    Mat *m = mat_new(r, g->rows, g->cols);
    if (!m)
        return false;
    for (size_t i = 0; i < g->rows; i++)
        for (size_t j = 0; j < g->cols; j++) {
            size_t k = j * g->rows + i;
            ball_set_double(ring_part(r, at(r, m, i, j), 0), g->re[k]);
            if (r->parts > 1 && g->im)
                ball_set_double(ring_part(r, at(r, m, i, j), 1), g->im[k]);
        }
    return ptrmap_put(&e->value, g->sym, m);
}

static bool get(Ctx *ctx, Ring *r, const Mat *m, Number *out)
{
    out->rows = m->rows;
    out->cols = m->cols;
    out->re = ARENA_ARRAY(ctx->arena, double, m->rows * m->cols + 1);
    out->im = ARENA_ARRAY(ctx->arena, double, m->rows * m->cols + 1);
    for (size_t i = 0; out->re && out->im && i < m->rows; i++)
        for (size_t j = 0; j < m->cols; j++) {
            size_t k = j * m->rows + i;
            out->re[k] = ball_double(ring_part(r, at(r, m, i, j), 0));
            if (r->parts > 1)
                out->im[k] = ball_double(ring_part(r, at(r, m, i, j), 1));
        }
    return out->re && out->im;
}

bool verify_value(Ctx *ctx, const Tree *t, const Given *given, size_t ngiven,
                  const GivenSize *size, size_t nsizes, Number *out)
{
    Ring *base = ball_ring(ctx, 1);
    bool complex = (t->flags & TREE_COMPLEX) != 0;
    for (size_t i = 0; i < ngiven; i++)
        complex |= given[i].im != NULL;
    Ring *r = complex && base ? complex_ring(base) : base;
    Eval *e = ARENA_NEW(ctx->arena, Eval);
    bool ok = r && e;
    memset(out, 0, sizeof *out);
    if (ok) {
        base->values = r->values = true;
        eval_init(e, r);
    }
    for (size_t i = 0; ok && i < nsizes && i < ENV_MAX; i++)
        eval_bind(e, size[i].name, size[i].value);
    for (size_t i = 0; ok && i < ngiven; i++)
        ok = set_given(e, &given[i]);
    const Mat *m = ok ? eval(e, t) : NULL;
    ok = m && get(ctx, r, m, out);
    ball_free(base);
    return ok && !ctx_failed(ctx);
}
