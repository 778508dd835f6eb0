/* loopcode.c: a fused pass made ready: constants as numbers, registers by
 * lifetime, and the passes that have a kernel of their own. */
#include "run/loop.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double digits(const char *s, const char **end)
{
    double x = 0, sign = *s == '-' ? -1 : 1;
    if (*s == '-')
        s++;
    for (; *s >= '0' && *s <= '9'; s++)
        x = 10 * x + (*s - '0');
    *end = s;
    return sign * x;
}

double loop_number(Rat r)
{
    if (r.den != 0)
        return (double)r.num / (double)r.den;
    const char *s;
    double p = digits(r.big, &s);
    return *s == '/' ? p / digits(s + 1, &s) : p;
}

static int64_t bound(const Frame *f, const Dim *d, int64_t none)
{
    int64_t v;
    return d && plan_dim(d, f->size, f->nsizes, &v) ? v : none;
}

static void sizes(const Frame *f, const LoopNode *n, CodeNode *c)
{
    int64_t v;
    if (n->leaf == LEAF_DIM)
        c->num = plan_dim(n->dim, f->size, f->nsizes, &v) ? (double)v : NAN;
    c->single = (float)c->num;
    c->lo = bound(f, n->lo, INT64_MAX / 2);
    c->hi = bound(f, n->hi, INT64_MAX / 2);
}

void loop_code_renew(const Frame *f, LoopCode *c)
{
    for (uint32_t i = 0; i < c->nnodes; i++)
        sizes(f, &c->loop->node[i], &c->node[i]);
}

static void translate(const Frame *f, const LoopNode *n, CodeNode *c)
{
    *c = (CodeNode){.leaf = n->leaf, .op = n->op, .a = n->kid[0],
                    .b = n->kid[1], .c = -1, .arg = (int32_t)n->arg,
                    .reg = -1};
    if (n->leaf == LEAF_NUM)
        c->num = loop_number(n->num);
    if (n->leaf == LEAF_PI)
        c->num = acos(-1.0);
    sizes(f, n, c);
    c->imaginary = n->leaf == LEAF_IMUNIT;
}

/* The same in every block: a number, a scalar, and what is made of them. */
static bool constant(const Loop *l, const LoopCode *c, uint32_t m)
{
    const LoopNode *n = &l->node[m];
    if (n->leaf == LEAF_OP)
        return c->node[n->kid[0]].constant &&
               (n->kid[1] < 0 || c->node[n->kid[1]].constant);
    return n->leaf == LEAF_NUM || n->leaf == LEAF_PI || n->leaf == LEAF_DIM ||
           n->leaf == LEAF_IMUNIT ||
           (n->leaf == LEAF_OPERAND &&
            l->operand[n->arg].mode == LOOP_SCALAR);
}

/* Is it one number in a block?  Of its operands it is known. */
static bool is_one(const LoopCode *c, const CodeNode *n)
{
    if (n->leaf == LEAF_OP)
        return c->node[n->a].one && (n->b < 0 || c->node[n->b].one);
    return n->constant || (n->leaf == LEAF_OPERAND && n->mode == LOOP_COL &&
                           c->group == 1);
}

/* a + b*c in one step, where nobody else wants b*c. */
static void contract(LoopCode *c, const Loop *l, const uint32_t *uses)
{
    for (uint32_t i = 0; i < l->nnodes; i++) {
        CodeNode *x = &c->node[i];
        if (x->leaf != LEAF_OP || x->op != OP_ADD || x->constant)
            continue;
        for (int k = 0; k < 2; k++) {
            CodeNode *y = &c->node[k ? x->a : x->b];
            if (y->leaf != LEAF_OP || y->op != OP_HAD || y->constant ||
                y->fma || uses[y - c->node] > 1)
                continue;
            y->dead = true;
            x->fma = true;
            x->a = k ? x->b : x->a;
            x->b = y->a;
            x->c = y->b;
            if (c->node[x->b].constant) { /* the vector first */
                x->b = y->b;
                x->c = y->a;
            }
            break;
        }
    }
}

/* sum(b.*c) without the products in between, where nobody else wants them.
 * The product is dead; its operands are kept for the sum. */
static void find_dots(LoopCode *c, const Loop *l, const uint32_t *uses)
{
    for (uint32_t k = 0; k < l->nouts; k++) {
        int32_t m = l->out[k].node;
        CodeNode *n = &c->node[m];
        if (l->out[k].over != OVER_ALL || l->out[k].fold != OP_SUM ||
            n->leaf != LEAF_OP || n->op != OP_HAD || n->constant ||
            uses[m] > 1 || c->node[n->a].one || c->node[n->b].one)
            continue;
        n->dead = true;
        c->dot[k] = true;
    }
}

