/* mtx.c: Matrix Market files. */
#include "data/file.h"

bool mtx_read(File *f, Array *out)
{
    (void)out;
    return file_fail(f, ERR_UNSUPPORTED, NULL, "not yet");
}
bool npz_read(File *f, Array *out)
{
    (void)out;
    return file_fail(f, ERR_UNSUPPORTED, NULL, "not yet");
}
bool import_read(File *f, const char *format, Array *out)
{
    (void)out;
    (void)format;
    return file_fail(f, ERR_UNSUPPORTED, NULL, "not yet");
}
