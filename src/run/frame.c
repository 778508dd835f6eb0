/* frame.c: a plan at given sizes: numbers for dimensions, and one allocation
 * in which values live as long as they are read. */
#include "run/loop.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

typedef struct Layout {
    const Plan *p;
    Frame *f;
    int32_t *last;      /* of values: the last instruction that touches it */
    int32_t *block;     /* of values; -1: not placed */
    size_t *block_size;
    uint32_t *block_use; /* values that live in it now */
    uint32_t nblocks;
} Layout;

static bool is_input(const Plan *p, Val v)
{
    return p->value[v].def >= 0 && p->inst[p->value[v].def].op == PLAN_INPUT;
}

static void touch(Layout *l, Val v, uint32_t i)
{
    if (v != PLAN_NONE && (int32_t)(i = plan_until(l->p, v, i)) > l->last[v])
        l->last[v] = (int32_t)i;
}

static void find_last(Layout *l)
{
    for (uint32_t i = 0; i < l->p->ninsts; i++) {
        const Inst *x = &l->p->inst[i];
        Val list[] = {x->a,   x->b,    x->c,     x->scale,
                      x->out, x->out2, x->whole, x->by};
        for (size_t k = 0; k < sizeof list / sizeof *list; k++)
            touch(l, list[k], i);
        for (uint32_t k = 0; x->loop && k < x->loop->noperands; k++)
            touch(l, x->loop->operand[k].val, i);
        for (uint32_t k = 0; x->loop && k < x->loop->nouts; k++)
            touch(l, x->loop->out[k].out, i);
    }
}

/* May out be written over v, which dies here? */
static bool over(const Layout *l, Val v, Val out, uint32_t i)
{
    return v != PLAN_NONE && l->block[v] >= 0 && l->last[v] == (int32_t)i &&
           l->block_use[l->block[v]] == 1 &&
           l->f->entries[v] == l->f->entries[out];
}

static Val reusable(const Layout *l, const Inst *x, Val out, uint32_t i)
{
    if ((x->op == PLAN_CHOL || x->op == PLAN_LU) && over(l, x->a, out, i))
        return x->a;
    if ((x->op == PLAN_SOLVE || x->op == PLAN_TRISOLVE) && !x->tb &&
        over(l, x->b, out, i) && x->b != x->a)
        return x->b;
    return PLAN_NONE;
}

static void place(Layout *l, const Inst *x, Val v, uint32_t i)
{
    if (v == PLAN_NONE || l->block[v] != -1 || is_input(l->p, v) ||
        l->f->is_out[v])
        return;
    Val from = reusable(l, x, v, i);
    int32_t b = from == PLAN_NONE ? -1 : l->block[from];
    size_t need = l->f->entries[v];
    for (uint32_t k = 0; b < 0 && k < l->nblocks; k++) /* a free one fits */
        if (!l->block_use[k] && l->block_size[k] >= need &&
            l->block_size[k] <= 2 * need + 64)
            b = (int32_t)k;
    for (uint32_t k = 0; b < 0 && k < l->nblocks; k++)
        if (!l->block_use[k] && l->block_size[k] < need &&
            2 * l->block_size[k] >= need)
            b = (int32_t)k;
    if (b < 0)
        b = (int32_t)l->nblocks++;
    if (l->block_size[b] < need)
        l->block_size[b] = need;
    l->block_use[b]++;
    l->block[v] = b;
}

static void place_all(Layout *l)
{
    for (uint32_t i = 0; i < l->p->ninsts; i++) {
        const Inst *x = &l->p->inst[i];
        if (x->op == PLAN_LOOP)
            for (uint32_t k = 0; k < x->loop->nouts; k++)
                place(l, x, x->loop->out[k].out, i);
        else {
            place(l, x, x->out, i);
            place(l, x, x->out2, i);
        }
        for (uint32_t v = 0; v < l->p->nvalues; v++)
            if (l->last[v] == (int32_t)i && l->block[v] >= 0)
                l->block_use[l->block[v]]--;
    }
}

static size_t rounded(size_t bytes)
{
    return (bytes + 127) / 128 * 128;
}