static void count_uses(const Loop *l, uint32_t *uses)
{
    for (uint32_t i = 0; i < l->nnodes; i++)
        for (int k = 0; k < 2; k++)
            if (l->node[i].kid[k] >= 0)
                uses[l->node[i].kid[k]]++;
    for (uint32_t k = 0; k < l->nouts; k++)
        uses[l->out[k].node]++;
}

/* What is made for nobody is not made. */
static void drop_unused(LoopCode *c, const Loop *l, uint32_t *uses)
{
    for (uint32_t i = l->nnodes; i-- > 0;) {
        c->node[i].dead = uses[i] == 0;
        for (int k = 0; k < 2 && uses[i] == 0; k++)
            if (l->node[i].kid[k] >= 0)
                uses[l->node[i].kid[k]]--;
    }
}

/* The k-th node that it reads; -1: none. */
static int32_t read_by(const CodeNode *x, int k)
{
    return x->leaf != LEAF_OP || x->dead ? -1
           : k == 0                      ? x->a
           : k == 1                      ? x->b
                                         : x->c;
}

static void find_last(const LoopCode *c, const Loop *l, int32_t *last)
{
    for (uint32_t i = 0; i < l->nnodes; i++) {
        last[i] = c->node[i].constant ? INT32_MAX : (int32_t)i;
        for (int k = 0; k < 3; k++) {
            int32_t x = read_by(&c->node[i], k);
            if (x >= 0 && last[x] < (int32_t)i)
                last[x] = (int32_t)i;
        }
    }
    for (uint32_t k = 0; k < l->nouts; k++) {
        const CodeNode *n = &c->node[l->out[k].node];
        last[l->out[k].node] = INT32_MAX;
        if (c->dot[k])
            last[n->a] = last[n->b] = INT32_MAX;
    }
}

static bool assign_registers(LoopCode *c, const Loop *l)
{
    uint32_t n = l->nnodes, nfree = 0;
    int32_t *last = calloc(n + 1, sizeof *last);
    int32_t *free_list = calloc(3 * n + 1, sizeof *free_list);
    uint32_t *uses = calloc(n + 1, sizeof *uses);
    bool ok = last && free_list && uses;
    for (uint32_t i = 0; ok && i < n; i++) {
        c->node[i].constant = constant(l, c, i);
        c->node[i].one = is_one(c, &c->node[i]);
    }
    if (ok) {
        count_uses(l, uses);
        drop_unused(c, l, uses);
        find_dots(c, l, uses);
        contract(c, l, uses);
        find_last(c, l, last);
    }
    for (uint32_t i = 0; ok && i < n; i++) {
        if (c->node[i].dead)
            continue;
        /* what is written once a pass shares with nobody */
        bool shared = nfree && !c->node[i].constant;
        c->node[i].reg = shared ? free_list[--nfree] : (int32_t)c->nregs++;
        for (int k = 0; k < 3; k++) {
            int32_t x = read_by(&c->node[i], k);
            if (x >= 0 && last[x] == (int32_t)i) {
                free_list[nfree++] = c->node[x].reg;
                last[x] = INT32_MAX; /* once */
            }
        }
        if (last[i] == (int32_t)i) /* nobody reads it */
            free_list[nfree++] = c->node[i].reg;
    }
    free(last);
    free(free_list);
    free(uses);
    return ok;
}

/* Operands that are read across their columns get panels. */
static void count_turns(LoopCode *c, const Loop *l)
{
    for (uint32_t i = 0; i < l->nnodes; i++)
        if (l->node[i].leaf == LEAF_OPERAND &&
            l->operand[l->node[i].arg].mode == LOOP_TRANS)
            c->node[i].turn = (int32_t)c->nturns++;
}

static bool is_flat(const Loop *l)
{
    for (uint32_t i = 0; i < l->nnodes; i++) {
        const LoopNode *n = &l->node[i];
        if (n->leaf == LEAF_DELTA || n->leaf == LEAF_BAND)
            return false;
        if (n->leaf == LEAF_OPERAND &&
            l->operand[n->arg].mode != LOOP_FULL &&
            l->operand[n->arg].mode != LOOP_SCALAR)
            return false;
    }
    for (uint32_t k = 0; k < l->nouts; k++)
        if (l->out[k].over == OVER_ROWS || l->out[k].over == OVER_COLS)
            return false;
    return true;
}

static bool whole(const LoopCode *c, const Loop *l, int32_t k, Val *v)
{
    if (k < 0 || l->node[k].leaf != LEAF_OPERAND)
        return false;
    const LoopOperand *o = &l->operand[l->node[k].arg];
    *v = o->val;
    return (o->mode == LOOP_FULL && c->flat) ||
           (o->mode == LOOP_ROW && c->cols == 1);
}

