/* tree.c: consed trees: equal content is one pointer. */
#include "lang/tree.h"
#include "base/hash.h"

#include <string.h>

typedef struct TreeTable {
    HashSet set;
    uint32_t serial;
} TreeTable;

static bool tree_same(const void *pa, const void *pb)
{
    const Tree *a = pa, *b = pb;
    return a->op == b->op && a->flags == b->flags && a->nkids == b->nkids &&
           a->rows == b->rows && a->cols == b->cols && a->name == b->name &&
           a->sym == b->sym && a->dim == b->dim && rat_equal(a->num, b->num) &&
           memcmp(a->kid, b->kid, a->nkids * sizeof a->kid[0]) == 0;
}

static uint64_t tree_hash(const Tree *t)
{
    uint64_t h = hash_mix((uint64_t)t->op, t->nkids + 64u * t->flags);
    if (t->rows)
        h = hash_mix(hash_mix(h, t->rows->hash), t->cols->hash);
    if (t->name)
        h = hash_mix(h, hash_bytes(t->name, strlen(t->name)));
    if (t->sym)
        h = hash_mix(h, t->sym->serial + 7u);
    if (t->dim)
        h = hash_mix(h, t->dim->hash);
    if (t->op == OP_NUM || t->op == OP_NAME)
        h = hash_mix(h, rat_hash(t->num));
    for (uint32_t i = 0; i < t->nkids; i++)
        h = hash_mix(h, t->kid[i]->hash);
    return h;
}

static TreeTable *tree_table(Ctx *ctx)
{
    TreeTable *t = ctx->slot[SLOT_TREE];
    if (!t && (t = ARENA_NEW(ctx->arena, TreeTable))) {
        hashset_init(&t->set, ctx->arena, tree_same);
        ctx->slot[SLOT_TREE] = t;
    }
    return t;
}

static Tree *tree_key(Ctx *ctx, OpId op, uint32_t n, const Tree *const *kid)
{
    if (ctx_failed(ctx))
        return NULL;
    for (uint32_t i = 0; i < n; i++)
        if (!kid[i])
            return NULL;
    Tree *t = arena_alloc(ctx->arena, sizeof *t + n * sizeof t->kid[0]);
    if (!t)
        return NULL;
    t->op = op;
    t->nkids = n;
    t->size = 1;
    for (uint32_t i = 0; i < n; i++) {
        t->kid[i] = kid[i];
        if (t->size < UINT32_MAX / 4)
            t->size += kid[i]->size;
        if (kid[i]->depth > t->depth)
            t->depth = kid[i]->depth;
    }
    t->depth++;
    return t;
}

/* Of what has a real value whatever is inside: abs, norms, a dimension. */
static bool is_complex(const Tree *t)
{
    if (t->op == OP_IMUNIT || (t->op == OP_SYM && t->sym &&
                               (t->sym->props & PROP_COMPLEX)))
        return true;
    if (t->op == OP_ABS || t->op == OP_REAL || t->op == OP_IMAG ||
        t->op == OP_NORM || t->op == OP_NORMF || t->op == OP_NORM2)
        return false;
    for (uint32_t i = 0; i < t->nkids; i++)
        if (t->kid[i]->flags & TREE_COMPLEX)
            return true;
    return false;
}

static const Tree *tree_intern(Ctx *ctx, Tree *t)
{
    TreeTable *table = tree_table(ctx);
    if (!t || !table)
        return NULL;
    t->flags = is_complex(t) ? TREE_COMPLEX : 0;
    t->hash = tree_hash(t);
    const Tree *old = hashset_find(&table->set, t->hash, t);
    if (old)
        return old;
    t->serial = ++table->serial;
    if (t->serial > ctx->limits.nodes)
        return ctx_fail(ctx, ERR_LIMIT, (Span){0, 0}, NULL,
                        "more nodes than the limit nodes = %zu",
                        ctx->limits.nodes);
    if (t->depth > ctx->limits.depth)
        return ctx_fail(ctx, ERR_LIMIT, t->span, NULL,
                        "nested deeper than the limit depth = %u",
                        ctx->limits.depth);
    return hashset_add(&table->set, t->hash, t) ? t : NULL;
}

const Tree *tree_make(Ctx *ctx, OpId op, uint32_t n, const Tree *const *kid,
                      Span span)
{
    return tree_shaped(ctx, op, n, kid, NULL, NULL, span);
}

const Tree *tree_make1(Ctx *ctx, OpId op, const Tree *a)
{
    return tree_make(ctx, op, 1, &a, (Span){0, 0});
}

