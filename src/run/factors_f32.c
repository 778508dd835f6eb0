/* factors_f32.c: factors.c for float. */
#define NB_FLOAT 1
#include "run/factors.c"
