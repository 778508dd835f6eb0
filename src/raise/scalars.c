/* scalars.c: the scalar factors of a term that make another one together:
 * powers, the logistic function, softmax. */
#include "raise/build.h"

#include <string.h>

/* The whole power that t is of its base. */
uint32_t fterm_power(const Tree *t, const Tree **base)
{
    bool pow = t->op == OP_POW && t->kid[1]->op == OP_NUM &&
               rat_is_int(t->kid[1]->num) && t->kid[1]->num.num > 0 &&
               t->kid[1]->num.num <= 8;
    *base = pow ? t->kid[0] : t;
    return pow ? (uint32_t)t->kid[1]->num.num : 1;
}

void fterm_drop(FTerm *f, uint32_t i)
{
    memmove(&f->s[i], &f->s[i + 1], (f->ns - i - 1) * sizeof *f->s);
    f->ns--;
}

/* One factor of e leaves the numerator, if one is there. */
static bool take_factor(Raise *r, FTerm *f, const Tree *e)
{
    for (uint32_t i = 0; i < f->ns; i++) {
        const Tree *b;
        uint32_t k = fterm_power(f->s[i].t, &b);
        if (f->s[i].den || b != e)
            continue;
        if (k == 1)
            fterm_drop(f, i);
        else
            f->s[i].t = k == 2 ? b
                               : mk(r, OP_POW, 2,
                                    (const Tree *[]){b, tree_int(r->ctx,
                                                                 k - 1)},
                                    one(r), one(r));
        return true;
    }
    return false;
}

/* exp(x)*sigmoid(-x) is sigmoid(x). */
static void logistic_pairs(Raise *r, FTerm *f)
{
    for (uint32_t i = 0; i < f->ns; i++)
        for (uint32_t k = 0; k < f->ns; k++) {
            const Tree *e = f->s[i].t, *s = f->s[k].t;
            if (e->op != OP_EXP)
                break;
            if (s->op != OP_SIGMOID || f->s[i].den ||
                f->s[k].den || !is_opposite(r, e->kid[0], s->kid[0]))
                continue;
            f->s[k].t = mk_fun(r, OP_SIGMOID, e->kid[0], one(r), one(r));
            fterm_drop(f, i--);
            break;
        }
}

bool fterm_logistic(Raise *r, FTerm *f)
{
    logistic_pairs(r, f);
    for (uint32_t i = 0; i < f->ns; i++) {
        const Tree *b;
        uint32_t k = fterm_power(f->s[i].t, &b);
        const Tree *e = f->s[i].den ? one_more(b) : NULL;
        if (!e || e->op != OP_EXP)
            continue;
        for (fterm_drop(f, i); k > 0; k--) {
            const Tree *x = e->kid[0];
            x = take_factor(r, f, e) ? x : mk_neg(r, x);
            if (!fterm_scalar(r, f, mk_fun(r, OP_SIGMOID, x, one(r), one(r)),
                              false))
                return false;
        }
        i = UINT32_MAX; /* from the start: the factors have moved */
    }
    return true;
}

/* v*a, where a may be a fraction by v; NULL without memory. */
static const Tree *times(Raise *r, const Tree *v, const Tree *a)
{
    if (a->op == OP_NEG)
        return mk_neg(r, times(r, v, a->kid[0]));
    if (a->op == OP_NUM && rat_is(a->num, 1))
        return v;
    if (a->op != OP_DIV)
        return mk_mul(r, v, a);
    const Tree *den = a->kid[1], *rest = NULL;
    bool gone = den == v;
    for (uint32_t i = 0; den->op == OP_MUL && i < den->nkids; i++) {
        if (den->kid[i] == v && !gone)
            gone = true;
        else
            rest = rest ? mk_mul(r, rest, den->kid[i]) : den->kid[i];
    }
    if (!gone)
        return mk_mul(r, v, a);
    return rest ? mk_div(r, a->kid[0], rest) : a->kid[0];
}

static bool is_factor(const Tree *v, const Tree *t)
{
    bool is = t == v;
    for (uint32_t i = 0; !is && t->op == OP_MUL && i < t->nkids; i++)
        is = t->kid[i] == v;
    return is;
}

static bool has_fraction_by(const Tree *v, const Tree *sum)
{
    for (uint32_t i = 0; i < sum->nkids; i++) {
        const Tree *t = sum->kid[i];
        t = t->op == OP_NEG ? t->kid[0] : t;
        if (t->op == OP_DIV && is_factor(v, t->kid[1]))
            return true;
    }
    return false;
}

/* v*(1 + q/v) is v + q, where that is shorter. */
static const Tree *cleared(Raise *r, const Tree *v, const Tree *sum)
{
    if (sum->op != OP_ADD || !has_fraction_by(v, sum))
        return NULL;
    const Tree **kid = ARENA_ARRAY(r->ctx->arena, const Tree *, sum->nkids);
    for (uint32_t i = 0; kid && i < sum->nkids; i++)
        if (!(kid[i] = times(r, v, sum->kid[i])))
            return NULL;
    const Tree *t = kid ? mk(r, OP_ADD, sum->nkids, kid, one(r), one(r))
                        : NULL;
    bool shorter = t && weight_of(r, t) <= weight_of(r, sum);
    return shorter ? t : NULL;
}

