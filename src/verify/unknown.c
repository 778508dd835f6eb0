/* unknown.c: a value for an unknown function: a random sum of ridge functions
 *
 *   f_o(u) = sum_r c[r,o] * (b[r] + sum_e w[r,e]*u_e)^7
 *
 * over the entries u_e of all arguments.  Its derivatives are polynomials of
 * the same kind, by differentiating the seventh power: no rule of the
 * calculus, and exact in any ring.  A generic function of this class has
 * nothing that another function has not, up to the seventh order; an identity
 * in which f stands for any function is one for these. */
#include "verify/ring.h"

enum { DEGREE = 7, MOST_RIDGES = 9, MOST_DIMENSION = 4096 };

/* The layout of the coefficients: a row a ridge: b, c of each output, w. */
typedef struct Layout {
    size_t outputs, inputs, ridges;
} Layout;

static bool layout_of(const Eval *e, const Sym *f, Layout *l)
{
    int64_t rows, cols;
    if (!eval_dim(e, f->rows, &rows) || !eval_dim(e, f->cols, &cols))
        return false;
    l->outputs = (size_t)(rows * cols);
    l->inputs = 0;
    for (unsigned k = 0; k < f->nargs; k++) {
        if (!eval_dim(e, f->args[k]->rows, &rows) ||
            !eval_dim(e, f->args[k]->cols, &cols))
            return false;
        l->inputs += (size_t)(rows * cols);
    }
    l->ridges = l->inputs + 2 > MOST_RIDGES ? MOST_RIDGES : l->inputs + 2;
    return l->outputs && l->outputs * l->inputs <= MOST_DIMENSION;
}

static bool scaled(Ring *r, void *z, Rat q)
{
    void *t = r->vec(r, 1);
    bool ok = t != NULL;
    if (ok)
        r->set_rat(r, t, q, &ok);
    if (ok)
        r->mul(r, z, z, t);
    return ok;
}

/* A function declared symmetric or skew has such values. */
static void shape_outputs(Ring *r, Mat *m, size_t row, const Sym *f, size_t n)
{
    void *zero = r->vec(r, 1);
    if (!zero || !(f->props & (PROP_SYMMETRIC | PROP_SKEW | PROP_DIAGONAL)))
        return;
    bool skew = f->props & PROP_SKEW;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            void *z = at(r, m, row, 1 + i * n + j);
            const void *y = at(r, m, row, 1 + j * n + i);
            if (i != j && (f->props & PROP_DIAGONAL))
                r->set(r, z, zero);
            else if (i > j && skew)
                r->sub(r, z, zero, y);
            else if (i > j)
                r->set(r, z, y);
            else if (i == j && skew)
                r->set(r, z, zero);
        }
}

Mat *draw_function(Eval *e, const Sym *f)
{
    Ring *r = e->ring;
    Layout l;
    int64_t n;
    if (!layout_of(e, f, &l) || !eval_dim(e, f->rows, &n))
        return NULL;
    Mat *m = mat_random(r, l.ridges, 1 + l.outputs + l.inputs);
    for (size_t k = 0; m && k < l.ridges; k++) {
        for (size_t i = 1 + l.outputs; i < m->cols; i++)
            if (!scaled(r, at(r, m, k, i),
                        (Rat){.num = 1, .den = (int64_t)l.inputs}))
                return NULL;
        if (!dim_is(f->cols, 1))
            shape_outputs(r, m, k, f, (size_t)n);
    }
    return m;
}

/* --- evaluation */

typedef struct Applied {
    Eval *e;
    const Tree *t;
    const Sym *f;
    const Mat *coef;
    Layout l;
    const Mat *arg[FUNCTION_ARGS];
    size_t first[FUNCTION_ARGS]; /* argument's first input */
    unsigned order;
} Applied;

/* b + w.u of a ridge, to the power DEGREE - order, times 7*6*... */
static bool ridge(Applied *a, size_t k, void *z)
{
    Ring *r = a->e->ring;
    void *s = r->vec(r, 1), *t = r->vec(r, 1);
    size_t w = 1 + a->l.outputs;
    int64_t factor = 1;
    bool ok = s && t;
    if (!ok)
        return false;
    r->set(r, s, at(r, a->coef, k, 0));
    for (unsigned p = 0; p < a->f->nargs; p++)
        for (size_t i = 0; i < a->arg[p]->rows * a->arg[p]->cols; i++, w++) {
            r->mul(r, t, at(r, a->coef, k, w), a->arg[p]->e + i * r->size);
            r->add(r, s, s, t);
        }
    for (unsigned d = 0; d < a->order; d++)
        factor *= DEGREE - (int64_t)d;
    r->set_rat(r, z, rat_int(factor), &ok);
    for (unsigned d = a->order; d < DEGREE; d++)
        r->mul(r, z, z, s);
    return ok;
}