static bool lay_out(Frame *f, size_t real)
{
    const Plan *p = f->plan;
    uint32_t n = p->nvalues + 1;
    Layout l = {.p = p, .f = f};
    l.last = calloc(n, sizeof *l.last);
    l.block = calloc(n, sizeof *l.block);
    l.block_size = calloc(n, sizeof *l.block_size);
    l.block_use = calloc(n, sizeof *l.block_use);
    bool ok = l.last && l.block && l.block_size && l.block_use;
    size_t *offset = calloc(n, sizeof *offset), total = 0;
    ok = ok && offset;
    if (ok) {
        for (uint32_t v = 0; v < p->nvalues; v++)
            l.block[v] = -1;
        find_last(&l);
        place_all(&l);
        for (uint32_t b = 0; b < l.nblocks; b++) {
            offset[b] = total;
            total += rounded(l.block_size[b] * real);
        }
        f->bytes = total + rounded(f->work_bytes);
        f->memory = aligned_alloc(128, f->bytes ? f->bytes : 128);
        ok = f->memory != NULL;
    }
    for (uint32_t v = 0; ok && v < p->nvalues; v++)
        if (l.block[v] >= 0)
            f->ptr[v] = (char *)f->memory + offset[l.block[v]];
    if (ok)
        f->work = (char *)f->memory + total;
    free(l.last);
    free(l.block);
    free(l.block_size);
    free(l.block_use);
    free(offset);
    return ok;
}

/* --- sizes */

static bool size_of(const Frame *f, const Dim *d, int64_t *v)
{
    return plan_dim(d, f->size, f->nsizes, v) && *v >= 0 && *v <= INT_MAX;
}

static bool values_sized(Frame *f)
{
    for (uint32_t v = 0; v < f->plan->nvalues; v++) {
        int64_t r, c;
        if (f->plan->value[v].def < 0)
            continue;
        if (!size_of(f, f->plan->value[v].rows, &r) ||
            !size_of(f, f->plan->value[v].cols, &c) ||
            __builtin_mul_overflow((size_t)r, (size_t)c, &f->entries[v]) ||
            f->entries[v] > SIZE_MAX / 32)
            return false;
    }
    return true;
}

static int rows_of(const Frame *f, Val v)
{
    int64_t r = 0;
    return v != PLAN_NONE && size_of(f, f->plan->value[v].rows, &r) ? (int)r
                                                                    : 0;
}

static int cols_of(const Frame *f, Val v)
{
    int64_t c = 0;
    return v != PLAN_NONE && size_of(f, f->plan->value[v].cols, &c) ? (int)c
                                                                    : 0;
}

/* From 0; what is no place of any array is -1. */
static int place_of(const Frame *f, const Dim *d)
{
    int64_t v;
    return !d ? 0 : size_of(f, d, &v) ? (int)v - 1 : -1;
}

void frame_renew(Frame *f, RunStep *s)
{
    s->row0 = place_of(f, s->in->row0);
    s->col0 = place_of(f, s->in->col0);
    if (s->code)
        loop_code_renew(f, s->code);
}

size_t dense_work(size_t n, size_t k)
{
    enum { DEPTH = 256, HEIGHT = 288, EDGE = 64 }; /* at most; dense.c */
    size_t depth = (k < DEPTH ? k : DEPTH) + EDGE;
    return (n + (n < HEIGHT ? n : HEIGHT) + 2 * EDGE) * depth;
}

/* What the kernel needs beside, in numbers of its type. */
static size_t work_of(const Frame *f, const RunStep *s)
{
    const Inst *x = s->in;
    size_t m = (size_t)(rows_of(f, x->a) > cols_of(f, x->a)
                            ? rows_of(f, x->a) : cols_of(f, x->a));
    size_t rows = (size_t)s->m, cols = (size_t)s->n, k;
    size_t most = rows > cols ? rows : cols;
    switch (x->op) {
    case PLAN_LU: case PLAN_CHOL:
        return 8 * m + 64 + dense_work(m, m);
    case PLAN_INVERSE:
        return m * m + 64 * m + 64 + dense_work(m, m);
    case PLAN_SOLVE: case PLAN_TRISOLVE:
        return 8 * m + 64 + dense_work(most, m);
    case PLAN_MATMUL:
        k = x->kind == MAT_SYR2K ? 2 * (size_t)s->k : (size_t)s->k;
        return rows > 1 && cols > 1 ? dense_work(most, k) + k + 64 : 64;
    case PLAN_FUN:
        return 16 * m * m + 128 * m + 256;
    case PLAN_TRANSPOSE:
        return 64;
    default:
        return 64;
    }
}

/* Is what it made finite if its operands are? */
static bool mostly_zeros(const Inst *x)
{
    return x->op == PLAN_KRON && !x->add &&
           (x->a == PLAN_NONE) != (x->b == PLAN_NONE);
}

