/* pool.c: texts that live as long as the book. */
#include "book.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct Pool {
    Pool *next;
    char text[];
};

const char *pool_copy(Pool **p, const char *s)
{
    return s ? pool_printf(p, "%s", s) : NULL;
}

char *pool_printf(Pool **p, const char *format, ...)
{
    va_list a, b;
    va_start(a, format);
    va_copy(b, a);
    int n = vsnprintf(NULL, 0, format, a);
    Pool *q = n < 0 ? NULL : malloc(sizeof *q + (size_t)n + 1);
    va_end(a);
    if (q) {
        vsnprintf(q->text, (size_t)n + 1, format, b);
        q->next = *p;
        *p = q;
    }
    va_end(b);
    return q ? q->text : NULL;
}

void pool_free(Pool *p)
{
    while (p) {
        Pool *next = p->next;
        free(p);
        p = next;
    }
}
