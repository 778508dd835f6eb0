/* looprun.c: a fused pass, block by block: each node's values of a block lie
 * in a register that stays in the first cache. */
#include "run/exec.h"

#include <math.h>
#include <string.h>

/* What a block covers: `ncols` columns from j, rows i .. i+len-1 of each; more
 * than one column only if they are whole. */
typedef struct Block {
    size_t i, j, len, ncols, n;
} Block;

typedef struct Run {
    Frame *f;
    const LoopCode *c;
    Real *reg, *panel;
    size_t panel_j; /* SIZE_MAX: what is transposed is gathered */
    const Real *at[LOOP_MANY]; /* where a node's values are */
    const Real **where;        /* at, or scratch if there are many */
    bool one_[LOOP_MANY];      /* it is a single number for all of a block */
    bool *one;
} Run;

static void fill(Real *z, Real x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        z[i] = x;
}

/* Columns j.. of x' for a few columns; those after the first find them. */
static const Real *turned(const Run *r, uint32_t m, const Block *k,
                          const Real *x)
{
    size_t cols = r->c->cols, n = cols - r->panel_j;
    Real *z = r->panel +
              (size_t)r->c->node[m].turn * LOOP_PANEL * LOOP_BLOCK;
    if (k->j == r->panel_j)
        VECTOR(r->f)->transpose(x + k->i * cols + k->j, cols,
                                n < LOOP_PANEL ? n : LOOP_PANEL, k->len, z,
                                LOOP_BLOCK);
    return z + (k->j - r->panel_j) * LOOP_BLOCK;
}

/* An operand of a matrix pass that is not contiguous in the block. */
static void gather(const Run *r, const Block *k, LoopMode mode, const Real *x,
                   Real *z)
{
    const LoopCode *c = r->c;
    size_t rows = c->rows, cols = c->cols;
    if (mode == LOOP_TRANS) {
        VECTOR(r->f)->transpose(x + k->i * cols + k->j, cols, k->ncols, k->len,
                                z, k->len);
        return;
    }
    for (size_t j = 0; j < k->ncols; j++, z += k->len)
        switch (mode) {
        case LOOP_ROW:
            memcpy(z, x + k->i, k->len * sizeof *z);
            break;
        case LOOP_COL:
            fill(z, x[k->j + j], k->len);
            break;
        case LOOP_DIAG:
            for (size_t i = 0; i < k->len; i++)
                z[i] = x[(k->i + i) * (rows + 1)];
            break;
        default:
            memcpy(z, x + (k->j + j) * rows + k->i, k->len * sizeof *z);
        }
}

static void unit(const Block *k, Real *z)
{
    memset(z, 0, k->n * sizeof *z);
    for (size_t j = 0; j < k->ncols; j++)
        if (k->j + j >= k->i && k->j + j < k->i + k->len)
            z[j * k->len + k->j + j - k->i] = 1;
}

static void banded(const CodeNode *n, const Block *k, Real *z)
{
    if (n->leaf == LEAF_DELTA) {
        unit(k, z);
        return;
    }
    int64_t lo = n->lo, hi = n->hi;
    for (size_t j = 0; j < k->ncols; j++)
        for (size_t i = 0; i < k->len; i++) {
            int64_t d = (int64_t)(k->i + i) - (int64_t)(k->j + j);
            z[j * k->len + i] = lo >= d && hi >= -d;
        }
}

static const Real *operand(Run *r, uint32_t m, const Block *k, Real *z)
{
    const LoopOperand *o = &r->c->loop->operand[r->c->node[m].arg];
    const Real *x = r->f->ptr[o->val];
    r->one[m] = false;
    if (o->mode == LOOP_FULL)
        return x + k->j * r->c->rows + k->i;
    if (o->mode == LOOP_ROW && k->ncols == 1)
        return x + k->i;
    if (o->mode == LOOP_COL && k->ncols == 1) {
        r->one[m] = true;
        return x + k->j;
    }
    if (o->mode == LOOP_TRANS && r->panel_j != SIZE_MAX)
        return turned(r, m, k, x);
    gather(r, k, o->mode, x, z);
    return z;
}

