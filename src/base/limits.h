/* limits.h: every limit, its default and its reason.  Reaching one is an
 * error with the limit's name and value, never a crash. */
#ifndef NB_LIMITS_H
#define NB_LIMITS_H

#include <stddef.h>
#include <stdint.h>

typedef struct Limits {
    size_t input;    /* bytes of one input text */
    unsigned depth;  /* nesting: passes recurse, and the stack is finite */
    size_t tokens;   /* of one input text */
    size_t nodes;    /* of trees and networks of one question */
    size_t output;   /* bytes of a printed answer */
    size_t memory;   /* bytes of a context */
    uint64_t steps;  /* counted work: about 60 s of it */
    unsigned order;  /* of a derivative */
    unsigned power;  /* explicit power of a matrix to be derived */
    unsigned digits; /* of a number */
    unsigned name;   /* bytes of an identifier */
} Limits;

#define LIMITS_DEFAULT                                                        \
    {                                                                         \
        .input = 1u << 20, .depth = 8000, .tokens = 100000,                   \
        .nodes = 2000000, .output = 16u << 20, .memory = (size_t)1 << 30,     \
        .steps = 2000000000ull, .order = 8, .power = 4096, .digits = 1000,    \
        .name = 63                                                            \
    }

#endif
