/* gen.h: random expressions, shapes right by construction, from a table of
 * productions; and how often each was used, below which other. */
#ifndef NB_GEN_H
#define NB_GEN_H

#include <stdint.h>

enum { GEN_TEXT = 1 << 14 };

extern const char gen_declarations[];

/* Shapes: S scalar, x [n], w [m], A [n,n], Z [n,m], Y [m,n], W [m,m]. */
void gen_seed(uint64_t seed);
unsigned gen_pick(unsigned n);
/* An expression of the shape and of at most the depth, into out (of GEN_TEXT
 * bytes). */
void gen_expression(char *out, char shape, int depth);

typedef struct GenCoverage {
    unsigned long least_use;  /* of the production used least */
    unsigned long least_pair; /* of the pairs of parent and child that the
                                 shapes allow, the one made least */
    const char *rarest, *rare_parent, *rare_child;
    double inverse, oblong;   /* shares of the expressions with an inverse or a
                                 determinant, with a matrix that is not
                                 square */
    unsigned productions, pairs;
} GenCoverage;
GenCoverage gen_coverage(void);

#endif
