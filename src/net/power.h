/* power.h: powers, entrywise and of matrices. */
#ifndef NB_NET_POWER_H
#define NB_NET_POWER_H

#include "net/net.h"

enum {
    MPOW_UNROLL = 4, /* E^2 .. E^4 are products, so that neighbours cancel */
    POW_UNROLL = 8   /* x.^2 .. x.^8 likewise */
};

/* E^e of a square net, e an integer polynomial: the canonical orientation of
 * E; inverses of products of square factors are products of inverses. */
const Net *net_mpow(Ctx *ctx, const Net *base, const Dim *e);
/* op(E) for det, logdet, pinv, ... of a net; axes as the operator gives. */
const Net *net_mat(Ctx *ctx, OpId op, const Net *arg);
/* A scalar factor (x'*x)^p beside x'*x itself becomes (x'*x)^(p+1). */
bool work_merge_component(Work *w);

#endif
