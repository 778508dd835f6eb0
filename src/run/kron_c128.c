/* kron_c128.c: kron.c for complex numbers. */
#define NB_COMPLEX 1
#include "run/kron.c"
