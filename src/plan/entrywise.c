/* entrywise.c: sums and entrywise products in normal form.
 *
 * A sum is equal to its negative up to a sign in front, so that a residual and
 * its opposite are one; what is a row, a column or a number stands together
 * and is computed as such, before the matrix that it broadcasts to. */
#include "plan/node.h"

#include <string.h>

typedef enum Shape { SCALAR, COLUMN, ROW, FULL } Shape;

static Shape shape_of(const Node *a)
{
    bool row = dim_is(a->rows, 1), col = dim_is(a->cols, 1);
    return row && col ? SCALAR : col ? COLUMN : row ? ROW : FULL;
}

static bool broadcast(Nodes *g, Node *p, const Node *k)
{
    if (!dim_is(k->rows, 1)) {
        if (!dim_is(p->rows, 1) && p->rows != k->rows)
            goto bad;
        p->rows = k->rows;
    }
    if (!dim_is(k->cols, 1)) {
        if (!dim_is(p->cols, 1) && p->cols != k->cols)
            goto bad;
        p->cols = k->cols;
    }
    return true;
bad:
    return ctx_fail(g->ctx, ERR_UNSUPPORTED, (Span){0, 0}, NULL,
                    "sizes that do not fit an entrywise pass") != NULL;
}

static Node *ew(Nodes *g, OpId op, uint32_t n, Node *const *kid)
{
    Node p = {.kind = N_EW, .op = op, .nkids = n,
              .rows = dim_num(g->ctx, 1), .cols = dim_num(g->ctx, 1)};
    for (uint32_t i = 0; i < n; i++)
        if (!kid[i] || !broadcast(g, &p, kid[i]))
            return NULL;
    return n == 1 ? kid[0] : node_cons(g, &p, kid);
}

static bool plain_num(const Node *a)
{
    return a->kind == N_NUM && a->op == OP_NUM;
}

static bool is_ew(const Node *a, OpId op)
{
    return a->kind == N_EW && a->op == op;
}

static void sort_kids(Node **kid, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++)
        for (uint32_t j = i; j > 0 && kid[j - 1]->serial > kid[j]->serial;
             j--) {
            Node *x = kid[j];
            kid[j] = kid[j - 1];
            kid[j - 1] = x;
        }
}

