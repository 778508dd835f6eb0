/* store.h: the consing tables behind net.h; private to net/. */
#ifndef NB_NET_STORE_H
#define NB_NET_STORE_H

#include "net/net.h"

typedef struct NetStore {
    HashSet atoms, nets;
    PtrMap fixed;       /* Dim -> id + 1 */
    const Dim **index;  /* id -> Dim */
    uint32_t nindex, capindex;
    uint32_t serial;
    PtrMap symmetry, transposed;
    PtrMap twin;          /* Sym -> Sym, its conjugate */
    PtrMap conj, complex; /* Net -> Net, 1 (real) or 2 */
} NetStore;

NetStore *net_store(Ctx *ctx);
const Net *net_intern(Ctx *ctx, unsigned naxes, const Dim *const *dim,
                      uint32_t nterms, const Term *term);
/* A net of the single given factors as they stand (canonical after). */
const Net *net_of_factor(Ctx *ctx, const Factor *f);
/* The number of axes and their labels that a factor carries. */
#define FOR_AXES(f, k) for (unsigned k = 0; k < (f)->atom->naxes; k++)

/* atom.c: are two atoms equal; the one atom that is equal to key. */
bool atom_same(const void *a, const void *b);
const Atom *atom_intern(Ctx *ctx, Atom *key);
/* Multiply in the atom made again of other arguments and another exponent;
 * what is not made of arguments as it is (rewrite.c). */
void work_again(Work *w, const Atom *a, const Net *const *arg, const Dim *expo,
                const Label *at);
/* Can its arguments have one more axis, and it with them (rewrite.c)? */
bool atom_takes_axis(const Atom *a);

#endif
