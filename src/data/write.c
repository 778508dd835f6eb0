/* write.c: arrays into files: NumPy's, Matrix Market's, tables in text.
 * Written beside the file and renamed, so that nobody sees half of one. */
#include "data/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef void Writer(FILE *to, const Array *a);

static const char *element(const Array *a, int64_t i, int64_t j)
{
    int64_t k = i * a->stride[0] + j * a->stride[1];
    return (const char *)a->data + k * (int64_t)array_size(a->type);
}

static bool is_little(void)
{
    const uint16_t one = 1;
    return *(const unsigned char *)&one == 1;
}

static void npy_head(FILE *to, const Array *a, bool fortran)
{
    char text[200], shape[60];
    long long r = (long long)a->dim[0], c = (long long)a->dim[1];
    if (a->ndim == 2)
        snprintf(shape, sizeof shape, "%lld, %lld", r, c);
    else if (a->ndim == 1)
        snprintf(shape, sizeof shape, "%lld,", r);
    else
        shape[0] = 0;
    int n = snprintf(text, sizeof text,
                     "{'descr': '%c%s', 'fortran_order': %s, 'shape': (%s), }",
                     is_little() ? '<' : '>',
                     a->type == ARRAY_F32   ? "f4"
                     : a->type == ARRAY_F64 ? "f8"
                                            : "c16",
                     fortran ? "True" : "False", shape);
    int total = (10 + n + 1 + 63) / 64 * 64, room = total - 10;
    fwrite("\x93NUMPY\x01\0", 1, 8, to);
    fputc(room & 255, to);
    fputc(room >> 8, to);
    fprintf(to, "%s%*s\n", text, room - n - 1, "");
}

static void npy_write(FILE *to, const Array *a)
{
    bool fortran = a->stride[0] == 1 && a->dim[0] > 1 && a->dim[1] > 1;
    npy_head(to, a, fortran);
    int64_t outer = fortran ? a->dim[1] : a->dim[0];
    int64_t inner = fortran ? a->dim[0] : a->dim[1];
    for (int64_t i = 0; i < outer; i++)
        for (int64_t j = 0; j < inner; j++)
            fwrite(fortran ? element(a, j, i) : element(a, i, j),
                   array_size(a->type), 1, to);
}

enum { ELEMENT_SIZE = 2 * NUMBER_SIZE + 4 };

/* The two parts are between blanks or make one word, as in 1+2i. */
static int element_text(const Array *a, int64_t i, int64_t j, bool apart,
                        char text[ELEMENT_SIZE])
{
    double v[2] = {0, 0};
    float single;
    if (a->type == ARRAY_F32) {
        memcpy(&single, element(a, i, j), sizeof single);
        v[0] = (double)single;
    } else {
        memcpy(v, element(a, i, j), array_size(a->type));
    }
    int n = number_print(v[0], a->type == ARRAY_F32, text);
    if (a->type != ARRAY_C128)
        return n;
    char *im = text + n + 1; /* room for a blank or a sign */
    int m = number_print(v[1], false, im);
    text[n] = apart ? ' ' : '+';
    if (!apart && *im == '-')
        memmove(text + n, im, (size_t)m-- + 1);
    n += m + 1;
    if (!apart)
        text[n++] = 'i';
    text[n] = 0;
    return n;
}

static void table_write(FILE *to, const Array *a, char between, int width)
{
    char text[ELEMENT_SIZE];
    for (int64_t i = 0; i < a->dim[0]; i++)
        for (int64_t j = 0; j < a->dim[1]; j++) {
            element_text(a, i, j, false, text);
            fprintf(to, "%*s%c", width, text,
                    j + 1 < a->dim[1] ? between : '\n');
        }
}

/* On a terminal: columns of one width. */
static void terminal_write(FILE *to, const Array *a)
{
    char text[ELEMENT_SIZE];
    int width = 0;
    for (int64_t i = 0; i < a->dim[0]; i++)
        for (int64_t j = 0; j < a->dim[1]; j++) {
            int n = element_text(a, i, j, false, text);
            width = n > width ? n : width;
        }
    table_write(to, a, ' ', width);
}

