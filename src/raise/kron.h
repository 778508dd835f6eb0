/* kron.h: terms whose open axes are fused (Kronecker) indices. */
#ifndef NB_RAISE_KRON_H
#define NB_RAISE_KRON_H

#include "raise/build.h"

/* Does an open axis of the term belong to a fuse? */
bool kron_applies(const Net *n, const Term *t);
/* kron(P,Q), vec(M), diag(vec(M)), kron(P,Q)*commutation. */
bool kron_term(Raise *r, const Net *n, const Term *t, FTerm *out);

#endif
