/* file.h: what the formats share: the bytes of a file, its errors, arrays
 * being made, numbers in text. */
#ifndef NB_FILE_H
#define NB_FILE_H

#include "base/buf.h"
#include "data/data.h"

/* A file being read: by descriptor, or in memory (pipes, members). */
typedef struct File {
    Ctx *ctx;
    Arena *scratch; /* until the reading ends */
    const char *path, *member;
    int fd;                     /* -1: bytes in memory */
    const unsigned char *bytes; /* in memory */
    size_t size, at;
} File;

/* False on an error.  A pipe is read to its end. */
bool file_open(File *f, Ctx *ctx, const char *path);
/* What remains of fd, into f->bytes; at most limits.memory of it. */
bool file_slurp(File *f, int fd);
void file_close(File *f);
/* The next n bytes; false and an error if there are fewer. */
bool file_take(File *f, void *to, size_t n);
/* The whole file with a NUL behind; NULL on an error. */
const char *file_text(File *f);
/* An error: "PATH: ...", or "PATH:MEMBER: ...".  False, for `return`. */
bool file_fail(File *f, ErrCode code, const char *mend, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Room for out->data of dim[0] x dim[1], with the strides of the order.  The
 * dimensions may be anything. */
bool array_make(File *f, Array *out, ArrayType type, int64_t rows,
                int64_t cols, bool fortran);
size_t array_size(ArrayType type);
/* a * b, or false if it does not fit. */
bool size_mul(uint64_t a, uint64_t b, uint64_t *product);

/* Is s[0..n-1] this word of small ASCII letters, in any case? */
bool same_word(const char *s, size_t n, const char *word);

/* A number with a decimal point at s[0..n-1]: its length, 0 if there is
 * none.  "nan", "inf" and "infinity" in any case are numbers. */
size_t number_read(const char *s, size_t n, double *value);
/* re, im*i or re+im*i (also with j), all of s[0..n-1]. */
bool number_complex(const char *s, size_t n, double v[2], bool *complex);
/* The shortest digits that read back the same; their length. */
enum { NUMBER_SIZE = 40 };
int number_print(double x, bool single, char text[NUMBER_SIZE]);
/* Numbers have points between these two, in this thread. */
typedef struct Locale {
    void *mine, *old;
} Locale;
Locale locale_enter(void);
void locale_leave(Locale l);

bool npy_read(File *f, Array *out);
bool csv_read(File *f, Array *out);
bool npz_read(File *f, Array *out);
bool mtx_read(File *f, Array *out);
bool import_read(File *f, const char *format, Array *out);

#endif
