/* refine.c: colour refinement on the graph of one term.
 *
 * A label's colour is refined by the colours of the factors that it stands
 * on.  After the first round only labels beside one whose colour has changed
 * are looked at, and of the parts of a class the largest keeps its colour, so
 * that a long chain costs what it is long (Hopcroft 1971, with hashes for the
 * names of classes: they must not depend on the order of the labels). */
#include "net/refine.h"

#include <stdlib.h>
#include <string.h>

const uint8_t label_orders[8][4] = {
    {0, 1, 2, 3}, {1, 0, 3, 2}, {2, 3, 0, 1}, {3, 2, 1, 0},
    {1, 0, 2, 3}, {0, 1, 3, 2}, {2, 3, 1, 0}, {3, 2, 0, 1}};

unsigned label_orders_of(const Atom *a)
{
    return a->symmetry == SAME_FLIP   ? 8
           : a->symmetry == SAME_TURN ? 4
           : a->symmetry              ? 2
                                      : 1;
}

static uint64_t label_colour(const uint64_t *colour, Label l)
{
    return l < 0 ? hash_mix(0x5eed, (uint64_t)-l) : colour[l];
}

static uint64_t same_colour(const uint64_t *colour, const Factor *f,
                            uint64_t h)
{
    uint64_t sum = 0;
    for (unsigned o = 0; o < label_orders_of(f->atom); o++) {
        uint64_t g = h;
        FOR_AXES(f, k)
            g = hash_mix(g, label_colour(colour, f->lab[label_orders[o][k]]));
        sum += g;
    }
    return sum;
}

static uint64_t factor_colour(const uint64_t *colour, const Factor *f)
{
    uint64_t h = hash_mix(17, f->atom->serial);
    if (f->atom->symmetry > 1)
        return same_colour(colour, f, h);
    if (f->atom->symmetry)
        return hash_mix(h, label_colour(colour, f->lab[0]) +
                               label_colour(colour, f->lab[1]));
    FOR_AXES(f, k)
        h = hash_mix(h, label_colour(colour, f->lab[k]));
    return h;
}

/* --- what stands where */

static bool incidence(Refine *r)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->nf; i++)
        FOR_AXES(&r->f[i], k)
            if (r->f[i].lab[k] >= 0) {
                r->first[r->f[i].lab[k] + 1]++;
                n++;
            }
    for (uint32_t l = 0; l < r->nl; l++)
        r->first[l + 1] += r->first[l];
    r->at = ARENA_ARRAY(r->ctx->arena, uint32_t, n + 1u);
    uint32_t *to = ARENA_ARRAY(r->ctx->arena, uint32_t, r->nl + 1u);
    if (!r->at || !to)
        return false;
    memcpy(to, r->first, r->nl * sizeof *to);
    for (uint32_t i = 0; i < r->nf; i++)
        FOR_AXES(&r->f[i], k)
            if (r->f[i].lab[k] >= 0)
                r->at[to[r->f[i].lab[k]]++] = i;
    return true;
}

typedef struct Mark {
    uint64_t sign;
    uint32_t cls, label;
} Mark;

bool refine_init(Refine *r, Ctx *ctx, const Factor *f, uint32_t nf,
                 uint32_t nl)
{
    uint32_t *p = ARENA_ARRAY(ctx->arena, uint32_t, 4u * nl + nf + 4u);
    *r = (Refine){.ctx = ctx, .f = f, .nf = nf, .nl = nl,
                  .sign = ARENA_ARRAY(ctx->arena, uint64_t, nl + 1u),
                  .mark = ARENA_ARRAY(ctx->arena, Mark, nl + 1u)};
    if (!p || !r->sign || !r->mark)
        return false;
    r->first = p;
    r->changed = r->first + nl + 1;
    r->touched = r->changed + nl;
    r->label_round = r->touched + nl;
    r->factor_round = r->label_round + nl;
    return incidence(r);
}

/* --- one round */

/* The factor's colour goes to all labels that it carries. */
static void touch_factor(Refine *r, const Classes *k, const Factor *f)
{
    uint64_t h = factor_colour(k->colour, f);
    FOR_AXES(f, a) {
        Label l = f->lab[a];
        if (l < 0)
            continue;
        if (r->label_round[l] != r->round) {
            r->label_round[l] = r->round;
            r->sign[l] = 0;
            r->touched[r->ntouched++] = (uint32_t)l;
        }
        r->sign[l] += hash_mix(h, f->atom->symmetry ? 0 : a + 1u);
    }
}