static void csv_write(FILE *to, const Array *a)
{
    table_write(to, a, ',', 0);
}

static void text_write(FILE *to, const Array *a)
{
    if (isatty(fileno(to)))
        terminal_write(to, a);
    else
        table_write(to, a, ' ', 0);
}

static void mtx_write(FILE *to, const Array *a)
{
    char text[ELEMENT_SIZE];
    fprintf(to, "%%%%MatrixMarket matrix array %s general\n%lld %lld\n",
            a->type == ARRAY_C128 ? "complex" : "real",
            (long long)a->dim[0], (long long)a->dim[1]);
    for (int64_t j = 0; j < a->dim[1]; j++)
        for (int64_t i = 0; i < a->dim[0]; i++) {
            element_text(a, i, j, true, text);
            fprintf(to, "%s\n", text);
        }
}

static Writer *writer(const char *path)
{
    static const struct {
        const char *end;
        Writer *write;
    } by_name[] = {{".npy", npy_write}, {".csv", csv_write},
                   {".mtx", mtx_write}, {".txt", text_write},
                   {".dat", text_write}};
    const char *dot = strrchr(path, '.');
    for (int i = 0; dot && i < 5; i++)
        if (same_word(dot, strlen(dot), by_name[i].end))
            return by_name[i].write;
    return strcmp(path, "-") == 0 || !dot || strchr(dot, '/') ? text_write
                                                              : NULL;
}

static bool fail_write(Ctx *ctx, const char *path)
{
    ctx_fail(ctx, ERR_LANGUAGE, (Span){0, 0}, NULL,
             "%.300s: the file cannot be written: %s", path, strerror(errno));
    return false;
}

/* All of it, or errno. */
static bool fill(int fd, Writer *write, const Array *a)
{
    FILE *to = fdopen(fd, "wb");
    if (!to) {
        close(fd);
        return false;
    }
    Locale l = locale_enter();
    write(to, a);
    locale_leave(l);
    bool ok = !ferror(to) && fflush(to) == 0;
    return fclose(to) == 0 && ok;
}

/* What is there and is no plain file (a pipe, a terminal) is written to. */
static bool is_stream(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && !S_ISREG(s.st_mode);
}

/* Beside the file, then renamed. */
static bool write_file(Ctx *ctx, const char *path, Writer *write,
                       const Array *a)
{
    bool standard = strcmp(path, "-") == 0;
    bool direct = standard || is_stream(path);
    const char *beside = direct ? path
                                : ctx_printf(ctx, "%s.%ld.part", path,
                                             (long)getpid());
    int fd = standard ? dup(1)
             : beside ? open(beside,
                             O_WRONLY | O_CLOEXEC | O_NOCTTY |
                                 (direct ? 0 : O_CREAT | O_EXCL),
                             0666)
                      : -1;
    if (fd < 0)
        return beside ? fail_write(ctx, path) : !ctx_failed(ctx);
    if (fill(fd, write, a) && (direct || rename(beside, path) == 0))
        return true;
    fail_write(ctx, path);
    if (!direct)
        unlink(beside);
    return false;
}

bool data_write(Ctx *ctx, const char *path, const Array *a)
{
    if (ctx_failed(ctx))
        return false;
    ctx_source(ctx, NULL, "data");
    Writer *write = writer(path);
    bool shape = a->ndim >= 0 && a->ndim <= 2 && a->dim[0] > 0 &&
                 a->dim[1] > 0 && a->data;
    if (!write || !shape) {
        ctx_fail(ctx, ERR_UNSUPPORTED, (Span){0, 0},
                 shape ? "files that are written: .npy .csv .mtx .txt .dat"
                       : NULL,
                 "%.300s: %s", path,
                 shape ? "this format is not known"
                       : "the array to be written has no numbers");
        return false;
    }
    return write_file(ctx, path, write, a);
}
