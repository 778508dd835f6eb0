/* sum.c: sums in normal form: like terms are one, what has a common factor is a
 * product, numbers and matrices apart.
 *
 * A sum is equal to its negative up to a sign in front, so that a residual and
 * its opposite are one. */
#include "plan/entrywise.h"

#include <string.h>

typedef struct Term {
    Node *node; /* no number in front, no ones */
    Rat coef;
} Term;

typedef struct Sum {
    Nodes *g;
    Term *term;
    uint32_t n, cap;
    Rat number;
    const Dim *rows, *cols; /* of the whole */
} Sum;

static bool grow(Sum *s)
{
    if (s->n < s->cap)
        return true;
    Term *more = ARENA_ARRAY(s->g->ctx->arena, Term, 2 * s->cap + 8);
    if (!more)
        return false;
    if (s->n)
        memcpy(more, s->term, s->n * sizeof *more);
    s->term = more;
    s->cap = 2 * s->cap + 8;
    return true;
}

/* c*rest without factors of ones; rest is NULL for a number alone. */
static Node *split_number(Nodes *g, Node *a, Rat *c)
{
    *c = rat_int(1);
    if (ew_number(a)) {
        *c = a->num;
        return NULL;
    }
    if (a->kind == N_ONES)
        return NULL;
    if (!ew_is(a, OP_HAD))
        return a;
    Node **rest = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
    uint32_t n = 0;
    if (!rest)
        return a;
    for (uint32_t i = 0; i < a->nkids; i++) {
        if (ew_number(a->kid[i]))
            *c = a->kid[i]->num;
        else if (a->kid[i]->kind != N_ONES)
            rest[n++] = a->kid[i];
    }
    return n == a->nkids ? a : n ? ew_make(g, OP_HAD, n, rest) : NULL;
}

static bool gather(Sum *s, Node *a, Rat by);

/* A sum in a sum, perhaps with a sign; other factors keep it together. */
static bool gather_sum(Sum *s, Node *a, Rat by)
{
    for (uint32_t i = 0; i < a->nkids; i++)
        if (!gather(s, a->kid[i], by))
            return false;
    return true;
}

static bool gather(Sum *s, Node *a, Rat by)
{
    Ctx *ctx = s->g->ctx;
    Rat c;
    if (!a)
        return false;
    if (!dim_is(a->rows, 1))
        s->rows = a->rows;
    if (!dim_is(a->cols, 1))
        s->cols = a->cols;
    Node *rest = split_number(s->g, a, &c);
    c = rat_mul(ctx, c, by);
    if (!rest) {
        s->number = rat_add(ctx, s->number, c);
        return true;
    }
    if (ew_is(rest, OP_ADD) &&
        (rest == a || rat_is(c, 1) || rat_is(c, -1)))
        return gather_sum(s, rest, c);
    for (uint32_t i = 0; i < s->n; i++)
        if (s->term[i].node == rest) {
            s->term[i].coef = rat_add(ctx, s->term[i].coef, c);
            return true;
        }
    if (!grow(s))
        return false;
    s->term[s->n++] = (Term){rest, c};
    return true;
}

static void drop_zeros(Sum *s)
{
    uint32_t k = 0;
    for (uint32_t i = 0; i < s->n; i++)
        if (!rat_is(s->term[i].coef, 0))
            s->term[k++] = s->term[i];
    s->n = k;
}

/* The one matrix of u.*M.*v, and the vector or number beside it. */
static Node *matrix_of(Nodes *g, Node *a, Node **beside)
{
    Node *m = NULL, **rest;
    *beside = node_num(g, rat_int(1));
    if (ew_shape(a) != FULL)
        return NULL;
    if (!ew_is(a, OP_HAD))
        return a;
    if (!(rest = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids)))
        return NULL;
    uint32_t n = 0;
    for (uint32_t i = 0; i < a->nkids; i++) {
        if (ew_shape(a->kid[i]) != FULL)
            rest[n++] = a->kid[i];
        else if (m)
            return NULL;
        else
            m = a->kid[i];
    }
    *beside = m ? ew_make(g, OP_HAD, n, rest) : NULL;
    return *beside && ew_shape(*beside) != FULL ? m : NULL;
}

