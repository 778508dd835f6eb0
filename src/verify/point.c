/* point.c: a point: sizes, values, and the directions in which the variables
 * move. */
#include "verify/structure.h"
#include "verify/trial.h"

#include <string.h>

const Sym *var_sym(const Tree *v)
{
    return v->op == OP_INDEX ? v->kid[0]->sym : v->sym;
}

static bool is_slice(const Tree *v)
{
    bool slice = false;
    for (uint32_t k = 1; v->op == OP_INDEX && k < v->nkids; k++)
        slice = slice || v->kid[k]->op == OP_COLON;
    return slice;
}

bool var_is_entry(const Tree *v)
{
    return v->op == OP_INDEX && !is_slice(v);
}

/* The place an index says, from 0 on; -1: all of them. */
static bool place(Trial *t, const Tree *ix, size_t size, int64_t *at)
{
    bool ok = true;
    *at = 0;
    if (ix->op == OP_NUM)
        *at = ix->num.num;
    else if (ix->op != OP_COLON)
        ok = ix->op == OP_INT ? eval_dim(&t->base, ix->dim, at)
                              : eval_lookup(&t->base, ix->sym->name, at);
    --*at;
    return ok && *at >= (ix->op == OP_COLON ? -1 : 0) &&
           *at < (int64_t)size;
}

/* Only a row or a column moves. */
static Mat *slice_direction(Trial *t, const Tree *v)
{
    Ring *r = t->ring;
    Mat *u = draw_value(&t->base, v->kid[0]->sym, true);
    int64_t row, col;
    if (!u || v->nkids != 3 || !place(t, v->kid[1], u->rows, &row) ||
        !place(t, v->kid[2], u->cols, &col))
        return NULL;
    Mat *m = mat_new(r, u->rows, u->cols);
    for (size_t i = 0; m && i < u->rows; i++)
        for (size_t j = 0; j < u->cols; j++)
            if ((row < 0 || (size_t)row == i) && (col < 0 || (size_t)col == j))
                r->set(r, at(r, m, i, j), at(r, u, i, j));
    return m;
}

/* X*K with K skew: along the orthogonal matrices. */
static Mat *tangent_direction(Trial *t, const Sym *x)
{
    Ring *r = t->ring;
    const Mat *m = ptrmap_get(&t->base.value, x);
    Mat *k = m ? structured_random(r, PROP_SKEW, m->rows) : NULL;
    return k ? mat_mul(r, m, k) : NULL;
}

static bool draw_directions(Trial *t)
{
    Ring *r = t->ring;
    for (unsigned i = 0; i < t->c->nvars; i++) {
        const Tree *v = t->c->var[i];
        if (v->op == OP_SYM) {
            t->dir[i] = draw_value(&t->base, v->sym, true);
            if (t->c->space == SPACE_TANGENT)
                t->dir[i] = tangent_direction(t, v->sym);
        } else if (is_slice(v)) {
            t->dir[i] = slice_direction(t, v);
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
            uint32_t props = v->kid[0]->sym->props & PROPS_LINEAR;
            r->set_rat(r, at(r, u, (size_t)at_[0] - 1, (size_t)at_[1] - 1),
                       rat_int(1), &ok);
            if (props && u->rows == u->cols)
                u = structured_unit(r, props, u->rows, (size_t)at_[0] - 1,
                                    (size_t)at_[1] - 1,
                                    t->c->space != SPACE_ENTRIES);
            t->dir[i] = u;
        }
        if (!t->dir[i])
            return false;
    }
    return true;
}

bool draw_point(Trial *t, unsigned draw, unsigned pattern)
{
    eval_init(&t->base, t->ring);
    draw_sizes(&t->base, t->names, draw, pattern, &t->ring->rng);
    for (unsigned i = 0; i < t->names->ndims; i++)
        t->base.env[i].value += t->larger;
    for (unsigned i = 0; i < t->names->nsyms; i++) {
        const Sym *s = t->names->sym[i];
        if (ptrmap_get(&t->base.value, s)) /* a basis, drawn with its space */
            continue;
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
    for (unsigned i = 0; i < t->c->nvars; i++) {
        void *m = t->c->center[i] ? ptrmap_get(&t->base.value, t->c->center[i])
                                  : NULL;
        if (m && !ptrmap_put(&t->base.value, var_sym(t->c->var[i]), m))
            return false;
    }
    return draw_directions(t);
}

void eval_copy(const Trial *t, Eval *e)
{
    eval_init(e, t->ring);
    memcpy(e->env, t->base.env, sizeof e->env);
    e->nenv = t->base.nenv;
    for (size_t i = 0; i < t->base.value.cap; i++)
        if (t->base.value.key[i])
            ptrmap_put(&e->value, t->base.value.key[i],
                       t->base.value.value[i]);
}
