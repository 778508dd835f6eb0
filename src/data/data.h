/* data.h: numbers from files, numbers to files.
 *
 * An Array has at most two axes; past `ndim` a dimension is 1.  What is read
 * is owned by the context.  A file is not trusted: counts are held against
 * the bytes that are there, and against limits.memory, before anything is
 * allocated; sizes are multiplied with a check.  Numbers in text have a
 * decimal point whatever the locale. */
#ifndef NB_DATA_H
#define NB_DATA_H

#include "base/ctx.h"

typedef enum ArrayType { ARRAY_F64, ARRAY_F32, ARRAY_C128 } ArrayType;

typedef struct Array {
    ArrayType type;
    int ndim;          /* 0, 1 or 2 */
    int64_t dim[2];    /* at least 1 each */
    int64_t stride[2]; /* in elements */
    void *data;
} Array;

/* The array in the file `path`; "-" is standard input.  member: which one,
 * where a file has several; NULL: the only one, or what stands behind the
 * last colon of a path that is no file.  False on an error. */
bool data_read(Ctx *ctx, const char *path, const char *member, Array *out);
/* Numbers as they are typed: 2.5, 1+2i, [1 2; 3 4].  False on an error. */
bool data_literal(Ctx *ctx, const char *text, Array *out);
/* Into .npy, .csv, .mtx, or for other names text with blanks; "-" is text on
 * standard output.  Written beside `path` and renamed. */
bool data_write(Ctx *ctx, const char *path, const Array *a);

#endif
