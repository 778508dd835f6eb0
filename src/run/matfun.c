/* matfun.c: functions of the whole matrix: the exponential and its kin; those
 * of eigenvalues and singular values are in spectral.c.
 *
 * expm: scaling and squaring with the [13/13] Pade approximant (Higham, SIAM
 * J. Matrix Anal. Appl. 26 (2005)); sqrtm: the product form of the
 * Denman-Beavers iteration (Cheng, Higham, Kenney and Laub, ibid. 22 (2001));
 * logm: inverse scaling and squaring with Gauss-Legendre quadrature (Dieci,
 * Morini and Papini, ibid. 17 (1996)). */
#include "run/exec.h"

#include <math.h>
#include <string.h>

/* Scratch for n x n matrices, handed out in turn. */
typedef struct Room {
    Frame *f;
    int n;
    size_t nn;
    Real *next;
} Room;

static Real *take(Room *r)
{
    Real *x = r->next;
    r->next += r->nn;
    return x;
}

static void multiply(Room *r, const Real *a, const Real *b, Real *c)
{
    Real alpha = 1, beta = 0;
    BLAS(r->f).gemm("N", "N", &r->n, &r->n, &r->n, &alpha, a, &r->n, b, &r->n,
                    &beta, c, &r->n);
}

static void identity(const Room *r, Real *z, Real d)
{
    memset(z, 0, r->nn * sizeof *z);
    for (int i = 0; i < r->n; i++)
        z[(size_t)i * (size_t)r->n + (size_t)i] = d;
}

static double norm1(const Room *r, const Real *a)
{
    double most = 0;
    for (int j = 0; j < r->n; j++) {
        double s = 0;
        for (int i = 0; i < r->n; i++)
            s += ABS(a[(size_t)j * (size_t)r->n + (size_t)i]);
        most = s > most ? s : most;
    }
    return most;
}

/* z = inv(a), by LU, in z; false: singular. */
static bool invert(Room *r, const Real *a, Real *z, Real *work)
{
    int info = 0, lwork = (int)(r->nn), *pivot = (int *)(work + r->nn);
    memcpy(z, a, r->nn * sizeof *z);
    BLAS(r->f).getrf(&r->n, &r->n, z, &r->n, pivot, &info);
    if (info == 0)
        BLAS(r->f).getri(&r->n, z, &r->n, pivot, work, &lwork, &info);
    return info == 0;
}

static bool expm(Room *r, const Real *a, Real *z)
{
    static const double c[] = {64764752532480000., 32382376266240000.,
                               7771770303897600., 1187353796428800.,
                               129060195264000., 10559470521600.,
                               670442572800., 33522128640., 1323241920.,
                               40840800., 960960., 16380., 182., 1.};
    int e = 0;
    double norm = norm1(r, a);
    Real *x = take(r), *p = take(r), *u = take(r), *v = take(r), *t = take(r);
    Real *work = take(r);
    if (norm > 5.37)
        frexp(norm / 5.37, &e);
    for (size_t i = 0; i < r->nn; i++)
        x[i] = SCALE(a[i], -e);
    identity(r, p, 1); /* the powers of x, odd ones into u, even into v */
    memset(u, 0, r->nn * sizeof *u);
    memset(v, 0, r->nn * sizeof *v);
    for (int k = 0; k < 14; k++) {
        Real *to = k % 2 ? u : v;
        for (size_t i = 0; i < r->nn; i++)
            to[i] += (Real)(c[k] / c[0]) * p[i];
        multiply(r, p, x, t);
        memcpy(p, t, r->nn * sizeof *p);
    }
    for (size_t i = 0; i < r->nn; i++) {
        Real d = v[i] - u[i];
        v[i] += u[i];
        u[i] = d;
    }
    if (!invert(r, u, t, work))
        return false;
    multiply(r, t, v, z);
    while (e-- > 0) {
        multiply(r, z, z, t);
        memcpy(z, t, r->nn * sizeof *z);
    }
    return true;
}

