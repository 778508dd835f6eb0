/* common.c: what terms of a sum have in common, pulled out: a number, scalars,
 * a matrix at the left or right end of their chains, a whole chain, entrywise
 * factors.  Each gives NULL where there is nothing of its kind. */
#include "raise/build.h"

static bool has_scalar(const FTerm *f, const Scal *s)
{
    for (uint32_t i = 0; i < f->ns; i++)
        if (f->s[i].t == s->t && f->s[i].den == s->den)
            return true;
    return false;
}

static FTerm without_scalar(Raise *r, const FTerm *f, const Scal *s)
{
    FTerm g = {.coef = f->coef, .chain = f->chain};
    bool gone = false;
    for (uint32_t i = 0; i < f->ns; i++)
        if (!gone && f->s[i].t == s->t && f->s[i].den == s->den)
            gone = true;
        else if (!fterm_scalar(r, &g, f->s[i].t, f->s[i].den))
            g.failed = true;
    return g;
}

static FTerm without_end(Raise *r, const FTerm *f, bool left)
{
    FTerm g = *f;
    (void)r;
    g.chain.n--;
    if (left)
        g.chain.e++;
    g.chain.cap = g.chain.n;
    if (g.chain.n == 2 && g.chain.e[0].t->op == OP_ONES &&
        g.chain.e[1].t->op == OP_ONES)
        g.chain.n = 0; /* ones*ones' is a broadcast */
    return g;
}

static const Elem *end_of(const FTerm *f, bool left)
{
    return f->chain.n ? &f->chain.e[left ? 0 : f->chain.n - 1] : NULL;
}

static const Dim *elem_rows(const Elem *e)
{
    return e->diag ? e->t->rows : e->tr ? e->t->cols : e->t->rows;
}

static const Dim *elem_cols(const Elem *e)
{
    return e->diag ? e->t->rows : e->tr ? e->t->rows : e->t->cols;
}

/* A common number: the first term's coefficient where all agree up to sign
 * and the rest needs none. */
static bool common_number(Raise *r, FTerm *f, uint32_t n, Rat *c)
{
    Rat a = f[0].coef;
    if (rat_sign(a) < 0)
        a = rat_neg(r->ctx, a);
    bool all_negative = true;
    for (uint32_t i = 0; i < n; i++) {
        Rat b = f[i].coef;
        all_negative = all_negative && rat_sign(b) < 0;
        if (rat_sign(b) < 0)
            b = rat_neg(r->ctx, b);
        if (!rat_equal(a, b))
            return false;
    }
    if (all_negative)
        a = rat_neg(r->ctx, a);
    if (rat_is(a, 1))
        return false;
    for (uint32_t i = 0; i < n; i++)
        f[i].coef = rat_div(r->ctx, f[i].coef, a);
    *c = a;
    return true;
}

/* The inner sum as an element or a scalar of the factored term. */
static bool put_inner(Raise *r, FTerm *g, const Tree *inner, const Dim *rows,
                      const Dim *cols)
{
    if (!inner)
        return false;
    if (dim_is(rows, 1) && dim_is(cols, 1))
        return fterm_scalar(r, g, inner, false);
    if (inner->op == OP_NEG) {
        g->coef = rat_neg(r->ctx, g->coef);
        inner = inner->kid[0];
    }
    if (inner->op == OP_DIV) {
        if (!fterm_scalar(r, g, inner->kid[1], true))
            return false;
        inner = inner->kid[0];
    }
    while (inner->op == OP_MUL && tree_is_scalar(inner->kid[0])) {
        const Tree *rest = inner->kid[1];
        for (uint32_t i = 2; i < inner->nkids; i++)
            rest = mk_mul(r, rest, inner->kid[i]);
        if (!rest || !fterm_scalar(r, g, inner->kid[0], false))
            return false;
        inner = rest;
    }
    Chain c = chain_of(r, inner, false, false);
    g->chain = c;
    return c.n > 0;
}

