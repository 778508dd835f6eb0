/* kron.c: terms whose open axes are pairs of indices.
 *
 * The row pair (j,i) and the column pair (l,k) are opened; if what is left
 * falls apart into a piece on the slow and a piece on the fast indices, the
 * term is their Kronecker product; pieces that cross are one times the
 * commutation matrix; a piece on both indices of one axis is a vec. */
#include "raise/kron.h"

#include <string.h>

enum { SLOT_SLOW_ROW, SLOT_FAST_ROW, SLOT_SLOW_COL, SLOT_FAST_COL, SLOTS };
enum { ABSENT = INT16_MIN }; /* no label: those below 0 are fixed indices */

bool kron_applies(const Net *n, const Term *t)
{
    for (uint32_t i = 0; i < t->nfactors; i++) {
        const Factor *f = &t->factor[i];
        if (f->atom->kind == ATOM_FUSE && f->lab[0] >= 0 &&
            f->lab[0] < (Label)n->naxes)
            return true;
    }
    return false;
}

typedef struct Split {
    Raise *r;
    const Net *net;
    const Term *t;
    Label slot[SLOTS]; /* label of each index, or ABSENT */
    const Dim *dim[SLOTS];
    uint32_t *root;
    bool *skip;
} Split;

static uint32_t find_root(uint32_t *root, uint32_t i)
{
    while (root[i] != i)
        i = root[i] = root[root[i]];
    return i;
}

static bool slot_label(const Split *s, Label l)
{
    for (int k = 0; k < SLOTS; k++)
        if (s->slot[k] == l)
            return true;
    return false;
}

/* Tie factors together by the labels that are not slots. */
static bool split_components(Split *s)
{
    const Term *t = s->t;
    s->root = ARENA_ARRAY(s->r->ctx->arena, uint32_t, t->nfactors + 1u);
    if (!s->root)
        return false;
    for (uint32_t i = 0; i < t->nfactors; i++)
        s->root[i] = i;
    for (uint32_t i = 0; i < t->nfactors; i++)
        for (uint32_t j = 0; j < i; j++)
            for (unsigned a = 0; a < t->factor[i].atom->naxes; a++)
                for (unsigned b = 0; b < t->factor[j].atom->naxes; b++) {
                    Label l = t->factor[i].lab[a];
                    if (s->skip[i] || s->skip[j] || l < 0 ||
                        l != t->factor[j].lab[b] || slot_label(s, l))
                        continue;
                    s->root[find_root(s->root, i)] =
                        find_root(s->root, j);
                }
    return true;
}

/* The piece on slots p and q (either may be absent: -1): a net of the slots
 * that exist, in that order; factors taken are marked. */
static const Net *piece(Split *s, int p, int q, bool *taken)
{
    const Dim *dim[2];
    Label open[2];
    unsigned n = 0;
    int want[2] = {p, q};
    for (int k = 0; k < 2; k++)
        if (want[k] >= 0 && s->slot[want[k]] != ABSENT) {
            open[n] = s->slot[want[k]];
            dim[n++] = s->dim[want[k]];
        }
    Work w;
    const Term *t = s->t;
    work_init(&w, s->r->ctx, n, dim);
    Label *to = ARENA_ARRAY(s->r->ctx->arena, Label, t->nbound + 1u);
    if (!to)
        return NULL;
    for (uint32_t b = 0; b < t->nbound; b++)
        to[b] = -1;
    for (uint32_t i = 0; i < t->nfactors; i++) {
        bool touches = false;
        for (uint32_t j = 0; j < t->nfactors; j++)
            for (unsigned a = 0; a < t->factor[j].atom->naxes; a++)
                for (unsigned k = 0; k < n; k++)
                    touches = touches ||
                              (!s->skip[j] && t->factor[j].lab[a] == open[k] &&
                               find_root(s->root, j) ==
                                   find_root(s->root, i));
        if (s->skip[i] || !touches || taken[i])
            continue;
        taken[i] = true;
        Label at[NET_AXES];
        for (unsigned a = 0; a < t->factor[i].atom->naxes; a++) {
            Label l = t->factor[i].lab[a];
            at[a] = l;
            for (unsigned k = 0; k < n; k++)
                if (l == open[k])
                    at[a] = (Label)k;
            if (l >= 0 && l != open[0] && (n < 2 || l != open[1])) {
                if (l < (Label)s->net->naxes || slot_label(s, l))
                    return NULL; /* it reaches another index */
                Label *b = &to[l - (Label)s->net->naxes];
                if (*b < 0)
                    *b = work_label(&w, t->bdim[l - (Label)s->net->naxes]);
                at[a] = *b;
            }
        }
        work_atom(&w, t->factor[i].atom, at);
    }
    return work_net_done(&w);
}

