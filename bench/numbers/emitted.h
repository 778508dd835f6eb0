/* emitted.h: the C that Nabla emits for a cell, as a shared library. */
#ifndef NUMBERS_EMITTED_H
#define NUMBERS_EMITTED_H

#include "table.h"

enum { EMITTED_MOST = 32 };

/* The parameters of the emitted function, in its order, those of a kind
 * together: sizes, inputs, outputs; the last is the work space. */
typedef struct Emitted {
    int nsizes, nin, nout;
    char size[EMITTED_MOST][32];
    struct {
        char name[32];
        int scalar; /* goes by value */
    } in[EMITTED_MOST];
} Emitted;

/* Writes and compiles the code; the library's path.  1, or 0 with the reason.
 * The library has
 *     size_t numbers_room(const size_t *sizes);
 *     int numbers_run(const size_t *sizes, double *const *in,
 *                     double *const *out, double *work); */
int emitted_build(Emitted *e, const Task *t, char *path, size_t room,
                  char *reason, size_t rroom);

#endif
