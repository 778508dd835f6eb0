/* mat.c: MATLAB's files, versions 4, 5 and 7.3, by matio. */
#include "import.h"

#include <matio.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct {
    enum matio_classes class_type;
    const char *type;
} kinds[] = {
    {MAT_C_DOUBLE, "f8"}, {MAT_C_SINGLE, "f4"}, {MAT_C_INT8, "i1"},
    {MAT_C_UINT8, "u1"},  {MAT_C_INT16, "i2"},  {MAT_C_UINT16, "u2"},
    {MAT_C_INT32, "i4"},  {MAT_C_UINT32, "u4"}, {MAT_C_INT64, "i8"},
    {MAT_C_UINT64, "u8"}, {MAT_C_SPARSE, "f8"}};
enum { NKINDS = sizeof kinds / sizeof *kinds };

static const char *type_of(const matvar_t *v)
{
    for (int i = 0; i < NKINDS; i++)
        if (kinds[i].class_type == v->class_type)
            return kinds[i].type;
    return NULL;
}

/* Number k of an array of that type. */
static double number(enum matio_types type, const void *data, size_t k)
{
    switch (type) {
    case MAT_T_DOUBLE:
        return ((const double *)data)[k];
    case MAT_T_SINGLE:
        return (double)((const float *)data)[k];
    case MAT_T_INT8:
        return ((const int8_t *)data)[k];
    case MAT_T_UINT8:
        return ((const uint8_t *)data)[k];
    case MAT_T_INT16:
        return ((const int16_t *)data)[k];
    case MAT_T_UINT16:
        return ((const uint16_t *)data)[k];
    case MAT_T_INT32:
        return ((const int32_t *)data)[k];
    case MAT_T_UINT32:
        return ((const uint32_t *)data)[k];
    case MAT_T_INT64:
        return (double)((const int64_t *)data)[k];
    case MAT_T_UINT64:
        return (double)((const uint64_t *)data)[k];
    default:
        refuse("its numbers are of a type that is not read");
    }
}

static double part(const matvar_t *v, const void *data, bool imaginary,
                   size_t k)
{
    const mat_complex_split_t *c = data;
    return !v->isComplex ? number(v->data_type, data, k)
                         : number(v->data_type, imaginary ? c->Im : c->Re, k);
}

static void put(const matvar_t *v, Table *t, size_t to, const void *data,
                size_t from)
{
    double *p = t->data;
    if (!v->isComplex) {
        p[to] = part(v, data, false, from);
        return;
    }
    p[2 * to] = part(v, data, false, from);
    p[2 * to + 1] = part(v, data, true, from);
}

static void fill_sparse(const matvar_t *v, Table *t)
{
    const mat_sparse_t *s = v->data;
    if (s->njc != t->dim[1] + 1 || s->jc[0] != 0)
        refuse("the columns of the sparse matrix are broken");
    for (size_t j = 0; j < t->dim[1]; j++)
        for (size_t k = s->jc[j]; k < s->jc[j + 1]; k++) {
            if (k >= s->ndata || k >= s->nir || s->ir[k] >= t->dim[0])
                refuse("entry %zu of the sparse matrix is out of range", k);
            put(v, t, s->ir[k] + j * (size_t)t->dim[0], s->data, k);
        }
}

static void fill(const matvar_t *v, Table *t)
{
    size_t n = (size_t)(t->dim[0] * t->dim[1]);
    size_t size = Mat_SizeOf(v->data_type);
    if (v->class_type == MAT_C_SPARSE) {
        fill_sparse(v, t);
    } else if (v->nbytes / size < n) {
        refuse("its numbers are not all there");
    } else if (v->isComplex) {
        for (size_t k = 0; k < n; k++)
            put(v, t, k, v->data, k);
    } else if (size != t->size) {
        refuse("its numbers are of a type that is not read");
    } else {
        memcpy(t->data, v->data, n * size);
    }
}

/* The only array of numbers; with several, their names are said. */
static matvar_t *only_variable(mat_t *m)
{
    char names[300] = "";
    matvar_t *v, *found = NULL;
    int n = 0;
    while ((v = Mat_VarReadNextInfo(m)) != NULL) {
        if (!type_of(v) || v->rank != 2 || !v->name) {
            Mat_VarFree(v);
            continue;
        }
        size_t k = strlen(names);
        snprintf(names + k, sizeof names - k, "%s%s", n ? ", " : "", v->name);
        Mat_VarFree(found);
        found = v;
        n++;
    }
    if (n == 0)
        refuse("there is no matrix of numbers in it");
    if (n > 1)
        refuse("there are several arrays in it: %s; name one of them, as in "
               "FILE:NAME", names);
    return found;
}

void read_mat(const char *path, const char *member, Table *t)
{
    mat_t *m = Mat_Open(path, MAT_ACC_RDONLY);
    if (!m)
        refuse("this is no .mat file");
    matvar_t *v = member ? Mat_VarReadInfo(m, member) : only_variable(m);
    if (!v)
        refuse("there is no such array in it");
    t->type = type_of(v);
    if (!t->type || v->rank != 2)
        refuse("it is no matrix of numbers");
    if (v->isComplex || v->class_type == MAT_C_SPARSE)
        t->type = v->isComplex ? "c16" : "f8";
    t->size = v->isComplex ? 16 : (size_t)(t->type[1] - '0');
    t->ndim = 2;
    t->fortran = 1;
    t->dim[0] = v->dims[0];
    t->dim[1] = v->dims[1];
    t->data = allocate(t->dim[0], t->dim[1], t->size);
    if (Mat_VarReadDataAll(m, v) != 0 || !v->data)
        refuse("the numbers cannot be read; the file may be broken");
    fill(v, t);
    Mat_VarFree(v);
    Mat_Close(m);
}
