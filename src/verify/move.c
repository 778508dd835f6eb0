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

/* e1 and e2 parts (as bits) of z become the value of u. */
static void set_dual(Ring *r, void *z, const void *u, int parts)
{
    for (unsigned k = 0; k < r->parts; k++)
        for (int part = 1; part <= 2; part++)
            if (parts & part)
                field_set_part(ring_part(r, z, k), part,
                               field_part(ring_part(r, u, k), 0));
}

static const Mat *real_exact(Trial *t)
{
    Ring *r = t->ring;
    Eval e;
    eval_copy(t, &e);
    for (unsigned v = 0; v < t->c->nvars; v++) {
        const Sym *s = var_sym(t->c->var[v]);
        const Mat *x = ptrmap_get(&e.value, s); /* NULL: no memory */
        Mat *y = x ? mat_new(r, x->rows, x->cols) : NULL;
        for (size_t i = 0; y && i < x->rows * x->cols; i++) {
            void *z = y->e + i * r->size;
            r->set(r, z, x->e + i * r->size);
            set_dual(r, z, t->dir[v]->e + i * r->size, parts_of(t->c, v));
        }
        if (!y || !ptrmap_put(&e.value, s, y))
            return NULL;
    }
    const Mat *f = eval(&e, t->c->input);
    t->base.unable = t->base.unable || e.unable;
    Mat *d = f ? mat_new(r, f->rows, f->cols) : NULL;
    int part = order_of(t->c) == 0 ? 0 : order_of(t->c) == 1 ? 1 : 3;
    for (size_t i = 0; d && i < f->rows * f->cols; i++)
        for (unsigned k = 0; k < r->parts; k++)
            field_set_part(ring_part(r, d->e + i * r->size, k), 0,
                           field_part(ring_part(r, f->e + i * r->size, k),
                                      part));
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
        t->size = fmax(t->size, ball_size(r, f->e + i * r->size));
    return f;
}

static const Mat *real_ball(Trial *t)
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

static const Mat *moved(Trial *t)
{
    return t->exact ? real_exact(t) : real_ball(t);
}

static Mat *times_i(Ring *r, const Mat *a)
{
    void *i = r->vec(r, 1);
    if (i)
        ring_set_imaginary(r, i);
    return i && a ? mat_scale(r, a, i) : NULL;
}

/* Wirtinger: f moves by f_z*U + f_conj(z)*conj(U) in the direction U, and by
 * i*(f_z*U - f_conj(z)*conj(U)) in the direction i*U.  So it is with the first
 * variable, and with the second once the first is held. */
static const Mat *wirtinger(Trial *t, unsigned v)
{
    if (v == sizeof t->c->wirtinger / sizeof *t->c->wirtinger)
        return moved(t);
    Wirtinger way = t->c->wirtinger[v];
    if (way != WIRTINGER_Z && way != WIRTINGER_CONJ)
        return wirtinger(t, v + 1);
    Ring *r = t->ring;
    Mat *u = t->dir[v];
    void *half = r->vec(r, 1);
    bool ok = half != NULL;
    const Mat *a = wirtinger(t, v + 1);
    t->dir[v] = times_i(r, u);
    const Mat *b = a && t->dir[v] ? times_i(r, wirtinger(t, v + 1)) : NULL;
    t->dir[v] = u;
    if (ok)
        r->set_rat(r, half, (Rat){.num = 1, .den = 2}, &ok);
    return b && ok ? mat_scale(r, mat_add(r, a, b, way == WIRTINGER_Z), half)
                   : NULL;
}

const Mat *trial_moved(Trial *t)
{
    return wirtinger(t, 0);
}
