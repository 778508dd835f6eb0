/* t-dense-f32.c: t-dense.c for float. */
#define NB_FLOAT 1
#include "t-dense.c"
