/* matfun_f32.c: matfun.c for float. */
#define NB_FLOAT 1
#include "run/matfun.c"
