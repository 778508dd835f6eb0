/* exec_f32.c: exec.c for float. */
#define NB_FLOAT 1
#include "run/exec.c"
