/* t-csv.c: tables in text: separators, headers, quotes, numbers, errors with
 * their places; written with the fewest digits; whatever the locale. */
#include "data-test.h"

#include <locale.h>

static void reads(const char *text, int64_t rows, int64_t cols,
                  const double *values)
{
    nb_array a;
    if (!read_string("a.csv", text, &a))
        fail_msg("%s: %s", text, nb_error(ctx).message);
    assert_int_equal(a.dtype, NB_F64);
    assert_int_equal(a.ndim, 2);
    is_matrix(&a, rows, cols, values);
}

static const double six[] = {1, 2.5, -3, 4e10, 0.125, 6};

static void separators(void **state)
{
    (void)state;
    reads("1,2.5,-3\n4e10,.125,6\n", 2, 3, six);
    reads("1, 2.5 ,-3\r\n4E+10,0.125,6.", 2, 3, six);
    reads("1;2.5;-3\n4e10;0.125;6", 2, 3, six);
    reads("1\t2.5\t-3\n4e10\t0.125\t6\n", 2, 3, six);
    reads("  1  2.5 -3\n4e10\t .125\t 6  \n\n\n", 2, 3, six);
    reads("\xef\xbb\xbf\n# made today\n1,2.5,-3\n# half\n4d10,.125,+6\n", 2, 3,
          six);
}

static void headers_and_quotes(void **state)
{
    (void)state;
    reads("a,b,c\n1,2.5,-3\n4e10,0.125,6\n", 2, 3, six);
    reads("\"a, b\" , \"c;d\",e\n\"1\", \"2.5\" ,-3\n4e10,0.125,6\n", 2, 3,
          six);
    reads("x\n1\n2.5\n", 2, 1, six);
}

static void special_numbers(void **state)
{
    (void)state;
    nb_array a;
    assert_int_equal(read_string("a.txt", "NaN inf -Infinity 1", &a), 1);
    assert_true(isnan(entry(&a, 0, 0, 0)));
    assert_true(isinf(entry(&a, 0, 1, 0)) && entry(&a, 0, 1, 0) > 0);
    assert_true(isinf(entry(&a, 0, 2, 0)) && entry(&a, 0, 2, 0) < 0);
    /* what one multiplication would round wrongly */
    const double hard[] = {9007199254740993.0, 1e23, 2.2250738585072014e-308,
                           4.9406564584124654e-324, 0.1, 0,
                           123456789012345678901234567890.0};
    reads("9007199254740993,1e23,2.2250738585072014e-308,5e-324,"
          "0.1000000000000000055511151231257827,1e-400,"
          "123456789012345678901234567890", 1, 7, hard);
}

static void complex_numbers(void **state)
{
    (void)state;
    nb_array a;
    assert_int_equal(read_string("a.csv", "1+2i,3\n-4j,(5-1e-3j)\n", &a), 1);
    assert_int_equal(a.dtype, NB_C128);
    const double re[] = {1, 3, 0, 5}, im[] = {2, 0, -4, -1e-3};
    is_matrix(&a, 2, 2, re);
    for (int k = 0; k < 4; k++)
        assert_true(entry(&a, k / 2, k % 2, 1) == im[k]);
}

static void errors_have_places(void **state)
{
    (void)state;
    refused("a.csv", "1,2\n3,x\n", "line 2, column 3: this is no number");
    assert_string_equal(nb_error(ctx).source, "3,x ");
    assert_int_equal(nb_error(ctx).start, 2);
    assert_int_equal(nb_error(ctx).end, 3);
    assert_int_equal(nb_error(ctx).code, 2);
    refused("a.csv", "1,2\n,3\n", "line 2, column 1: a cell is empty");
    refused("a.csv", "1,2\n3,\n", "line 2, column 3: a cell is empty");
    assert_int_equal(nb_error(ctx).end, 3);
    refused("a.tsv", "1\t2\n\t3\n", "line 2, column 1: a cell is empty");
    refused("a.csv", "1,\033[31m\n", "line 1, column 3: this is no number");
    assert_null(nb_error(ctx).source);
    refused("a.csv", "1,2\n3\n",
            "line 2, column 1: 1 cells, where line 1 has 2");
    refused("a.csv", "a,b,c\n3,4\n",
            "line 2, column 1: 2 cells, where line 1 has 3");
    refused("a.csv", ",a\n0,4\n", "line 1, column 1: a cell is empty");
    refused("a.csv", "1\n\n2\n", "line 2: there is nothing in it");
    refused("a.csv", "\"1,2\n", "line 1, column 1: quotes are not closed");
    refused("a.csv", "a,b\n", "there are no numbers");
    refused("a.csv", "", "there are no numbers");
    refused("a.csv", "1;2,5\n", "line 1, column 3: this is no number");
    assert_string_equal(nb_error(ctx).mend,
                        "write a decimal point, not a comma");
    refused("a.csv", "1,0x10\n", "line 1, column 3: this is no number");
    refused("a.csv", "1,2+i3\n", "line 1, column 3: this is no number");
    refused("a.csv", "1,2e\n", "line 1, column 3: this is no number");
    refused("a.csv", "1,.\n", "line 1, column 3: this is no number");
    nb_array a;
    assert_int_equal(read_bytes("a.csv", "1\0", 2, &a), 0);
}

