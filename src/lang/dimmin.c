/* dimmin.c: the smaller of two dimensions, as the length of svd(A).
 *
 * It is a symbol like any other to the polynomials; its name is its text, and
 * the two dimensions stand before the name in memory. */
#include "base/hash.h"
#include "lang/dim.h"

#include <stddef.h>
#include <string.h>

typedef struct Least {
    const Dim *a, *b;
    char text[];
} Least;

static bool least_same(const void *pa, const void *pb)
{
    const Least *a = pa, *b = pb;
    return a->a == b->a && a->b == b->b;
}

static uint64_t least_hash(const Least *p)
{
    return hash_mix(hash_mix(1, (uintptr_t)p->a), (uintptr_t)p->b);
}

static Least *least_new(Ctx *ctx, const Dim *a, const Dim *b)
{
    const char *text = ctx_printf(ctx, "min(%s,%s)", dim_text(ctx, a),
                                  dim_text(ctx, b));
    size_t size = text ? sizeof(Least) + strlen(text) + 1 : 0;
    Least *p = text ? arena_alloc(ctx->arena, size) : NULL;
    if (!p)
        return NULL;
    p->a = a;
    p->b = b;
    memcpy(p->text, text, strlen(text) + 1);
    return p;
}

static const char *least_name(Ctx *ctx, const Dim *a, const Dim *b)
{
    HashSet *s = ctx->slot[SLOT_DIM_MIN];
    Least key = {a, b};
    if (!s) {
        if (!(s = ARENA_NEW(ctx->arena, HashSet)))
            return NULL;
        hashset_init(s, ctx->arena, least_same);
        ctx->slot[SLOT_DIM_MIN] = s;
    }
    Least *p = hashset_find(s, least_hash(&key), &key);
    if (p)
        return p->text;
    p = least_new(ctx, a, b);
    return p && hashset_add(s, least_hash(p), p) ? p->text : NULL;
}

const Dim *dim_min(Ctx *ctx, const Dim *a, const Dim *b)
{
    int64_t gap;
    const Dim *d = a && b ? dim_sub(ctx, a, b) : NULL;
    if (!d)
        return NULL;
    if (dim_is_num(d, &gap))
        return gap < 0 ? a : b;
    if (dim_is(a, 1) || dim_is(b, 1))
        return dim_num(ctx, 1);
    const char *s = dim_text(ctx, a), *t = dim_text(ctx, b);
    bool turn = s && t && strcmp(s, t) > 0;
    return dim_sym(ctx, turn ? least_name(ctx, b, a) : least_name(ctx, a, b));
}

bool dim_min_of(const char *name, const Dim **a, const Dim **b)
{
    if (strncmp(name, "min(", 4) != 0)
        return false;
    const Least *p = (const void *)(name - offsetof(Least, text));
    *a = p->a;
    *b = p->b;
    return true;
}

bool dim_each(const Dim *d, bool (*f)(void *user, const char *name),
              void *user)
{
    const Dim *a, *b;
    for (unsigned i = 0; i < d->n; i++)
        for (unsigned k = 0; k < d->mono[i].n; k++) {
            const char *s = d->mono[i].sym[k];
            if (dim_min_of(s, &a, &b)
                    ? !dim_each(a, f, user) || !dim_each(b, f, user)
                    : !f(user, s))
                return false;
        }
    return true;
}
