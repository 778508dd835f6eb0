/* t-files.c: what all formats share: memory that fails at each request, pipes
 * that are known by their first bytes, and files in the place of others. */
#include "data-test.h"
#include "heap-test.h"

#include <sys/stat.h>
#include <sys/wait.h>

/* 1: an array, 0: the error of memory, whichever request fails. */
static int attempt(Heap *h, const char *path)
{
    nb_options o = heap_options(h);
    o.memory = 1u << 22;
    nb_context *c = nb_context_new(&o);
    nb_array a;
    if (!c)
        return 0;
    int ok = nb_read(c, path, NULL, &a);
    assert_true(ok ? nb_error(c).code == 0 : nb_error(c).code == 3);
    nb_context_free(c);
    return ok;
}

static void memory_that_fails(void **state)
{
    (void)state;
    static const char *const files[][2] = {
        {"a.csv", "1,2\n3,4\n"},
        {"a.mtx", "%%MatrixMarket matrix coordinate real general\n"
                  "40 40 1\n1 1 2\n"}};
    for (int i = 0; i < 2; i++) {
        put_file(files[i][0], files[i][1], strlen(files[i][1]));
        Heap h = {0};
        int ok = 0;
        for (long k = 0; !ok; k++) {
            assert_true(k < 100);
            h = (Heap){.fail_at = k};
            ok = attempt(&h, in_folder(files[i][0]));
            assert_int_equal(h.live, 0);
        }
        assert_true(h.fail_at > 2); /* some did fail */
        unlink(in_folder(files[i][0]));
    }
}

/* Read through a pipe with a name, into which a child writes. */
static int through_pipe(const void *bytes, size_t n, nb_array *out)
{
    char path[200];
    int status;
    snprintf(path, sizeof path, "%s", in_folder("pipe"));
    assert_int_equal(mkfifo(path, 0600), 0);
    pid_t child = fork();
    if (child == 0) {
        int fd = open(path, O_WRONLY);
        _exit(write(fd, bytes, n) != (ssize_t)n);
    }
    nb_reset(ctx);
    int ok = nb_read(ctx, path, NULL, out);
    assert_int_equal(waitpid(child, &status, 0), child);
    unlink(path);
    return ok;
}

static void pipes(void **state)
{
    (void)state;
    nb_array a;
    static const double v[] = {1, 2, 3, 4};
    static const char table[] = "1;2\n3;4\n";
    static const char market[] = "%%MatrixMarket matrix array real general\n"
                                 "2 2\n1\n3\n2\n4\n";
    assert_int_equal(through_pipe(table, sizeof table - 1, &a), 1);
    is_matrix(&a, 2, 2, v);
    assert_int_equal(through_pipe(market, sizeof market - 1, &a), 1);
    is_matrix(&a, 2, 2, v);
    static char long_table[200000];
    for (size_t i = 0; i < sizeof long_table; i += 2)
        memcpy(long_table + i, "7\n", 2);
    assert_int_equal(through_pipe(long_table, sizeof long_table, &a), 1);
    assert_int_equal(a.dim[0], sizeof long_table / 2);
}

static size_t text_of(const char *name, char *text, size_t size)
{
    FILE *f = fopen(in_folder(name), "rb");
    assert_non_null(f);
    size_t n = fread(text, 1, size - 1, f);
    text[n] = 0;
    fclose(f);
    return n;
}

/* A file that is written takes the place of the old one at once, and is not
 * touched if that fails. */
static void written_beside(void **state)
{
    (void)state;
    char text[20];
    double v[] = {1, 2};
    nb_array a = {NB_F64, 2, {1, 2}, {0, 0}, v};
    put_file("old.csv", "old", 3);
    assert_int_equal(nb_write(ctx, in_folder("old.csv"), &a), 1);
    text_of("old.csv", text, sizeof text);
    assert_string_equal(text, "1,2\n");
    unlink(in_folder("old.csv"));
    assert_int_equal(mkdir(in_folder("d.csv"), 0700), 0);
    assert_int_equal(nb_write(ctx, in_folder("d.csv"), &a), 0);
    assert_int_equal(nb_error(ctx).code, 2);
    rmdir(in_folder("d.csv")); /* and the folder is empty when all ends */
    nb_reset(ctx);
    if (access("/dev/full", W_OK) == 0) {
        assert_int_equal(symlink("/dev/full", in_folder("full.csv")), 0);
        assert_int_equal(nb_write(ctx, in_folder("full.csv"), &a), 0);
        assert_non_null(strstr(nb_error(ctx).message, "cannot be written"));
        unlink(in_folder("full.csv"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ctx_make, ctx_drop)
        T(memory_that_fails), T(pipes), T(written_beside)};
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