static void touch(Refine *r, const Classes *k)
{
    r->ntouched = 0;
    r->round++;
    for (uint32_t i = 0; i < r->nchanged; i++) {
        uint32_t l = r->changed[i];
        for (uint32_t j = r->first[l]; j < r->first[l + 1]; j++) {
            uint32_t at = r->at[j];
            if (r->factor_round[at] == r->round)
                continue;
            r->factor_round[at] = r->round;
            touch_factor(r, k, &r->f[at]);
        }
    }
}

static int mark_compare(const void *pa, const void *pb)
{
    const Mark *a = pa, *b = pb;
    if (a->cls != b->cls)
        return a->cls < b->cls ? -1 : 1;
    return (a->sign > b->sign) - (a->sign < b->sign);
}

/* The labels m[0..n-1], all alike, leave their class. */
static void part_off(Refine *r, Classes *k, const Mark *m, uint32_t n)
{
    uint32_t fresh = k->n++;
    k->size[m->cls] -= n;
    k->size[fresh] = n;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t l = m[i].label;
        k->cls[l] = fresh;
        k->colour[l] = hash_mix(k->colour[l], m->sign);
        r->changed[r->nchanged++] = l;
    }
}

static uint32_t alike(const Mark *m, uint32_t n)
{
    uint32_t i = 1;
    while (i < n && m[i].cls == m->cls && m[i].sign == m->sign)
        i++;
    return i;
}

/* The labels m[0..n-1] of one class: each part of them leaves it; if all of
 * its labels are here, the largest part stays. */
static void part_class(Refine *r, Classes *k, const Mark *m, uint32_t n)
{
    uint32_t stay = n, most = 0;
    for (uint32_t i = 0, c; n == k->size[m->cls] && i < n; i += c) {
        c = alike(&m[i], n - i);
        if (c > most) {
            most = c;
            stay = i;
        }
    }
    for (uint32_t i = 0, c; i < n; i += c) {
        c = alike(&m[i], n - i);
        if (i != stay)
            part_off(r, k, &m[i], c);
    }
}

static void rounds(Refine *r, Classes *k)
{
    Mark *m = r->mark;
    while (r->nchanged) {
        touch(r, k);
        for (uint32_t i = 0; i < r->ntouched; i++) {
            uint32_t l = r->touched[i];
            m[i] = (Mark){r->sign[l], k->cls[l], l};
        }
        qsort(m, r->ntouched, sizeof *m, mark_compare);
        r->nchanged = 0;
        for (uint32_t i = 0, c; i < r->ntouched; i += c) {
            c = 1;
            while (i + c < r->ntouched && m[i + c].cls == m[i].cls)
                c++;
            part_class(r, k, &m[i], c);
        }
    }
}

static bool classes_new(Refine *r, Classes *k)
{
    uint32_t n = r->nl + 1u;
    *k = (Classes){.colour = ARENA_ARRAY(r->ctx->arena, uint64_t, n),
                   .cls = ARENA_ARRAY(r->ctx->arena, uint32_t, 2u * n)};
    k->size = k->cls ? k->cls + n : NULL;
    return k->colour && k->cls;
}

static int by_colour(const void *pa, const void *pb)
{
    const Mark *a = pa, *b = pb;
    return (a->sign > b->sign) - (a->sign < b->sign);
}

/* Labels on no factor are in no class: what is left of the making of a term
 * must not show. */
bool refine_all(Refine *r, Classes *k, const uint64_t *colour)
{
    Mark *m = r->mark;
    uint32_t n = 0;
    if (!classes_new(r, k))
        return false;
    for (uint32_t l = 0; l < r->nl; l++) {
        k->colour[l] = colour[l];
        k->cls[l] = UINT32_MAX;
        if (r->first[l + 1] > r->first[l]) {
            r->changed[n] = l;
            m[n++] = (Mark){colour[l], 0, l};
        }
    }
    r->nchanged = n;
    qsort(m, n, sizeof *m, by_colour);
    for (uint32_t i = 0; i < n; i++) {
        k->n += i == 0 || m[i].sign != m[i - 1].sign;
        k->cls[m[i].label] = k->n - 1;
        k->size[k->n - 1]++;
    }
    rounds(r, k);
    return true;
}

bool refine_apart(Refine *r, Classes *k, const Classes *from, uint32_t l)
{
    if (!classes_new(r, k))
        return false;
    memcpy(k->colour, from->colour, r->nl * sizeof *k->colour);
    memcpy(k->cls, from->cls, r->nl * sizeof *k->cls);
    memcpy(k->size, from->size, from->n * sizeof *k->size);
    k->n = from->n;
    r->nchanged = 0;
    part_off(r, k, &(Mark){0xfade, k->cls[l], l}, 1);
    rounds(r, k);
    return true;
}