/* a + b*c, b and c numbers. */
static bool single_product(Run *r, const CodeNode *x, Real *z, size_t n)
{
    Real y = *r->where[x->b] * *r->where[x->c];
    if (r->one[x->a]) {
        fill(z, *r->where[x->a] + y, n);
        return true;
    }
    return VECTOR(r->f)->op2(OP_ADD, r->where[x->a], false, &y, true, z, n);
}

static bool apply(Run *r, uint32_t m, Real *z, size_t n)
{
    const CodeNode *x = &r->c->node[m];
    if (x->fma) {
        r->one[m] = false;
        r->where[m] = z;
        bool turn = r->one[x->b]; /* a column's number in this block */
        if (turn && r->one[x->c])
            return single_product(r, x, z, n);
        VECTOR(r->f)->fma(r->where[x->a], r->one[x->a],
                          r->where[turn ? x->c : x->b],
                          r->where[turn ? x->b : x->c],
                          r->one[turn ? x->b : x->c], z, n);
        return true;
    }
    bool a = r->one[x->a], b = x->b >= 0 && r->one[x->b];
    r->one[m] = a && (x->b < 0 || b);
    if (r->one[m])
        n = 1;
    r->where[m] = z;
    if (x->b < 0)
        return VECTOR(r->f)->op(x->op, r->where[x->a], z, n);
    return VECTOR(r->f)->op2(x->op, r->where[x->a], a && !b,
                            r->where[x->b], b && !a, z, n);
}

/* Node m's values of the block; dst: where they are wanted, or NULL. */
static bool node_values(Run *r, uint32_t m, const Block *k, Real *dst)
{
    const CodeNode *n = &r->c->node[m];
    Real *z = r->reg + (size_t)n->reg * LOOP_BLOCK;
    if (n->constant || n->dead)
        return true;
    switch (n->leaf) {
    case LEAF_OP: {
        bool single = !n->fma && r->one[n->a] && (n->b < 0 || r->one[n->b]);
        return apply(r, m, dst && !single ? dst : z, k->n);
    }
    case LEAF_OPERAND:
        r->where[m] = operand(r, m, k, z);
        break;
    case LEAF_DELTA:
    case LEAF_BAND:
        r->where[m] = z;
        r->one[m] = false;
        banded(n, k, z);
        break;
    default:
        break;
    }
    return true;
}

/* What is the same in every block, once a pass. */
static bool constants(Run *r)
{
    for (uint32_t m = 0; m < r->c->nnodes; m++) {
        const CodeNode *x = &r->c->node[m];
        Real *z = r->reg + (size_t)x->reg * LOOP_BLOCK;
        if (!x->constant)
            continue;
        if (x->leaf == LEAF_OP) {
            if (!apply(r, m, z, 1))
                return false;
            continue;
        }
        r->one[m] = true;
        r->where[m] = z;
        *z = (Real)x->num;
        if (x->leaf == LEAF_OPERAND)
            r->where[m] = r->f->ptr[r->c->loop->operand[x->arg].val];
    }
    return true;
}

/* Its values one by one, for those who want them so. */
static const Real *spread(Run *r, uint32_t m, size_t n)
{
    Real *z = r->reg + (size_t)r->c->node[m].reg * LOOP_BLOCK;
    if (r->one[m] && n > 1) {
        fill(z, *r->where[m], n);
        return z;
    }
    return r->where[m];
}

static Real identity(OpId fold)
{
    return fold == OP_PROD    ? 1
           : fold == OP_MAXOF ? -(Real)INFINITY
           : fold == OP_MINOF ? (Real)INFINITY
                              : 0;
}

