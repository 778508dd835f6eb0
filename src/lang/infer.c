/* infer.c: what undeclared names are.
 *
 * Each undeclared name begins with the kind that its first letter suggests;
 * dimensions are unknowns, found by unification while the trees are
 * elaborated.  Where the default reading does not fit, names are given other
 * kinds, one at a time, then two, and the first reading that fits is taken:
 * it departs from the names least. */
#include "lang/scope.h"

#include <string.h>

/* --- unknown dimensions */

const Dim *elab_meta(Elab *e)
{
    if (e->nmeta == e->capmeta) {
        uint32_t cap = e->capmeta ? 2 * e->capmeta : 32;
        const Dim **p = ARENA_ARRAY(e->ctx->arena, const Dim *, cap);
        if (!p)
            return NULL;
        if (e->nmeta)
            memcpy(p, e->bound, e->nmeta * sizeof *p);
        e->bound = p;
        e->capmeta = cap;
    }
    const char *s = ctx_printf(e->ctx, "?%u", e->nmeta);
    e->bound[e->nmeta++] = NULL;
    return s ? dim_sym(e->ctx, ctx_intern(e->ctx, s, strlen(s))) : NULL;
}

static bool meta_index(const char *name, uint32_t *k)
{
    if (!name || name[0] != '?')
        return false;
    *k = 0;
    for (const char *p = name + 1; *p; p++)
        *k = 10 * *k + (uint32_t)(*p - '0');
    return true;
}

const Dim *elab_resolve(Elab *e, const Dim *d)
{
    uint32_t k;
    bool again = d != NULL;
    while (again) {
        again = false;
        for (unsigned i = 0; i < d->n && !again; i++)
            for (unsigned j = 0; j < d->mono[i].n && !again; j++) {
                const char *s = d->mono[i].sym[j];
                if (meta_index(s, &k) && e->bound[k]) {
                    d = dim_subst(e->ctx, d, s, e->bound[k]);
                    again = d != NULL;
                }
            }
    }
    return d;
}

void scope_bind(Elab *e, Sym *index)
{
    if (e->nindex == e->capindex) {
        uint32_t cap = e->capindex ? 2 * e->capindex : 8;
        Sym **p = ARENA_ARRAY(e->ctx->arena, Sym *, cap);
        if (!p)
            return;
        if (e->nindex)
            memcpy(p, e->index, e->nindex * sizeof *p);
        e->index = p;
        e->capindex = cap;
    }
    e->index[e->nindex++] = index;
}

/* One monomial each: strip what both have, bind what is left. */
static bool unify_products(Elab *e, const Dim *a, const Dim *b)
{
    uint32_t k;
    for (int swap = 0; swap < 2; swap++) {
        const Dim *p = swap ? b : a, *q = swap ? a : b;
        if (p->n != 1 || q->n != 1 || p->mono[0].coef != q->mono[0].coef)
            return false;
        const char *meta = NULL;
        bool taken[64] = {false}, ok = q->mono[0].n <= 64;
        for (unsigned i = 0; ok && i < p->mono[0].n; i++) {
            bool found = false;
            for (unsigned j = 0; j < q->mono[0].n && !found; j++)
                if (!taken[j] && q->mono[0].sym[j] == p->mono[0].sym[i])
                    found = taken[j] = true;
            if (!found && (meta || !meta_index(p->mono[0].sym[i], &k)))
                ok = false;
            else if (!found)
                meta = p->mono[0].sym[i];
        }
        if (!ok || !meta)
            continue;
        const Dim *rest = dim_num(e->ctx, 1);
        for (unsigned j = 0; j < q->mono[0].n; j++)
            if (!taken[j])
                rest = dim_mul(e->ctx, rest,
                               dim_sym(e->ctx, q->mono[0].sym[j]));
        if (dim_mentions(rest, meta) || dim_is(rest, 1))
            return false;
        meta_index(meta, &k);
        e->bound[k] = rest;
        return true;
    }
    return false;
}

