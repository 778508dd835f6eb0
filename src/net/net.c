/* net.c: nets: consing, symmetry, and the sums of terms.
 *
 * Comes in: terms.  Goes out: unique pointers.  Between: a net's terms are
 * canonical and like terms are collected. */
#include "net/store.h"

#include <string.h>

static bool term_same(const Term *a, const Term *b)
{
    if (a->hash != b->hash || a->nfactors != b->nfactors ||
        a->nbound != b->nbound)
        return false;
    for (uint32_t i = 0; i < a->nfactors; i++) {
        const Factor *f = &a->factor[i], *g = &b->factor[i];
        if (f->atom != g->atom ||
            memcmp(f->lab, g->lab, f->atom->naxes * sizeof(Label)) != 0)
            return false;
    }
    return true;
}

static bool net_same(const void *pa, const void *pb)
{
    const Net *a = pa, *b = pb;
    if (a->naxes != b->naxes || a->nterms != b->nterms ||
        memcmp(a->dim, b->dim, a->naxes * sizeof a->dim[0]) != 0)
        return false;
    for (uint32_t i = 0; i < a->nterms; i++)
        if (!term_same(&a->term[i], &b->term[i]) ||
            !rat_equal(a->term[i].coef, b->term[i].coef))
            return false;
    return true;
}

NetStore *net_store(Ctx *ctx)
{
    NetStore *s = ctx->slot[SLOT_NET];
    if (!s) {
        s = ARENA_NEW(ctx->arena, NetStore);
        if (!s)
            return NULL;
        hashset_init(&s->atoms, ctx->arena, atom_same);
        hashset_init(&s->nets, ctx->arena, net_same);
        ptrmap_init(&s->fixed, ctx->arena);
        ptrmap_init(&s->symmetry, ctx->arena);
        ptrmap_init(&s->transposed, ctx->arena);
        ptrmap_init(&s->twin, ctx->arena);
        ptrmap_init(&s->conj, ctx->arena);
        ptrmap_init(&s->complex, ctx->arena);
        ctx->slot[SLOT_NET] = s;
    }
    return s;
}

/* --- fixed indices */

Label net_fixed(Ctx *ctx, const Dim *index)
{
    NetStore *s = net_store(ctx);
    if (!s || !index)
        return -1;
    uintptr_t id = (uintptr_t)ptrmap_get(&s->fixed, index);
    if (id)
        return -(Label)id;
    if (s->nindex == s->capindex) {
        uint32_t cap = s->capindex ? 2 * s->capindex : 16;
        const Dim **p = ARENA_ARRAY(ctx->arena, const Dim *, cap);
        if (!p)
            return -1;
        if (s->nindex)
            memcpy(p, s->index, s->nindex * sizeof *p);
        s->index = p;
        s->capindex = cap;
    }
    s->index[s->nindex++] = index;
    ptrmap_put(&s->fixed, index, (void *)(uintptr_t)s->nindex);
    return -(Label)s->nindex;
}

const Dim *net_fixed_index(Ctx *ctx, Label l)
{
    return net_store(ctx)->index[-l - 1];
}

/* --- nets */

static void net_measure(Net *n)
{
    uint32_t size = 1, depth = 0;
    for (uint32_t i = 0; i < n->nterms; i++)
        for (uint32_t j = 0; j < n->term[i].nfactors; j++) {
            const Atom *a = n->term[i].factor[j].atom;
            size++;
            for (unsigned k = 0; k < a->nargs; k++) {
                if (a->arg[k]->depth > depth)
                    depth = a->arg[k]->depth;
                if (size < UINT32_MAX / 4)
                    size += a->arg[k]->size;
            }
        }
    n->size = size;
    n->depth = depth + 1;
}

