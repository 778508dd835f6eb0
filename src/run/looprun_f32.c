/* looprun_f32.c: looprun.c for float. */
#define NB_FLOAT 1
#include "run/looprun.c"
