/* data.c: the public functions of files. */
#include "nabla.h"
#include "api/context.h"
#include "data/data.h"

int nb_read(nb_context *c, const char *path, const char *member,
            nb_array *out)
{
    Array a;
    if (!c || !path || !out || !data_read(c->ctx, path, member, &a))
        return 0;
    *out = (nb_array){(nb_dtype)a.type, a.ndim, {a.dim[0], a.dim[1]},
                      {a.stride[0], a.stride[1]}, a.data};
    return 1;
}

int nb_read_literal(nb_context *c, const char *text, nb_array *out)
{
    Array a;
    if (!c || !text || !out || !data_literal(c->ctx, text, &a))
        return 0;
    *out = (nb_array){(nb_dtype)a.type, a.ndim, {a.dim[0], a.dim[1]},
                      {a.stride[0], a.stride[1]}, a.data};
    return 1;
}

int nb_write(nb_context *c, const char *path, const nb_array *in)
{
    if (!c || !path || !in)
        return 0;
    Array a = {(ArrayType)in->dtype, in->ndim, {1, 1}, {1, 1}, in->data};
    for (int k = 0; k < in->ndim && k < 2; k++) {
        a.dim[k] = in->dim[k];
        a.stride[k] = in->stride[k];
    }
    if (in->stride[0] == 0 && in->stride[1] == 0) { /* by columns */
        a.stride[0] = 1;
        a.stride[1] = a.dim[0];
    }
    return data_write(c->ctx, path, &a);
}
