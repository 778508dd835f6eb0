/* t-domain.c: never a silent wrong number: what a call refuses, and what it
 * says of it. */
#include "call-test.h"

#include <stdlib.h>

typedef struct Row {
    const char *declarations, *expression;
    const char *data[3]; /* of the inputs in order */
    int code;
    const char *message;
} Row;

static void check(const Row *r, nb_dtype type)
{
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile_as(
        c, r->declarations,
        (nb_program){.expression = r->expression, .dtype = type}, NULL);
    nb_array in[3], out;
    for (size_t k = 0; k < 3 && nb_function_input(f, k, NULL); k++)
        assert_true(nb_read_literal(c, r->data[k], &in[k]));
    int64_t dim[2] = {1, 1};
    int rank = nb_function_shape(f, 0, in, dim);
    double *y = calloc((size_t)(dim[0] * dim[1]), sizeof *y);
    out = (nb_array){NB_F64, rank < 0 ? 0 : rank, {dim[0], dim[1]}, {0, 0}, y};
    nb_status st;
    int ok = nb_call(f, in, &out, &st);
    if (st.code != r->code || ok != (r->code == NB_STATUS_OK) ||
        !strstr(st.message, r->message))
        fail_msg("%s: %d '%s', not %d '%s'", r->expression, st.code,
                 st.message, r->code, r->message);
    free(y);
    nb_context_free(c);
}

static void check_all(const Row *rows, size_t n, nb_dtype type)
{
    for (size_t k = 0; k < n; k++)
        check(&rows[k], type);
}
#define CHECK(rows, type) check_all(rows, sizeof rows / sizeof *rows, type)

enum { SINGULAR = NB_STATUS_SINGULAR, DOMAIN_ = NB_STATUS_DOMAIN };

static void systems(void **state)
{
    (void)state;
    static const Row rows[] = {
        {"A: [n,n]; b: [n]", "inv(A)*b", {"[1 2; 2 4]", "[1; 2]"}, SINGULAR,
         "A is singular (pivot 2 is zero)"},
        {"A: [n,n]; b: [n]", "inv(A)*b",
         {"[1 1; 1 1.0000000000000002]", "[1; 2]"}, SINGULAR,
         "A is singular to working precision (reciprocal condition about "},
        {"A: [n,n]; B: [n,n]; b: [n]", "inv(A*B)*b",
         {"[1 2; 3 4]", "[1 2; 2 4]", "[1; 2]"}, SINGULAR, "is singular"},
        {"A: [n,n] lower; b: [n]", "inv(A)*b", {"[1 0; 3 0]", "[1; 2]"},
         SINGULAR, "A is singular (entry 2 of its diagonal is zero)"},
        {"A: [n,n] diagonal; b: [n]", "inv(A)*b", {"[1 0; 0 0]", "[1; 2]"},
         DOMAIN_, "Inf"},
        {"A: [n,n]", "inv(A)", {"[0 0; 0 0]"}, SINGULAR, "A is singular"},
        {"A: [n,n]", "adj(A)*0 + A", {"[1 2; 3 4]"}, 0, ""},
        {"A: [n,n]", "chol(A)", {"[1 2; 2 1]"}, SINGULAR,
         "A is not positive definite (its leading minor of order 2 is not "
         "positive)"},
        {"A: [n,n]", "chol(A)", {"[4 2; 7 3]"}, DOMAIN_,
         "A is not symmetric: entry [2,1] is"},
        {"A: [n,n] posdef", "log(det(A))", {"[1 2; 2 1]"}, SINGULAR,
         "A is not positive definite (its leading minor of order 2 is not "
         "positive), as declared"},
        {"A: [n,n] posdef; b: [n]", "b'*inv(A)*b", {"[1; 1]", "[1 2; 2 1]"},
         SINGULAR, "as declared"},
    };
    CHECK(rows, NB_F64);
}

static void determinants(void **state)
{
    (void)state;
    static const Row rows[] = {
        {"A: [n,n]", "log(det(A))", {"[1 2; 2 1]"}, DOMAIN_,
         "log(det(A)) has no real value: the determinant is negative, "
         "-exp(1.09861)"},
        {"A: [n,n]", "log(det(A))", {"[0 1; 1 0]"}, DOMAIN_, "negative"},
        {"A: [n,n]", "log(det(A))", {"[0 1; -1 0]"}, 0, ""},
        {"A: [n,n]", "log(det(A))", {"[-1 0 0; 0 -2 0; 0 0 3]"}, 0, ""},
        {"A: [n,n]", "log(det(A))", {"[-2]"}, DOMAIN_, "-exp(0.693147)"},
        {"A: [n,n]", "logdet(A)", {"[1 2; 2 1]"}, 0, ""},
        {"A: [n,n]", "log(abs(det(A)))", {"[1 2; 2 1]"}, 0, ""},
        {"A: [n,n]", "log(det(A)^2)", {"[1 2; 2 1]"}, 0, ""},
        {"A: [n,n] symmetric", "log(det(A))", {"[1 2; 2 1]"}, DOMAIN_,
         "negative"},
        {"A: [n,n] upper", "log(det(A))", {"[-1 2; 0 1]"}, DOMAIN_,
         "log(det(A)) gives NaN"},
        {"A: [n,n] upper", "log(det(A))", {"[-1 2; 0 -1]"}, 0, ""},
        {"A: [n,n] diagonal", "log(det(A))", {"[-1 0; 0 1]"}, DOMAIN_,
         "log(det(A)) gives NaN"},
        {"A: [n,n]", "log(det(A))", {"[1 2; 2 4]"}, SINGULAR,
         "is singular"},
    };
    CHECK(rows, NB_F64);
}

