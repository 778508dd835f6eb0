/* evalfun.c: the values of functions of the whole matrix. */
#include "verify/evalfun.h"

static Mat *scalar_from(Eval *e, bool ok, void *x)
{
    Mat *m = ok ? mat_new(e->ring, 1, 1) : NULL;
    if (m)
        e->ring->set(e->ring, m->e, x);
    return m;
}

static Mat *det_of(Eval *e, const Mat *a)
{
    void *d = e->ring->vec(e->ring, 1);
    return d && a ? scalar_from(e, mat_det(e->ring, a, d), d) : NULL;
}

static Mat *adjugate(Eval *e, const Mat *a)
{
    Ring *r = e->ring;
    Mat *i = mat_inv(r, a), *d = i ? det_of(e, a) : NULL;
    return i ? d ? mat_scale(r, i, d->e) : NULL : charpoly_adj(r, a);
}

static Mat *through(Eval *e, OpId op, const Mat *a)
{
    Tree t = {.op = op};
    return eval_entrywise(e, &t, a, a, eval_entry_fun);
}

/* eig, eigvecs, expm and their kind: where the ring has them. */
static Mat *from_ring(Eval *e, OpId op, const Mat *a)
{
    Ring *r = e->ring;
    if (!r->matfun) {
        e->unable = true;
        return NULL;
    }
    Mat *m = mat_new(r, a->rows, op == OP_EIG ? 1 : a->cols);
    return m && r->matfun(r, op, m->e, a->e, a->rows) ? m : NULL;
}

/* A'*A or A*A', the smaller. */
static Mat *gram(Ring *r, const Mat *a)
{
    Mat *t = mat_adjoint(r, a);
    return a->rows >= a->cols ? mat_mul(r, t, a) : mat_mul(r, a, t);
}

/* Singular values, ascending. */
static Mat *singular_values(Eval *e, const Mat *a)
{
    Mat *g = gram(e->ring, a);
    g = g ? from_ring(e, OP_EIG, g) : NULL;
    return g ? through(e, OP_SQRT, g) : NULL;
}

/* Singular vectors as columns: of the smaller side the eigenvectors of the
 * Gram matrix, in the order of falling values; of the other side A times those,
 * over the values. */
static Mat *singular_vectors(Eval *e, const Mat *a, bool right)
{
    Ring *r = e->ring;
    const Mat *g = gram(r, a), *s = singular_values(e, a);
    Mat *v = g && s ? from_ring(e, OP_EIGVECS, g) : NULL;
    Mat *q = v ? mat_new(r, v->rows, v->cols) : NULL;
    void *t = r->vec(r, 1);
    bool own = right == (a->rows >= a->cols);
    (r->base ? r->base : r)->kinked = true; /* signs by which side is longer */
    for (size_t i = 0; q && i < q->rows * q->cols; i++)
        r->set(r, q->e + i * r->size,
               at(r, v, i / q->cols, q->cols - 1 - i % q->cols));
    if (!q || !t || own)
        return t ? q : NULL;
    q = mat_mul(r, right ? mat_adjoint(r, a) : a, q);
    for (size_t i = 0; q && i < q->rows * q->cols; i++) {
        void *z = q->e + i * r->size;
        if (!r->inv(r, t, at(r, s, q->cols - 1 - i % q->cols, 0)))
            return NULL;
        r->mul(r, z, z, t);
    }
    return q;
}

/* The lower factor: L[i,j] = (A[i,j] - sum L[i,k]*L[j,k])/L[j,j]. */
static Mat *cholesky(Eval *e, const Mat *a)
{
    Ring *r = e->ring;
    Mat *l = mat_new(r, a->rows, a->cols);
    void *s = r->vec(r, 1), *t = r->vec(r, 1);
    for (size_t j = 0; l && s && t && j < a->rows; j++)
        for (size_t i = j; i < a->rows; i++) {
            r->set(r, s, at(r, a, i, j));
            for (size_t k = 0; k < j; k++) {
                r->mul(r, t, at(r, l, i, k), at(r, l, j, k));
                r->sub(r, s, s, t);
            }
            if (i == j ? !r->fun(r, at(r, l, j, j), OP_SQRT, s, NULL)
                       : !r->inv(r, t, at(r, l, j, j)))
                return NULL;
            if (i != j)
                r->mul(r, at(r, l, i, j), s, t);
        }
    return s && t ? l : NULL;
}