const Tree *tree_make2(Ctx *ctx, OpId op, const Tree *a, const Tree *b)
{
    return tree_make(ctx, op, 2, (const Tree *[]){a, b}, (Span){0, 0});
}

const Tree *tree_shaped(Ctx *ctx, OpId op, uint32_t n, const Tree *const *kid,
                        const Dim *rows, const Dim *cols, Span span)
{
    Tree *t = tree_key(ctx, op, n, kid);
    if (!t)
        return NULL;
    t->rows = rows;
    t->cols = cols;
    t->span = span;
    return tree_intern(ctx, t);
}

const Tree *tree_num(Ctx *ctx, Rat r)
{
    Tree *t = tree_key(ctx, OP_NUM, 0, NULL);
    if (!t)
        return NULL;
    t->num = r;
    t->rows = t->cols = dim_num(ctx, 1);
    return tree_intern(ctx, t);
}

const Tree *tree_int(Ctx *ctx, int64_t n)
{
    return tree_num(ctx, rat_int(n));
}

const Tree *tree_dim(Ctx *ctx, const Dim *d)
{
    int64_t n;
    if (!d)
        return NULL;
    if (dim_is_num(d, &n))
        return tree_int(ctx, n);
    Tree *t = tree_key(ctx, OP_INT, 0, NULL);
    if (!t)
        return NULL;
    t->dim = d;
    t->rows = t->cols = dim_num(ctx, 1);
    return tree_intern(ctx, t);
}

const Tree *tree_name(Ctx *ctx, const char *name, uint32_t source, Span span)
{
    Tree *t = tree_key(ctx, OP_NAME, 0, NULL);
    if (!t || !name)
        return NULL;
    t->name = name;
    t->num = rat_int(source);
    t->span = span;
    return tree_intern(ctx, t);
}

const Tree *tree_sym(Ctx *ctx, const Sym *s)
{
    Tree *t = s ? tree_key(ctx, OP_SYM, 0, NULL) : NULL;
    if (!t)
        return NULL;
    t->sym = s;
    t->rows = s->rows ? s->rows : dim_num(ctx, 1);
    t->cols = s->cols ? s->cols : dim_num(ctx, 1);
    return tree_intern(ctx, t);
}

typedef struct Uses {
    PtrMap seen;
    const Sym *index;
    bool any, other; /* over index->hi; over something else */
} Uses;

/* What child k of t, an index, runs over; NULL if t does not say. */
static const Dim *index_range(const Tree *t, uint32_t k)
{
    const Tree *a = t->kid[0];
    switch (t->op) {
    case OP_INDEX:
        return k == 0 || a->op == OP_NUM ? NULL /* D(f,1[i]) */
               : k == 2 || (t->nkids == 2 && dim_is(a->rows, 1)) ? a->cols
                                                                  : a->rows;
    case OP_EIGVAL: case OP_EIGVEC:
        return k ? a->rows : NULL;
    case OP_UNITV:
        return dim_is(t->rows, 1) ? t->cols : t->rows;
    case OP_UNITM:
        return k ? t->cols : t->rows;
    default:
        return NULL;
    }
}

static void index_uses(Uses *u, const Tree *t)
{
    if (ptrmap_has(&u->seen, t) || !ptrmap_put(&u->seen, t, u))
        return;
    for (uint32_t k = 0; k < t->nkids; k++) {
        bool here = t->kid[k]->op == OP_SYM && t->kid[k]->sym == u->index;
        const Dim *range = here ? index_range(t, k) : NULL;
        u->any = u->any || (range && range == u->index->hi);
        u->other = u->other || (range && range != u->index->hi);
        index_uses(u, t->kid[k]);
    }
}

/* Does the body say that the index runs over 1..hi? */
static bool range_is_said(Ctx *ctx, const Sym *index, const Tree *body)
{
    Uses u = {.index = index};
    ptrmap_init(&u.seen, ctx->arena);
    index_uses(&u, body);
    return u.any && !u.other;
}

const Tree *tree_sum(Ctx *ctx, const Sym *index, const Tree *lo,
                     const Tree *hi, const Tree *body, Span span)
{
    const Tree *kid[3] = {lo, hi, body};
    /* sum(i=1:n, e) says its range unless i in e does */
    bool whole = !lo || !hi ||
                 (body && index && index->hi && lo->op == OP_NUM &&
                  rat_is(lo->num, 1) && hi == tree_dim(ctx, index->hi) &&
                  range_is_said(ctx, index, body));
    if (!index || !body)
        return NULL;
    Tree *t = whole ? tree_key(ctx, OP_SUMI, 1, &body)
                    : tree_key(ctx, OP_SUMI, 3, kid);
    if (!t)
        return NULL;
    t->sym = index;
    t->rows = body->rows;
    t->cols = body->cols;
    t->span = span;
    return tree_intern(ctx, t);
}

