/* complexz.h: what the kernels for complex numbers share.  Functions have their
 * principal values; on a cut they are those from above it. */
#ifndef NB_COMPLEXZ_H
#define NB_COMPLEXZ_H

#define NB_COMPLEX 1
#include "kernel/real.h"
#include "kernel/vector.h"

#include <math.h>
#include <string.h>

static inline Real number(double re, double im)
{
    Real z;
    memcpy(&z, (double[2]){re, im}, sizeof z);
    return z;
}

/* As the compiler's own, but for infinities: those are errors here. */
static inline Real times(Real a, Real b)
{
    double x = creal(a), y = cimag(a), u = creal(b), v = cimag(b);
    return number(x * u - y * v, x * v + y * u);
}

/* Smith, Comm. ACM 5 (1962). */
static inline Real over(Real a, Real b)
{
    double x = creal(a), y = cimag(a), u = creal(b), v = cimag(b);
    if (fabs(v) <= fabs(u)) {
        double r = v / u, d = u + v * r;
        return u == 0 ? number(x / u, y / u)
                      : number((x + y * r) / d, (y - x * r) / d);
    }
    double r = u / v, d = u * r + v;
    return number((x * r + y) / d, (y * r - x) / d);
}

static inline Real larger(Real a, Real b)
{
    return creal(a) > creal(b) || a != a ? a : b;
}

static inline Real smaller(Real a, Real b)
{
    return creal(a) < creal(b) || a != a ? a : b;
}

#endif
