/* each.c: entrywise functions over arrays, at the speed of the machine's
 * vector units: the loops are plain, and the compiler calls the C library's
 * vector functions in them.  Compiled for each set of instructions (NB_ISA)
 * and for double and float. */
#include "kernel/vector.h"

/* libmvec's functions go with what GCC makes of a simd loop; AddressSanitizer
 * has the scalar ones replaced. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) &&        \
    defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#define SIMD __attribute__((simd("notinbranch"), const))
double exp(double) SIMD;
double log(double) SIMD;
double sin(double) SIMD;
double cos(double) SIMD;
double tanh(double) SIMD;
double log1p(double) SIMD;
double expm1(double) SIMD;
double erf(double) SIMD;
double pow(double, double) SIMD;
float expf(float) SIMD;
float logf(float) SIMD;
float sinf(float) SIMD;
float cosf(float) SIMD;
float tanhf(float) SIMD;
float log1pf(float) SIMD;
float expm1f(float) SIMD;
float erff(float) SIMD;
float powf(float, float) SIMD;
#endif

#include "kernel/wide.h"

#include <math.h>

#ifdef NB_FLOAT
#define M(name) name##f
#else
#define M(name) name
#endif

#define ARGUMENTS                                                             \
    const Real *x, const Real *y, const Real *w, Real *z, size_t n

/* The last entries as a whole register's: those that the loop before them
 * takes too, or the first one again where there are not so many. */
static inline void take_end(const Real *x, size_t n, Real *end)
{
    if (n >= W)
        memcpy(end, x + n - W, W * sizeof *end);
    else
        for (size_t i = 0; i < W; i++)
            end[i] = x[i < n ? i : 0];
}

static inline void put_end(const Real *end, size_t n, Real *z)
{
    if (n >= W)
        memcpy(z + n - W, end, W * sizeof *end);
    else
        for (size_t i = 0; i < n; i++)
            z[i] = end[i];
}

/* z = e(a), a an entry of x.  What is left at the end is a whole register too,
 * since a scalar call costs as much as a vector's; it is read before z is
 * written, which may be x. */
#define EACH1(name, e)                                                        \
    static void name(ARGUMENTS)                                               \
    {                                                                         \
        Real end[W] = {0};                                                    \
        size_t full = n / W * W;                                              \
        (void)y;                                                              \
        (void)w;                                                              \
        if (n == 1) {                                                         \
            Real a = *x;                                                      \
            *z = (e);                                                         \
            return;                                                           \
        }                                                                     \
        if (full < n) {                                                       \
            take_end(x, n, end);                                              \
            _Pragma("omp simd") for (size_t i = 0; i < W; i++)                \
            {                                                                 \
                Real a = end[i];                                              \
                end[i] = (e);                                                 \
            }                                                                 \
        }                                                                     \
        _Pragma("omp simd") for (size_t i = 0; i < full; i++)                 \
        {                                                                     \
            Real a = x[i];                                                    \
            z[i] = (e);                                                       \
        }                                                                     \
        if (full < n)                                                         \
            put_end(end, n, z);                                               \
    }

/* As it is: functions that the C library has no vectors for, or cheap. */
#define PLAIN1(name, e)                                                       \
    static void name(ARGUMENTS)                                               \
    {                                                                         \
        (void)y;                                                              \
        (void)w;                                                              \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++)                    \
        {                                                                     \
            Real a = x[i];                                                    \
            z[i] = (e);                                                       \
        }                                                                     \
    }

