/* chain.c: a product of matrices, written with the fewest operators.
 *
 * Over all ways to bracket and to transpose segments as wholes (dynamic
 * programming on intervals, two orientations), so that A'*B'*C' becomes
 * (C*B*A)'; diag(v)*M is written v.*M where that is shorter.  Ties go to
 * fewer brackets. */
#include "raise/build.h"

#include <string.h>

enum { CHAIN_DP = 20, OPER = 16, BRACKET = 1 };

bool elem_same(const Elem *a, const Elem *b)
{
    return a->t == b->t && a->diag == b->diag &&
           (a->tr == b->tr || a->symm);
}

bool chain_same(const Chain *a, const Chain *b)
{
    bool same = a->n == b->n && a->n > 0;
    for (uint32_t i = 0; same && i < a->n; i++)
        same = elem_same(&a->e[i], &b->e[i]);
    return same;
}

bool chain_add(Raise *r, Chain *c, Elem e)
{
    if (!e.t)
        return false;
    if (c->n == c->cap) {
        uint32_t cap = c->cap ? 2 * c->cap : 4;
        Elem *p = ARENA_ARRAY(r->ctx->arena, Elem, cap);
        if (!p)
            return false;
        if (c->n)
            memcpy(p, c->e, c->n * sizeof *p);
        c->e = p;
        c->cap = cap;
    }
    c->e[c->n++] = e;
    return true;
}

bool chain_append(Raise *r, Chain *c, const Chain *d)
{
    for (uint32_t i = 0; i < d->n; i++)
        if (!chain_add(r, c, d->e[i]))
            return false;
    return true;
}

Chain chain_reversed(Raise *r, const Chain *c)
{
    Chain d = {0};
    for (uint32_t i = c->n; i-- > 0;) {
        Elem e = c->e[i];
        if (e.t->op == OP_UNITM ||
            turns_free(e.t)) /* J(i,j,n,m)' = J(j,i,m,n) */
            e.t = mk_transpose(r, e.t);
        else if (!e.symm && !e.diag)
            e.tr = !e.tr;
        chain_add(r, &d, e);
    }
    return d;
}

/* A product tree joins as its factors. */
Chain chain_of(Raise *r, const Tree *t, bool tr, bool symm)
{
    Chain c = {0};
    if (!t)
        return c;
    if (t->op == OP_TRANSPOSE) {
        t = t->kid[0];
        tr = !tr;
    }
    if (t->op == OP_MUL && t->nkids <= JOIN_MOST && !tree_is_scalar(t)) {
        bool plain = true;
        for (uint32_t i = 0; i < t->nkids; i++)
            plain = plain && !tree_is_scalar(t->kid[i]) &&
                    (i == 0 || t->kid[i - 1]->cols == t->kid[i]->rows);
        if (plain) {
            for (uint32_t i = 0; i < t->nkids; i++) {
                const Tree *k = t->kid[i];
                bool f = k->op == OP_TRANSPOSE;
                chain_add(r, &c, (Elem){f ? k->kid[0] : k, f, false, false});
            }
            return tr ? chain_reversed(r, &c) : c;
        }
    }
    chain_add(r, &c, (Elem){t, tr, symm, false});
    return c;
}

/* --- pseudoinverses: M*inv(M'*M) = pinv(M)' */

/* Is inv(b) of M'*M (first) or M*M' for the element's matrix? */
static bool is_gram(const Tree *inv, const Elem *m, bool left)
{
    if (inv->op != OP_INV || inv->kid[0]->op != OP_MUL ||
        inv->kid[0]->nkids != 2 || m->t->op != OP_SYM)
        return false;
    const Tree *a = inv->kid[0]->kid[0], *b = inv->kid[0]->kid[1];
    bool at = a->op == OP_TRANSPOSE, bt = b->op == OP_TRANSPOSE;
    if (at)
        a = a->kid[0];
    if (bt)
        b = b->kid[0];
    if (a != m->t || b != m->t || at == bt)
        return false;
    /* left: m is to the left of the inverse, so the gram is m'*m. */
    bool first_tr = left ? !m->tr : m->tr;
    return at == first_tr;
}

