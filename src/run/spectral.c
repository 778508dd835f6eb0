/* spectral.c: functions of eigenvalues and singular values. */
#include "run/exec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool symmetric(const Real *a, size_t n)
{
    double off = 0, all = 0;
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < n; i++) {
            off += fabs((double)a[j * n + i] - (double)a[i * n + j]);
            all += fabs((double)a[j * n + i]);
        }
    return off <= 16 * (double)REAL_EPS * all;
}

static int ascending(const void *x, const void *y)
{
    Real a = *(const Real *)x, b = *(const Real *)y;
    return (a > b) - (a < b);
}

static bool eig_general(Frame *f, const RunStep *s, const Real *a, Real *w)
{
    int n = s->lda, info = 0, lwork = 4 * n + 64, ld = 1;
    size_t nn = (size_t)n * (size_t)n;
    Real *x = f->work, *wi = x + nn, *work = wi + n, none = 0;
    memcpy(x, a, nn * sizeof *x);
    BLAS(f).geev("N", "N", &n, x, &n, w, wi, &none, &ld, &none, &ld, work,
                 &lwork, &info);
    for (int i = 0; i < n && info == 0; i++)
        if (wi[i] != 0)
            return run_fail(f, RUN_DOMAIN, s, "has eigenvalues that are not "
                                              "real");
    qsort(w, (size_t)n, sizeof *w, ascending);
    return info == 0;
}

/* Of the two signs that a unit vector has, the one with a positive first
 * entry: the same whatever library made it. */
static void fix_signs(Real *v, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        Real sign = v[j * n] < 0 ? -1 : 1;
        for (size_t i = 0; i < n; i++)
            v[j * n + i] *= sign;
    }
}

static bool eig(Frame *f, const RunStep *s, const Real *a, Real *z)
{
    bool vectors = s->in->fun == OP_EIGVECS;
    int n = s->lda, info = 0;
    size_t nn = (size_t)n * (size_t)n;
    if (!symmetric(a, (size_t)n))
        return vectors ? run_fail(f, RUN_DOMAIN, s, "is not symmetric: its "
                                                    "eigenvectors have no "
                                                    "unit form")
                       : eig_general(f, s, a, z);
    int lwork = 1 + 6 * n + 2 * (int)nn, liwork = 3 + 5 * n;
    Real *x = f->work, *w = x + nn, *work = w + n;
    memcpy(x, a, nn * sizeof *x);
    BLAS(f).syevd(vectors ? "V" : "N", "L", &n, x, &n, w, work, &lwork,
                  (int *)(work + lwork), &liwork, &info);
    if (vectors)
        fix_signs(x, (size_t)n);
    memcpy(z, vectors ? x : w, (vectors ? nn : (size_t)n) * sizeof *z);
    return info == 0;
}

/* Singular values into w; with u, vt also the vectors (thin). */
static bool singular_values(Frame *f, const Real *a, int m, int n, Real *w,
                            Real *u, Real *vt)
{
    int k = m < n ? m : n, info = 0, most = m > n ? m : n;
    int lwork = 4 * k * k + 9 * k + most + 64 * most;
    size_t bytes = ((size_t)m * (size_t)n + (size_t)lwork) * sizeof(Real) +
                   8 * (size_t)k * sizeof(int) + 64;
    Real *x = malloc(bytes);
    if (!x)
        return false;
    Real *work = x + (size_t)m * (size_t)n;
    int ldu = u ? m : 1, ldvt = u ? k : 1;
    Real none = 0;
    memcpy(x, a, (size_t)m * (size_t)n * sizeof *x);
    BLAS(f).gesdd(u ? "S" : "N", &m, &n, x, &m, w, u ? u : &none, &ldu,
                  vt ? vt : &none, &ldvt, work, &lwork, (int *)(work + lwork),
                  &info);
    free(x);
    return info == 0;
}

static bool pinv(Frame *f, const RunStep *s, const Real *a, Real *z)
{
    int m = s->n, n = s->m, k = m < n ? m : n;
    size_t room = (size_t)k * (size_t)(m + n + 1);
    Real *w = malloc((room + 1) * sizeof *w), alpha = 1, beta = 0;
    if (!w)
        return false;
    Real *u = w + k, *vt = u + (size_t)m * (size_t)k;
    bool ok = singular_values(f, a, m, n, w, u, vt);
    Real least = (Real)(m > n ? m : n) * (Real)REAL_EPS * w[0];
    for (int i = 0; ok && i < k; i++)
        for (int j = 0; j < m; j++)
            u[(size_t)i * (size_t)m + (size_t)j] *= w[i] > least ? 1 / w[i]
                                                                 : 0;
    if (ok)
        BLAS(f).gemm("T", "T", &n, &m, &k, &alpha, vt, &k, u, &m, &beta, z,
                     &n);
    free(w);
    return ok;
}

static bool singular(Frame *f, const RunStep *s, const Real *a, Real *z)
{
    int m = s->lda;
    int n = (int)(f->entries[s->in->a] / (size_t)(m ? m : 1));
    int k = m < n ? m : n;
    size_t mk = (size_t)m * (size_t)k, kn = (size_t)k * (size_t)n;
    bool vectors = s->in->fun == OP_SVDU || s->in->fun == OP_SVDV;
    Real *w = malloc(((size_t)k + 1 + (vectors ? mk + kn : 0)) * sizeof *w);
    Real *u = vectors && w ? w + k : NULL, *vt = u ? u + mk : NULL;
    bool ok = w && k > 0 && singular_values(f, a, m, n, w, u, vt);
    if (ok && s->in->fun == OP_SVDU)
        memcpy(z, u, mk * sizeof *z);
    else if (ok && s->in->fun == OP_SVDV)
        for (size_t i = 0; i < kn; i++)
            z[i % (size_t)k * (size_t)n + i / (size_t)k] = vt[i];
    else if (ok && s->in->fun == OP_SVD)
        memcpy(z, w, (size_t)k * sizeof *w);
    else if (ok) {
        *z = w[0];
        for (int i = 1; i < k && s->in->fun == OP_NORMNUC; i++)
            *z += w[i];
    }
    free(w);
    return ok;
}

bool NAME(spectral)(Frame *f, const RunStep *s)
{
    const Real *a = f->ptr[s->in->a];
    Real *z = f->ptr[s->in->out];
    return s->in->fun == OP_PINV ? pinv(f, s, a, z)
           : s->in->fun == OP_EIG || s->in->fun == OP_EIGVECS
               ? eig(f, s, a, z)
               : singular(f, s, a, z);
}
