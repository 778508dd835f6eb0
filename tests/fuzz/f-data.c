/* f-data.c: a file of the format FORMAT (".npy") is read, and what was read
 * is written and read again: the same numbers.  A program that takes files,
 * for AFL; or, compiled with -DLIBFUZZER -fsanitize=fuzzer, what libFuzzer
 * calls:
 *
 *     clang -g -O1 -D_POSIX_C_SOURCE=200809L -DLIBFUZZER \
 *         -DFORMAT='".npy"' -fsanitize=fuzzer,address,undefined -Isrc \
 *         tests/fuzz/f-data.c src/base/[!r]*.c src/data/[a-z]*.c -lz -lm
 */
#include "data/data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Part p of element (i,j). */
static double number(const Array *a, int64_t i, int64_t j, int p)
{
    int64_t k = i * a->stride[0] + j * a->stride[1];
    return a->type == ARRAY_F32   ? (double)((const float *)a->data)[k]
           : a->type == ARRAY_F64 ? ((const double *)a->data)[k]
                                  : ((const double *)a->data)[2 * k + p];
}

static bool same(double x, double y)
{
    return x == y || (x != x && y != y);
}

/* The same numbers at the same places, in whichever order of memory. */
static void compare(const Array *a, const Array *b)
{
    if (a->type != b->type || a->dim[0] != b->dim[0] ||
        a->dim[1] != b->dim[1])
        abort();
    for (int64_t i = 0; i < a->dim[0]; i++)
        for (int64_t j = 0; j < a->dim[1]; j++)
            for (int p = 0; p <= (a->type == ARRAY_C128); p++)
                if (!same(number(a, i, j, p), number(b, i, j, p)))
                    abort();
}

static void try_file(const char *path)
{
    Limits limits = LIMITS_DEFAULT;
    char again[100];
    Array a, b;
    limits.memory = 1u << 20;
    Ctx *ctx = ctx_new(NULL, &limits);
    if (ctx && data_read(ctx, path, NULL, &a)) {
        snprintf(again, sizeof again, "/tmp/f-data-%ld-again.npy",
                 (long)getpid());
        if (!data_write(ctx, again, &a))
            abort();
        if (data_read(ctx, again, NULL, &b))
            compare(&a, &b);
        unlink(again);
    } else if (ctx && (ctx->diag.code == ERR_NONE ||
                       ctx->diag.code == ERR_INTERNAL)) {
        abort();
    }
    ctx_free(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char path[100];
    snprintf(path, sizeof path, "/tmp/f-data-%ld%s", (long)getpid(), FORMAT);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes, 1, n, f) != n || fclose(f) != 0)
        abort();
    try_file(path);
    unlink(path);
    return 0;
}

#ifndef LIBFUZZER
/* The bytes of each file, whatever its name. */
int main(int argc, char **argv)
{
    static uint8_t bytes[1 << 20];
    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        if (!f)
            return 2;
        size_t n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        LLVMFuzzerTestOneInput(bytes, n);
    }
    return 0;
}
#endif