void chain_tidy(Raise *r, Chain *c)
{
    for (uint32_t i = 0; i + 1 < c->n; i++) {
        Elem *a = &c->e[i], *b = &c->e[i + 1];
        const Elem *m = NULL;
        if (!a->diag && !b->diag && is_gram(b->t, a, true))
            m = a; /* m*inv(m'*m) = pinv(m)' */
        else if (!a->diag && !b->diag && is_gram(a->t, b, false))
            m = b; /* inv(m*m')*... : inv(m*m')*m = pinv(m)' */
        if (!m)
            continue;
        const Tree *p = mk_fun(r, OP_PINV, m->t, m->t->cols, m->t->rows);
        Elem e = {p, !m->tr, false, false};
        *a = e;
        memmove(b, b + 1, (c->n - i - 2) * sizeof *b);
        c->n--;
        i = UINT32_MAX; /* from the start */
    }
}

/* --- the dynamic program */

typedef enum How { ELEM, SPLIT, FLIP, LEFT_DIAG } How;

typedef struct Cell {
    uint64_t cost; /* weights are large where parts are shared */
    uint8_t how, at;
    bool product; /* needs brackets under a transpose */
} Cell;

typedef struct Table {
    Raise *r;
    const Chain *c;
    Cell (*cell)[CHAIN_DP][2];
} Table;

static Cell cell_elem(const Table *t, uint32_t i, int o)
{
    const Elem *e = &t->c->e[i];
    Cell c = {.how = ELEM};
    uint64_t w = weight_of(t->r, e->t);
    bool flat = e->t->op == OP_SYM;
    c.cost = w * OPER;
    if (e->diag)
        c.cost += OPER;
    else if (!e->symm && e->tr != (o == 1) && e->t->op != OP_CONJ)
        c.cost += OPER; /* conj(A) turned is A^H, no longer */
    bool flipped = !e->diag && !e->symm && e->tr != (o == 1);
    if (!flat && !e->diag &&
        (e->t->op == OP_ADD || e->t->op == OP_NEG || e->t->op == OP_HAD ||
         (flipped && e->t->op == OP_DIV)))
        c.cost += BRACKET;
    return c;
}

static void cell_try(Cell *best, uint64_t cost, How how, uint32_t at)
{
    if (cost < best->cost) {
        best->cost = cost;
        best->how = (uint8_t)how;
        best->at = (uint8_t)at;
        best->product = true;
    }
}

static void cell_fill(Table *t, uint32_t i, uint32_t j)
{
    for (int o = 0; o < 2; o++) {
        Cell *c = &t->cell[i][j][o];
        c->cost = UINT64_MAX;
        for (uint32_t k = i; k < j; k++)
            cell_try(c, t->cell[i][k][o].cost + t->cell[k + 1][j][o].cost +
                            OPER, SPLIT, k);
        /* diag(v)*M as v.*M, at the left end of what is written */
        const Elem *e = &t->c->e[o ? j : i];
        if (e->diag && j > i) {
            const Cell *rest = o ? &t->cell[i][j - 1][o]
                                 : &t->cell[i + 1][j][o];
            cell_try(c, (uint64_t)weight_of(t->r, e->t) * OPER + OPER +
                            BRACKET + rest->cost, LEFT_DIAG, 0);
        }
    }
    for (int o = 0; o < 2; o++)
        cell_try(&t->cell[i][j][o],
                 t->cell[i][j][1 - o].cost + OPER + BRACKET, FLIP, 0);
}

static const Tree *elem_tree(Raise *r, const Elem *e, bool flip)
{
    if (e->diag)
        return mk_diag(r, e->t);
    if (e->symm || e->tr == flip)
        return e->t;
    return mk_transpose(r, e->t);
}

static const Tree *cell_tree(const Table *t, uint32_t i, uint32_t j, int o)
{
    const Cell *c = &t->cell[i][j][o];
    Raise *r = t->r;
    switch ((How)c->how) {
    case ELEM:
        return elem_tree(r, &t->c->e[i], o == 1);
    case FLIP:
        return mk_transpose(r, cell_tree(t, i, j, 1 - o));
    case LEFT_DIAG:
        return mk_had(r, t->c->e[o ? j : i].t,
                      o ? cell_tree(t, i, j - 1, o)
                        : cell_tree(t, i + 1, j, o));
    default:
        break;
    }
    const Tree *a = cell_tree(t, i, c->at, o);
    const Tree *b = cell_tree(t, c->at + 1u, j, o);
    return o ? mk_mul(r, b, a) : mk_mul(r, a, b);
}

