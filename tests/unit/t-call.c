/* t-call.c: values against closed forms, in every storage; what is refused. */
#include "call-test.h"

#include <stdlib.h>

enum { ALL = NB_VALUE | NB_GRADIENT | NB_HESSIAN };

/* --- values */

static void quadratic(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "A: [n,n]", "x'*A*x", "x", ALL);
    double x[] = {1, 2}, a[] = {1, 3, 2, 4}, v, g[2], h[4]; /* [1 2; 3 4] */
    nb_array in[2], out[] = {SCALAR(&v), VECTOR(g, 2), MATRIX(h, 2, 2)};
    const char *shape;
    for (size_t k = 0; k < 2; k++)
        in[k] = *nb_function_input(f, k, &shape) == 'x'
                    ? VECTOR(x, 2)
                    : MATRIX(a, 2, 2);
    call(f, in, out);
    near(v, 27, 0);
    near(g[0], 12, 0); /* (A + A')*x */
    near(g[1], 21, 0);
    near(h[0], 2, 0);
    near(h[1], 5, 0);
    near(h[2], 5, 0);
    near(h[3], 8, 0);
    nb_context_free(c);
}

/* The gradient of log(det(X)) is inv(X)'. */
static void log_determinant(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "X: [n,n]", "log(det(X))", "X",
                             NB_VALUE | NB_GRADIENT);
    double x[] = {4, 2, 7, 6}, v, g[4]; /* [4 7; 2 6] */
    nb_array in[] = {MATRIX(x, 2, 2)}, out[] = {SCALAR(&v), MATRIX(g, 2, 2)};
    call(f, in, out);
    near(v, log(10), 1e-15);
    const double inverse_t[] = {0.6, -0.7, -0.2, 0.4};
    for (int i = 0; i < 4; i++)
        near(g[i], inverse_t[i], 1e-14);
    nb_context_free(c);
}

/* Hessian times a direction is the Hessian times it. */
static void hessian_times_a_direction(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "x: [n]", "sum(exp(x)) + sum(x)^3", "x",
                             NB_HESSIAN | NB_HESSVEC);
    double x[] = {0.1, -0.2, 0.5}, d[] = {1, -2, 0.25}, h[9], hd[3];
    nb_array in[2], out[] = {MATRIX(h, 3, 3), VECTOR(hd, 3)};
    for (size_t k = 0; k < 2; k++)
        in[k] = VECTOR(*nb_function_input(f, k, NULL) == 'd' ? d : x, 3);
    call(f, in, out);
    for (int i = 0; i < 3; i++)
        near(hd[i], h[i] * d[0] + h[3 + i] * d[1] + h[6 + i] * d[2], 1e-14);
    near(h[0], exp(0.1) + 6 * 0.4, 1e-14);
    nb_context_free(c);
}

/* The Jacobian of A*x by x is A; several expressions share a function. */
static void jacobian_and_more(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    const char *more[] = {"x'*x", "A*A'"};
    nb_function *f = compile_as(
        c, "A: [m,n]; x: [n]",
        (nb_program){.expression = "A*x", .want = NB_VALUE | NB_GRADIENT,
                     .more = more, .nmore = 2}, "x");
    double a[] = {1, 4, 2, 5, 3, 6}, x[] = {1, 0, -1}, y[2], j[6], s, g[4];
    nb_array in[2], out[] = {VECTOR(y, 2), MATRIX(j, 2, 3), SCALAR(&s),
                             MATRIX(g, 2, 2)};
    for (size_t k = 0; k < 2; k++)
        in[k] = *nb_function_input(f, k, NULL) == 'A' ? MATRIX(a, 2, 3)
                                                      : VECTOR(x, 3);
    call(f, in, out);
    near(y[0], -2, 0);
    near(y[1], -2, 0);
    for (int i = 0; i < 6; i++)
        near(j[i], a[i], 0);
    near(s, 2, 0);
    near(g[0], 14, 0);
    near(g[1], 32, 0);
    near(g[2], 32, 0);
    near(g[3], 77, 0);
    assert_string_equal(nb_function_output(f, 1, NULL), "jacobian x");
    nb_context_free(c);
}

