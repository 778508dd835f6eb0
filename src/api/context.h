/* context.h: what stands behind an nb_context. */
#ifndef NB_CONTEXT_H
#define NB_CONTEXT_H

#include "lang/lang.h"

struct nb_context {
    Ctx *ctx;
    Scope *scope;
};

#endif
