/* index.c: sums over an index as nodes.  Indices have symbols by the depth of
 * the sums that are in theirs, so that equal terms are equal nodes whatever
 * the user called the index. */
#include "plan/node.h"

#include <stdlib.h>
#include <string.h>

/* --- symbols */

bool plan_is_index(const char *name)
{
    return name[0] == '#';
}

const Dim *node_index_of(Ctx *ctx, unsigned level)
{
    const char *name = ctx_printf(ctx, "#%u", level);
    name = name ? ctx_intern(ctx, name, strlen(name)) : NULL;
    return name ? dim_sym(ctx, name) : NULL;
}

static bool add_level(void *mask, const char *name)
{
    if (plan_is_index(name))
        *(uint32_t *)mask |= 1u << strtoul(name + 1, NULL, 10);
    return true;
}

uint32_t dim_indices(const Dim *d)
{
    uint32_t mask = 0;
    if (d)
        dim_each(d, add_level, &mask);
    return mask;
}

static bool has(const Dim *d, const char *index)
{
    return d && (index ? dim_mentions(d, index) : dim_indices(d) != 0);
}

bool plan_indexed(const Inst *i, const char *index)
{
    const Dim *own[] = {i->row0, i->col0, i->row1, i->eye_a, i->eye_b};
    for (size_t k = 0; k < sizeof own / sizeof *own; k++)
        if (has(own[k], index))
            return true;
    for (uint32_t k = 0; i->loop && k < i->loop->nnodes; k++) {
        const LoopNode *n = &i->loop->node[k];
        if (has(n->dim, index) || has(n->lo, index) || has(n->hi, index))
            return true;
    }
    return false;
}

uint32_t plan_until(const Plan *p, Val v, uint32_t i)
{
    uint32_t depth = 0; /* of loops that v was made before */
    for (uint32_t k = (uint32_t)p->value[v].def; p->nloops && k < i; k++) {
        depth += p->inst[k].op == PLAN_REPEAT;
        depth -= p->inst[k].op == PLAN_AGAIN && depth;
    }
    for (; depth; i++) {
        depth += p->inst[i].op == PLAN_REPEAT;
        depth -= p->inst[i].op == PLAN_AGAIN;
        if (!depth)
            break;
    }
    return i;
}

/* --- the node: what does not depend on the index stands outside */

typedef struct Sum {
    Nodes *g;
    unsigned level;
    Range over;
} Sum;

static bool depends(const Sum *s, const Node *a)
{
    return a->indices >> s->level & 1;
}

static Node *summed(const Sum *s, Node *a);

/* As often as there are terms. */
static Node *counted(const Sum *s, Node *a)
{
    Nodes *g = s->g;
    const Dim *n = dim_add(g->ctx, dim_sub(g->ctx, s->over.hi, s->over.lo),
                           dim_num(g->ctx, 1));
    int64_t k;
    Node *times = n ? node_dim(g, n) : NULL;
    bool sure = n && (dim_symbol(n) || (dim_is_num(n, &k) && k >= 0));
    if (!sure) /* there may be none */
        times = node_ew2(g, OP_MAX, times, node_num(g, rat_int(0)));
    return node_had2(g, times, a);
}

/* The sum where it is had at once, and is all of what it is put into. */
static Node *at_once(const Sum *s, Node *a)
{
    Spot at = {NULL, NULL}, from;
    Node *rest = node_stripped(s->g, a, &at);
    Node *z = rest ? node_stacked_sum(s->g, rest, &s->over, at.row, at.col,
                                      &from)
                   : NULL;
    bool whole = z && z->rows == a->rows && z->cols == a->cols &&
                 (!from.row || dim_is(from.row, 1)) &&
                 (!from.col || dim_is(from.col, 1));
    return whole ? z : NULL;
}

/* Those that are had at once apart from the others, too. */
static bool by_itself(const Sum *s, const Node *whole, Node *a)
{
    bool alike = a->rows == whole->rows && a->cols == whole->cols;
    return !depends(s, a) || (alike && at_once(s, a));
}

