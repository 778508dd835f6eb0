/* diag.h: the sticky error.  The first error wins; what comes later is a
 * consequence of it and is ignored. */
#ifndef NB_DIAG_H
#define NB_DIAG_H

#include "base/arena.h"

typedef enum ErrCode {
    ERR_NONE,
    ERR_LANGUAGE,    /* cannot be read, shapes do not fit: exit status 2 */
    ERR_UNSUPPORTED, /* well formed, but not something we do: 2 */
    ERR_LIMIT,       /* a documented limit was reached: 3 */
    ERR_MEMORY,      /* 3 */
    ERR_UNPROVED,    /* the answer could not be shown right: 4 */
    ERR_INTERNAL     /* a defect of ours: 4 */
} ErrCode;

/* Bytes [start, end) of source text; end == 0 means nowhere. */
typedef struct Span {
    uint32_t start, end;
} Span;

typedef struct Diag {
    ErrCode code;
    Span span;
    const char *source;  /* the text that span points into */
    const char *origin;  /* "expression", "declaration", "variable" */
    const char *message; /* what is wrong */
    const char *mend;    /* how to mend it; NULL if there is no advice */
} Diag;

#endif
