/* spectral.h: eigenvalues and eigenvectors; private to raise/. */
#ifndef NB_RAISE_SPECTRAL_H
#define NB_RAISE_SPECTRAL_H

#include "raise/build.h"

/* Is the factor one eigenvalue, the first singular value, or one eigenvector
 * on its first label? */
bool spectral_fixed(Raise *r, const Factor *f);
const Tree *spectral_tree(Raise *r, const Factor *f);

#endif
