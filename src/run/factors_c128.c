/* factors_c128.c: factors.c for complex numbers. */
#define NB_COMPLEX 1
#include "run/factors.c"
