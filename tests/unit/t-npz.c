/* t-npz.c: NumPy's archives, made byte by byte: stored and deflated members,
 * names, sizes and checksums that lie. */
#include "data-test.h"

#include <zlib.h>

static unsigned char zip[4096];
static size_t zip_size, directory_size;
static unsigned char directory[1024];
static unsigned members;

static void put(unsigned char **p, uint32_t v, int n)
{
    for (; n > 0; n--, v >>= 8)
        *(*p)++ = (unsigned char)v;
}

static void zip_start(void)
{
    zip_size = directory_size = members = 0;
}

static size_t deflated(const void *from, size_t n, unsigned char *to,
                       size_t room)
{
    z_stream s = {.next_in = (unsigned char *)(uintptr_t)from,
                  .avail_in = (uInt)n, .next_out = to,
                  .avail_out = (uInt)room};
    assert_int_equal(deflateInit2(&s, 9, Z_DEFLATED, -15, 8,
                                  Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&s, Z_FINISH), Z_STREAM_END);
    deflateEnd(&s);
    return room - s.avail_out;
}

/* What the local header and the directory share. */
static void put_common(unsigned char **p, int method, uint32_t crc,
                       size_t packed, size_t size, const char *name)
{
    put(p, 20, 2);
    put(p, 0, 2);
    put(p, (uint32_t)method, 2);
    put(p, 0, 4);
    put(p, crc, 4);
    put(p, (uint32_t)packed, 4);
    put(p, (uint32_t)size, 4);
    put(p, (uint32_t)strlen(name), 2);
    put(p, 0, 2);
}

static void zip_add(const char *name, int method, const void *bytes, size_t n)
{
    unsigned char packed[1024], *p = zip + zip_size;
    unsigned char *d = directory + directory_size;
    size_t k = method ? deflated(bytes, n, packed, sizeof packed) : n;
    uint32_t crc = (uint32_t)crc32(0, bytes, (uInt)n);
    put(&d, 0x02014b50, 4);
    put(&d, 20, 2);
    put_common(&d, method, crc, k, n, name);
    put(&d, 0, 10);
    put(&d, (uint32_t)zip_size, 4);
    memcpy(d, name, strlen(name));
    directory_size = (size_t)(d - directory) + strlen(name);
    put(&p, 0x04034b50, 4);
    put_common(&p, method, crc, k, n, name);
    memcpy(p, name, strlen(name));
    p += strlen(name);
    memcpy(p, method ? packed : bytes, k);
    zip_size = (size_t)(p - zip) + k;
    members++;
}

static void zip_end(void)
{
    unsigned char *p = zip + zip_size;
    memcpy(p, directory, directory_size);
    p += directory_size;
    put(&p, 0x06054b50, 4);
    put(&p, 0, 4);
    put(&p, members, 2);
    put(&p, members, 2);
    put(&p, (uint32_t)directory_size, 4);
    put(&p, (uint32_t)zip_size, 4);
    put(&p, 0, 2);
    zip_size = (size_t)(p - zip);
}

/* The member of 2 x 3 bytes first, first+1, ... */
static void add_array(const char *name, int method, int first)
{
    char npy[200] = "\x93NUMPY\1\0";
    static const char head[] =
        "{'descr':'|i1','fortran_order':False,'shape':(2,3),}";
    npy[8] = (char)strlen(head);
    memcpy(npy + 10, head, sizeof head);
    size_t n = 10 + strlen(head);
    for (int k = 0; k < 6; k++)
        npy[n++] = (char)(first + k);
    zip_add(name, method, npy, n);
}

static int read_member(const char *member, nb_array *out)
{
    put_file("a.npz", zip, zip_size);
    nb_reset(ctx);
    int ok = nb_read(ctx, in_folder("a.npz"), member, out);
    unlink(in_folder("a.npz"));
    return ok;
}

static const double one[] = {1, 2, 3, 4, 5, 6}, ten[] = {10, 11, 12,
                                                         13, 14, 15};

static void by_name(void **state)
{
    (void)state;
    nb_array a;
    zip_start();
    add_array("X.npy", 0, 1);
    add_array("y.npy", 8, 10);
    zip_end();
    assert_int_equal(read_member("X", &a), 1);
    is_matrix(&a, 2, 3, one);
    assert_int_equal(read_member("y.npy", &a), 1);
    is_matrix(&a, 2, 3, ten);
    assert_int_equal(read_member("z", &a), 0);
    assert_non_null(strstr(nb_error(ctx).message, "only: X, y"));
    assert_int_equal(read_member(NULL, &a), 0);
    assert_non_null(strstr(nb_error(ctx).message, "several arrays"));
    /* FILE:NAME */
    char path[200];
    put_file("a.npz", zip, zip_size);
    snprintf(path, sizeof path, "%s/a.npz:y", folder);
    nb_reset(ctx);
    assert_int_equal(nb_read(ctx, path, NULL, &a), 1);
    is_matrix(&a, 2, 3, ten);
    unlink(in_folder("a.npz"));
}

static void the_only_one(void **state)
{
    (void)state;
    nb_array a;
    zip_start();
    add_array("arr_0.npy", 8, 1);
    zip_end();
    assert_int_equal(read_member(NULL, &a), 1);
    is_matrix(&a, 2, 3, one);
    zip_start();
    zip_end();
    assert_int_equal(read_member(NULL, &a), 0);
}

static void lie(size_t at, uint32_t v, const char *part)
{
    nb_array a;
    unsigned char keep[4], *p = zip + at;
    memcpy(keep, p, 4);
    put(&p, v, 4);
    assert_int_equal(read_member(NULL, &a), 0);
    if (!strstr(nb_error(ctx).message, part))
        fail_msg("%s, not %s", nb_error(ctx).message, part);
    memcpy(zip + at, keep, 4);
}

static void archives_that_lie(void **state)
{
    (void)state;
    for (int method = 0; method <= 8; method += 8) {
        zip_start();
        add_array("X.npy", method, 1);
        size_t at = zip_size;
        zip_end();
        lie(at + 16, 0, "checksum");
        lie(at + 24, 0xfffffff0u, "sizes of a member are wrong");
        lie(at + 20, 0xfffffff0u, "sizes of a member are wrong");
        lie(at + 42, (uint32_t)zip_size, "sizes of a member are wrong");
        lie(at, 0, "directory is broken");
        lie(zip_size - 22, 0, "without a zip directory");
        lie(zip_size - 6, (uint32_t)zip_size, "not where it should be");
        lie(zip_size - 6, 0xffffffffu, "4 GiB");
        zip[at + 8] = 1;
        lie(at, 0x02014b50, "encrypted");
    }
}

/* 100,000 zeros in a hundred bytes are read; more than memory is not. */
static void growth(void **state)
{
    (void)state;
    nb_array a;
    zip_start();
    static char zeros[100000];
    static const char head[] =
        "\x93NUMPY\1\0\x3b\0{'descr':'|b1','fortran_order':False,"
        "'shape':(99931,),}    ";
    memcpy(zeros, head, 69);
    zip_add("z.npy", 8, zeros, sizeof zeros);
    zip_end();
    if (!read_member(NULL, &a))
        fail_msg("%s", nb_error(ctx).message);
    assert_int_equal(a.dim[0], 99931);
}

static void hostile_files(void **state)
{
    (void)state;
    for (int method = 0; method <= 8; method += 8) {
        zip_start();
        add_array("X.npy", method, 1);
        zip_end();
        hostile("a.npz", zip, zip_size, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ctx_make, ctx_drop)
        T(by_name), T(the_only_one), T(archives_that_lie), T(growth),
        T(hostile_files)};
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
