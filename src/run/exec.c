/* exec.c: a plan's instructions, in order. */
#include "run/exec.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool transpose(Frame *f, const RunStep *s)
{
    const Real *a = f->ptr[s->in->a];
    Real *z = f->ptr[s->in->out];
    size_t m = (size_t)s->m, n = (size_t)s->n;
    VECTOR(f)->transpose(a, n, n, m, z, m);
    return true;
}

/* Rows j0..j1-1 right of column j1. */
static void conjugate(Real *z, size_t n, size_t j0, size_t j1)
{
#ifdef NB_COMPLEX
    for (size_t j = j1; j < n; j++)
        for (size_t i = j0; i < j1; i++)
            z[j * n + i] = conj(z[j * n + i]);
#else
    (void)z, (void)n, (void)j0, (void)j1;
#endif
}

static bool mirror(Frame *f, const RunStep *s)
{
    enum { BLOCK = 32 };
    Real *z = f->ptr[s->in->out];
    size_t n = (size_t)s->m;
    for (size_t j0 = 0; j0 < n; j0 += BLOCK) {
        size_t j1 = j0 + BLOCK < n ? j0 + BLOCK : n;
        for (size_t j = j0; j < j1; j++)
            for (size_t i = j + 1; i < j1; i++)
                z[i * n + j] = CONJ(z[j * n + i]);
        if (j1 < n)
            VECTOR(f)->transpose(z + j0 * n + j1, n, n - j1, j1 - j0,
                                 z + j1 * n + j0, n);
        conjugate(z, n, j0, j1);
    }
    return true;
}

static bool slice(Frame *f, const RunStep *s)
{
    const Inst *x = s->in;
    const Real *a = f->ptr[x->a];
    Real *z = f->ptr[x->out];
    size_t rows = (size_t)s->lda, cols = f->entries[x->a] / (rows ? rows : 1);
    size_t i = (size_t)s->row0, j = (size_t)s->col0;
    if (s->row0 < 0 || s->col0 < 0 || (x->row0 && i >= rows) ||
        (x->col0 && j >= cols))
        return run_fail(f, RUN_DOMAIN, s, "has no entry [%d,%d]", s->row0 + 1,
                        s->col0 + 1);
    if (x->row0 && x->col0)
        *z = a[j * rows + i];
    else if (x->col0)
        memcpy(z, a + j * rows, rows * sizeof *z);
    else if (cols == 1 && s->count == 1)
        *z = a[i];
    else
        for (j = 0; j < cols; j++)
            z[j] = a[j * rows + i];
    return true;
}

static bool is_finite(const Frame *f, Val v)
{
    return VECTOR(f)->finite(f->ptr[v], f->entries[v]);
}

/* Outputs are looked at by who writes them last. */
static void check(Frame *f, const RunStep *s)
{
    const Inst *x = s->in;
    if (s->check == CHECK_FACTOR) {
        Real y = x->scale == PLAN_NONE ? 0 : *(Real *)f->ptr[x->scale];
        f->bad |= !(y - y == 0) ||
                  !is_finite(f, x->a == PLAN_NONE ? x->b : x->a);
        return;
    }
    if (s->check != CHECK_OUT2)
        f->bad |= !is_finite(f, x->out);
    if (s->check != CHECK_OUT)
        f->bad |= !is_finite(f, x->out2);
}

/* The operation that first made a number that is none. */
static void trace(Frame *f, const RunStep *s)
{
    const Real *x = s->in->out == PLAN_NONE ? NULL : f->ptr[s->in->out];
    for (size_t i = 0; x && i < s->count; i++)
        if (!(x[i] - x[i] == 0)) {
            size_t m = (size_t)(s->m ? s->m : 1);
            run_fail(f, RUN_DOMAIN, s, "gives %s at entry [%zu,%zu]",
                     x[i] != x[i] ? "NaN" : "Inf", i % m + 1, i / m + 1);
            return;
        }
}

/* Sizes of 0, which BLAS and LAPACK do not take: nothing to write, or the
 * sums of nothing. */
static bool empty(Frame *f, const RunStep *s)
{
    const Inst *x = s->in;
    Val out[] = {x->out, x->out2};
    if (x->op != PLAN_MATMUL)
        return x->op != PLAN_LOOP && s->count == 0;
    if (f->entries[x->a] && f->entries[x->b])
        return false;
    for (int i = 0; i < 2 && !x->add; i++)
        if (out[i] != PLAN_NONE)
            memset(f->ptr[out[i]], 0, f->entries[out[i]] * sizeof(Real));
    return true;
}

static bool commute(Frame *f, const RunStep *s)
{
    const Inst *x = s->in;
    const Real *a = f->ptr[x->a];
    Real *z = f->ptr[x->out];
    int64_t lo = 0, hi = 0;
    plan_dim(x->eye_a, f->size, f->nsizes, &lo);
    plan_dim(x->eye_b, f->size, f->nsizes, &hi);
    size_t m = (size_t)s->m, p = (size_t)lo, q = (size_t)hi;
    for (size_t c = 0; !x->right && c < (size_t)s->n; c++)
        VECTOR(f)->transpose(a + c * m, p, p, q, z + c * m, q);
    for (size_t i = 0; x->right && i < p; i++)
        for (size_t j = 0; j < q; j++)
            memcpy(z + (j * p + i) * m, a + (i * q + j) * m, m * sizeof *z);
    return true;
}

