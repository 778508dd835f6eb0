/* t-mtx.c: Matrix Market files: both formats, all fields, all symmetries;
 * counts, ranges, duplicates; what is written reads back. */
#include "data-test.h"

#define HEAD "%%MatrixMarket matrix "

static void reads(const char *text, int64_t rows, int64_t cols,
                  const double *re, const double *im)
{
    nb_array a;
    if (!read_string("a.mtx", text, &a))
        fail_msg("%s: %s", text, nb_error(ctx).message);
    assert_int_equal(a.dtype, im ? NB_C128 : NB_F64);
    is_matrix(&a, rows, cols, re);
    for (int64_t k = 0; im && k < rows * cols; k++)
        assert_true(entry(&a, k / cols, k % cols, 1) == im[k]);
}

static void general(void **state)
{
    (void)state;
    const double dense[] = {1, 3, 5, 2, 4, 6}, sparse[] = {0, 0, 7, -1, 0, 0};
    const double ones[] = {0, 0, 1, 1, 0, 0}, none[] = {0, 0};
    reads(HEAD "array real general\n% made by hand\n\n2 3\n1\n2\n3\n4\n5\n6\n",
          2, 3, dense, NULL);
    reads("%%matrixmarket MATRIX Array Integer General\r\n2 3\r\n1\r\n2\r\n3"
          "\r\n4\r\n5\r\n6", 2, 3, dense, NULL);
    reads(HEAD "coordinate real general\n2 3 2\n2 1 -1e0\n1 3 7.\n", 2, 3,
          sparse, NULL);
    reads(HEAD "coordinate pattern general\n2 3 2\n2 1\n1 3\n", 2, 3, ones,
          NULL);
    reads(HEAD "coordinate real general\n1 2 0\n", 1, 2, none, NULL);
    const double re[] = {1, 3}, im[] = {-2, 4};
    reads(HEAD "array complex general\n2 1\n1 -2\n3 4\n", 2, 1, re, im);
}

static void symmetries(void **state)
{
    (void)state;
    const double s[] = {1, 2, 2, 3}, skew[] = {0, -2, 2, 0};
    const double im[] = {0, -5, 5, 0}, same[] = {0, 5, 5, 1};
    reads(HEAD "array real symmetric\n2 2\n1\n2\n3\n", 2, 2, s, NULL);
    reads(HEAD "coordinate real symmetric\n2 2 3\n2 2 3\n2 1 2\n1 1 1\n", 2,
          2, s, NULL);
    reads(HEAD "array real skew-symmetric\n2 2\n2\n", 2, 2, skew, NULL);
    reads(HEAD "coordinate integer skew-symmetric\n2 2 1\n2 1 2\n", 2, 2,
          skew, NULL);
    reads(HEAD "array complex hermitian\n2 2\n1 0\n2 5\n3 0\n", 2, 2, s, im);
    reads(HEAD "array complex symmetric\n2 2\n1 0\n2 5\n3 1\n", 2, 2, s,
          same);
    reads(HEAD "coordinate complex skew-symmetric\n2 2 1\n2 1 2 5\n", 2, 2,
          skew, im);
}

static void errors_have_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"1 2\n", "line 1: this kind of file is not known"},
        {HEAD "dense real general\n", "line 1: this kind of file is not known"},
        {HEAD "array pattern general\n2 2\n",
         "line 1: these words do not go together"},
        {HEAD "array real hermitian\n2 2\n",
         "line 1: these words do not go together"},
        {HEAD "array real general\n", "line 2: the file ends before the sizes"},
        {HEAD "array real general\n2\n",
         "line 2: the sizes cannot be read, or are wrong"},
        {HEAD "array real general\n0 2\n",
         "line 2: the sizes cannot be read, or are wrong"},
        {HEAD "array real general\n1 1 1\n1\n",
         "line 2: the sizes cannot be read, or are wrong"},
        {HEAD "array real symmetric\n2 3\n1\n",
         "line 2: half a matrix that is not square"},
        {HEAD "array real general\n4611686018427387904 4\n1\n",
         "line 2: the sizes are too large"},
        {HEAD "array real general\n1000 1000\n1\n",
         "line 2: there are more entries than the file has room for"},
        {HEAD "coordinate real general\n2 2 5\n1 1 1\n",
         "line 2: the number of entries cannot be read, or is too large"},
        {HEAD "array real general\n2 1\n1\n%\n",
         "line 5: the file ends after 1 of 2 entries"},
        {HEAD "array real general\n1 1\n1\n2\n",
         "line 4: there are more entries than the sizes say"},
        {HEAD "array real general\n1 1\nx\n",
         "line 3: a number is missing or cannot be read"},
        {HEAD "array real general\n1 1\n1 2\n",
         "line 3: there is more than an entry"},
        {HEAD "array integer general\n1 1\n1.5\n",
         "line 3: this is no integer of at most 53 bits"},
        {HEAD "coordinate real general\n2 2 1\n3 1 1\n",
         "line 3: the row is out of range"},
        {HEAD "coordinate real general\n2 2 1\n1 0 1\n",
         "line 3: the column is out of range"},
        {HEAD "coordinate real general\n2 2 2\n1 2 1\n1 2 3\n",
         "line 4: this entry is there twice"},
        {HEAD "coordinate real symmetric\n2 2 1\n1 2 1\n",
         "line 3: an entry above the diagonal"},
        {HEAD "coordinate real skew-symmetric\n2 2 1\n2 2 1\n",
         "line 3: an entry on the diagonal"},
        {HEAD "array complex hermitian\n1 1\n1 1\n",
         "line 3: the diagonal of a Hermitian matrix is real"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        refused("a.mtx", rows[i].text, rows[i].message);
}

/* Few bytes that ask for much memory. */
static void limits(void **state)
{
    (void)state;
    nb_array a;
    assert_int_equal(read_string("a.mtx", HEAD "coordinate real general\n"
                                               "100000 100000 0\n", &a), 0);
    assert_int_equal(nb_error(ctx).code, 3);
}

static void round_trips(void **state)
{
    (void)state;
    double v[] = {0.1, 2, 3, 1.0 / 3, -5e-300, 6};
    nb_array a = {NB_F64, 2, {2, 3}, {3, 1}, v}, b;
    for (int k = 0; k < 2; k++) {
        nb_reset(ctx);
        assert_int_equal(nb_write(ctx, in_folder("w.mtx"), &a), 1);
        assert_int_equal(nb_read(ctx, in_folder("w.mtx"), NULL, &b), 1);
        unlink(in_folder("w.mtx"));
        assert_int_equal(a.dtype, b.dtype);
        for (int64_t i = 0; i < a.dim[0]; i++)
            for (int64_t j = 0; j < a.dim[1]; j++)
                for (int p = 0; p <= k; p++)
                    assert_true(entry(&a, i, j, p) == entry(&b, i, j, p));
        a = (nb_array){NB_C128, 2, {1, 3}, {3, 1}, v};
    }
}

static void hostile_files(void **state)
{
    (void)state;
    static const char *const good[] = {
        HEAD "array real symmetric\n2 2\n1\n2e3\n-3.5\n",
        HEAD "coordinate complex hermitian\n% c\n3 3 2\n2 1 1 2\n3 3 4 0\n",
        HEAD "coordinate pattern general\n2 3 1\n2 1\n"};
    for (int i = 0; i < 3; i++)
        hostile("a.mtx", good[i], strlen(good[i]), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ctx_make, ctx_drop)
        T(general), T(symmetries),  T(errors_have_lines),
        T(limits),  T(round_trips), T(hostile_files)};
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
