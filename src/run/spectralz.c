/* spectralz.c: functions of eigenvalues and singular values of complex
 * matrices. */
#define NB_COMPLEX 1
#include "run/exec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Svd {
    int m, n, k;
    double *w; /* the values; the head of what is allocated */
    Real *u, *vt;
} Svd;

/* Singular values, and thin vectors, of a, which is m x n. */
static bool svd_new(Frame *f, const Real *a, int m, int n, bool vectors,
                    Svd *d)
{
    int k = m < n ? m : n, most = m > n ? m : n, info = 0;
    int lwork = k * k + 66 * most + 2 * k, one = 1, lu = vectors ? m : 1,
        lv = vectors ? k : 1;
    size_t sm = (size_t)m, sn = (size_t)n, sk = (size_t)k;
    size_t parts = sk + 5 * sk * sk + 7 * sk + 2 * sk * (size_t)most;
    size_t wide = sm * sn + sm * sk + sk * sn + (size_t)lwork + 4;
    Real *x = malloc(wide * sizeof *x + (parts + 1) * sizeof(double) +
                     8 * sk * sizeof(int) + 64);
    *d = (Svd){m, n, k, NULL, NULL, NULL};
    if (!x || k == 0) {
        free(x);
        return false;
    }
    double *w = (double *)(x + wide), *rwork = w + k;
    Real *work = x + sm * sn + sm * sk + sk * sn;
    *d = (Svd){m, n, k, w, x + sm * sn, x + sm * sn + sm * sk};
    memcpy(x, a, sm * sn * sizeof *x);
    BLAS(f).gesdd(vectors ? "S" : "N", &m, &n, x, &m, w, d->u,
                  vectors ? &lu : &one, d->vt, vectors ? &lv : &one, work,
                  &lwork, rwork, (int *)(w + parts), &info);
    return info == 0;
}

static void svd_free(Svd *d)
{
    if (d->u)
        free(d->u - (size_t)d->m * (size_t)d->n);
}

/* V*inv(S)*U', without the values that are zero. */
static bool pinv(Frame *f, const RunStep *s, const Real *a, Real *z)
{
    Svd d;
    Real alpha = 1, beta = 0;
    bool ok = svd_new(f, a, s->n, s->m, true, &d);
    double least = ok ? (d.m > d.n ? d.m : d.n) * REAL_EPS * d.w[0] : 0;
    for (int i = 0; ok && i < d.k; i++)
        for (int j = 0; j < d.m; j++)
            d.u[(size_t)i * (size_t)d.m + (size_t)j] *=
                d.w[i] > least ? 1 / d.w[i] : 0;
    if (ok)
        BLAS(f).gemm("C", "C", &d.n, &d.m, &d.k, &alpha, d.vt, &d.k, d.u,
                     &d.m, &beta, z, &d.n);
    svd_free(&d);
    return ok;
}

static bool singular(Frame *f, const RunStep *s, const Real *a, Real *z)
{
    Svd d;
    int m = s->lda, n = (int)(f->entries[s->in->a] / (size_t)(m ? m : 1));
    bool ok = svd_new(f, a, m, n, false, &d);
    if (ok && s->in->fun == OP_SVD)
        for (int i = 0; i < d.k; i++)
            z[i] = d.w[i];
    else if (ok) {
        double sum = d.w[0];
        for (int i = 1; i < d.k && s->in->fun == OP_NORMNUC; i++)
            sum += d.w[i];
        *z = sum;
    }
    svd_free(&d);
    return ok;
}

/* Of a hermitian matrix. */
static bool eig(Frame *f, const RunStep *s, const Real *a, Real *z)
{
    int n = s->lda, info = 0, lwork = n + 1, lrwork = n + 1, liwork = 1,
        iwork = 0;
    size_t nn = (size_t)n * (size_t)n;
    Real *x = f->work, *work = x + nn;
    double *w = (double *)(work + lwork), *rwork = w + n;
    memcpy(x, a, nn * sizeof *x);
    BLAS(f).heevd("N", "L", &n, x, &n, w, work, &lwork, rwork, &lrwork, &iwork,
                  &liwork, &info);
    for (int i = 0; i < n; i++)
        z[i] = w[i];
    return info == 0;
}

bool spectral_c128(Frame *f, const RunStep *s)
{
    const Real *a = f->ptr[s->in->a];
    Real *z = f->ptr[s->in->out];
    return s->in->fun == OP_PINV ? pinv(f, s, a, z)
           : s->in->fun == OP_EIG ? eig(f, s, a, z)
                                  : singular(f, s, a, z);
}