static bool part(Frame *f, const RunStep *s)
{
    const Inst *x = s->in;
    const Real *a = f->ptr[x->a];
    Real *z = f->ptr[x->out];
    size_t rows = (size_t)s->lda, cols = (size_t)s->k;
    size_t m = (size_t)s->m, n = (size_t)s->n;
    size_t i = (size_t)s->row0, j = (size_t)s->col0;
    if (s->row0 < 0 || s->col0 < 0 || i + m > rows || j + n > cols)
        return run_fail(f, RUN_DOMAIN, s, "has no entry [%zu,%zu]", i + m,
                        j + n);
    for (size_t q = 0; q < n; q++)
        memcpy(z + q * m, a + (j + q) * rows + i, m * sizeof *z);
    return true;
}

/* z += a, or at a row, a column, an entry. */
static bool collect(Frame *f, const RunStep *s)
{
    const Inst *x = s->in;
    const Real *a = f->ptr[x->a];
    Real *z = f->ptr[x->out];
    size_t m = (size_t)s->m, n = (size_t)s->n;
    size_t i = (size_t)s->row0, j = (size_t)s->col0;
    bool beyond = i >= m || j >= n;
    if (s->row0 < 0 || s->col0 < 0 || (beyond && !x->part))
        return run_fail(f, RUN_DOMAIN, s, "has no entry [%d,%d]", s->row0 + 1,
                        s->col0 + 1);
    size_t rows = x->row0 ? 1 : m, cols = x->col0 ? 1 : n;
    if (x->part) {
        size_t lda = (size_t)s->lda, other = f->entries[x->a] / (lda + !lda);
        rows = x->ta ? other : lda;
        cols = x->ta ? lda : other;
        if (i + rows > m || j + cols > n)
            return run_fail(f, RUN_DOMAIN, s, "has no entry [%zu,%zu]",
                            i + rows, j + cols);
    }
    size_t down = x->ta ? cols : 1, across = x->ta ? 1 : rows;
    for (size_t q = 0; q < cols; q++)
        for (size_t p = 0; p < rows; p++)
            z[(j + q) * m + i + p] += a[q * across + p * down];
    return true;
}

/* The end of the loop at step i if it has nothing (more) to do, else its
 * beginning; what comes next is behind that. */
static uint32_t repeat(Frame *f, uint32_t i)
{
    RunStep *s = &f->step[i];
    bool begin = s->in->op == PLAN_REPEAT;
    int64_t lo = 1, hi = 0, *at = &f->size[s->slot].size;
    uint32_t end = begin ? s->other : i;
    plan_dim(s->in->row0, f->size, f->nsizes, &lo);
    plan_dim(s->in->row1, f->size, f->nsizes, &hi);
    *at = begin ? lo : *at + 1;
    if (*at <= hi)
        return begin ? i : s->other;
    for (uint32_t k = 0; k < f->plan->nouts; k++) {
        Val v = f->plan->out[k].val;
        if (f->writer[v] == f->step[end].in)
            f->bad |= !is_finite(f, v);
    }
    return end;
}

static bool step(Frame *f, const RunStep *s)
{
    if (empty(f, s))
        return true;
    switch (s->in->op) {
    case PLAN_INPUT:
        return true;
    case PLAN_LOOP:
        return NAME(loop_run)(f, s->code) ||
               run_fail(f, RUN_LIBRARY, s, "has a function without a kernel");
    case PLAN_MATMUL:
        return NAME(matmul)(f, s);
    case PLAN_TRANSPOSE:
        return transpose(f, s);
    case PLAN_MIRROR:
        return mirror(f, s);
    case PLAN_RESHAPE:
        memcpy(f->ptr[s->in->out], f->ptr[s->in->a], s->count * sizeof(Real));
        return true;
    case PLAN_SLICE:
        return slice(f, s);
    case PLAN_KRON:
        return NAME(kron)(f, s);
    case PLAN_COMMUTE:
        return commute(f, s);
    case PLAN_COLLECT:
        return collect(f, s);
    case PLAN_PART:
        return part(f, s);
    case PLAN_FUN:
        return NAME(matrix_fun)(f, s);
    default:
        return NAME(factor)(f, s);
    }
}

/* ", i = 3": the term of which sum it was. */
static void say_term(Frame *f, uint32_t at)
{
    for (uint32_t k = 0; k < at; k++) {
        const Inst *x = f->step[k].in;
        size_t used = strlen(f->report.message);
        if (x->op == PLAN_REPEAT && f->step[k].other > at && x->of &&
            x->of->op == OP_SUMI)
            snprintf(f->report.message + used, RUN_MESSAGE - used,
                     ", %s = %lld", x->of->sym->name,
                     (long long)f->size[f->step[k].slot].size);
    }
}

bool NAME(frame_run)(Frame *f)
{
    f->report.code = RUN_OK;
    f->report.message[0] = '\0';
    f->report.rcond = 1;
    f->bad = false;
    for (uint32_t i = 0; i < f->nsteps; i++) {
        const RunStep *s = &f->step[i];
        if (s->in->out == PLAN_NONE) {
            i = repeat(f, i);
            continue;
        }
        if (s->indexed)
            frame_renew(f, &f->step[i]);
        bool good = true;
        if (s->pair && NAME(matmul_two)(f, s)) {
            if (s->check)
                check(f, s);
            s = &f->step[++i];
        } else {
            good = step(f, s);
        }
        if (good && f->trace && s->in->op != PLAN_LOOP)
            trace(f, s);
        if (!good || f->report.code != RUN_OK) {
            say_term(f, i);
            return false;
        }
        if (s->check)
            check(f, s);
    }
    return true;
}