/* Re(z); Im(z) = Re(-i*z). */
Mat *eval_real_part(Ring *r, const Mat *a, bool imag)
{
    Mat *m = a ? mat_new(r, a->rows, a->cols) : NULL;
    void *i = r->vec(r, 1), *c = r->vec(r, 1);
    if (!m || !i || !c)
        return NULL;
    ring_set_imaginary(r, i);
    ring_conj(r, c, i);
    for (size_t k = 0; k < a->rows * a->cols; k++) {
        void *z = m->e + k * r->size;
        const void *x = a->e + k * r->size;
        if (imag)
            r->mul(r, z, c, x);
        else
            r->set(r, z, x);
        ring_make_real(r, z);
    }
    return m;
}

static Mat *entry_of(Ring *r, const Mat *a, size_t k)
{
    Mat *m = a ? mat_new(r, 1, 1) : NULL;
    if (m)
        r->set(r, m->e, a->e + k * r->size);
    return m;
}

static Mat *extreme(Eval *e, OpId op, const Mat *a)
{
    Ring *r = e->ring;
    Mat *m = entry_of(r, a, 0);
    for (size_t i = 1; m && i < a->rows * a->cols; i++)
        if (!r->fun(r, m->e, op, m->e, a->e + i * r->size))
            return NULL;
    return m;
}

/* lambda(A,i) and eigvec(A,i). */
Mat *eval_eigen(Eval *e, const Tree *t)
{
    Ring *r = e->ring;
    const Mat *a = eval(e, t->kid[0]);
    int64_t i;
    bool value = t->op == OP_EIGVAL;
    if (!a || !eval_integer(e, t->kid[1], &i) || i < 1 || (size_t)i > a->rows)
        return NULL;
    const Mat *all = from_ring(e, value ? OP_EIG : OP_EIGVECS, a);
    if (value || !all)
        return all ? entry_of(r, all, (size_t)i - 1) : NULL;
    Mat *v = mat_new(r, a->rows, 1);
    for (size_t k = 0; v && k < a->rows; k++)
        r->set(r, at(r, v, k, 0), at(r, all, k, (size_t)i - 1));
    return v;
}

/* The upper right block of f([A E; 0 A]). */
Mat *eval_frechet(Eval *e, const Tree *t)
{
    Ring *r = e->ring;
    const Mat *a = eval(e, t->kid[0]->kid[0]), *d = eval(e, t->kid[1]);
    size_t n = a ? a->rows : 0;
    Mat *b = a && d ? mat_new(r, 2 * n, 2 * n) : NULL, *m;
    for (size_t i = 0; b && i < n; i++)
        for (size_t j = 0; j < n; j++) {
            r->set(r, at(r, b, i, j), at(r, a, i, j));
            r->set(r, at(r, b, n + i, n + j), at(r, a, i, j));
            r->set(r, at(r, b, i, n + j), at(r, d, i, j));
        }
    b = b ? from_ring(e, t->kid[0]->op, b) : NULL;
    m = b ? mat_new(r, n, n) : NULL;
    for (size_t i = 0; m && i < n; i++)
        for (size_t j = 0; j < n; j++)
            r->set(r, at(r, m, i, j), at(r, b, i, n + j));
    return m;
}

/* Of full rank, or else where the ring can tell what is zero. */
static Mat *pinv(Eval *e, const Mat *a)
{
    Ring *r = e->ring;
    Mat *m = mat_pinv(r, a), *t = mat_transpose(r, a);
    if (m || !r->matfun || !t)
        return m;
    Mat *g = mat_mul(r, t, a);
    g = g ? from_ring(e, OP_PINV, g) : NULL;
    return g ? mat_mul(r, g, t) : NULL;
}

