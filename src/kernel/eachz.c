/* eachz.c: each.c for complex numbers. */
#include "kernel/complexz.h"

/* -0 for an imaginary part would be below the cut. */
static inline Real above(Real x)
{
    return number(creal(x), cimag(x) + 0.0);
}

static Real power(Real a, Real b)
{
    double k = creal(b);
    if (cimag(b) == 0 && k == floor(k) && fabs(k) <= 64) {
        Real z = 1;
        for (int n = (int)fabs(k); n > 0; n /= 2, a = times(a, a))
            z = n % 2 ? times(z, a) : z;
        return k < 0 ? over(1, z) : z;
    }
    if (cimag(a) == 0 && cimag(b) == 0 && creal(a) > 0)
        return pow(creal(a), k);
    if (a == 0)
        return k > 0 ? 0 : NAN;
    return cexp(times(b, clog(above(a))));
}

static Real log_plus_one(Real z)
{
    double x = creal(z), y = cimag(z);
    return number(log1p(2 * x + x * x + y * y) / 2, atan2(y + 0.0, 1 + x));
}

static Real exp_minus_one(Real z)
{
    double y = cimag(z), s = sin(y / 2);
    return number(expm1(creal(z)) * cos(y) - 2 * s * s,
                  exp(creal(z)) * sin(y));
}

static Real softplus(Real z)
{
    double x = creal(z);
    if (cimag(z) == 0)
        return (x > 0 ? x : 0 * x) + log1p(exp(-fabs(x)));
    return clog(above(1 + cexp(z)));
}

/* hypot where squares would leave the range, which is slow. */
static inline double size(Real z)
{
    double s = creal(z) * creal(z) + cimag(z) * cimag(z);
    return s > 1e-280 && s < 1e280 ? sqrt(s) : hypot(creal(z), cimag(z));
}

#define ARGUMENTS                                                             \
    const Real *x, const Real *y, const Real *w, Real *z, size_t n

#define EACH1(name, e)                                                        \
    static void name(ARGUMENTS)                                               \
    {                                                                         \
        (void)y;                                                              \
        (void)w;                                                              \
        for (size_t i = 0; i < n; i++) {                                      \
            Real a = x[i];                                                    \
            z[i] = (e);                                                       \
        }                                                                     \
    }

EACH1(each_neg, -a)
EACH1(each_conj, number(creal(a), -cimag(a)))
EACH1(each_real, creal(a))
EACH1(each_imag, cimag(a))
EACH1(each_abs, size(a))
EACH1(each_exp, cexp(a))
EACH1(each_log, clog(above(a)))
EACH1(each_sqrt, csqrt(above(a)))
EACH1(each_log1p, log_plus_one(a))
EACH1(each_expm1, exp_minus_one(a))
EACH1(each_sigmoid, over(1, 1 + cexp(-a)))
EACH1(each_softplus, softplus(a))
EACH1(each_sin, csin(a))
EACH1(each_cos, ccos(a))
EACH1(each_tan, ctan(a))
EACH1(each_asin, casin(above(a)))
EACH1(each_acos, cacos(above(a)))
EACH1(each_atan, catan(a))
EACH1(each_sinh, csinh(a))
EACH1(each_cosh, ccosh(a))
EACH1(each_tanh, ctanh(a))
/* of real numbers alone */
EACH1(each_sign, a != a ? a : (creal(a) > 0) - (creal(a) < 0))
EACH1(each_relu, creal(a) > 0 || a != a ? a : 0)
EACH1(each_erf, erf(creal(a)))

#define EACH2(name, xs, ys, e)                                                \
    static void name(ARGUMENTS)                                               \
    {                                                                         \
        (void)w;                                                              \
        for (size_t i = 0; i < n; i++) {                                      \
            Real a = x[(xs) ? 0 : i], b = y[(ys) ? 0 : i];                    \
            z[i] = (e);                                                       \
        }                                                                     \
    }

/* x and y by entries, or one of them one number for all. */
#define EACH2_ALL(name, e)                                                    \
    EACH2(name, false, false, e)                                              \
    EACH2(name##_one_x, true, false, e)                                       \
    EACH2(name##_one_y, false, true, e)

EACH2_ALL(each_add, a + b)
EACH2_ALL(each_had, times(a, b))
EACH2_ALL(each_div, over(a, b))
EACH2_ALL(each_pow, power(a, b))
EACH2_ALL(each_max, larger(a, b))
EACH2_ALL(each_min, smaller(a, b))

#define EACH3(name, first, second, third)                                     \
    static void name(ARGUMENTS)                                               \
    {                                                                         \
        for (size_t i = 0; i < n; i++)                                        \
            z[i] = x[first] + times(y[second], w[third]);                     \
    }

EACH3(each_fma, i, i, i)
EACH3(each_fma_one_w, i, i, 0)
EACH3(each_fma_one_x, 0, i, i)
EACH3(each_fma_one_xw, 0, i, 0)
EACH3(each_fma_one_yw, i, 0, 0)

static Each each1(OpId op)
{
    static const Each table[OP_COUNT] = {
        [OP_NEG] = each_neg, [OP_CONJ] = each_conj, [OP_REAL] = each_real,
        [OP_IMAG] = each_imag, [OP_ABS] = each_abs, [OP_EXP] = each_exp,
        [OP_LOG] = each_log, [OP_SQRT] = each_sqrt, [OP_LOG1P] = each_log1p,
        [OP_EXPM1] = each_expm1, [OP_SIGMOID] = each_sigmoid,
        [OP_SOFTPLUS] = each_softplus, [OP_SIN] = each_sin,
        [OP_COS] = each_cos, [OP_TAN] = each_tan, [OP_ASIN] = each_asin,
        [OP_ACOS] = each_acos, [OP_ATAN] = each_atan, [OP_SINH] = each_sinh,
        [OP_COSH] = each_cosh, [OP_TANH] = each_tanh, [OP_SIGN] = each_sign,
        [OP_RELU] = each_relu, [OP_ERF] = each_erf};
    return table[op];
}

#define CHOOSE2(name) xs ? name##_one_x : ys ? name##_one_y : name

static Each each2(OpId op, bool xs, bool ys)
{
    switch (op) {
    case OP_ADD:
        return CHOOSE2(each_add);
    case OP_HAD:
        return CHOOSE2(each_had);
    case OP_EDIV:
        return CHOOSE2(each_div);
    case OP_EPOW:
        return CHOOSE2(each_pow);
    case OP_MAX:
        return CHOOSE2(each_max);
    case OP_MIN:
        return CHOOSE2(each_min);
    default:
        return NULL;
    }
}

static Each each3(bool xs, bool ys, bool ws)
{
    if (ys)
        return each_fma_one_yw;
    return xs ? ws ? each_fma_one_xw : each_fma_one_x
              : ws ? each_fma_one_w : each_fma;
}

const EachTable_c128 KERNELS(each_) = {each1, each2, each3};
