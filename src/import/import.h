/* import.h: one array out of a file, by a library; a program of its own, so
 * that its limits are. */
#ifndef NABLA_IMPORT_H
#define NABLA_IMPORT_H

#include <stddef.h>
#include <stdint.h>

/* Rows and columns of numbers by NumPy's name of their type ("f8", "c16"),
 * in the machine's order of bytes. */
typedef struct Table {
    const char *type;
    size_t size; /* bytes of a number */
    int ndim, fortran;
    uint64_t dim[2];
    void *data;
} Table;

/* Write "!" and what is wrong, and end. */
_Noreturn void refuse(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));
/* a * b * c bytes, refused if they do not fit. */
void *allocate(uint64_t a, uint64_t b, uint64_t c);

/* member: which array; NULL: the only one. */
void read_mat(const char *path, const char *member, Table *out);
void read_hdf5(const char *path, const char *member, Table *out);

#endif
