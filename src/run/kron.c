/* kron.c: Kronecker products: of two matrices, or of one and an identity, of
 * which only what is not zero is looked at. */
#include "run/exec.h"

#include <string.h>

/* An operand; data NULL: the identity. */
typedef struct Side {
    const Real *data;
    size_t rows, cols;   /* of op(data) */
    size_t down, across; /* strides of its rows and columns */
} Side;

typedef struct Kron {
    Side a, b;
    Real alpha, *z;
    size_t rows; /* of z */
    bool add;
} Kron;

static size_t number(const Frame *f, const Dim *d)
{
    int64_t n = 0;
    plan_dim(d, f->size, f->nsizes, &n);
    return (size_t)n;
}

static Side side_of(const Frame *f, Val v, bool t, const Dim *eye)
{
    if (v == PLAN_NONE) {
        size_t n = number(f, eye);
        return (Side){NULL, n, n, 0, 0};
    }
    size_t m = number(f, f->plan->value[v].rows);
    size_t n = m ? f->entries[v] / m : number(f, f->plan->value[v].cols);
    return t ? (Side){f->ptr[v], n, m, m, 1} : (Side){f->ptr[v], m, n, 1, m};
}

static void put(const Kron *k, Real *z, Real y)
{
    *z = k->add ? *z + y : y;
}

/* n entries down the diagonal from z on */
static void diagonal(const Kron *k, size_t n, Real y, Real *z)
{
    size_t next = k->rows + 1;
    for (size_t l = 0; k->add && l < n; l++, z += next)
        *z += y;
    for (size_t l = 0; !k->add && l < n; l++, z += next)
        *z = y;
}

/* y*column l of b to z */
static void column(const Kron *k, size_t l, Real y, Real *z)
{
    const Real *x = k->b.data + l * k->b.across;
    for (size_t i = 0; i < k->b.rows; i++)
        put(k, &z[i], y * x[i * k->b.down]);
}

/* kron(a, b) */
static void of_two(const Kron *k)
{
    Real *z = k->z;
    for (size_t j = 0; j < k->a.cols; j++)
        for (size_t l = 0; l < k->b.cols; l++)
            for (size_t i = 0; i < k->a.rows; i++, z += k->b.rows)
                column(k, l,
                       k->alpha * k->a.data[i * k->a.down + j * k->a.across],
                       z);
}

/* kron(eye, b): b down the diagonal. */
static void of_eye_left(const Kron *k)
{
    for (size_t j = 0; j < k->a.cols; j++)
        for (size_t l = 0; l < k->b.cols; l++)
            column(k, l, k->alpha,
                   k->z + (j * k->b.cols + l) * k->rows + j * k->b.rows);
}

/* kron(a, eye): each entry down the diagonal of its block. */
static void of_eye_right(const Kron *k)
{
    size_t n = k->b.rows;
    for (size_t j = 0; j < k->a.cols; j++)
        for (size_t i = 0; i < k->a.rows; i++) {
            Real y = k->alpha * k->a.data[i * k->a.down + j * k->a.across];
            Real *z = k->z + j * n * k->rows + i * n;
            diagonal(k, n, y, z);
        }
}

static void of_eyes(const Kron *k)
{
    diagonal(k, k->rows, k->alpha, k->z);
}

bool NAME(kron)(Frame *f, const RunStep *s)
{
    const Inst *x = s->in;
    Kron k = {.a = side_of(f, x->a, x->ta, x->eye_a),
              .b = side_of(f, x->b, x->tb, x->eye_b),
              .alpha = (Real)s->alpha,
              .z = f->ptr[x->out],
              .rows = (size_t)s->m,
              .add = x->add};
    if (x->scale != PLAN_NONE)
        k.alpha *= *(const Real *)f->ptr[x->scale];
    if (!x->add && !(k.a.data && k.b.data))
        memset(k.z, 0, s->count * sizeof *k.z);
    if (k.a.data && k.b.data)
        of_two(&k);
    else if (k.a.data)
        of_eye_right(&k);
    else if (k.b.data)
        of_eye_left(&k);
    else
        of_eyes(&k);
    return true;
}