static RunCheck check_of(const Frame *f, const Inst *x)
{
    if (x->op == PLAN_LOOP)
        return CHECK_NONE;
    bool out = x->out != PLAN_NONE && f->writer[x->out] == x;
    bool out2 = x->out2 != PLAN_NONE && f->writer[x->out2] == x;
    if (out && mostly_zeros(x))
        return CHECK_FACTOR;
    return out && out2 ? CHECK_BOTH : out ? CHECK_OUT
                       : out2             ? CHECK_OUT2
                                          : CHECK_NONE;
}

static bool step_sized(Frame *f, RunStep *s, const Inst *x, size_t real,
                       size_t *work)
{
    s->in = x;
    s->indexed = plan_indexed(x, NULL);
    if (x->out == PLAN_NONE) /* the ends of a loop */
        return true;
    s->m = rows_of(f, x->out);
    s->n = cols_of(f, x->out);
    s->lda = rows_of(f, x->a);
    s->ldb = rows_of(f, x->b);
    s->k = x->ta ? s->lda : cols_of(f, x->a);
    s->count = f->entries[x->out];
    s->row0 = place_of(f, x->row0);
    s->col0 = place_of(f, x->col0);
    s->alpha = loop_number(x->alpha);
    s->check = check_of(f, x);
    if (x->op == PLAN_LU) {
        f->pivot[x->out] = malloc(((size_t)s->m + 1) * sizeof(int));
        if (!f->pivot[x->out])
            return false;
    }
    if (x->op == PLAN_LOOP) {
        s->code = loop_code_new(f, x);
        if (!s->code)
            return false;
    }
    size_t w = x->op == PLAN_LOOP ? loop_code_work(s->code) : work_of(f, s);
    if (w * real > *work)
        *work = w * real;
    return true;
}

/* A matrix times a vector, and nothing else. */
static bool is_gemv(const RunStep *s)
{
    const Inst *x = s->in;
    return x->op == PLAN_MATMUL && !x->add && x->scale == PLAN_NONE &&
           rat_is(x->alpha, 1) && s->n == 1 && s->m > 1 && s->k > 1 &&
           (x->kind == MAT_GENERAL || x->kind == MAT_SYMM_A) && !x->half;
}

/* The scaled matrices that are left to their products. */
static void find_unmade(Frame *f, size_t real)
{
    enum { SMALL = 24 };
    bool tiles = real == sizeof(float) ? f->vector32->dense != NULL
                                       : f->vector64->dense != NULL;
    tiles &= !f->plan->complex;
    for (uint32_t i = 0; tiles && i < f->plan->ninsts; i++) {
        const Inst *x = &f->plan->inst[i];
        if (x->op == PLAN_MATMUL && x->by != PLAN_NONE &&
            rows_of(f, x->out) > SMALL)
            f->unmade[x->a] = true;
    }
}

/* Has a pass outputs left? */
static bool is_step(const Frame *f, const Inst *x)
{
    bool some = x->op != PLAN_LOOP;
    for (uint32_t k = 0; x->loop && k < x->loop->nouts; k++)
        some |= !f->unmade[x->loop->out[k].out];
    return some && x->op != PLAN_INPUT;
}

/* Which ends belong together, and where their index is. */
static void find_loops(Frame *f)
{
    uint32_t open = 0; /* the innermost loop; its `other` is the one around */
    for (uint32_t i = 0; f->plan->nloops && i < f->nsteps; i++) {
        RunStep *s = &f->step[i];
        if (s->in->op == PLAN_REPEAT) {
            while (f->size[s->slot].name != s->in->index)
                s->slot++;
            s->other = open;
            open = i;
        } else if (s->in->op == PLAN_AGAIN) {
            s->other = open;
            s->slot = f->step[open].slot;
            open = f->step[open].other;
            f->step[s->other].other = i;
        }
    }
}

static bool steps_sized(Frame *f, size_t real)
{
    bool ok = true;
    find_unmade(f, real);
    for (uint32_t i = 0; ok && i < f->plan->ninsts; i++)
        if (is_step(f, &f->plan->inst[i]))
            ok = step_sized(f, &f->step[f->nsteps++], &f->plan->inst[i], real,
                            &f->work_bytes);
    if (ok)
        find_loops(f);
    for (uint32_t i = 0; ok && i + 1 < f->nsteps; i++) {
        const Inst *x = f->step[i].in, *y = f->step[i + 1].in;
        f->step[i].pair = !f->plan->complex && is_gemv(&f->step[i]) &&
                          is_gemv(&f->step[i + 1]) && x->a == y->a &&
                          x->ta == y->ta && y->b != x->out;
    }
    return ok;
}

