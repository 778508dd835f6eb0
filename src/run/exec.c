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

static bool mirror(Frame *f, const RunStep *s)
{
    Real *z = f->ptr[s->in->out];
    size_t n = (size_t)s->m;
    for (size_t j0 = 0; j0 < n; j0 += 32)
        for (size_t i0 = j0; i0 < n; i0 += 32)
            for (size_t j = j0; j < n && j < j0 + 32; j++)
                for (size_t i = i0 > j ? i0 : j + 1; i < n && i < i0 + 32; i++)
                    z[i * n + j] = z[j * n + i];
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

static Real entry(const Real *a, size_t rows, bool t, size_t i, size_t j,
                  size_t cols)
{
    return a ? (t ? a[i * cols + j] : a[j * rows + i]) : (Real)(i == j);
}

static bool kron(Frame *f, const RunStep *s)
{
    const Inst *x = s->in;
    const Real *a = x->a == PLAN_NONE ? NULL : f->ptr[x->a];
    const Real *b = x->b == PLAN_NONE ? NULL : f->ptr[x->b];
    Real *z = f->ptr[x->out];
    int64_t ea = 0, eb = 0;
    if (!a)
        plan_dim(x->eye_a, f->size, f->nsizes, &ea);
    if (!b)
        plan_dim(x->eye_b, f->size, f->nsizes, &eb);
    size_t br = b ? (size_t)s->ldb : (size_t)eb;
    size_t bc = b ? f->entries[x->b] / (br ? br : 1) : br, keep;
    if (b && x->tb) {
        keep = br;
        br = bc;
        bc = keep;
    }
    size_t ar = (size_t)s->m / (br ? br : 1), ac = (size_t)s->n / (bc ? bc : 1);
    Real alpha = x->scale == PLAN_NONE ? 1 : *(Real *)f->ptr[x->scale];
    alpha *= (Real)x->alpha.num / (Real)x->alpha.den;
    if (!x->add)
        memset(z, 0, s->count * sizeof *z);
    for (size_t j = 0; j < ac; j++)
        for (size_t l = 0; l < bc; l++) {
            Real *column = z + (j * bc + l) * (size_t)s->m;
            for (size_t i = 0; i < ar; i++) {
                Real y = alpha * entry(a, ar, x->ta, i, j, ac);
                if (y == 0 && !a)
                    continue;
                if (!b)
                    column[i * br + l] += y;
                else
                    for (size_t k = 0; k < br; k++)
                        column[i * br + k] += y * entry(b, br, x->tb, k, l,
                                                        bc);
            }
        }
    return true;
}

static bool check_out(Frame *f, Val v)
{
    if (v != PLAN_NONE && f->is_out[v]) {
        if (!VECTOR(f)->finite(f->ptr[v], f->entries[v]))
            f->bad = true;
    }
    return true;
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
        return kron(f, s);
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
    for (uint32_t i = 0; i < f->plan->ninsts; i++) {
        const RunStep *s = &f->step[i];
        if (!step(f, s))
            return false;
        if (f->trace && s->in->op != PLAN_INPUT && s->in->op != PLAN_LOOP)
            trace(f, s);
        if (f->report.code != RUN_OK)
            return false;
        if (s->in->op != PLAN_LOOP && s->in->op != PLAN_INPUT) {
            check_out(f, s->in->out);
            check_out(f, s->in->out2);
        }
    }
    return true;
}
