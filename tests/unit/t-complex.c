/* t-complex.c: functions of complex numbers: what comes in every storage, what
 * is real, what is refused. */
#include "call-test.h"

#include <stdio.h>

#define CMATRIX(p, m, n) ((nb_array){NB_C128, 2, {m, n}, {0, 0}, p})
#define CVECTOR(p, n) ((nb_array){NB_C128, 1, {n, 1}, {0, 0}, p})

enum { BOTH = NB_VALUE | NB_GRADIENT };

static size_t input_at(nb_function *f, const char *name)
{
    const char *s;
    for (size_t k = 0; (s = nb_function_input(f, k, NULL)); k++)
        if (strcmp(s, name) == 0)
            return k;
    fail_msg("there is no input %s", name);
    return 0;
}

static void near_all(const double *x, const double *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        near(x[i], y[i], 1e-12);
}

/* Least squares: |A*z - b|^2, by conj(z) A'*(A*z - b). */
static const double a_[] = {1, 2, 0, 1, 3, 0, -1, 1}; /* [1+2i 3; 1i -1+1i] */
static const double z_[] = {1, -1, 0, 2}, b_[] = {2, 0, 0, 1};
static const double value_ = 55, grad_[] = {13, 6, 2, 24};

static void least_squares(void **state)
{
    (void)state;
    for (int rows = 0; rows < 2; rows++) {
        nb_context *c = nb_context_new(NULL);
        nb_function *f = compile_as(
            c, "A: [m,n] complex; z: [n] complex; b: [m] complex",
            (nb_program){.expression = "norm(A*z-b)^2", .row_major = rows,
                         .want = BOTH}, "conj(z)");
        double a[8], z[4], b[4], v, g[4];
        nb_array in[3], out[] = {SCALAR(&v), CVECTOR(g, 2)};
        memcpy(a, a_, sizeof a);
        memcpy(z, z_, sizeof z);
        memcpy(b, b_, sizeof b);
        in[input_at(f, "A")] = CMATRIX(a, 2, 2); /* by columns in either */
        in[input_at(f, "z")] = CVECTOR(z, 2);
        in[input_at(f, "b")] = CVECTOR(b, 2);
        assert_int_equal(nb_function_complex(f, 0), 0);
        assert_int_equal(nb_function_complex(f, 1), 1);
        call(f, in, out);
        near(v, value_, 1e-12);
        near_all(g, grad_, 4);
        assert_non_null(strstr(nb_function_plan(f), "complex numbers"));
        nb_context_free(c);
    }
}

/* Strides that are negative and leave gaps, on both sides; a program for float
 * computes in double. */
static void strides(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile_as(
        c, "A: [n,m] complex",
        (nb_program){.expression = "1i*A'", .dtype = NB_F32}, NULL);
    double a[24] = {0}, y[24], want[24];
    for (size_t i = 0; i < 24; i++) {
        a[i] = (double)i;
        y[i] = want[i] = 7;
    }
    /* A is 2 x 3, entry [i,j] is number 10 - 5*i - 2*j */
    nb_array in = {NB_C128, 2, {2, 3}, {-5, -2}, a + 20};
    nb_array out = {NB_C128, 2, {3, 2}, {4, 1}, y};
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 3; j++) {
            int k = 2 * (10 - 5 * i - 2 * j), to = 2 * (4 * j + i);
            want[to] = k + 1; /* i*(x - iy) */
            want[to + 1] = k;
        }
    call(f, &in, &out);
    near_all(y, want, 24);
    nb_context_free(c);
}

static void real_into_complex(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "H: [n,n] hermitian; x: [n]", "H*x + x", NULL,
                             NB_VALUE);
    double h[] = {2, 0, 0, -1, 0, 1, 3, 0}, x[] = {1, 2}, y[4];
    float xs[] = {1, 2};
    const double want[] = {3, 2, 8, -1};
    nb_array in[2], out = CVECTOR(y, 2);
    size_t at = input_at(f, "x");
    in[input_at(f, "H")] = CMATRIX(h, 2, 2);
    in[at] = VECTOR(x, 2);
    call(f, in, &out);
    near_all(y, want, 4);
    in[at] = (nb_array){NB_F32, 1, {2, 1}, {0, 0}, xs};
    memset(y, 0, sizeof y);
    call(f, in, &out);
    near_all(y, want, 4);
    in[at] = CVECTOR(y, 2);
    refuse(f, in, &out, NB_STATUS_SHAPE, "declare it complex");
    nb_context_free(c);
}

/* Real by form: its array may be real, of either precision. */
static void real_out(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile_as(
        c, "z: [n] complex; H: [n,n] hermitian posdef",
        (nb_program){.expression = "z'*H*z",
                     .more = (const char *[]){"sum(abs(z).^2)", "logdet(H)",
                                              "z'*z*real(z)", "sum(z)"},
                     .nmore = 4}, NULL);
    double h[] = {2, 0, 0, -1, 0, 1, 3, 0}, z[] = {1, 1, 2, 0}, v[4], s[2];
    float r[2];
    nb_array in[2], out[] = {SCALAR(v), SCALAR(v + 1), SCALAR(v + 2),
                             {NB_F32, 1, {2, 1}, {0, 0}, r},
                             {NB_C128, 0, {1, 1}, {0, 0}, s}};
    for (size_t k = 0; k < 5; k++)
        assert_int_equal(nb_function_complex(f, k), k == 4);
    in[input_at(f, "H")] = CMATRIX(h, 2, 2);
    in[input_at(f, "z")] = CVECTOR(z, 2);
    call(f, in, out);
    near(v[0], 20, 1e-14);
    near(v[1], 6, 1e-14);
    near(v[2], log(5), 1e-14);
    near((double)r[0], 6, 1e-6);
    near((double)r[1], 12, 1e-6);
    near(s[0], 3, 0);
    near(s[1], 1, 0);
    out[4] = SCALAR(v + 3);
    refuse(f, in, out, NB_STATUS_DOMAIN, "its array wants complex numbers");
    z[1] = 0; /* no form tells that, but the numbers do */
    call(f, in, out);
    near(v[3], 3, 0);
    nb_context_free(c);
}

