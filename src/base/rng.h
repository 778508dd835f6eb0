/* rng.h: a seeded stream (splitmix64); the same seed, the same stream. */
#ifndef NB_RNG_H
#define NB_RNG_H

#include <stdint.h>

typedef struct Rng {
    uint64_t state;
} Rng;

static inline uint64_t rng_next(Rng *r)
{
    uint64_t z = (r->state += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}
/* Uniform in [0, n), n > 0. */
static inline uint64_t rng_below(Rng *r, uint64_t n)
{
    __extension__ typedef unsigned __int128 Wide;
    return (uint64_t)(((Wide)rng_next(r) * n) >> 64);
}

#endif
