/* cnest.h: a fused pass while it becomes loops of C; private to cloop.c, the
 * loops, and cterm.c, what stands in them. */
#ifndef NB_CNEST_H
#define NB_CNEST_H

#include "out/cfile.h"

enum { ALONG_I = 1, ALONG_J = 2, LONG_TERM = 60 };

typedef struct Term {
    Code code;
    unsigned along;
} Term;

typedef struct Nest {
    CFile *f;
    const Loop *l;
    Term *term;
    uint32_t *uses;
    unsigned along;    /* indices that there are */
    bool flat;         /* one index over all entries, whatever the shape */
    const char *i, *j;
    const char *acc[PLAN_OUTS * 4]; /* variables of folds */
    const char *rows, *cols;
    const char *start, *end; /* rows of a strip; NULL: all of them */
} Nest;

/* Is there one index at most? */
bool nest_plain(const Nest *p);
/* The index of entry i,j of an array, or of j,i. */
const char *nest_place(Nest *p, const Value *v, LoopMode mode);
/* Which indices an operand varies along. */
unsigned nest_along(const Nest *p, LoopMode mode);
/* Is it 0 or 1 by its place? */
bool nest_mask(const LoopNode *n);
Term nest_term(Nest *p, const LoopNode *n);

#endif