static bool sqrtm(Room *r, const Real *a, Real *z)
{
    Real *m = take(r), *w = take(r), *t = take(r), *work = take(r);
    take(r); /* the pivots' */
    memcpy(m, a, r->nn * sizeof *m);
    memcpy(z, a, r->nn * sizeof *z);
    double off = 0;
    for (int k = 0; k < 60; k++) {
        if (!invert(r, m, w, work))
            return false;
        for (size_t i = 0; i < r->nn; i++)
            t[i] = w[i] / 2;
        for (int i = 0; i < r->n; i++)
            t[(size_t)i * (size_t)(r->n + 1)] += (Real)0.5;
        multiply(r, z, t, work);
        memcpy(z, work, r->nn * sizeof *z);
        off = 0;
        for (size_t i = 0; i < r->nn; i++)
            m[i] = (m[i] + w[i]) / 4;
        for (int i = 0; i < r->n; i++)
            m[(size_t)i * (size_t)(r->n + 1)] += (Real)0.5;
        for (size_t i = 0; i < r->nn; i++)
            off += ABS(m[i] - (Real)(i % (size_t)(r->n + 1) == 0));
        if (off <= 4 * r->n * (double)REAL_EPS)
            return true;
        if (!(off - off == 0))
            return false;
    }
    return off <= r->n * sqrt((double)REAL_EPS); /* else it wanders: an
                                                    eigenvalue is negative */
}

static bool logm(Room *r, const Real *a, Real *z)
{
    /* 8 points of Gauss-Legendre on [0,1] */
    static const double point[] = {0.019855071751231884, 0.101666761293186630,
                                   0.237233795041835507, 0.408282678752175098,
                                   0.591717321247824902, 0.762766204958164493,
                                   0.898333238706813370, 0.980144928248768116};
    static const double weight[] = {0.050614268145188130, 0.111190517226687235,
                                    0.156853322938943644, 0.181341891689180991,
                                    0.181341891689180991, 0.156853322938943644,
                                    0.111190517226687235, 0.050614268145188130};
    Real *x = take(r), *y = take(r), *t = take(r), *s = take(r),
         *work = take(r);
    int k = 0;
    memcpy(x, a, r->nn * sizeof *x);
    for (; k < 50; k++) {
        memcpy(y, x, r->nn * sizeof *y);
        for (int i = 0; i < r->n; i++)
            y[(size_t)i * (size_t)(r->n + 1)] -= 1;
        if (norm1(r, y) < 0.05)
            break;
        Room inner = *r;
        inner.next = r->next + 2 * r->nn;
        if (!sqrtm(&inner, x, t))
            return false;
        memcpy(x, t, r->nn * sizeof *x);
    }
    memset(z, 0, r->nn * sizeof *z);
    for (int q = 0; q < 8; q++) { /* w*(I + p*y)^-1*y */
        for (size_t i = 0; i < r->nn; i++)
            s[i] = (Real)point[q] * y[i];
        for (int i = 0; i < r->n; i++)
            s[(size_t)i * (size_t)(r->n + 1)] += 1;
        if (!invert(r, s, t, work))
            return false;
        multiply(r, t, y, s);
        for (size_t i = 0; i < r->nn; i++)
            z[i] += (Real)weight[q] * s[i];
    }
    for (size_t i = 0; i < r->nn; i++)
        z[i] = SCALE(z[i], k);
    return k < 50;
}

