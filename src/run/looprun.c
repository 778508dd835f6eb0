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

/* A call would take longer where they are few. */
static inline void copy(Real *z, const Real *x, size_t n)
{
    enum { FEW = 16 };
    if (n > FEW)
        memcpy(z, x, n * sizeof *z);
    for (size_t i = 0; n <= FEW && i < n; i++)
        z[i] = x[i];
}

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
            copy(z, x + k->i, k->len);
            break;
        case LOOP_COL:
            fill(z, x[k->j + j], k->len);
            break;
        case LOOP_DIAG:
            for (size_t i = 0; i < k->len; i++)
                z[i] = x[(k->i + i) * (rows + 1)];
            break;
        default:
            copy(z, x + (k->j + j) * rows + k->i, k->len);
        }
}

static Real *reg(const Run *r, uint32_t m)
{
    return r->reg + (size_t)r->c->node[m].reg * r->c->apart;
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

/* Where the block's entries are of arrays that lie as it wants them. */
static void find_arrays(const LoopCode *c, const Block *k)
{
    for (const CodeArray *a = c->array; a < c->array + c->narrays; a++)
        *a->at = (const Real *)a->base + k->i * a->down + k->j * a->across;
}

static inline void apply(const CodeOp *x, size_t n)
{
    ((Each)x->each)(*x->a, *x->b, *x->c, (Real *)*x->z, x->one ? 1 : n);
}

/* Its values one by one, for those who want them so. */
static const Real *spread(const Run *r, const CodeNode *x, size_t n)
{
    const void **at = &r->c->at[x - r->c->node];
    if (!x->one || n == 1)
        return *at;
    Real *z = r->reg + (size_t)x->reg * r->c->apart;
    fill(z, *(const Real *)*at, n);
    return z;
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
        return RE(a) > RE(b) || a != a ? a : b;
    case OP_MINOF:
        return RE(a) < RE(b) || a != a ? a : b;
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

/* A sum of products that are not made. */
static Real dot(const Run *r, const CodeNode *product, size_t n)
{
    const LoopCode *c = r->c;
    if (r->f->trace)
        trace(r, (uint32_t)(product - c->node), n);
    return VECTOR(r->f)->dot(c->at[product->a], c->at[product->b], n);
}

static void output(const Run *r, const CodeOut *x, const Block *k)
{
    const LoopCode *c = r->c;
    OpId fold = x->out->fold;
    const Real *y = x->dot ? NULL : spread(r, x->node, k->n);
    Real *z = x->base;
    switch (x->out->over) {
    case OVER_NONE:
        z += k->j * c->rows + k->i;
        if (z != y)
            memcpy(z, y, k->n * sizeof *z);
        if (x->look && !VECTOR(r->f)->finite(z, k->n))
            r->f->bad = true;
        break;
    case OVER_ALL: {
        Real s = y ? VECTOR(r->f)->fold(fold, y, k->n)
                   : dot(r, x->node, k->n);
        *z = c->single_block ? s : folded(fold, *z, s);
        break;
    }
    case OVER_ROWS:
        for (size_t j = k->j; j < k->j + k->ncols; j++, y += k->len)
            z[j] = folded(fold, z[j], VECTOR(r->f)->fold(fold, y, k->len));
        break;
    case OVER_COLS:
        for (size_t j = 0; j < k->ncols; j++, y += k->len)
            VECTOR(r->f)->gather(fold, y, z + k->i, k->len);
        break;
    }
}

static void block(const Run *r, const Block *k)
{
    const LoopCode *c = r->c;
    const CodeOp *x = c->op + c->before.n, *end = x + c->body.n;
    find_arrays(c, k);
    for (; x < end; x++) {
        if (!x->each) {
            collect(r, x->node, k);
            continue;
        }
        apply(x, k->n);
        if (r->f->trace)
            trace(r, x->node, k->n);
    }
    for (const CodeOut *o = c->out; o < c->out + c->nouts; o++)
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

/* Where the arrays are, and folds of nothing yet. */
static void begin(const Run *r)
{
    const LoopCode *c = r->c;
    for (CodeArray *a = c->array; a < c->array + c->narrays; a++)
        a->base = r->f->ptr[a->val];
    for (CodeOut *o = c->out; o < c->out + c->nouts; o++) {
        o->base = r->f->ptr[o->out->out];
        if (o->out->over != OVER_NONE &&
            !(o->out->over == OVER_ALL && c->single_block))
            fill(o->base, identity(o->out->fold),
                 r->f->entries[o->out->out]);
    }
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

static Real largest(const Frame *f, const Real *x, size_t n)
{
    Real most = VECTOR(f)->fold(OP_MAXOF, x, n);
    Real least = -VECTOR(f)->fold(OP_MINOF, x, n);
    return RE(most) > RE(least) ? most : least;
}

/* Is all of by*x*y' finite?  It is if its largest entry is. */
static bool outer_finite(const Frame *f, const Real *x, size_t m,
                         const Real *y, size_t n, Real by)
{
    if (!VECTOR(f)->finite(x, m) || !VECTOR(f)->finite(y, n))
        return false;
    Real most = m && n ? by * largest(f, y, n) * largest(f, x, m) : 0;
    return most - most == 0;
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
    if (f->writer[v] != c->in)
        return;
    bool large = c->kernel == KERNEL_OUTER && m * n > 16 * (m + n);
    f->bad |= large && !IS_COMPLEX
                  ? !outer_finite(f, x, m, f->ptr[c->y], n, by)
                  : !VECTOR(f)->finite(z, f->entries[v]);
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
static const void *home(const Frame *f, const LoopCode *c, const CodeNode *n)
{
    if (n->leaf == LEAF_NUM || n->leaf == LEAF_PI || n->leaf == LEAF_DIM ||
        n->leaf == LEAF_IMUNIT)
        return sizeof(Real) == sizeof(float) ? (const void *)&n->single
                                             : (const void *)&n->num;
    return n->reg < 0 ? NULL : (Real *)f->work + (size_t)n->reg * c->apart;
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
        c->at[m] = home(f, c, &c->node[m]);
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
    r.panel = r.reg + (size_t)c->nregs * c->apart;
    if (!c->linked)
        return false;
    begin(&r);
    constants(&r);
    blocks(&r);
    check(&r);
    return true;
}
