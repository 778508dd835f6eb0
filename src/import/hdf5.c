/* hdf5.c: a data set of an HDF5 file: real numbers, truth values (an
 * enumeration of bytes), and pairs of real numbers as complex ones. */
#include "import.h"

#include <hdf5.h>
#include <stdio.h>
#include <string.h>

typedef struct Names {
    char list[300], only[200];
    int n;
} Names;

static herr_t note_dataset(hid_t file, const char *name,
                           const H5L_info_t *info, void *user)
{
    Names *all = user;
    H5O_info_t what;
    if (info->type != H5L_TYPE_HARD ||
        H5Oget_info_by_name(file, name, &what, H5P_DEFAULT) < 0 ||
        what.type != H5O_TYPE_DATASET)
        return 0;
    size_t k = strlen(all->list);
    snprintf(all->list + k, sizeof all->list - k, "%s%s",
             all->n ? ", " : "", name);
    snprintf(all->only, sizeof all->only, "%s", name);
    all->n++;
    return 0;
}

static hid_t only_dataset(hid_t file)
{
    Names all = {.n = 0};
    if (H5Lvisit(file, H5_INDEX_NAME, H5_ITER_INC, note_dataset, &all) < 0)
        refuse("its groups cannot be read");
    if (all.n == 0)
        refuse("there is no data set in it");
    if (all.n > 1)
        refuse("there are several data sets in it: %s; name one of them, as "
               "in FILE:NAME", all.list);
    return H5Dopen2(file, all.only, H5P_DEFAULT);
}

/* Two real members make a complex number, by order. */
static hid_t complex_type(hid_t type)
{
    hid_t c = H5Tcreate(H5T_COMPOUND, 16);
    if (H5Tget_nmembers(type) != 2)
        refuse("it is a table of records, not of numbers");
    for (unsigned k = 0; k < 2; k++) {
        char *name = H5Tget_member_name(type, k);
        if (!name || H5Tget_member_class(type, k) != H5T_FLOAT ||
            H5Tinsert(c, name, 8 * k, H5T_NATIVE_DOUBLE) < 0)
            refuse("it is a table of records, not of numbers");
        H5free_memory(name);
    }
    return c;
}

/* The type in memory; t gets its name and size. */
static hid_t memory_type(hid_t type, Table *t)
{
    size_t size = H5Tget_size(type);
    t->size = 8;
    switch (H5Tget_class(type)) {
    case H5T_FLOAT:
        t->type = size > 4 ? "f8" : "f4";
        t->size = size > 4 ? 8 : 4;
        return size > 4 ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT;
    case H5T_INTEGER:
        t->type = H5Tget_sign(type) == H5T_SGN_NONE ? "u8" : "i8";
        return t->type[0] == 'u' ? H5T_NATIVE_UINT64 : H5T_NATIVE_INT64;
    case H5T_ENUM:
        t->type = "i8";
        return H5T_NATIVE_INT64;
    case H5T_COMPOUND:
        t->type = "c16";
        t->size = 16;
        return complex_type(type);
    default:
        refuse("its elements are no numbers");
    }
}

static void read_shape(hid_t set, Table *t)
{
    hsize_t dim[2] = {1, 1};
    hid_t space = H5Dget_space(set);
    t->ndim = H5Sget_simple_extent_ndims(space);
    if (t->ndim < 0 || t->ndim > 2)
        refuse("it has %d axes; a matrix has two at most", t->ndim);
    if (H5Sget_simple_extent_type(space) == H5S_NULL ||
        H5Sget_simple_extent_dims(space, dim, NULL) < 0)
        refuse("its shape cannot be read");
    t->dim[0] = dim[0];
    t->dim[1] = dim[1];
    H5Sclose(space);
}

void read_hdf5(const char *path, const char *member, Table *t)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0)
        refuse("this is no HDF5 file");
    hid_t set = member ? H5Dopen2(file, member, H5P_DEFAULT)
                       : only_dataset(file);
    hid_t type = set < 0 ? -1 : H5Dget_type(set);
    if (type < 0)
        refuse("there is no such data set in it");
    read_shape(set, t);
    hid_t memory = memory_type(type, t);
    t->data = allocate(t->dim[0], t->dim[1], t->size);
    if (H5Dread(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, t->data) < 0)
        refuse("the numbers cannot be read; the file may be broken");
    H5Tclose(type);
    H5Dclose(set);
    H5Fclose(file);
}
