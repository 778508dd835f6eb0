/* each_f32.c: each.c for float. */
#define NB_FLOAT 1
#include "kernel/each.c"