static Node *scaled(Nodes *g, Term t)
{
    return rat_is(t.coef, 1) ? t.node
                             : node_had2(g, node_num(g, t.coef), t.node);
}

/* u.*M + v.*M is (u + v).*M where u and v are columns, or rows. */
static bool join_matrices(Sum *s)
{
    Nodes *g = s->g;
    for (uint32_t i = 0; i < s->n; i++) {
        Node *u, *v, *m = matrix_of(g, s->term[i].node, &u);
        for (uint32_t j = i + 1; m && j < s->n; j++) {
            if (matrix_of(g, s->term[j].node, &v) != m ||
                (ew_shape(u) != ew_shape(v) && ew_shape(u) != SCALAR &&
                 ew_shape(v) != SCALAR))
                continue;
            Node *sum = node_add(g, 2, (Node *[]){
                scaled(g, (Term){u, s->term[i].coef}),
                scaled(g, (Term){v, s->term[j].coef})});
            Node *both = sum ? node_had2(g, sum, m) : NULL;
            if (!both)
                return false;
            s->term[i].node = split_number(g, both, &s->term[i].coef);
            memmove(s->term + j, s->term + j + 1,
                    (s->n - j - 1) * sizeof *s->term);
            s->n--;
            if (!s->term[i].node) { /* they cancel */
                s->term[i].node = m;
                s->term[i].coef = rat_int(0);
                break;
            }
            m = matrix_of(g, s->term[i].node, &u);
            j = i;
        }
    }
    drop_zeros(s);
    return true;
}

/* The product without its first or last factor. */
static Node *without_end(Nodes *g, Node *m, bool last)
{
    return node_mul(g, m->nkids - 1, m->kid + !last);
}

/* A*B + A*C as A*(B + C), or the same from the right; NULL: they have no end
 * in common, or that costs more. */
static Node *common_end(Nodes *g, Term x, Term y, bool last)
{
    if (x.node->kind != N_MUL || y.node->kind != N_MUL)
        return NULL;
    Node *end = x.node->kid[last ? x.node->nkids - 1 : 0];
    if (y.node->kid[last ? y.node->nkids - 1 : 0] != end ||
        end->kind == N_DIAGM)
        return NULL;
    Node *sum = node_add(g, 2, (Node *[]){
        scaled(g, (Term){without_end(g, x.node, last), x.coef}),
        scaled(g, (Term){without_end(g, y.node, last), y.coef})});
    Node *r = !sum   ? NULL
              : last ? node_mul2(g, sum, end)
                     : node_mul2(g, end, sum);
    double apart = node_products(g, x.node) + node_products(g, y.node);
    return r && node_products(g, r) < apart ? r : NULL;
}

static bool join_products(Sum *s)
{
    Nodes *g = s->g;
    unsigned form = g->form;
    if (!(form & FORM_SPREAD))
        return true;
    g->form &= ~(unsigned)FORM_SPREAD; /* which would undo it */
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t j = i + 1; j < s->n; j++) {
            Node *r = common_end(g, s->term[i], s->term[j], false);
            if (!r && !(r = common_end(g, s->term[i], s->term[j], true)))
                continue;
            g->chosen |= FORM_SPREAD;
            memmove(s->term + j, s->term + j + 1,
                    (s->n - j - 1) * sizeof *s->term);
            s->n--;
            s->term[i].node = split_number(g, r, &s->term[i].coef);
            if (!s->term[i].node)
                return false;
            j = i;
        }
    g->form = form;
    return !ctx_failed(g->ctx);
}

