/* vector_f32.c: vector.c for float. */
#define NB_FLOAT 1
#include "kernel/vector.c"
