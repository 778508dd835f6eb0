/* move.c: the input, moved: by dual numbers in a field, by central differences
 * in balls. */
#include "verify/trial.h"

#include <math.h>

static unsigned order_of(const Claim *c)
{
    return c->form == CLAIM_EQUAL ? 0 : c->order;
}

/* Which perturbations variable v moves with: 1 (e1) for the first derivative,
 * 2 (e2) for the second, as bits. */
static int parts_of(const Claim *c, unsigned v)
{
    return c->all ? 3 : c->order == 2 && v == 1 ? 2 : 1;
}

const Mat *moved_exact(Trial *t)
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
            for (int part = 1; part <= 2; part++)
                if (parts_of(t->c, v) & part)
                    field_set_part(z, part,
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
        int p = parts_of(t->c, v), s = (p & 1 ? s1 : 0) + (p & 2 ? s2 : 0);
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

const Mat *moved_ball(Trial *t)
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
        d = mat_add(r, stepped(t, 1, 0), stepped(t, -1, 0), true);
    else
        d = mat_add(r, mat_add(r, stepped(t, 1, 1), stepped(t, 1, -1), true),
                    mat_add(r, stepped(t, -1, 1), stepped(t, -1, -1), true),
                    true);
    Mat *z = d ? mat_new(r, d->rows, d->cols) : NULL;
    for (size_t i = 0; z && i < d->rows * d->cols; i++)
        ball_unstep(r, z->e + i * r->size, d->e + i * r->size, order);
    return z;
}