/* All terms share a number or a scalar: pulled out of the whole. */
const Tree *sum_common(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                       const Dim *cols)
{
    FTerm g = {.coef = rat_int(1)};
    bool any = common_number(r, f, n, &g.coef);
    for (uint32_t k = 0; k < f[0].ns;) {
        Scal s = f[0].s[k];
        uint32_t i = 1;
        while (i < n && has_scalar(&f[i], &s))
            i++;
        if (i < n) {
            k++;
            continue;
        }
        for (i = 0; i < n; i++)
            f[i] = without_scalar(r, &f[i], &s);
        if (!fterm_scalar(r, &g, s.t, s.den))
            return NULL;
        any = true;
    }
    if (!any)
        return NULL;
    const Tree *inner = sum_tree(r, f, n, rows, cols);
    if (!put_inner(r, &g, inner, rows, cols))
        return NULL;
    return fterm_tree(r, &g, rows, cols);
}

/* The end element (left or right) that most terms share. */
static uint32_t best_end(const FTerm *f, uint32_t n, bool left,
                         const Elem **elem)
{
    uint32_t most = 1;
    if (n > 64)
        return 1;
    for (uint32_t i = 0; i < n; i++) {
        const Elem *e = end_of(&f[i], left);
        uint32_t k = 0;
        for (uint32_t j = 0; e && j < n; j++) {
            const Elem *d = end_of(&f[j], left);
            k += d && elem_same(e, d) && f[j].chain.n > 1;
        }
        if (k > most) {
            most = k;
            *elem = e;
        }
    }
    return most;
}

/* Factor the terms that share an end element; NULL if there are none. */
const Tree *sum_by_end(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                       const Dim *cols)
{
    const Elem *el = NULL, *er = NULL;
    uint32_t kl = best_end(f, n, true, &el), kr = best_end(f, n, false, &er);
    bool left = kl >= kr;
    uint32_t most = left ? kl : kr;
    const Elem e = most > 1 ? *(left ? el : er) : (Elem){0};
    if (most < 2)
        return NULL;
    FTerm *in = ARENA_ARRAY(r->ctx->arena, FTerm, n);
    FTerm *rest = ARENA_ARRAY(r->ctx->arena, FTerm, n + 1u);
    if (!in || !rest)
        return NULL;
    uint32_t ni = 0, nr = 0, at = 0;
    for (uint32_t i = 0; i < n; i++) {
        const Elem *d = end_of(&f[i], left);
        if (d && elem_same(&e, d) && f[i].chain.n > 1) {
            if (ni == 0) {
                at = nr;
                rest[nr++] = (FTerm){.coef = rat_int(1)};
            }
            in[ni++] = without_end(r, &f[i], left);
        } else {
            rest[nr++] = f[i];
        }
    }
    const Dim *ir = left ? elem_cols(&e) : rows;
    const Dim *ic = left ? cols : elem_rows(&e);
    const Tree *inner = sum_tree(r, in, ni, ir, ic);
    FTerm g = {.coef = rat_int(1)}, h = g;
    if (!put_inner(r, &g, inner, ir, ic))
        return NULL;
    h.coef = g.coef;
    for (uint32_t i = 0; i < g.ns; i++)
        fterm_scalar(r, &h, g.s[i].t, g.s[i].den);
    if (left)
        chain_add(r, &h.chain, e);
    chain_append(r, &h.chain, &g.chain);
    if (!left)
        chain_add(r, &h.chain, e);
    rest[at] = h;
    return sum_tree(r, rest, nr, rows, cols);
}

/* The numbers among the terms as one; how many terms there are then. */
static uint32_t add_numbers(Raise *r, FTerm *f, uint32_t n)
{
    uint32_t first = n, m = 0;
    for (uint32_t i = 0; i < n; i++)
        if (f[i].ns || f[i].chain.n || first == n) {
            if (!f[i].ns && !f[i].chain.n)
                first = m;
            f[m++] = f[i];
        } else {
            f[first].coef = rat_add(r->ctx, f[first].coef, f[i].coef);
        }
    return m;
}