static void functions_outside_their_domain(void **state)
{
    (void)state;
    static const Row rows[] = {
        {"x: [n]", "sum(log(x))", {"[1; -2]"}, DOMAIN_,
         "sum(log(x)) gives NaN: log(-2)"},
        {"x: [n]", "sum(log(x))", {"[1; 0]"}, DOMAIN_, "log(0)"},
        {"x: scalar", "sqrt(x)", {"-4"}, DOMAIN_, "sqrt(-4)"},
        {"x: scalar", "1/x", {"0"}, DOMAIN_, "Inf"},
        {"x: scalar; y: scalar", "x/y", {"0", "0"}, DOMAIN_,
         "x/y gives Inf: 1 ./ 0"},
        {"x: [n]", "sum(exp(x))", {"[1000; 2]"}, DOMAIN_,
         "sum(exp(x)) gives Inf: exp(1000)"},
        {"x: [n]", "log(sum(exp(x)))", {"[1000; 2]"}, 0, ""},
        {"x: scalar", "asin(x)", {"2"}, DOMAIN_, "asin(2)"},
        {"X: [n,n]", "X*X", {"[1e200 0; 0 1]"}, DOMAIN_, "gives Inf"},
        {"x: [n]", "x'*x", {"[1; nan; 2]"}, DOMAIN_,
         "the input x has NaN at entry [2,1]"},
        {"X: [n,m]", "2*X", {"[1 2 inf]"}, DOMAIN_,
         "the input X has Inf at entry [1,3]"},
        {"X: [n,n]", "logm(X)", {"[-1 0; 0 1]"}, DOMAIN_,
         "logm(X) has no value"},
        {"X: [n,n]", "sqrtm(X)", {"[-1 0; 0 1]"}, DOMAIN_,
         "sqrtm(X) has no value"},
        {"X: [n,n]", "sqrtm(X)", {"[-2 2; 2 1]"}, DOMAIN_,
         "sqrtm(X) has no value"},
        {"X: [n,n]", "logm(X)", {"[-2 2; 2 1]"}, DOMAIN_,
         "logm(X) has no value"},
        {"X: [n,n]; x: [m]", "sum(i, x[i]*logm(X*x[i]))",
         {"[1; 2; -1]", "[1 0; 0 1]"}, DOMAIN_, "i = 3"},
    };
    CHECK(rows, NB_F64);
}

static void a_float_overflows_earlier(void **state)
{
    (void)state;
    static const Row rows[] = {
        {"x: scalar", "x*x", {"1e30"}, DOMAIN_, "Inf"},
        {"x: scalar", "exp(x)", {"100"}, DOMAIN_, "exp(100)"},
        {"A: [n,n]; b: [n]", "inv(A)*b", {"[1 1; 1 1.0000001]", "[1; 2]"},
         SINGULAR, "A is singular"},
    };
    static const Row fine[] = {
        {"x: scalar", "x*x", {"1e30"}, 0, ""},
        {"x: scalar", "exp(x)", {"100"}, 0, ""},
        {"A: [n,n]; b: [n]", "inv(A)*b", {"[1 1; 1 1.0000001]", "[1; 2]"}, 0,
         ""},
    };
    CHECK(rows, NB_F32);
    CHECK(fine, NB_F64);
}