static Real folded(OpId fold, Real a, Real b)
{
    switch (fold) {
    case OP_PROD:
        return a * b;
    case OP_MAXOF:
        return a > b || a != a ? a : b;
    case OP_MINOF:
        return a < b || a != a ? a : b;
    default:
        return a + b;
    }
}

/* What stays in the caches is looked at when all of it is written. */
static bool checked_whole(const LoopCode *c)
{
    return c->rows * c->cols <= 32768;
}

static void output(Run *r, const LoopOut *o, const Block *k)
{
    Real *out = r->f->ptr[o->out];
    const Real *x = spread(r, (uint32_t)o->node, k->n);
    switch (o->over) {
    case OVER_NONE: {
        Real *z = out + k->j * r->c->rows + k->i;
        if (z != x)
            memcpy(z, x, k->n * sizeof *z);
        if (r->f->writer[o->out] == r->c->in && !checked_whole(r->c) &&
            !VECTOR(r->f)->finite(z, k->n))
            r->f->bad = true;
        break;
    }
    case OVER_ALL:
        *out = folded(o->fold, *out, VECTOR(r->f)->fold(o->fold, x, k->n));
        break;
    case OVER_ROWS:
        for (size_t j = 0; j < k->ncols; j++)
            out[k->j + j] = folded(o->fold, out[k->j + j],
                                   VECTOR(r->f)->fold(o->fold,
                                                     x + j * k->len, k->len));
        break;
    case OVER_COLS:
        for (size_t j = 0; j < k->ncols; j++, x += k->len)
            VECTOR(r->f)->gather(o->fold, x, out + k->i, k->len);
        break;
    }
}

/* The node's first entrywise output, so that it is written there at once. */
static Real *wanted(const Run *r, uint32_t m, const Block *k)
{
    const Loop *l = r->c->loop;
    for (uint32_t o = 0; o < l->nouts; o++)
        if (l->out[o].node == (int32_t)m && l->out[o].over == OVER_NONE)
            return (Real *)r->f->ptr[l->out[o].out] + k->j * r->c->rows + k->i;
    return NULL;
}

/* The entrywise operation that made a number that is none, of ones that
 * are. */
static void trace(Run *r, uint32_t m, const Block *k)
{
    const CodeNode *n = &r->c->node[m];
    const Real *x = r->where[m];
    RunStep s = {.in = r->c->in};
    for (size_t i = 0; n->leaf == LEAF_OP && i < k->n; i++) {
        Real a = r->where[n->a][r->one[n->a] ? 0 : i], b = 0;
        if (n->dead || (r->one[m] && i > 0))
            return;
        if (n->b >= 0)
            b = r->where[n->b][r->one[n->b] ? 0 : i];
        if (n->fma)
            b *= r->where[n->c][r->one[n->c] ? 0 : i];
        if (x[i] - x[i] == 0 || !(a - a == 0) || !(b - b == 0))
            continue;
        const char *name = op_record(n->op)->name;
        if (n->b < 0)
            run_fail(r->f, RUN_DOMAIN, &s, "gives %s: %s(%.6g)",
                     x[i] != x[i] ? "NaN" : "Inf", name, (double)a);
        else
            run_fail(r->f, RUN_DOMAIN, &s, "gives %s: %.6g %s %.6g",
                     x[i] != x[i] ? "NaN" : "Inf", (double)a, name,
                     (double)b);
        return;
    }
}

static bool block(Run *r, const Block *k)
{
    const Loop *l = r->c->loop;
    for (uint32_t m = 0; m < r->c->nnodes; m++) {
        bool op = r->c->node[m].leaf == LEAF_OP;
        if (!node_values(r, m, k, op ? wanted(r, m, k) : NULL))
            return false;
        if (r->f->trace && !r->c->node[m].dead && r->where[m])
            trace(r, m, k);
    }
    for (uint32_t o = 0; o < l->nouts; o++)
        output(r, &l->out[o], k);
    return true;
}

