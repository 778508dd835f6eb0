/* blas.h: BLAS and LAPACK, loaded when numbers are first asked for, so that
 * deriving does not pay for them. */
#ifndef NB_BLAS_H
#define NB_BLAS_H

#include <stdbool.h>

#define R double
typedef struct BlasD {
#define ROUTINE(name, type, args) type(*name) args;
#include "run/blas.def"
#undef ROUTINE
} BlasD;
#undef R

#define R float
typedef struct BlasS {
#define ROUTINE(name, type, args) type(*name) args;
#include "run/blas.def"
#undef ROUTINE
} BlasS;
#undef R

#define Z double _Complex
#define D double
typedef struct BlasZ {
#define ROUTINE(name, type, args) type(*name) args;
#include "run/blasz.def"
#undef ROUTINE
} BlasZ;
#undef Z
#undef D

typedef struct Blas {
    void *handle[2];
    BlasD d;
    BlasS s;
    BlasZ z;
    void (*set_threads)(int); /* may be NULL */
    int (*threads)(void);     /* so may this */
    bool narrow;              /* its kernels are for registers of 32 bytes */
} Blas;

/* Load the library named by the environment's NABLA_BLAS, or OpenBLAS, or the
 * system's; false with `missing` the library or routine that was not found. */
bool blas_load(Blas *b, const char **missing);
void blas_unload(Blas *b);

#endif
