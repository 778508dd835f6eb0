/* names.c: what a claim speaks of: its dimensions, integers, free indices and
 * quantities. */
#include "verify/ring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void too_many(Ctx *ctx, unsigned max, const char *what)
{
    ctx_fail(ctx, ERR_LIMIT, (Span){0, 0}, "--no-verify skips the proof",
             "the prover's limit of %u %s is reached", max, what);
}

static void add_name(Ctx *ctx, const char **list, unsigned *n, unsigned max,
                     const char *name)
{
    for (unsigned i = 0; i < *n; i++)
        if (list[i] == name)
            return;
    if (*n < max)
        list[(*n)++] = name;
    else
        too_many(ctx, max, "different dimensions and integers");
}

static void add_sym(Ctx *ctx, Names *n, const Sym *s)
{
    if (n->nsyms == n->capsyms) {
        unsigned cap = n->capsyms ? 2 * n->capsyms : 16;
        const Sym **p = ARENA_ARRAY(ctx->arena, const Sym *, cap);
        if (!p)
            return;
        if (n->nsyms)
            memcpy(p, n->sym, n->nsyms * sizeof *p);
        n->sym = p;
        n->capsyms = cap;
    }
    n->sym[n->nsyms++] = s;
}

typedef struct Walk {
    Ctx *ctx;
    Names *n;
    PtrMap seen;
    const char *bound[64]; /* names that a sum binds somewhere */
    unsigned nbound;
    const Dim *poly[256];  /* integer polynomials met */
    unsigned npoly;
} Walk;

static bool walk_dim_name(void *walk, const char *name)
{
    Walk *w = walk;
    Names *n = w->n;
    add_name(w->ctx, n->dim, &n->ndims, 64, name);
    return true;
}

static void walk_dim(Walk *w, const Dim *d)
{
    if (d)
        dim_each(d, walk_dim_name, w);
}

static void walk_number(Ctx *ctx, Names *n, Rat q)
{
    const char *num = rat_num_text(ctx, q), *den = rat_den_text(ctx, q);
    if (!num || !den)
        return;
    double x = fmin(fabs(strtod(num, NULL)), 1e300) /
               fmin(strtod(den, NULL), 1e300);
    n->largest = fmax(n->largest, x);
    n->least = x > 0 ? fmin(n->least, x) : n->least;
}

static void walk(Walk *w, const Tree *t)
{
    if (!t || ptrmap_has(&w->seen, t) || !ptrmap_put(&w->seen, t, w))
        return;
    if (t->op == OP_SUMI) {
        add_name(w->ctx, w->bound, &w->nbound, 64, t->sym->name);
        if (t->nkids == 1)
            walk_dim(w, t->sym->hi);
    } else {
        walk_dim(w, t->rows);
        walk_dim(w, t->cols);
    }
    if (t->op == OP_NUM)
        walk_number(w->ctx, w->n, t->num);
    if (t->op == OP_INT && w->npoly < 256)
        w->poly[w->npoly++] = t->dim;
    if (t->op == OP_SYM && t->sym->kind == SYM_FUNCTION)
        for (unsigned i = 0; i < t->sym->nargs; i++) {
            walk_dim(w, t->sym->args[i]->rows);
            walk_dim(w, t->sym->args[i]->cols);
        }
    if (t->op == OP_SYM && t->sym->span) {
        walk_dim(w, t->sym->span->rows);
        walk_dim(w, t->sym->span->cols);
    }
    if (t->op == OP_SYM && (t->sym->kind == SYM_QUANTITY ||
                            t->sym->kind == SYM_FUNCTION)) {
        if (!ptrmap_has(&w->seen, t->sym))
            add_sym(w->ctx, w->n, t->sym);
        ptrmap_put(&w->seen, t->sym, w);
    }
    if (t->op == OP_SYM && t->sym->kind == SYM_INDEX) {
        bool known = false;
        for (unsigned i = 0; i < w->n->nindices; i++)
            known = known || w->n->index[i]->name == t->sym->name;
        if (!known && w->n->nindices < 32)
            w->n->index[w->n->nindices++] = t->sym;
        else if (!known)
            too_many(w->ctx, 32, "different indices");
        if (t->sym->hi)
            walk_dim(w, t->sym->hi);
    }
    if (t->op == OP_SYM && t->sym->kind == SYM_INTEGER)
        add_name(w->ctx, w->n->integer, &w->n->nintegers, 32, t->sym->name);
    for (uint32_t i = 0; i < t->nkids; i++)
        walk(w, t->kid[i]);
}

static bool listed(const char *const *list, unsigned n, const char *name)
{
    for (unsigned i = 0; i < n; i++)
        if (list[i] == name)
            return true;
    return false;
}

static bool walk_integer(void *walk, const char *name)
{
    Walk *w = walk;
    Names *n = w->n;
    bool index = listed(w->bound, w->nbound, name);
    for (unsigned q = 0; q < n->nindices; q++)
        index = index || n->index[q]->name == name;
    if (!index && !listed(n->dim, n->ndims, name))
        add_name(w->ctx, n->integer, &n->nintegers, 32, name);
    return true;
}

/* Symbols in polynomials that are neither dimensions nor bound: integers. */
static void walk_integers(Walk *w)
{
    for (unsigned p = 0; p < w->npoly; p++)
        dim_each(w->poly[p], walk_integer, w);
}

bool names_of(Ctx *ctx, const Claim *c, Names *n)
{
    Walk *w = ARENA_NEW(ctx->arena, Walk);
    if (!w)
        return false;
    *n = (Names){.largest = 1, .least = 1};
    w->ctx = ctx;
    w->n = n;
    ptrmap_init(&w->seen, ctx->arena);
    walk(w, c->input);
    walk(w, c->answer);
    for (unsigned i = 0; i < c->nvars; i++)
        walk(w, c->var[i]);
    for (unsigned i = 0; i < 8; i++) {
        if (c->dir[i]) {
            walk_dim(w, c->dir[i]->rows);
            walk_dim(w, c->dir[i]->cols);
        }
        if (i < c->nindex)
            walk_dim(w, c->index[i]->hi);
    }
    walk_integers(w);
    /* bound indices are drawn by their sums */
    unsigned kept = 0;
    for (unsigned i = 0; i < n->nindices; i++)
        if (!listed(w->bound, w->nbound, n->index[i]->name))
            n->index[kept++] = n->index[i];
    n->nindices = kept;
    return !ctx_failed(ctx);
}