static void many_sizes(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "X: [m,n]", "tr(X'*X)", "X",
                             NB_VALUE | NB_GRADIENT);
    for (int round = 0; round < 2; round++)
        for (int m = 1; m <= 40; m += 13)
            for (int n = 1; n <= 20; n += 6) {
                double *x = malloc(sizeof *x * (size_t)(m * n)), v, sum = 0;
                double *g = malloc(sizeof *g * (size_t)(m * n));
                for (int i = 0; i < m * n; i++) {
                    x[i] = sin(i + m);
                    sum += x[i] * x[i];
                }
                nb_array in[] = {MATRIX(x, m, n)};
                nb_array out[] = {SCALAR(&v), MATRIX(g, m, n)};
                call(f, in, out);
                near(v, sum, 1e-14);
                for (int i = 0; i < m * n; i++)
                    near(g[i], 2 * x[i], 1e-15);
                free(x);
                free(g);
            }
    nb_context_free(c);
}

/* --- storage: each way of giving X gives the same A*X and its trace */

typedef struct Storage {
    const char *name;
    int64_t row, col; /* strides */
    int first;        /* entry [0,0] */
} Storage;

static const Storage storages[] = {
    {"by columns", 1, 3, 0},          {"by rows", 2, 1, 0},
    {"columns with gaps", 1, 5, 2},   {"rows with gaps", 7, 1, 3},
    {"every second entry", 2, 6, 0},  {"rows from the last up", -2, 1, 4},
    {"columns from the last", 1, -3, 3}, {"both from the last", -1, -3, 5},
};
enum { NSTORAGES = sizeof storages / sizeof *storages, ROOM = 40 };

static nb_array stored(const Storage *s, nb_dtype t, void *room)
{
    return (nb_array){t, 2, {3, 2}, {s->row, s->col},
                      (char *)room + (size_t)s->first *
                                         (t == NB_F32 ? 4 : 8)};
}

static double entry(int i, int j)
{
    return i + 1 - 2.5 * j;
}

static void each_storage(int row_major, nb_dtype type)
{
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile_as(
        c, "X: [n,m]", (nb_program){.expression = "3*X", .dtype = type,
                                    .row_major = row_major}, NULL);
    for (int s = 0; s < NSTORAGES; s++)
        for (int t = 0; t < NSTORAGES; t++) {
            double x[ROOM] = {0}, y[ROOM] = {0};
            nb_array in = stored(&storages[s], NB_F64, x);
            nb_array out = stored(&storages[t], NB_F64, y);
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 2; j++)
                    ((double *)in.data)[i * in.stride[0] + j * in.stride[1]] =
                        entry(i, j);
            call(f, &in, &out);
            int written = 0;
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 2; j++)
                    near(((double *)out.data)[i * out.stride[0] +
                                              j * out.stride[1]],
                         3 * entry(i, j), 0);
            for (int k = 0; k < ROOM; k++) /* nothing beside it */
                written += y[k] != 0;
            assert_int_equal(written, 6);
        }
    nb_context_free(c);
}

static void strides(void **state)
{
    (void)state;
    for (int row_major = 0; row_major < 2; row_major++) {
        each_storage(row_major, NB_F64);
        each_storage(row_major, NB_F32); /* exact in a float, too */
    }
}

/* A stride of 0 repeats a row of an input; an output has no such places. */
static void a_stride_of_zero(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "X: [n,m]", "X + X", NULL, NB_VALUE);
    double x[] = {1, 2}, y[6];
    nb_array in = {NB_F64, 2, {3, 2}, {0, 1}, x};
    nb_array out = MATRIX(y, 3, 2), folded = {NB_F64, 2, {3, 2}, {0, 1}, y};
    call(f, &in, &out);
    for (int k = 0; k < 6; k++)
        near(y[k], k < 3 ? 2 : 4, 0);
    refuse(f, &in, &folded, NB_STATUS_SHAPE, "several entries have one place");
    folded.stride[0] = 1;
    folded.stride[1] = 2; /* column 2 begins in column 1 */
    refuse(f, &in, &folded, NB_STATUS_SHAPE, "several entries have one place");
    nb_context_free(c);
}

