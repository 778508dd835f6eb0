/* spectral.h: eigenvalues and eigenvectors; private to raise/. */
#ifndef NB_RAISE_SPECTRAL_H
#define NB_RAISE_SPECTRAL_H

#include "raise/build.h"

/* Is the factor one eigenvalue, or one eigenvector on its first label? */
bool spectral_fixed(const Factor *f);
const Tree *spectral_tree(Raise *r, const Factor *f);
/* norm(A,2) if that is the root of the net; else NULL. */
const Tree *spectral_norm(Raise *r, const Net *base);

#endif