Mat *eval_function(Eval *e, const Tree *t)
{
    Ring *r = e->ring;
    const Mat *a = eval(e, t->kid[0]);
    Mat *m = NULL;
    if (!a)
        return NULL;
    switch (t->op) {
    case OP_INV:
        return mat_inv(r, a);
    case OP_PINV:
        return pinv(e, a);
    case OP_EIG:
    case OP_EIGVECS:
    case OP_EXPM:
    case OP_SINM:
    case OP_COSM:
    case OP_LOGM:
    case OP_SQRTM:
        return from_ring(e, t->op, a);
    case OP_NORMSPEC:
        m = singular_values(e, a);
        return m ? entry_of(r, m, m->rows - 1) : NULL;
    case OP_NORMNUC:
        m = singular_values(e, a);
        return m ? eval_sums(e, OP_SUM, m) : NULL;
    case OP_SVD: {
        const Mat *up = singular_values(e, a);
        m = up ? mat_new(r, up->rows, 1) : NULL;
        for (size_t i = 0; m && i < up->rows; i++)
            r->set(r, at(r, m, i, 0), at(r, up, up->rows - 1 - i, 0));
        return m;
    }
    case OP_SVDU:
    case OP_SVDV:
        return singular_vectors(e, a, t->op == OP_SVDV);
    case OP_CHOL:
        return cholesky(e, a);
    case OP_MAXOF:
    case OP_MINOF:
        return extreme(e, t->op == OP_MAXOF ? OP_MAX : OP_MIN, a);
    case OP_NORMINF:
        return extreme(e, OP_MAX, through(e, OP_ABS, a));
    case OP_DET:
        return det_of(e, a);
    case OP_ADJ:
        return adjugate(e, a);
    case OP_LOGDET:
        m = det_of(e, a);
        return m ? through(e, OP_LOG, through(e, OP_ABS, m)) : NULL;
    case OP_PROD:
        m = eval_number(e, rat_int(1));
        for (size_t i = 0; m && i < a->rows * a->cols; i++)
            r->mul(r, m->e, m->e, a->e + i * r->size);
        return m;
    case OP_NORM:
    case OP_NORMF:
    case OP_NORM2:
        m = eval_sums(e, OP_SUM,
                      eval_entrywise(e, t, a, mat_conj(r, a), eval_entry_mul));
        return m ? through(e, OP_SQRT, m) : NULL;
    case OP_NORM1:
        return eval_sums(e, OP_SUM, through(e, OP_ABS, a));
    case OP_LOGSUMEXP:
        m = eval_sums(e, OP_SUM, through(e, OP_EXP, a));
        return m ? through(e, OP_LOG, m) : NULL;
    case OP_SOFTMAX: {
        const Mat *x = through(e, OP_EXP, a);
        return eval_entrywise(e, t, x, eval_sums(e, OP_SUM, x), eval_entry_div);
    }
    default:
        e->unable = true;
        return NULL;
    }
}

/* tril, triu, band: the entries kept. */
Mat *eval_kept(Eval *e, const Tree *t, const Mat *a)
{
    int64_t below = (int64_t)a->rows, above = below;
    Mat *m = mat_new(e->ring, a->rows, a->cols);
    if (t->op == OP_BAND && (!eval_integer(e, t->kid[1], &below) ||
                             !eval_integer(e, t->kid[2], &above)))
        return NULL;
    if (t->op == OP_TRIL)
        above = 0;
    if (t->op == OP_TRIU)
        below = 0;
    for (size_t i = 0; m && i < a->rows; i++)
        for (size_t j = 0; j < a->cols; j++) {
            int64_t d = (int64_t)i - (int64_t)j;
            if (d <= below && -d <= above)
                e->ring->set(e->ring, at(e->ring, m, i, j),
                             at(e->ring, a, i, j));
        }
    return m;
}

/* Which (anti)diagonal, wrapped or not, an entry is on. */
static size_t diagonal_of(OpId op, size_t i, size_t j, size_t n)
{
    return op == OP_ANTIDIAGSUMS ? i + j
           : op == OP_CIRCSUMS   ? (i + n - j) % n
                                 : i + n - j;
}

Mat *eval_diagonals(Eval *e, OpId op, const Mat *a)
{
    Ring *r = e->ring;
    size_t n = a->rows;
    Mat *s = mat_new(r, 1, 2 * n + 1), *m = mat_new(r, n, n);
    for (size_t k = 0; s && m && k < 2 * n * n; k++) {
        size_t i = k / n % n, j = k % n;
        void *z = at(r, s, 0, diagonal_of(op, i, j, n));
        if (k < n * n)
            r->add(r, z, z, at(r, a, i, j));
        else
            r->set(r, at(r, m, i, j), z);
    }
    return s ? m : NULL;
}
