/* t-npy.c: NumPy's arrays: every type in both byte orders, both orders of
 * elements, headers that lie; what is written reads back. */
#include "data-test.h"

enum { ROOM = 20000 };
static unsigned char bytes[ROOM];

/* A file of this header and n bytes behind; its length. */
static size_t npy(const char *dict, const void *data, size_t n)
{
    size_t k = strlen(dict);
    memcpy(bytes, "\x93NUMPY\x01\0", 8);
    bytes[8] = (unsigned char)(k & 255);
    bytes[9] = (unsigned char)(k >> 8);
    memcpy(bytes + 10, dict, k);
    if (n)
        memcpy(bytes + 10 + k, data, n);
    return 10 + k + n;
}

static int read_npy(const char *dict, const void *data, size_t n,
                    nb_array *out)
{
    return read_bytes("a.npy", bytes, npy(dict, data, n), out);
}

static void typed(const char *type, const char *data, size_t n,
                  nb_dtype dtype, double first, double second)
{
    char dict[100];
    nb_array a;
    snprintf(dict, sizeof dict,
             "{'descr': '%s', 'fortran_order': False, 'shape': (2,), }\n",
             type);
    if (!read_npy(dict, data, n, &a))
        fail_msg("%s: %s", type, nb_error(ctx).message);
    assert_int_equal(a.dtype, dtype);
    assert_int_equal(a.ndim, 1);
    assert_int_equal(a.dim[0], 2);
    assert_int_equal(a.dim[1], 1);
    if (entry(&a, 0, 0, 0) != first || entry(&a, 1, 0, 0) != second)
        fail_msg("%s: %g %g", type, entry(&a, 0, 0, 0), entry(&a, 1, 0, 0));
}

static void types(void **state)
{
    (void)state;
    typed("|b1", "\0\1", 2, NB_F64, 0, 1);
    typed("|i1", "\xff\x7f", 2, NB_F64, -1, 127);
    typed("|u1", "\xff\x7f", 2, NB_F64, 255, 127);
    typed("<i2", "\xfe\xff\x00\x01", 4, NB_F64, -2, 256);
    typed(">i2", "\xff\xfe\x01\x00", 4, NB_F64, -2, 256);
    typed(">u2", "\xff\xfe\x01\x00", 4, NB_F64, 65534, 256);
    typed("<u4", "\xff\xff\xff\xff\1\0\0\0", 8, NB_F64, 4294967295.0, 1);
    typed("<i4", "\xff\xff\xff\xff\1\0\0\0", 8, NB_F64, -1, 1);
    typed("<i8", "\0\0\0\0\0\0\0\x80\1\0\0\0\0\0\0\0", 16, NB_F64,
          -9223372036854775808.0, 1);
    typed(">u8", "\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16, NB_F64,
          9223372036854775808.0, 1);
    typed("<f2", "\x00\x3c\x01\x80", 4, NB_F64, 1, -ldexp(1, -24));
    typed(">f2", "\x7c\x00\xc5\x00", 4, NB_F64, (double)INFINITY, -5);
    typed("<f4", "\0\0\x80\x3f\0\0\0\xc0", 8, NB_F32, 1, -2);
    typed(">f4", "\x3f\x80\0\0\xc0\0\0\0", 8, NB_F32, 1, -2);
    typed("<f8", "\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\xc0", 16, NB_F64, 1, -2);
    typed(">f8", "\x3f\xf0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0", 16, NB_F64, 1, -2);
}

static void complex_types(void **state)
{
    (void)state;
    nb_array a;
    assert_int_equal(
        read_npy("{'descr': '>c8', 'fortran_order': False, 'shape': ()}",
                 "\x3f\x80\0\0\xc0\0\0\0", 8, &a), 1);
    assert_int_equal(a.dtype, NB_C128);
    assert_int_equal(a.ndim, 0);
    assert_true(entry(&a, 0, 0, 0) == 1 && entry(&a, 0, 0, 1) == -2);
    assert_int_equal(
        read_npy("{'descr': '>c16', 'fortran_order': False, 'shape': (1,1)}",
                 "\x3f\xf0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0", 16, &a), 1);
    assert_int_equal(a.ndim, 2);
    assert_true(entry(&a, 0, 0, 0) == 1 && entry(&a, 0, 0, 1) == -2);
}