static void find_slots(Split *s)
{
    const Term *t = s->t;
    bool row = false, col = false;
    for (int k = 0; k < SLOTS; k++)
        s->slot[k] = ABSENT;
    for (uint32_t i = 0; i < t->nfactors; i++) {
        const Factor *f = &t->factor[i];
        if (f->atom->kind != ATOM_FUSE || f->lab[0] < 0 ||
            f->lab[0] >= (Label)s->net->naxes)
            continue;
        int at = f->lab[0] == 0 ? SLOT_SLOW_ROW : SLOT_SLOW_COL;
        s->skip[i] = true;
        row = row || at == SLOT_SLOW_ROW;
        col = col || at == SLOT_SLOW_COL;
        for (int k = 0; k < 2; k++) {
            s->slot[at + k] = f->lab[1 + k];
            s->dim[at + k] = f->atom->dim[1 + k];
        }
    }
    if (!row && s->net->naxes > 0) {
        s->slot[SLOT_SLOW_ROW] = 0;
        s->dim[SLOT_SLOW_ROW] = s->net->dim[0];
    }
    if (!col && s->net->naxes > 1) {
        s->slot[SLOT_SLOW_COL] = 1;
        s->dim[SLOT_SLOW_COL] = s->net->dim[1];
    }
}

/* The tree of a piece, as a column where it has only a row, as a row where
 * it has only a column. */
static const Tree *piece_tree(Split *s, int p, int q, bool *taken)
{
    const Net *n = piece(s, p, q, taken);
    const Tree *t = n ? raise_net(s->r, n) : NULL;
    bool has_row = p >= 0 && s->slot[p] != ABSENT;
    return t && n->naxes == 1 && !has_row ? mk_transpose(s->r, t) : t;
}

static bool all_taken(const Split *s, const bool *taken)
{
    for (uint32_t i = 0; i < s->t->nfactors; i++)
        if (!s->skip[i] && !taken[i] && s->t->factor[i].atom->naxes)
            return false;
    return true;
}

static const Tree *mk_kron(Raise *r, const Tree *a, const Tree *b)
{
    if (!a || !b)
        return NULL;
    if (a->op == OP_EYE && b->op == OP_EYE)
        return mk_eye(r, dim_mul(r->ctx, a->rows, b->rows));
    return mk(r, OP_KRON, 2, (const Tree *[]){a, b},
              dim_mul(r->ctx, a->rows, b->rows),
              dim_mul(r->ctx, a->cols, b->cols));
}

/* K with K*vec(X) = vec(X') for X of [n,m]. */
static const Tree *commutation(Raise *r, const Dim *n, const Dim *m)
{
    const char *names[2];
    const Sym *ix[2];
    const Tree *it[2];
    for (int k = 0; k < 2; k++) {
        names[k] = ctx_intern(r->ctx, k ? "j" : "i", 1);
        ix[k] = index_sym(r, names[k], k ? m : n);
        it[k] = ix[k] ? tree_sym(r->ctx, ix[k]) : NULL;
        if (!it[k])
            return NULL;
    }
    const Tree *a = mk(r, OP_UNITM, 2, (const Tree *[]){it[0], it[1]}, n, m);
    const Tree *b = mk(r, OP_UNITM, 2, (const Tree *[]){it[1], it[0]}, m, n);
    const Tree *body = mk_kron(r, a, b);
    body = tree_sum(r->ctx, ix[1], tree_int(r->ctx, 1), tree_dim(r->ctx, m),
                    body, (Span){0, 0});
    return tree_sum(r->ctx, ix[0], tree_int(r->ctx, 1), tree_dim(r->ctx, n),
                    body, (Span){0, 0});
}

static void try_straight(Split *s, bool *taken, const Tree **out)
{
    memset(taken, 0, s->t->nfactors);
    const Tree *p = piece_tree(s, SLOT_SLOW_ROW, SLOT_SLOW_COL, taken);
    const Tree *q = piece_tree(s, SLOT_FAST_ROW, SLOT_FAST_COL, taken);
    if (p && q && all_taken(s, taken))
        *out = mk_kron(s->r, p, q);
}

/* A column beside a pair of rows: kron(p, Q) with the column on the fast
 * piece. */