const Net *net_intern(Ctx *ctx, unsigned naxes, const Dim *const *dim,
                      uint32_t nterms, const Term *term)
{
    NetStore *s = net_store(ctx);
    if (!s || ctx_failed(ctx) || !ctx_step(ctx, nterms + 1))
        return NULL;
    Net key = {.naxes = (uint8_t)naxes, .nterms = nterms, .term = term};
    uint64_t h = hash_mix(naxes, nterms);
    for (unsigned k = 0; k < naxes; k++) {
        key.dim[k] = dim[k];
        h = hash_mix(h, dim[k]->hash);
    }
    for (uint32_t i = 0; i < nterms; i++)
        h = hash_mix(hash_mix(h, term[i].hash), rat_hash(term[i].coef));
    key.hash = h;
    Net *n = hashset_find(&s->nets, h, &key);
    if (n)
        return n;
    n = ARENA_NEW(ctx->arena, Net);
    if (!n)
        return NULL;
    *n = key;
    net_measure(n);
    if (n->depth > ctx->limits.depth)
        return ctx_fail(ctx, ERR_LIMIT, (Span){0, 0}, NULL,
                        "the expression is nested deeper than the limit "
                        "depth = %u",
                        ctx->limits.depth);
    n->serial = ++s->serial;
    return hashset_add(&s->nets, h, n) ? n : NULL;
}

const Net *net_zero(Ctx *ctx, unsigned naxes, const Dim *const *dim)
{
    return net_intern(ctx, naxes, dim, 0, NULL);
}

const Net *net_one(Ctx *ctx, unsigned naxes, const Dim *const *dim)
{
    Work w;
    work_init(&w, ctx, naxes, dim);
    return work_net_done(&w);
}

const Net *net_num(Ctx *ctx, Rat r)
{
    Work w;
    work_init(&w, ctx, 0, NULL);
    work_scale(&w, r);
    return work_net_done(&w);
}

const Net *net_atom(Ctx *ctx, const Atom *a)
{
    if (!a)
        return NULL;
    if (a->kind == ATOM_SUM)
        return a->arg[0];
    Work w;
    Label lab[NET_AXES];
    work_init(&w, ctx, a->naxes, a->dim);
    for (unsigned k = 0; k < a->naxes; k++)
        lab[k] = (Label)k;
    work_atom(&w, a, lab);
    return work_net_done(&w);
}

typedef struct Collect {
    const Term *term;
    Rat coef;
} Collect;

static bool collect_same(const void *a, const void *b)
{
    return term_same(((const Collect *)a)->term, ((const Collect *)b)->term);
}

static Collect *collect_terms(Ctx *ctx, uint32_t n, const Net *const *part,
                              const Rat *c, uint32_t *count)
{
    size_t total = 0;
    for (uint32_t i = 0; i < n; i++)
        total += part[i]->nterms;
    Collect *all = ARENA_ARRAY(ctx->arena, Collect, total + 1);
    HashSet seen;
    hashset_init(&seen, ctx->arena, collect_same);
    uint32_t m = 0;
    for (uint32_t i = 0; all && i < n; i++)
        for (uint32_t j = 0; j < part[i]->nterms; j++) {
            const Term *t = &part[i]->term[j];
            Collect key = {t, rat_mul(ctx, t->coef, c ? c[i] : rat_int(1))};
            Collect *old = hashset_find(&seen, t->hash, &key);
            if (old) {
                old->coef = rat_add(ctx, old->coef, key.coef);
                continue;
            }
            all[m] = key;
            if (!hashset_add(&seen, t->hash, &all[m++]))
                return NULL;
        }
    *count = m;
    return all;
}

/* A term that is one sum over an index, on the net's axes in order. */
static const Atom *plain_sumi(const Term *t, unsigned naxes)
{
    const Factor *f = t->factor;
    if (t->nfactors != 1 || f->atom->kind != ATOM_SUMI ||
        f->atom->naxes != naxes)
        return NULL;
    for (unsigned k = 0; k < naxes; k++)
        if (f->lab[k] != (Label)k)
            return NULL;
    return f->atom;
}

/* Sums over the same range are one sum: the first takes the others in. */
static bool merge_sums(Ctx *ctx, Term *t, uint32_t *n, unsigned naxes)
{
    for (uint32_t i = 0; i < *n; i++) {
        const Atom *a = plain_sumi(&t[i], naxes);
        for (uint32_t j = i + 1; a && j < *n; j++) {
            const Atom *b = plain_sumi(&t[j], naxes);
            if (!b || a->index != b->index || a->lo != b->lo ||
                a->hi != b->hi)
                continue;
            const Net *body = net_sum(
                ctx, 2, (const Net *[]){a->arg[0], b->arg[0]},
                (Rat[]){t[i].coef, t[j].coef});
            const Net *s = net_sumi(ctx, a->index, a->lo, a->hi, body);
            if (!s || s->nterms != 1)
                return s != NULL; /* left as they are */
            t[i] = s->term[0];
            t[j] = t[--*n];
            return merge_sums(ctx, t, n, naxes);
        }
    }
    return true;
}