bool elab_unify(Elab *e, const Dim *a, const Dim *b)
{
    uint32_t k;
    a = elab_resolve(e, a);
    b = elab_resolve(e, b);
    if (!a || !b)
        return false;
    if (a == b)
        return true;
    /* An unknown dimension is not 1: kinds are decided by names. */
    if (meta_index(dim_symbol(a), &k) && !dim_is(b, 1) &&
        !dim_mentions(b, dim_symbol(a))) {
        e->bound[k] = b;
        return true;
    }
    if (meta_index(dim_symbol(b), &k) && !dim_is(a, 1) &&
        !dim_mentions(a, dim_symbol(b))) {
        e->bound[k] = a;
        return true;
    }
    return unify_products(e, a, b);
}

/* --- kinds by name */

static bool greek_name(const char *s)
{
    static const char *const names[] = {
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta",
        "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi", "rho",
        "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"};
    if ((unsigned char)s[0] >= 0xce && (unsigned char)s[0] <= 0xcf)
        return true;
    size_t n = strcspn(s, "_0123456789");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == n && memcmp(names[i], s, n) == 0)
            return true;
    return false;
}

static Kind default_kind(const char *name)
{
    if (greek_name(name))
        return KIND_SCALAR;
    return name[0] >= 'A' && name[0] <= 'Z' ? KIND_MATRIX : KIND_VECTOR;
}

enum { MAX_NAMES = 24, MAX_TRIES = 600 };

typedef struct Names {
    Ctx *ctx;
    Scope *scope;
    const char *name[MAX_NAMES];
    Kind kind[MAX_NAMES];
    unsigned n;
    PtrMap seen;
} Names;

static void collect_name(Names *c, const char *name)
{
    static const char *const words[] = {"pi", "inf", "fro", "nuc"};
    const Sym *s = scope_find(c->scope, name);
    if (s || scope_is_dim(c->scope, name) || c->n == MAX_NAMES)
        return;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], name) == 0)
            return;
    for (unsigned i = 0; i < c->n; i++)
        if (c->name[i] == name)
            return;
    c->kind[c->n] = default_kind(name);
    c->name[c->n++] = name;
}

/* Undeclared names of quantities; indices and bound names are found by the
 * elaboration. */
static void collect(Names *c, const Tree *t)
{
    if (ptrmap_has(&c->seen, t))
        return;
    ptrmap_put(&c->seen, t, c);
    if (t->op == OP_NAME)
        collect_name(c, t->name);
    bool call = t->op == OP_APPLY;
    bool bare_eye = t->op == OP_EYE;
    for (uint32_t i = call || bare_eye ? 1 : 0; i < t->nkids; i++)
        if (!(t->op == OP_INDEX && i > 0) && !bare_eye)
            collect(c, t->kid[i]);
}

/* --- one attempt */

static bool attempt(Scope *s, Source *src, size_t n, const Names *names,
                    Elab *e)
{
    *e = (Elab){.ctx = s->ctx, .scope = s};
    ptrmap_init(&e->memo, s->ctx->arena);
    ptrmap_init(&e->kinds, s->ctx->arena);
    for (unsigned i = 0; i < names->n; i++)
        ptrmap_put(&e->kinds, names->name[i],
                   (void *)(uintptr_t)(names->kind[i] + 1u));
    for (size_t i = 0; i < n; i++) {
        ctx_source(s->ctx, src[i].text, src[i].origin);
        if (!(src[i].shaped = elab(e, src[i].parsed)))
            return false;
    }
    return !ctx_failed(s->ctx);
}

/* Try readings with `flips` names changed, from the name `from` on. */
static bool flip(Scope *s, Source *src, size_t n, Names *names, Elab *e,
                 unsigned from, unsigned flips, unsigned *tries, size_t keep)
{
    if (flips == 0) {
        if (++*tries > MAX_TRIES)
            return false;
        s->ctx->diag = (Diag){0};
        scope_cut(s, keep);
        return attempt(s, src, n, names, e);
    }
    for (unsigned i = from; i < names->n; i++) {
        Kind was = names->kind[i];
        for (int k = 0; k < 3; k++) {
            if ((Kind)k == was)
                continue;
            names->kind[i] = (Kind)k;
            if (flip(s, src, n, names, e, i + 1, flips - 1, tries, keep))
                return true;
        }
        names->kind[i] = was;
    }
    return false;
}

/* --- unknown dimensions get names; trees are made anew with what was found */

