/* t-rat.c: rationals: exact across the border of 64 bits, and canonical. */
#include "base-test.h"

#include "base/rat.h"
#include "base/rng.h"

static Ctx *c;

static int start(void **state)
{
    (void)state;
    c = ctx_new(NULL, NULL);
    return c == NULL;
}

static int end(void **state)
{
    (void)state;
    ctx_free(c);
    return 0;
}

static Rat read(const char *s)
{
    return rat_read(c, s, strlen(s));
}

static void check(Rat r, const char *num, const char *den)
{
    assert_string_equal(rat_num_text(c, r), num);
    assert_string_equal(rat_den_text(c, r), den);
}

static void small_ones_are_coprime(void **state)
{
    (void)state;
    check(rat_make(c, 6, -4), "-3", "2");
    check(rat_make(c, 0, -7), "0", "1");
    check(rat_add(c, rat_make(c, 1, 6), rat_make(c, 1, 3)), "1", "2");
    assert_true(rat_is(rat_mul(c, rat_make(c, 2, 3), rat_make(c, 3, 2)), 1));
}

static void literals_are_exact(void **state)
{
    (void)state;
    check(read("12"), "12", "1");
    check(read("0.25"), "1", "4");
    check(read("1e-3"), "1", "1000");
    check(read("2.50e2"), "250", "1");
    check(read("0.1"), "1", "10");
    check(read("9223372036854775808"), "9223372036854775808", "1");
    check(read("000"), "0", "1");
}

static void the_border_is_crossed_both_ways(void **state)
{
    Rat top = rat_int(INT64_MAX), one = rat_int(1);
    (void)state;
    Rat over = rat_add(c, top, one);
    check(over, "9223372036854775808", "1");
    assert_true(rat_equal(rat_sub(c, over, one), top));
    assert_true(rat_equal(over, rat_add(c, one, top)));
    assert_int_equal(rat_hash(over), rat_hash(read("9223372036854775808")));
    check(rat_div(c, one, rat_mul(c, top, top)), "1",
          "85070591730234615847396907784232501249");
    assert_true(rat_is(rat_div(c, rat_pow(c, top, 9), rat_pow(c, top, 9)), 1));
    check(rat_neg(c, rat_neg(c, over)), "9223372036854775808", "1");
    check(rat_make(c, INT64_MIN, 1), "-9223372036854775808", "1");
}

static void order_and_sign(void **state)
{
    Rat big = rat_pow(c, rat_int(10), 30);
    (void)state;
    assert_int_equal(rat_sign(rat_neg(c, big)), -1);
    assert_true(rat_compare(c, big, rat_int(3)) > 0);
    assert_true(rat_compare(c, rat_make(c, 1, 3), rat_make(c, 1, 2)) < 0);
    assert_int_equal(rat_compare(c, big, big), 0);
    assert_true(rat_is_int(big));
    assert_false(rat_is_int(rat_div(c, rat_int(1), big)));
    check(rat_pow(c, rat_make(c, -2, 3), -3), "-27", "8");
}

/* Arithmetic modulo a prime is an independent witness, small or big. */
static void agrees_with_arithmetic_modulo_a_prime(void **state)
{
    const uint64_t p = (1ull << 61) - 1;
    Rng rng = {7};
    (void)state;
    for (int k = 0; k < 20000; k++) {
        unsigned bits = (unsigned)rng_below(&rng, 62) + 1;
        int64_t n[4];
        for (int i = 0; i < 4; i++)
            n[i] = (int64_t)(rng_next(&rng) >> (64 - bits)) + 1;
        Rat a = rat_make(c, n[0], n[1]), b = rat_make(c, -n[2], n[3]);
        bool ok1, ok2, ok3;
        uint64_t x = rat_mod(a, p, &ok1), y = rat_mod(b, p, &ok2);
        uint64_t s = rat_mod(rat_add(c, a, b), p, &ok3);
        if (ok1 && ok2)
            assert_true(ok3 && s == (x + y) % p);
        Rat back = rat_sub(c, rat_add(c, a, b), b);
        assert_true(rat_equal(back, a));
        assert_true(rat_equal(rat_div(c, rat_mul(c, a, b), b), a));
    }
}

static void division_by_zero_is_an_error(void **state)
{
    (void)state;
    rat_div(c, rat_int(1), rat_int(0));
    assert_int_equal(c->diag.code, ERR_LANGUAGE);
}

static void digits_are_limited(void **state)
{
    (void)state;
    rat_pow(c, rat_int(10), 1000000);
    assert_int_equal(c->diag.code, ERR_LIMIT);
    ctx_reset(c);
    read("1e999999999999999999999");
    assert_int_equal(c->diag.code, ERR_LIMIT);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, start, end)
    const struct CMUnitTest tests[] = {
        TEST(small_ones_are_coprime), TEST(literals_are_exact),
        TEST(the_border_is_crossed_both_ways), TEST(order_and_sign),
        TEST(agrees_with_arithmetic_modulo_a_prime),
        TEST(division_by_zero_is_an_error), TEST(digits_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
