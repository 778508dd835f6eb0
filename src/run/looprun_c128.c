/* looprun_c128.c: looprun.c for complex numbers. */
#define NB_COMPLEX 1
#include "run/looprun.c"