/* A row may come as a vector, a vector as a row, a scalar as 1 x 1. */
static void rows_and_vectors(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "r: [1,n]; v: [n]; s: scalar", "s*(r*v)*r",
                             NULL, NB_VALUE);
    double r[] = {1, 2, 3}, v[] = {1, 9, 0, 9, 2, 9}, s = 2, y[3];
    nb_array in[3];
    for (int way = 0; way < 4; way++) {
        for (size_t k = 0; k < 3; k++) {
            char name = *nb_function_input(f, k, NULL);
            in[k] = name == 's' ? (way & 1 ? MATRIX(&s, 1, 1) : SCALAR(&s))
                    : name == 'r'
                        ? (way & 1 ? MATRIX(r, 1, 3) : VECTOR(r, 3))
                    : way & 2 ? (nb_array){NB_F64, 2, {1, 3}, {1, 2}, v}
                              : (nb_array){NB_F64, 1, {3, 1}, {2, 0}, v};
        }
        nb_array out = way & 1 ? MATRIX(y, 1, 3) : VECTOR(y, 3);
        memset(y, 0, sizeof y);
        call(f, in, &out);
        for (int i = 0; i < 3; i++)
            near(y[i], 14 * r[i], 0);
    }
    nb_context_free(c);
}

/* Arrays in turn: a call knows its arrays again only if it is bound to them. */
static void arrays_in_turn(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "x: [n]", "x'*x", NULL, NB_VALUE);
    double x[] = {1, 2}, gaps[] = {3, 9, 4}, v;
    nb_array in[] = {VECTOR(x, 2), {NB_F64, 1, {2, 1}, {2, 0}, gaps}};
    nb_array out = SCALAR(&v);
    for (int k = 0; k < 6; k++) {
        v = 0;
        call(f, &in[k % 2], &out);
        near(v, k % 2 ? 25 : 5, 0);
    }
    x[1] = 3; /* the same array, other numbers */
    call(f, &in[0], &out);
    near(v, 10, 0);
    call(f, &in[0], &out);
    x[1] = NAN;
    refuse(f, &in[0], &out, NB_STATUS_DOMAIN, "the input x has NaN");
    nb_context_free(c);
}

/* An output may lie where an input lies. */
static void an_output_over_an_input(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "A: [n,n]; X: [n,n]", "A*X*X", NULL, NB_VALUE);
    double a[] = {0, 1, 1, 0}, x[] = {1, 2, 3, 4, 0}; /* X = [1 3; 2 4] */
    nb_array in[2], out = MATRIX(x, 2, 2);
    const double want[] = {10, 7, 22, 15};
    for (size_t k = 0; k < 2; k++)
        in[k] = *nb_function_input(f, k, NULL) == 'A' ? MATRIX(a, 2, 2)
                                                      : MATRIX(x, 2, 2);
    call(f, in, &out);
    for (int k = 0; k < 4; k++)
        near(x[k], want[k], 0);
    const double again[] = {1, 2, 3, 4};
    memcpy(x, again, sizeof again);
    out.data = x + 1; /* half over it */
    call(f, in, &out);
    for (int k = 0; k < 4; k++)
        near(x[k + 1], want[k], 0);
    nb_context_free(c);
}

static void outputs_in_one_place(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "x: [n]", "x'*x", "x",
                             NB_GRADIENT | NB_HESSIAN | NB_VALUE);
    double x[] = {1, 2}, v, room[8] = {0};
    nb_array in = VECTOR(x, 2);
    nb_array out[] = {SCALAR(&v), VECTOR(room, 2), MATRIX(room, 2, 2)};
    refuse(f, &in, out, NB_STATUS_SHAPE,
           "gradient x and hessian x are given the same place");
    out[1] = (nb_array){NB_F64, 1, {2, 1}, {3, 0}, room + 1}; /* beside it: */
    out[2] = (nb_array){NB_F64, 2, {2, 2}, {2, 3}, room}; /* 0 2 3 5; 1 4 */
    call(f, &in, out);
    near(room[1], 2, 0);
    near(room[4], 4, 0);
    near(room[0], 2, 0);
    near(room[5], 2, 0);
    near(room[2], 0, 0);
    near(room[3], 0, 0);
    nb_context_free(c);
}

/* --- types */

