/* degree.c: a bound on the degree of an answer, for the chance that a wrong
 * one passes (Schwartz, J. ACM 27 (1980)). */
#include "verify/ring.h"

#include <math.h>

/* --- a bound on the total degree of numerator and denominator, for the
 * chance that a wrong answer passes */

static double degree(Eval *e, PtrMap *memo, const Tree *t)
{
    uintptr_t known = (uintptr_t)ptrmap_get(memo, t);
    if (known)
        return (double)known;
    double most = 0, sum = 0, d;
    int64_t n = 1;
    for (uint32_t i = 0; i < t->nkids; i++) {
        d = degree(e, memo, t->kid[i]);
        most = d > most ? d : most;
        sum += d;
    }
    switch (t->op) {
    case OP_SYM:
        d = 1;
        break;
    case OP_INV: case OP_DET: case OP_ADJ: case OP_PINV: case OP_LOGDET:
        if (!eval_dim(e, t->kid[0]->rows, &n))
            n = 8;
        d = 2 * (double)n * (most + 1) + 2;
        break;
    case OP_APPLY: case OP_DAPPLY:
        d = 8 * (most + 2);
        break;
    case OP_POW: case OP_EPOW:
        if (!eval_integer(e, t->kid[1], &n))
            n = 8;
        d = 2 * (fabs((double)n) + 1) * (most + 1);
        break;
    case OP_SUMI: case OP_SUM: case OP_SUM1: case OP_SUM2: case OP_PROD:
        d = 8 * (most + 1); /* denominators of each term */
        break;
    case OP_ADD: case OP_EADD: case OP_ESUB: /* common denominators */
    case OP_MUL: case OP_HAD: case OP_KRON: case OP_DIV: case OP_EDIV:
        d = sum;
        break;
    default:
        d = most + 1;
    }
    if (d < 1)
        d = 1;
    if (d > 1e15)
        d = 1e15;
    ptrmap_put(memo, t, (void *)(uintptr_t)d);
    return d;
}

double degree_of(Eval *e, const Tree *t)
{
    PtrMap memo;
    ptrmap_init(&memo, e->ring->ctx->arena);
    return degree(e, &memo, t);
}
