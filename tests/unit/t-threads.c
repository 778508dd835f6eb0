/* t-threads.c: contexts in threads never meet: the same texts as alone. */
#include "base-test.h"

#include "nabla.h"

#include <pthread.h>
#include <stdio.h>

static const char *const expression[] = {
    "log(det(X'*A*X))", "norm(A*X - B)", "tr(inv(X)*A)", "exp(sum(X.*A))",
    "sum(tanh(A*X))", "tr(expm(X))"};
enum { KINDS = sizeof expression / sizeof *expression, ROUNDS = 20,
       THREADS = 8, TEXT = 400 };

typedef struct Job {
    unsigned first;
    char text[KINDS][TEXT];
} Job;

static void derive(nb_context *c, unsigned kind, char *out)
{
    const char *x = "X";
    nb_request q = {.mode = NB_DIFF, .expression = expression[kind],
                    .variables = &x, .nvariables = 1};
    nb_reset(c);
    const nb_result *r = nb_declare(c, "X: [n,n]; A: [n,n]; B: [n,n]")
                             ? nb_derive(c, &q)
                             : NULL;
    const char *s = nb_result_text(r, 0, NB_TEXT);
    snprintf(out, TEXT, "%s", s ? s : nb_error(c).message);
}

static void *work(void *p)
{
    Job *j = p;
    nb_context *c = nb_context_new(NULL);
    for (unsigned k = 0; c && k < ROUNDS * KINDS; k++) {
        unsigned kind = (j->first + k) % KINDS;
        derive(c, kind, j->text[kind]);
    }
    nb_context_free(c);
    return NULL;
}

static void the_same_as_alone(void **state)
{
    static Job alone, job[THREADS];
    pthread_t thread[THREADS];
    (void)state;
    work(&alone);
    for (unsigned i = 0; i < THREADS; i++) {
        job[i].first = i;
        assert_int_equal(pthread_create(&thread[i], NULL, work, &job[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    for (unsigned i = 0; i < THREADS; i++)
        for (unsigned k = 0; k < KINDS; k++)
            assert_string_equal(job[i].text[k], alone.text[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_same_as_alone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
