/* sum.c: the tree of a sum of terms, or of its transpose.
 *
 * A term is a coefficient, scalar factors, and a chain of matrices; what
 * terms have in common (common.c) is pulled out as long as that makes the
 * text no longer. */
#include "raise/build.h"

#include <string.h>

static uint32_t transposes(const Tree *t)
{
    uint32_t n = t->op == OP_TRANSPOSE;
    for (uint32_t i = 0; t->size < 200 && i < t->nkids; i++)
        n += transposes(t->kid[i]);
    return n;
}

/* Of two terms alike but for transposes the plainer one first: A + A'. */
static void plain_first(Raise *r, const Tree **t, uint32_t n)
{
    for (uint32_t i = 0; n <= 16 && i + 1 < n; i++) {
        uint32_t a = transposes(t[i]), b = transposes(t[i + 1]);
        if (t[i + 1]->op != OP_NEG && a > b &&
            weight_of(r, t[i]) - a == weight_of(r, t[i + 1]) - b) {
            const Tree *s = t[i];
            t[i] = t[i + 1];
            t[i + 1] = s;
        }
    }
}

static const Tree *add_trees(Raise *r, const Tree **t, uint32_t n,
                             const Dim *rows, const Dim *cols)
{
    plain_first(r, t, n);
    /* A positive term first; then as they come. */
    for (uint32_t i = 0; i < n && t[0]->op == OP_NEG; i++)
        if (t[i]->op != OP_NEG) {
            const Tree *p = t[i];
            memmove(&t[1], &t[0], i * sizeof *t);
            t[0] = p;
            break;
        }
    return mk(r, OP_ADD, n, t, rows, cols);
}

/* c*ones beside matrices: c .+ M. */
static const Tree *add_broadcast(Raise *r, const FTerm *f, uint32_t n,
                                 const Dim *rows, const Dim *cols,
                                 const Tree **t)
{
    const Tree *scal = NULL, *rest = NULL;
    uint32_t nr = 0, ns = 0;
    const Tree **part = ARENA_ARRAY(r->ctx->arena, const Tree *, n + 1u);
    const Tree **num = ARENA_ARRAY(r->ctx->arena, const Tree *, n + 1u);
    if (!part || !num)
        return NULL;
    for (uint32_t i = 0; i < n; i++)
        if (f[i].chain.n == 0)
            num[ns++] = fterm_tree(r, &f[i], one(r), one(r));
        else
            part[nr++] = t[i];
    if (ns == 0 || nr == 0)
        return NULL;
    for (uint32_t i = 0; i < ns; i++)
        if (!num[i])
            return NULL;
    scal = ns == 1 ? num[0] : add_trees(r, num, ns, one(r), one(r));
    rest = nr == 1 ? part[0] : add_trees(r, part, nr, rows, cols);
    if (!scal || !rest)
        return NULL;
    if (rest->op == OP_NEG)
        return mk(r, OP_ESUB, 2, (const Tree *[]){scal, rest->kid[0]}, rows,
                  cols);
    if (scal->op == OP_NEG)
        return mk(r, OP_ESUB, 2, (const Tree *[]){rest, scal->kid[0]}, rows,
                  cols);
    if (scal->op == OP_NUM && rat_sign(scal->num) < 0)
        return mk(r, OP_ESUB, 2,
                  (const Tree *[]){rest, mk_neg(r, scal)}, rows, cols);
    return mk(r, OP_EADD, 2, (const Tree *[]){rest, scal}, rows, cols);
}

static const Tree *sum_plain(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                             const Dim *cols)
{
    bool scalar = dim_is(rows, 1) && dim_is(cols, 1);
    const Tree **t = ARENA_ARRAY(r->ctx->arena, const Tree *, n + 1u);
    if (!t)
        return NULL;
    for (uint32_t i = 0; i < n; i++)
        if (!(t[i] = fterm_tree(r, &f[i], rows, cols)))
            return NULL;
    if (n == 1)
        return t[0];
    const Tree *b = scalar ? NULL : add_broadcast(r, f, n, rows, cols, t);
    return b ? b : add_trees(r, t, n, rows, cols);
}