/* The terms that do not depend on the index apart from the others. */
static Node *parts(const Sum *s, Node *a)
{
    Nodes *g = s->g;
    Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
    Node **fixed = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids + 1u);
    uint32_t n = 0, m = 0;
    for (uint32_t i = 0; kid && fixed && i < a->nkids; i++) {
        Node *k = a->kid[i];
        if (by_itself(s, a, k))
            fixed[m++] = k;
        else
            kid[n++] = k;
    }
    if (m == 0 || n == 0)
        return NULL;
    Node *rest = node_add(g, n, kid);
    if (!rest || rest->rows != a->rows || rest->cols != a->cols)
        return NULL; /* what is fixed makes it as large as it is */
    for (uint32_t i = 0; i < m; i++)
        fixed[i] = summed(s, fixed[i]);
    fixed[m++] = summed(s, rest);
    return node_add(g, m, fixed);
}

/* Numbers, and factors of the same shape. */
static Node *factors(const Sum *s, Node *a)
{
    Nodes *g = s->g;
    Node *in = NULL, *out = NULL;
    for (uint32_t i = 0; i < a->nkids; i++) {
        Node **to = depends(s, a->kid[i]) ? &in : &out;
        *to = *to ? node_had2(g, *to, a->kid[i]) : a->kid[i];
    }
    return in && out ? node_had2(g, out, summed(s, in)) : NULL;
}

/* Factors in front and behind, where what is left is no larger. */
static Node *product(const Sum *s, Node *a)
{
    Nodes *g = s->g;
    uint32_t i = 0, j = a->nkids;
    double whole = node_size(g, a->rows) * node_size(g, a->cols);
    while (i < j && !depends(s, a->kid[i]))
        i++;
    while (j > i && !depends(s, a->kid[j - 1]))
        j--;
    for (; i > 0; i--) /* the sum would be of larger matrices */
        if (node_size(g, a->kid[i]->rows) *
                node_size(g, a->kid[j - 1]->cols) <= whole)
            break;
    for (; j < a->nkids; j++)
        if (node_size(g, a->kid[i]->rows) *
                node_size(g, a->kid[j - 1]->cols) <= whole)
            break;
    if (i == 0 && j == a->nkids)
        return NULL;
    Node *rest = node_mul(g, j - i, a->kid + i);
    Node **kid = ARENA_ARRAY(g->ctx->arena, Node *, a->nkids);
    if (!kid || !rest)
        return NULL;
    memcpy(kid, a->kid, i * sizeof *kid);
    kid[i] = summed(s, rest);
    memcpy(kid + i + 1, a->kid + j, (a->nkids - j) * sizeof *kid);
    return node_mul(g, i + 1 + a->nkids - j, kid);
}

static Node *summed(const Sum *s, Node *a)
{
    Node *z = NULL;
    if (!a)
        return NULL;
    if (!depends(s, a))
        return counted(s, a);
    if (a->kind == N_EW && a->op == OP_ADD)
        z = parts(s, a);
    else if (a->kind == N_EW && a->op == OP_HAD)
        z = factors(s, a);
    else if (a->kind == N_MUL)
        z = product(s, a);
    if (!z && !ctx_failed(s->g->ctx))
        z = at_once(s, a);
    if (z || ctx_failed(s->g->ctx))
        return z;
    Node p = {.kind = N_REPEAT, .rows = a->rows, .cols = a->cols, .nkids = 1,
              .dim = s->over.index, .lo = s->over.lo, .hi = s->over.hi};
    return node_cons(s->g, &p, &a);
}

Node *node_repeat(Nodes *g, Node *a, unsigned level, const Dim *lo,
                  const Dim *hi)
{
    Sum s = {g, level, {node_index_of(g->ctx, level), lo, hi}};
    return s.over.index && lo && hi ? summed(&s, a) : NULL;
}