/* Runs of one matrix are a power: X, X -> X^2. */
static Chain chain_powers(Raise *r, const Chain *c)
{
    Chain d = {0};
    for (uint32_t i = 0; i < c->n;) {
        uint32_t k = i + 1;
        while (k < c->n && !c->e[i].diag && elem_same(&c->e[k], &c->e[i]) &&
               !c->e[k].diag && c->e[i].t->rows == c->e[i].t->cols)
            k++;
        Elem e = c->e[i];
        if (k - i > 1)
            e.t = mk(r, OP_POW, 2,
                     (const Tree *[]){e.t, tree_int(r->ctx, k - i)},
                     e.t->rows, e.t->cols);
        chain_add(r, &d, e);
        i = k;
    }
    return d;
}

static const Tree *chain_plain(Raise *r, const Chain *c)
{
    const Tree **t = ARENA_ARRAY(r->ctx->arena, const Tree *, c->n);
    for (uint32_t i = 0; t && i < c->n; i++)
        if (!(t[i] = elem_tree(r, &c->e[i], false)))
            return NULL;
    return t ? mk_product(r, t, c->n, t[0]->rows, t[c->n - 1]->cols) : NULL;
}

/* Both orientations' trees and costs. */
static bool chain_solve(Raise *r, const Chain *c, Table *t)
{
    t->r = r;
    t->c = c;
    t->cell = arena_array(r->ctx->arena, c->n, sizeof *t->cell);
    if (!t->cell)
        return false;
    for (uint32_t i = 0; i < c->n; i++)
        for (int o = 0; o < 2; o++)
            t->cell[i][i][o] = cell_elem(t, i, o);
    for (uint32_t len = 1; len < c->n; len++)
        for (uint32_t i = 0; i + len < c->n; i++)
            cell_fill(t, i, i + len);
    return true;
}

/* Is the table's scalar c as its transpose shorter, or no longer and better
 * begun? */
static bool reads_backwards(const Table *t)
{
    uint32_t last = t->c->n - 1;
    const Cell *cell = t->cell[0][last];
    return cell[1].cost < cell[0].cost ||
           (cell[1].cost == cell[0].cost &&
            t->c->e[last].t->serial < t->c->e[0].t->serial);
}

/* The tree of a chain that is not empty; of a scalar in either direction. */
static const Tree *chain_best(Raise *r, const Chain *in, bool scalar)
{
    Chain c = chain_powers(r, in);
    chain_tidy(r, &c);
    Table t;
    if (c.n == 0)
        return NULL;
    if (c.n > CHAIN_DP)
        return chain_plain(r, &c);
    if (!chain_solve(r, &c, &t))
        return NULL;
    return cell_tree(&t, 0, c.n - 1, scalar && reads_backwards(&t));
}

const Tree *chain_tree(Raise *r, const Chain *in)
{
    return in->n ? chain_best(r, in, false) : NULL;
}

/* Is the chain M'*M? */
static bool is_square(const Chain *c)
{
    for (uint32_t i = 0; i < c->n / 2; i++) {
        const Elem *a = &c->e[i], *b = &c->e[c->n - 1 - i];
        if (a->diag || b->diag || a->t != b->t ||
            (a->tr == b->tr && !a->symm) || (a->t->flags & TREE_COMPLEX))
            return false;
    }
    return c->n > 1 && c->n % 2 == 0;
}

const Tree *chain_square(Raise *r, const Chain *in)
{
    Chain c = chain_powers(r, in);
    chain_tidy(r, &c);
    if (!is_square(&c))
        return NULL;
    Chain half = {.e = c.e + c.n / 2, .n = c.n / 2};
    const Tree *m = chain_tree(r, &half);
    if (!m || (tree_is_col(m) && weight_of(r, m) == 0))
        return NULL; /* x'*x is as short */
    const Tree *n = mk_fun(r, tree_is_col(m) ? OP_NORM : OP_NORMF, m, one(r),
                           one(r));
    return n ? mk(r, OP_POW, 2, (const Tree *[]){n, tree_int(r->ctx, 2)},
                  one(r), one(r))
             : NULL;
}

const Tree *chain_scalar(Raise *r, const Chain *in)
{
    if (in->n == 0)
        return NULL;
    const Elem *last = &in->e[in->n - 1];
    const Tree *square = !last->tr && tree_is_col(last->t)
                             ? chain_square(r, in)
                             : NULL;
    return square ? square : chain_best(r, in, true);
}
