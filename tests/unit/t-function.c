/* t-function.c: what a function is asked, how long it lives, its memory and
 * its threads.  The linker sends the library's own requests for memory
 * (malloc and its kin, which frames are made of) through this file. */
#include "call-test.h"
#include "heap-test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* --- memory outside the arena: counted, and made to fail */

static _Thread_local long requests, fail_at = -1;

static int fails(void)
{
    return requests++ == fail_at;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_aligned_alloc(size_t align, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_aligned_alloc(size_t align, size_t size);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_aligned_alloc(size_t align, size_t size)
{
    return fails() ? NULL : __real_aligned_alloc(align, size);
}

/* --- a function that has loops, products, an LU and outputs to copy */

enum { MOST = 24 };

typedef struct Problem {
    double a[MOST * MOST], x[MOST], b[MOST];
    double v, g[MOST], h[MOST * MOST];
    nb_array in[3], out[3];
} Problem;

static nb_function *problem_function(nb_context *c, int unverified)
{
    return compile_as(c, "A: [n,n]; x: [n]; b: [n]",
                      (nb_program){.expression = "log(sum(exp(inv(A)*x-b)))",
                                   .unverified = unverified,
                                   .want = NB_VALUE | NB_GRADIENT |
                                           NB_HESSIAN}, "x");
}

static void problem_set(Problem *p, const nb_function *f, int n, int gaps)
{
    memset(p, 0, sizeof *p);
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++)
            p->a[j * n + i] = i == j ? 2 : 1.0 / (3 + i + 2 * j);
        p->x[gaps ? 2 * i : i] = sin(i);
        p->b[i] = cos(i);
    }
    for (size_t k = 0; k < 3; k++) {
        char name = *nb_function_input(f, k, NULL);
        p->in[k] = name == 'A'   ? MATRIX(p->a, n, n)
                   : name == 'b' ? VECTOR(p->b, n)
                                 : (nb_array){NB_F64, 1, {n, 1},
                                              {gaps ? 2 : 1, 0}, p->x};
    }
    p->out[0] = SCALAR(&p->v);
    p->out[1] = VECTOR(p->g, n);
    p->out[2] = (nb_array){NB_F64, 2, {n, n}, {gaps ? n : 1, gaps ? 1 : n},
                           p->h};
}

static void no_memory_after_the_first_call(void **state)
{
    (void)state;
    static Problem p;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = problem_function(c, 0);
    for (int gaps = 0; gaps < 2; gaps++)
        for (int n = 1; n <= MOST / 2; n += 5) {
            problem_set(&p, f, n, gaps);
            call(f, p.in, p.out);
        }
    requests = 0;
    for (int round = 0; round < 3; round++)
        for (int n = 1; n <= MOST / 2; n += 5) {
            problem_set(&p, f, n, round & 1);
            call(f, p.in, p.out);
        }
    assert_int_equal(requests, 0);
    nb_context_free(c);
}

/* A call for which there is no memory says so, and the next one succeeds. */
static void each_request_of_a_call_fails(void **state)
{
    (void)state;
    static Problem p;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = problem_function(c, 0);
    nb_status st;
    int done = 0;
    long k = 0;
    for (; !done; k++) {
        problem_set(&p, f, 1 + (int)k % (MOST / 2), 1); /* often a new size */
        requests = 0;
        fail_at = k / (MOST / 2);
        done = nb_call(f, p.in, p.out, &st) && k / (MOST / 2) > requests;
        int asked = requests > fail_at;
        fail_at = -1;
        assert_true(k < 10000);
        assert_true(st.code == NB_STATUS_OK ||
                    (asked && st.code == NB_STATUS_MEMORY));
        if (st.code == NB_STATUS_MEMORY)
            assert_non_null(strstr(st.message, "no memory"));
    }
    assert_true(k > 2 * MOST / 2);
    problem_set(&p, f, 3, 0);
    call(f, p.in, p.out);
    nb_context_free(c);
}

/* --- memory of the context */

static const struct {
    const char *declarations, *expression, *wrt;
    unsigned want;
    nb_dtype dtype;
} programs[] = {
    {"A: [n,n]; x: [n]", "log(sum(exp(inv(A)*x)))", "x", 7, NB_F64},
    {"A: [n,n] posdef; X: [n,m]", "log(det(X'*A*X))", "X", 3, NB_F32},
    {"A: [n,n] complex; x: [n] complex", "A*x", NULL, 1, NB_C128},
    {"X: [n,n]", "svd(X)", NULL, 1, NB_F64},
};
enum { NPROGRAMS = sizeof programs / sizeof *programs };

