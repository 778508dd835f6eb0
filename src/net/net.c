/* net.c: atoms and nets: consing, symmetry, and the sums of terms.
 *
 * Comes in: factors with labels.  Goes out: unique pointers.  Between: an
 * atom knows its axes and its symmetry; a net's terms are canonical and like
 * terms are collected. */
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

static bool atom_same(const void *pa, const void *pb)
{
    const Atom *a = pa, *b = pb;
    return a->kind == b->kind && a->op == b->op && a->naxes == b->naxes &&
           a->sym == b->sym && a->expo == b->expo && a->index == b->index &&
           a->lo == b->lo && a->hi == b->hi && a->nargs == b->nargs &&
           memcmp(a->arg, b->arg, sizeof a->arg) == 0 &&
           memcmp(a->der, b->der, sizeof a->der) == 0 &&
           memcmp(a->dim, b->dim, a->naxes * sizeof a->dim[0]) == 0;
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

/* --- atoms */

static uint64_t atom_hash(const Atom *a)
{
    uint64_t h = hash_mix(a->kind, (uint64_t)a->op);
    if (a->sym)
        h = hash_mix(h, a->sym->serial + 1u);
    if (a->expo)
        h = hash_mix(h, a->expo->hash);
    if (a->index)
        h = hash_mix(h, hash_bytes(a->index, strlen(a->index)));
    if (a->lo)
        h = hash_mix(hash_mix(h, a->lo->hash), a->hi->hash);
    for (unsigned k = 0; k < a->naxes; k++)
        h = hash_mix(h, a->dim[k]->hash);
    for (unsigned k = 0; a->kind == ATOM_APPLY && k < a->nargs; k++)
        h = hash_mix(h, a->der[k] + 1u);
    for (unsigned k = 0; k < a->nargs; k++)
        h = hash_mix(h, a->arg[k]->hash);
    return h;
}

static int atom_symmetry(Ctx *ctx, const Atom *a)
{
    if (a->kind == ATOM_SAME)
        return a->op == OP_ANTIDIAGSUMS ? SAME_FLIP : SAME_TURN;
    if (a->naxes != 2 || a->dim[0] != a->dim[1])
        return 0;
    switch (a->kind) {
    case ATOM_DELTA:
        return 1;
    case ATOM_MASK:
        return a->op == OP_BAND && a->lo == a->hi;
    case ATOM_SYM:
        return a->sym->props & PROP_SYMMETRIC ? 1
               : a->sym->props & PROP_SKEW    ? -1
                                              : 0;
    case ATOM_SUM:
    case ATOM_SUMI:
        return net_symmetry(ctx, a->arg[0]);
    case ATOM_FUN:
    case ATOM_POW:
        for (unsigned k = 0; k < a->nargs; k++)
            if (a->arg[k]->naxes == 2 && net_symmetry(ctx, a->arg[k]) != 1)
                return 0;
        return 1;
    case ATOM_MPOW: {
        int s = net_symmetry(ctx, a->arg[0]);
        int64_t p;
        if (s == -1 && dim_is_num(a->expo, &p))
            return p % 2 ? -1 : 1;
        return s == 1;
    }
    case ATOM_MAT:
        if (a->op == OP_EIGVECS || a->op == OP_CHOL || a->op == OP_SVDU ||
            a->op == OP_SVDV)
            return 0;
        for (unsigned k = 0; k < a->nargs; k++)
            if (net_symmetry(ctx, a->arg[k]) != 1)
                return 0;
        return 1;
    case ATOM_APPLY: /* a Hessian; a value declared so */
        for (unsigned k = 0; k < a->nargs; k++)
            if (a->der[k] == 2 && a->arg[k]->naxes == 1)
                return 1;
        return dim_is(a->sym->cols, 1)             ? 0
               : a->sym->props & PROP_SYMMETRIC ? 1
               : a->sym->props & PROP_SKEW      ? -1
                                                : 0;
    default:
        return 0;
    }
}

const Atom *atom_intern(Ctx *ctx, Atom *key)
{
    NetStore *s = net_store(ctx);
    if (!s || ctx_failed(ctx))
        return NULL;
    for (unsigned k = 0; k < key->nargs; k++)
        if (!key->arg[k])
            return NULL;
    for (unsigned k = 0; k < key->naxes; k++)
        if (!key->dim[k])
            return NULL;
    key->hash = atom_hash(key);
    Atom *a = hashset_find(&s->atoms, key->hash, key);
    if (a)
        return a;
    a = ARENA_NEW(ctx->arena, Atom);
    if (!a)
        return NULL;
    *a = *key;
    a->symmetry = (int8_t)atom_symmetry(ctx, a);
    a->serial = ++s->serial;
    return hashset_add(&s->atoms, a->hash, a) ? a : NULL;
}

const Atom *atom_sym(Ctx *ctx, const Sym *s)
{
    Atom a = {.kind = ATOM_SYM, .sym = s};
    if (!dim_is(s->rows, 1))
        a.dim[a.naxes++] = s->rows;
    if (!dim_is(s->cols, 1) && !(s->props & PROP_DIAGONAL))
        a.dim[a.naxes++] = s->cols;
    return atom_intern(ctx, &a);
}

const Atom *atom_int(Ctx *ctx, const Dim *d)
{
    return atom_intern(ctx, &(Atom){.kind = ATOM_INT, .expo = d});
}

const Atom *atom_imunit(Ctx *ctx)
{
    return atom_intern(ctx, &(Atom){.kind = ATOM_IMUNIT});
}

const Atom *atom_pi(Ctx *ctx)
{
    return atom_intern(ctx, &(Atom){.kind = ATOM_PI});
}

const Atom *atom_delta(Ctx *ctx, const Dim *d)
{
    return atom_intern(
        ctx, &(Atom){.kind = ATOM_DELTA, .naxes = 2, .dim = {d, d}});
}

const Atom *atom_fuse(Ctx *ctx, const Dim *slow, const Dim *fast)
{
    return atom_intern(ctx,
                       &(Atom){.kind = ATOM_FUSE,
                               .naxes = 3,
                               .dim = {dim_mul(ctx, slow, fast), slow, fast}});
}

static void atom_axes_of(Atom *a, const Net *n)
{
    a->naxes = n->naxes;
    memcpy(a->dim, n->dim, n->naxes * sizeof n->dim[0]);
}

const Atom *atom_fun(Ctx *ctx, OpId op, const Net *x, const Net *y)
{
    if (!x)
        return NULL;
    Atom a = {.kind = ATOM_FUN, .op = op, .nargs = y ? 2 : 1, .arg = {x, y}};
    atom_axes_of(&a, y && y->naxes > x->naxes ? y : x);
    return atom_intern(ctx, &a);
}

const Atom *atom_pow(Ctx *ctx, const Net *base, const Net *expo)
{
    if (!base || !expo)
        return NULL;
    Atom a = {.kind = ATOM_POW, .nargs = 2, .arg = {base, expo}};
    atom_axes_of(&a, base->naxes ? base : expo);
    return atom_intern(ctx, &a);
}

const Atom *atom_mpow(Ctx *ctx, const Net *base, const Dim *expo)
{
    if (!base)
        return NULL;
    Atom a = {.kind = ATOM_MPOW, .nargs = 1, .arg = {base}, .expo = expo};
    atom_axes_of(&a, base);
    return atom_intern(ctx, &a);
}

const Atom *atom_mat(Ctx *ctx, OpId op, const Net *arg, unsigned naxes,
                     const Dim *const *dim)
{
    Atom a = {.kind = ATOM_MAT, .op = op, .nargs = 1, .arg = {arg}};
    a.naxes = (uint8_t)naxes;
    for (unsigned k = 0; k < naxes; k++)
        a.dim[k] = dim[k];
    return atom_intern(ctx, &a);
}

const Atom *atom_sum(Ctx *ctx, const Net *n)
{
    if (!n)
        return NULL;
    Atom a = {.kind = ATOM_SUM, .nargs = 1, .arg = {n}};
    atom_axes_of(&a, n);
    return atom_intern(ctx, &a);
}

const Atom *atom_sumi(Ctx *ctx, const char *index, const Dim *lo,
                      const Dim *hi, const Net *body)
{
    if (!body)
        return NULL;
    Atom a = {.kind = ATOM_SUMI,
              .nargs = 1,
              .arg = {body},
              .index = index,
              .lo = lo,
              .hi = hi};
    atom_axes_of(&a, body);
    return atom_intern(ctx, &a);
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