/* Input number of entry (i, j) of argument p. */
static size_t input_at(const Applied *a, unsigned p, size_t i, size_t j)
{
    return a->first[p] + i * a->arg[p]->cols + j;
}

/* The entry of an argument that INDEX(p, i, j) names. */
static bool entry_input(Applied *a, const Tree *by, size_t *input)
{
    unsigned p = (unsigned)by->kid[0]->num.num - 1;
    const Mat *m = a->arg[p];
    int64_t ix[2] = {1, 1};
    for (uint32_t k = 1; k < by->nkids; k++)
        if (!eval_integer(a->e, by->kid[k], &ix[k - 1]))
            return false;
    if (by->nkids == 2 && m->rows == 1) {
        ix[1] = ix[0];
        ix[0] = 1;
    }
    if (ix[0] < 1 || ix[1] < 1 || (size_t)ix[0] > m->rows ||
        (size_t)ix[1] > m->cols)
        return false;
    *input = input_at(a, p, (size_t)ix[0] - 1, (size_t)ix[1] - 1);
    return true;
}

/* One entry of the value: output o, derived by the inputs. */
static bool entry(Applied *a, void *z, size_t o, const size_t *input)
{
    Ring *r = a->e->ring;
    void *t = r->vec(r, 1);
    for (size_t k = 0; k < a->l.ridges; k++) {
        if (!t || !ridge(a, k, t))
            return false;
        r->mul(r, t, t, at(r, a->coef, k, 1 + o));
        for (unsigned d = 0; d < a->order; d++)
            r->mul(r, t, t, at(r, a->coef, k, 1 + a->l.outputs + input[d]));
        r->add(r, z, z, t);
    }
    return true;
}

static bool arguments(Applied *a)
{
    size_t first = 0;
    for (unsigned k = 0; k < a->f->nargs; k++) {
        if (!(a->arg[k] = eval(a->e, a->t->kid[k + 1])))
            return false;
        a->first[k] = first;
        first += a->arg[k]->rows * a->arg[k]->cols;
    }
    a->coef = ptrmap_get(&a->e->value, a->f);
    a->order = a->t->nkids - a->f->nargs - 1;
    return a->coef && layout_of(a->e, a->f, &a->l) && first == a->l.inputs &&
           a->order <= FUNCTION_ORDER;
}

/* Entry (i, j) of the tree's value: which output, and by which inputs: what
 * is left of i and j goes to the value first, then to each whole argument. */
static bool place(Applied *a, const Tree *t, size_t i, size_t j, size_t *o,
                  size_t *input)
{
    size_t at_[2] = {i, j};
    int64_t rows, cols;
    unsigned axis = 0;
    (void)t;
    if (!eval_dim(a->e, a->f->rows, &rows) ||
        !eval_dim(a->e, a->f->cols, &cols))
        return false;
    bool one_row = dim_is(a->f->rows, 1), one_col = dim_is(a->f->cols, 1);
    *o = one_row && one_col ? 0
         : one_col          ? at_[axis++]
         : one_row          ? j
                            : i * (size_t)cols + j;
    if (one_row && !one_col)
        axis = 2;
    for (unsigned d = 0; d < a->order; d++) {
        const Tree *by = a->t->kid[a->f->nargs + 1 + d];
        if (by->op == OP_INDEX) {
            if (!entry_input(a, by, &input[d]))
                return false;
            continue;
        }
        unsigned p = (unsigned)by->num.num - 1;
        const Sym *x = a->f->args[p];
        bool r1 = dim_is(x->rows, 1), c1 = dim_is(x->cols, 1);
        size_t u = 0, v = 0;
        if (!r1 && !c1) {
            u = i;
            v = j;
        } else if (!r1 || !c1) { /* the only axis, in the row's place if free */
            size_t q = !c1 && axis == 0 && a->order == 1 ? j : at_[axis++ & 1];
            u = r1 ? 0 : q;
            v = r1 ? q : 0;
        }
        input[d] = input_at(a, p, u, v);
    }
    return true;
}

Mat *eval_applied(Eval *e, const Tree *t, size_t rows, size_t cols)
{
    Applied *a = ARENA_NEW(e->ring->ctx->arena, Applied);
    Mat *m = mat_new(e->ring, rows, cols);
    size_t o, input[FUNCTION_ORDER] = {0};
    if (!a || !m)
        return NULL;
    *a = (Applied){.e = e, .t = t, .f = t->kid[0]->sym};
    if (!arguments(a))
        return NULL;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            if (!place(a, t, i, j, &o, input) ||
                !entry(a, at(e->ring, m, i, j), o, input))
                return NULL;
    return m;
}
