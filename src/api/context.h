/* context.h: what the public handles hold; private to api/ and the tests. */
#ifndef NB_API_CONTEXT_H
#define NB_API_CONTEXT_H

#include "api/answer.h"
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

struct nb_result {
    Answer *a;
};

/* The program in the context's memory; false after an error. */
struct Program;
bool program_of(nb_context *c, const nb_program *in, struct Program *p);
/* Give back what functions hold outside the arena. */
void functions_free(nb_context *c);

#endif