static void single_precision(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile_as(
        c, "A: [n,n]; b: [n]",
        (nb_program){.expression = "inv(A)*b", .dtype = NB_F32}, NULL);
    float a[] = {4, 2, 7, 6}, b[] = {1, 2}, y[2];
    double yd[2];
    nb_array in[2], out = {NB_F32, 1, {2, 1}, {0, 0}, y};
    for (size_t k = 0; k < 2; k++)
        in[k] = *nb_function_input(f, k, NULL) == 'A'
                    ? (nb_array){NB_F32, 2, {2, 2}, {0, 0}, a}
                    : (nb_array){NB_F32, 1, {2, 1}, {0, 0}, b};
    call(f, in, &out);
    near((double)y[0], -0.8, 1e-6);
    near((double)y[1], 0.6, 1e-6);
    out = VECTOR(yd, 2);
    call(f, in, &out);
    near(yd[0], (double)y[0], 0);
    nb_context_free(c);
}

static void complex_numbers(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "A: [n,n] complex; x: [n] complex", "A*x",
                             NULL, NB_VALUE);
    double a[] = {1, 1, 0, 2, 3, 0, 0, -1}; /* [1+i 3; 2i -i] */
    double x[] = {1, 0, 0, 1}, y[4], re[2];
    nb_array in[2], out = {NB_C128, 1, {2, 1}, {0, 0}, y};
    for (size_t k = 0; k < 2; k++)
        in[k] = *nb_function_input(f, k, NULL) == 'A'
                    ? (nb_array){NB_C128, 2, {2, 2}, {0, 0}, a}
                    : (nb_array){NB_C128, 1, {2, 1}, {0, 0}, x};
    call(f, in, &out);
    near(y[0], 1, 0);
    near(y[1], 4, 0);
    near(y[2], 1, 0);
    near(y[3], 2, 0);
    out = VECTOR(re, 2);
    refuse(f, in, &out, NB_STATUS_DOMAIN, "its array wants complex numbers");
    nb_context_free(c);
}

/* A real answer in an array of complex numbers has imaginary parts 0. */
static void real_into_complex(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "x: [n]", "2*x", NULL, NB_VALUE);
    double x[] = {1, 2}, y[] = {9, 9, 9, 9};
    nb_array in = VECTOR(x, 2), out = {NB_C128, 1, {2, 1}, {0, 0}, y};
    call(f, &in, &out);
    const double want[] = {2, 0, 4, 0};
    assert_memory_equal(y, want, sizeof y);
    in = (nb_array){NB_C128, 1, {2, 1}, {0, 0}, y};
    refuse(f, &in, &out, NB_STATUS_SHAPE, "declare it complex");
    nb_context_free(c);
}

/* --- nothing, one */

static void empty_arrays(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "A: [m,n]; x: [n]; b: [m]", "norm(A*x-b)^2",
                             "x", NB_VALUE | NB_GRADIENT);
    double a[4] = {0}, x[2] = {5, 6}, b[2] = {3, 4}, v, g[2] = {9, 9};
    for (int m = 0; m < 3; m += 2)
        for (int n = 0; n < 3; n += 2) {
            nb_array in[3], out[] = {SCALAR(&v), VECTOR(g, n)};
            for (size_t k = 0; k < 3; k++) {
                char name = *nb_function_input(f, k, NULL);
                in[k] = name == 'A'   ? MATRIX(m && n ? a : NULL, m, n)
                        : name == 'x' ? VECTOR(n ? x : NULL, n)
                                      : VECTOR(m ? b : NULL, m);
            }
            call(f, in, out);
            near(v, m ? 25 : 0, 0);
            if (n)
                near(g[0], 0, 0);
        }
    nb_context_free(c);
}

static void empty_square(void **state)
{
    (void)state;
    static const struct {
        const char *expression;
        double value;
    } rows[] = {{"tr(X)", 0}, {"det(X)", 1}, {"log(det(X))", 0},
                {"sum(X)", 0}, {"sum(inv(X+X'))", 0},
                {"normF(X)^2", 0}, {"logdet(X'*X + eye(n))", 0}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        nb_context *c = nb_context_new(NULL);
        nb_function *f = compile(c, "X: [n,n]", rows[k].expression, NULL,
                                 NB_VALUE);
        double v = 7;
        nb_array in = MATRIX(NULL, 0, 0), out = SCALAR(&v);
        call(f, &in, &out);
        near(v, rows[k].value, 0);
        nb_context_free(c);
    }
}

