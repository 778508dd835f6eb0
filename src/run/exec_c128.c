/* exec_c128.c: exec.c for complex numbers. */
#define NB_COMPLEX 1
#include "run/exec.c"
