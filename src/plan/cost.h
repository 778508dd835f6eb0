/* cost.h: what an instruction costs. */
#ifndef NB_COST_H
#define NB_COST_H

#include "plan/plan.h"

typedef struct Cost {
    double flops; /* additions, products; a function counts 10 */
    double bytes; /* read and written, each value once */
} Cost;

/* Sizes that are not named count 100. */
Cost plan_cost(const Plan *p, const Inst *i, const PlanSize *size,
               uint32_t nsizes);

#endif
