/* scope.c: the table of what names mean.  Quantities, indices and unknown
 * functions have one table, dimensions another, since `n` may be both. */
#include "lang/scope.h"

#include <string.h>

Scope *scope_new(Ctx *ctx)
{
    Scope *s = ARENA_NEW(ctx->arena, Scope);
    if (!s)
        return NULL;
    s->ctx = ctx;
    ptrmap_init(&s->by_name, ctx->arena);
    ptrmap_init(&s->dims, ctx->arena);
    return s;
}

Sym *sym_new(Scope *s, const char *name, SymKind kind, const Dim *rows,
             const Dim *cols)
{
    Sym *y = ARENA_NEW(s->ctx->arena, Sym);
    if (!y || !name)
        return NULL;
    y->name = name;
    y->kind = kind;
    y->rows = rows;
    y->cols = cols;
    y->serial = ++s->serial;
    return y;
}

bool scope_add(Scope *s, Sym *sym)
{
    PtrMap *map;
    if (!sym)
        return false;
    map = sym->kind == SYM_DIMENSION ? &s->dims : &s->by_name;
    if (s->n == s->cap) {
        size_t cap = s->cap ? 2 * s->cap : 16;
        Sym **p = ARENA_ARRAY(s->ctx->arena, Sym *, cap);
        if (!p)
            return false;
        if (s->n)
            memcpy(p, s->sym, s->n * sizeof *p);
        s->sym = p;
        s->cap = cap;
    }
    s->sym[s->n++] = sym;
    if (sym->props & PROP_COMPLEX)
        s->has_complex = true;
    return ptrmap_has(map, sym->name) || ptrmap_put(map, sym->name, sym);
}

Sym *scope_dimension(Scope *s, const char *name)
{
    Sym *y = ptrmap_get(&s->dims, name);
    if (y)
        return y;
    const Dim *one = dim_num(s->ctx, 1);
    y = sym_new(s, name, SYM_DIMENSION, one, one);
    return scope_add(s, y) ? y : NULL;
}

static bool note_name(void *scope, const char *name)
{
    return scope_dimension(scope, name) != NULL;
}

bool scope_note_dim(Scope *s, const Dim *d)
{
    return d && dim_each(d, note_name, s);
}

const Sym *scope_find(const Scope *s, const char *name)
{
    const Sym *y = ptrmap_get(&s->by_name, name);
    return y ? y : ptrmap_get(&s->dims, name);
}

bool scope_uses(const Scope *s, const char *name)
{
    return ptrmap_has(&s->by_name, name) || ptrmap_has(&s->dims, name);
}

Sym *scope_fresh(Scope *s, const char *wanted, SymKind kind, const Dim *rows,
                 const Dim *cols)
{
    const char *name = ctx_intern(s->ctx, wanted, strlen(wanted));
    for (unsigned i = 2; name && scope_uses(s, name); i++) {
        const char *next = ctx_printf(s->ctx, "%s%u", wanted, i);
        name = next ? ctx_intern(s->ctx, next, strlen(next)) : NULL;
    }
    if (!name)
        return NULL;
    Sym *y = sym_new(s, name, kind, rows, cols);
    return scope_add(s, y) ? y : NULL;
}

const Sym *const *scope_symbols(const Scope *s, size_t *n)
{
    *n = s->n;
    return (const Sym *const *)s->sym;
}

/* --- trees as integer polynomials */

enum { POLY_DEPTH = 64, POLY_TERMS = 64 };

static const Dim *polynomial(Ctx *ctx, const Tree *t, const Tree **bad,
                             unsigned depth);

static const Dim *not_polynomial(const Tree *t, const Tree **bad)
{
    if (bad && !*bad)
        *bad = t;
    return NULL;
}

static const Dim *poly_fold(Ctx *ctx, const Tree *t, const Tree **bad,
                            unsigned depth)
{
    const Dim *d = dim_num(ctx, t->op == OP_MUL ? 1 : 0);
    for (uint32_t i = 0; d && i < t->nkids; i++) {
        const Dim *k = polynomial(ctx, t->kid[i], bad, depth);
        d = !k                  ? NULL
            : t->op == OP_MUL   ? dim_mul(ctx, d, k)
            : t->op == OP_NEG   ? dim_sub(ctx, d, k)
                                : dim_add(ctx, d, k);
        if (d && d->n > POLY_TERMS)
            return not_polynomial(t, bad);
    }
    return d;
}

static const Dim *poly_power(Ctx *ctx, const Tree *t, const Tree **bad,
                             unsigned depth)
{
    const Dim *base = polynomial(ctx, t->kid[0], bad, depth);
    const Tree *e = t->kid[1];
    const Dim *d = dim_num(ctx, 1);
    if (!base || e->op != OP_NUM || e->num.den != 1 || e->num.num < 0 ||
        e->num.num > 8)
        return not_polynomial(t, bad);
    for (int64_t i = 0; d && i < e->num.num; i++) {
        d = dim_mul(ctx, d, base);
        if (d && d->n > POLY_TERMS)
            return not_polynomial(t, bad);
    }
    return d;
}

/* min(n,m) */
static const Dim *poly_least(Ctx *ctx, const Tree *t, const Tree **bad,
                             unsigned depth)
{
    const Tree *f = t->kid[0];
    if (t->nkids != 3 || f->op != OP_NAME || strcmp(f->name, "min") != 0)
        return not_polynomial(t, bad);
    const Dim *a = polynomial(ctx, t->kid[1], bad, depth);
    const Dim *b = a ? polynomial(ctx, t->kid[2], bad, depth) : NULL;
    return b ? dim_min(ctx, a, b) : NULL;
}

static const Dim *polynomial(Ctx *ctx, const Tree *t, const Tree **bad,
                             unsigned depth)
{
    if (depth == 0)
        return not_polynomial(t, bad);
    switch (t->op) {
    case OP_NUM:
        if (t->num.den != 1 || t->num.num > INT32_MAX ||
            t->num.num < -INT32_MAX)
            return not_polynomial(t, bad);
        return dim_num(ctx, t->num.num);
    case OP_NAME:
        return dim_sym(ctx, t->name);
    case OP_INT:
        return t->dim;
    case OP_ADD: case OP_MUL: case OP_NEG:
        return poly_fold(ctx, t, bad, depth - 1);
    case OP_POW:
        return poly_power(ctx, t, bad, depth - 1);
    case OP_APPLY:
        return poly_least(ctx, t, bad, depth - 1);
    default:
        return not_polynomial(t, bad);
    }
}

const Dim *tree_polynomial(Ctx *ctx, const Tree *t, const Tree **bad)
{
    return polynomial(ctx, t, bad, POLY_DEPTH);
}

void scope_make_complex(Scope *s)
{
    s->has_complex = true;
}
