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
    LoopCode *c;
    Real *reg, *panel;
    size_t panel_j; /* SIZE_MAX: what is transposed is gathered */
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

static Real *reg(const Run *r, uint32_t m)
{
    return r->reg + (size_t)r->c->node[m].reg * LOOP_BLOCK;
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

/* A node that is no operation into its register, or where it is gathered. */
static void collect(const Run *r, uint32_t m, const Block *k)
{
    const CodeNode *n = &r->c->node[m];
    Real *z = reg(r, m);
    r->c->at[m] = z;
    if (n->leaf != LEAF_OPERAND)
        banded(n, k, z);
    else if (n->mode == LOOP_TRANS && r->panel_j != SIZE_MAX)
        r->c->at[m] = turned(r, m, k, r->f->ptr[n->val]);
    else
        gather(r, k, n->mode, r->f->ptr[n->val], z);
}

/* Where the block's entries of operands are that lie as they should. */
static void find_arrays(const Run *r, const Block *k)
{
    const LoopCode *c = r->c;
    for (uint32_t i = 0; i < c->arrays.n; i++) {
        int32_t m = c->arrays.node[i];
        const CodeNode *n = &c->node[m];
        const Real *x = r->f->ptr[n->val];
        c->at[m] = n->mode == LOOP_FULL  ? x + k->j * c->rows + k->i
                   : n->mode == LOOP_ROW ? x + k->i
                                         : x + k->j;
    }
}

/* Where the block's entries of outputs are that are written at once. */
static void find_direct(const Run *r, const Block *k)
{
    const LoopCode *c = r->c;
    for (uint32_t i = 0; i < c->direct.n; i++) {
        int32_t m = c->direct.node[i];
        Val v = c->loop->out[c->node[m].out].out;
        c->at[m] = (Real *)r->f->ptr[v] + k->j * c->rows + k->i;
    }
}

static inline void apply(const CodeOp *x, size_t n)
{
    ((Each)x->each)(*x->a, *x->b, *x->c, (Real *)*x->z, x->one ? 1 : n);
}

/* Its values one by one, for those who want them so. */
static const Real *spread(const Run *r, uint32_t m, size_t n)
{
    if (!r->c->node[m].one || n == 1)
        return r->c->at[m];
    fill(reg(r, m), *(const Real *)r->c->at[m], n);
    return reg(r, m);
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

/* The entrywise operation that made a number that is none, of ones that
 * are. */
static void trace(const Run *r, uint32_t m, size_t count)
{
    const LoopCode *c = r->c;
    const CodeNode *n = &c->node[m];
    const Real *x = n->dead ? NULL : c->at[m], *p = c->at[n->a];
    const Real *q = n->b < 0 ? NULL : c->at[n->b];
    const Real *s = n->c < 0 ? NULL : c->at[n->c];
    RunStep step = {.in = c->in};
    for (size_t i = 0; i < (n->one ? 1 : count); i++) {
        Real a = p[c->node[n->a].one ? 0 : i];
        Real b = q ? q[c->node[n->b].one ? 0 : i] : 0;
        Real z = x ? x[i] : a * b; /* in a sum of products */
        if (s)
            b *= s[c->node[n->c].one ? 0 : i];
        if (z - z == 0 || !(a - a == 0) || !(b - b == 0))
            continue;
        const char *name = op_record(n->op)->name;
        const char *what = z != z ? "NaN" : "Inf";
        if (!q)
            run_fail(r->f, RUN_DOMAIN, &step, "gives %s: %s(%.6g)", what,
                     name, (double)a);
        else
            run_fail(r->f, RUN_DOMAIN, &step, "gives %s: %.6g %s %.6g", what,
                     (double)a, name, (double)b);
        return;
    }
}

/* A sum of products. */
static Real dot(const Run *r, const CodeNode *product, size_t n)
{
    return VECTOR(r->f)->dot(r->c->at[product->a], r->c->at[product->b], n);
}

static void output(const Run *r, uint32_t m, const Block *k)
{
    const LoopCode *c = r->c;
    const LoopOut *o = &c->loop->out[m];
    Real *out = r->f->ptr[o->out];
    const Real *x = c->dot[m] < 0 ? spread(r, (uint32_t)o->node, k->n) : NULL;
    switch (o->over) {
    case OVER_NONE: {
        Real *z = out + k->j * c->rows + k->i;
        if (z != x)
            memcpy(z, x, k->n * sizeof *z);
        if (r->f->writer[o->out] == c->in && !c->whole &&
            !VECTOR(r->f)->finite(z, k->n))
            r->f->bad = true;
        break;
    }
    case OVER_ALL: {
        Real y = x ? VECTOR(r->f)->fold(o->fold, x, k->n)
                   : dot(r, &c->node[o->node], k->n);
        if (!x && r->f->trace)
            trace(r, (uint32_t)o->node, k->n);
        *out = c->single_block ? y : folded(o->fold, *out, y);
        break;
    }
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

static void block(const Run *r, const Block *k)
{
    const LoopCode *c = r->c;
    const CodeOp *x = c->op + c->before.n, *end = x + c->body.n;
    find_arrays(r, k);
    find_direct(r, k);
    for (; x < end; x++) {
        if (!x->each) {
            collect(r, x->node, k);
            continue;
        }
        apply(x, k->n);
        if (r->f->trace)
            trace(r, x->node, k->n);
    }
    for (uint32_t o = 0; o < c->loop->nouts; o++)
        output(r, o, k);
}

/* What is the same in every block. */
static void constants(const Run *r)
{
    const LoopCode *c = r->c;
    for (uint32_t i = 0; i < c->scalars.n; i++)
        c->at[c->scalars.node[i]] =
            r->f->ptr[c->node[c->scalars.node[i]].val];
    for (uint32_t i = 0; i < c->before.n; i++) {
        apply(&c->op[i], 1);
        if (r->f->trace)
            trace(r, c->op[i].node, 1);
    }
}

static void begin_folds(const Run *r)
{
    const Loop *l = r->c->loop;
    for (uint32_t o = 0; o < l->nouts; o++)
        if (l->out[o].over != OVER_NONE &&
            !(l->out[o].over == OVER_ALL && r->c->single_block))
            fill(r->f->ptr[l->out[o].out], identity(l->out[o].fold),
                 r->f->entries[l->out[o].out]);
}

static void check(const Run *r)
{
    for (uint32_t i = 0; i < r->c->nchecks; i++) {
        Val v = r->c->check[i];
        if (!VECTOR(r->f)->finite(r->f->ptr[v], r->f->entries[v]))
            r->f->bad = true;
    }
}

/* A few columns together, as what is transposed is read by panels. */
static void panels(Run *r)
{
    const LoopCode *c = r->c;
    Block k = {.ncols = 1};
    for (r->panel_j = 0; r->panel_j < c->cols; r->panel_j += LOOP_PANEL)
        for (k.i = 0; k.i < c->rows; k.i += k.len) {
            k.len = c->rows - k.i < LOOP_BLOCK ? c->rows - k.i : LOOP_BLOCK;
            k.n = k.len;
            for (k.j = r->panel_j;
                 k.j < c->cols && k.j < r->panel_j + LOOP_PANEL; k.j++)
                block(r, &k);
        }
}

static void blocks(Run *r)
{
    const LoopCode *c = r->c;
    if (c->group == 1 && c->nturns) {
        panels(r);
        return;
    }
    Block k;
    for (k.j = 0; k.j < c->cols; k.j += k.ncols) {
        k.ncols = c->group < c->cols - k.j ? c->group : c->cols - k.j;
        for (k.i = 0; k.i < c->rows; k.i += k.len) {
            k.len = c->rows - k.i < LOOP_BLOCK ? c->rows - k.i : LOOP_BLOCK;
            k.n = k.len * k.ncols;
            block(r, &k);
        }
    }
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

/* The kernel of an operation; of operands that are one number each, its result
 * is one. */
static Each each_of(const Frame *f, LoopCode *c, CodeNode *n)
{
    bool all = n->one, a = c->node[n->a].one && !all;
    if (n->fma && !all && c->node[n->b].one && !c->node[n->c].one) {
        int32_t b = n->b; /* the number last */
        n->b = n->c;
        n->c = b;
    }
    bool b = n->b >= 0 && c->node[n->b].one && !all;
    if (n->fma)
        return VECTOR(f)->each->fma(a, b, c->node[n->c].one && !all);
    return n->b < 0 ? VECTOR(f)->each->one(n->op)
                    : VECTOR(f)->each->two(n->op, a, b);
}

/* Where a node's values are to be found before a block says otherwise. */
static const void *home(const Frame *f, const CodeNode *n)
{
    if (n->leaf == LEAF_NUM || n->leaf == LEAF_PI || n->leaf == LEAF_DIM)
        return sizeof(Real) == sizeof(float) ? (const void *)&n->single
                                             : (const void *)&n->num;
    return n->reg < 0 ? NULL : (Real *)f->work + (size_t)n->reg * LOOP_BLOCK;
}

static void link_op(const Frame *f, LoopCode *c, CodeOp *x, uint32_t m)
{
    CodeNode *n = &c->node[m];
    const void **none = &c->at[c->nnodes]; /* NULL */
    *x = (CodeOp){.node = m, .one = n->one};
    if (n->leaf != LEAF_OP)
        return;
    x->each = (void (*)(void))each_of(f, c, n);
    c->linked = c->linked && x->each;
    x->a = &c->at[n->a];
    x->b = n->b < 0 ? none : &c->at[n->b];
    x->c = n->c < 0 ? none : &c->at[n->c];
    x->z = &c->at[m];
}

void NAME(loop_link)(const Frame *f, LoopCode *c)
{
    const CodeList *lists[] = {&c->before, &c->body};
    CodeOp *x = c->op;
    c->linked = true;
    for (uint32_t m = 0; m < c->nnodes; m++)
        c->at[m] = home(f, &c->node[m]);
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        for (uint32_t i = 0; i < lists[k]->n; i++)
            link_op(f, c, x++, (uint32_t)lists[k]->node[i]);
}

bool NAME(loop_run)(Frame *f, LoopCode *c)
{
    if (c->kernel != KERNEL_NONE && !f->trace) {
        kernel(f, c);
        return true;
    }
    Run r = {.f = f, .c = c, .reg = f->work, .panel_j = SIZE_MAX};
    r.panel = r.reg + (size_t)c->nregs * LOOP_BLOCK;
    if (!c->linked)
        return false;
    begin_folds(&r);
    constants(&r);
    blocks(&r);
    check(&r);
    return true;
}