static bool reads_as(const Loop *l, int32_t k, LoopMode mode, Val *v)
{
    if (l->node[k].leaf != LEAF_OPERAND ||
        l->operand[l->node[k].arg].mode != mode)
        return false;
    *v = l->operand[l->node[k].arg].val;
    return true;
}

/* Node k without a number in front, which goes to c->factor. */
static int32_t unscaled(LoopCode *c, const Loop *l, int32_t k)
{
    const LoopNode *n = &l->node[k];
    if (n->leaf != LEAF_OP || n->op != OP_HAD)
        return k;
    for (int i = 0; i < 2; i++)
        if (l->node[n->kid[i]].leaf == LEAF_NUM) {
            c->factor *= c->node[n->kid[i]].num;
            return n->kid[1 - i];
        }
    return k;
}

/* x*y', and x + x', perhaps times a number. */
static void find_whole(LoopCode *c, const Loop *l)
{
    c->factor = 1;
    int32_t k = unscaled(c, l, l->out[0].node);
    const LoopNode *n = &l->node[k];
    if (n->leaf != LEAF_OP || (n->op != OP_HAD && n->op != OP_ADD))
        return;
    for (int i = 0; i < 2; i++) {
        int32_t a = n->kid[i], b = n->kid[1 - i];
        if (n->op == OP_HAD && reads_as(l, a, LOOP_ROW, &c->x) &&
            reads_as(l, unscaled(c, l, b), LOOP_COL, &c->y))
            c->kernel = KERNEL_OUTER;
        if (n->op == OP_ADD && reads_as(l, a, LOOP_FULL, &c->x) &&
            reads_as(l, b, LOOP_TRANS, &c->y) && c->x == c->y &&
            c->x != l->out[0].out)
            c->kernel = KERNEL_TWICE;
        if (c->kernel != KERNEL_NONE)
            return;
    }
}

/* Passes with a loop of their own. */
static void find_kernel(LoopCode *c, const Loop *l)
{
    if (l->nouts != 1)
        return;
    if (l->out[0].over == OVER_NONE && !c->flat) {
        find_whole(c, l);
        return;
    }
    if (l->out[0].over != OVER_ALL || l->out[0].fold != OP_SUM)
        return;
    int32_t k = l->out[0].node;
    const LoopNode *n = &l->node[k];
    if (whole(c, l, k, &c->x)) {
        c->kernel = KERNEL_SUM;
        return;
    }
    if (n->leaf == LEAF_OP && n->op == OP_HAD &&
        whole(c, l, n->kid[0], &c->x) && whole(c, l, n->kid[1], &c->y))
        c->kernel = KERNEL_DOT;
}

/* Does an operand lie as a block wants it? */
static bool in_place(const LoopCode *c, const CodeNode *n)
{
    return n->mode == LOOP_FULL ||
           (c->group == 1 && (n->mode == LOOP_ROW || n->mode == LOOP_COL));
}

static void push(CodeList *l, uint32_t m)
{
    l->node[l->n++] = (int32_t)m;
}

static void push_array(LoopCode *c, uint32_t m, Val v, LoopMode mode)
{
    c->array[c->narrays++] = (CodeArray){
        .at = &c->at[m],
        .val = v,
        .down = mode != LOOP_COL,
        .across = mode == LOOP_FULL  ? c->rows
                  : mode == LOOP_ROW ? 0
                                     : 1};
}

static void push_node(LoopCode *c, uint32_t m)
{
    const CodeNode *n = &c->node[m];
    if (n->leaf == LEAF_OP)
        push(n->constant ? &c->before : &c->body, m);
    else if (n->leaf == LEAF_OPERAND && n->constant)
        push(&c->scalars, m);
    else if (n->leaf == LEAF_OPERAND && in_place(c, n))
        push_array(c, m, n->val, n->mode);
    else if (n->leaf == LEAF_OPERAND || n->leaf == LEAF_DELTA ||
             n->leaf == LEAF_BAND)
        push(&c->body, m);
}

/* Is it the first entrywise output of an operation, which writes it? */
static bool direct(const LoopCode *c, const Loop *l, uint32_t k)
{
    const CodeNode *n = &c->node[l->out[k].node];
    bool first = l->out[k].over == OVER_NONE && n->leaf == LEAF_OP &&
                 !n->one && !n->constant;
    for (uint32_t i = 0; first && i < k; i++)
        first = l->out[i].over != OVER_NONE ||
                l->out[i].node != l->out[k].node;
    return first;
}