FTerm *copy_terms(Raise *r, const FTerm *f, uint32_t n)
{
    FTerm *c = ARENA_ARRAY(r->ctx->arena, FTerm, n + 1u);
    for (uint32_t i = 0; c && i < n; i++) {
        c[i] = f[i];
        c[i].s = ARENA_ARRAY(r->ctx->arena, Scal, f[i].ns + 1u);
        if (!c[i].s)
            return NULL;
        if (f[i].ns)
            memcpy(c[i].s, f[i].s, f[i].ns * sizeof *c[i].s);
        c[i].caps = f[i].ns;
    }
    return c;
}

/* The sum, or the transpose of the sum of the transposes. */
static const Tree *sum_either(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                              const Dim *cols)
{
    f = copy_terms(r, f, n);
    for (uint32_t i = 0; f && i < n; i++)
        if (!fterm_logistic(r, &f[i]))
            return NULL;
    const Tree *t = f ? sum_best(r, f, n, rows, cols) : NULL;
    const Tree *l = t && n > 1 && n <= 16
                        ? dim_is(rows, 1) && dim_is(cols, 1)
                              ? sum_inner(r, f, n)
                              : sum_linear(r, f, n, rows, cols)
                        : NULL;
    if (l && weight_of(r, l) < weight_of(r, t))
        t = l;
    l = t && n > 1 && n <= 16 && !r->spread ? sum_ones(r, f, n, rows, cols)
                                            : NULL;
    if (l && weight_of(r, l) < weight_of(r, t))
        t = l;
    if (!t || n < 2 || n > 16 || r->turned || dim_is(rows, 1) ||
        dim_is(cols, 1))
        return t;
    FTerm *g = copy_terms(r, f, n);
    for (uint32_t i = 0; g && i < n; i++)
        g[i].chain = chain_reversed(r, &g[i].chain);
    r->turned = true;
    const Tree *u = g ? sum_best(r, g, n, cols, rows) : NULL;
    r->turned = false;
    u = u ? mk_transpose(r, u) : NULL;
    return u && weight_of(r, u) < weight_of(r, t) ? u : t;
}

const Tree *sum_tree(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                     const Dim *cols)
{
    const Tree *t = sum_known(r, f, n, rows, cols);
    if (t)
        return t;
    t = sum_either(r, f, n, rows, cols);
    sum_note(r, f, n, rows, cols, t);
    return t;
}

const Tree *sum_best(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                     const Dim *cols)
{
    bool scalar = dim_is(rows, 1) && dim_is(cols, 1);
    if (n == 0)
        return scalar ? tree_int(r->ctx, 0)
                      : mk(r, OP_ZEROS, 0, NULL, rows, cols);
    const Tree *plain = sum_plain(r, f, n, rows, cols);
    if (n == 1 || !plain || ++r->depth > 64) {
        r->depth -= n != 1 && plain;
        return plain;
    }
    FTerm *c = copy_terms(r, f, n), *d = copy_terms(r, f, n);
    const Tree *a = c ? sum_common(r, c, n, rows, cols) : NULL;
    /* a common factor that makes it no shorter hides no other way */
    bool more = d && (!a || weight_of(r, a) > weight_of(r, plain));
    const Tree *b = more ? sum_by_end(r, d, n, rows, cols) : NULL;
    const Tree *m = more ? sum_by_chain(r, f, n, rows, cols) : NULL;
    if (m && (!b || weight_of(r, m) < weight_of(r, b)))
        b = m;
    m = more ? sum_by_scalar(r, f, n, rows, cols) : NULL;
    if (m && (!b || weight_of(r, m) < weight_of(r, b)))
        b = m;
    m = more ? sum_by_entrywise(r, f, n, rows, cols) : NULL;
    if (m && (!b || weight_of(r, m) < weight_of(r, b)))
        b = m;
    r->depth--;
    const Tree *best = plain;
    if (a && weight_of(r, a) <= weight_of(r, best))
        best = a;
    if (b && weight_of(r, b) <= weight_of(r, best))
        best = b;
    return best;
}
