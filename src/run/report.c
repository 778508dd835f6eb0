/* report.c: what went wrong in a run, and where. */
#include "run/exec.h"

#include <stdarg.h>
#include <stdio.h>

bool run_fail(Frame *f, int code, const RunStep *s, const char *fmt, ...)
{
    va_list ap;
    if (f->report.code != RUN_OK)
        return false;
    f->report.code = code;
    f->failed = s->in;
    va_start(ap, fmt);
    vsnprintf(f->report.message, sizeof f->report.message, fmt, ap);
    va_end(ap);
    return false;
}