/* a*M + b*M is (a + b)*M: the terms that have the chain of the i-th are put
 * together; NULL if no other has. */
static const Tree *sum_of_multiples(Raise *r, FTerm *f, uint32_t n, uint32_t i,
                                    const Dim *rows, const Dim *cols)
{
    FTerm *in = ARENA_ARRAY(r->ctx->arena, FTerm, n + 1u);
    FTerm *rest = ARENA_ARRAY(r->ctx->arena, FTerm, n + 1u);
    uint32_t ni = 0, nr = 1;
    if (!in || !rest)
        return NULL;
    for (uint32_t k = 0; k < n; k++) {
        bool same = chain_same(&f[k].chain, &f[i].chain);
        FTerm *to = same ? &in[ni++] : &rest[nr++];
        *to = f[k];
        if (same)
            to->chain = (Chain){0};
    }
    ni = ni > 1 ? add_numbers(r, in, ni) : 0;
    const Tree *inner = ni ? sum_tree(r, in, ni, one(r), one(r)) : NULL;
    rest[0] = (FTerm){.coef = rat_int(1), .chain = f[i].chain};
    if (!inner || !fterm_scalar(r, &rest[0], inner, false))
        return NULL;
    bool gone = rat_is(rest[0].coef, 0);
    return sum_tree(r, rest + gone, nr - gone, rows, cols);
}

const Tree *sum_by_chain(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                         const Dim *cols)
{
    for (uint32_t i = 0; n <= 64 && i + 1 < n; i++)
        for (uint32_t k = i + 1; k < n; k++)
            if (chain_same(&f[i].chain, &f[k].chain))
                return sum_of_multiples(r, f, n, i, rows, cols);
    return NULL;
}

/* The scalar that some of the terms share, and whose sharing saves most. */
static const Scal *dearest_scalar(Raise *r, const FTerm *f, uint32_t n)
{
    const Scal *best = NULL;
    uint32_t most = 0;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < f[i].ns; k++) {
            uint32_t saved = 0, w = weight_of(r, f[i].s[k].t) + 1;
            for (uint32_t j = i + 1; j < n; j++)
                saved += has_scalar(&f[j], &f[i].s[k]) ? w : 0;
            if (saved > most) {
                most = saved;
                best = &f[i].s[k];
            }
        }
    return best;
}

/* s*A + s*B + C is s*(A + B) + C.  Of scalars that would hide a polynomial. */
const Tree *sum_by_scalar(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                          const Dim *cols)
{
    bool scalar = dim_is(rows, 1) && dim_is(cols, 1);
    const Scal *s = !scalar && n > 2 && n <= 32 ? dearest_scalar(r, f, n)
                                                : NULL;
    FTerm *in = ARENA_ARRAY(r->ctx->arena, FTerm, n + 1u);
    FTerm *rest = ARENA_ARRAY(r->ctx->arena, FTerm, n + 1u);
    uint32_t ni = 0, nr = 1;
    if (!s || !in || !rest)
        return NULL;
    for (uint32_t k = 0; k < n; k++)
        if (has_scalar(&f[k], s))
            in[ni++] = without_scalar(r, &f[k], s);
        else
            rest[nr++] = f[k];
    const Tree *inner = sum_tree(r, in, ni, rows, cols);
    rest[0] = (FTerm){.coef = rat_int(1)};
    if (nr == 1 || !fterm_scalar(r, &rest[0], s->t, s->den) ||
        !put_inner(r, &rest[0], inner, rows, cols))
        return NULL;
    return sum_tree(r, rest, nr, rows, cols);
}

/* --- entrywise factors */

