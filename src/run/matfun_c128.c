/* matfun_c128.c: matfun.c for complex numbers. */
#define NB_COMPLEX 1
#include "run/matfun.c"
