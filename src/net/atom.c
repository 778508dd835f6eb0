/* atom.c: atoms: consing, and the symmetry of their axes.
 *
 * Comes in: what an atom is made of.  Goes out: the one atom that is equal to
 * it, which knows its axes and whether they may be exchanged. */
#include "net/store.h"

#include <string.h>

bool atom_same(const void *pa, const void *pb)
{
    const Atom *a = pa, *b = pb;
    return a->kind == b->kind && a->op == b->op && a->naxes == b->naxes &&
           a->sym == b->sym && a->expo == b->expo && a->index == b->index &&
           a->lo == b->lo && a->hi == b->hi && a->nargs == b->nargs &&
           memcmp(a->arg, b->arg, sizeof a->arg) == 0 &&
           memcmp(a->der, b->der, sizeof a->der) == 0 &&
           memcmp(a->dim, b->dim, a->naxes * sizeof a->dim[0]) == 0;
}

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