static void begin_folds(const Run *r)
{
    const Loop *l = r->c->loop;
    for (uint32_t o = 0; o < l->nouts; o++)
        if (l->out[o].over != OVER_NONE)
            fill(r->f->ptr[l->out[o].out], identity(l->out[o].fold),
                 r->f->entries[l->out[o].out]);
}

static void end_folds(const Run *r)
{
    const Loop *l = r->c->loop;
    for (uint32_t o = 0; o < l->nouts; o++) {
        Val v = l->out[o].out;
        if ((l->out[o].over != OVER_NONE || checked_whole(r->c)) &&
            r->f->writer[v] == r->c->in &&
            !VECTOR(r->f)->finite(r->f->ptr[v], r->f->entries[v]))
            r->f->bad = true;
    }
}

/* A few columns together, as what is transposed is read by panels. */
static bool panels(Run *r)
{
    const LoopCode *c = r->c;
    Block k = {.ncols = 1};
    for (r->panel_j = 0; r->panel_j < c->cols; r->panel_j += LOOP_PANEL)
        for (k.i = 0; k.i < c->rows; k.i += k.len) {
            k.len = c->rows - k.i < LOOP_BLOCK ? c->rows - k.i : LOOP_BLOCK;
            k.n = k.len;
            for (k.j = r->panel_j;
                 k.j < c->cols && k.j < r->panel_j + LOOP_PANEL; k.j++)
                if (!block(r, &k))
                    return false;
        }
    return true;
}

static bool blocks(Run *r)
{
    const LoopCode *c = r->c;
    /* short columns go several at a time */
    size_t group = c->rows && c->rows <= LOOP_BLOCK / 4 ? LOOP_BLOCK / c->rows
                                                        : 1;
    if (group == 1 && c->nturns)
        return panels(r);
    Block k;
    for (k.j = 0; k.j < c->cols; k.j += k.ncols) {
        k.ncols = group < c->cols - k.j ? group : c->cols - k.j;
        for (k.i = 0; k.i < c->rows; k.i += k.len) {
            k.len = c->rows - k.i < LOOP_BLOCK ? c->rows - k.i : LOOP_BLOCK;
            k.n = k.len * k.ncols;
            if (!block(r, &k))
                return false;
        }
    }
    return true;
}

static void kernel(Frame *f, const LoopCode *c)
{
    const Real *x = f->ptr[c->x];
    size_t m = c->rows, n = c->cols;
    Val v = c->loop->out[0].out;
    Real *z = f->ptr[v], by = (Real)c->factor;
    switch (c->kernel) {
    case KERNEL_DOT:
        *z = VECTOR(f)->dot(x, f->ptr[c->y], m * n);
        break;
    case KERNEL_OUTER:
        VECTOR(f)->outer(m, n, by, x, f->ptr[c->y], z);
        break;
    case KERNEL_TWICE:
        VECTOR(f)->twice_symmetric(x, n, by, z);
        break;
    default:
        *z = VECTOR(f)->fold(OP_SUM, x, m * n);
    }
    if (f->writer[v] == c->in && !VECTOR(f)->finite(z, f->entries[v]))
        f->bad = true;
}

bool NAME(loop_run)(Frame *f, const LoopCode *c)
{
    if (c->kernel != KERNEL_NONE && !f->trace) {
        kernel(f, c);
        return true;
    }
    Run r;
    r.f = f;
    r.c = c;
    r.reg = f->work;
    r.panel_j = SIZE_MAX;
    r.panel = r.reg + (size_t)c->nregs * LOOP_BLOCK;
    const Real *many[c->nnodes > LOOP_MANY ? c->nnodes : 1];
    bool ones[c->nnodes > LOOP_MANY ? c->nnodes : 1];
    r.where = c->nnodes > LOOP_MANY ? many : r.at;
    r.one = c->nnodes > LOOP_MANY ? ones : r.one_;
    begin_folds(&r);
    if (!constants(&r) || !blocks(&r))
        return false;
    end_folds(&r);
    return true;
}