/* 1: compiled and described; 0: the error of memory. */
static int attempt(const nb_options *o, size_t k)
{
    nb_context *c = nb_context_new(o);
    if (!c)
        return 0;
    nb_program p = {.expression = programs[k].expression,
                    .variables = &programs[k].wrt,
                    .nvariables = programs[k].wrt != NULL,
                    .want = programs[k].want, .dtype = programs[k].dtype,
                    .sizes = "n = 20; m = 3"};
    nb_function *f = nb_declare(c, programs[k].declarations)
                         ? nb_compile(c, &p)
                         : NULL;
    int done = f && nb_function_plan(f);
    if (!done)
        assert_int_equal(nb_error(c).code, 3);
    nb_context_free(c);
    return done;
}

static void each_request_of_a_compilation_fails(void **state)
{
    (void)state;
    for (size_t row = 0; row < NPROGRAMS; row++)
        for (long k = 0, done = 0; !done; k++) {
            Heap h = {.fail_at = k};
            nb_options o = heap_options(&h);
            done = attempt(&o, row) && h.count <= k;
            assert_int_equal(h.live, 0);
            assert_true(k < 10000);
        }
}

static void the_limit_rises(void **state)
{
    (void)state;
    for (size_t row = 0; row < NPROGRAMS; row++) {
        int done = 0;
        for (size_t memory = 4096; !done; memory += memory / 16 + 500) {
            nb_options o = {.memory = memory};
            done = attempt(&o, row);
            assert_true(memory < (size_t)1 << 30);
        }
    }
}

/* --- lifetime */

/* Functions end with the context or its reset; what was used is given back
 * (the leak checker of the sanitizers looks on). */
static void lives_with_its_context(void **state)
{
    (void)state;
    static Problem p;
    nb_context *c = nb_context_new(NULL);
    for (int round = 0; round < 3; round++) {
        nb_function *f = problem_function(c, 1), *g = compile(
            c, NULL, "tr(A*A)", "A", NB_VALUE);
        double v;
        problem_set(&p, f, 4, round & 1);
        call(f, p.in, p.out);
        nb_array in = MATRIX(p.a, 4, 4), out = SCALAR(&v);
        call(g, &in, &out);
        nb_reset(c);
    }
    nb_context_free(c);
    nb_context_free(NULL);
}

/* --- questions */

static void inputs_and_outputs(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile(c, "X: [n,m]; r: [1,m]; k: integer",
                             "k*sum(X) + sum(r)", "X",
                             NB_VALUE | NB_GRADIENT | NB_HESSIAN);
    static const char *const want[][2] = {
        {"X", "[n,m]"}, {"r", "[1,m]"}, {"k", "scalar"}};
    static const char *const outs[][2] = {{"value", "scalar"},
                                          {"gradient X", "[n,m]"},
                                          {"hessian X", "[m*n,m*n]"}};
    const char *shape;
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(nb_function_input(f, i, &shape), want[i][0]);
        assert_string_equal(shape, want[i][1]);
        assert_string_equal(nb_function_output(f, i, &shape), outs[i][0]);
        assert_string_equal(shape, outs[i][1]);
    }
    assert_null(nb_function_input(f, 3, &shape));
    assert_null(nb_function_output(f, 3, &shape));
    assert_null(nb_function_input(NULL, 0, NULL));
    double x[6] = {0}, r[3] = {0}, k = 2;
    nb_array in[] = {MATRIX(x, 2, 3), VECTOR(r, 3), SCALAR(&k)};
    int64_t dim[2];
    assert_int_equal(nb_function_shape(f, 0, in, dim), 0);
    assert_int_equal(nb_function_shape(f, 1, in, dim), 2);
    assert_int_equal(dim[0], 2);
    assert_int_equal(dim[1], 3);
    assert_int_equal(nb_function_shape(f, 2, in, dim), 2);
    assert_int_equal(dim[0], 6);
    assert_int_equal(nb_function_shape(f, 3, in, dim), -1);
    nb_context_free(c);
}

