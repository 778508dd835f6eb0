/* kron_f32.c: kron.c for float. */
#define NB_FLOAT 1
#include "run/kron.c"