static void text_is(const char *name, const nb_array *a, const char *want)
{
    char got[400] = "";
    const char *path = in_folder(name);
    nb_reset(ctx);
    assert_int_equal(nb_write(ctx, path, a), 1);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_true(fread(got, 1, sizeof got - 1, f) > 0);
    fclose(f);
    unlink(path);
    assert_string_equal(got, want);
}

static void written_with_few_digits(void **state)
{
    (void)state;
    double v[] = {0.1, -1e300, 1.0 / 3, 5e-324, NAN, -INFINITY};
    nb_array a = {NB_F64, 2, {2, 3}, {3, 1}, v};
    text_is("a.csv", &a,
            "0.1,-1e+300,0.3333333333333333\n5e-324,nan,-inf\n");
    a.stride[0] = 1;
    a.stride[1] = 2;
    text_is("a.txt", &a, "0.1 0.3333333333333333 nan\n-1e+300 5e-324 -inf\n");
    float w[] = {0.1f, 16777216.0f, 1e-45f};
    nb_array b = {NB_F32, 1, {3, 1}, {1, 3}, w};
    text_is("a.txt", &b, "0.1\n16777216\n1e-45\n");
    nb_array c = {NB_C128, 1, {2, 1}, {1, 2}, v};
    text_is("a.csv", &c, "0.1-1e+300i\n0.3333333333333333+5e-324i\n");
    nb_array s = {NB_F64, 0, {1, 1}, {1, 1}, v};
    text_is("a.csv", &s, "0.1\n");
}

/* Random bits of doubles: the text reads back to the same bits. */
static void round_trip(void **state)
{
    (void)state;
    enum { N = 2000 };
    static double v[N];
    uint64_t x = 88172645463325252u;
    for (int i = 0; i < N; i++) {
        do {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            memcpy(&v[i], &x, 8);
        } while (isnan(v[i]));
    }
    nb_array a = {NB_F64, 2, {N / 4, 4}, {4, 1}, v}, b;
    assert_int_equal(nb_write(ctx, in_folder("r.csv"), &a), 1);
    assert_int_equal(nb_read(ctx, in_folder("r.csv"), NULL, &b), 1);
    unlink(in_folder("r.csv"));
    is_matrix(&b, N / 4, 4, v);
}

/* Where a locale with commas is installed. */
static void in_a_locale_with_commas(void **state)
{
    static const char *const comma[] = {"de_DE.UTF-8", "fr_FR.UTF-8",
                                        "de_DE", "fr_FR"};
    int i = 0;
    while (i < 4 && !setlocale(LC_ALL, comma[i]))
        i++;
    if (i == 4)
        skip();
    assert_string_equal(localeconv()->decimal_point, ",");
    separators(state);
    special_numbers(state);
    written_with_few_digits(state);
    assert_string_equal(localeconv()->decimal_point, ",");
    setlocale(LC_ALL, "C");
}

/* Standard input is `text`, through a pipe. */
static int from_standard_input(const void *text, size_t n, nb_array *out)
{
    int ends[2], old = dup(0);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, n), n);
    close(ends[1]);
    dup2(ends[0], 0);
    close(ends[0]);
    nb_reset(ctx);
    int ok = nb_read(ctx, "-", NULL, out);
    dup2(old, 0);
    close(old);
    return ok;
}

static void standard_input(void **state)
{
    (void)state;
    nb_array a;
    static const char npy[] =
        "\x93NUMPY\1\0\x34\0"
        "{'descr':'|i1','fortran_order':True,'shape':(3,2),}\n\1\3\5\2\4\6";
    static const double v[] = {1, 2, 3, 4, 5, 6};
    assert_int_equal(from_standard_input("1 2\n3 4\n5 6\n", 12, &a), 1);
    is_matrix(&a, 3, 2, v);
    if (!from_standard_input(npy, sizeof npy - 1, &a))
        fail_msg("%s", nb_error(ctx).message);
    is_matrix(&a, 3, 2, v);
    assert_int_equal(from_standard_input("1,x\n", 4, &a), 0);
    assert_string_equal(nb_error(ctx).message, "standard input: line 1, "
                                               "column 3: this is no number");
}

static void hostile_files(void **state)
{
    (void)state;
    static const char *const good[] = {
        "a,\"b c\",d\n1,-2.5e10,nan\n# more\n4,\"5\",inf\n\n",
        "1+2i;3\r\n4;-5e-3j\r\n", "1 2\t3\n 4 5 6", "1\t2\n3\t4\n"};
    for (int i = 0; i < 4; i++)
        hostile("a.csv", good[i], strlen(good[i]), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ctx_make, ctx_drop)
        T(separators),         T(headers_and_quotes),
        T(special_numbers),    T(complex_numbers),
        T(errors_have_places), T(written_with_few_digits),
        T(round_trip),         T(in_a_locale_with_commas),
        T(standard_input),     T(hostile_files)};
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
