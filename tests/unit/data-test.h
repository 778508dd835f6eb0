/* data-test.h: a folder of their own for tests that write files, and files
 * made byte by byte. */
#ifndef NB_DATA_TEST_H
#define NB_DATA_TEST_H

#include "base-test.h"

#include "nabla.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/nabla-data-XXXXXX";
static nb_context *ctx;

/* A path in the folder; one at a time. */
static inline const char *in_folder(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static inline int folder_make(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static inline int folder_remove(void **state)
{
    (void)state;
    return rmdir(folder);
}

static inline int ctx_make(void **state)
{
    (void)state;
    nb_options o = {.memory = 1u << 22};
    ctx = nb_context_new(&o);
    return ctx == NULL;
}

static inline int ctx_drop(void **state)
{
    (void)state;
    nb_context_free(ctx);
    return 0;
}

static inline const char *put_file(const char *name, const void *bytes,
                                   size_t n)
{
    const char *path = in_folder(name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    return path;
}

/* Read `bytes` as a file of that name; the file is gone afterwards. */
static inline int read_bytes(const char *name, const void *bytes, size_t n,
                             nb_array *out)
{
    const char *path = put_file(name, bytes, n);
    nb_reset(ctx);
    int ok = nb_read(ctx, path, NULL, out);
    unlink(path);
    return ok;
}

static inline int read_string(const char *name, const char *text,
                              nb_array *out)
{
    return read_bytes(name, text, strlen(text), out);
}

/* The reading fails with exactly this, behind the path. */
static inline void refused(const char *name, const char *text,
                           const char *message)
{
    nb_array a;
    assert_int_equal(read_string(name, text, &a), 0);
    const char *got = nb_error(ctx).message;
    const char *colon = strstr(got, name);
    assert_non_null(colon);
    assert_string_equal(colon + strlen(name) + 2, message);
}

/* Element (i,j), part `part` of it, as a double. */
static inline double entry(const nb_array *a, int64_t i, int64_t j, int part)
{
    int64_t k = i * a->stride[0] + j * a->stride[1];
    return a->dtype == NB_F32    ? (double)((float *)a->data)[k]
           : a->dtype == NB_F64 ? ((double *)a->data)[k]
                                : ((double *)a->data)[2 * k + part];
}

static inline void is_matrix(const nb_array *a, int64_t rows, int64_t cols,
                             const double *values)
{
    assert_int_equal(a->dim[0], rows);
    assert_int_equal(a->dim[1], cols);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < cols; j++)
            if (entry(a, i, j, 0) != values[i * cols + j])
                fail_msg("(%d,%d) is %.17g, not %.17g", (int)i, (int)j,
                         entry(a, i, j, 0), values[i * cols + j]);
}

/* An array, all of whose numbers can be touched, or an error with a text. */
static inline void answer_or_error(const char *name, const void *bytes,
                                   size_t n)
{
    nb_array a;
    double sum = 0;
    if (!read_bytes(name, bytes, n, &a)) {
        nb_error_info e = nb_error(ctx);
        assert_true(e.code >= 2 && e.code <= 3);
        assert_non_null(e.message);
        return;
    }
    assert_int_equal(nb_error(ctx).code, 0);
    for (int64_t i = 0; i < a.dim[0]; i++)
        for (int64_t j = 0; j < a.dim[1]; j++)
            sum += entry(&a, i, j, 0) + entry(&a, i, j, a.dtype == NB_C128);
    assert_true(isnan(sum) || !isnan(sum));
}

static inline int next_descriptor(void)
{
    int fd = open("/dev/null", O_RDONLY);
    close(fd);
    return fd;
}

/* Every `step`-th beginning of a good file, and the file with every
 * `step`-th byte changed: an answer or an error, and no descriptor left. */
static inline void hostile(const char *name, const void *good, size_t n,
                           size_t step)
{
    static const unsigned char put[] = {0,   1,   0xff, 0x7f, 0x80, ' ', '\n',
                                        '0', '9', '-',  ',',  '"'};
    enum { NPUT = sizeof put };
    unsigned char *bad = malloc(n ? n : 1);
    int before = next_descriptor();
    assert_non_null(bad);
    for (size_t k = 0; k < n; k += step)
        answer_or_error(name, good, k);
    for (size_t k = 0; k < n; k += step)
        for (size_t v = 0; v < NPUT + 8; v += step) {
            memcpy(bad, good, n);
            unsigned flipped = bad[k] ^ (1u << (v < NPUT ? 0 : v - NPUT));
            bad[k] = v < NPUT ? put[v] : (unsigned char)(flipped & 255);
            answer_or_error(name, bad, n);
        }
    free(bad);
    assert_int_equal(next_descriptor(), before);
}

#endif
