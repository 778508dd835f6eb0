/* evalpart.c: sums, diagonals, reshapes, entries, and sums over an index. */
#include "verify/evalfun.h"

Mat *eval_sums(Eval *e, OpId op, const Mat *a)
{
    Ring *r = e->ring;
    Mat *m = a ? mat_new(r, op == OP_SUM2 ? a->rows : 1,
                         op == OP_SUM1 ? a->cols : 1)
               : NULL;
    for (size_t i = 0; m && i < a->rows; i++)
        for (size_t j = 0; j < a->cols; j++) {
            void *z = at(r, m, op == OP_SUM2 ? i : 0, op == OP_SUM1 ? j : 0);
            if (op != OP_TR || i == j)
                r->add(r, z, z, at(r, a, i, j));
        }
    return m;
}

Mat *eval_diag(Eval *e, const Mat *a)
{
    Ring *r = e->ring;
    bool line = a->rows == 1 || a->cols == 1;
    size_t n = line ? a->rows * a->cols : a->rows;
    Mat *m = line ? mat_new(r, n, n) : mat_new(r, n, 1);
    for (size_t i = 0; m && i < n; i++)
        r->set(r, line ? at(r, m, i, i) : at(r, m, i, 0),
               line ? a->e + i * r->size : at(r, a, i, i));
    return m;
}

/* The tree says whether a 1 by 1 is a vector: all the same value. */
Mat *eval_vec(Eval *e, const Mat *a)
{
    Ring *r = e->ring;
    Mat *m = mat_new(r, a->rows * a->cols, 1);
    for (size_t j = 0; m && j < a->cols; j++)
        for (size_t i = 0; i < a->rows; i++)
            r->set(r, at(r, m, j * a->rows + i, 0), at(r, a, i, j));
    return m;
}

Mat *eval_reshape(Eval *e, const Tree *t, const Mat *v)
{
    Ring *r = e->ring;
    size_t rows, cols;
    if (!eval_size(e, t, &rows, &cols) || rows * cols != v->rows * v->cols)
        return NULL;
    Mat *m = mat_new(r, rows, cols);
    for (size_t j = 0; m && j < cols; j++)
        for (size_t i = 0; i < rows; i++)
            r->set(r, at(r, m, i, j), v->e + (j * rows + i) * r->size);
    return m;
}

/* --- indices */

Mat *eval_filled(Eval *e, const Tree *t)
{
    Ring *r = e->ring;
    size_t rows, cols;
    int64_t i = 0, j = 0;
    bool ok = true;
    if (!eval_size(e, t, &rows, &cols))
        return NULL;
    if (t->op == OP_EYE)
        return mat_eye(r, rows);
    Mat *m = mat_new(r, rows, cols);
    if (t->op == OP_ZEROS || !m)
        return m;
    if (t->nkids && (!eval_integer(e, t->kid[0], &i) ||
                     (t->nkids > 1 && !eval_integer(e, t->kid[1], &j))))
        return NULL;
    if (t->op == OP_DELTA) {
        r->set_rat(r, m->e, rat_int(i == j), &ok);
        return m;
    }
    if (t->op == OP_UNITV)
        j = 1;
    if (t->op != OP_ONES) {
        if (i < 1 || j < 1 || (size_t)i > rows || (size_t)j > cols)
            return NULL;
        r->set_rat(r, at(r, m, (size_t)i - 1, (size_t)j - 1), rat_int(1), &ok);
        return m;
    }
    for (size_t k = 0; k < rows * cols; k++)
        r->set_rat(r, m->e + k * r->size, rat_int(1), &ok);
    return m;
}

Mat *eval_indexed(Eval *e, const Tree *t)
{
    const Mat *a = eval(e, t->kid[0]);
    int64_t at_[2] = {0, 0};
    bool all[2] = {false, false};
    Ring *r = e->ring;
    if (!a)
        return NULL;
    for (uint32_t k = 1; k < t->nkids; k++) {
        all[k - 1] = t->kid[k]->op == OP_COLON;
        if (!all[k - 1] && !eval_integer(e, t->kid[k], &at_[k - 1]))
            return NULL;
    }
    if (t->nkids == 2) { /* of a vector, column or row */
        if (at_[0] < 1 || (size_t)at_[0] > a->rows * a->cols)
            return NULL;
        Mat *m = mat_new(r, 1, 1);
        if (m)
            r->set(r, m->e, a->e + (size_t)(at_[0] - 1) * r->size);
        return m;
    }
    size_t lo[2], n[2], size[2] = {a->rows, a->cols};
    for (int k = 0; k < 2; k++) {
        if (!all[k] && (at_[k] < 1 || (size_t)at_[k] > size[k]))
            return NULL;
        lo[k] = all[k] ? 0 : (size_t)at_[k] - 1;
        n[k] = all[k] ? size[k] : 1;
    }
    Mat *m = mat_new(r, n[0], n[1]);
    for (size_t i = 0; m && i < n[0]; i++)
        for (size_t j = 0; j < n[1]; j++)
            r->set(r, at(r, m, i, j), at(r, a, lo[0] + i, lo[1] + j));
    return m;
}

Mat *eval_sum_over(Eval *e, const Tree *t)
{
    bool bounds = t->nkids == 3;
    int64_t lo = 1, hi = 0;
    size_t rows, cols;
    const Tree *body = t->kid[t->nkids - 1];
    if (bounds ? !eval_integer(e, t->kid[0], &lo) ||
                     !eval_integer(e, t->kid[1], &hi)
               : !eval_dim(e, t->sym->hi, &hi))
        return NULL;
    if (!eval_size(e, body, &rows, &cols) || hi - lo > 4096)
        return NULL;
    if (bounds && e->sums == 0 && hi < lo - 1)
        return NULL; /* X^0 + ... + X^(k-1) for a k below 0: no sum */
    Mat *m = mat_new(e->ring, rows, cols);
    PtrMap *outer = e->local;
    e->sums++;
    for (int64_t i = lo; m && i <= hi; i++) {
        PtrMap fresh;
        ptrmap_init(&fresh, e->ring->ctx->arena);
        e->local = &fresh;
        eval_bind(e, t->sym->name, i);
        const Mat *k = eval(e, body);
        e->nenv--;
        m = k ? mat_add(e->ring, m, k, false) : NULL;
    }
    e->local = outer;
    e->sums--;
    return m;
}
