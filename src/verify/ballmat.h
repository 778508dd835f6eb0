/* ballmat.h: functions of whole matrices in ball arithmetic; private to the
 * multi-precision ring. */
#ifndef NB_BALLMAT_H
#define NB_BALLMAT_H

#include "verify/ring.h"

enum { BALL_PREC = 512 };

/* z = op(x) for a square n by n matrix; eig gives n numbers, ascending, and
 * eigvecs the unit eigenvectors as columns, their first entries positive.
 * False: outside the domain (complex or close eigenvalues, no principal
 * root). */
bool ball_matfun(Ring *r, OpId op, void *z, const void *x, size_t n);

#endif