static void one_by_one(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "X: [n,n]; A: [n,n]", "log(det(X)) + tr(A*X)",
                             "X", ALL);
    double x = 2, a = 3, v, g, h;
    nb_array in[2], out[] = {SCALAR(&v), MATRIX(&g, 1, 1), MATRIX(&h, 1, 1)};
    for (size_t k = 0; k < 2; k++)
        in[k] = MATRIX(*nb_function_input(f, k, NULL) == 'X' ? &x : &a, 1, 1);
    call(f, in, out);
    near(v, log(2) + 6, 1e-15);
    near(g, 3.5, 1e-15);
    near(h, -0.25, 1e-15);
    nb_context_free(c);
}

/* --- what does not fit */

static void shapes_that_do_not_fit(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "A: [n,n]; B: [n,m]; k: integer",
                             "k*n*tr(A)*sum(B)", NULL, NB_VALUE);
    double p[64] = {0}, v;
    assert_string_equal(nb_function_input(f, 0, NULL), "A");
    assert_string_equal(nb_function_input(f, 1, NULL), "B");
    assert_string_equal(nb_function_input(f, 2, NULL), "k");
    const nb_array good[] = {MATRIX(p, 2, 2), MATRIX(p, 2, 3), SCALAR(p)};
    static double half = 0.5, huge = 1e12;
    const struct {
        int which;
        nb_array a;
        const char *message;
    } rows[] = {
        {0, MATRIX(p, 2, 3), "A: [n,n] is square, and is given as 2 x 3"},
        {1, MATRIX(p, 3, 3),
         "B: [n,m] is given as 3 x 3, but A: [n,n] is 2 x 2"},
        {0, MATRIX(NULL, 2, 2), "there are no data for A"},
        {1, ((nb_array){NB_F64, 3, {2, 3}, {0, 0}, p}), "3 dimensions"},
        {1, ((nb_array){(nb_dtype)9, 2, {2, 3}, {0, 0}, p}), "of type 9"},
        {1, MATRIX(p, 2, -3), "B: dimension 2 is -3"},
        {1, MATRIX(p, -2, 0), "B: dimension 1 is -2"},
        {2, SCALAR(&half), "k is a whole number below 10^9; 0.5 is given"},
        {2, SCALAR(&huge), "k is a whole number"},
        {2, VECTOR(p, 2), "k is one number; an array is given"},
        {2, SCALAR(NULL), "there are no data for k"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        nb_array in[3], out = SCALAR(&v);
        memcpy(in, good, sizeof in);
        in[rows[k].which] = rows[k].a;
        refuse(f, in, &out, NB_STATUS_SHAPE, rows[k].message);
        int64_t dim[2];
        assert_int_equal(nb_function_shape(f, 0, in, dim), -1);
    }
    nb_array out = VECTOR(p, 3);
    refuse(f, good, &out, NB_STATUS_SHAPE,
           "the output value is 1 x 1; there is room for 1 x 3");
    assert_int_equal(nb_call(f, good, NULL, NULL), 0);
    nb_context_free(c);
}

/* What is left out is not written, and the rest is. */
static void outputs_left_out(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "x: [n]", "x'*x", "x", ALL);
    double x[] = {3, 4}, g[2];
    nb_array in = VECTOR(x, 2);
    nb_array out[] = {SCALAR(NULL), VECTOR(g, 2), MATRIX(NULL, 2, 2)};
    call(f, &in, out);
    near(g[0], 6, 0);
    near(g[1], 8, 0);
    nb_context_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quadratic),
        cmocka_unit_test(log_determinant),
        cmocka_unit_test(hessian_times_a_direction),
        cmocka_unit_test(jacobian_and_more),
        cmocka_unit_test(many_sizes),
        cmocka_unit_test(strides),
        cmocka_unit_test(a_stride_of_zero),
        cmocka_unit_test(rows_and_vectors),
        cmocka_unit_test(arrays_in_turn),
        cmocka_unit_test(an_output_over_an_input),
        cmocka_unit_test(outputs_in_one_place),
        cmocka_unit_test(single_precision),
        cmocka_unit_test(complex_numbers),
        cmocka_unit_test(real_into_complex),
        cmocka_unit_test(empty_arrays),
        cmocka_unit_test(empty_square),
        cmocka_unit_test(one_by_one),
        cmocka_unit_test(shapes_that_do_not_fit),
        cmocka_unit_test(outputs_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
