/* t-dim.c: integer polynomials. */
#include "lang-test.h"

static const Dim *sym(Ctx *ctx, const char *s)
{
    return dim_sym(ctx, ctx_intern(ctx, s, strlen(s)));
}

static void equal_is_one_pointer(void **state)
{
    Ctx *c = ctx_new(NULL, NULL);
    const Dim *n = sym(c, "n"), *m = sym(c, "m");
    (void)state;
    assert_ptr_equal(dim_mul(c, n, m), dim_mul(c, m, n));
    assert_ptr_equal(dim_add(c, n, m), dim_add(c, m, n));
    assert_ptr_equal(dim_sub(c, dim_add(c, n, m), m), n);
    assert_true(dim_is(dim_sub(c, n, n), 0));
    assert_true(dim_is(dim_num(c, 3), 3));
    ctx_free(c);
}

static void text_and_substitution(void **state)
{
    Ctx *c = ctx_new(NULL, NULL);
    const Dim *n = sym(c, "n"), *m = sym(c, "m"), *one = dim_num(c, 1);
    (void)state;
    assert_string_equal(dim_text(c, dim_mul(c, m, n)), "m*n");
    assert_string_equal(dim_text(c, dim_add(c, one, n)), "n+1");
    assert_string_equal(dim_text(c, dim_sub(c, n, m)), "-m+n");
    assert_string_equal(dim_text(c, dim_num(c, 0)), "0");
    const Dim *square = dim_mul(c, n, n);
    assert_string_equal(
        dim_text(c, dim_subst(c, square, dim_symbol(n), dim_add(c, m, one))),
        "m*m+2*m+1");
    assert_true(dim_mentions(square, dim_symbol(n)));
    assert_false(dim_mentions(square, dim_symbol(m)));
    ctx_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_is_one_pointer),
        cmocka_unit_test(text_and_substitution),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