static bool any_sumi(const Term *t, uint32_t n, unsigned naxes)
{
    uint32_t k = 0;
    for (uint32_t i = 0; i < n; i++)
        k += plain_sumi(&t[i], naxes) != NULL;
    return k > 1;
}

const Net *net_sum(Ctx *ctx, uint32_t n, const Net *const *part, const Rat *c)
{
    for (uint32_t i = 0; i < n; i++)
        if (!part[i])
            return NULL;
    uint32_t m = 0, kept = 0;
    Collect *all = collect_terms(ctx, n, part, c, &m);
    Term *term = all ? ARENA_ARRAY(ctx->arena, Term, m + 1u) : NULL;
    if (!term || n == 0)
        return NULL;
    for (uint32_t i = 0; i < m; i++)
        if (!rat_is(all[i].coef, 0)) {
            term[kept] = *all[i].term;
            term[kept++].coef = all[i].coef;
        }
    if (any_sumi(term, kept, part[0]->naxes) &&
        !merge_sums(ctx, term, &kept, part[0]->naxes))
        return NULL;
    return net_intern(ctx, part[0]->naxes, part[0]->dim, kept, term);
}

const Net *net_add(Ctx *ctx, const Net *a, const Net *b)
{
    return net_sum(ctx, 2, (const Net *const[]){a, b}, NULL);
}

const Net *net_scale(Ctx *ctx, const Net *a, Rat c)
{
    return net_sum(ctx, 1, &a, &c);
}

const Net *net_permute(Ctx *ctx, const Net *n, const uint8_t *perm)
{
    if (!n)
        return NULL;
    const Dim *dim[NET_AXES];
    Label lab[NET_AXES];
    for (unsigned k = 0; k < n->naxes; k++) {
        dim[k] = n->dim[perm[k]];
        lab[perm[k]] = (Label)k;
    }
    const Net **part = ARENA_ARRAY(ctx->arena, const Net *, n->nterms + 1u);
    if (!part)
        return NULL;
    if (n->nterms == 0)
        return net_zero(ctx, n->naxes, dim);
    for (uint32_t i = 0; i < n->nterms; i++) {
        Work w;
        work_init(&w, ctx, n->naxes, dim);
        work_term_of(&w, n, &n->term[i], lab, -1, NULL);
        part[i] = work_net_done(&w);
    }
    return net_sum(ctx, n->nterms, part, NULL);
}

const Net *net_transpose(Ctx *ctx, const Net *n)
{
    NetStore *s = net_store(ctx);
    if (!n || !s || n->naxes != 2)
        return n;
    Net *t = ptrmap_get(&s->transposed, n);
    if (t)
        return t;
    const Net *r = net_permute(ctx, n, (const uint8_t[]){1, 0});
    if (r) {
        ptrmap_put(&s->transposed, n, (void *)(uintptr_t)r);
        ptrmap_put(&s->transposed, r, (void *)(uintptr_t)n);
    }
    return r;
}

int net_symmetry(Ctx *ctx, const Net *n)
{
    NetStore *s = net_store(ctx);
    if (!s || !n || n->naxes != 2 || n->dim[0] != n->dim[1])
        return 0;
    uintptr_t known = (uintptr_t)ptrmap_get(&s->symmetry, n);
    if (known)
        return (int)known - 2;
    const Net *t = net_transpose(ctx, n);
    int sign = 0;
    if (t == n)
        sign = 1;
    else if (t && net_scale(ctx, t, rat_int(-1)) == n)
        sign = -1;
    ptrmap_put(&s->symmetry, n, (void *)(uintptr_t)(sign + 2));
    return sign;
}

bool net_is_num(const Net *n, Rat *r)
{
    if (!n || n->nterms > 1)
        return false;
    if (n->nterms == 0) {
        *r = rat_int(0);
        return true;
    }
    if (n->term[0].nfactors)
        return false;
    *r = n->term[0].coef;
    return true;
}
