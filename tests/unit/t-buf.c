/* t-buf.c: text being built; UTF-8; JSON. */
#include "base-test.h"

#include "base/buf.h"

static Arena *arena;
static Buf buf;

static int start(void **state)
{
    (void)state;
    arena = arena_new(NULL, 1u << 20);
    buf_init(&buf, arena);
    return arena == NULL;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void text_grows(void **state)
{
    (void)state;
    assert_string_equal(buf_text(&buf), "");
    for (int i = 0; i < 1000; i++)
        buf_printf(&buf, "%d,", i % 10);
    assert_int_equal(buf.len, 2000);
    assert_int_equal(strlen(buf_text(&buf)), 2000);
    assert_memory_equal(buf_text(&buf) + 1990, "5,6,7,8,9,", 10);
}

static void no_memory_is_no_text(void **state)
{
    (void)state;
    while (!buf.failed)
        buf_add(&buf, "0123456789");
    assert_null(buf_text(&buf));
    buf_char(&buf, 'x');
    assert_null(buf_text(&buf));
}

static void a_missing_text_is_a_failure(void **state)
{
    (void)state;
    buf_add(&buf, "a");
    buf_add(&buf, NULL);
    assert_null(buf_text(&buf));
    buf_init(&buf, arena);
    buf_json(&buf, NULL);
    assert_null(buf_text(&buf));
}

static void json_is_escaped(void **state)
{
    (void)state;
    buf_json(&buf, "a\"b\\c\nd\te\x01 \xc3\xa9");
    assert_string_equal(buf_text(&buf),
                        "\"a\\\"b\\\\c\\nd\\u0009e\\u0001 \xc3\xa9\"");
}

static size_t decode(const char *s, uint32_t *code)
{
    return utf8_decode(s, strlen(s), code);
}

static void utf8_is_read_strictly(void **state)
{
    uint32_t c = 0;
    (void)state;
    assert_int_equal(decode("A", &c), 1);
    assert_int_equal(decode("\xce\xb1", &c), 2);
    assert_int_equal(c, 0x3b1);
    assert_int_equal(decode("\xe2\x81\xbb", &c), 3);
    assert_int_equal(c, 0x207b);
    assert_int_equal(decode("\xf0\x9d\x94\xb8", &c), 4);
    assert_int_equal(c, 0x1d538);
    assert_int_equal(decode("\xc0\x80", &c), 0);         /* too long */
    assert_int_equal(decode("\xe0\x80\x80", &c), 0);
    assert_int_equal(decode("\xed\xa0\x80", &c), 0);     /* a surrogate */
    assert_int_equal(decode("\xf4\x90\x80\x80", &c), 0); /* beyond the last */
    assert_int_equal(decode("\xce", &c), 0);             /* cut short */
    assert_int_equal(decode("\xb1", &c), 0);
    assert_int_equal(decode("\xff", &c), 0);
    assert_int_equal(utf8_decode("", 0, &c), 0);
}

static void width_is_in_columns(void **state)
{
    (void)state;
    assert_int_equal(utf8_width("A\xe1\xb5\x80", 4), 2);
    assert_int_equal(utf8_width("x\xcc\x82", 3), 1);
    assert_int_equal(utf8_width("\xe6\xbc\xa2", 3), 2);
    assert_int_equal(utf8_width("\xff\xff", 2), 2);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, start, end)
    const struct CMUnitTest tests[] = {
        TEST(text_grows),       TEST(no_memory_is_no_text),
        TEST(json_is_escaped),  TEST(a_missing_text_is_a_failure),
        TEST(utf8_is_read_strictly), TEST(width_is_in_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
