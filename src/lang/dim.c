/* dim.c: integer polynomials: monomials sorted by degree, then by names. */
#include "lang/dim.h"
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

typedef struct DimTable {
    HashSet set;
    uint32_t serial;
} DimTable;

static int mono_compare(const DimMono *a, const DimMono *b)
{
    if (a->n != b->n)
        return a->n > b->n ? -1 : 1;
    for (unsigned i = 0; i < a->n; i++) {
        int c = strcmp(a->sym[i], b->sym[i]);
        if (c)
            return c;
    }
    return 0;
}

static bool dim_same(const void *pa, const void *pb)
{
    const Dim *a = pa, *b = pb;
    if (a->n != b->n)
        return false;
    for (unsigned i = 0; i < a->n; i++)
        if (a->mono[i].coef != b->mono[i].coef ||
            mono_compare(&a->mono[i], &b->mono[i]) != 0)
            return false;
    return true;
}

static uint64_t dim_hash(const DimMono *m, unsigned n)
{
    uint64_t h = n;
    for (unsigned i = 0; i < n; i++) {
        h = hash_mix(h, (uint64_t)m[i].coef);
        for (unsigned k = 0; k < m[i].n; k++)
            h = hash_mix(h, hash_bytes(m[i].sym[k], strlen(m[i].sym[k])));
    }
    return h;
}

/* Conses the sum of the n monomials, which are sorted and collected here. */
static const Dim *dim_intern(Ctx *ctx, DimMono *m, unsigned n)
{
    unsigned k = 0;
    if (!m)
        return NULL;
    for (unsigned i = 1; i < n; i++) /* insertion sort: few monomials */
        for (unsigned j = i; j > 0 && mono_compare(&m[j - 1], &m[j]) > 0;
             j--) {
            DimMono t = m[j];
            m[j] = m[j - 1];
            m[j - 1] = t;
        }
    for (unsigned i = 0; i < n; i++)
        if (k > 0 && mono_compare(&m[k - 1], &m[i]) == 0)
            m[k - 1].coef += m[i].coef;
        else if (k > 0 && m[k - 1].coef == 0)
            m[k - 1] = m[i];
        else
            m[k++] = m[i];
    unsigned kept = 0;
    for (unsigned i = 0; i < k; i++)
        if (m[i].coef)
            m[kept++] = m[i];
    DimTable *t = ctx->slot[SLOT_DIM];
    if (!t) {
        t = ARENA_NEW(ctx->arena, DimTable);
        if (!t)
            return NULL;
        hashset_init(&t->set, ctx->arena, dim_same);
        ctx->slot[SLOT_DIM] = t;
    }
    Dim key = {.n = kept, .mono = m};
    key.hash = dim_hash(m, kept);
    Dim *d = hashset_find(&t->set, key.hash, &key);
    if (d)
        return d;
    d = ARENA_NEW(ctx->arena, Dim);
    if (!d)
        return NULL;
    *d = key;
    d->serial = ++t->serial;
    return hashset_add(&t->set, d->hash, d) ? d : NULL;
}

const Dim *dim_num(Ctx *ctx, int64_t n)
{
    DimMono *m = ARENA_NEW(ctx->arena, DimMono);
    if (m)
        m->coef = n;
    return dim_intern(ctx, m, 1);
}

const Dim *dim_sym(Ctx *ctx, const char *name)
{
    DimMono *m = ARENA_NEW(ctx->arena, DimMono);
    const char **s = ARENA_ARRAY(ctx->arena, const char *, 1);
    if (!m || !s || !name)
        return NULL;
    s[0] = name;
    *m = (DimMono){1, 1, s};
    return dim_intern(ctx, m, 1);
}

static const Dim *dim_combine(Ctx *ctx, const Dim *a, const Dim *b,
                              int64_t sign)
{
    if (!a || !b)
        return NULL;
    DimMono *m = ARENA_ARRAY(ctx->arena, DimMono, a->n + b->n + 1u);
    for (unsigned i = 0; m && i < a->n; i++)
        m[i] = a->mono[i];
    for (unsigned i = 0; m && i < b->n; i++) {
        m[a->n + i] = b->mono[i];
        m[a->n + i].coef *= sign;
    }
    return dim_intern(ctx, m, a->n + b->n);
}

const Dim *dim_add(Ctx *ctx, const Dim *a, const Dim *b)
{
    return dim_combine(ctx, a, b, 1);
}

const Dim *dim_sub(Ctx *ctx, const Dim *a, const Dim *b)
{
    return dim_combine(ctx, a, b, -1);
}

static bool mono_mul(Ctx *ctx, const DimMono *a, const DimMono *b, DimMono *r)
{
    const char **s = ARENA_ARRAY(ctx->arena, const char *, a->n + b->n + 1u);
    unsigned i = 0, j = 0, n = 0;
    if (!s)
        return false;
    while (i < a->n || j < b->n)
        if (j == b->n || (i < a->n && strcmp(a->sym[i], b->sym[j]) <= 0))
            s[n++] = a->sym[i++];
        else
            s[n++] = b->sym[j++];
    *r = (DimMono){a->coef * b->coef, n, s};
    return true;
}