/* What stays in the caches is looked at when all of it is written. */
static void push_out(LoopCode *c, const Frame *f, uint32_t k)
{
    const LoopOut *o = &c->loop->out[k];
    bool at_once = direct(c, c->loop, k), mine = f->writer[o->out] == c->in;
    bool later = o->over != OVER_NONE || c->rows * c->cols <= 32768;
    if (at_once)
        push_array(c, (uint32_t)o->node, o->out, LOOP_FULL);
    if (mine && later)
        c->check[c->nchecks++] = o->out;
    if (!at_once || (mine && !later))
        c->out[c->nouts++] = (CodeOut){.out = o, .node = &c->node[o->node],
                                       .dot = c->dot[k],
                                       .look = mine && !later};
}

/* Which nodes are done when, and which outputs are written how. */
static void schedule(LoopCode *c, const Frame *f, const Loop *l)
{
    for (uint32_t m = 0; m < c->nnodes; m++)
        if (!c->node[m].dead)
            push_node(c, m);
    for (uint32_t k = 0; k < l->nouts; k++)
        push_out(c, f, k);
}

static bool make_room(LoopCode *c)
{
    uint32_t n = c->nnodes, nouts = c->loop->nouts;
    c->node = calloc(n + 1, sizeof *c->node);
    c->op = calloc(n + 1, sizeof *c->op);
    c->at = calloc(n + 2, sizeof *c->at);
    c->dot = calloc(nouts + 1, sizeof *c->dot);
    c->check = calloc(nouts + 1, sizeof *c->check);
    c->out = calloc(nouts + 1, sizeof *c->out);
    c->array = calloc(n + nouts + 1, sizeof *c->array);
    int32_t *list = calloc(3 * (size_t)n + 1, sizeof *list);
    c->scalars.node = list;
    c->before.node = list + n;
    c->body.node = list + 2 * n;
    return c->node && c->op && c->at && c->dot && c->check && c->out &&
           c->array && list;
}

void loop_code_free(LoopCode *c)
{
    if (!c)
        return;
    free(c->outputs);
    free(c->scalars.node);
    free(c->node);
    free(c->op);
    free(c->at);
    free(c->dot);
    free(c->check);
    free(c->out);
    free(c->array);
    free(c);
}

static void translate_all(LoopCode *c, const Frame *f, const Loop *l)
{
    for (uint32_t i = 0; i < l->nnodes; i++) {
        CodeNode *n = &c->node[i];
        translate(f, &l->node[i], n);
        if (n->leaf == LEAF_OPERAND) {
            n->mode = l->operand[n->arg].mode;
            n->val = l->operand[n->arg].val;
        }
    }
}

/* Short columns go several at a time. */
static void find_blocks(LoopCode *c)
{
    if (c->flat) {
        c->rows *= c->cols;
        c->cols = c->rows ? 1 : 0;
    }
    c->group = c->rows && c->rows <= LOOP_BLOCK / 4 && c->cols > 1
                   ? LOOP_BLOCK / c->rows : 1;
    size_t most = c->rows * c->group;
    c->apart = ((most < LOOP_BLOCK ? most : LOOP_BLOCK) + 31) / 16 * 16;
    c->single_block = c->rows && c->rows <= LOOP_BLOCK && c->cols &&
                      c->cols <= c->group;
}

/* The loop without the outputs that are not made. */
static bool outputs_left(LoopCode *c, const Frame *f, const Loop *l)
{
    LoopOut *out = calloc(l->nouts + 1, sizeof *out);
    c->own = *l;
    c->own.out = c->outputs = out;
    c->own.nouts = 0;
    for (uint32_t k = 0; out && k < l->nouts; k++)
        if (!f->unmade[l->out[k].out])
            out[c->own.nouts++] = l->out[k];
    return out != NULL;
}

LoopCode *loop_code_new(const Frame *f, const Inst *in)
{
    const Loop *l = in->loop;
    LoopCode *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    if (!outputs_left(c, f, l)) {
        free(c);
        return NULL;
    }
    l = c->loop = &c->own;
    c->in = in;
    c->rows = c->real_rows = (size_t)bound(f, l->rows, 0);
    c->cols = (size_t)bound(f, l->cols, 0);
    c->nnodes = l->nnodes;
    if (make_room(c)) {
        translate_all(c, f, l);
        c->flat = is_flat(l);
        find_kernel(c, l);
        find_blocks(c);
        count_turns(c, l);
        if (assign_registers(c, l)) {
            schedule(c, f, l);
            return c;
        }
    }
    loop_code_free(c);
    return NULL;
}

size_t loop_code_work(const LoopCode *c)
{
    return (size_t)c->nregs * c->apart +
           (size_t)c->nturns * LOOP_PANEL * LOOP_BLOCK + 64;
}
