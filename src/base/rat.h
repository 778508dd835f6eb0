/* rat.h: exact rationals, value semantics.
 *
 * Numerator and denominator in 64 bits while they fit, coprime, den > 0;
 * beyond that as a decimal text "p/q" in the arena, computed with GMP, so
 * that no foreign memory outlives a call. */
#ifndef NB_RAT_H
#define NB_RAT_H

#include "base/ctx.h"

typedef struct Rat {
    int64_t num, den; /* den == 0: see big */
    const char *big;  /* interned "p/q" or "p", canonical */
} Rat;

Rat rat_int(int64_t n);
Rat rat_make(Ctx *ctx, int64_t num, int64_t den); /* den != 0 */
/* A decimal literal such as 12, 0.25, 1e-3, exactly. */
Rat rat_read(Ctx *ctx, const char *s, size_t n);
Rat rat_add(Ctx *ctx, Rat a, Rat b);
Rat rat_sub(Ctx *ctx, Rat a, Rat b);
Rat rat_mul(Ctx *ctx, Rat a, Rat b);
Rat rat_div(Ctx *ctx, Rat a, Rat b); /* b != 0 */
Rat rat_neg(Ctx *ctx, Rat a);
/* a^n for an integer n (a != 0 if n < 0). */
Rat rat_pow(Ctx *ctx, Rat a, int64_t n);
int rat_sign(Rat a);
bool rat_equal(Rat a, Rat b);
int rat_compare(Ctx *ctx, Rat a, Rat b);
bool rat_is(Rat a, int64_t n);
bool rat_is_int(Rat a);
uint64_t rat_hash(Rat a);
/* Decimal digits of numerator and denominator. */
const char *rat_num_text(Ctx *ctx, Rat a);
const char *rat_den_text(Ctx *ctx, Rat a);
/* a modulo the prime p (0 if p divides the denominator: *ok false). */
uint64_t rat_mod(Rat a, uint64_t p, bool *ok);

#endif