static void link_loops(const Frame *f, size_t real)
{
    for (uint32_t i = 0; i < f->nsteps; i++)
        if (f->step[i].code && real == sizeof(float))
            loop_link_f32(f, f->step[i].code);
        else if (f->step[i].code && real == sizeof(double))
            loop_link_f64(f, f->step[i].code);
        else if (f->step[i].code)
            loop_link_c128(f, f->step[i].code);
}

static uint32_t loop_end(const Plan *p, uint32_t i)
{
    for (uint32_t depth = 0;; i++) {
        depth += p->inst[i].op == PLAN_REPEAT;
        depth -= p->inst[i].op == PLAN_AGAIN;
        if (!depth)
            return i;
    }
}

static void find_writers(Frame *f)
{
    const Plan *p = f->plan;
    for (uint32_t i = 0, end = 0; i < p->ninsts; i++) {
        const Inst *x = &p->inst[i];
        if (x->op == PLAN_REPEAT && i >= end)
            end = loop_end(p, i);
        if (x->out == PLAN_NONE)
            continue;
        const Inst *w = i < end ? &p->inst[end] : x; /* a sum: once */
        for (uint32_t k = 0; x->loop && k < x->loop->nouts; k++)
            f->writer[x->loop->out[k].out] = w;
        if (!x->loop && x->op != PLAN_INPUT)
            f->writer[x->out] = w;
        if (!x->loop && x->out2 != PLAN_NONE)
            f->writer[x->out2] = w;
    }
    for (uint32_t v = 0; v < f->plan->nvalues; v++)
        if (!f->is_out[v])
            f->writer[v] = NULL;
}

/* A size for each index. */
static void add_indices(Frame *f)
{
    for (uint32_t i = 0; f->plan->nloops && i < f->plan->ninsts; i++) {
        const char *name = f->plan->inst[i].index;
        uint32_t k = 0;
        while (name && k < f->nsizes && f->size[k].name != name)
            k++;
        if (name && k == f->nsizes)
            f->size[f->nsizes++] = (PlanSize){name, 1};
    }
}

Frame *frame_new(const Plan *p, const Blas *blas, const PlanSize *size,
                 uint32_t nsizes, size_t real, bool *too_big)
{
    Frame *f = calloc(1, sizeof *f);
    *too_big = false;
    if (!f)
        return NULL;
    f->plan = p;
    f->blas = blas;
    f->vector64 = vector_best_f64();
    f->vector32 = vector_best_f32();
    f->vector128 = vector_best_c128();
    f->nsizes = nsizes;
    f->size = calloc(nsizes + p->nloops + 1, sizeof *f->size);
    f->step = calloc(p->ninsts + 1, sizeof *f->step);
    f->ptr = calloc(p->nvalues + 1, sizeof *f->ptr);
    f->entries = calloc(p->nvalues + 1, sizeof *f->entries);
    f->is_out = calloc(p->nvalues + 1, sizeof *f->is_out);
    f->unmade = calloc(p->nvalues + 1, sizeof *f->unmade);
    f->writer = calloc(p->nvalues + 1, sizeof *f->writer);
    f->pivot = calloc(p->nvalues + 1, sizeof *f->pivot);
    f->pack = calloc(p->nvalues + 1, sizeof *f->pack);
    bool ok = f->size && f->step && f->ptr && f->entries && f->is_out &&
              f->unmade && f->writer && f->pivot && f->pack;
    if (ok && nsizes)
        memcpy(f->size, size, nsizes * sizeof *size);
    if (ok)
        add_indices(f);
    if (ok && !values_sized(f)) {
        *too_big = true;
        ok = false;
    }
    for (uint32_t i = 0; ok && i < p->nouts; i++)
        if (!is_input(p, p->out[i].val))
            f->is_out[p->out[i].val] = true;
    if (ok)
        find_writers(f);
    ok = ok && steps_sized(f, real);
    if (ok && lay_out(f, real)) {
        link_loops(f, real);
        return f;
    }
    frame_free(f);
    return NULL;
}

void frame_free(Frame *f)
{
    if (!f)
        return;
    for (uint32_t i = 0; f->step && i < f->nsteps; i++)
        loop_code_free(f->step[i].code);
    for (uint32_t v = 0; f->pivot && v < f->plan->nvalues; v++)
        free(f->pivot[v]);
    for (uint32_t v = 0; f->pack && v < f->plan->nvalues; v++)
        free(f->pack[v]);
    free(f->size);
    free(f->step);
    free(f->note);
    free(f->ptr);
    free(f->entries);
    free(f->is_out);
    free(f->unmade);
    free(f->writer);
    free(f->pivot);
    free(f->pack);
    free(f->memory);
    free(f);
}