/* --- sums */

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
    if (plain_num(a)) {
        *c = a->num;
        return NULL;
    }
    if (a->kind == N_ONES)
        return NULL;
    if (!is_ew(a, OP_HAD))
        return a;
    Node **rest = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
    uint32_t n = 0;
    if (!rest)
        return a;
    for (uint32_t i = 0; i < a->nkids; i++) {
        if (plain_num(a->kid[i]))
            *c = a->kid[i]->num;
        else if (a->kid[i]->kind != N_ONES)
            rest[n++] = a->kid[i];
    }
    return n == a->nkids ? a : n ? ew(g, OP_HAD, n, rest) : NULL;
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
    if (is_ew(rest, OP_ADD) &&
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
    if (shape_of(a) != FULL)
        return NULL;
    if (!is_ew(a, OP_HAD))
        return a;
    if (!(rest = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids)))
        return NULL;
    uint32_t n = 0;
    for (uint32_t i = 0; i < a->nkids; i++) {
        if (shape_of(a->kid[i]) != FULL)
            rest[n++] = a->kid[i];
        else if (m)
            return NULL;
        else
            m = a->kid[i];
    }
    *beside = m ? ew(g, OP_HAD, n, rest) : NULL;
    return *beside && shape_of(*beside) != FULL ? m : NULL;
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
                (shape_of(u) != shape_of(v) && shape_of(u) != SCALAR &&
                 shape_of(v) != SCALAR))
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
        if (is_ew(a, OP_HAD) && a->nkids == 2 && node_scalar(a->kid[0])) {
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
    bool many = is_ew(b, OP_HAD), none = a == NULL, had = a && is_ew(a, OP_HAD);
    uint32_t n = none ? 0 : had ? a->nkids : 1, k = 0;
    Node *more = NULL;
    for (uint32_t i = 0; i < (many ? b->nkids : 1); i++) {
        Node *f = many ? b->kid[i] : (Node *)b;
        if (k < n && f == (had ? a->kid[k] : a))
            k++;
        else if (more || !is_ew(f, OP_SIGMOID))
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
static bool group(Sum *s, Node **list, uint32_t *k, Shape shape,
                  uint32_t *left)
{
    uint32_t from = *k;
    for (uint32_t i = 0; i < s->n; i++)
        if (shape_of(s->term[i].node) == shape) {
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
        sort_kids(list, k);
        list[0] = ew(g, OP_ADD, k, list);
        k = 1;
    }
    if (!group(s, list, &k, COLUMN, &left) || !group(s, list, &k, ROW, &left) ||
        !group(s, list, &k, FULL, &left))
        return NULL;
    for (uint32_t i = 0; i < k; i++)
        if (!list[i])
            return NULL;
    sort_kids(list, k);
    return ew(g, OP_ADD, k, list);
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
    if (r && g->form & FORM_PAIRS && is_ew(r, OP_ADD) && r->rows == r->cols)
        r = node_pairs(g, r);
    if (r && ((dim_is(r->rows, 1) && !dim_is(s.rows, 1)) ||
              (dim_is(r->cols, 1) && !dim_is(s.cols, 1))))
        r = node_had2(g, r, node_ones(g, s.rows, s.cols));
    return r && !rat_is(c, 1) ? node_had2(g, node_num(g, c), r) : r;
}

/* --- products */

typedef struct Factors {
    Nodes *g;
    Node **f;
    uint32_t n;
    Rat number;
} Factors;

static uint32_t count(uint32_t n, Node *const *kid)
{
    uint32_t total = 0;
    for (uint32_t i = 0; i < n; i++)
        total += !kid[i]                    ? 0
                 : is_ew(kid[i], OP_HAD) ? count(kid[i]->nkids, kid[i]->kid)
                                         : 1;
    return total;
}

static bool flatten(Factors *p, uint32_t n, Node *const *kid)
{
    for (uint32_t i = 0; i < n; i++) {
        if (!kid[i])
            return false;
        if (is_ew(kid[i], OP_HAD)) {
            if (!flatten(p, kid[i]->nkids, kid[i]->kid))
                return false;
        } else if (plain_num(kid[i])) {
            p->number = rat_mul(p->g->ctx, p->number, kid[i]->num);
        } else {
            p->f[p->n++] = kid[i];
        }
    }
    return true;
}

static void remove_factor(Factors *p, uint32_t i)
{
    memmove(p->f + i, p->f + i + 1, (p->n - i - 1) * sizeof *p->f);
    p->n--;
}

/* Ones only keep the sizes where nothing else has them. */
static void drop_ones(Factors *p)
{
    for (uint32_t i = 0; i < p->n && p->n > 1; i++) {
        Node *a = p->f[i];
        bool rows = dim_is(a->rows, 1), cols = dim_is(a->cols, 1);
        if (a->kind != N_ONES)
            continue;
        for (uint32_t j = 0; j < p->n; j++) {
            rows |= j != i && p->f[j]->rows == a->rows;
            cols |= j != i && p->f[j]->cols == a->cols;
        }
        if (rows && cols)
            remove_factor(p, i--);
    }
}

/* -max(..) */
static bool minus_max(const Node *z)
{
    return is_ew(z, OP_HAD) && z->nkids == 2 && node_is_num(z->kid[0], -1) &&
           z->kid[1]->kind == N_FOLD && z->kid[1]->op == OP_MAXOF;
}

bool node_is_shift(const Node *a)
{
    const Node *z = is_ew(a, OP_EXP) ? a->kid[0] : NULL;
    if (z && minus_max(z))
        return true;
    for (uint32_t i = 0; z && is_ew(z, OP_ADD) && i < z->nkids; i++)
        if (minus_max(z->kid[i]) && z->kid[i]->rows == z->rows &&
            z->kid[i]->cols == z->cols)
            return true;
    return false;
}

/* Can b's entries be read at those of a? */
static bool fits(const Node *a, const Node *b)
{
    return (b->rows == a->rows || dim_is(b->rows, 1)) &&
           (b->cols == a->cols || dim_is(b->cols, 1));
}

/* i*i = -1, sqrt(x)*sqrt(x) = x, |z|*|z| = conj(z)*z, x*(1/x) = 1,
 * exp(z)*sigmoid(-z) = sigmoid(z), exp(z)*exp(-max) = exp(z - max),
 * sigmoid(z)*sigmoid(-z) with one exponential; NULL: nothing of the kind. */
static Node *pair(Nodes *g, Node *a, Node *b)
{
    if (is_ew(a, OP_SQRT) && a == b)
        return a->kid[0];
    if (g->complex && is_ew(a, OP_ABS) && a == b)
        return node_had2(g, node_conj(g, a->kid[0]), a->kid[0]);
    if (a->kind == N_NUM && a->op == OP_IMUNIT && a == b)
        return node_num(g, rat_int(-1));
    if (is_ew(b, OP_EDIV) && b->kid[1] == a && node_is_num(b->kid[0], 1))
        return node_scalar(a) ? b->kid[0] : node_ones(g, a->rows, a->cols);
    if (!is_ew(a, OP_EXP) && !is_ew(a, OP_SIGMOID))
        return NULL;
    if (is_ew(b, OP_SIGMOID) && (is_ew(a, OP_EXP) || node_real(g, b->kid[0])) &&
        b->kid[0] == node_had2(g, node_num(g, rat_int(-1)), a->kid[0]))
        return a->op == OP_EXP ? node_ew1(g, OP_SIGMOID, a->kid[0])
                               : node_logistic_slope(g, a->kid[0]);
    if (!is_ew(a, OP_EXP))
        return NULL;
    if (node_is_shift(b) && !node_is_shift(a) && fits(a, b))
        return node_ew1(g, OP_EXP, node_add(g, 2, (Node *[]){a->kid[0],
                                                             b->kid[0]}));
    return NULL;
}

static bool cancel(Factors *p)
{
    for (uint32_t i = 0; i < p->n; i++)
        for (uint32_t j = 0; j < p->n; j++) {
            Node *r = i == j ? NULL : pair(p->g, p->f[i], p->f[j]);
            if (!r)
                continue;
            p->f[i] = r;
            remove_factor(p, j);
            return true;
        }
    return false;
}

/* Those of a shape, as one factor where others stand beside them. */
static bool factors_of(const Factors *p, Shape shape, bool alone, Node **out,
                       uint32_t *k)
{
    uint32_t from = *k;
    for (uint32_t i = 0; i < p->n; i++)
        if (shape_of(p->f[i]) == shape)
            out[(*k)++] = p->f[i];
    if (*k - from < 2 || alone)
        return true;
    out[from] = ew(p->g, OP_HAD, *k - from, out + from);
    *k = from + 1;
    return out[from] != NULL;
}

static Node *multiplied(const Factors *p)
{
    Node **list = ARENA_ARRAY(p->g->ctx->arena, Node *, p->n + 1);
    uint32_t k = 0;
    if (!list)
        return NULL;
    if (!rat_is(p->number, 1) && !(list[k++] = node_num(p->g, p->number)))
        return NULL;
    for (Shape shape = SCALAR; shape <= FULL; shape++) {
        bool alone = true;
        for (uint32_t i = 0; i < p->n; i++)
            alone &= shape_of(p->f[i]) == shape;
        if (!factors_of(p, shape, alone || shape == FULL, list, &k))
            return NULL;
    }
    return ew(p->g, OP_HAD, k, list);
}

Node *node_had(Nodes *g, uint32_t n, Node *const *kid)
{
    Factors p = {.g = g, .number = rat_int(1)};
    p.f = ARENA_ARRAY(g->ctx->arena, Node *, count(n, kid) + 1);
    if (!p.f || !flatten(&p, n, kid))
        return NULL;
    sort_kids(p.f, p.n);
    if (cancel(&p)) {
        p.f[p.n++] = node_num(g, p.number);
        return node_had(g, p.n, p.f);
    }
    drop_ones(&p);
    if (p.n == 0)
        return node_num(g, p.number);
    if (rat_is(p.number, 0) && !(p.n == 1 && p.f[0]->kind == N_ONES)) {
        Node *all = ew(g, OP_HAD, p.n, p.f);
        return all ? node_had2(g, node_num(g, p.number),
                               node_ones(g, all->rows, all->cols))
                   : NULL;
    }
    return multiplied(&p);
}

Node *node_had2(Nodes *g, Node *a, Node *b)
{
    return node_had(g, 2, (Node *[]){a, b});
}
