/* final.c: a reading that fits, finished: dimensions that are still metas get
 * names, and symbols and trees hold what was found in place of metas. */
#include "lang/shape.h"

#include <string.h>

/* --- names for what was found */

/* n, m, p, ... w, n1, m1, ... */
static const char *free_dimension(Shaper *s)
{
    static const char letters[] = "nmpqrsuvw";
    for (;; s->next_dim++) {
        unsigned round = s->next_dim / 9;
        const char *text =
            round ? ctx_printf(s->ctx, "%c%u", letters[s->next_dim % 9], round)
                  : ctx_printf(s->ctx, "%c", letters[s->next_dim % 9]);
        const char *name = text ? ctx_intern(s->ctx, text, strlen(text))
                                : NULL;
        if (!name || (!ptrmap_has(&s->words, name) &&
                      !scope_uses(s->scope, name)))
            return name;
    }
}

static bool name_dim(Shaper *s, const Dim *d)
{
    for (d = unify_resolve(&s->u, d); d && dim_has_meta(d);
         d = unify_resolve(&s->u, d)) {
        const char *name = free_dimension(s), *meta = dim_meta(d);
        const Dim *is = name ? dim_sym(s->ctx, name) : NULL;
        if (!is || !scope_dimension(s->scope, name) ||
            !unify(&s->u, dim_sym(s->ctx, meta), is, NULL))
            return false;
    }
    return d != NULL;
}

bool name_metas(Shaper *s)
{
    for (uint32_t i = 0; i < s->nlist; i++) {
        const Unknown *u = s->list[i];
        if (!u->seen || !u->sym)
            continue;
        if (!name_dim(s, u->sym->rows) || !name_dim(s, u->sym->cols))
            return false;
    }
    for (uint32_t i = 0; i < s->nlist; i++)
        if (s->list[i]->seen && s->list[i]->sym && s->list[i]->sym->hi &&
            !name_dim(s, s->list[i]->sym->hi))
            return false;
    for (uint32_t i = 0; !s->quiet && s->failed && i < s->u.n; i++) {
        const char *name = ctx_printf(s->ctx, "?%u", i + 1);
        if (!name || !name_dim(s, dim_sym(s->ctx, ctx_intern(s->ctx, name,
                                                             strlen(name)))))
            return false;
    }
    return true;
}

/* --- the final trees */

static const Dim *final_dim(Shaper *s, const Dim *d, const Tree *t)
{
    d = unify_resolve(&s->u, d);
    if (d && dim_has_meta(d))
        return ctx_fail(s->ctx, ERR_LANGUAGE, t->span,
                        t->op == OP_EYE    ? "write eye(n)"
                        : t->op == OP_ONES ? "write ones(n) or ones(n,m)"
                                           : "declare the names in it",
                        "what size this has follows from nothing");
    return d;
}

static const Tree *final_node(Shaper *s, const PtrMap *memo, const Tree *t)
{
    if (t->op == OP_NUM || t->op == OP_INT || t->op == OP_COLON)
        return t;
    if (t->op == OP_SYM)
        return tree_sym(s->ctx, t->sym);
    const Tree **kid = ARENA_ARRAY(s->ctx->arena, const Tree *, t->nkids + 1);
    for (uint32_t i = 0; kid && i < t->nkids; i++)
        kid[i] = ptrmap_get(memo, t->kid[i]);
    if (!kid)
        return NULL;
    if (t->op == OP_SUMI)
        return tree_sum(s->ctx, t->sym, t->nkids == 3 ? kid[0] : NULL,
                        t->nkids == 3 ? kid[1] : NULL, kid[t->nkids - 1],
                        t->span);
    const Dim *rows = final_dim(s, t->rows, t);
    const Dim *cols = rows ? final_dim(s, t->cols, t) : NULL;
    return cols ? tree_shaped(s->ctx, t->op, t->nkids, kid, rows, cols,
                              t->span)
                : NULL;
}

/* The tree with all metas replaced; its own stack, for trees are deep. */
static const Tree *final_tree(Shaper *s, const Tree *root)
{
    Visits q = {0};
    PtrMap memo;
    ptrmap_init(&memo, s->ctx->arena);
    if (!names_visit(s, &q, root, 0))
        return NULL;
    while (q.n > 0) {
        Visit *v = &q.v[q.n - 1];
        const Tree *t = v->t;
        if (ptrmap_has(&memo, t)) {
            q.n--;
        } else if (v->use < t->nkids) {
            if (!names_visit(s, &q, t->kid[v->use++], 0))
                return NULL;
        } else {
            const Tree *r = final_node(s, &memo, t);
            if (!r || !ptrmap_put(&memo, t, (void *)(uintptr_t)r))
                return NULL;
            q.n--;
        }
    }
    return ptrmap_get(&memo, root);
}

static bool final_symbols(Shaper *s)
{
    for (uint32_t i = 0; i < s->nlist; i++) {
        Unknown *u = s->list[i];
        if (!u->seen || !u->sym)
            continue;
        u->sym->rows = unify_resolve(&s->u, u->sym->rows);
        u->sym->cols = unify_resolve(&s->u, u->sym->cols);
        if (u->sym->hi)
            u->sym->hi = unify_resolve(&s->u, u->sym->hi);
        if (!scope_add(s->scope, u->sym))
            return false;
    }
    for (Bound *b = s->binders; b; b = b->next) {
        b->sym->hi = unify_resolve(&s->u, b->sym->hi);
        if (!b->sym->hi || dim_has_meta(b->sym->hi)) {
            ctx_fail(s->ctx, ERR_LANGUAGE, b->at->span,
                     ctx_printf(s->ctx, "write sum(%s=1:n, ...)", b->name),
                     "what %s runs over follows from nothing", b->name);
            return false;
        }
    }
    return true;
}

bool names_finish(Shaper *s, Source *src, size_t n)
{
    if (!name_metas(s) || !final_symbols(s))
        return false;
    for (size_t i = 0; s->u.n > 0 && i < n; i++) {
        ctx_source(s->ctx, src[i].text, src[i].origin);
        if (!(src[i].shaped = final_tree(s, src[i].shaped)))
            return false;
    }
    return !ctx_failed(s->ctx);
}