/* diag(u) + diag(v) is diag(u + v), and diag(u) + c*eye(n) is diag(u + c). */
static bool join_diagonals(Sum *s)
{
    Nodes *g = s->g;
    Node *d = NULL, *part;
    uint32_t k = 0, at = 0, found = 0;
    for (uint32_t i = 0; i < s->n; i++)
        found += s->term[i].node->kind == N_DIAGM;
    if (!found)
        return true;
    for (uint32_t i = 0; i < s->n; i++) {
        Node *a = s->term[i].node, *c = NULL;
        Rat coef = s->term[i].coef;
        if (ew_is(a, OP_HAD) && a->nkids == 2 && node_scalar(a->kid[0])) {
            c = a->kid[0];
            a = a->kid[1];
        }
        if (a->kind != N_DIAGM && !node_is_eye(a)) {
            s->term[k++] = s->term[i];
            continue;
        }
        part = a->kind == N_DIAGM ? a->kid[0] : NULL;
        part = c && part ? node_had2(g, c, part)
               : c       ? c
               : part    ? part
                         : node_num(g, rat_int(1));
        part = part ? scaled(g, (Term){part, coef}) : NULL;
        if (!d)
            at = k++;
        d = d ? node_add(g, 2, (Node *[]){d, part}) : part;
        if (!d)
            return false;
    }
    if (node_scalar(d)) /* the vectors cancel */
        d = node_had2(g, d, node_ones(g, s->rows, dim_num(g->ctx, 1)));
    s->n = k;
    s->term[at].coef = rat_int(1);
    s->term[at].node = node_diagm(g, d);
    return s->term[at].node != NULL;
}

/* Is b's product of factors that of a, times one sigmoid? Which then. */
static Node *sigmoid_more(const Node *a, const Node *b)
{
    bool many = ew_is(b, OP_HAD), none = a == NULL, had = a && ew_is(a, OP_HAD);
    uint32_t n = none ? 0 : had ? a->nkids : 1, k = 0;
    Node *more = NULL;
    for (uint32_t i = 0; i < (many ? b->nkids : 1); i++) {
        Node *f = many ? b->kid[i] : (Node *)b;
        if (k < n && f == (had ? a->kid[k] : a))
            k++;
        else if (more || !ew_is(f, OP_SIGMOID))
            return NULL;
        else
            more = f;
    }
    return k == n ? more : NULL;
}

/* p - p*sigmoid(z) is p*sigmoid(-z), without cancellation. */
static bool join_sigmoids(Sum *s)
{
    Nodes *g = s->g;
    for (uint32_t j = 0; j < s->n; j++) {
        Rat minus = rat_mul(g->ctx, s->term[j].coef, rat_int(-1));
        Node *by = NULL, *p = NULL;
        uint32_t i = 0;
        for (; i < s->n && !by; i++)
            if (i != j && rat_equal(s->term[i].coef, minus))
                by = sigmoid_more(p = s->term[i].node, s->term[j].node);
        if (!by && rat_equal(s->number, minus) &&
            (by = sigmoid_more(p = NULL, s->term[j].node)) != NULL)
            s->number = rat_int(0);
        if (!by)
            continue;
        Node *z = node_had2(g, node_num(g, rat_int(-1)), by->kid[0]);
        Node *r = node_ew1(g, OP_SIGMOID, z);
        if (p)
            r = node_had2(g, p, r);
        if (!r)
            return false;
        s->term[j] = (Term){r, minus};
        if (!p)
            continue;
        i--;
        memmove(s->term + i, s->term + i + 1,
                (s->n - i - 1) * sizeof *s->term);
        s->n--;
        j = UINT32_MAX; /* once more */
    }
    return true;
}

/* The same for a node and its transpose. */
static uint32_t rank(Nodes *g, Node *a)
{
    Node *t = node_t(g, a);
    return t && t->serial < a->serial ? t->serial : a->serial;
}