/* The factors of a term that is one entrywise product. */
static uint32_t entrywise(const FTerm *f, const Tree *const **kid)
{
    const Elem *e = f->chain.n == 1 ? &f->chain.e[0] : NULL;
    if (!e || e->diag || e->tr)
        return 0;
    bool had = e->t->op == OP_HAD;
    *kid = had ? e->t->kid : (const Tree *const *)&e->t;
    return had ? e->t->nkids : 1;
}

/* A.*eye(n) is a diagonal, and no multiple of A. */
static bool has_entrywise(const FTerm *f, const Tree *k)
{
    const Tree *const *kid = NULL;
    uint32_t n = entrywise(f, &kid);
    bool has = false;
    for (uint32_t i = 0; i < n; i++) {
        if (is_mask(kid[i]) || kid[i]->op == OP_EYE)
            return false;
        has = has || kid[i] == k;
    }
    return has;
}

/* The entrywise factor whose sharing saves most. */
static const Tree *dearest_factor(Raise *r, const FTerm *f, uint32_t n)
{
    const Tree *best = NULL;
    uint32_t most = 0;
    for (uint32_t i = 0; i < n; i++) {
        const Tree *const *kid = NULL;
        uint32_t nk = entrywise(&f[i], &kid);
        for (uint32_t k = 0; k < nk; k++) {
            uint32_t saved = 0, w = weight_of(r, kid[k]) + 1;
            for (uint32_t j = i + 1; j < n; j++)
                saved += has_entrywise(&f[j], kid[k]) ? w : 0;
            if (saved > most) {
                most = saved;
                best = kid[k];
            }
        }
    }
    return best;
}

/* The term without the entrywise factor k; a number where it was all. */
static FTerm without_entrywise(Raise *r, const FTerm *f, const Tree *k,
                               const Tree **left)
{
    const Tree *const *kid = NULL, *rest = NULL;
    uint32_t n = entrywise(f, &kid);
    FTerm g = *f;
    bool gone = false;
    for (uint32_t i = 0; i < n; i++)
        if (kid[i] == k && !gone)
            gone = true;
        else
            rest = rest ? mk_had(r, rest, kid[i]) : kid[i];
    g.chain = rest ? chain_of(r, rest, false, false) : (Chain){0};
    *left = rest;
    return g;
}

/* A.*k + B.*k + C is (A + B).*k + C. */
const Tree *sum_by_entrywise(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                             const Dim *cols)
{
    bool scalar = dim_is(rows, 1) && dim_is(cols, 1);
    const Tree *k = !scalar && n <= 32 ? dearest_factor(r, f, n) : NULL;
    FTerm *in = ARENA_ARRAY(r->ctx->arena, FTerm, n + 1u);
    FTerm *rest = ARENA_ARRAY(r->ctx->arena, FTerm, n + 1u);
    uint32_t ni = 0, nr = 1, whole = 0;
    bool narrow = false;
    const Tree *t = NULL;
    if (!k || !in || !rest)
        return NULL;
    for (uint32_t i = 0; i < n; i++)
        if (has_entrywise(&f[i], k)) {
            in[ni] = without_entrywise(r, &f[i], k, &t);
            /* what k had widened is no term of the same sum */
            narrow = narrow || (t && (t->rows != rows || t->cols != cols));
            whole += in[ni++].chain.n == 0;
        } else {
            rest[nr++] = f[i];
        }
    if (ni < 2 || whole == ni || narrow) /* numbers times k are a sum by chains */
        return NULL;
    const Tree *inner = sum_tree(r, in, ni, rows, cols);
    rest[0] = (FTerm){.coef = rat_int(1)};
    if (!put_inner(r, &rest[0], inner, rows, cols))
        return NULL;
    inner = chain_tree(r, &rest[0].chain);
    if (!inner)
        return NULL;
    rest[0].chain = chain_of(r, mk_had(r, inner, k), false, false);
    return sum_tree(r, rest, nr, rows, cols);
}