/* sin and cos together: Taylor at a small argument, then doubled. */
static bool sine_cosine(Room *r, const Real *a, Real *z, bool sine)
{
    Real *x = take(r), *s = take(r), *c = take(r), *p = take(r), *t = take(r);
    int e = 0;
    double norm = norm1(r, a);
    if (norm > 0.5)
        frexp(norm / 0.5, &e);
    for (size_t i = 0; i < r->nn; i++)
        x[i] = SCALE(a[i], -e);
    identity(r, p, 1);
    memset(s, 0, r->nn * sizeof *s);
    memset(c, 0, r->nn * sizeof *c);
    for (int k = 0; k < 18; k++) {
        Real *to = k % 2 ? s : c, sign = k % 4 < 2 ? 1 : -1;
        for (size_t i = 0; i < r->nn; i++)
            to[i] += sign * p[i];
        multiply(r, p, x, t);
        for (size_t i = 0; i < r->nn; i++)
            p[i] = t[i] / (Real)(k + 1);
    }
    while (e-- > 0) { /* sin 2x = 2 sin x cos x, cos 2x = 2 cos^2 x - 1 */
        multiply(r, s, c, t);
        for (size_t i = 0; i < r->nn; i++)
            s[i] = 2 * t[i];
        multiply(r, c, c, t);
        for (size_t i = 0; i < r->nn; i++)
            c[i] = 2 * t[i];
        for (int i = 0; i < r->n; i++)
            c[(size_t)i * (size_t)(r->n + 1)] -= 1;
    }
    memcpy(z, sine ? s : c, r->nn * sizeof *z);
    return true;
}

static bool powers(Room *r, const Real *a, int64_t k, Real *z)
{
    Real *b = take(r), *t = take(r), *work = take(r);
    take(r);
    if (k < 0) {
        if (!invert(r, a, b, work))
            return false;
        k = -k;
    } else {
        memcpy(b, a, r->nn * sizeof *b);
    }
    identity(r, z, 1);
    for (; k > 0; k /= 2) {
        if (k % 2) {
            multiply(r, z, b, t);
            memcpy(z, t, r->nn * sizeof *z);
        }
        multiply(r, b, b, t);
        memcpy(b, t, r->nn * sizeof *b);
    }
    return true;
}

/* --- sums of diagonals */

/* Which (anti)diagonal, wrapped or not, an entry is on. */
static size_t diagonal_of(OpId op, size_t i, size_t j, size_t n)
{
    return op == OP_ANTIDIAGSUMS ? i + j
           : op == OP_CIRCSUMS   ? (i + n - j) % n
                                 : i + n - 1 - j;
}

static bool diagonals(Room *r, const Real *a, Real *z, OpId op)
{
    size_t n = (size_t)r->n;
    Real *sum = take(r);
    r->next += n; /* 2n - 1 of them */
    memset(sum, 0, 2 * n * sizeof *sum);
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < n; i++)
            sum[diagonal_of(op, i, j, n)] += a[j * n + i];
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < n; i++)
            z[j * n + i] = sum[diagonal_of(op, i, j, n)];
    return true;
}

static bool square_fun(Room *r, const RunStep *s, const Real *a, Real *z)
{
    switch (s->in->fun) {
    case OP_EXPM:
        return expm(r, a, z);
    case OP_LOGM:
        return logm(r, a, z);
    case OP_SQRTM:
        return sqrtm(r, a, z);
    case OP_SINM:
    case OP_COSM:
        return sine_cosine(r, a, z, s->in->fun == OP_SINM);
    case OP_DIAGSUMS:
    case OP_ANTIDIAGSUMS:
    case OP_CIRCSUMS:
        return diagonals(r, a, z, s->in->fun);
    case OP_POW:
        return powers(r, a, (int64_t)RE(*(const Real *)r->f->ptr[s->in->b]), z);
    default:
        return false;
    }
}

static bool is_spectral(OpId op)
{
    return op == OP_PINV || op == OP_SVD || op == OP_SVDU || op == OP_SVDV ||
           op == OP_NORMSPEC || op == OP_NORMNUC || op == OP_EIG ||
           op == OP_EIGVECS;
}

bool NAME(matrix_fun)(Frame *f, const RunStep *s)
{
    Room r = {.f = f, .n = s->lda, .nn = (size_t)s->lda * (size_t)s->lda,
              .next = f->work};
    bool ok = is_spectral(s->in->fun)
                  ? NAME(spectral)(f, s)
                  : square_fun(&r, s, f->ptr[s->in->a], f->ptr[s->in->out]);
    if (!ok && f->report.code == RUN_OK)
        run_fail(f, RUN_LIBRARY, s, "has no value here that can be computed");
    return ok;
}