static void try_column_fast(Split *s, bool *taken, const Tree **out)
{
    if (s->slot[SLOT_FAST_COL] != ABSENT || s->slot[SLOT_SLOW_COL] == ABSENT)
        return;
    memset(taken, 0, s->t->nfactors);
    const Tree *p = piece_tree(s, SLOT_SLOW_ROW, -1, taken);
    const Tree *q = piece_tree(s, SLOT_FAST_ROW, SLOT_SLOW_COL, taken);
    if (p && q && all_taken(s, taken))
        *out = mk_kron(s->r, p, q);
}

/* Crossed: P[slow row, fast col], Q[fast row, slow col]: kron(P,Q)*K. */
static void try_crossed(Split *s, bool *taken, const Tree **out)
{
    for (int k = 0; k < SLOTS; k++)
        if (s->slot[k] == ABSENT)
            return;
    memset(taken, 0, s->t->nfactors);
    const Tree *p = piece_tree(s, SLOT_SLOW_ROW, SLOT_FAST_COL, taken);
    const Tree *q = piece_tree(s, SLOT_FAST_ROW, SLOT_SLOW_COL, taken);
    if (!p || !q || !all_taken(s, taken))
        return;
    const Tree *k = commutation(s->r, s->dim[SLOT_FAST_COL],
                                s->dim[SLOT_SLOW_COL]);
    const Tree *pq = mk_kron(s->r, p, q);
    if (p->op == OP_EYE && q->op == OP_EYE)
        *out = k;
    else if (k && pq)
        *out = mk_mul(s->r, pq, k);
}

/* M[fast row, slow row] and N[fast col, slow col]: vec(M)*vec(N)'. */
static void try_vecs(Split *s, bool *taken, const Tree **out)
{
    Raise *r = s->r;
    if (s->slot[SLOT_FAST_ROW] == ABSENT)
        return;
    memset(taken, 0, s->t->nfactors);
    const Tree *p = piece_tree(s, SLOT_FAST_ROW, SLOT_SLOW_ROW, taken);
    const Tree *q = NULL;
    if (!p)
        return;
    p = mk_fun(r, OP_VEC, p, dim_mul(r->ctx, p->rows, p->cols), one(r));
    if (s->slot[SLOT_FAST_COL] != ABSENT) {
        q = piece_tree(s, SLOT_FAST_COL, SLOT_SLOW_COL, taken);
        if (!q)
            return;
        q = mk_fun(r, OP_VEC, q, dim_mul(r->ctx, q->rows, q->cols), one(r));
    } else if (s->slot[SLOT_SLOW_COL] != ABSENT) {
        q = piece_tree(s, SLOT_SLOW_COL, -1, taken);
        if (!q)
            return;
    }
    if (p && all_taken(s, taken))
        *out = q ? mk_mul(r, p, mk_transpose(r, q)) : p;
}

/* Both axes the same pair: diag(vec(M)). */
static void try_diagonal(Split *s, bool *taken, const Tree **out)
{
    Raise *r = s->r;
    if (s->slot[SLOT_FAST_ROW] == ABSENT ||
        s->slot[SLOT_FAST_ROW] != s->slot[SLOT_FAST_COL] ||
        s->slot[SLOT_SLOW_ROW] != s->slot[SLOT_SLOW_COL])
        return;
    memset(taken, 0, s->t->nfactors);
    const Tree *p = piece_tree(s, SLOT_FAST_ROW, SLOT_SLOW_ROW, taken);
    if (!p || !all_taken(s, taken))
        return;
    p = mk_fun(r, OP_VEC, p, dim_mul(r->ctx, p->rows, p->cols), one(r));
    *out = mk_diag(r, p);
}

/* The slot gets a label of its own, and a delta between that and the old. */
static bool part_label(Split *s, int c)
{
    Ctx *ctx = s->r->ctx;
    const Term *t = s->t;
    Term *u = ARENA_NEW(ctx->arena, Term);
    Factor *f = ARENA_ARRAY(ctx->arena, Factor, t->nfactors + 1u);
    const Dim **bdim = ARENA_ARRAY(ctx->arena, const Dim *, t->nbound + 1u);
    bool *skip = ARENA_ARRAY(ctx->arena, bool, t->nfactors + 2u);
    if (!u || !f || !bdim || !skip)
        return false;
    memcpy(f, t->factor, t->nfactors * sizeof *f);
    memcpy(skip, s->skip, t->nfactors * sizeof *skip);
    if (t->nbound)
        memcpy(bdim, t->bdim, t->nbound * sizeof *bdim);
    bdim[t->nbound] = s->dim[c];
    Label fresh = (Label)(s->net->naxes + t->nbound);
    f[t->nfactors].atom = atom_delta(ctx, s->dim[c]);
    f[t->nfactors].lab[0] = s->slot[c];
    f[t->nfactors].lab[1] = fresh;
    *u = *t;
    u->factor = f;
    u->nfactors++;
    u->bdim = bdim;
    u->nbound++;
    s->slot[c] = fresh;
    s->skip = skip;
    s->t = u;
    return true;
}

