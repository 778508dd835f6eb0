/* t-kernels.c: the vector kernels, of every set of instructions that this
 * processor has, in double and in float, at lengths on both sides of those of
 * their registers. */
#include "kernel/vector.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t seed = 1;

/* In [0, 1). */
static double drand(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) / 9007199254740992.0;
}

static double negative(double x)
{
    return -x;
}

static double sign(double x)
{
    return (x > 0) - (x < 0);
}

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

static double softplus(double x)
{
    return log1p(exp(x));
}

static double relu(double x)
{
    return x > 0 ? x : 0;
}

/* scale: what arguments from 0.5 to 1.5 are multiplied by */
static const struct {
    OpId op;
    const char *name;
    double (*f)(double);
    float scale;
} functions[] = {
    {OP_NEG, "-", negative, 1},      {OP_EXP, "exp", exp, -3},
    {OP_LOG, "log", log, 9},         {OP_SQRT, "sqrt", sqrt, 4},
    {OP_ABS, "abs", fabs, -1},       {OP_SIGN, "sign", sign, -1},
    {OP_SIN, "sin", sin, 3},         {OP_COS, "cos", cos, 3},
    {OP_TAN, "tan", tan, 0.5},       {OP_ASIN, "asin", asin, 0.5},
    {OP_ACOS, "acos", acos, 0.5},    {OP_ATAN, "atan", atan, -2},
    {OP_SINH, "sinh", sinh, -1},     {OP_COSH, "cosh", cosh, 1},
    {OP_TANH, "tanh", tanh, -1},     {OP_LOG1P, "log1p", log1p, 0.125},
    {OP_EXPM1, "expm1", expm1, 0.125}, {OP_ERF, "erf", erf, 1},
    {OP_SIGMOID, "sigmoid", sigmoid, -4},
    {OP_SOFTPLUS, "softplus", softplus, -4},
    {OP_RELU, "relu", relu, -1},
};

static double add(double x, double y)
{
    return x + y;
}

static double times(double x, double y)
{
    return x * y;
}

static double over(double x, double y)
{
    return x / y;
}

static const struct {
    OpId op;
    const char *name;
    double (*f)(double, double);
} operations[] = {
    {OP_ADD, "x + y", add},  {OP_HAD, "x.*y", times}, {OP_EDIV, "x./y", over},
    {OP_EPOW, "x.^y", pow},  {OP_MAX, "max", fmax},   {OP_MIN, "min", fmin},
};

#define Real double
#define EPS 2.220446049250313e-16
#define VECTOR Vector_f64
#define NAME(x) x##_f64
#include "kernel-test.h"
#undef Real
#undef EPS
#undef VECTOR
#undef NAME

#define Real float
#define EPS 1.1920929e-07f
#define VECTOR Vector_f32
#define NAME(x) x##_f32
#include "kernel-test.h"

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_f64),
        cmocka_unit_test(all_f32),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
