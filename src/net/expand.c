/* expand.c: products of sums multiplied out, up to a number of terms. */
#include "net/net.h"

typedef struct Expand {
    uint32_t limit;
    bool over;
    PtrMap memo;
} Expand;

static const Net *expand_net(Ctx *ctx, Expand *x, const Net *n);

/* The first factor that is a sum, or -1. */
static int64_t sum_factor(const Term *t)
{
    for (uint32_t i = 0; i < t->nfactors; i++)
        if (t->factor[i].atom->kind == ATOM_SUM)
            return i;
    return -1;
}

static const Net *expand_term(Ctx *ctx, Expand *x, const Net *n,
                              const Term *t)
{
    int64_t at = sum_factor(t);
    Label id[NET_AXES], lab[NET_AXES];
    for (unsigned k = 0; k < n->naxes; k++)
        id[k] = (Label)k;
    if (at < 0) {
        Work w;
        work_init(&w, ctx, n->naxes, n->dim);
        work_term_of(&w, n, t, id, -1, NULL);
        return work_net_done(&w);
    }
    const Net *inner = expand_net(ctx, x, t->factor[at].atom->arg[0]);
    if (!inner || inner->nterms > x->limit) {
        x->over = true;
        return NULL;
    }
    const Net **part = ARENA_ARRAY(ctx->arena, const Net *,
                                   inner->nterms + 1u);
    if (!part)
        return NULL;
    for (uint32_t i = 0; i < inner->nterms; i++) {
        Work w;
        work_init(&w, ctx, n->naxes, n->dim);
        work_term_of(&w, n, t, id, at, lab);
        work_term_of(&w, inner, &inner->term[i], lab, -1, NULL);
        part[i] = expand_net(ctx, x, work_net_done(&w));
        if (!part[i])
            return NULL;
    }
    if (inner->nterms == 0)
        return net_zero(ctx, n->naxes, n->dim);
    return net_sum(ctx, inner->nterms, part, NULL);
}

static const Net *expand_net(Ctx *ctx, Expand *x, const Net *n)
{
    if (!n || x->over)
        return NULL;
    const Net *done = ptrmap_get(&x->memo, n);
    if (done)
        return done;
    const Net **part = ARENA_ARRAY(ctx->arena, const Net *, n->nterms + 1u);
    uint32_t total = 0;
    if (!part)
        return NULL;
    for (uint32_t i = 0; i < n->nterms; i++) {
        part[i] = expand_term(ctx, x, n, &n->term[i]);
        if (!part[i])
            return NULL;
        total += part[i]->nterms;
        if (total > x->limit) {
            x->over = true;
            return NULL;
        }
    }
    const Net *r = n->nterms ? net_sum(ctx, n->nterms, part, NULL) : n;
    ptrmap_put(&x->memo, n, (void *)(uintptr_t)r);
    return r;
}

const Net *net_expand(Ctx *ctx, const Net *n, uint32_t limit)
{
    Expand x = {.limit = limit};
    ptrmap_init(&x.memo, ctx->arena);
    const Net *r = expand_net(ctx, &x, n);
    return r ? r : n;
}
