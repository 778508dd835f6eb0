/* chelp.h: what may stand above the function in a C file; private to out/. */
#ifndef NB_CHELP_H
#define NB_CHELP_H

#include "out/cfile.h"

typedef struct Helper {
    const char *word; /* in the code below: the helper is wanted */
    const char *text;
} Helper;

/* Each in the order of the file: a helper calls those above it.  The last one
 * has no word. */
extern const Helper c_linear[], c_matfun[];

#endif
