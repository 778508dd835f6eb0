/* file.c: the bytes of a file, its errors, and room for an array. */
#include "data/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_fail(File *f, ErrCode code, const char *mend, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    for (char *s = text; *s; s++) /* a name in a file may be anything */
        if ((unsigned char)*s < ' ' || *s == 0x7f)
            *s = '?';
    const char *member = f->member;
    ctx_fail(f->ctx, code, (Span){0, 0}, mend, "%.300s%s%.100s: %s",
             strcmp(f->path, "-") == 0 ? "standard input" : f->path,
             member ? ":" : "", member ? member : "", text);
    return false;
}

static bool fail_system(File *f)
{
    return file_fail(f, ERR_LANGUAGE, NULL, "the file cannot be read: %s",
                     strerror(errno));
}

static bool fail_limit(File *f, uint64_t bytes)
{
    return file_fail(f, ERR_LIMIT, NULL,
                     "%llu bytes are needed; the limit memory is %zu",
                     (unsigned long long)bytes, f->ctx->limits.memory);
}

static ssize_t read_some(int fd, void *to, size_t n)
{
    ssize_t k;
    do
        k = read(fd, to, n);
    while (k < 0 && errno == EINTR);
    return k;
}

bool file_slurp(File *f, int fd)
{
    size_t cap = 1 << 16, n = 0;
    unsigned char *p = arena_alloc(f->scratch, cap);
    for (;;) {
        ssize_t k = p ? read_some(fd, p + n, cap - n) : 0;
        if (k < 0)
            return fail_system(f);
        n += (size_t)k;
        if (p && k == 0)
            break;
        if (n < cap && p)
            continue;
        unsigned char *q = p && cap < f->ctx->limits.memory
                               ? arena_alloc(f->scratch, cap *= 2)
                               : NULL;
        if (!q)
            return fail_limit(f, cap);
        p = memcpy(q, p, n);
    }
    f->bytes = p;
    f->size = n;
    return true;
}

bool file_open(File *f, Ctx *ctx, const char *path)
{
    size_t memory = ctx->limits.memory;
    *f = (File){.ctx = ctx, .path = path, .fd = -1};
    /* room for the text of an array that fits, read while doubling */
    f->scratch = arena_new(&ctx->hook, memory > SIZE_MAX / 4 ? SIZE_MAX
                                                             : 4 * memory);
    if (!f->scratch)
        return file_fail(f, ERR_MEMORY, NULL, "out of memory");
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? 0 : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat s;
    bool ok = fd >= 0 && fstat(fd, &s) == 0;
    if (!ok || S_ISDIR(s.st_mode)) {
        errno = ok ? EISDIR : errno;
        fail_system(f);
        ok = false;
    } else if (S_ISREG(s.st_mode) && !standard) {
        f->fd = fd;
        f->size = (size_t)s.st_size;
        return true;
    }
    ok = ok && file_slurp(f, fd);
    if (fd > 0)
        close(fd);
    return ok;
}

void file_close(File *f)
{
    if (f->fd >= 0)
        close(f->fd);
    arena_free(f->scratch);
}

bool file_take(File *f, void *to, size_t n)
{
    if (n > f->size - f->at)
        return file_fail(f, ERR_LANGUAGE, "the file was cut short; "
                                          "write it again",
                         "it ends at byte %zu, %zu bytes too early", f->size,
                         n - (f->size - f->at));
    if (f->fd < 0) {
        memcpy(to, f->bytes + f->at, n);
        f->at += n;
        return true;
    }
    for (char *p = to; n;) {
        ssize_t k = read_some(f->fd, p, n);
        if (k < 0)
            return fail_system(f);
        if (k == 0)
            return file_fail(f, ERR_LANGUAGE, NULL,
                             "it became shorter while it was read");
        p += k;
        n -= (size_t)k;
        f->at += (size_t)k;
    }
    return true;
}

const char *file_text(File *f)
{
    size_t n = f->size - f->at;
    if (n > f->ctx->limits.memory) {
        fail_limit(f, n);
        return NULL;
    }
    char *text = arena_alloc(f->scratch, n + 1);
    if (!text) {
        fail_limit(f, n);
        return NULL;
    }
    return file_take(f, text, n) ? text : NULL;
}

bool size_mul(uint64_t a, uint64_t b, uint64_t *product)
{
    *product = a * b;
    return a == 0 || *product / a == b;
}

size_t array_size(ArrayType type)
{
    return type == ARRAY_F32 ? 4 : type == ARRAY_F64 ? 8 : 16;
}

bool array_make(File *f, Array *out, ArrayType type, int64_t rows,
                int64_t cols, bool fortran)
{
    uint64_t n = 0, bytes = 0;
    if (rows < 1 || cols < 1)
        return file_fail(f, ERR_UNSUPPORTED, "each dimension is at least 1",
                         "the array of %lld x %lld numbers is empty",
                         (long long)rows, (long long)cols);
    if (!size_mul((uint64_t)rows, (uint64_t)cols, &n) || n > INT64_MAX ||
        !size_mul(n, array_size(type), &bytes))
        return file_fail(f, ERR_LIMIT, NULL,
                         "%lld x %lld numbers are too many",
                         (long long)rows, (long long)cols);
    if (bytes > f->ctx->limits.memory - arena_used(f->ctx->arena))
        return fail_limit(f, bytes);
    *out = (Array){.type = type, .ndim = 2, .dim = {rows, cols}};
    out->stride[0] = fortran ? 1 : cols;
    out->stride[1] = fortran ? rows : 1;
    out->data = arena_alloc(f->ctx->arena, (size_t)bytes);
    return out->data || !ctx_failed(f->ctx);
}
