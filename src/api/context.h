/* context.h: what the public handles hold; private to api/ and the tests. */
#ifndef NB_API_CONTEXT_H
#define NB_API_CONTEXT_H

#include "api/answer.h"

struct nb_context {
    Ctx *ctx;
    Scope *scope;
};

struct nb_result {
    Answer *a;
};

#endif