static void both_orders(void **state)
{
    (void)state;
    nb_array a;
    const double c[] = {1, 2, 3, 4, 5, 6}, f[] = {1, 3, 5, 2, 4, 6};
    assert_int_equal(
        read_npy("{'descr':'|u1','fortran_order':False,'shape':(2, 3),}",
                 "\1\2\3\4\5\6", 6, &a), 1);
    is_matrix(&a, 2, 3, c);
    assert_int_equal(
        read_npy("{\"shape\": (2L, 3L), 'fortran_order': True, "
                 "'descr': '|u1'}  \n", "\1\2\3\4\5\6", 6, &a), 1);
    is_matrix(&a, 2, 3, f);
}

static void version_two(void **state)
{
    (void)state;
    nb_array a;
    const char *dict = "{'descr':'|u1','fortran_order':False,'shape':(1,),}";
    size_t k = strlen(dict);
    memcpy(bytes, "\x93NUMPY\x02\0", 8);
    memset(bytes + 8, 0, 4);
    bytes[8] = (unsigned char)k;
    memcpy(bytes + 12, dict, k);
    bytes[12 + k] = 7;
    assert_int_equal(read_bytes("a.npy", bytes, 13 + k, &a), 1);
    assert_true(entry(&a, 0, 0, 0) == 7);
    bytes[10] = 1; /* 64 KiB and more of header */
    assert_int_equal(read_bytes("a.npy", bytes, 13 + k, &a), 0);
    assert_int_equal(nb_error(ctx).code, 3);
}

static void says(const char *dict, size_t n, int code, const char *part)
{
    nb_array a;
    static const char zero[64];
    assert_int_equal(read_npy(dict, zero, n, &a), 0);
    nb_error_info e = nb_error(ctx);
    if (e.code != code || !strstr(e.message, part))
        fail_msg("%s: %d %s", dict, e.code, e.message);
}

static void headers_that_lie(void **state)
{
    (void)state;
#define HEAD(type, shape) \
    "{'descr': '" type "', 'fortran_order': False, 'shape': " shape "}"
    says(HEAD("<f8", "(3,)"), 16, 2, "does not fit the 16 bytes");
    says(HEAD("<f8", "(1,)"), 16, 2, "does not fit the 16 bytes");
    says(HEAD("<f8", "(4611686018427387904,4)"), 16, 2, "does not fit");
    says(HEAD("<f8", "(2305843009213693952,)"), 0, 2, "does not fit");
    says(HEAD("<f8", "(99999999999999999999,)"), 16, 2, "too large");
    says(HEAD("<f8", "(1,1,2)"), 16, 2, "more than two axes");
    says(HEAD("<f8", "(0,3)"), 0, 2, "is empty");
    says(HEAD("<f8", "(-1,)"), 8, 2, "no shape");
    says(HEAD("<f8", "(2 3)"), 48, 2, "no shape");
    says(HEAD("|O", "(1,)"), 8, 2, "the type |O is not one of numbers");
    says(HEAD("<U5", "(1,)"), 20, 2, "the type <U5");
    says(HEAD("<f16", "(1,)"), 16, 2, "the type <f16");
    says("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}",
         8, 2, "objects or records");
    says("{'descr': '<f8', 'shape': (1,)}", 8, 2, "no fortran_order");
    says("{'descr': '<f8', 'descr': '<f8', 'shape': (1,)}", 8, 2, "twice");
    says("{'descr': '<f8', 'fortran_order': 1, 'shape': (1,)}", 8, 2,
         "neither True");
    says(HEAD("<f8", "(1,)") "x", 8, 2, "bytes behind");
    says("", 0, 2, "no dictionary");
    nb_array a;
    assert_int_equal(read_npy(HEAD("<i8", "(1,)"), "\1\0\0\0\0\0\x20\0", 8,
                              &a), 0);
    assert_non_null(strstr(nb_error(ctx).message, "53 bits"));
    assert_int_equal(read_string("a.npy", "1,2\n", &a), 0);
    assert_int_equal(read_string("a.npy", "123456789012", &a), 0);
    assert_non_null(strstr(nb_error(ctx).message, "no .npy file"));
}

