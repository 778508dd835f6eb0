/* spectral_f32.c: spectral.c for float. */
#define NB_FLOAT 1
#include "run/spectral.c"