const Dim *dim_mul(Ctx *ctx, const Dim *a, const Dim *b)
{
    if (!a || !b)
        return NULL;
    DimMono *m = ARENA_ARRAY(ctx->arena, DimMono, a->n * b->n + 1u);
    unsigned n = 0;
    for (unsigned i = 0; m && i < a->n; i++)
        for (unsigned j = 0; j < b->n; j++)
            if (!mono_mul(ctx, &a->mono[i], &b->mono[j], &m[n++]))
                return NULL;
    return dim_intern(ctx, m, n);
}

bool dim_is_num(const Dim *d, int64_t *value)
{
    *value = 0;
    if (d->n == 0)
        return true;
    if (d->n > 1 || d->mono[0].n > 0)
        return false;
    *value = d->mono[0].coef;
    return true;
}

bool dim_is(const Dim *d, int64_t n)
{
    int64_t v;
    return d && dim_is_num(d, &v) && v == n;
}

const char *dim_symbol(const Dim *d)
{
    return d->n == 1 && d->mono[0].n == 1 && d->mono[0].coef == 1
               ? d->mono[0].sym[0]
               : NULL;
}

bool dim_mentions(const Dim *d, const char *name)
{
    const Dim *a, *b;
    for (unsigned i = 0; i < d->n; i++)
        for (unsigned k = 0; k < d->mono[i].n; k++) {
            const char *s = d->mono[i].sym[k];
            if (s == name || (dim_min_of(s, &a, &b) &&
                              (dim_mentions(a, name) ||
                               dim_mentions(b, name))))
                return true;
        }
    return false;
}

/* A symbol with name replaced by e. */
static const Dim *subst_symbol(Ctx *ctx, const char *s, const char *name,
                               const Dim *e)
{
    const Dim *a, *b;
    if (s == name)
        return e;
    return dim_min_of(s, &a, &b) ? dim_min(ctx, dim_subst(ctx, a, name, e),
                                           dim_subst(ctx, b, name, e))
                                 : dim_sym(ctx, s);
}

const Dim *dim_subst(Ctx *ctx, const Dim *d, const char *name, const Dim *e)
{
    if (!d || !dim_mentions(d, name))
        return d;
    const Dim *sum = dim_num(ctx, 0);
    for (unsigned i = 0; i < d->n; i++) {
        const Dim *p = dim_num(ctx, d->mono[i].coef);
        for (unsigned k = 0; k < d->mono[i].n; k++)
            p = dim_mul(ctx, p, subst_symbol(ctx, d->mono[i].sym[k], name, e));
        sum = dim_add(ctx, sum, p);
    }
    return sum;
}

void dim_print(Buf *b, const Dim *d)
{
    if (d->n == 0)
        buf_add(b, "0");
    for (unsigned i = 0; i < d->n; i++) {
        const DimMono *m = &d->mono[i];
        int64_t c = m->coef;
        if (c < 0)
            buf_add(b, "-");
        else if (i > 0)
            buf_add(b, "+");
        c = c < 0 ? -c : c;
        if (c != 1 || m->n == 0)
            buf_printf(b, "%lld%s", (long long)c, m->n ? "*" : "");
        for (unsigned k = 0; k < m->n; k++)
            buf_printf(b, "%s%s", k ? "*" : "", m->sym[k]);
    }
}

const char *dim_text(Ctx *ctx, const Dim *d)
{
    Buf b;
    buf_init(&b, ctx->arena);
    dim_print(&b, d);
    return buf_text(&b);
}

/* n, or min(n,m). */
static const Dim *symbol_scan(Scan *in)
{
    const char *name = scan_name(in);
    if (!name)
        return scan_fail(in, "a dimension");
    if (strcmp(name, "min") != 0 || !scan_is(in, "("))
        return dim_sym(in->ctx, name);
    const Dim *a = dim_scan(in);
    const Dim *b = a && scan_want(in, ",") ? dim_scan(in) : NULL;
    return b && scan_want(in, ")") ? dim_min(in->ctx, a, b) : NULL;
}

/* c, c*n*m or n*m. */
static const Dim *mono_scan(Scan *in)
{
    int64_t c = 1;
    bool number = scan_number(in, &c), more = !number || scan_is(in, "*");
    const Dim *d = dim_num(in->ctx, c);
    while (d && more) {
        const Dim *m = symbol_scan(in);
        d = m ? dim_mul(in->ctx, d, m) : NULL;
        more = scan_is(in, "*");
    }
    return d;
}

const Dim *dim_scan(Scan *in)
{
    const Dim *d = dim_num(in->ctx, 0);
    bool minus = scan_is(in, "-"), more = true;
    while (d && more) {
        const Dim *m = mono_scan(in);
        d = minus ? dim_sub(in->ctx, d, m) : dim_add(in->ctx, d, m);
        minus = scan_is(in, "-");
        more = minus || scan_is(in, "+");
    }
    return d;
}
