/* t-growth.c: what deriving costs as expressions grow, in bytes of memory:
 * nothing here looks at a clock. */
#include "nabla.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT = 1 << 16, MEGABYTE = 1 << 20 };

typedef struct Row {
    const char *head, *part, *middle, *last, *tail; /* part n times, ... */
    const char *variable;
    unsigned n, megabytes;
    nb_mode mode;
    int code; /* of the error; 0: an answer */
} Row;

static void put(char *text, const char *part, unsigned n)
{
    for (size_t at = strlen(text); n > 0; n--, at += strlen(part)) {
        assert_true(at + strlen(part) < TEXT);
        strcpy(text + at, part);
    }
}

/* head part...part middle last...last tail */
static void check(const Row *r, int proved)
{
    nb_options options = {.memory = (size_t)r->megabytes * MEGABYTE};
    nb_context *c = nb_context_new(&options);
    char *text = calloc(1, TEXT);
    put(text, r->head, 1);
    put(text, r->part, r->n);
    put(text, r->middle, 1);
    put(text, r->last, r->n);
    put(text, r->tail, 1);
    nb_request q = {.mode = r->mode, .expression = text,
                    .variables = &r->variable, .nvariables = 1,
                    .unverified = !proved};
    assert_true(nb_declare(c, "x: [n]; a: [n]; A: [n,n]; X: [n,n]; W: [n,n];"
                              "t: scalar"));
    nb_derive(c, &q);
    nb_error_info e = nb_error(c);
    if (e.code != r->code)
        fail_msg("%s%s...: %d %s", r->head, r->part, e.code,
                 e.message ? e.message : "");
    if (r->code == 3) /* a limit has its name */
        assert_non_null(strstr(e.message, "limit"));
    free(text);
    nb_context_free(c);
}

static void long_products(void **state)
{
    static const Row rows[] = {
        {"tr(X", "*X", "", "", ")", "X", 1000, 24, NB_DIFF, 0},
        {"tr(X", "*(X+A)", "", "", ")", "X", 1000, 256, NB_DIFF, 0},
        {"tr(X", "*A*X", "", "", ")", "X", 1000, 256, NB_DIFF, 0},
        {"t", "*t", "", "", "", "t", 1000, 16, NB_DIFF, 0},
        {"tr(X*A)", "*tr(X*A)", "", "", "", "X", 1000, 24, NB_DIFF, 0},
        {"(x'*A*x)", "*(x'*A*x)", "", "", "", "x", 1000, 24, NB_DIFF, 0},
        {"sum(x", ".*x", "", "", ")", "x", 1000, 16, NB_DIFF, 0},
    };
    (void)state;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        check(&rows[k], 1);
}

static void deep_expressions(void **state)
{
    static const Row rows[] = {
        {"", "sin(", "t", ")", "", "t", 2000, 128, NB_DIFF, 0},
        {"sum(", "tanh(W*", "x", ")", ")", "x", 1000, 64, NB_DIFF, 0},
        {"a'*", "softmax(W*", "x", ")", "", "x", 200, 64, NB_DIFF, 0},
        {"a'*", "((", "X", "+A)')", "*a", "X", 1000, 48, NB_DIFF, 0},
        {"", "sin(", "t", ")", "", "t", 12000, 128, NB_DIFF, 3},
    };
    (void)state;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        check(&rows[k], 0);
}

/* The costs of chains are those of trees, which double with every level
 * here. */
static void shared_parts_weigh_much(void **state)
{
    static const Row r = {"a'*", "softmax(W*", "x", ")", "", "x", 40, 64,
                          NB_DIFF, 0};
    (void)state;
    check(&r, 1);
}

/* The ways of pulling out what terms share meet in the same sums. */
static void shared_parts_are_read_once(void **state)
{
    static const Row r = {"log(a'*softmax(W*x) + 1", "", "", "", ")", "x", 0,
                          32, NB_HESS, 0};
    (void)state;
    check(&r, 0);
}

static void the_limit_of_memory_has_its_name(void **state)
{
    static const Row r = {"", "sin(", "t", ")", "", "t", 2000, 4, NB_DIFF, 3};
    (void)state;
    check(&r, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_products),
        cmocka_unit_test(deep_expressions),
        cmocka_unit_test(shared_parts_weigh_much),
        cmocka_unit_test(shared_parts_are_read_once),
        cmocka_unit_test(the_limit_of_memory_has_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
