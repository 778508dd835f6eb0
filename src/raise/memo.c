/* memo.c: sums that have been read before: the ways of pulling out what terms
 * share meet in the same sums again and again. */
#include "raise/build.h"

#include <string.h>

typedef struct Read {
    FTerm *f;
    uint32_t n;
    unsigned how; /* what is being tried */
    const Dim *rows, *cols;
    const Tree *t;
} Read;

static unsigned how(const Raise *r)
{
    return r->turned + 2u * r->spread + 4u * r->conjugated;
}

static bool same_term(const FTerm *a, const FTerm *b)
{
    if (a->ns != b->ns || a->nin != b->nin || !rat_equal(a->coef, b->coef) ||
        a->chain.n != b->chain.n ||
        (a->chain.n && !chain_same(&a->chain, &b->chain)))
        return false;
    for (uint32_t i = 0; i < a->ns; i++)
        if (a->s[i].t != b->s[i].t || a->s[i].den != b->s[i].den)
            return false;
    for (uint32_t i = 0; i < a->nin; i++)
        if (a->in[i].t != b->in[i].t)
            return false;
    return true;
}

static bool same_sum(const void *x, const void *y)
{
    const Read *a = x, *b = y;
    if (a->n != b->n || a->how != b->how || a->rows != b->rows ||
        a->cols != b->cols)
        return false;
    for (uint32_t i = 0; i < a->n; i++)
        if (!same_term(&a->f[i], &b->f[i]))
            return false;
    return true;
}

static uint64_t hash_of(const Read *k)
{
    uint64_t h = hash_mix(k->n + 64 * (uint64_t)k->how, k->rows->hash);
    h = hash_mix(h, k->cols->hash);
    for (uint32_t i = 0; i < k->n; i++) {
        const FTerm *f = &k->f[i];
        h = hash_mix(h, rat_hash(f->coef));
        for (uint32_t j = 0; j < f->ns; j++)
            h = hash_mix(h, f->s[j].t->hash + f->s[j].den);
        for (uint32_t j = 0; j < f->chain.n; j++)
            h = hash_mix(h, f->chain.e[j].t->hash);
    }
    return h;
}

const Tree *sum_known(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
                      const Dim *cols)
{
    Read key = {f, n, how(r), rows, cols, NULL};
    const Read *old = hashset_find(&r->sums, hash_of(&key), &key);
    return old ? old->t : NULL;
}

/* Deep down, where sums are read as they stand, it is not the best. */
void sum_note(Raise *r, FTerm *f, uint32_t n, const Dim *rows,
              const Dim *cols, const Tree *t)
{
    enum { SHALLOW = 32 };
    Read *k = t && n > 1 && r->depth < SHALLOW ? ARENA_NEW(r->ctx->arena, Read)
                                               : NULL;
    if (!k)
        return;
    *k = (Read){copy_terms(r, f, n), n, how(r), rows, cols, t};
    if (k->f)
        hashset_add(&r->sums, hash_of(k), k);
}

void sum_memo_init(Raise *r)
{
    hashset_init(&r->sums, r->ctx->arena, same_sum);
}
