/* taylor.c: is the answer the expansion of the input?  At the centre both have
 * the same value and derivatives in a random direction, up to the order; and
 * along that direction the answer is a polynomial of no higher degree: its
 * next difference is zero. */
#include "verify/trial.h"

/* The k-th derivative of a tree in the direction of all variables at once. */
static const Mat *derived(Trial *t, const Tree *tree, unsigned k)
{
    Claim c = {.form = k ? CLAIM_DIRECT : CLAIM_EQUAL, .input = tree,
               .answer = tree, .order = k};
    Trial sub = *t;
    for (unsigned i = 0; i < t->c->nvars; i++)
        c.var[c.nvars++] = t->c->var[i];
    c.all = true;
    sub.c = &c;
    const Mat *m = trial_moved(&sub);
    t->base.unable = t->base.unable || sub.base.unable;
    t->size = sub.size > t->size ? sub.size : t->size;
    return m;
}

/* answer at the centre + s*U */
static const Mat *along(Trial *t, int64_t s)
{
    Ring *r = t->ring;
    Eval e;
    bool ok = true;
    void *c = r->vec(r, 1);
    eval_copy(t, &e);
    if (c)
        r->set_rat(r, c, rat_int(s), &ok);
    for (unsigned i = 0; c && ok && i < t->c->nvars; i++) {
        const Sym *x = var_sym(t->c->var[i]);
        Mat *y = mat_add(r, ptrmap_get(&e.value, x),
                         mat_scale(r, t->dir[i], c), false);
        ok = y && ptrmap_put(&e.value, x, y);
    }
    return c && ok ? eval(&e, t->c->answer) : NULL;
}

static const Mat *next_difference(Trial *t)
{
    Ring *r = t->ring;
    unsigned k = t->c->order + 1;
    const Mat *sum = NULL;
    int64_t binomial = 1;
    for (unsigned s = 0; s <= k; s++) {
        const Mat *a = along(t, (int64_t)s);
        void *c = r->vec(r, 1);
        bool ok = true;
        if (!a || !c)
            return NULL;
        r->set_rat(r, c, rat_int((k - s) % 2 ? -binomial : binomial), &ok);
        a = mat_scale(r, a, c);
        sum = sum ? mat_add(r, sum, a, false) : a;
        binomial = binomial * (int64_t)(k - s) / (int64_t)(s + 1);
    }
    return sum;
}

bool taylor_pair(Trial *t, unsigned k, const Mat **a, const Mat **b)
{
    if (k <= t->c->order) {
        *a = derived(t, t->c->input, k);
        *b = *a ? derived(t, t->c->answer, k) : NULL;
    } else {
        *a = next_difference(t);
        *b = *a ? mat_new(t->ring, (*a)->rows, (*a)->cols) : NULL;
    }
    return *a && *b;
}