/* What an input was declared to be, it must be. */
static void declarations_are_kept(void **state)
{
    (void)state;
    static const Row rows[] = {
        {"A: [n,n] symmetric", "tr(A)", {"[1 2; 3 4]"}, DOMAIN_,
         "A is declared to be symmetric, and is not: entry [2,1] of A is 3, "
         "and should be 2"},
        {"A: [n,n] posdef", "tr(A)", {"[1 2; 3 4]"}, DOMAIN_, "symmetric"},
        {"A: [n,n] skew", "tr(A*A)", {"[0 2; 2 0]"}, DOMAIN_, "be skew"},
        {"A: [n,n] skew", "tr(A*A)", {"[1 2; -2 0]"}, DOMAIN_, "entry [1,1]"},
        {"A: [n,n] diagonal", "tr(A)", {"[1 2; 0 4]"}, DOMAIN_,
         "be diagonal"},
        {"A: [n,n] lower", "tr(A)", {"[1 2; 0 4]"}, DOMAIN_,
         "lower triangular, and is not: entry [1,2] of A is 2"},
        {"A: [n,n] upper", "tr(A)", {"[1 2; 1 4]"}, DOMAIN_, "upper"},
        {"A: [n,n] tridiagonal", "tr(A)", {"[1 0 1; 0 1 0; 0 0 1]"}, DOMAIN_,
         "tridiagonal"},
        {"A: [n,n] toeplitz", "tr(A)", {"[1 2; 3 4]"}, DOMAIN_, "Toeplitz"},
        {"A: [n,m] hankel", "sum(A)", {"[1 2 3; 3 4 5]"}, DOMAIN_, "Hankel"},
        {"A: [n,n] circulant", "tr(A)", {"[1 2; 3 1]"}, DOMAIN_,
         "circulant"},
        {"A: [n,n] orthogonal", "inv(A)", {"[2 0; 0 1]"}, DOMAIN_,
         "entry [1,1] of A'*A is 4, and should be 1"},
        {"A: [n,n] orthogonal", "inv(A)", {"[1 0.6; 0 0.8]"}, DOMAIN_,
         "orthogonal"},
        {"A: [n,n] idempotent", "A*A", {"[2 0; 0 1]"}, DOMAIN_,
         "idempotent"},
        {"x: [n] positive", "sum(log(abs(x)))", {"[1; 0]"}, DOMAIN_,
         "x is declared positive, and is not: entry [2,1] is 0"},
        {"A: [n,n] symmetric", "tr(A)", {"[1 nan; 3 4]"}, DOMAIN_,
         "the input A has NaN"},
        {"A: [n,n] symmetric", "tr(A)", {"[1 2; 2.0000000000001 4]"}, 0, ""},
        {"A: [n,n] posdef", "log(det(A))", {"[2 1; 1 2]"}, 0, ""},
        {"A: [n,n] skew", "tr(A*A)", {"[0 2; -2 0]"}, 0, ""},
        {"A: [n,n] lower", "tr(inv(A))", {"[1 0; 5 4]"}, 0, ""},
        {"A: [n,n] upper", "tr(inv(A))", {"[1 5; 0 4]"}, 0, ""},
        {"A: [n,n] tridiagonal", "tr(A)", {"[1 1 0; 1 1 1; 0 1 1]"}, 0, ""},
        {"A: [n,n] toeplitz", "tr(A)", {"[1 2; 3 1]"}, 0, ""},
        {"A: [n,n] hankel", "tr(A)", {"[1 2; 2 3]"}, 0, ""},
        {"A: [n,n] circulant", "tr(A)", {"[1 2 3; 3 1 2; 2 3 1]"}, 0, ""},
        {"A: [n,n] orthogonal", "inv(A)", {"[0.6 0.8; -0.8 0.6]"}, 0, ""},
        {"A: [n,n] idempotent", "A*A", {"[0.5 0.5; 0.5 0.5]"}, 0, ""},
    };
    CHECK(rows, NB_F64);
    CHECK(rows, NB_F32);
}

/* Who says so may give half a symmetric matrix. */
static void trusted(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile_as(
        c, "A: [n,n] symmetric",
        (nb_program){.expression = "tr(A)", .trusted = 1}, NULL);
    double a[] = {1, 2, 0, 4}, v;
    nb_array in = MATRIX(a, 2, 2), out = SCALAR(&v);
    call(f, &in, &out);
    near(v, 5, 0);
    nb_context_free(c);
}

/* 1e-11 apart from singular: an answer, and its condition. */
static void the_condition_is_told(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "A: [n,n]; b: [n]", "inv(A)*b", NULL,
                             NB_VALUE);
    double a[] = {1, 1, 1, 1 + 1e-11}, b[] = {1, 2}, y[2];
    nb_array in[2] = {MATRIX(a, 2, 2), VECTOR(b, 2)}, out = VECTOR(y, 2);
    nb_status st;
    assert_string_equal(nb_function_input(f, 0, NULL), "A");
    assert_int_equal(nb_call(f, in, &out, &st), 1);
    assert_true(st.rcond > 1e-12 && st.rcond < 1e-11); /* 1e-11/4 */
    a[3] = 4;
    assert_int_equal(nb_call(f, in, &out, &st), 1);
    assert_true(st.rcond > 0.01);
    nb_context_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(systems),
        cmocka_unit_test(determinants),
        cmocka_unit_test(functions_outside_their_domain),
        cmocka_unit_test(a_float_overflows_earlier),
        cmocka_unit_test(declarations_are_kept),
        cmocka_unit_test(trusted),
        cmocka_unit_test(the_condition_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