/* Where a row's part and a column's part are one label, an identity stands
 * between them. */
static bool part_labels(Split *s)
{
    for (int c = SLOT_SLOW_COL; c < SLOTS; c++)
        for (int k = 0; k < 2; k++)
            if (s->slot[c] != ABSENT && s->slot[c] == s->slot[k] &&
                !part_label(s, c))
                return false;
    return true;
}

/* An index that is fixed, as in A[1,2], is a unit vector; between the two of a
 * pair that are one, as in diag(A), stands an identity. */
static bool part_pairs(Split *s)
{
    for (int c = 0; c < SLOTS; c++)
        if (s->slot[c] < 0 && s->slot[c] != ABSENT && !part_label(s, c))
            return false;
    for (int c = 0; c < SLOTS; c += 2) {
        Label old = s->slot[c];
        if (old == ABSENT || s->slot[c + 1] != old)
            continue;
        if (!part_label(s, c))
            return false;
        if (c == SLOT_SLOW_ROW && s->slot[SLOT_SLOW_COL] == old &&
            s->slot[SLOT_FAST_COL] == old)
            s->slot[SLOT_SLOW_COL] = s->slot[c];
    }
    return true;
}

static bool touches_slot(const Split *s, uint32_t component)
{
    const Term *t = s->t;
    for (uint32_t j = 0; j < t->nfactors; j++)
        for (unsigned a = 0; a < t->factor[j].atom->naxes; a++)
            if (!s->skip[j] && find_root(s->root, j) == component &&
                (slot_label(s, t->factor[j].lab[a]) ||
                 (t->factor[j].lab[a] >= 0 &&
                  t->factor[j].lab[a] < (Label)s->net->naxes)))
                return true;
    return false;
}

/* Factors that are a number together, as A[1,2] is; NULL: there are none. */
static const Net *numbers(Split *s)
{
    const Term *t = s->t;
    Label *to = ARENA_ARRAY(s->r->ctx->arena, Label, t->nbound + 1u);
    bool any = false;
    Work w;
    work_init(&w, s->r->ctx, 0, NULL);
    for (uint32_t b = 0; to && b < t->nbound; b++)
        to[b] = -1;
    for (uint32_t i = 0; to && i < t->nfactors; i++) {
        const Factor *f = &t->factor[i];
        Label at[NET_AXES];
        if (s->skip[i] || f->atom->naxes == 0 ||
            touches_slot(s, find_root(s->root, i)))
            continue;
        for (unsigned a = 0; a < f->atom->naxes; a++) {
            Label *b = f->lab[a] < 0 ? NULL
                                     : &to[f->lab[a] - (Label)s->net->naxes];
            if (b && *b < 0)
                *b = work_label(&w, t->bdim[b - to]);
            at[a] = b ? *b : f->lab[a];
        }
        work_atom(&w, f->atom, at);
        s->skip[i] = any = true;
    }
    return any ? work_net_done(&w) : NULL;
}

bool kron_term(Raise *r, const Net *n, const Term *t, FTerm *out)
{
    Split s = {.r = r, .net = n, .t = t,
               .skip = ARENA_ARRAY(r->ctx->arena, bool, t->nfactors + 1u)};
    bool *taken = ARENA_ARRAY(r->ctx->arena, bool, t->nfactors + 2u * SLOTS);
    if (!s.skip || !taken)
        return false;
    find_slots(&s);
    if (!part_pairs(&s) || !split_components(&s))
        return false;
    const Net *number = numbers(&s);
    if (number && !fterm_scalar(r, out, raise_net(r, number), false))
        return false;
    const Tree *m = NULL;
    try_diagonal(&s, taken, &m);
    if (!m && (!part_labels(&s) || !split_components(&s)))
        return false;
    if (!m)
        try_straight(&s, taken, &m);
    if (!m)
        try_column_fast(&s, taken, &m);
    if (!m)
        try_crossed(&s, taken, &m);
    if (!m)
        try_vecs(&s, taken, &m);
    if (ctx_failed(r->ctx))
        return false;
    if (!m)
        return false;
    for (uint32_t i = 0; i < t->nfactors; i++)
        if (t->factor[i].atom->naxes == 0) {
            const Tree *a = atom_tree(r, t->factor[i].atom);
            if (!fterm_scalar(r, out, a, false))
                return false;
        }
    out->chain = chain_of(r, m, false, false);
    return out->chain.n > 0;
}
