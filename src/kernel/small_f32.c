/* small_f32.c: small.c for float. */
#define NB_FLOAT 1
#include "kernel/small.c"
