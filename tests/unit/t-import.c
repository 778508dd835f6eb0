/* t-import.c: files of MATLAB and HDF5, read by the program beside: types,
 * names, errors, broken files; and a program that misbehaves.  Skipped where
 * it was not built. */
#include "data-test.h"

#include <sys/stat.h>

#ifdef HAVE_IMPORT
#define NEEDS_IMPORT (void)state
#else
#define NEEDS_IMPORT \
    (void)state;     \
    skip()
#endif

/* MATLAB's version 4: five numbers of 4 bytes, the name, the columns. */
static size_t mat4(unsigned char *p, const char *name, int32_t rows,
                   int32_t cols, const double *v)
{
    int32_t head[] = {0, rows, cols, 0, (int32_t)strlen(name) + 1};
    memcpy(p, head, sizeof head);
    memcpy(p + 20, name, strlen(name) + 1);
    size_t n = 20 + strlen(name) + 1, k = (size_t)(rows * cols) * 8;
    memcpy(p + n, v, k);
    return n + k;
}

static const double columns[] = {1, 4, 2, 5, 3, 6}, six[] = {1, 2, 3,
                                                             4, 5, 6};
static const double table[] = {1, 2.5, -3, 4e10, 0.125, 6};

static void matlab(void **state)
{
    NEEDS_IMPORT;
    unsigned char file[400];
    nb_array a;
    size_t n = mat4(file, "X", 2, 3, columns);
    if (!read_bytes("a.mat", file, n, &a))
        fail_msg("%s", nb_error(ctx).message);
    assert_int_equal(a.ndim, 2);
    is_matrix(&a, 2, 3, six);
    n += mat4(file + n, "y", 1, 1, columns + 1);
    assert_int_equal(read_bytes("a.mat", file, n, &a), 0);
    assert_non_null(strstr(nb_error(ctx).message, "several arrays in it: "
                                                  "X, y"));
    put_file("a.mat", file, n);
    nb_reset(ctx);
    assert_int_equal(nb_read(ctx, in_folder("a.mat"), "y", &a), 1);
    is_matrix(&a, 1, 1, columns + 1);
    assert_int_equal(nb_read(ctx, in_folder("a.mat"), "z", &a), 0);
    assert_non_null(strstr(nb_error(ctx).message, "no such array"));
    unlink(in_folder("a.mat"));
    assert_int_equal(nb_error(ctx).code, 2);
    assert_int_equal(read_string("a.mat", "no .mat file", &a), 0);
    nb_reset(ctx);
    if (!nb_read(ctx, "tests/data/v73.mat", NULL, &a))
        fail_msg("%s", nb_error(ctx).message);
    is_matrix(&a, 2, 3, table);
}

static void hdf5(void **state)
{
    NEEDS_IMPORT;
    nb_array a;
    static const double half[] = {0.5, -2}, bits[] = {1, 0}, k[] = {7};
    if (!nb_read(ctx, "tests/data/one.h5", NULL, &a))
        fail_msg("%s", nb_error(ctx).message);
    is_matrix(&a, 2, 3, table);
    assert_int_equal(nb_read(ctx, "tests/data/many.h5:X", NULL, &a), 1);
    is_matrix(&a, 2, 3, table);
    assert_int_equal(nb_read(ctx, "tests/data/many.h5:g/z", NULL, &a), 1);
    assert_int_equal(a.dtype, NB_C128);
    assert_true(entry(&a, 1, 0, 0) == -3 && entry(&a, 1, 0, 1) == 4e10);
    assert_int_equal(nb_read(ctx, "tests/data/many.h5:/g/f", NULL, &a), 1);
    assert_int_equal(a.dtype, NB_F32);
    assert_int_equal(a.ndim, 1);
    is_matrix(&a, 2, 1, half);
    assert_int_equal(nb_read(ctx, "tests/data/many.h5:b", NULL, &a), 1);
    is_matrix(&a, 2, 1, bits);
    assert_int_equal(nb_read(ctx, "tests/data/many.h5:k", NULL, &a), 1);
    assert_int_equal(a.ndim, 0);
    is_matrix(&a, 1, 1, k);
    assert_int_equal(nb_read(ctx, "tests/data/many.h5", NULL, &a), 0);
    assert_non_null(strstr(nb_error(ctx).message, "X, b, g/f, g/z, k"));
    nb_reset(ctx);
    assert_int_equal(nb_read(ctx, "tests/data/many.h5:g", NULL, &a), 0);
    assert_non_null(strstr(nb_error(ctx).message, "no such data set"));
}

static void hostile_files(void **state)
{
    NEEDS_IMPORT;
    unsigned char file[4096];
    size_t n = mat4(file, "X", 2, 3, columns);
    hostile("a.mat", file, n, 6);
    FILE *f = fopen("tests/data/one.h5", "rb");
    assert_non_null(f);
    n = fread(file, 1, sizeof file, f);
    fclose(f);
    hostile("a.h5", file, n, 29);
}

/* A program in the place of nabla-import. */
static int with_program(const char *script, nb_array *out)
{
    char path[200];
    snprintf(path, sizeof path, "%s", put_file("p", script, strlen(script)));
    chmod(path, 0700);
    setenv("NABLA_IMPORT", path, 1);
    int ok = read_string("a.mat", "x", out);
    unsetenv("NABLA_IMPORT");
    unlink(path);
    return ok;
}

static void says(const char *script, int code, const char *part)
{
    nb_array a;
    assert_int_equal(with_program(script, &a), 0);
    nb_error_info e = nb_error(ctx);
    if (e.code != code || !strstr(e.message, part))
        fail_msg("%s: %d %s", script, e.code, e.message);
}

static void programs_that_misbehave(void **state)
{
    (void)state;
    says("#!/bin/sh\nprintf '!nothing in %s' \"$2\"\nexit 2\n", 2,
         "a.mat: nothing in mat");
    says("#!/bin/sh\nexit 3\n", 2, "reading it failed (status 3)");
    says("#!/bin/sh\nkill -SEGV $$\n", 2, "reading it failed (signal 11)");
    says("#!/bin/sh\nkill -XCPU $$\n", 3, "takes too long");
    says("#!/bin/sh\nexit 0\n", 2, "it ends at byte 0");
    says("#!/bin/sh\nexec yes\n", 3, "the limit memory");
    nb_array a;
    setenv("NABLA_IMPORT", "/nowhere/at/all", 1);
    assert_int_equal(read_string("a.mat", "x", &a), 0);
    unsetenv("NABLA_IMPORT");
    assert_non_null(strstr(nb_error(ctx).message, "is not there"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ctx_make, ctx_drop)
        T(matlab), T(hdf5), T(hostile_files), T(programs_that_misbehave)};
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
