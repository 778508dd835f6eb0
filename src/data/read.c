/* read.c: which format a file has: by its name, else by its first bytes. */
#include "data/file.h"

#include <string.h>
#include <sys/stat.h>

typedef bool Reader(File *f, Array *out);

static bool mat_read(File *f, Array *out)
{
    return import_read(f, "mat", out);
}

static bool h5_read(File *f, Array *out)
{
    return import_read(f, "hdf5", out);
}

static const struct {
    const char *end;
    Reader *read;
    bool members; /* a file has several arrays, each with a name */
} formats[] = {
    {".npy", npy_read, false},  {".npz", npz_read, true},
    {".mtx", mtx_read, false},  {".csv", csv_read, false},
    {".tsv", csv_read, false},  {".txt", csv_read, false},
    {".dat", csv_read, false},  {".mat", mat_read, true},
    {".h5", h5_read, true},     {".hdf5", h5_read, true},
};
enum { NFORMATS = sizeof formats / sizeof *formats };

static int by_name(const char *path)
{
    size_t n = strlen(path);
    for (int i = 0; i < NFORMATS; i++) {
        size_t k = strlen(formats[i].end);
        if (n >= k && same_word(path + n - k, k, formats[i].end))
            return i;
    }
    return -1;
}

/* What comes through a pipe and is nothing else is text. */
static const char *by_bytes(const File *f)
{
    static const char *const magic[][2] = {
        {"\x93NUMPY", ".npy"}, {"PK", ".npz"}, {"%%MatrixMarket", ".mtx"}};
    for (int i = 0; i < 3; i++) {
        size_t n = strlen(magic[i][0]);
        if (f->bytes && f->size >= n &&
            memcmp(f->bytes, magic[i][0], n) == 0)
            return magic[i][1];
    }
    return f->bytes ? ".csv" : "";
}

static bool read_as(File *f, Array *out)
{
    static const char *const mend = "files that are read: .npy .npz .csv .txt "
                                    ".tsv .dat .mtx .mat .h5 .hdf5";
    int k = by_name(f->path);
    if (k < 0)
        k = by_name(by_bytes(f));
    if (k < 0)
        return file_fail(f, ERR_UNSUPPORTED, mend,
                         "this format is not known");
    if (f->member && !formats[k].members)
        return file_fail(f, ERR_LANGUAGE, "leave out what follows the colon",
                         "a %s file has no named arrays", formats[k].end);
    return formats[k].read(f, out);
}

/* "FILE:NAME", where no file has that very name. */
static bool split(Ctx *ctx, const char **path, const char **member)
{
    struct stat s;
    const char *colon = strrchr(*path, ':');
    if (*member || !colon || colon == *path || !colon[1] ||
        stat(*path, &s) == 0)
        return true;
    *member = colon + 1;
    *path = arena_text(ctx->arena, *path, (size_t)(colon - *path));
    return *path != NULL;
}

bool data_read(Ctx *ctx, const char *path, const char *member, Array *out)
{
    File f;
    if (ctx_failed(ctx) || !split(ctx, &path, &member))
        return false;
    ctx_source(ctx, NULL, "data");
    bool ok = file_open(&f, ctx, path);
    f.member = member;
    ok = ok && read_as(&f, out);
    file_close(&f);
    return ok && !ctx_failed(ctx);
}
