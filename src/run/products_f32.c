/* products_f32.c: products.c for float. */
#define NB_FLOAT 1
#include "run/products.c"