/* The sign, or number, that all terms have in common with the first. */
static Rat common(const Sum *s)
{
    Ctx *ctx = s->g->ctx;
    uint32_t first = 0;
    for (uint32_t i = 1; i < s->n; i++)
        if (rank(s->g, s->term[i].node) < rank(s->g, s->term[first].node))
            first = i;
    if (s->n + !rat_is(s->number, 0) < 2)
        return rat_int(1);
    Rat c = s->term[first].coef, minus = rat_mul(ctx, c, rat_int(-1));
    bool same = rat_is(s->number, 0) || rat_equal(s->number, c) ||
                rat_equal(s->number, minus);
    for (uint32_t i = 0; i < s->n; i++)
        same &= rat_equal(s->term[i].coef, c) ||
                rat_equal(s->term[i].coef, minus);
    return same ? c : rat_int(rat_sign(c) < 0 ? -1 : 1);
}

/* The terms of a shape as one sum at the end of the list. */
static bool group(Sum *s, Node **list, uint32_t *k, EwShape shape,
                  uint32_t *left)
{
    uint32_t from = *k;
    for (uint32_t i = 0; i < s->n; i++)
        if (ew_shape(s->term[i].node) == shape) {
            list[(*k)++] = scaled(s->g, s->term[i]);
            --*left;
        }
    if (*k - from < 2 || !*left)
        return true;
    list[from] = node_add(s->g, *k - from, list + from);
    *k = from + 1;
    return list[from] != NULL;
}

static Node *summed(Sum *s)
{
    Nodes *g = s->g;
    Node **list = ARENA_ARRAY(g->ctx->arena, Node *, s->n + 2);
    bool number = !rat_is(s->number, 0);
    uint32_t k = 0, left = s->n + number;
    if (!list)
        return NULL;
    if (left == 0)
        return node_num(g, rat_int(0));
    /* a number goes with the scalars, to be added to what is smallest */
    for (uint32_t i = 0; i < s->n; i++)
        if (node_scalar(s->term[i].node)) {
            list[k++] = scaled(g, s->term[i]);
            left--;
        }
    if (number) {
        list[k++] = node_num(g, s->number);
        left--;
    }
    for (uint32_t i = 0; i < k; i++)
        if (!list[i])
            return NULL;
    if (k > 1 && left) {
        ew_sort(list, k);
        list[0] = ew_make(g, OP_ADD, k, list);
        k = 1;
    }
    if (!group(s, list, &k, COLUMN, &left) || !group(s, list, &k, ROW, &left) ||
        !group(s, list, &k, FULL, &left))
        return NULL;
    for (uint32_t i = 0; i < k; i++)
        if (!list[i])
            return NULL;
    ew_sort(list, k);
    return ew_make(g, OP_ADD, k, list);
}

Node *node_add(Nodes *g, uint32_t n, Node *const *kid)
{
    Ctx *ctx = g->ctx;
    Sum s = {.g = g, .number = rat_int(0), .rows = dim_num(ctx, 1),
             .cols = dim_num(ctx, 1)};
    for (uint32_t i = 0; i < n; i++)
        if (!gather(&s, kid[i], rat_int(1)))
            return NULL;
    drop_zeros(&s);
    if (!join_sigmoids(&s) || !join_diagonals(&s) || !join_matrices(&s) ||
        !join_products(&s))
        return NULL;
    Rat c = common(&s);
    if (!rat_is(c, 1)) {
        for (uint32_t i = 0; i < s.n; i++)
            s.term[i].coef = rat_div(ctx, s.term[i].coef, c);
        s.number = rat_div(ctx, s.number, c);
    }
    Node *r = summed(&s);
    if (r && g->form & FORM_PAIRS && ew_is(r, OP_ADD) && r->rows == r->cols)
        r = node_pairs(g, r);
    if (r && ((dim_is(r->rows, 1) && !dim_is(s.rows, 1)) ||
              (dim_is(r->cols, 1) && !dim_is(s.cols, 1))))
        r = node_had2(g, r, node_ones(g, s.rows, s.cols));
    return r && !rat_is(c, 1) ? node_had2(g, node_num(g, c), r) : r;
}

