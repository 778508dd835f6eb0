/* t-fault.c: memory that fails, at each request once and from then on, and a
 * limit that rises in steps: an answer or the error of memory, nothing else,
 * and all is given back. */
#include "base-test.h"
#include "heap-test.h"

static const struct {
    nb_mode mode;
    nb_form form;
    const char *declarations, *expression, *variable, *answer;
} rows[] = {
    {NB_DIFF, NB_AUTO, "A: [n,n]", "x'*A*x", "x", "(A + A')*x"},
    {NB_DIFF, NB_AUTO, "A: [n,n] symmetric", "log(det(X'*A*X))", "X",
     "2*A*X*inv(X'*A*X)"},
    {NB_DIFF, NB_AS_KRON, "X: [n,n]", "inv(X)", "X", "-kron(inv(X)',inv(X))"},
    {NB_HESS, NB_AUTO, "x: [n]; f(u: [n]): scalar; A: [n,n]", "f(A*x)", "x",
     "A'*D2(f)(A*x)*A"},
    {NB_DIFF, NB_AUTO, "z: scalar complex", "abs(z)", "z",
     "conj(z)/(2*abs(z))"},
    {NB_DIFFERENTIAL, NB_AUTO, "A: [n,n] symmetric", "lambda(A,i)", "A",
     "eigvec(A,i)'*dA*eigvec(A,i)"}};
enum { NROWS = sizeof rows / sizeof *rows };

/* 1: the answer, 0: the error of memory. */
static int attempt(const nb_options *options, int row)
{
    nb_context *c = nb_context_new(options);
    nb_request q = {.mode = rows[row].mode, .form = rows[row].form,
                    .expression = rows[row].expression,
                    .variables = &rows[row].variable, .nvariables = 1};
    if (!c)
        return 0;
    const nb_result *r = nb_declare(c, rows[row].declarations)
                             ? nb_derive(c, &q)
                             : NULL;
    const char *text = nb_result_text(r, 0, NB_TEXT);
    int done = text != NULL;
    if (done)
        assert_string_equal(text, rows[row].answer);
    else if (nb_error(c).code != 3)
        print_error("%s: %d %s\n", rows[row].expression, nb_error(c).code,
                    nb_error(c).message ? nb_error(c).message : "");
    if (!done)
        assert_int_equal(nb_error(c).code, 3);
    nb_context_free(c);
    return done;
}

static void each_request_fails(void **state)
{
    (void)state;
    for (int row = 0; row < NROWS; row++)
        for (int forever = 0; forever < 2; forever++)
            for (long k = 0, done = 0; !done; k++) {
                Heap h = {.fail_at = k, .forever = forever};
                nb_options o = heap_options(&h);
                done = attempt(&o, row) && h.count <= k;
                assert_int_equal(h.live, 0);
                assert_true(k < 10000);
            }
}

static void the_limit_rises(void **state)
{
    (void)state;
    for (int row = 0; row < NROWS; row++) {
        int done = 0;
        for (size_t memory = 4096; !done; memory += memory / 32 + 500) {
            nb_options o = {.memory = memory};
            done = attempt(&o, row);
            assert_true(memory < (size_t)1 << 30);
        }
    }
}

static void steps_run_out(void **state)
{
    (void)state;
    for (int row = 0; row < NROWS; row++) {
        int done = 0;
        for (uint64_t steps = 10; !done; steps += steps / 24 + 3) {
            nb_options o = {.steps = steps};
            done = attempt(&o, row);
            assert_true(steps < (uint64_t)1 << 40);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_fails),
        cmocka_unit_test(the_limit_rises),
        cmocka_unit_test(steps_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
