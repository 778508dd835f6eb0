/* mask.c: constant patterns: triangles and bands as Hadamard factors, equal
 * diagonals as a factor of four axes.  With them tril(A) is mask[i,j]*A[i,j],
 * diagsums(A) is same[i,j,k,l]*A[k,l], and neither needs a rule. */
#include "net/lower.h"
#include "net/store.h"

void work_mask(Work *w, OpId op, const Dim *lo, const Dim *hi, Label i,
               Label j, const Dim *n)
{
    bool turn = op == OP_TRIU ||
                (op == OP_BAND && lo && hi && lo->hash > hi->hash);
    Atom key = {.kind = ATOM_MASK, .op = op == OP_BAND ? OP_BAND : OP_TRIL,
                .naxes = 2, .dim = {n, n}};
    if (op == OP_BAND) {
        key.lo = turn ? hi : lo;
        key.hi = turn ? lo : hi;
        w->failed = w->failed || !lo || !hi;
    }
    if (!w->failed)
        work_atom(w, atom_intern(w->ctx, &key),
                  (Label[]){turn ? j : i, turn ? i : j});
}

const Atom *atom_pattern(Ctx *ctx, OpId op, const Dim *n)
{
    return atom_intern(ctx, &(Atom){.kind = ATOM_SAME, .op = op, .naxes = 4,
                                    .dim = {n, n, n, n}});
}

const Net *lower_pattern(Lower *l, const Tree *t)
{
    const Net *a = lower(l, t->kid[0]);
    Work w;
    if (!a || a->naxes != 2)
        return a; /* a scalar is all of its triangles */
    work_init(&w, l->ctx, 2, a->dim);
    switch (t->op) {
    case OP_TRIL: case OP_TRIU:
        work_mask(&w, t->op, NULL, NULL, 0, 1, a->dim[0]);
        work_net(&w, a, (Label[]){0, 1});
        break;
    case OP_BAND:
        work_mask(&w, t->op, lower_dim(l, t->kid[1]), lower_dim(l, t->kid[2]),
                  0, 1, a->dim[0]);
        work_net(&w, a, (Label[]){0, 1});
        break;
    default: {
        Label k = work_label(&w, a->dim[0]), m = work_label(&w, a->dim[0]);
        work_atom(&w, atom_pattern(l->ctx, t->op, a->dim[0]),
                  (Label[]){0, 1, k, m});
        work_net(&w, a, (Label[]){k, m});
    }
    }
    return work_net_done(&w);
}