static const char *free_dim(Scope *s, const char *used, unsigned *at)
{
    static const char letters[] = "nmpqrsuvwlkabcdefgh";
    for (; *at < sizeof letters - 1; ++*at) {
        const char *name = ctx_intern(s->ctx, &letters[*at], 1);
        if (!scope_find(s, name) && !scope_is_dim(s, name) &&
            !strchr(used, letters[*at])) {
            ++*at;
            return name;
        }
    }
    const char *t = ctx_printf(s->ctx, "n%u", (*at)++);
    return t ? ctx_intern(s->ctx, t, strlen(t)) : NULL;
}

static void name_metas(Elab *e, const Dim *d, unsigned *at)
{
    d = elab_resolve(e, d);
    for (unsigned i = 0; d && i < d->n; i++)
        for (unsigned j = 0; j < d->mono[i].n; j++) {
            uint32_t k;
            if (meta_index(d->mono[i].sym[j], &k) && !e->bound[k]) {
                const char *name = free_dim(e->scope, "", at);
                e->bound[k] = name ? dim_sym(e->ctx, name) : NULL;
            }
        }
}

static const Tree *settle(Elab *e, PtrMap *memo, const Tree *t, unsigned *at)
{
    const Tree *done = t ? ptrmap_get(memo, t) : NULL;
    if (!t || done)
        return done;
    const Tree **kid = ARENA_ARRAY(e->ctx->arena, const Tree *,
                                   t->nkids + 1u);
    if (!kid)
        return NULL;
    for (uint32_t i = 0; i < t->nkids; i++)
        if (!(kid[i] = settle(e, memo, t->kid[i], at)))
            return NULL;
    name_metas(e, t->rows, at);
    name_metas(e, t->cols, at);
    const Dim *rows = elab_resolve(e, t->rows);
    const Dim *cols = elab_resolve(e, t->cols);
    const Tree *r = t;
    if (t->op == OP_SYM)
        r = tree_sym(e->ctx, t->sym);
    else if (t->op == OP_SUMI)
        r = t->nkids == 1 ? tree_sum(e->ctx, t->sym, NULL, NULL, kid[0],
                                     t->span)
                          : tree_sum(e->ctx, t->sym, kid[0], kid[1], kid[2],
                                     t->span);
    else if (t->op == OP_INT)
        r = tree_dim(e->ctx, elab_resolve(e, t->dim));
    else if (t->op != OP_NUM)
        r = tree_shaped(e->ctx, t->op, t->nkids, kid, rows, cols, t->span);
    if (r)
        ptrmap_put(memo, t, (void *)(uintptr_t)r);
    return r;
}

bool lang_shape(Scope *s, Source *src, size_t n)
{
    Names names = {.ctx = s->ctx, .scope = s};
    Elab e;
    size_t keep = s->n;
    unsigned tries = 0, at = 0;
    ptrmap_init(&names.seen, s->ctx->arena);
    for (size_t i = 0; i < n; i++) {
        if (!src[i].parsed)
            return false;
        collect(&names, src[i].parsed);
    }
    bool ok = attempt(s, src, n, &names, &e);
    Diag first = s->ctx->diag;
    if (!ok && first.code == ERR_LANGUAGE && names.n > 0) {
        for (unsigned flips = 1; flips <= 3 && !ok; flips++)
            ok = flip(s, src, n, &names, &e, 0, flips, &tries, keep);
        if (!ok)
            s->ctx->diag = first;
    }
    if (!ok)
        return false;
    for (size_t i = keep; i < s->n; i++) {
        name_metas(&e, s->sym[i]->rows, &at);
        name_metas(&e, s->sym[i]->cols, &at);
        s->sym[i]->rows = elab_resolve(&e, s->sym[i]->rows);
        s->sym[i]->cols = elab_resolve(&e, s->sym[i]->cols);
        s->sym[i]->hi = elab_resolve(&e, s->sym[i]->hi);
    }
    for (uint32_t i = 0; i < e.nindex; i++)
        e.index[i]->hi = elab_resolve(&e, e.index[i]->hi);
    PtrMap memo;
    ptrmap_init(&memo, s->ctx->arena);
    for (size_t i = 0; i < n; i++)
        if (!(src[i].shaped = settle(&e, &memo, src[i].shaped, &at)))
            return false;
    return !ctx_failed(s->ctx);
}
