/* exec.c: a plan's instructions, in order. */
#include "run/exec.h"

#include <math.h>
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
    case PLAN_FUN:
        return NAME(matrix_fun)(f, s);
    default:
        return NAME(factor)(f, s);
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
        if (s->pair && NAME(matmul_two)(f, s)) {
            if (s->check)
                check(f, s);
            s = &f->step[++i];
        } else if (!step(f, s)) {
            return false;
        }
        if (f->trace && s->in->op != PLAN_LOOP)
            trace(f, s);
        if (f->report.code != RUN_OK)
            return false;
        if (s->check)
            check(f, s);
    }
    return true;
}
