/* t-op.c: the operator table is complete, and its names are found. */
#include "lang-test.h"

static bool derives(const OpRecord *r)
{
    return r->slope || r->diff || r->trace || r->means;
}

static void every_row_is_complete(void **state)
{
    (void)state;
    for (int i = 0; i < OP_COUNT; i++) {
        const OpRecord *r = op_record((OpId)i);
        assert_non_null(r->id);
        assert_non_null(r->name);
        assert_non_null(r->help);
        if (r->cls == CLASS_ENTRYWISE || r->cls == CLASS_MATRIX)
            assert_true(derives(r));
        if (r->args)
            assert_non_null(r->gives);
    }
}

static OpId find(const char *name)
{
    return op_find(name, strlen(name));
}

static void names_and_aliases(void **state)
{
    (void)state;
    assert_int_equal(find("det"), OP_DET);
    assert_int_equal(find("trace"), OP_TR);
    assert_int_equal(find("ln"), OP_LOG);
    assert_int_equal(find("arcsin"), OP_ASIN);
    assert_int_equal(find("dett"), OP_COUNT);
    assert_int_equal(find(""), OP_COUNT);
}

static void near_names(void **state)
{
    (void)state;
    assert_string_equal(op_nearest("dett", 4), "det");
    assert_string_equal(op_nearest("sofmax", 6), "softmax");
    assert_null(op_nearest("f", 1));
    assert_null(op_nearest("entirely", 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_complete),
        cmocka_unit_test(names_and_aliases),
        cmocka_unit_test(near_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