/* The same numbers with the conjugate and the transpose of factors that are
 * at hand. */
static void factors_shared(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile_as(
        c, "A: [n,n] complex; b: [n] complex",
        (nb_program){.expression = "conj(inv(A)*b)",
                     .more = (const char *[]){"inv(A)'*b", "inv(A)^T*b",
                                              "det(A')"},
                     .nmore = 3}, NULL);
    double a[] = {1, 0, 0, 1, 0, 1, 1, 0}; /* [1 i; i 1], det 2 */
    double b[] = {2, 0, 0, 0}, x[4], y[4], t[4], d[2];
    nb_array in[2], out[] = {CVECTOR(x, 2), CVECTOR(y, 2), CVECTOR(t, 2),
                             {NB_C128, 0, {1, 1}, {0, 0}, d}};
    in[input_at(f, "A")] = CMATRIX(a, 2, 2);
    in[input_at(f, "b")] = CVECTOR(b, 2);
    call(f, in, out);
    near_all(x, (double[]){1, 0, 0, 1}, 4);
    near_all(y, (double[]){1, 0, 0, 1}, 4);
    near_all(t, (double[]){1, 0, 0, -1}, 4);
    near_all(d, (double[]){2, 0}, 2);
    const char *lu = strstr(nb_function_plan(f), "= lu");
    assert_non_null(lu);
    assert_null(strstr(lu + 1, "= lu"));
    nb_context_free(c);
}

static void what_is_wrong(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "A: [n,n] complex", "inv(A)", NULL, NB_VALUE);
    double a[] = {1, 0, 0, 1, 0, 1, -1, 0}, y[8]; /* [1 i; i -1] */
    nb_array in = CMATRIX(a, 2, 2), out = CMATRIX(y, 2, 2);
    nb_status st;
    refuse(f, &in, &out, NB_STATUS_SINGULAR, "A is singular");
    a[7] = 1e-9;
    assert_int_equal(nb_call(f, &in, &out, &st), 1);
    assert_true(st.rcond > 1e-11 && st.rcond < 1e-8);
    a[1] = NAN;
    refuse(f, &in, &out, NB_STATUS_DOMAIN, "the input A has NaN at entry "
                                           "[1,1]");
    nb_context_free(c);
}

static void not_as_declared(void **state)
{
    static const struct {
        const char *what, *message;
    } cases[] = {
        {"hermitian", "hermitian, and is not: entry [1,1] of A is 1+2i"},
        {"hermitian posdef", "hermitian"}, {"complex symmetric", "symmetric"},
        {"complex skew", "skew"}, {"complex lower", "lower triangular"},
        {"complex upper", "upper triangular"},
        {"complex diagonal", "diagonal"}, {"complex toeplitz", "Toeplitz"},
        {"complex hankel", "symmetric"}, {"complex circulant", "circulant"},
        {"unitary", "unitary"},
    };
    (void)state;
    double a[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nb_context *c = nb_context_new(NULL);
        char let[64];
        snprintf(let, sizeof let, "A: [n,n] %s", cases[i].what);
        nb_function *f = compile(c, let, "A + A", NULL, NB_VALUE);
        double y[18];
        nb_array in = CMATRIX(a, 3, 3), out = CMATRIX(y, 3, 3);
        refuse(f, &in, &out, NB_STATUS_DOMAIN, cases[i].message);
        nb_context_free(c);
    }
}

/* What is declared positive definite is told where it is not; what is only
 * hermitian goes on by LU. */
static void definite_or_not(void **state)
{
    (void)state;
    double h[] = {1, 0, 0, -2, 0, 2, 1, 0}, v[2]; /* eigenvalues 3, -1 */
    nb_array in = CMATRIX(h, 2, 2), out = {NB_C128, 0, {1, 1}, {0, 0}, v};
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "H: [n,n] hermitian posdef", "log(det(H))",
                             NULL, NB_VALUE);
    refuse(f, &in, &out, NB_STATUS_SINGULAR, "not positive definite");
    nb_context_free(c);
    c = nb_context_new(NULL);
    f = compile(c, "H: [n,n] hermitian", "log(det(H))", NULL, NB_VALUE);
    call(f, &in, &out);
    near(v[0], log(3), 1e-14);
    near(v[1], acos(-1.0), 1e-14);
    nb_context_free(c);
}

/* What has no form of its own: no plan, and no value either. */
static void phases(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "H: [n,n] hermitian", "eigvecs(H)", NULL,
                             NB_VALUE);
    double h[] = {1, 0, 0, -2, 0, 2, 1, 0}, y[8];
    nb_array in = CMATRIX(h, 2, 2), out = CMATRIX(y, 2, 2);
    assert_non_null(strstr(nb_function_plan(f), "multi-precision"));
    refuse(f, &in, &out, NB_STATUS_DOMAIN, "eigvecs of a complex matrix");
    nb_context_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_squares),   cmocka_unit_test(strides),
        cmocka_unit_test(real_into_complex), cmocka_unit_test(real_out),
        cmocka_unit_test(factors_shared),  cmocka_unit_test(what_is_wrong),
        cmocka_unit_test(not_as_declared), cmocka_unit_test(definite_or_not),
        cmocka_unit_test(phases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
