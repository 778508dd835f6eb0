/* pairs.c: symmetric sums by halves.
 *
 *   B*R' + R*B' + R*G*R' = K*R' + R*K', K = B + R*G/2, G symmetric
 *
 * with R narrow: one product and its transpose instead of three products. */
#include "plan/node.h"

enum { MOST = 24, LONGEST = 32 };

typedef struct Term {
    Node *scale; /* a number; NULL: 1 */
    Node *node;
} Term;

typedef struct Terms {
    Nodes *g;
    Term term[MOST];
    uint32_t n;
} Terms;

/* The tail of a product. */
typedef struct Tail {
    Node *const *f;
    uint32_t n;
} Tail;

static bool expand(Terms *s, Node *a, Node *scale);

static bool sum_of_squares(const Node *a)
{
    if (a->kind != N_EW || a->op != OP_ADD)
        return false;
    for (uint32_t i = 0; i < a->nkids; i++)
        if (a->kid[i]->rows != a->rows || a->kid[i]->cols != a->cols)
            return false;
    return true;
}

/* The product with its i-th factor, a sum, multiplied out. */
static bool expand_factor(Terms *s, const Node *a, uint32_t i, Node *scale)
{
    Node *f[LONGEST];
    for (uint32_t k = 0; k < a->kid[i]->nkids; k++) {
        for (uint32_t j = 0; j < a->nkids; j++)
            f[j] = j == i ? a->kid[i]->kid[k] : a->kid[j];
        if (!expand(s, node_mul(s->g, a->nkids, f), scale))
            return false;
    }
    return true;
}

/* scale*a as terms that are no sums and have none among their factors. */
static bool expand(Terms *s, Node *a, Node *scale)
{
    Nodes *g = s->g;
    if (!a || s->n == MOST)
        return false;
    uint32_t last = a->nkids - 1;
    if (a->kind == N_EW && a->op == OP_HAD && node_scalar(a->kid[last - 1])) {
        Node *by = node_had(g, last, a->kid);
        return expand(s, a->kid[last], scale ? node_had2(g, scale, by) : by);
    }
    if (sum_of_squares(a)) {
        for (uint32_t i = 0; i < a->nkids; i++)
            if (!expand(s, a->kid[i], scale))
                return false;
        return true;
    }
    for (uint32_t i = 0; a->kind == N_MUL && i < a->nkids; i++)
        if (sum_of_squares(a->kid[i]))
            return a->nkids <= LONGEST && expand_factor(s, a, i, scale);
    s->term[s->n++] = (Term){scale, a};
    return true;
}

static bool ends_with(const Node *a, Tail r)
{
    for (uint32_t i = 0; i < r.n; i++)
        if (a->kind != N_MUL || a->nkids < r.n ||
            a->kid[a->nkids - r.n + i] != r.f[i])
            return false;
    return true;
}

static bool symmetric_about(Nodes *g, Node *a, Tail r)
{
    return node_t(g, a) == a && a->nkids >= 2 * r.n && ends_with(a, r);
}

/* The term that is the transpose of the i-th; MOST: there is none. */
static uint32_t partner(const Terms *s, uint32_t i)
{
    Node *t = node_t(s->g, s->term[i].node);
    for (uint32_t j = 0; j < s->n; j++)
        if (j != i && s->term[j].node == t &&
            s->term[j].scale == s->term[i].scale)
            return j;
    return MOST;
}

/* How many terms it takes up; 0: it serves no purpose. */
static uint32_t covered(const Terms *s, Tail r)
{
    uint32_t pairs = 0, middles = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        Node *a = s->term[i].node;
        if (symmetric_about(s->g, a, r))
            middles++;
        else if (ends_with(a, r) && a->nkids > r.n &&
                 partner(s, i) < MOST)
            pairs++;
    }
    return pairs && middles ? pairs + middles : 0;
}

/* The tail that most terms have, the longest of those. */
static Tail best_tail(const Terms *s)
{
    Tail best = {NULL, 0};
    uint32_t most = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        const Node *a = s->term[i].node;
        if (a->kind != N_MUL || partner(s, i) == MOST)
            continue;
        double wide = node_size(s->g, a->rows);
        for (uint32_t p = 1; p < a->nkids; p++) {
            Tail r = {a->kid + p, a->nkids - p};
            if (2 * node_size(s->g, a->kid[p]->rows) > wide)
                continue;
            uint32_t n = covered(s, r);
            if (n > most || (n == most && n && r.n > best.n)) {
                best = r;
                most = n;
            }
        }
    }
    return best;
}

static Node *times(Nodes *g, Node *scale, Node *a)
{
    return scale ? node_had2(g, scale, a) : a;
}

/* K; its terms and their transposes are taken from the list. */
static Node *take(Terms *s, Tail r)
{
    Nodes *g = s->g;
    Node *kid[MOST], *half = node_num(g, rat_make(g->ctx, 1, 2));
    bool gone[MOST] = {false};
    uint32_t n = 0, left = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        Node *a = s->term[i].node;
        if (gone[i] || !ends_with(a, r))
            continue;
        bool middle = symmetric_about(g, a, r);
        uint32_t j = middle ? i : partner(s, i);
        if (j == MOST || a->nkids == r.n)
            continue;
        Node *b = a->nkids - r.n == 1
                      ? a->kid[0]
                      : node_mul(g, a->nkids - r.n, a->kid);
        b = times(g, s->term[i].scale, b);
        kid[n++] = middle ? node_had2(g, half, b) : b;
        gone[i] = gone[j] = true;
    }
    for (uint32_t i = 0; i < s->n; i++)
        if (!gone[i])
            s->term[left++] = s->term[i];
    s->n = left;
    return node_add(g, n, kid);
}

/* rest + K*R' + R*K' */
static Node *together(Terms *s, Node *k, Tail r)
{
    Nodes *g = s->g;
    Node *kid[MOST + 2], *f[LONGEST + 1] = {k};
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n; i++)
        kid[n++] = times(g, s->term[i].scale, s->term[i].node);
    for (uint32_t i = 0; i < r.n; i++)
        f[i + 1] = r.f[i];
    kid[n] = node_mul(g, r.n + 1, f);
    kid[n + 1] = node_t(g, kid[n]);
    return node_add(g, n + 2, kid);
}

static Node *paired(Nodes *g, Node *sum)
{
    Terms s = {.g = g};
    if (!node_symmetric(g, sum) || !expand(&s, sum, NULL))
        return NULL;
    Tail r = best_tail(&s);
    if (!r.n || r.n >= LONGEST)
        return NULL;
    Node *k = take(&s, r);
    return k ? together(&s, k, r) : NULL;
}

Node *node_pairs(Nodes *g, Node *sum)
{
    unsigned form = g->form;
    if (g->complex) /* there it is conjugate transposes that pair */
        return sum;
    g->form &= ~(unsigned)(FORM_PAIRS | FORM_SPREAD); /* which undo it */
    Node *r = paired(g, sum);
    g->form = form;
    if (!r)
        return sum;
    g->chosen |= FORM_PAIRS;
    r->t = r;
    if (r->op == OP_HAD) /* a number in front */
        r->kid[r->nkids - 1]->t = r->kid[r->nkids - 1];
    return r;
}