PLAIN1(each_neg, -a)
EACH1(each_exp, M(exp)(a))
EACH1(each_log, M(log)(a))
PLAIN1(each_sqrt, M(sqrt)(a))
PLAIN1(each_abs, M(fabs)(a))
PLAIN1(each_sign, a != a ? a : (Real)((a > 0) - (a < 0)))
EACH1(each_sin, M(sin)(a))
EACH1(each_cos, M(cos)(a))
PLAIN1(each_tan, M(tan)(a))
PLAIN1(each_asin, M(asin)(a))
PLAIN1(each_acos, M(acos)(a))
PLAIN1(each_atan, M(atan)(a))
PLAIN1(each_sinh, M(sinh)(a))
PLAIN1(each_cosh, M(cosh)(a))
EACH1(each_tanh, M(tanh)(a))
EACH1(each_log1p, M(log1p)(a))
EACH1(each_expm1, M(expm1)(a))
EACH1(each_erf, M(erf)(a))
EACH1(each_sigmoid, 1 / (1 + M(exp)(-a)))
EACH1(each_softplus, (a > 0 ? a : 0 * a) + M(log1p)(M(exp)(-M(fabs)(a))))
PLAIN1(each_relu, a > 0 || a != a ? a : 0)

/* z = e(a, b), a and b of x and y; x or y may be one number for all. */
#define EACH2(name, e)                                                        \
    static void name(ARGUMENTS)                                               \
    {                                                                         \
        (void)w;                                                              \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++)                    \
        {                                                                     \
            Real a = x[i], b = y[i];                                          \
            z[i] = (e);                                                       \
        }                                                                     \
    }                                                                         \
    static void name##_one_x(ARGUMENTS)                                       \
    {                                                                         \
        Real a = *x;                                                          \
        (void)w;                                                              \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++)                    \
        {                                                                     \
            Real b = y[i];                                                    \
            z[i] = (e);                                                       \
        }                                                                     \
    }                                                                         \
    static void name##_one_y(ARGUMENTS)                                       \
    {                                                                         \
        Real b = *y;                                                          \
        (void)w;                                                              \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++)                    \
        {                                                                     \
            Real a = x[i];                                                    \
            z[i] = (e);                                                       \
        }                                                                     \
    }

EACH2(each_add, a + b)
EACH2(each_had, a * b)
EACH2(each_div, a / b)
EACH2(each_pow, M(pow)(a, b))
EACH2(each_max, a > b || a != a ? a : b)
EACH2(each_min, a < b || a != a ? a : b)

#define EACH3(name, first, second, third)                                     \
    static void name(ARGUMENTS)                                               \
    {                                                                         \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++) z[i] =             \
            x[first] + y[second] * w[third];                                  \
    }

EACH3(each_fma, i, i, i)
EACH3(each_fma_one_w, i, i, 0)
EACH3(each_fma_one_x, 0, i, i)
EACH3(each_fma_one_xw, 0, i, 0)
EACH3(each_fma_one_yw, i, 0, 0)

static Each each1(OpId op)
{
    switch (op) {
    case OP_NEG:
        return each_neg;
    case OP_EXP:
        return each_exp;
    case OP_LOG:
        return each_log;
    case OP_SQRT:
        return each_sqrt;
    case OP_ABS:
        return each_abs;
    case OP_SIGN:
        return each_sign;
    case OP_SIN:
        return each_sin;
    case OP_COS:
        return each_cos;
    case OP_TAN:
        return each_tan;
    case OP_ASIN:
        return each_asin;
    case OP_ACOS:
        return each_acos;
    case OP_ATAN:
        return each_atan;
    case OP_SINH:
        return each_sinh;
    case OP_COSH:
        return each_cosh;
    case OP_TANH:
        return each_tanh;
    case OP_LOG1P:
        return each_log1p;
    case OP_EXPM1:
        return each_expm1;
    case OP_ERF:
        return each_erf;
    case OP_SIGMOID:
        return each_sigmoid;
    case OP_SOFTPLUS:
        return each_softplus;
    case OP_RELU:
        return each_relu;
    default:
        return NULL;
    }
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

#ifdef NB_FLOAT
typedef EachTable_f32 EachTable;
#else
typedef EachTable_f64 EachTable;
#endif

const EachTable KERNELS(each_) = {each1, each2, each3};
