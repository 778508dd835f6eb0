/* context.h: what the public context holds; private to api/. */
#ifndef NB_CONTEXT_H
#define NB_CONTEXT_H

#include "lang/lang.h"
#include "nabla.h"
#include "run/blas.h"

struct nb_context {
    Ctx *ctx;
    Scope *scope;
    Blas blas;              /* loaded when numbers are first asked for */
    bool has_blas;
    nb_function *functions; /* all that live */
};

/* The program in the context's memory; false after an error. */
struct Program;
bool program_of(nb_context *c, const nb_program *in, struct Program *p);
/* Give back what functions hold outside the arena. */
void functions_free(nb_context *c);

#endif
