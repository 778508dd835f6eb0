/* op.h: the operators and functions, as data.
 *
 * ops.def is the only list.  It is expanded here into the enum and in op.c
 * into the array of records; every other table in the engine is indexed by
 * OpId and tested for completeness. */
#ifndef NB_OP_H
#define NB_OP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum OpId {
#define OP(id, ...) OP_##id,
#include "know/ops.def"
#undef OP
    OP_COUNT
} OpId;

typedef enum OpClass {
    CLASS_LEAF,      /* numbers, names, constants of a shape */
    CLASS_SYNTAX,    /* products, sums, transposes, indices: what shared
                        indices of the network express; multilinear or
                        defined by lowering */
    CLASS_ENTRYWISE, /* acts on each entry; .slope (and .slope2) */
    CLASS_MATRIX,    /* takes the matrix as a whole; .diff or .means */
    CLASS_LATER      /* read and shaped, not derived yet: refused */
} OpClass;

typedef struct OpRecord {
    const char *id;     /* "DET" */
    const char *name;   /* as typed: "det", "*", "'" */
    const char *alias;  /* other spellings, separated by spaces, or NULL */
    OpClass cls;
    const char *args;   /* signature of a function, in declaration syntax:
                           "A: [n,n]; b: [n]"; NULL for syntax */
    const char *gives;  /* shape of the value: "scalar", "[n]", "[n,m]" */
    const char *slope;  /* entrywise: the derivative by a, in our language */
    const char *slope2; /* entrywise of two arguments: by b */
    const char *diff;   /* matrix: the differential, with dA for A */
    const char *trace;  /* primary matrix function f: g with
                           d tr(f(A)) = tr(g(A)*dA); no differential of f
                           itself in closed form */
    const char *means;  /* definition by other operators */
    const char *when;   /* assumption that the differential needs */
    const char *domain; /* entrywise: "a > 0", "a != 0", "-1 < a < 1": where
                           value and slope exist; the sampler keeps to it */
    const char *latex;  /* pattern with #1 #2, or NULL */
    const char *unicode;
    const char *help;
    const char *source;
} OpRecord;

/* The record of an operator; never NULL. */
const OpRecord *op_record(OpId id);
/* The function with this name or alias, or OP_COUNT.  Names of functions of
 * several ops (sum, norm, max) give the first; the shaper picks. */
OpId op_find(const char *name, size_t n);
/* The known function name nearest to this one by edit distance, or NULL if
 * none is near. */
const char *op_nearest(const char *name, size_t n);

/* Levenshtein's distance; 99 for names of more than 31 letters. */
size_t name_distance(const char *a, size_t n, const char *b, size_t m);

#endif