static void the_plan_as_text(void **state)
{
    (void)state;
    nb_context *c = nb_context_new(NULL);
    nb_function *f = compile_as(
        c, "A: [n,n] posdef",
        (nb_program){.expression = "log(det(A))", .sizes = "n = 10",
                     .want = NB_VALUE | NB_GRADIENT}, "A");
    const char *plan = nb_function_plan(f);
    assert_non_null(strstr(plan, "chol"));
    assert_non_null(strstr(plan, "logdet"));
    assert_null(strstr(plan, "inverse of"));
    f = compile(c, "H: [n,n] hermitian", "eigvecs(H)", NULL, NB_VALUE);
    assert_non_null(strstr(nb_function_plan(f), "multi-precision"));
    assert_null(nb_function_plan(NULL));
    nb_context_free(c);
}

static void programs_that_cannot_be(void **state)
{
    (void)state;
    static const char *many[20];
    const char *x = "x";
    for (int i = 0; i < 20; i++)
        many[i] = "x";
    const struct {
        nb_program p;
        const char *message;
    } rows[] = {
        {{.expression = NULL}, "there is no expression"},
        {{.expression = "x'*x", .want = NB_GRADIENT}, "by which variable?"},
        {{.expression = "x'*", .want = NB_VALUE}, "an operand is missing"},
        {{.expression = "x'*x", .more = many, .nmore = 20},
         "more than 14 further expressions"},
        {{.expression = "x'*x", .variables = many, .nvariables = 20},
         "too many variables"},
        {{.expression = "x'*x", .sizes = "n = many"}, "this is no size"},
        {{.expression = "2*x", .variables = &x, .nvariables = 1,
          .want = NB_HESSIAN}, "scalar"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        nb_context *c = nb_context_new(NULL);
        nb_declare(c, "x: [n]");
        if (nb_compile(c, &rows[k].p))
            fail_msg("not refused: %s", rows[k].message);
        if (!strstr(nb_error(c).message, rows[k].message))
            fail_msg("%s", nb_error(c).message);
        assert_null(nb_compile(c, &rows[0].p)); /* it stays */
        nb_context_free(c);
    }
    assert_null(nb_compile(NULL, NULL));
}

/* --- threads */

enum { THREADS = 6, ROUNDS = 60 };

typedef struct Job {
    nb_function *f;
    int first, bad;
    Problem p;
    double v[MOST / 2 + 1];
} Job;

static void *work(void *user)
{
    Job *j = user;
    nb_status st;
    for (int k = 0; k < ROUNDS; k++) {
        int n = 1 + (j->first + k) % (MOST / 2);
        problem_set(&j->p, j->f, n, k & 1);
        j->bad += !nb_call(j->f, j->p.in, j->p.out, &st);
        j->v[n] = j->p.v + j->p.g[n - 1] + j->p.h[n * n - 1];
    }
    return NULL;
}

static void run_all(Job *job)
{
    pthread_t thread[THREADS];
    for (int i = 0; i < THREADS; i++) {
        job[i].first = i;
        assert_int_equal(pthread_create(&thread[i], NULL, work, &job[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
}

static void compare(const Job *job, const Job *alone)
{
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(job[i].bad, 0);
        for (int n = 1; n <= MOST / 2; n++)
            near(job[i].v[n], alone->v[n], 1e-13);
    }
}

static void one_function_in_threads(void **state)
{
    (void)state;
    static Job alone, job[THREADS];
    nb_context *c = nb_context_new(NULL);
    alone.f = problem_function(c, 1);
    work(&alone);
    for (int i = 0; i < THREADS; i++)
        job[i].f = alone.f;
    run_all(job);
    compare(job, &alone);
    nb_context_free(c);
}

static void a_context_a_thread(void **state)
{
    (void)state;
    static Job alone, job[THREADS];
    nb_context *c[THREADS];
    for (int i = 0; i < THREADS; i++) {
        c[i] = nb_context_new(NULL);
        job[i].f = problem_function(c[i], 1);
    }
    alone.f = job[0].f;
    work(&alone);
    run_all(job);
    compare(job, &alone);
    for (int i = 0; i < THREADS; i++)
        nb_context_free(c[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_memory_after_the_first_call),
        cmocka_unit_test(each_request_of_a_call_fails),
        cmocka_unit_test(each_request_of_a_compilation_fails),
        cmocka_unit_test(the_limit_rises),
        cmocka_unit_test(lives_with_its_context),
        cmocka_unit_test(inputs_and_outputs),
        cmocka_unit_test(the_plan_as_text),
        cmocka_unit_test(programs_that_cannot_be),
        cmocka_unit_test(one_function_in_threads),
        cmocka_unit_test(a_context_a_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