bool tree_is_scalar(const Tree *t)
{
    return t->rows && dim_is(t->rows, 1) && dim_is(t->cols, 1);
}

/* A walk over the distinct nodes; stops when visit says so. */
static bool mentions(PtrMap *seen, const Tree *t, const Sym *s)
{
    if (t->sym == s && t->op == OP_SYM)
        return true;
    if (ptrmap_has(seen, t))
        return false;
    ptrmap_put(seen, t, seen);
    for (uint32_t i = 0; i < t->nkids; i++)
        if (mentions(seen, t->kid[i], s))
            return true;
    return false;
}

bool tree_mentions(Ctx *ctx, const Tree *t, const Sym *s)
{
    PtrMap seen;
    ptrmap_init(&seen, ctx->arena);
    return mentions(&seen, t, s);
}

bool tree_is_bare(const Tree *t)
{
    const Sym *f = t->kid[0]->sym;
    for (unsigned i = 0; i < f->nargs; i++)
        if (t->kid[i + 1]->op != OP_SYM || t->kid[i + 1]->sym != f->args[i])
            return false;
    return f->bare;
}

uint32_t tree_own_weight(const Tree *t)
{
    switch (t->op) {
    case OP_APPLY:
        return !tree_is_bare(t);
    case OP_NUM:
        return t->num.den == 1 || t->num.den == 0 ? 0 : 1;
    case OP_INT: {
        uint32_t n = 0;
        for (unsigned i = 0; i < t->dim->n; i++)
            n += (i > 0) + t->dim->mono[i].n - (t->dim->mono[i].n > 0) +
                 (t->dim->mono[i].n && t->dim->mono[i].coef != 1 &&
                  t->dim->mono[i].coef != -1);
        return n;
    }
    case OP_NAME: case OP_SYM: case OP_PI: case OP_COLON:
        return 0;
    case OP_ADD: case OP_MUL: case OP_HAD: case OP_EADD:
        return t->nkids - 1;
    default:
        return 1;
    }
}

static size_t weigh(PtrMap *memo, const Tree *t)
{
    size_t w = (size_t)(uintptr_t)ptrmap_get(memo, t);
    if (w)
        return w - 1;
    w = tree_own_weight(t);
    for (uint32_t i = 0; i < t->nkids; i++) {
        const Tree *k = t->kid[i];
        w += weigh(memo, k);
        if (t->op == OP_ADD && i > 0 && k->op == OP_NEG)
            w--;
        if (w > UINT32_MAX)
            w = UINT32_MAX;
    }
    ptrmap_put(memo, t, (void *)(uintptr_t)(w + 1));
    return w;
}

size_t tree_weight(Ctx *ctx, const Tree *t)
{
    PtrMap memo;
    ptrmap_init(&memo, ctx->arena);
    return weigh(&memo, t);
}

static const Tree *subst(Ctx *ctx, PtrMap *memo, const Tree *t,
                         const Tree *from, const Tree *to)
{
    if (t == from)
        return to;
    if (t->nkids == 0)
        return t;
    const Tree *done = ptrmap_get(memo, t);
    if (done)
        return done;
    const Tree **kid = ARENA_ARRAY(ctx->arena, const Tree *, t->nkids);
    bool changed = false;
    for (uint32_t i = 0; kid && i < t->nkids; i++) {
        kid[i] = subst(ctx, memo, t->kid[i], from, to);
        changed = changed || kid[i] != t->kid[i];
    }
    if (!kid)
        return NULL;
    const Tree *r = t;
    if (changed) {
        Tree *k = tree_key(ctx, t->op, t->nkids, kid);
        if (!k)
            return NULL;
        k->sym = t->sym;
        k->rows = t->rows;
        k->cols = t->cols;
        k->flags = t->flags;
        r = tree_intern(ctx, k);
    }
    ptrmap_put(memo, t, (void *)(uintptr_t)r);
    return r;
}

const Tree *tree_subst(Ctx *ctx, const Tree *t, const Tree *from,
                       const Tree *to)
{
    PtrMap memo;
    ptrmap_init(&memo, ctx->arena);
    return t ? subst(ctx, &memo, t, from, to) : NULL;
}