static bool is_minus_one(const Tree *t)
{
    return (t->op == OP_NUM && rat_is(t->num, -1)) ||
           (t->op == OP_NEG && t->kid[0]->op == OP_NUM &&
            rat_is(t->kid[0]->num, 1));
}

/* v*v^(e - 1) is v^e. */
static const Tree *one_power_more(Raise *r, const Tree *v, const Tree *t)
{
    const Tree *e = t->op == OP_POW && t->kid[0] == v ? t->kid[1] : NULL;
    if (!e || e->op != OP_ADD || e->nkids != 2 ||
        is_minus_one(e->kid[0]) == is_minus_one(e->kid[1]))
        return NULL;
    e = e->kid[is_minus_one(e->kid[0]) ? 1 : 0];
    return mk(r, OP_POW, 2, (const Tree *[]){v, e}, one(r), one(r));
}

static const Tree *made_of(Raise *r, const Scal *a, const Scal *b)
{
    if (a->den != b->den)
        return NULL;
    const Tree *t = one_power_more(r, a->t, b->t);
    return t ? t : cleared(r, a->t, b->t);
}

/* Might a scalar take another one in? */
static bool takes(const Tree *t)
{
    bool may = t->op == OP_POW && t->kid[1]->op == OP_ADD;
    for (uint32_t i = 0; t->op == OP_ADD && i < t->nkids && !may; i++) {
        const Tree *k = t->kid[i];
        may = (k->op == OP_NEG ? k->kid[0] : k)->op == OP_DIV;
    }
    return may;
}

void fterm_pairs(Raise *r, FTerm *f)
{
    bool any = false;
    for (uint32_t i = 0; i < f->ns && !any; i++)
        any = takes(f->s[i].t);
    if (!any)
        return;
    for (uint32_t i = 0; i < f->ns; i++)
        for (uint32_t k = 0; k < f->ns; k++) {
            const Tree *t = i == k ? NULL
                                   : made_of(r, &f->s[i], &f->s[k]);
            if (!t)
                continue;
            f->s[k].t = t;
            fterm_drop(f, i);
            i = 0;
            k = UINT32_MAX; /* from the start */
        }
}

/* Is the denominator sum(e), or a power of it?  One factor of it is taken. */
static bool take_sum(Raise *r, FTerm *f, const Tree *e)
{
    for (uint32_t i = 0; i < f->ns; i++) {
        const Tree *t = f->s[i].t;
        bool pow = t->op == OP_POW && t->kid[1]->op == OP_NUM &&
                   rat_is_int(t->kid[1]->num);
        const Tree *b = pow ? t->kid[0] : t;
        if (!f->s[i].den || b->op != OP_SUM || b->kid[0] != e)
            continue;
        Rat k = pow ? rat_sub(r->ctx, t->kid[1]->num, rat_int(1)) : rat_int(0);
        if (rat_is(k, 0))
            fterm_drop(f, i);
        else
            f->s[i].t = rat_is(k, 1)
                            ? b
                            : mk(r, OP_POW, 2,
                                 (const Tree *[]){b, tree_num(r->ctx, k)},
                                 one(r), one(r));
        return true;
    }
    return false;
}

/* The element with a factor sum(exp(x)) of the denominators taken in. */
static const Tree *over_sum(Raise *r, FTerm *f, const Tree *t)
{
    if (t->op == OP_EXP && take_sum(r, f, t))
        return mk_fun(r, OP_SOFTMAX, t->kid[0], t->rows, t->cols);
    bool product = t->op == OP_HAD || t->op == OP_MUL;
    for (uint32_t i = 0; product && t->nkids <= 8 && i < t->nkids; i++) {
        const Tree *kid[8], *n = over_sum(r, f, t->kid[i]);
        if (!n)
            continue;
        memcpy(kid, t->kid, t->nkids * sizeof *kid);
        kid[i] = n;
        return mk(r, t->op, t->nkids, kid, t->rows, t->cols);
    }
    return NULL;
}

/* exp(x)/sum(exp(x)) is softmax(x). */
static bool softmax_chain(Raise *r, FTerm *f, Chain *chain)
{
    Chain c = {0};
    bool any = false;
    for (uint32_t k = 0; k < chain->n; k++) {
        Elem e = chain->e[k];
        const Tree *t = tree_is_col(e.t) ? over_sum(r, f, e.t) : NULL;
        for (; t; t = over_sum(r, f, t)) {
            e.t = t;
            any = true;
        }
        if (!chain_add(r, &c, e))
            return false;
    }
    if (any)
        *chain = c;
    return any;
}

static bool has_numerator(const FTerm *f, const Tree *t)
{
    bool has = false;
    for (uint32_t i = 0; i < f->ns; i++)
        has = has || (f->s[i].t == t && !f->s[i].den);
    return has;
}

void fterm_softmaxes(Raise *r, FTerm *f)
{
    softmax_chain(r, f, &f->chain);
    for (uint32_t k = 0; k < f->nin; k++) {
        Chain c = f->in[k].c;
        const Tree *t = f->in[k].t;
        if (has_numerator(f, t) && softmax_chain(r, f, &c))
            for (uint32_t i = 0; i < f->ns; i++)
                if (f->s[i].t == t && !f->s[i].den) {
                    f->s[i].t = chain_scalar(r, &c);
                    break;
                }
    }
}
