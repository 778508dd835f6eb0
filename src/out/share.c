/* share.c: which parts of a long answer get a name of their own.
 *
 * A part is named if it occurs more than once and is not short, or if the
 * nesting above it grows deep; only in answers that are long anyway.  Parts
 * that mention a bound index stay where they are. */
#include "out/print.h"

#include <stdlib.h>

enum { LONG_TEXT = 240, SHORT_PART = 10, DEEP = 40 };

typedef struct Info {
    uint32_t parents, length, height;
    bool free, named, visited;
} Info;

typedef struct Share {
    Ctx *ctx;
    PtrMap info;
    const Tree **part;
    size_t n, cap;
    bool active;
} Share;

static Info *info_of(Share *s, const Tree *t)
{
    Info *i = ptrmap_get(&s->info, t);
    if (i)
        return i;
    i = ARENA_NEW(s->ctx->arena, Info);
    return i && ptrmap_put(&s->info, t, i) ? i : NULL;
}

static uint32_t own_length(const Tree *t)
{
    return t->op == OP_SYM ? 1 : t->op == OP_NUM ? 2 : t->op == OP_ADD ||
                   t->op == OP_MUL || t->op == OP_HAD
               ? 2 * t->nkids
               : 6;
}

/* What an unknown function is derived by is no part. */
static uint32_t parts_of(const Tree *t)
{
    return t->op == OP_DAPPLY ? t->kid[0]->sym->nargs + 1 : t->nkids;
}

static bool measure(Share *s, const Tree *t)
{
    Info *i = info_of(s, t);
    if (!i)
        return false;
    i->parents++;
    if (i->visited)
        return true;
    i->visited = true;
    i->free = !(t->op == OP_SYM && t->sym->kind == SYM_INDEX) &&
              t->op != OP_INT;
    i->length = own_length(t);
    for (uint32_t k = 0; k < parts_of(t); k++) {
        if (!measure(s, t->kid[k]))
            return false;
        Info *j = info_of(s, t->kid[k]);
        i->free = i->free && j->free;
        i->length += j->length;
        if (i->length > 1000000)
            i->length = 1000000;
    }
    return true;
}

static void push(Share *s, const Tree *t)
{
    if (s->n == s->cap) {
        size_t cap = s->cap ? 2 * s->cap : 16;
        const Tree **p = ARENA_ARRAY(s->ctx->arena, const Tree *, cap);
        if (!p)
            return;
        for (size_t i = 0; i < s->n; i++)
            p[i] = s->part[i];
        s->part = p;
        s->cap = cap;
    }
    s->part[s->n++] = t;
}

/* Children first: the height counts what is printed in place. */
static void choose(Share *s, const Tree *t)
{
    Info *i = info_of(s, t);
    if (!i || !i->visited)
        return;
    i->visited = false;
    i->height = 1;
    i->length = own_length(t);
    for (uint32_t k = 0; k < parts_of(t); k++) {
        choose(s, t->kid[k]);
        const Info *j = info_of(s, t->kid[k]);
        i->length += j->named ? 2 : j->length;
        if (!j->named && j->height >= i->height)
            i->height = j->height + 1;
    }
    bool repeats = s->active && i->parents > 1 && i->length >= SHORT_PART;
    i->named = i->free && t->nkids > 0 && t->op != OP_NEG &&
               (repeats || i->height >= DEEP);
    if (i->named)
        push(s, t);
}

static int later_first(const void *a, const void *b)
{
    const Tree *p = *(const Tree *const *)a, *q = *(const Tree *const *)b;
    return p->serial > q->serial ? -1 : p->serial < q->serial;
}

size_t share_parts(Printer *p, const Tree *t, const Tree ***part)
{
    Share s = {.ctx = p->ctx};
    ptrmap_init(&s.info, p->ctx->arena);
    if (!measure(&s, t))
        return 0;
    s.active = info_of(&s, t)->length > LONG_TEXT;
    for (uint32_t k = 0; k < parts_of(t); k++)
        choose(&s, t->kid[k]);
    if (s.n)
        qsort(s.part, s.n, sizeof *s.part, later_first);
    *part = s.part;
    return s.n;
}