static void written_and_read(const nb_array *a)
{
    nb_array b;
    nb_reset(ctx);
    assert_int_equal(nb_write(ctx, in_folder("w.npy"), a), 1);
    assert_int_equal(nb_read(ctx, in_folder("w.npy"), NULL, &b), 1);
    unlink(in_folder("w.npy"));
    assert_int_equal(a->dtype, b.dtype);
    assert_int_equal(a->ndim, b.ndim);
    assert_memory_equal(a->dim, b.dim, sizeof a->dim);
    for (int64_t i = 0; i < a->dim[0]; i++)
        for (int64_t j = 0; j < a->dim[1]; j++)
            for (int p = 0; p <= (a->dtype == NB_C128); p++)
                assert_true(entry(a, i, j, p) == entry(&b, i, j, p));
}

static void round_trips(void **state)
{
    (void)state;
    double v[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    float w[] = {1, 2, 3, 4, 5, 6};
    written_and_read(&(nb_array){NB_F64, 2, {3, 4}, {4, 1}, v});
    written_and_read(&(nb_array){NB_F64, 2, {3, 4}, {1, 3}, v});
    written_and_read(&(nb_array){NB_F64, 2, {2, 2}, {1, 3}, v});
    written_and_read(&(nb_array){NB_F64, 2, {2, 2}, {6, 2}, v});
    written_and_read(&(nb_array){NB_C128, 2, {2, 3}, {3, 1}, v});
    written_and_read(&(nb_array){NB_C128, 1, {6, 1}, {1, 6}, v});
    written_and_read(&(nb_array){NB_F32, 2, {1, 6}, {6, 1}, w});
    written_and_read(&(nb_array){NB_F64, 2, {3, 2}, {-4, -1}, v + 11});
    written_and_read(&(nb_array){NB_F64, 0, {1, 1}, {1, 1}, v});
}

static void where_it_fails(void **state)
{
    (void)state;
    nb_array a = {NB_F64, 0, {1, 1}, {1, 1}, &(double){1}};
    assert_int_equal(nb_read(ctx, in_folder("none.npy"), NULL, &a), 0);
    assert_non_null(strstr(nb_error(ctx).message, "cannot be read: No such"));
    nb_reset(ctx);
    assert_int_equal(nb_read(ctx, folder, NULL, &a), 0);
    nb_reset(ctx);
    assert_int_equal(read_string("a.png", "x", &a), 0);
    assert_non_null(strstr(nb_error(ctx).message, "format is not known"));
    nb_reset(ctx);
    assert_int_equal(nb_write(ctx, in_folder("no/a.npy"), &a), 0);
    nb_reset(ctx);
    assert_int_equal(nb_write(ctx, in_folder("a.png"), &a), 0);
    nb_reset(ctx);
    put_file("b.npy", "x", 1);
    assert_int_equal(nb_read(ctx, in_folder("b.npy"), "X", &a), 0);
    assert_non_null(strstr(nb_error(ctx).message, "no named arrays"));
    unlink(in_folder("b.npy"));
    nb_reset(ctx);
    a = (nb_array){NB_F64, 2, {1, 0}, {1, 1}, &(double){1}};
    assert_int_equal(nb_write(ctx, in_folder("a.npy"), &a), 0);
    assert_non_null(strstr(nb_error(ctx).message, "has no numbers"));
    assert_int_equal(access(in_folder("a.npy"), F_OK), -1);
}

/* More than limits.memory, from few bytes or many. */
static void limits(void **state)
{
    (void)state;
    nb_array a;
    static char big[1 << 22];
    size_t k = npy(HEAD("|u1", "(4194304,)"), NULL, 0);
    FILE *f = fopen(in_folder("big.npy"), "wb");
    fwrite(bytes, 1, k, f);
    fwrite(big, 1, sizeof big, f);
    fclose(f);
    assert_int_equal(nb_read(ctx, in_folder("big.npy"), NULL, &a), 0);
    unlink(in_folder("big.npy"));
    assert_int_equal(nb_error(ctx).code, 3);
}

static void hostile_files(void **state)
{
    (void)state;
    static const double v[] = {1, 2, 3, 4, 5, 6};
    static unsigned char good[300];
    size_t n = npy(HEAD("<f8", "(2,3)") "\n", v, sizeof v);
    memcpy(good, bytes, n);
    hostile("a.npy", good, n, 1);
    n = npy(HEAD("<i2", "(24,)"), v, sizeof v);
    memcpy(good, bytes, n);
    hostile("a.npy", good, n, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ctx_make, ctx_drop)
        T(types),       T(complex_types),    T(both_orders),
        T(version_two), T(headers_that_lie), T(round_trips),
        T(where_it_fails), T(limits),
        T(hostile_files)};
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
