/* dense_f32.c: dense.c for float. */
#define NB_FLOAT 1
#include "kernel/dense.c"
