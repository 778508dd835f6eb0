#include "mutate.h"

static const Tree *with_kid(Ctx *ctx, const Tree *t, uint32_t at,
                            const Tree *kid);

/* The tree without child `at`; of two, the other. */
static const Tree *without(Ctx *ctx, const Tree *t, uint32_t at)
{
    const Tree *kid[16];
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->nkids && n < 16; i++)
        if (i != at)
            kid[n++] = t->kid[i];
    return n == 1 ? kid[0]
                  : tree_shaped(ctx, t->op, n, kid, t->rows, t->cols,
                                t->span);
}

static const Tree *wrapped(Ctx *ctx, OpId op, const Tree *t)
{
    bool turn = op == OP_TRANSPOSE;
    return tree_shaped(ctx, op, 1, &t, turn ? t->cols : t->rows,
                       turn ? t->rows : t->cols, t->span);
}

static const Tree *swapped(Ctx *ctx, const Tree *t, uint32_t at)
{
    return with_kid(ctx, with_kid(ctx, t, at, t->kid[at + 1]), at + 1,
                    t->kid[at]);
}

/* The k-th change of this node itself; NULL: there are no more. */
static const Tree *changed(Ctx *ctx, const Tree *t, unsigned k)
{
    bool fold = t->op == OP_ADD || t->op == OP_MUL || t->op == OP_HAD;
    if (k == 0)
        return wrapped(ctx, OP_NEG, t);
    if (k == 1)
        return wrapped(ctx, OP_TRANSPOSE, t);
    if (t->op == OP_NUM)
        return k == 2 ? tree_num(ctx, rat_add(ctx, t->num, rat_int(1)))
                      : NULL;
    if (t->op == OP_INT)
        return k == 2 ? tree_dim(ctx, dim_add(ctx, t->dim, dim_num(ctx, 1)))
                      : NULL;
    if (k == 2 && t->op == OP_INDEX && t->nkids == 3)
        return swapped(ctx, t, 1);
    if (k == 2 && (t->op == OP_KRON || t->op == OP_DELTA ||
                   t->op == OP_UNITM || t->op == OP_DIV))
        return swapped(ctx, t, 0);
    if (k == 3 && (t->op == OP_KRON || t->op == OP_DIV))
        return t->kid[0];
    if (fold)
        return k - 2 < t->nkids       ? without(ctx, t, k - 2)
               : k - 1 < 2 * t->nkids ? swapped(ctx, t, k - 2 - t->nkids)
                                      : NULL;
    return k == 2 && t->nkids > 0 && t->nkids <= 2 && t->op != OP_INDEX
               ? t->kid[0]
               : NULL;
}

static const Tree *with_kid(Ctx *ctx, const Tree *t, uint32_t at,
                            const Tree *kid)
{
    const Tree *all[16];
    if (!kid || t->nkids > 16)
        return NULL;
    for (uint32_t i = 0; i < t->nkids; i++)
        all[i] = i == at ? kid : t->kid[i];
    if (t->op == OP_SUMI)
        return tree_sum(ctx, t->sym, t->nkids == 3 ? all[0] : NULL,
                        t->nkids == 3 ? all[1] : NULL, all[t->nkids - 1],
                        t->span);
    return tree_shaped(ctx, t->op, t->nkids, all, t->rows, t->cols,
                       t->span);
}

typedef struct Place {
    const Tree *node;
    uint32_t at;
} Place;

typedef struct Walk {
    Ctx *ctx;
    void (*each)(void *user, const Tree *t);
    void *user;
    Place path[32];
} Walk;

/* The name of an unknown function, and by what it is derived, stay; so does
 * the function of a Frechet derivative. */
static bool is_open(const Tree *t, uint32_t at)
{
    if (t->op == OP_FRECHET && at == 0)
        return false;
    return (t->op != OP_APPLY && t->op != OP_DAPPLY) ||
           (at > 0 && at <= t->kid[0]->sym->nargs);
}

static void change_all(Walk *w, const Tree *t, unsigned depth)
{
    const Tree *u;
    for (unsigned k = 0; (u = changed(w->ctx, t, k)); k++) {
        for (unsigned i = depth; u && i-- > 0;)
            u = with_kid(w->ctx, w->path[i].node, w->path[i].at, u);
        if (u)
            w->each(w->user, u);
        w->ctx->diag = (Diag){0};
    }
    for (uint32_t i = 0; i < t->nkids && depth < 32; i++) {
        w->path[depth] = (Place){t, i};
        if (is_open(t, i))
            change_all(w, t->kid[i], depth + 1);
    }
}

void each_change(Ctx *ctx, const Tree *t, void (*each)(void *, const Tree *),
                 void *user)
{
    Walk w = {.ctx = ctx, .each = each, .user = user};
    change_all(&w, t, 0);
}
